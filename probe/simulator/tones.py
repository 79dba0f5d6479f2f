"""The telephone network's own tones, as China plays them: 450 Hz in a cadence (ITU-T E.180, GF 002-9002)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from probe.timeline import RATE, Samples

FREQUENCY = 450.0
RINGBACK = (1.0, 4.0)
"""Seconds on and off."""
BUSY = (0.35, 0.35)
_LEVEL = 0.1  # of full scale, peak: about −23 dBFS RMS, near the −10 dBm0 that exchanges send; guessed
_EDGE = 0.005  # seconds of rise and fall, so that the tone does not click; guessed


@lru_cache(maxsize=32)
def cadence(on: float, off: float, seconds: float) -> Samples:
    """A 450 Hz tone, `on` seconds on and `off` seconds off, for `seconds`; int16 at 8 kHz."""
    time = np.arange(round(seconds * RATE)) / RATE
    phase = time % (on + off)
    envelope = np.clip(np.minimum(phase, on - phase) / _EDGE, 0, 1)
    tone = np.sin(2 * np.pi * FREQUENCY * time) * envelope * _LEVEL * 32767
    result: Samples = tone.astype(np.int16)
    result.flags.writeable = False
    return result


@lru_cache(maxsize=4)
def beep(frequency: float = 1000.0, seconds: float = 0.4) -> Samples:
    """The tone after which a message is recorded; frequency in Hz, guessed as most machines have it."""
    time = np.arange(round(seconds * RATE)) / RATE
    envelope = np.clip(np.minimum(time, seconds - time) / _EDGE, 0, 1)
    return _samples(np.sin(2 * np.pi * frequency * time) * envelope)


@lru_cache(maxsize=2)
def special_information() -> Samples:
    """The special information tone: 950, 1400 and 1800 Hz, 0.33 s each (ITU-T E.180 §7)."""
    time = np.arange(round(0.33 * RATE)) / RATE
    envelope = np.clip(np.minimum(time, 0.33 - time) / _EDGE, 0, 1)
    return _samples(np.concatenate([np.sin(2 * np.pi * hertz * time) * envelope for hertz in (950.0, 1400.0, 1800.0)]))


def _samples(wave: npt.NDArray[np.float64]) -> Samples:
    result: Samples = (wave * _LEVEL * 32767).astype(np.int16)
    result.flags.writeable = False
    return result


def ringback(seconds: float) -> Samples:
    """Ringback for `seconds`, beginning with the tone."""
    return cadence(*RINGBACK, seconds)


def busy(seconds: float) -> Samples:
    """Busy tone for `seconds`."""
    return cadence(*BUSY, seconds)
