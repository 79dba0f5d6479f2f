"""An acoustic fingerprint: which bands of the telephone band rise and fall against their neighbours, 32 bits every 20 ms.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): a bit is the sign of the difference,
along time, of the difference in energy between neighbouring bands. Gain falls out of it, and codecs and noise turn few
signs. Which signs they turn is known: those of small differences. So each frame heard also has `marks`, the bits whose
differences are the largest ones of the frame, and only those are compared with what is remembered.

Measured on 200 recordings of six speakers, 1.2 s each, half a hop out of step with what is remembered: marked bits that
differ are 1 % through A-law, 6 % through GSM, 3 % with 5 % of packets lost, 12 % (20 % at the worst) through GSM with gain
-12 dB, noise and 3 % loss; the most alike of 37,000 other places, 30 % and more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.listen import line_noise
from probe.listen.features import QUIETEST
from probe.listen.line_noise import LineNoise
from probe.timeline import RATE, Samples

HOP = 160
"""Samples from one frame of a fingerprint to the next: 20 ms."""
WINDOW = 1024
"""Samples in a frame's window: 128 ms. Long against the hop, so that half a hop out of step changes little."""

_BITS = 32
_LOWEST, _HIGHEST = 250.0, 3400.0  # Hz: the telephone band
_SPAN = 4  # frames between the two instants compared: 80 ms; 20 and 40 ms were measured to be less robust
_MARKED = 19  # bits of a frame that are compared: with 60 % a third as many marked bits differ as with all
_FLOOR = 10.0 * WINDOW  # power of a band that 16-bit rounding makes; below it nothing can be compared
_OVER_NOISE = 4.0
"""Power added to each band, in units of the line's noise in it: the chance differences of noise become small, and others are marked.
Marked bits that differ of one recording heard twice, 14, 10 and 7 dB over the noise: 15, 20 and 27 % with 0, 12, 17 and 24 % with 1, 11,
15 and 23 % with 4 and with 8; on a quiet line 5.5 % with 0 and 1, 5.8 % with 4, 6.5 % with 8."""
_LONGER = 3 / 8 * WINDOW / (line_noise.WINDOW / 2)
"""Power of noise under the window, in units of that under the window of `line_noise`."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Frames one after the other. `bits`, `marks`: uint32 each; `levels`: dBFS of the window, rounded, int8."""

    bits: npt.NDArray[np.uint32]
    marks: npt.NDArray[np.uint32]
    levels: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.bits.size)

    def __getitem__(self, frames: slice) -> Fingerprint:
        return Fingerprint(self.bits[frames], self.marks[frames], self.levels[frames])


NOTHING = Fingerprint(np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.int8))


class Fingerprinter:
    """Follows one stretch of audio. Frame k looks at samples k * `HOP` to k * `HOP` + `REACH`, from the first one fed. `noise`:
    the line's, out of which a difference must stand to be large."""

    REACH = WINDOW + _SPAN * HOP

    def __init__(self, noise: LineNoise | None = None) -> None:
        self._noise = noise
        self._floor: tuple[line_noise.Floats | None, npt.NDArray[np.float32] | float] = None, _FLOOR
        self._window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
        self._bands = _BANDS
        self._parts: list[Samples] = []
        self._count = 0
        self._before = np.zeros((0, _BITS), np.float32)

    @property
    def waiting(self) -> int:
        """Frames that became whole and were not returned."""
        return (self._count - WINDOW) // HOP + 1 if self._count >= WINDOW else 0

    def feed(self, audio: Samples, least: int = 1) -> Fingerprint:
        """Takes audio and returns the frames that became whole, once they are `least`."""
        self._parts.append(audio)
        self._count += audio.size
        frames = self.waiting
        if frames < least:
            return NOTHING
        joined = np.concatenate(self._parts)
        self._parts = [joined[frames * HOP :]]
        self._count -= frames * HOP
        step = joined.strides[0]
        windows = np.ndarray((frames, WINDOW), np.int16, joined, 0, (HOP * step, step)) * self._window
        spectrum = np.fft.rfft(windows, axis=1)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        # Hann's mean square is 3/8; half of the power is at negative frequencies.
        levels = 10 * np.log10(np.add.reduce(power, axis=1) / (WINDOW * WINDOW * 3 / 16) + 1) - 90.31
        energies = np.log(power @ self._bands + self._least())
        slopes = np.concatenate([self._before, energies[:, 1:] - energies[:, :-1]])
        self._before = slopes[-_SPAN:]
        changes = slopes[_SPAN:] - slopes[:-_SPAN]
        return _signs(changes, levels[levels.size - len(changes) :]) if len(changes) else NOTHING

    def _least(self) -> npt.NDArray[np.float32] | float:
        """Power of each band under which nothing can be compared."""
        power = self._noise.power if self._noise is not None else None
        if power is None:
            return _FLOOR
        if self._floor[0] is not power:
            bins = np.interp(np.arange(WINDOW // 2 + 1), np.arange(power.size) * WINDOW // line_noise.WINDOW, power)
            self._floor = power, (_OVER_NOISE * _LONGER * bins @ self._bands + _FLOOR).astype(np.float32)
        return self._floor[1]


def differing(
    remembered: npt.NDArray[np.uint32], bits: npt.NDArray[np.uint32], marks: npt.NDArray[np.uint32]
) -> npt.NDArray[np.uint8]:
    """How many of the marked bits differ, frame by frame; of `MARKED`."""
    counts: npt.NDArray[np.uint8] = np.bitwise_count((remembered ^ bits) & marks)
    return counts


BITS, MARKED = _BITS, _MARKED


def _signs(changes: npt.NDArray[np.float32], levels: npt.NDArray[np.float32]) -> Fingerprint:
    sizes = np.abs(changes)
    ordered = sizes.copy()
    ordered.partition(_BITS - _MARKED, axis=1)
    least = ordered[:, _BITS - _MARKED : _BITS - _MARKED + 1]
    rounded = np.minimum(np.maximum(np.rint(levels), QUIETEST), 0).astype(np.int8)
    return Fingerprint(_packed(changes > 0), _packed(sizes >= least), rounded)


def _packed(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    return np.packbits(flags, axis=1, bitorder="little").view("<u4")[:, 0].astype(np.uint32)


def _band_matrix() -> npt.NDArray[np.float32]:
    """Share of each of the spectrum's bins in each of the 33 bands, evenly spaced in the logarithm of frequency."""
    edges = np.geomspace(_LOWEST, _HIGHEST, _BITS + 2) / (RATE / WINDOW) + 0.5  # in bins, each from n to n + 1
    bins = np.arange(WINDOW // 2 + 1)[:, None]
    shares = np.clip(np.minimum(bins + 1, edges[1:]) - np.maximum(bins, edges[:-1]), 0, 1)
    matrix: npt.NDArray[np.float32] = shares.astype(np.float32)
    return matrix


_BANDS = _band_matrix()
