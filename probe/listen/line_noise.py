"""What one call's noise is like: learned while nobody speaks, and followed.

Words are looked for in audio that it is taken off (`noise_reduction`), and recordings are compared by what stands out of it
(`fingerprint`).
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from probe.listen.activity import Sounding
from probe.listen.features import QUIETEST
from probe.timeline import FRAME, RATE, Frame, Samples

WINDOW, STEP = 256, 128
"""Samples in the window under which the noise's power is known, 32 ms, and from one to the next."""
LOOK = np.sqrt(np.hanning(WINDOW + 1)[:-1])
"""That window: the root of Hann's."""
_KEPT = RATE // FRAME  # frames of noise that are kept: the newest second
_ENOUGH = 10  # frames of noise that tell what it is like: 0.2 s; guessed
_ANOTHER = 4.0  # dB by which a frame of another noise differs, or of a voice too soft to be a sound; guessed
_SOUNDS_ON = 0.1  # seconds after a sound in which its end may be heard, too soft to be a sound; guessed
_SOFTEST = -70.0  # dBFS under which noise takes no words, however soft the voice
Floats = npt.NDArray[np.float64]


class LineNoise:
    """The newest second of one call in which nothing sounded but the line's noise, or the room's."""

    def __init__(self) -> None:
        self._frames: deque[Samples] = deque(maxlen=_KEPT)
        self._others: list[tuple[Samples, float]] = []
        self._level = QUIETEST
        self._power: Floats | None = None

    def hear(self, frame: Frame, level: float, sounding: Sounding, made_up: bool = False) -> None:
        """Takes a frame of `level` dBFS. `made_up`: it is comfort noise, or a lost packet, not the line."""
        if not (sounding.loud or made_up) and frame.end - sounding.last > _SOUNDS_ON:
            self.learn(frame.heard, level)

    def learn(self, noise: Samples, level: float) -> None:
        """Takes a frame in which nothing but noise sounds, of so many dBFS."""
        if abs(level - self._level) <= _ANOTHER:
            self._others.clear()
            self._take(noise, level)
            return
        self._others.append((noise, level))
        if len(self._others) == _ENOUGH:
            self._frames.clear()
            for another in self._others:
                self._take(*another)
            self._others.clear()

    @property
    def power(self) -> Floats | None:
        """That of its bins, of which there are `WINDOW` / 2 + 1; None if it is unknown or too soft to matter. The same object
        until it changes."""
        if not self._frames or self._level < _SOFTEST:
            return None
        if self._power is None:
            spectra = np.fft.rfft(windows(np.concatenate(self._frames).astype(np.float64)) * LOOK, axis=1)
            self._power = np.mean(np.abs(spectra) ** 2, axis=0) + 1.0
        return self._power

    def _take(self, noise: Samples, level: float) -> None:
        self._frames.append(noise)
        self._level += (level - self._level) / len(self._frames)
        self._power = None


def windows(audio: Floats) -> Floats:
    """All whole windows of some samples."""
    count, size = max((audio.size - WINDOW) // STEP + 1, 0), audio.strides[0]
    # NumPy's own views take six times as long.
    return np.ndarray((count, WINDOW), audio.dtype, audio, 0, (STEP * size, size))
