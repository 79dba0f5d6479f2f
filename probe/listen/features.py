"""What is measured on each frame of 20 ms: levels, and how much of the spectrum stands still.

One Fourier transform a frame, of the last 64 ms under a Hann window, gives everything that the detectors need:

- `steady`: the share of the spectrum's peaks that stand within 2.5 Hz of where they stood 40 ms before. A note of an
  instrument holds its partials; a voice never does, its pitch glides all the time. Noise has peaks too, but by chance.
- `alike`: how alike the spectrum's fine structure is to that of 160 ms before. It survives vibrato.
- `voicing`: the highest autocorrelation at the lags of a voice's pitch (80 to 400 Hz): 1 is periodic, noise is low.

Levels are in dBFS (0 is a full-scale square wave), floored at `QUIETEST`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import log10

import numpy as np
import numpy.typing as npt

from probe.timeline import FRAME, RATE, Samples

QUIETEST = -90.0
"""dBFS of digital silence: one step of 16 bits."""
BLOCK = 40
"""Samples in a block: 5 ms, the finest step of levels; four to a frame."""
WINDOW = 512
"""Samples in the spectrum's window: 64 ms, 15.6 Hz a bin."""

_BIN = RATE / WINDOW
_LOWEST, _HIGHEST = 6, 224  # bins: 94 to 3500 Hz, the telephone band
_PEAK_RANGE = 6.9  # nepers of power (30 dB) under the highest peak; lower ones are noise; guessed
_STILL = 2.5 / _BIN  # bins: what interpolation cannot tell apart in 64 ms; measured on synthetic notes
_SHORT_LAG, _LONG_LAG = 2, 8  # frames: 40 ms tells notes from voices, 160 ms spans one period of vibrato
_LOWEST_VOICED = 16  # bins: 250 Hz; a room's rumble below is periodic too, and a voice's harmonics go on above
_PITCH_LAGS = slice(20, 101)  # samples: 400 to 80 Hz
_SMOOTH = np.ones(9) / 9  # bins of the envelope that is taken off the fine structure
_FEW_PEAKS = 24  # peaks of a spectrum that can be one or two lines; a voice or a room has more; measured
_LINE = 3  # bins to each side that a line fills (Hann's window: 2, and one for its being cut short)
_SPECTRUM_FLOOR = -65.0  # dBFS below which a frame is silent to every detector and is not transformed


@dataclass(frozen=True, slots=True)
class Features:
    """One frame, measured.

    `at`: start in seconds; `level`: dBFS; `blocks`: dBFS of its four blocks of 5 ms; `steady`, `alike`, `voicing`: 0 to 1;
    `peaks`: number of spectral peaks; `strongest`: Hz of the highest peak, 0 if silent; `lines`: Hz of the two strongest
    spectral lines and the share of the telephone band's power in each, only where there are few peaks.
    """

    at: float
    level: float
    blocks: tuple[float, ...]
    steady: float
    alike: float
    voicing: float
    peaks: int
    strongest: float
    lines: tuple[tuple[float, float], ...] = ()


