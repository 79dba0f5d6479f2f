"""A sender that stalled and then sent what it owed: how hearing catches up with it.

While nothing comes, the jitter buffer has nothing to play, and silence is heard. When the late packets come after all,
the buffer, which throws nothing away, holds them: from then on everything would be heard later than it was said, by the
length of the stall, to the end of the call. So while the buffer holds more than it should, frames that are silent are left
out, and the next is heard in their place: no sound is lost, a pause after the stall is as much shorter as the stall made
one longer, and the clock goes on counting one frame for 20 ms. Sound without any pause stays late until it has one.
"""

from __future__ import annotations

import numpy as np

from probe.line.port import StreamPort

_TOO_FULL = 2  # frames over the buffer's prefetch that are no jitter any more; guessed
_SILENT = 100  # amplitude up to which a frame counts as silent: -50 dBFS, under any speech that is understood


class Backlog:
    """What a stream's jitter buffer holds too much."""

    def __init__(self, stream: StreamPort) -> None:
        self._stream = stream
        self._seen = 0
        self.frames = 0
        """Frames that what is heard lags behind."""
        self.left_out = 0
        """Silent frames left out so far."""

    def note(self, over: int) -> None:
        """Takes how many frames the buffer holds over its prefetch, now and then: what it holds twice is no jitter."""
        self.frames = min(over, self._seen) if min(over, self._seen) >= _TOO_FULL else 0
        self._seen = over

    def catch_up(self, heard: bytes) -> bytes:
        """The frame to hear in place of `heard`: the next one, if that is silent and there is a backlog."""
        if not self.frames or int(np.abs(np.frombuffer(heard, np.int16)).max()) > _SILENT:
            return heard
        following = self._stream.hear()
        if following is None:
            self.frames = 0
            return heard
        self.frames -= 1
        self.left_out += 1
        return following
