"""What is measured on each frame of 20 ms: levels, and how much of the spectrum stands still.

One Fourier transform a frame, of the last 64 ms under a Hann window, gives everything that the detectors need:

- `steady`: the share of the spectrum's peaks that stand within 2.5 Hz of where they stood 40 ms before. A note of an
  instrument holds its partials; a voice never does, its pitch glides all the time. Noise has peaks too, but by chance.
- `alike`: how alike the spectrum's fine structure is to that of 160 ms before. It survives vibrato.
- `voicing`: the highest autocorrelation at the lags of a voice's pitch (80 to 400 Hz): 1 is periodic, noise is low.

Levels are in dBFS (0 is a full-scale square wave), floored at `QUIETEST`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

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
_SMOOTH = 9  # bins over which the envelope is averaged that is taken off the fine structure
_FEW_PEAKS = 24  # peaks of a spectrum that can be one or two lines; a voice or a room has more; measured
_LINE = 3  # bins to each side that a line fills (Hann's window: 2, and one for its being cut short)
_VOICED = 0.5  # autocorrelation of a voiced frame
_VOICED_CLEAR, _PEAKS_OF_AH = 0.4, 35  # ... of one with few peaks, which a short "ah" is
_PEAKS_OF_NO_NOISE = 28  # noise has 45 to 65, clicks 40 and more
_SPECTRUM_FLOOR = -65.0  # dBFS below which a frame is silent to every detector and is not transformed
# Of one or two lines that are nearly all of the sound, the one with the highest bin has a third or more, spread over a few
# bins (more where a burst begins or ends in the window); what has less need not be looked at.
_ONE_BIN, _HALF_PURE = 0.1, 0.3
_BINS, _FINE_BINS = _HIGHEST - _LOWEST, _HIGHEST - _LOWEST - _SMOOTH + 1
_NO_PEAK = 9.0  # bins off a bin: what no peak is

_Floats = npt.NDArray[np.float32]
_highest, _total = np.maximum.reduce, np.add.reduce  # what `max` and `sum` of an array call, at a third of the cost
_Spectrum = tuple[float, float, float, int, float, tuple[tuple[float, float], ...]]
_SILENT: _Spectrum = (0.0, 0.0, 0.0, 0, 0.0, ())
_A_VOICE: _Spectrum = (0.0, 0.0, 1.0, 12, 0.0, ())
_ITS_SOFT_ENDS: _Spectrum = (0.0, 0.0, 0.3, 30, 0.0, ())
_SOFTER, _GROUP = 12.0, 5
"""Frames that are known to be speech: periodic, with the few peaks of one voice, nothing standing still; and those so many dB
under the loudest of five (guessed), which are consonants and the ends of words."""


class Features(NamedTuple):
    """One frame, measured. (A tuple: one is made fifty times a second, and a dataclass takes four times as long.)

    `at`: start in seconds; `level`: dBFS; `blocks`: dBFS of its four blocks of 5 ms; `steady`, `alike`, `voicing`: 0 to 1;
    `peaks`: number of spectral peaks; `strongest`: Hz of the highest peak, 0 if silent; `lines`: Hz of the two strongest
    spectral lines and the share of the telephone band's power in each, only where there are few peaks and most of the
    power may be in such lines. `highest`: the largest sample's magnitude.
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
    highest: float = 0.0

    @property
    def voiced(self) -> bool:
        """Whether it sounds like a throat: periodic, or (a creaky voice is not) with few peaks, unlike any noise."""
        periodic = self.voicing > _VOICED or (self.voicing > _VOICED_CLEAR and self.peaks < _PEAKS_OF_AH)
        return periodic or 0 < self.peaks < _PEAKS_OF_NO_NOISE


