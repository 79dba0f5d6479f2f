"""What the rules of the outcome look at, and what they answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from probe.measure.marks import Marks
from probe.timeline import Ended, Event, HangUp, Kind, LineFailed, Segment, Timeline

_SAID_SOMETHING = 0.5
"""Seconds of speech that are more than a cough; guessed."""
SURELY_NONE, _PERHAPS = 0.01, 0.3
"""Probability of a person up to which words are surely a machine's, and from which they may be a person's; guessed."""


class Evidence(NamedTuple):
    """Why a rule applies, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    timeline: Timeline
    marks: Marks
    failed: LineFailed | None
    ended: Ended | None
    hang_up: HangUp | None

    def after(self, at: float, *kinds: type[Event]) -> bool:
        """Whether an event of one of these kinds happened after `at`."""
        return any(isinstance(event, kinds) and event.at > at for event in self.timeline.events)

    def segments(self, *kinds: Kind) -> list[Segment]:
        """The segments of these kinds."""
        return [segment for segment in self.timeline.segments if segment.kind in kinds]

    @property
    def connected(self) -> bool:
        """Whether the call was answered, or is a recording, in which nothing tells whether it was."""
        return self.marks.answered is not None or self.marks.dialed is None

    @property
    def final_status(self) -> int | None:
        """The final SIP status of a call that was never answered."""
        return self.ended.status if self.ended and self.marks.answered is None else None

    @property
    def gave_up(self) -> bool:
        """Whether the caller hung up on its own: a limit ran out, or nothing fitted."""
        return self.hang_up is not None and self.hang_up.why not in ("goal_reached", "interrupted")


def said_something(segment: Segment, noisy: bool = False) -> bool:
    """Whether speech is more than a cough; `noisy`: noise hides most of what somebody says, so all that may be a person's is."""
    return segment.end - segment.start >= _SAID_SOMETHING or (noisy and likely(segment))


def likely(segment: Segment) -> bool:
    """Whether speech may be a person's."""
    return segment.verdict is not None and (segment.verdict.human or 0.0) >= _PERHAPS
