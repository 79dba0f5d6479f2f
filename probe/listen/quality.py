"""How well a call could be heard: facts about its audio, so that nobody is judged by what could not be heard.

Levels are medians over frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from probe.listen.activity import Sounding
from probe.listen.comfort_noise import ComfortNoise
from probe.listen.dead_air import DeadAir
from probe.listen.features import QUIETEST, Features
from probe.timeline import FRAME, RATE, AudioQuality, ComfortNoiseHeard, DeadAirHeard, HeardEvent, Samples

_FULL = 32000  # 16-bit: G.711's largest values are 32124 and 32256
_CLIPPED_SAMPLES = 4  # of 160 at full scale: a peak touches it once or twice, a clipped wave stays there; guessed
_CLIPPED, _SOFT, _NOISE, _NOISE_FLOOR, _DEAD = 0.05, -45.0, 10.0, -55.0, 30.0
"""What makes audio hard to judge: share, dBFS, dB over the floor, dBFS of a floor that matters, seconds. All guessed."""


class Quality:
    """Adds up one call."""

    def __init__(self) -> None:
        self._loud = [0] * (1 - int(QUIETEST))
        self._quiet = [0] * (1 - int(QUIETEST))
        self._clipped = 0
        self._dead_air = DeadAir()
        self._comfort = 0.0
        self.frames = 0

    def hear(
        self, frame: Features, heard: Samples, sounding: Sounding, connected: bool, comfort_noise: ComfortNoise
    ) -> Iterable[HeardEvent]:
        """Takes the next frame; `connected`: the call has been answered (dead air counts from then on). What ended in it."""
        self.frames += 1
        counts = self._loud if sounding.loud else self._quiet
        level = frame.level
        counts[int(-level) if QUIETEST < level < 0.0 else 0 if level >= 0.0 else -1] += 1
        if frame.highest >= _FULL and np.count_nonzero(np.abs(heard.astype(np.int32)) >= _FULL) >= _CLIPPED_SAMPLES:
            self._clipped += 1
        noise, dead_air = comfort_noise.over, self._dead_air.hear(frame, connected)
        return () if noise is None and dead_air is None else self._over(noise, dead_air)

    def finish(self, now: float, comfort_noise: ComfortNoise) -> Iterator[HeardEvent]:
        """What has not ended at the end of the call, and how the whole of it could be heard."""
        if not self.frames:
            return
        yield from self._over(comfort_noise.finish(now), self._dead_air.finish(now))
        yield self._event(now)

    def _over(self, noise: ComfortNoiseHeard | None, dead_air: DeadAirHeard | None) -> Iterator[HeardEvent]:
        if noise is not None:
            self._comfort += noise.until - noise.at
            yield noise
        if dead_air is not None:
            yield dead_air

    def _event(self, at: float) -> AudioQuality:
        """What the timeline keeps."""
        loud, quiet = sum(self._loud), sum(self._quiet)
        level, floor = _median(self._loud), _median(self._quiet)
        clipped = self._clipped / loud if loud else 0.0
        dead = self._dead_air.longest
        faults = [
            name
            for name, is_so in (
                ("clipped", clipped > _CLIPPED),
                ("too_soft", bool(loud) and level < _SOFT),
                ("noisy", bool(loud and quiet) and floor > _NOISE_FLOOR and level - floor < _NOISE),
                ("dead_air", dead >= _DEAD),
            )
            if is_so
        ]
        return AudioQuality(
            at=at,
            known=at,
            level=level,
            floor=floor,
            clipped=round(clipped, 4),
            dead_air=dead,
            comfort_noise=round(min(self._comfort / (quiet * FRAME / RATE), 1.0), 4) if quiet else 0.0,
            faults=tuple(faults),
        )


def _median(counts: list[int]) -> float:
    total = sum(counts)
    return -float(np.searchsorted(np.cumsum(counts), (total + 1) // 2)) if total else 0.0
