"""Whether one more call would be heard in time: decided from what has just been measured, not from a number of calls.

A call may start when the lines kept their clocks in the last seconds, listening was not behind, and the cores have, beside
what calls just begun are about to take, idle time for what a call costs here. What a call costs is measured: the CPU of
listening and lines over the calls that run. A machine that is otherwise busy therefore takes fewer calls, and the first
always starts, to be measured.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

EARLY_SIGN = 0.02
"""Seconds by which a line moves a frame too late that are counted here: half of what counts as late (`lateness.LATE`)."""
BEHIND = 0.1
"""Seconds after its end at which a frame should have been listened to. The caller's answers come later by what is more;
people, and the caller's own pauses before it acts, take ten times as long."""
_TOO_MANY = 0.005  # share of frames late by `EARLY_SIGN` above which no call starts: five times what may be 40 ms late
_TOO_FAR = 0.01  # share of frames listened to after `BEHIND` above which no call starts; chosen
_WINDOW = 4.0  # seconds looked back upon for lateness; guessed
_RECENT = 1.0  # seconds over which idle time is taken; guessed: shorter than a caller's patience, longer than one burst
_SETTLING = 2.0  # seconds until a call's cost shows in the figures: its process starts, then frames flow
_YOUNG = 8.0  # seconds in which a call may still ring and cost little: it counts as a call that speaks; guessed
_FIRST_GUESS = 0.04  # cores a call takes before any was measured; guessed, about twice what is measured
_STARTING = 0.1  # cores that a call takes in its first seconds, when its line process may have to start; guessed
_IN_TIME = 0.8 * 50  # frames a second and call of those that are listened to in time: a call that waits costs little
_RESERVE = 0.08  # share of all cores that stays idle: bursts (several utterances end at once) run in it


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured up to `at` (seconds of a monotonic clock); counters count from the beginning.

    `running`: calls. `frames`: listened to; `late`: those that their line moved `EARLY_SIGN` late, `behind`: those listened to
    after `BEHIND`. `ours`: CPU seconds of listening and line processes. `idle`: CPU seconds that all cores together were
    idle; None if unknown.
    """

    at: float
    running: int
    frames: int
    late: int
    behind: int
    ours: float
    idle: float | None


class Headroom:
    """Told of readings and starts; says whether a call may start. `cores`: of the machine."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._readings: deque[Reading] = deque()
        self._starts: deque[float] = deque()
        self.cost = _FIRST_GUESS
        """Cores that one call takes, as measured so far."""

    def note(self, reading: Reading) -> None:
        """Takes a reading; to be called a few times a second."""
        self._readings.append(reading)
        while len(self._readings) > 2 and reading.at - self._readings[0].at > _WINDOW:
            self._readings.popleft()
        self._measure_cost()

    def started(self, now: float) -> None:
        """A call was begun."""
        self._starts.append(now)

    def missing(self, now: float, running: int) -> str:
        """What a further call lacks, in words; "" when it may start."""
        while self._starts and now - self._starts[0] > _YOUNG:
            self._starts.popleft()
        if running == 0:
            return ""
        if self._readings and now - self._readings[-1].at > _RECENT:
            return f"nothing was measured for {now - self._readings[-1].at:.1f} s"
        if self._stalled():
            return "no frame was listened to of late"
        late, behind = self._late()
        if late > _TOO_MANY:
            return f"{late:.1%} of the frames come {EARLY_SIGN * 1000:g} ms late or later"
        if behind > _TOO_FAR:
            return f"{behind:.1%} of the frames are listened to {BEHIND * 1000:g} ms late or later"
        idle = self._idle()
        starting = sum(now - start <= _SETTLING for start in self._starts)
        promised = starting * max(self.cost, _STARTING) + (len(self._starts) - starting) * self.cost
        needed = max(self.cost, _STARTING) + _RESERVE * self._cores
        if idle is not None and idle - promised < needed:
            return f"{max(idle - promised, 0):.2f} cores are idle, a call needs {needed:.2f}"
        return ""

    def _late(self) -> tuple[float, float]:
        """Shares of the window's frames that were late, and listened to too late."""
        first, last = self._ends(_WINDOW)
        frames = max(last.frames - first.frames, 1)
        return (last.late - first.late) / frames, (last.behind - first.behind) / frames

    def _stalled(self) -> bool:
        """Whether calls run and nothing comes of them, as on a machine that stands still."""
        first, last = self._ends(_WINDOW)
        return last.at - first.at >= _SETTLING and first.running > 0 and last.frames == first.frames

    def _idle(self) -> float | None:
        """Idle cores of late."""
        first, last = self._ends(_RECENT)
        if first.idle is None or last.idle is None or last.at <= first.at:
            return None
        return (last.idle - first.idle) / (last.at - first.at)

    def _measure_cost(self) -> None:
        first, last = self._ends(_WINDOW)
        seconds, running = last.at - first.at, (first.running + last.running) / 2
        in_time = last.frames - first.frames >= _IN_TIME * seconds * running
        if seconds >= _SETTLING and min(first.running, last.running) >= 1 and in_time:
            self.cost = (last.ours - first.ours) / seconds / running

    def _ends(self, seconds: float) -> tuple[Reading, Reading]:
        """The newest reading, and the oldest not older than so many seconds before it, or else the one before."""
        if not self._readings:
            nothing = Reading(0.0, 0, 0, 0, 0, 0.0, None)
            return nothing, nothing
        last = self._readings[-1]
        first = next(reading for reading in self._readings if last.at - reading.at <= seconds)
        return (self._readings[-2] if first is last and len(self._readings) > 1 else first), last
