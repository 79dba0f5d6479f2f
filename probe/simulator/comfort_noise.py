"""Equipment that sends no silence: while nobody speaks it leaves the pause out, and noise is made up in its place.

After RFC 3389 and ITU-T G.711 Appendix II: a frame under the threshold counts as silence, sound goes on for a hang-over
after the last one above it, and then noise of a given level and spectrum is heard until a frame is above it again. So
under a voice, and in its short pauses, there is none of that noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probe.timeline import FRAME, RATE, Samples

_LOOP = 200 * FRAME  # 4 s, drawn once and then repeated


@dataclass(frozen=True, slots=True)
class ComfortNoise:
    """`level_db`: dBFS RMS of the noise. `slope`: its amplitude falls as frequency to that power; 0 is white.

    `hang_over`: seconds after the last frame above `threshold_db` (dBFS) for which the sound itself goes on.
    """

    level_db: float = -55.0
    slope: float = 0.0
    hang_over: float = 0.2
    threshold_db: float = -60.0


def draw(random: np.random.Generator) -> ComfortNoise:
    """Comfort noise such as equipment has it; all ranges are guessed."""
    return ComfortNoise(
        level_db=float(random.uniform(-66, -44)),
        slope=float(random.uniform(0.0, 0.8)),
        hang_over=float(random.choice((0.06, 0.1, 0.16, 0.2, 0.3))),
    )


class Suppression:
    """One call's silence suppression, frame by frame."""

    def __init__(self, comfort: ComfortNoise, random: np.random.Generator) -> None:
        self._threshold = (32768 * 10 ** (comfort.threshold_db / 20)) ** 2
        self._hang_over = round(comfort.hang_over * RATE / FRAME)
        spectrum = np.fft.rfft(random.standard_normal(_LOOP))
        frequency = np.fft.rfftfreq(_LOOP, 1 / RATE)
        spectrum *= np.maximum(frequency, 100.0) ** -comfort.slope
        spectrum[(frequency < 200) | (frequency > 3500)] = 0
        noise = np.fft.irfft(spectrum, _LOOP)
        noise *= 32768 * 10 ** (comfort.level_db / 20) / np.sqrt(np.mean(noise**2))
        self._noise: Samples = np.clip(noise.round(), -32768, 32767).astype(np.int16)
        self._place = 0
        self._silent = self._hang_over

    @property
    def sounds(self) -> bool:
        """Whether the newest frame was made up."""
        return self._silent > self._hang_over

    def hear(self, frame: Samples) -> Samples:
        """What is heard in place of the next 160 samples."""
        wave = frame.astype(np.float64)
        self._silent = self._silent + 1 if float(wave @ wave) / FRAME < self._threshold else 0
        if not self.sounds:
            return frame
        start = self._place
        self._place = (start + FRAME) % _LOOP
        return self._noise[start : start + FRAME]
