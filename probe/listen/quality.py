"""How well a call could be heard: facts about its audio, so that nobody is judged by what could not be heard.

Levels are medians over frames. Comfort noise (RFC 3389) is told from a room by when it sounds: equipment plays it only
in longer pauses, and the short pauses of a voice stay as silent as the line; a room hums on under the voice.
"""

from __future__ import annotations

import numpy as np

from probe.listen.activity import Sounding
from probe.listen.features import QUIETEST, Features
from probe.timeline import FRAME, RATE, AudioQuality, Samples

_FULL = 32000  # 16-bit: G.711's largest values are 32124 and 32256
_CLIPPED_SAMPLES = 4  # of 160 at full scale: a peak touches it once or twice, a clipped wave stays there; guessed
_NOTHING = -70.0  # dBFS: below it a line carries nothing (the idle code of A-law is -72)
_EARLY, _LATE = (0.04, 0.12), 0.3  # seconds after a sound: a short pause, and one in which comfort noise has begun
_ABOVE = 6.0  # dB of comfort noise over the line's own silence
_CLIPPED, _SOFT, _NOISE, _NOISE_FLOOR, _DEAD = 0.05, -45.0, 10.0, -50.0, 30.0
"""What makes audio hard to judge: share, dBFS, dB over the floor, dBFS of a floor that matters, seconds. All guessed."""


class Quality:
    """Adds up one call."""

    def __init__(self) -> None:
        self._loud = np.zeros(91, np.int64)
        self._quiet = np.zeros(91, np.int64)
        self._clipped = 0
        self._dead = 0
        self._longest_dead = 0
        self._pause = _Pause()
        self._candidates = 0
        self._comfort = 0
        self.frames = 0

    def hear(self, frame: Features, heard: Samples, sounding: Sounding, connected: bool) -> None:
        """Takes the next frame; `connected`: the call has been answered (dead air counts from then on)."""
        self.frames += 1
        counts = self._loud if sounding.loud else self._quiet
        counts[int(min(max(-frame.level, 0.0), -QUIETEST))] += 1
        if frame.highest >= _FULL and np.count_nonzero(np.abs(heard.astype(np.int32)) >= _FULL) >= _CLIPPED_SAMPLES:
            self._clipped += 1
        self._dead = self._dead + 1 if connected and frame.level < _NOTHING else 0
        self._longest_dead = max(self._longest_dead, self._dead)
        if sounding.loud:
            self._candidates += self._pause.noise if self._pause.is_made_up else 0
            self._pause = _Pause()
        elif sounding.last > 0.0:
            self._pause.hear(frame.at - sounding.last, frame.level)
            if self._pause.silent_at_first:
                # The voice's own pauses are silent, so what earlier pauses held was not its room.
                self._comfort, self._candidates = self._comfort + self._candidates, 0

    def event(self, at: float) -> AudioQuality:
        """What the timeline keeps."""
        loud, quiet = int(self._loud.sum()), int(self._quiet.sum())
        level, floor = _median(self._loud), _median(self._quiet)
        clipped = self._clipped / loud if loud else 0.0
        dead = self._longest_dead * FRAME / RATE
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
            comfort_noise=round(self._comfort / quiet, 4) if quiet else 0.0,
            faults=tuple(faults),
        )


class _Pause:
    """A pause since the last sound: how it began, and what it held later."""

    def __init__(self) -> None:
        self._first: list[float] = []
        self._later: list[float] = []

    def hear(self, after: float, level: float) -> None:
        if _EARLY[0] <= after <= _EARLY[1]:
            self._first.append(level)
        elif after >= _LATE:
            self._later.append(level)

    @property
    def silent_at_first(self) -> bool:
        return len(self._first) >= 3 and max(self._first) < _NOTHING

    @property
    def noise(self) -> int:
        return sum(level > _NOTHING + _ABOVE / 2 for level in self._later)

    @property
    def is_made_up(self) -> bool:
        if not self.silent_at_first or len(self._later) < 10:
            return False
        return sorted(self._later)[len(self._later) // 2] > max(self._first) + _ABOVE


def _median(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    total = int(counts.sum())
    return -float(np.searchsorted(np.cumsum(counts), (total + 1) // 2)) if total else 0.0
