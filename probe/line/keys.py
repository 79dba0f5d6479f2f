"""Keys as tone pairs (DTMF, ITU-T Q.23): how they sound in the recording, and how they are sent in-band."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from probe.errors import UserError
from probe.timeline import RATE, Samples

KEYS = "0123456789*#ABCD"
ON = 0.1
"""Seconds a key lasts. ITU-T Q.24 asks for at least 40 ms; 100 ms is a guess at what every exchange takes."""
OFF = 0.1
"""Seconds of pause after a key; Q.24 asks for at least 40 ms, 100 ms is guessed likewise."""

_LEVEL = 0.25  # amplitude of each tone (full scale 1): −15 dBFS each, about −9 dBm0, within Q.23's usual −9 to −4
_LOW = (697.0, 770.0, 852.0, 941.0)
_HIGH = (1209.0, 1336.0, 1477.0, 1633.0)
_PAD = ("123A", "456B", "789C", "*0#D")


def check(keys: str) -> str:
    """`keys` in capitals; raises UserError if one of them is not on a telephone."""
    keys = keys.upper()
    for key in keys:
        if key not in KEYS:
            raise UserError(
                f"`{key}` is not a telephone key; write 0-9, *, # or A-D",
                f"“{key}”不是电话按键；请写 0-9、*、# 或 A-D",
            )
    return keys


@lru_cache(maxsize=len(KEYS))
def tone(key: str) -> Samples:
    """The tone pair of one key followed by its pause: `ON + OFF` seconds, int16 at 8 kHz, tones at −15 dBFS each."""
    row = next(n for n, keys in enumerate(_PAD) if key in keys)
    column = _PAD[row].index(key)
    t = np.arange(round(ON * RATE)) / RATE
    pair = np.sin(2 * np.pi * _LOW[row] * t) + np.sin(2 * np.pi * _HIGH[column] * t)
    samples = np.zeros(round((ON + OFF) * RATE), np.int16)
    samples[: len(t)] = np.round(pair * _LEVEL * 32767).astype(np.int16)
    samples.setflags(write=False)
    return samples


def tones(keys: str) -> Samples:
    """The tone pairs of all keys, one after the other, each with its pause."""
    return np.concatenate([tone(key) for key in keys]) if keys else np.zeros(0, np.int16)
