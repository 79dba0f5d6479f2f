from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.listen.fingerprint import HOP, MARKED, Fingerprint, Fingerprinter, differing
from probe.listen.line_noise import LineNoise
from probe.simulator.channel import CONDITIONS, degrade
from probe.timeline import Samples
from tests.listen.sounds import SENTENCES, Sound, at_level, samples, silence, voiced

PROMPT = samples(np.concatenate([silence(0.3), voiced("您好，欢迎致电自来水公司，人工服务请按零"), silence(0.5)]))
OTHER = samples(np.concatenate([silence(0.3), voiced("现在是非工作时间，我们的服务时间是每天八点"), silence(0.5)]))


def of(sound: Samples) -> Fingerprint:
    return Fingerprinter().feed(sound)


def share(a: Fingerprint, heard: Fingerprint, since: int = 15, frames: int = 60) -> float:
    span = slice(since, since + frames)
    return float(differing(a.bits[span], heard.bits[span], heard.marks[span]).mean()) / MARKED


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=20), st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_the_frames_are_the_same_however_the_audio_comes(cuts: list[int], least: int) -> None:
    whole, fed = of(PROMPT), Fingerprinter()
    pieces = np.split(PROMPT, np.clip(np.cumsum(cuts), 0, PROMPT.size))
    parts = [part for piece in pieces if len(part := fed.feed(piece, least))] + [fed.feed(PROMPT[:0])]
    assert np.array_equal(np.concatenate([part.bits for part in parts]), whole.bits)
    assert np.array_equal(np.concatenate([part.marks for part in parts]), whole.marks)
    assert np.array_equal(np.concatenate([part.levels for part in parts]), whole.levels)


def test_a_frame_every_20_ms_that_marks_19_bits() -> None:
    known = of(PROMPT)
    assert len(known) == (PROMPT.size - Fingerprinter.REACH) // HOP + 1
    assert set(np.bitwise_count(known.marks[20:80]).tolist()) == {MARKED}


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_network_turns_few_of_the_marked_bits(name: str) -> None:
    known = of(PROMPT)
    assert share(known, of(degrade(PROMPT, CONDITIONS[name], seed=1))) < 0.22
    assert share(of(OTHER), of(degrade(PROMPT, CONDITIONS[name], seed=1))) > 0.38


def test_a_prompt_half_a_frame_out_of_step_is_still_the_same() -> None:
    assert share(of(PROMPT), of(PROMPT[HOP // 2 :])) < 0.06


def test_in_noise_that_is_known_what_stands_out_of_it_is_compared() -> None:
    """Two calls in which one recording is 10 dB over white noise: a third fewer marked bits differ, and hardly fewer of another."""
    said, other = (np.concatenate([silence(0.5), voiced(text), silence(0.5)]) for text in SENTENCES[:2])
    size = min(said.size, other.size)

    def heard(sound: Sound, seed: int, known: bool) -> Fingerprint:
        random, scale = np.random.default_rng(seed), 32768 * 10 ** (-46 / 20)
        before = samples(random.normal(0, scale, 8000))
        line = LineNoise()
        for frame in before.reshape(-1, 160):
            line.learn(frame, -46.0)
        audio = samples(at_level(sound, -36)[:size] + random.normal(0, scale, size))
        return Fingerprinter(line if known else None).feed(audio)

    def differ(one: Sound, two: Sound, known: bool) -> float:
        first, second = heard(one, 1, known), heard(two, 2, known)
        loud = second.levels > -42
        return float(differing(first.bits, second.bits, second.marks)[loud].mean() / MARKED)

    assert differ(said, said, True) < 0.7 * differ(said, said, False)
    assert differ(said, other, True) > 0.4


def test_where_the_noise_is_not_known_or_too_soft_nothing_changes() -> None:
    quiet = LineNoise()
    for _ in range(50):
        quiet.learn(np.zeros(160, np.int16), -90.0)
    for noise_ in (LineNoise(), quiet):
        assert np.array_equal(Fingerprinter(noise_).feed(PROMPT).marks, Fingerprinter().feed(PROMPT).marks)


def test_another_noise_is_another_floor() -> None:
    random, line = np.random.default_rng(1), LineNoise()
    prints = Fingerprinter(line)

    def marks(level: float) -> list[int]:
        for _ in range(50):
            line.learn(samples(random.normal(0, 32768 * 10 ** (level / 20), 160)), level)
        return prints.feed(PROMPT).marks[-50:].tolist()

    assert marks(-60.0) != marks(-25.0)
