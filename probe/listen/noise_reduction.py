"""The line's noise is taken off before words are looked for: noise that hardly troubles an ear takes all words from a
recogniser when the voice is less than 15 dB over it.

A Wiener filter in windows of 32 ms, whose share of speech in a bin is estimated from the window before and this one
(decision-directed; Ephraim and Malah, IEEE Trans. ASSP 32, 1984). What the noise is like is learned while nobody speaks, and
followed; noise that comes and goes with the voice, as other people's talk does, is not taken off. What is kept,
fingerprinted and measured is the line's own sound; only the recogniser hears this.
"""

from __future__ import annotations

import numpy as np

from probe.listen.line_noise import LOOK, STEP, WINDOW, Floats, LineNoise, windows
from probe.timeline import Samples

_FROM_BEFORE = 0.9  # share of the window before; of 0.6 to 0.98 tried, with 0.8 the fewest errors
_LEFT = 10 ** (-12 / 20)
"""Amplitude of the noise that is left, since a recogniser has learned from speech over some: of -8, -12, -15 and -18 dB tried,
the one with the fewest errors together with -15."""


class NoiseReduction:
    """One stretch of speech without the line's noise, as it comes: 16 to 32 ms late, at the same places. Where no noise is known yet,
    it is as it was, at once."""

    def __init__(self, noise: LineNoise) -> None:
        self._noise = noise
        self._waiting: Floats = np.zeros(STEP)
        self._half: Floats = np.zeros(STEP)
        self._speech: Floats | None = None
        self._begun, self._owed = False, 0

    def feed(self, audio: Samples) -> Samples:
        """Takes samples; returns those that are ready."""
        self._waiting = np.concatenate([self._waiting, audio])
        noise = self._noise.power
        if noise is None and not self._begun:
            self._waiting = self._waiting[-STEP:]  # the half window before the first sample, if it begins with the next
            return audio
        self._owed += audio.size
        if self._waiting.size < WINDOW:
            return np.zeros(0, np.int16)
        parts = windows(self._waiting)
        self._waiting = self._waiting[len(parts) * STEP :]
        spectra = np.fft.rfft(parts * LOOK, axis=1)
        if noise is not None:
            spectra *= self._shares((np.square(spectra.real) + np.square(spectra.imag)) / noise)
        halves = (np.fft.irfft(spectra, WINDOW, axis=1) * LOOK).reshape(len(parts), 2, STEP)
        made = halves[:, 0].copy()
        made[1:] += halves[:-1, 1]
        made[0] += self._half
        self._half = halves[-1, 1]
        ready = made.ravel() if self._begun else made[1:].ravel()
        self._begun = True
        self._owed -= ready.size
        return _whole(ready)

    def finish(self) -> Samples:
        """The samples that have not been returned yet."""
        owed = self._owed
        return self.feed(np.zeros(WINDOW, np.int16))[:owed] if owed else np.zeros(0, np.int16)

    def _shares(self, over: Floats) -> Floats:
        """What of each bin's amplitude is kept; `over`: its power in units of the noise's."""
        shares = np.empty_like(over)
        here = np.maximum(over - 1, 0) * (1 - _FROM_BEFORE)
        before = np.maximum(over[0] - 1, 0) if self._speech is None else self._speech
        for n, power in enumerate(over):
            speech = _FROM_BEFORE * before + here[n]
            share = np.maximum(speech / (1 + speech), _LEFT)
            shares[n] = share
            before = share * share * power
        self._speech = before
        return shares


def _whole(audio: Floats) -> Samples:
    made: Samples = np.minimum(np.maximum(np.rint(audio), -32768), 32767).astype(np.int16)
    return made
