"""How late frames are, counted from the instant their tick was due: 20 ms of audio were over then.

Two delays of each frame are counted. The line's own is that of the frame in the field's sense: its audio was taken from the
network, and ours sent, so much too late; from about 40 ms on (two frames) the far end hears it. Listening has a backlog:
a frame heard later is not lost and its instants stay right, since time is counted in samples, but the caller's answer to
it comes so much later (`probe.supervisor.headroom` bounds both).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

LATE = 0.04
"""Seconds after which a frame counts as late."""
_BINS = 1000  # of 1 ms each; the last takes all that is later


@dataclass(frozen=True, slots=True)
class Delays:
    """How many frames had which delay: `counts[n]` those of n to n + 1 ms, the last those of 999 ms and more."""

    counts: tuple[int, ...] = (0,) * _BINS

    @property
    def frames(self) -> int:
        return sum(self.counts)

    def over(self, seconds: float) -> int:
        """Frames with at least this delay (counted in whole milliseconds)."""
        return sum(self.counts[round(seconds * 1000) :])

    def quantile(self, share: float) -> float:
        """Delay in seconds that this share of the frames does not exceed, to the millisecond; 0 without frames."""
        left = share * self.frames
        for milliseconds, count in enumerate(self.counts):
            left -= count
            if left <= 0 < count:
                return (milliseconds + 1) / 1000
        return 0.0

    @property
    def worst(self) -> float:
        """The longest delay in seconds, to the millisecond (1.0 stands for everything from there on)."""
        return max((n + 1 for n, count in enumerate(self.counts) if count), default=0) / 1000

    def __add__(self, other: Delays) -> Delays:
        return Delays(tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    def __sub__(self, earlier: Delays) -> Delays:
        """What came since `earlier`."""
        return Delays(tuple(a - b for a, b in zip(self.counts, earlier.counts, strict=True)))


@dataclass(slots=True)
class Lateness:
    """Counts delays; safe to use from several threads."""

    _counts: list[int] = field(default_factory=lambda: [0] * _BINS)
    _lock: Lock = field(default_factory=Lock)

    def note(self, seconds: float) -> None:
        """One frame's delay."""
        milliseconds = min(max(int(seconds * 1000), 0), _BINS - 1)
        with self._lock:
            self._counts[milliseconds] += 1

    def so_far(self) -> Delays:
        """All that was counted."""
        with self._lock:
            return Delays(tuple(self._counts))