class Meter:
    """Measures frames in order."""

    def __init__(self) -> None:
        self._window = np.hanning(WINDOW + 1)[:-1]
        lags = np.fft.irfft(np.abs(np.fft.rfft(self._window, 2 * WINDOW)) ** 2)[: _PITCH_LAGS.stop]
        self._taper = lags[0] / lags[_PITCH_LAGS]
        self._recent = np.zeros(WINDOW)
        self._peaks: deque[npt.NDArray[np.float64]] = deque(maxlen=_SHORT_LAG)
        self._fine: deque[tuple[npt.NDArray[np.float64], float]] = deque(maxlen=_LONG_LAG)
        self._nothing = (np.zeros(0), np.zeros(0))

    def measure(self, at: float, heard: Samples) -> Features:
        """The features of the next 160 samples; `at`: their start in seconds."""
        recent = self._recent
        recent[:-FRAME] = recent[FRAME:]
        recent[-FRAME:] = heard
        newest = recent[-FRAME:].reshape(-1, BLOCK)
        squares = (np.einsum("ij,ij->i", newest, newest) / BLOCK).tolist()
        blocks = tuple(10 * log10(square + 1) - 90.31 for square in squares)
        level = 10 * log10(sum(squares) / len(squares) + 1) - 90.31
        if level < _SPECTRUM_FLOOR:
            self._peaks.append(self._nothing[0])
            self._fine.append((self._nothing[1], 0.0))
            return Features(at, level, blocks, 0.0, 0.0, 0.0, 0, 0.0)
        spectrum = np.fft.rfft(recent * self._window)
        power = spectrum.real**2 + spectrum.imag**2 + WINDOW
        logs = np.log(power[_LOWEST:_HIGHEST])
        steady, count, strongest = self._steadiness(logs)
        lines = _lines(power, logs) if count <= _FEW_PEAKS else ()
        return Features(at, level, blocks, steady, self._likeness(logs), self._voicing(power), count, strongest, lines)

    def _steadiness(self, logs: npt.NDArray[np.float64]) -> tuple[float, int, float]:
        """Share (by the root of amplitude) of peaks that stood still, their number, and the strongest one's Hz."""
        left, middle, right = logs[:-2], logs[1:-1], logs[2:]
        top = middle.max()
        at = np.flatnonzero((middle > left) & (middle >= right) & (middle > top - _PEAK_RANGE))
        if not at.size:
            self._peaks.append(self._nothing[0])
            return 0.0, 0, 0.0
        a, b, c = left[at], middle[at], right[at]
        # The vertex of the parabola through a peak's three bins; exact for a Gaussian, close for Hann.
        places = at + 0.5 * (a - c) / (a - 2 * b + c)
        before = self._peaks[0] if len(self._peaks) == _SHORT_LAG else self._nothing[0]
        self._peaks.append(places)
        strongest = float(places[int(b.argmax())] + _LOWEST + 1) * _BIN
        if not before.size:
            return 0.0, at.size, strongest
        above = np.searchsorted(before, places)
        gap = np.minimum(
            np.abs(before[np.minimum(above, before.size - 1)] - places),
            np.abs(before[np.maximum(above - 1, 0)] - places),
        )
        weight = np.exp(0.25 * (b - top))
        return float(weight[gap < _STILL].sum() / weight.sum()), at.size, strongest

    def _likeness(self, logs: npt.NDArray[np.float64]) -> float:
        """Cosine of the fine structure (what rises above the envelope) with that of 160 ms before."""
        fine = np.maximum(logs - np.convolve(logs, _SMOOTH, "same"), 0)[4:-4]
        size = float(np.sqrt(fine @ fine))
        before, before_size = self._fine[0] if len(self._fine) == _LONG_LAG else (self._nothing[1], 0.0)
        self._fine.append((fine, size))
        return float(fine @ before) / (size * before_size) if before_size and size else 0.0

    def _voicing(self, power: npt.NDArray[np.float64]) -> float:
        power[:_LOWEST_VOICED] = 0.0
        correlation = np.fft.irfft(power)
        return float((correlation[_PITCH_LAGS] * self._taper).max() / correlation[0])


def _lines(power: npt.NDArray[np.float64], logs: npt.NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Hz and share of power of the two strongest lines."""
    band = power[_LOWEST:_HIGHEST].copy()
    total = float(band.sum())
    lines = []
    for _ in range(2):
        top = int(band.argmax())
        share = float(band[max(top - _LINE, 0) : top + _LINE + 1].sum()) / total
        place = float(top)
        if 0 < top < band.size - 1:
            a, b, c = logs[top - 1 : top + 2]
            bend = a - 2 * b + c
            place += 0.5 * float((a - c) / bend) if bend < 0 else 0.0
        lines.append(((place + _LOWEST) * _BIN, share))
        band[max(top - _LINE, 0) : top + _LINE + 1] = 0.0
    return tuple(lines)
