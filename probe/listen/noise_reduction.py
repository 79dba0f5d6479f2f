"""The line's noise is taken off before words are looked for: noise that hardly troubles an ear takes all words from a
recogniser when the voice is less than 15 dB over it.

A Wiener filter in windows of 32 ms, whose share of speech in a bin is estimated from the window before and this one
(decision-directed; Ephraim and Malah, IEEE Trans. ASSP 32, 1984). What the noise is like is learned while nobody speaks, and
followed; noise that comes and goes with the voice, as other people's talk does, is not taken off. What is kept,
fingerprinted and measured is the line's own sound; only the recogniser hears this.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from probe.listen.features import QUIETEST
from probe.timeline import FRAME, RATE, Samples

_WINDOW, _HOP = 256, 128  # samples: 32 ms, and half of that
_KEPT = RATE // FRAME
"""Frames of noise that are kept: the newest second."""
_ENOUGH = 10  # frames of noise that tell what it is like: 0.2 s; guessed
_ANOTHER = 4.0  # dB by which a frame of another noise differs, or of a voice too soft to be a sound; guessed
_SOFTEST = -70.0  # dBFS under which noise takes no words, however soft the voice
_FROM_BEFORE = 0.9  # share of the window before; of 0.6 to 0.98 tried, with 0.8 the fewest errors
_LEFT = 10 ** (-12 / 20)
"""Amplitude of the noise that is left, since a recogniser has learned from speech over some: of -8, -12, -15 and -18 dB tried,
the one with the fewest errors together with -15."""
_LOOK = np.sqrt(np.hanning(_WINDOW + 1)[:-1])
_Floats = npt.NDArray[np.float64]


class LineNoise:
    """What one call's noise is like, as far as it has been heard alone."""

    def __init__(self) -> None:
        self._frames: deque[Samples] = deque(maxlen=_KEPT)
        self._others: list[tuple[Samples, float]] = []
        self._level = QUIETEST
        self._power: _Floats | None = None

    def hear(self, frame: Samples, level: float) -> None:
        """Takes a frame in which nothing but noise sounds, of so many dBFS."""
        if abs(level - self._level) > _ANOTHER:
            self._others.append((frame, level))
            if len(self._others) == _ENOUGH:
                self._frames.clear()
                for another, its_level in self._others:
                    self._take(another, its_level)
                self._others.clear()
            return
        self._others.clear()
        self._take(frame, level)

    def _take(self, frame: Samples, level: float) -> None:
        self._frames.append(frame)
        self._level += (level - self._level) / len(self._frames) if len(self._frames) > 1 else level - self._level
        self._power = None

    @property
    def power(self) -> _Floats | None:
        """That of its bins under the window, None if it is unknown or too soft to matter."""
        if len(self._frames) < _ENOUGH or self._level < _SOFTEST:
            return None
        if self._power is None:
            spectra = np.fft.rfft(_windows(np.concatenate(self._frames).astype(np.float64)) * _LOOK, axis=1)
            self._power = np.mean(np.abs(spectra) ** 2, axis=0) + 1.0
        return self._power


class NoiseReduction:
    """One stretch of speech without the line's noise, as it comes: 16 to 32 ms late, at the same places."""

    def __init__(self, noise: LineNoise) -> None:
        self._noise = noise
        self._waiting: _Floats = np.zeros(_HOP)
        self._half: _Floats = np.zeros(_HOP)
        self._speech: _Floats | None = None
        self._begun, self._owed = False, 0

    def feed(self, audio: Samples) -> Samples:
        """Takes samples; returns those that are ready."""
        self._owed += audio.size
        self._waiting = np.concatenate([self._waiting, audio])
        if self._waiting.size < _WINDOW:
            return np.zeros(0, np.int16)
        windows = _windows(self._waiting)
        self._waiting = self._waiting[len(windows) * _HOP :]
        spectra = np.fft.rfft(windows * _LOOK, axis=1)
        noise = self._noise.power
        if noise is not None:
            spectra *= self._shares(np.abs(spectra) ** 2 / noise)
        halves = (np.fft.irfft(spectra, _WINDOW, axis=1) * _LOOK).reshape(len(windows), 2, _HOP)
        made = halves[:, 0].copy()
        made[1:] += halves[:-1, 1]
        made[0] += self._half
        self._half = halves[-1, 1]
        ready = made.ravel()
        if not self._begun:  # the half window before the first sample
            self._begun, ready = True, ready[_HOP:]
        self._owed -= ready.size
        return _whole(ready)

    def finish(self) -> Samples:
        """The samples that have not been returned yet."""
        owed = self._owed
        return self.feed(np.zeros(_WINDOW, np.int16))[:owed]

    def _shares(self, over: _Floats) -> _Floats:
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


def _windows(audio: _Floats) -> _Floats:
    """All whole windows of some samples."""
    return np.lib.stride_tricks.sliding_window_view(audio, _WINDOW)[::_HOP]


def _whole(audio: _Floats) -> Samples:
    made: Samples = np.clip(np.round(audio), -32768, 32767).astype(np.int16)
    return made
