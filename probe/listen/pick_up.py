"""Somebody else picks up in a pause of what is spoken: a room is heard where the line was clean until now."""

from __future__ import annotations

from probe.listen.activity import Sounding
from probe.listen.features import Features

CLEAN = -70.0
"""dBFS: a pause below this is the line's own (the smallest µ-law step is -72)."""
FRAMES = 8
"""Frames of even noise that show it: 160 ms."""
_STEP, _RANGE = 6.0, 8.0  # dB by which it is above a clean line, and within which it keeps


class PickUp:
    """Follows the pauses of one stretch of speech."""

    def __init__(self, floor: float) -> None:
        self._quietest = floor
        self._pause: list[Features] = []

    def hear(self, frame: Features, sounding: Sounding, made_up: bool) -> bool:
        """Whether a pause holds soft noise although the line was clean until now. `made_up`: it is comfort noise."""
        if made_up:
            return False
        if sounding.loud:
            if self._pause:
                self._quietest = min(self._quietest, sounding.floor)  # which lost packets in a room do not lower
            self._pause.clear()
            return False
        self._pause.append(frame)
        if self._quietest > CLEAN or len(self._pause) < FRAMES:
            return False
        newest = self._pause[-FRAMES:]
        levels = [frame.level for frame in newest]
        if min(levels) <= CLEAN + _STEP or max(levels) - min(levels) >= _RANGE:
            return False
        # A very soft voice sounds on in what is too soft to be loud.
        return sum(frame.voiced for frame in newest) <= FRAMES // 2
