from __future__ import annotations

import numpy as np
import pytest

from probe.listen.features import Features, Meter
from probe.timeline import FRAME, RATE
from tests.listen.sounds import SENTENCES, Sound, music, noise, samples, silence, tone, voiced

SOUND = np.concatenate(
    [silence(0.3), voiced(SENTENCES[0])[:24000], silence(0.2), music(2, seed=1), tone([450], (1, 0), 1)]
)


def measured(sound: Sound, block: int) -> list[Features]:
    meter, audio = Meter(), samples(sound)
    audio = audio[: audio.size // FRAME * FRAME]
    step = block * FRAME
    return [f for at in range(0, audio.size, step) for f in meter.measure_all(at / RATE, audio[at : at + step])]


@pytest.mark.parametrize("block", [2, 5, 7])
def test_frames_measured_together_are_measured_as_one_by_one(block: int) -> None:
    for alone, together in zip(measured(SOUND, 1), measured(SOUND, block), strict=True):
        assert together.at == pytest.approx(alone.at)
        assert together.level == pytest.approx(alone.level, abs=1e-4)
        assert (together.peaks, len(together.lines)) == (alone.peaks, len(alone.lines))
        for name in ("steady", "alike", "voicing"):
            assert getattr(together, name) == pytest.approx(getattr(alone, name), abs=1e-3)


def test_a_tone_is_one_line_that_stands_still_at_its_frequency() -> None:
    for frame in measured(tone([1234.0], (1, 0), 1, -20.0), 5)[10:-2]:
        assert frame.level == pytest.approx(-20.0, abs=0.2)
        assert frame.strongest == pytest.approx(1234.0, abs=1.0)
        assert frame.lines[0][0] == pytest.approx(1234.0, abs=1.0)
        assert frame.lines[0][1] > 0.99
        assert (frame.steady, frame.alike) == (pytest.approx(1.0, abs=0.01), pytest.approx(1.0, abs=0.05))


def test_noise_neither_stands_still_nor_is_periodic_and_a_voice_is_only_periodic() -> None:
    hiss = measured(noise(2, -30), 5)[10:]
    assert np.mean([frame.steady for frame in hiss]) < 0.25
    assert np.mean([frame.voicing for frame in hiss]) < 0.4
    voice = [frame for frame in measured(voiced(SENTENCES[0])[:24000], 5) if frame.level > -30]
    assert np.mean([frame.voicing for frame in voice]) > 0.6
    assert np.mean([frame.steady for frame in voice]) < 0.4


def test_silence_between_sounds_leaves_no_trace_of_the_sound_before() -> None:
    after = measured(np.concatenate([tone([800], (0.5, 0), 1), silence(0.3), tone([800], (0.5, 0), 1)]), 5)
    begins = next(n for n in range(30, len(after)) if after[n].level > -60)
    assert after[begins].steady == 0.0
    assert after[begins].alike == 0.0


def test_of_frames_that_are_known_to_be_speech_only_levels_are_measured() -> None:
    sound = samples(np.concatenate([voiced("您好，请讲"), music(1.0)]))
    sound = sound[: sound.size // 800 * 800]
    whole, some = Meter(), Meter()
    for at in range(0, sound.size, 800):
        known = at < 4000
        all_ = whole.measure_all(at / 8000, sound[at : at + 800])
        levels = some.measure_all(at / 8000, sound[at : at + 800], [True] * 5 if known else ())
        assert [frame.level for frame in all_] == [frame.level for frame in levels]
        if known:
            loudest = max(frame.level for frame in levels)
            assert all(frame.voicing == 1.0 for frame in levels if -60 < frame.level > loudest - 10)
            assert not any(frame.lines or frame.steady for frame in levels)
        elif at >= 4000 + 1600:  # the spectra of 160 ms before are known again
            assert all_ == levels
