"""Where sounds began out of silence, lately: an estimated instant of change is one of these, if one is near."""

from __future__ import annotations

from collections import deque

_KEPT = 16
_APART = 0.06  # seconds of silence before an onset out of silence
_LATE = 0.12  # seconds by which an onset may lie after the estimate
_AT = 0.01  # seconds within which it is the same instant


class Onsets:
    """Of one call, in seconds."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, float]] = deque(maxlen=_KEPT)

    def add(self, onset: float, rest: float) -> None:
        """A sound began at `onset`; what sounded before it had ended at `rest`."""
        self._kept.append((onset, rest))

    @property
    def pause(self) -> float:
        """Seconds of silence before the newest sound."""
        onset, rest = self._kept[-1]
        return onset - rest

    def near(self, at: float, before: float) -> float:
        """The onset out of a silence that an estimated instant of change means, at most so long `before` it, else the instant
        itself."""
        near = [onset for onset, rest in self._kept if at - before <= onset <= at + _LATE and onset - rest > _APART]
        return near[-1] if near else at

    def rest(self, onset: float) -> float:
        """When what sounded before had ended, of a sound that began at `onset`; that instant if none did."""
        return next((rest for began, rest in reversed(self._kept) if abs(onset - began) < _AT), onset)

    def after_silence(self, seconds: float) -> float | None:
        """The newest onset after so much silence."""
        return next((onset for onset, rest in reversed(self._kept) if onset - rest >= seconds), None)
