from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.timeline import AudioQuality
from tests.listen.sounds import Sound, frames, noise, silence, speech


def quality(sound: Sound) -> AudioQuality:
    listener = Listener(None)
    for frame in frames(sound):
        list(listener.hear(frame))
    (told,) = (event for event in listener.finish() if isinstance(event, AudioQuality))
    return told


def test_clean_speech_has_no_faults() -> None:
    told = quality(np.concatenate([silence(1), 0.5 * speech(12, 1), silence(1)]))
    assert told.faults == ()
    assert -30 < told.level < -10
    assert told.floor < -70
    assert told.clipped == 0.0


def test_the_level_is_the_level() -> None:
    loud, soft = quality(speech(12, 1)), quality(0.1 * speech(12, 1))
    assert loud.level - soft.level == pytest.approx(20.0, abs=3.0)


def test_clipping_is_told_and_loud_speech_is_none() -> None:
    assert "clipped" in quality(12 * speech(12, 1)).faults
    assert quality(0.8 * speech(12, 1)).clipped == 0.0


def test_very_soft_and_noisy_speech_is_told() -> None:
    assert "too_soft" in quality(speech(12, 1) * 10 ** (-34 / 20)).faults
    told = quality(speech(12, 1) * 10 ** (-20 / 20) + noise(12, -42))
    assert "noisy" in told.faults
    assert "noisy" in quality(speech(12, 1) * 10 ** (-27 / 20) + noise(12, -52)).faults


def test_dead_air_counts_from_the_answer_and_needs_half_a_minute() -> None:
    assert "dead_air" in quality(np.concatenate([speech(4, 1), silence(33)])).faults
    assert "dead_air" not in quality(np.concatenate([speech(4, 1), silence(20), speech(4, 2)])).faults
    assert quality(np.concatenate([speech(4, 1), silence(20), speech(4, 2)])).dead_air == pytest.approx(20, abs=1.5)


def with_comfort_noise(level: float) -> Sound:
    """Speech whose longer pauses hold noise from 0.2 s on, as a decoder makes it up; under the voice there is none."""
    pieces = []
    for seed in range(4):
        pieces += [speech(2.5, seed), silence(0.22), noise(1.2, level, seed)]
    return np.concatenate(pieces)


def test_the_share_of_comfort_noise_is_told_and_a_room_is_none() -> None:
    made_up = quality(with_comfort_noise(-58.0))
    room = quality(
        np.concatenate([np.concatenate([speech(2.5, s), silence(1.4)]) for s in range(4)]) + noise(15.6, -58)
    )
    assert made_up.comfort_noise > 0.3
    assert room.comfort_noise < 0.05
