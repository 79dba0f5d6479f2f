"""Dead air: a connected line that carries nothing, not even the noise of a room or of equipment."""

from __future__ import annotations

from probe.listen.features import Features
from probe.timeline import FRAME, RATE, DeadAirHeard

NOTHING = -70.0
"""dBFS: below it a line carries nothing (the idle codes of µ-law and A-law are about -72)."""
_IDLE, _STANDS = -60.0, 0.05  # dBFS and dB: a codec's idle state may be louder, but its level stands still (GSM: -66.3)
_LEAST = 3.0  # seconds; hotlines are silent for 1 to 2 s between two announcements; guessed
_SOUND_FRAMES = 3  # frames of sound that end it: fewer may be a click, or the filling of a lost packet


class DeadAir:
    """Follows one call, frame by frame."""

    def __init__(self) -> None:
        self.since: float | None = None
        """Start in seconds of the digital silence that lasts until now."""
        self.longest = 0.0
        """Seconds of the longest so far."""
        self._until = 0.0
        self._sound = 0
        self._before = 0.0

    def hear(self, frame: Features, connected: bool) -> DeadAirHeard | None:
        """Takes the next frame; the dead air that ended with it. `connected`: the call has been answered."""
        end = frame.at + FRAME / RATE
        stands, self._before = abs(frame.level - self._before) < _STANDS, frame.level
        if connected and (frame.level < NOTHING or (stands and frame.level < _IDLE)):
            self.since = frame.at if self.since is None else self.since
            self._until, self._sound = end, 0
            self.longest = max(self.longest, end - self.since)
            return None
        self._sound += 1
        return self.finish(end) if self._sound == _SOUND_FRAMES else None

    def finish(self, now: float) -> DeadAirHeard | None:
        """The dead air that has not ended, `now` being the end of what was heard."""
        since, self.since = self.since, None
        if since is None or self._until - since < _LEAST:
            return None
        return DeadAirHeard(at=since, until=self._until, known=now)
