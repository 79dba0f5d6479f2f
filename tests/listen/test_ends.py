from __future__ import annotations

import numpy as np
import pytest

from probe.listen.ends import Ends
from probe.listen.features import Meter
from probe.speech.voice import Voice, speak
from probe.timeline import FRAME, RATE, Samples


def heard(audio: Samples, floor: float = -90.0) -> Ends:
    ends, meter = Ends(), Meter()
    for start in range(0, audio.size - FRAME + 1, FRAME):
        ends.hear(meter.measure(start / RATE, audio[start : start + FRAME]), floor)
    return ends


def option(shift: int = 0) -> tuple[Samples, float]:
    """A spoken option with silence around it, `shift` samples later, and where its sound ends: all but its faint tail."""
    said = speak("人工服务请按零", Voice())
    said = said[: np.flatnonzero(np.abs(said) > np.abs(said).max() / 60)[-1]]
    around = np.zeros(RATE // 2 + shift, np.int16), np.zeros(RATE, np.int16)
    return np.concatenate([around[0], said, around[1]]), (around[0].size + said.size) / RATE


@pytest.mark.parametrize("early", [0.06, 0.12, 0.2])
@pytest.mark.parametrize("shift", [0, 17, 80, 121])
def test_a_word_told_early_ends_where_its_sound_ends(early: float, shift: int) -> None:
    audio, end = option(shift)
    assert heard(audio).near(end - early) == pytest.approx(end, abs=0.03)


def test_in_a_noisy_room_the_end_is_where_the_voice_goes_under() -> None:
    audio, end = option()
    noise = np.random.default_rng(1).normal(0, 60, audio.size)  # -55 dBFS
    noisy = np.clip(audio + noise, -32768, 32767).astype(np.int16)
    assert heard(noisy, floor=-55.0).near(end - 0.12) == pytest.approx(end, abs=0.12)


def test_a_word_that_runs_into_the_next_keeps_the_recognisers_end() -> None:
    tone = (8000 * np.sin(np.arange(2 * RATE) * 0.3)).astype(np.int16)
    assert heard(tone).near(1.0) == 1.0
    assert Ends().near(1.0) == 1.0