class Meter:
    """Measures frames in order. Several at once cost far less than one after the other, and give the same."""

    def __init__(self) -> None:
        self._recent = np.zeros(WINDOW - FRAME, np.float32)
        self._places = np.full((_SHORT_LAG, _BINS), _NO_PEAK, np.float32)
        self._fine = np.zeros((_LONG_LAG, _FINE_BINS), np.float32)
        self._sizes = [0.0] * _LONG_LAG

    def measure(self, at: float, heard: Samples) -> Features:
        """The features of the next 160 samples; `at`: their start in seconds."""
        return self.measure_all(at, heard)[0]

    def measure_all(self, at: float, heard: Samples, known: Sequence[bool] = ()) -> list[Features]:
        """The features of the next frames, 160 samples each; `at`: the start of the first in seconds.

        `known`: of each frame, whether it is known to be a remembered recording's words, so that only its level is measured.
        """
        count, first = heard.size // FRAME, round(at * RATE)
        audio = np.concatenate([self._recent, heard.astype(np.float32)])
        self._recent = audio[count * FRAME :]
        newest = audio[WINDOW - FRAME :].reshape(count, FRAME // BLOCK, BLOCK)
        squares = np.einsum("ijk,ijk->ij", newest, newest) / BLOCK
        blocks = (10 * np.log10(squares + 1) - 90.31).tolist()
        levels = [10 * log10(sum(four) / len(four) + 1) - 90.31 for four in squares.tolist()]
        highest = _highest(np.abs(audio[WINDOW - FRAME :]).reshape(count, FRAME), axis=1).tolist()
        loud = [n for n in range(count) if levels[n] >= _SPECTRUM_FLOOR]
        spectra = self._spectra(audio, count, [n for n in loud if not known[n]] if known else loud)
        if known:
            spectra |= {n: _granted(levels, n) for n in loud if known[n]}
        return [
            Features((first + n * FRAME) / RATE, levels[n], tuple(blocks[n]), *spectra.get(n, _SILENT), highest[n])
            for n in range(count)
        ]

    def _spectra(self, audio: _Floats, count: int, loud: list[int]) -> dict[int, _Spectrum]:
        """What the spectra tell of the frames that are `loud` enough."""
        if not loud:
            self._forget(count)
            return {}
        first, rest = loud[0], count - loud[-1] - 1
        if first:
            self._forget(first)
        found = self._transformed(audio[first * FRAME :], count - first - rest, [n - first for n in loud])
        if rest:
            self._forget(rest)
        return {n + first: spectrum for n, spectrum in found.items()} if first else found

    def _transformed(self, audio: _Floats, count: int, loud: list[int]) -> dict[int, _Spectrum]:
        """The same, where the first and the last frame are loud."""
        step = audio.strides[0]
        windows: _Floats = np.ndarray((count, WINDOW), np.float32, audio, 0, (FRAME * step, step))
        spectrum = np.fft.rfft(windows * _HANN, axis=1)
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        power += WINDOW
        logs = np.log(power[:, _LOWEST:_HIGHEST])
        soft = [n for n in range(count) if n not in loud] if len(loud) < count else []
        steady, peaks, strongest = self._steadiness(logs, soft)
        alike = self._likeness(logs, soft)
        correlation = power[:, _LOWEST_VOICED:] @ _TO_CORRELATION
        voicing = (_highest(correlation[:, 1:], axis=1) / correlation[:, 0]).tolist()
        band = power[:, _LOWEST:_HIGHEST]
        one_bin = (_highest(band, axis=1) / _total(band, axis=1)).tolist()
        found: dict[int, _Spectrum] = {}
        for n in loud:
            pure = peaks[n] <= _FEW_PEAKS and one_bin[n] >= _ONE_BIN
            lines = _lines(band[n], logs[n]) if pure else ()
            found[n] = steady[n], alike[n], voicing[n], peaks[n], strongest[n], lines
        return found

    def _steadiness(self, logs: _Floats, soft: list[int]) -> tuple[list[float], list[int], list[float]]:
        """Share (by the root of amplitude) of peaks that stood still, their number, and the strongest one's Hz."""
        count = len(logs)
        middle = logs[:, 1:-1]
        top = _highest(middle, axis=1)
        rises = middle > logs[:, :-2]
        is_peak = np.zeros(logs.shape, np.bool_)
        np.logical_and(rises[:, :-1], ~rises[:, 1:], out=is_peak[:, 1:-2])
        is_peak[:, -2] = rises[:, -1] & (middle[:, -1] >= logs[:, -1])
        is_peak[:, 1:-1] &= middle > (top - _PEAK_RANGE)[:, None]
        if soft:
            is_peak[soft] = False
        at = is_peak.ravel().nonzero()[0]
        row = at // _BINS
        flat = logs.ravel()
        a, b, c = flat.take(at - 1), flat.take(at), flat.take(at + 1)
        # The vertex of the parabola through a peak's three bins; exact for a Gaussian, close for Hann.
        off = 0.5 * (a - c) / (a - 2 * b + c)
        places = self._note_places(np.full((count, _BINS), _NO_PEAK, np.float32))
        new = places[_SHORT_LAG:].reshape(-1)
        new[at] = off
        # A place near enough lies in the same bin or in one beside it.
        before = places.reshape(-1)
        still = np.abs(before.take(at) - off) < _STILL
        still |= np.abs(before.take(at - 1) - off - 1) < _STILL
        still |= np.abs(before.take(at + 1) - off + 1) < _STILL
        weight = np.exp(0.25 * (b - top.take(row)))
        whole = np.bincount(row, weight, count).tolist()
        stood = np.bincount(row, weight * still, count).tolist()
        counts = np.bincount(row, minlength=count).tolist()
        share = [part / all_ if all_ else 0.0 for part, all_ in zip(stood, whole, strict=True)]
        highest = (middle.argmax(axis=1) + 1).tolist()
        strongest = []
        for n, bin_ in enumerate(highest):
            if counts[n] and not is_peak[n, bin_]:  # the highest bin of all lies at the band's edge and is no peak
                bin_ = int(np.where(is_peak[n], logs[n], -np.inf).argmax())
            strongest.append((bin_ + float(new[n * _BINS + bin_]) + _LOWEST) * _BIN if counts[n] else 0.0)
        return share, counts, strongest

    def _likeness(self, logs: _Floats, soft: list[int]) -> list[float]:
        """Cosine of the fine structure (what rises above the envelope) with that of 160 ms before."""
        count = len(logs)
        fine = np.maximum(logs @ _OFF_ENVELOPE, 0)
        if soft:
            fine[soft] = 0.0
        sizes = np.sqrt(np.einsum("ij,ij->i", fine, fine)).tolist()
        fine, sizes = self._note_fine(fine, sizes)
        products = np.einsum("ij,ij->i", fine[:count], fine[_LONG_LAG:]).tolist()
        both = [before * now for before, now in zip(sizes, sizes[_LONG_LAG:], strict=False)]
        return [product / size if size else 0.0 for product, size in zip(products, both, strict=True)]

    def _forget(self, count: int) -> None:
        """Notes frames whose spectra tell nothing."""
        self._note_places(np.full((count, _BINS), _NO_PEAK, np.float32))
        self._note_fine(np.zeros((count, _FINE_BINS), np.float32), [0.0] * count)

    def _note_places(self, new: _Floats) -> _Floats:
        """The places of the frames before, and of the new ones, which are kept."""
        places = np.concatenate([self._places, new])
        self._places = places[len(new) :]
        return places

    def _note_fine(self, new: _Floats, sizes: list[float]) -> tuple[_Floats, list[float]]:
        """The same of the fine structure and its size."""
        fine, all_sizes = np.concatenate([self._fine, new]), self._sizes + sizes
        self._fine, self._sizes = fine[len(new) :], all_sizes[len(new) :]
        return fine, all_sizes


def _granted(levels: list[float], n: int) -> _Spectrum:
    """What is taken for granted of a frame, the `n`th of a block, that is known to be speech."""
    group = n - n % _GROUP
    return _A_VOICE if levels[n] > max(levels[group : group + _GROUP]) - _SOFTER else _ITS_SOFT_ENDS


def _lines(power: _Floats, logs: _Floats) -> tuple[tuple[float, float], ...]:
    """Hz and share of power of the two strongest lines."""
    band = power.copy()
    total = float(band.sum())
    lines = []
    for _ in range(2):
        top = int(band.argmax())
        share = float(band[max(top - _LINE, 0) : top + _LINE + 1].sum()) / total
        place = float(top)
        if 0 < top < band.size - 1:
            a, b, c = logs[top - 1 : top + 2].tolist()
            bend = a - 2 * b + c
            place += 0.5 * (a - c) / bend if bend < 0 else 0.0
        lines.append(((place + _LOWEST) * _BIN, share))
        if share < _HALF_PURE:
            break
        band[max(top - _LINE, 0) : top + _LINE + 1] = 0.0
    return tuple(lines)


def _to_correlation() -> _Floats:
    """From power at the bins of a voice to its autocorrelation at lag 0 and at those of a pitch, the window's taken off."""
    window = np.fft.irfft(np.abs(np.fft.rfft(_HANN, 2 * WINDOW)) ** 2)
    taper = np.concatenate([[1.0], window[0] / window[_PITCH_LAGS]])
    bins = np.arange(_LOWEST_VOICED, WINDOW // 2 + 1)
    lags = np.concatenate([[0], np.arange(WINDOW)[_PITCH_LAGS]])
    twice = np.where(bins == WINDOW // 2, 1.0, 2.0)[:, None]  # every other bin stands for a negative frequency too
    matrix: _Floats = (twice * np.cos(2 * np.pi * np.outer(bins, lags) / WINDOW) * taper).astype(np.float32)
    return matrix


def _off_envelope() -> _Floats:
    """From a spectrum in logarithms to what rises above its mean over `_SMOOTH` bins."""
    bins, places = np.arange(_BINS)[:, None], np.arange(_FINE_BINS) + _SMOOTH // 2
    matrix: _Floats = ((bins == places) - (np.abs(bins - places) <= _SMOOTH // 2) / _SMOOTH).astype(np.float32)
    return matrix


_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_TO_CORRELATION, _OFF_ENVELOPE = _to_correlation(), _off_envelope()
