"""Meeting a person: one short sentence that this was a test, then the call ends. An agent's time is not ours to use.

The person is not talked over: the sentence starts in the first pause after it is sure that this is a person, or 1.5 s
later if none comes. The caller hangs up as soon as the sentence has been sent. Should the same speech turn out to be a
machine's after all, the meeting is off and the call goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probe.timeline import (
    Action,
    Event,
    HangUp,
    HumanAnswered,
    HumanWithdrawn,
    Kind,
    Paused,
    Played,
    Say,
    SegmentEnded,
    SegmentStarted,
    WordsHeard,
)

COURTESY: Mapping[str, str] = {
    "zh": "服务测试，谢谢。",
    "en": "Hello, service test, thank you, goodbye.",
}
LATEST = 1.5
"""Seconds after the verdict at which the caller speaks even if the person still does; guessed."""
_WENT_ON = 0.15  # seconds after the beginning of a pause by which a word that ends later shows that it is over
_LOST = 15.0  # seconds after which a sentence whose end the line never reported counts as spoken; guessed


@dataclass(slots=True)
class Meeting:
    """From the verdict to the end of the call."""

    courtesy: str
    speaking: float | None = None
    """Start of the speech segment that goes on, if one does. Kept up to date from the start of the call."""
    pause: float | None = None
    """Since when that speech pauses, if it does."""
    met: HumanAnswered | None = None
    said_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether a person has answered."""
        return self.met is not None

    def react(self, event: Event) -> Sequence[Action]:
        """What to do; nothing until a person has answered."""
        self._listen(event)
        if isinstance(event, HumanWithdrawn):
            self.met = self.said_at = None
        if isinstance(event, HumanAnswered) and not self.met:
            self.met = event
        if not self.met:
            return ()
        if self.said_at is None:
            listens = self.speaking is None or self.pause is not None
            if listens or event.known >= self.met.known + LATEST:
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
            self.pause = None
        elif isinstance(event, Paused):
            self.speaking, self.pause = event.start, event.at
        elif isinstance(event, WordsHeard):
            self.speaking = event.start
            if self.pause is not None and event.words and event.words[-1].end > self.pause + _WENT_ON:
                self.pause = None
        elif isinstance(event, SegmentEnded):
            self.speaking = self.pause = None
