"""What a voice sounds like, coarsely: its average spectrum in bands, for telling one speaker or line from another.

Two stretches of one recording, or of one synthetic voice, differ by little; another throat, microphone or codec shows.
It is evidence of a change, never of who speaks.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from probe.timeline import RATE, Samples

_WINDOW, _HOP = 256, 128  # samples: 32 ms, every 16 ms
_ACTIVE = 20.0  # dB under the loudest frames that still count as speech; guessed
_FEWEST = 12  # frames: 0.2 s of speech, below which a spectrum says nothing
_EDGES = np.geomspace(200, 3400, 19)  # Hz; 18 bands, about three to an octave

Timbre = npt.NDArray[np.float64]


def timbre(heard: Samples) -> tuple[Timbre, float] | None:
    """Band levels (dB, mean 0) of the loud frames, and their level in dBFS; None if there is too little speech."""
    return _timbre(heard.tobytes()) if heard.size >= _WINDOW else None


@lru_cache(maxsize=8)  # one voice is compared with several others, and at several moments
def _timbre(audio: bytes) -> tuple[Timbre, float] | None:
    heard = np.frombuffer(audio, np.int16)
    frames = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP] / 32768.0
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-9)
    active = levels > np.percentile(levels, 95) - _ACTIVE
    if active.sum() < _FEWEST:
        return None
    spectrum = np.fft.rfft(frames[active] * _HANN)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    levels_of_bands = 10 * np.log10(power @ _BANDS + 1e-9).mean(axis=0)
    return levels_of_bands - levels_of_bands.mean(), float(levels[active].mean())


def _bands() -> npt.NDArray[np.float64]:
    """From a spectrum's power to the mean of each band."""
    of_bin = np.digitize(np.fft.rfftfreq(_WINDOW, 1 / RATE), _EDGES)
    inside = of_bin[:, None] == np.arange(1, len(_EDGES))
    bands: npt.NDArray[np.float64] = inside / inside.sum(axis=0)
    return bands


_HANN, _BANDS = np.hanning(_WINDOW), _bands()


def apart(one: Timbre, other: Timbre) -> float:
    """How far two timbres are apart: root mean square over the bands, dB."""
    return float(np.sqrt(np.mean(np.square(one - other))))
