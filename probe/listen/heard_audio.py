"""The audio of one speech segment, as it comes, to be cut by sample number."""

from __future__ import annotations

import numpy as np

from probe.timeline import Samples


class HeardAudio:
    """Grows at its end; `size`: samples so far."""

    def __init__(self) -> None:
        self._parts: list[Samples] = []
        self.size = 0

    def add(self, audio: Samples) -> None:
        """Takes the next samples."""
        self._parts.append(audio)
        self.size += audio.size

    def cut(self, since: int, until: int) -> Samples:
        """The samples from number `since` up to `until`, of which only the newest parts are touched."""
        place, first = self.size, len(self._parts)
        while first > 0 and place > since:
            first -= 1
            place -= self._parts[first].size
        newest = self._parts[first:]
        tail = newest[0] if len(newest) == 1 else np.concatenate(newest)
        return tail[since - place : until - place]
