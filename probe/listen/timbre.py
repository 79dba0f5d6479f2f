"""What a voice sounds like, coarsely: its average spectrum in bands, for telling one speaker or line from another.

Two stretches of one recording, or of one synthetic voice, differ by little; another throat, microphone or codec shows.
It is evidence of a change, never of who speaks.

Noise fills what is between the loud parts of a spectrum: in it all voices are nearer to one another, in proportion to the
decibels by which they are over it. That is taken into account, so that a distance means the same on every line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from probe.timeline import RATE, Samples

_WINDOW, _HOP = 256, 128  # samples: 32 ms, every 16 ms
_ACTIVE = 20.0  # dB under the loudest frames that still count as speech; guessed
_FEWEST = 12  # frames: 0.2 s of speech, below which a spectrum says nothing
_EDGES = np.geomspace(200, 3400, 19)  # Hz; 18 bands, about three to an octave

_CLEAR = 41.0
"""dB over the noise from which it does not make two voices more alike. Measured: of one voice's sentences, and two voices',
the median distances are 2.3 and 5.1 dB there; at 29 dB 1.6 and 3.5, at 18 dB 1.1 and 1.8, at 10 dB 0.7 and 1.0."""
_SUNK = 8.0  # dB over the noise under which nothing more is known of how much alike it makes voices; guessed
_NOISE = 5  # percentile of a band's power that is the noise's: no sound of speech fills all bands; guessed


@dataclass(frozen=True, slots=True)
class Timbre:
    """`bands`: their levels in dB, mean 0, in the loud frames; `level`: that of those frames in dBFS; `over`: dB by which they
    are over the noise."""

    bands: npt.NDArray[np.float64]
    level: float
    over: float


def timbre(heard: Samples) -> Timbre | None:
    """The timbre of speech; None if there is too little of it."""
    return _timbre(heard.tobytes()) if heard.size >= _WINDOW else None


@lru_cache(maxsize=8)  # one voice is compared with several others, and at several moments
def _timbre(audio: bytes) -> Timbre | None:
    heard = np.frombuffer(audio, np.int16)
    frames = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP] / 32768.0
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-9)
    active = levels > np.percentile(levels, 95) - _ACTIVE
    if active.sum() < _FEWEST:
        return None
    spectrum = np.fft.rfft(frames * _HANN)
    power = (np.square(spectrum.real) + np.square(spectrum.imag)) @ _BANDS + 1e-9
    levels_of_bands = 10 * np.log10(power[active]).mean(axis=0)
    over = 10 * np.log10(power[active].mean() / np.percentile(power, _NOISE, axis=0).mean())
    return Timbre(levels_of_bands - levels_of_bands.mean(), float(levels[active].mean()), float(over))


def _bands() -> npt.NDArray[np.float64]:
    """From a spectrum's power to the mean of each band."""
    of_bin = np.digitize(np.fft.rfftfreq(_WINDOW, 1 / RATE), _EDGES)
    inside = of_bin[:, None] == np.arange(1, len(_EDGES))
    bands: npt.NDArray[np.float64] = inside / inside.sum(axis=0)
    return bands


_HANN, _BANDS = np.hanning(_WINDOW), _bands()


def apart(one: Timbre, other: Timbre) -> float:
    """How far two timbres are apart: root mean square over the bands, in dB, as it would be without noise."""
    clear = np.sqrt(np.mean(np.square([min(max(of.over, _SUNK) / _CLEAR, 1.0) for of in (one, other)])))
    return float(np.sqrt(np.mean(np.square(one.bands - other.bands))) / clear)
