"""The telephone network's own tones, as China plays them: 450 Hz in a cadence (ITU-T E.180, GF 002-9002)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

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


def ringback(seconds: float) -> Samples:
    """Ringback for `seconds`, beginning with the tone."""
    return cadence(*RINGBACK, seconds)


def busy(seconds: float) -> Samples:
    """Busy tone for `seconds`."""
    return cadence(*BUSY, seconds)
