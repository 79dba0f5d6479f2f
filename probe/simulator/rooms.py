"""The room behind a person: what tells a human being from a recording even while nobody speaks.

Quiet rooms hum, offices click and rustle, call centres babble. Each room is a few seconds of seeded noise, looped. Every person sits in
a room of their own: two calls with the same noise behind two people would be what only a recording can be.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from probe.speech.voice import Voice, speak
from probe.timeline import RATE, Samples

RoomKind = Literal["none", "quiet", "office", "babble"]
SNR = {"quiet": (28.0, 36.0), "office": (17.0, 27.0), "babble": (13.0, 22.0)}
"""Speech above the room, in dB; guessed from what headsets in call centres let through."""

LENGTH = 9.0
"""Seconds until a room's noise begins again."""
VARIETIES = 6
"""Rooms of each kind in which recordings are made."""
PEOPLES = 1_000_000
"""Rooms of each kind in which people sit."""

_CHATTER = (
    "那个资料你放在哪里了我待会儿过去拿一下",
    "好的好的没问题我帮您登记一下",
    "他说下午三点开会让我们都过去",
    "您稍等我查一下系统里面的记录",
    "今天中午吃什么我们去楼下看看吧",
)


@lru_cache(maxsize=32)
def noise(kind: str, variety: int, level_db: float) -> Samples:
    """The noise of a room at `level_db` dBFS RMS: int16 at 8 kHz, made to be looped.

    `kind`: quiet, office or babble; `variety`: which room of that kind, from 0 on.
    """
    sound = _room(kind, variety) * (32768 * 10 ** (level_db / 20))
    result: Samples = np.clip(sound, -32768, 32767).astype(np.int16)
    result.flags.writeable = False
    return result


@lru_cache(maxsize=18)
def _room(kind: str, variety: int) -> npt.NDArray[np.float64]:
    """A room's noise, of unit RMS."""
    random = np.random.default_rng([variety, len(kind)])
    base = _pink(random, round(LENGTH * RATE))
    if kind == "office":
        base += 0.8 * _clicks(random, base.size)
    elif kind == "babble":
        base = 0.4 * base + _babble(random, base.size)
    return base / float(np.sqrt(np.mean(base**2)))


def _pink(random: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    """Noise whose power falls with frequency, in the telephone band, of unit RMS."""
    spectrum = random.standard_normal(size // 2 + 1) + 1j * random.standard_normal(size // 2 + 1)
    frequency = np.maximum(np.arange(spectrum.size) * RATE / size, 1.0)
    spectrum *= frequency ** -random.uniform(0.3, 0.8) * ((frequency > 200) & (frequency < 3400))
    noise_: npt.NDArray[np.float64] = np.fft.irfft(spectrum, size)
    return noise_ / float(np.sqrt(np.mean(noise_**2)))


def _clicks(random: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    """Keyboard and paper: short bursts at random instants."""
    sound = np.zeros(size)
    for start in random.integers(0, size - 400, 14):
        length = int(random.integers(40, 320))
        sound[start : start + length] += (
            random.standard_normal(length) * np.exp(-np.arange(length) / (length / 4)) * 2.5
        )
    return sound


def _babble(random: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    """Several colleagues at once, none of them to be understood."""
    sound = np.zeros(size)
    for index, text in enumerate(_CHATTER):
        voice = Voice("cmn", ("m1", "f3", "m4", "f1", "m7")[index], int(random.integers(160, 230)), 50, -20.0)
        spoken = speak(text, voice).astype(np.float64)
        doubled = np.resize(spoken, size)
        sound += np.roll(doubled, int(random.integers(0, size))) * random.uniform(0.6, 1.0)
    return sound / float(np.sqrt(np.mean(sound**2)))
