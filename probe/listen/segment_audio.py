"""The audio of one speech segment: it is heard in small pieces, and the recogniser may want any stretch of it later."""

from __future__ import annotations

import numpy as np

from probe.timeline import Samples


class SegmentAudio:
    """All samples since the segment's first."""

    def __init__(self) -> None:
        self._parts: list[Samples] = []
        self.size = 0
        """Samples heard."""

    def add(self, audio: Samples) -> None:
        """Takes what is heard next."""
        self._parts.append(audio)
        self.size += audio.size

    def cut(self, since: int, until: int) -> Samples:
        """The samples from number `since` to `until`."""
        if len(self._parts) == 1:
            return self._parts[0][since:until]
        place, first = self.size, len(self._parts)
        while first > 0 and place > since:
            first -= 1
            place -= self._parts[first].size
        return np.concatenate(self._parts[first:])[since - place : until - place]
