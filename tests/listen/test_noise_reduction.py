"""The line's noise is taken off before words are looked for, at no cost where there is none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from probe.listen import line_noise
from probe.listen.activity import Sounding
from probe.listen.line_noise import LineNoise
from probe.listen.listener import Listener
from probe.listen.noise_reduction import NoiseReduction
from probe.speech import chinese
from probe.speech.voice import Voice
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import FRAME, RATE, Frame, Samples, SegmentEnded
from tests.listen.sounds import Sound, at_level, frames, noise, samples, silence, tone, voiced

SENTENCES = ("正在为您转接人工客服，请稍候", "水费查询请按一，报修请按二，人工服务请按零", "您好，请问有什么可以帮您")


def hiss(seconds: float, level: float, seed: int = 1) -> Sound:
    """White noise, `level` in dBFS."""
    return at_level(np.random.default_rng(seed).standard_normal(round(seconds * RATE)), level)


def level(audio: Samples) -> float:
    return float(10 * np.log10(np.mean(audio.astype(np.float64) ** 2) + 1e-9) - 20 * np.log10(32768))


def learned(*sounds: Sound) -> LineNoise:
    line = LineNoise()
    audio = samples(np.concatenate(sounds))
    for start in range(0, audio.size - FRAME + 1, FRAME):
        line.learn(audio[start : start + FRAME], level(audio[start : start + FRAME]))
    return line


def without_noise(line: LineNoise, audio: Samples, size: int = 800) -> Samples:
    reduction = NoiseReduction(line)
    return np.concatenate(
        [*(reduction.feed(audio[n : n + size]) for n in range(0, audio.size, size)), reduction.finish()]
    )


@pytest.mark.parametrize("line", [LineNoise(), learned(hiss(1, -75)), learned(hiss(0.1, -40))])
@pytest.mark.parametrize("size", [1, 127, 128, 129, 800])
def test_where_no_noise_is_known_that_matters_every_sample_stays_as_it_is(line: LineNoise, size: int) -> None:
    for length in (50, 128, 2001):
        audio = samples(hiss(length / RATE, -30.0))
        assert np.array_equal(without_noise(line, audio, size), audio)


def test_where_the_noise_becomes_known_in_the_midst_no_sample_is_lost_and_there_is_no_step() -> None:
    line, sound = LineNoise(), tone((440,), (2.0, 0.0), 1, level=-20.0)
    reduction, audio = NoiseReduction(line), samples(sound)
    made = [reduction.feed(audio[:801])]
    assert np.array_equal(made[0], audio[:801])
    for frame in samples(hiss(1, -60)).reshape(-1, FRAME):
        line.learn(frame, -60.0)
    made += [reduction.feed(audio[n : n + 800]) for n in range(801, audio.size, 800)]
    whole = np.concatenate([*made, reduction.finish()])
    assert whole.size == audio.size
    assert np.abs(whole.astype(int) - audio)[:-64].max() < 0.02 * np.abs(audio).max()


def test_noise_alone_becomes_10_db_softer_and_stays_as_long_as_it_is() -> None:
    audio = samples(hiss(2, -45.0, seed=2))
    made = without_noise(learned(hiss(1, -45.0)), audio)
    assert made.size == audio.size
    assert -12.5 < level(made) - level(audio) < -9


def test_what_stands_15_db_over_the_noise_keeps_its_level_and_its_place() -> None:
    sounds = tone((440,), (0.5, 0.5), 2, level=-30.0)
    made = without_noise(learned(hiss(1, -45.0)), samples(sounds + hiss(2, -45.0, seed=2)))
    for second in (0, 1):
        inside = made[second * RATE + 800 : second * RATE + 3200]
        assert abs(level(inside) + 30) < 1
        assert level(made[second * RATE + 5000 : second * RATE + 7500]) < -54


def test_the_audio_is_the_same_however_it_comes() -> None:
    line = learned(hiss(1, -45.0))
    audio = samples(tone((440,), (0.5, 0.5), 2, level=-30.0) + hiss(2, -45.0, seed=2))
    whole = without_noise(line, audio, audio.size)
    assert np.array_equal(without_noise(line, audio, 160), whole)
    assert np.array_equal(without_noise(line, audio, 801), whole)


def test_a_voice_that_is_too_soft_to_be_a_sound_is_not_the_noise_and_a_new_noise_is() -> None:
    soft = hiss(0.16, -39.0, seed=3)  # eight frames
    known, before = learned(hiss(1, -45.0), soft, hiss(0.02, -45.0), soft).power, learned(hiss(1, -45.0)).power
    louder = learned(hiss(1, -45.0), hiss(0.2, -38.0, seed=4)).power
    assert known is not None
    assert before is not None
    assert louder is not None
    assert abs(10 * np.log10(known.mean() / before.mean())) < 0.2
    assert abs(10 * np.log10(louder.mean() / before.mean()) - 7) < 1


@pytest.mark.parametrize("kind", ["hiss", "room"])
def test_words_in_noise_are_heard(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the errors that noise makes, hardly softer than the voices, more than 40 % are gone."""

    def wrong() -> int:
        errors = 0
        for number, (text, variant) in enumerate(product(SENTENCES, ("m3", "f2", "m5"))):
            spoken = np.concatenate([silence(1), voiced(text, Voice("cmn", variant, 200, 50, -38.0)), silence(1)])
            seconds = spoken.size / RATE
            behind = hiss(seconds, -43.0, number) if kind == "hiss" else noise(seconds, -43.0, number)
            errors += Levenshtein.distance(chinese.normalise(text), chinese.normalise(_words(samples(spoken + behind))))
        return errors

    with_reduction = wrong()
    monkeypatch.setattr(line_noise, "_SOFTEST", 0.0)
    assert 0 < with_reduction < 0.6 * wrong()


def _words(audio: Samples) -> str:
    listener = Listener(VoskTranscriber())
    events = [*(event for frame in frames(audio.astype(float)) for event in listener.hear(frame)), *listener.finish()]
    return "".join(event.segment.text for event in events if isinstance(event, SegmentEnded))


def test_what_sounds_a_lost_packet_and_comfort_noise_are_not_the_lines_noise() -> None:
    frame = Frame(50 * FRAME, samples(hiss(0.02, -45.0)), np.zeros(FRAME, np.int16), ())
    quiet, loud, just_over = (
        Sounding(is_loud, None, last, -50.0) for is_loud, last in ((False, 0.5), (True, 0.5), (False, 0.95))
    )
    for sounding, made_up, known in (
        (quiet, False, True),
        (quiet, True, False),
        (loud, False, False),
        (just_over, False, False),
    ):
        line = LineNoise()
        for _ in range(20):
            line.hear(frame, -45.0, sounding, made_up)
        assert (line.power is not None) is known
