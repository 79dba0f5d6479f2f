"""Meeting a person: one short sentence that this was a test, then the call ends. An agent's time is not ours to use.

The person is not talked over: the sentence starts when the person's opening is over, or 1.5 s after the verdict if it
is not. The caller hangs up as soon as the sentence has been sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probe.timeline import (
    Action,
    Event,
    HangUp,
    HumanAnswered,
    Kind,
    Played,
    Say,
    SegmentEnded,
    SegmentStarted,
    WordsHeard,
)

COURTESY: Mapping[str, str] = {
    "zh": "您好，这是服务质量测试，您已接通，谢谢，再见。",
    "en": "Hello, this is a service quality test. You have answered it. Thank you, goodbye.",
}
LATEST = 1.5
"""Seconds after the verdict at which the caller speaks even if the person still does; guessed."""
_LOST = 15.0  # seconds after which a sentence whose end the line never reported counts as spoken; guessed


@dataclass(slots=True)
class Meeting:
    """From the verdict to the end of the call."""

    courtesy: str
    speaking: float | None = None
    """Start of the speech segment that goes on, if one does. Kept up to date from the start of the call."""
    met: HumanAnswered | None = None
    said_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether a person has answered."""
        return self.met is not None

    def react(self, event: Event) -> Sequence[Action]:
        """What to do; nothing until a person has answered."""
        self._listen(event)
        if isinstance(event, HumanAnswered) and not self.met:
            self.met = event
        if not self.met:
            return ()
        if self.said_at is None:
            if self.speaking is None or event.known >= self.met.known + LATEST:
                self.said_at = event.known
                return (Say(at=event.known, value=self.courtesy, purpose="courtesy", answers=self.speaking),)
            return ()
        spoken = isinstance(event, Played) and event.value == self.courtesy
        if spoken or event.known >= self.said_at + _LOST:
            return (HangUp(at=event.known, why="goal_reached"),)
        return ()

    def _listen(self, event: Event) -> None:
        if isinstance(event, SegmentStarted):
            self.speaking = event.at if event.segment is Kind.SPEECH else None
        elif isinstance(event, WordsHeard):
            self.speaking = event.start
        elif isinstance(event, SegmentEnded):
            self.speaking = None
