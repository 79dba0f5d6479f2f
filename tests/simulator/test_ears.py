"""When the caller's speech begins and ends, and what is recognised of it."""

from __future__ import annotations

import numpy as np

from probe.simulator.ears import Ears, Utterance
from probe.timeline import FRAME, Samples
from tests.simulator.walker import transcriber, utterance


def hear(ears: Ears, sound: Samples, first: int = 0) -> list[Utterance]:
    frames = np.concatenate([sound, np.zeros(-sound.size % FRAME, np.int16)]).reshape(-1, FRAME)
    return [found for n, frame in enumerate(frames) if (found := ears.hear(frame, first + n))]


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * 8000), np.int16)


def test_an_utterance_is_recognised_with_its_beginning_and_end() -> None:
    ears = Ears(transcriber())
    ears.listen(True)
    said = utterance("转人工")
    found = hear(ears, np.concatenate([quiet(1.0), said, quiet(1.0)]))
    assert [utterance.text for utterance in found] == ["转人工"]
    assert abs(found[0].start - 50) <= 3
    assert abs(found[0].end - (50 + said.size / FRAME)) <= 5


def test_a_short_pause_does_not_end_an_utterance_and_a_long_one_does() -> None:
    for pause, count in ((0.3, 1), (0.9, 2)):
        ears = Ears(None)
        ears.listen(True)
        sound = np.concatenate([utterance("转人工"), quiet(pause), utterance("我要投诉"), quiet(1)])
        assert len(hear(ears, sound)) == count


def test_a_click_and_line_noise_are_no_speech() -> None:
    ears = Ears(None)
    ears.listen(True)
    noise = np.random.default_rng(1).normal(0, 60, 16000).astype(np.int16)
    noise[4000:4200] = 20000
    assert hear(ears, noise) == []
    assert not ears.speaking


def test_ears_that_are_turned_off_hear_nothing() -> None:
    ears = Ears(None)
    assert hear(ears, np.concatenate([utterance("转人工"), quiet(1)])) == []


def test_an_utterance_cut_off_by_turning_the_ears_off_is_forgotten() -> None:
    ears = Ears(None)
    ears.listen(True)
    hear(ears, utterance("转人工")[:4000])
    assert ears.speaking
    ears.listen(False)
    ears.listen(True)
    assert hear(ears, quiet(2)) == []
