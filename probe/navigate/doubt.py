"""When somebody may have answered: a person must not be left listening to silence, so the caller asks who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probe.navigate.transcript import Transcript
from probe.timeline import Action, Event, Say, VerdictGiven

CHALLENGE: Mapping[str, str] = {
    "zh": "喂，您好，请问是人工客服吗？",
    "en": "Hello, am I speaking to a person?",
}
CHALLENGES = 2
"""Times that the caller asks; guessed."""
ANSWERED_BY = 1.5
"""Seconds of silence after which whoever spoke waits for an answer; guessed."""


@dataclass(slots=True)
class Doubt:
    """Remembers whether the last speech could not be told to be a person's or a machine's."""

    words: str
    unsure: float | None = None
    """Start of that speech segment."""
    asked: int = 0

    def take(self, event: Event) -> None:
        """Brings itself up to date."""
        if isinstance(event, VerdictGiven):
            self.unsure = event.start if event.verdict.is_ == "unsure" else None

    def ask(self, now: float, ear: Transcript) -> Sequence[Action]:
        """The question, if somebody unsure spoke last and waits."""
        last = ear.last
        if self.unsure is None or self.asked == CHALLENGES or last is None or last.start != self.unsure:
            return ()
        if last.end is None or not ear.quiet or now < last.end + ANSWERED_BY:
            return ()
        self.unsure = None
        self.asked += 1
        return (Say(at=now, value=self.words, purpose="challenge", answers=last.start),)
