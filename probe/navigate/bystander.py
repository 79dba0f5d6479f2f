"""Navigators without a scenario: one that only listens until a person answers, and one that only looks on."""

from __future__ import annotations

from collections.abc import Sequence

from probe.navigate.meeting import COURTESY, Meeting
from probe.timeline import Action, Answered, Ended, Event, HangUp, LineFailed, Tick

_RING = 60.0  # seconds to let it ring: as in a scenario's limits


class JustListen:
    """Dials, presses nothing, listens for `seconds` from the answer, and hangs up earlier on a person, after the courtesy."""

    def __init__(self, seconds: float, language: str = "zh") -> None:
        self._seconds = seconds
        self._meeting = Meeting(COURTESY[language])
        self._answered: float | None = None
        self._over = False

    def react(self, event: Event) -> Sequence[Action]:
        """What to do next: nothing, or the courtesy, or to hang up."""
        if isinstance(event, Ended | LineFailed):
            self._over = True
        if isinstance(event, Answered) and self._answered is None:
            self._answered = event.at
        actions = () if self._over else self._meeting.react(event) or self._limits(event)
        self._over = self._over or any(isinstance(action, HangUp) for action in actions)
        return actions

    def _limits(self, event: Event) -> Sequence[Action]:
        if not isinstance(event, Tick) or self._meeting.begun:
            return ()
        if self._answered is None:
            return (HangUp(at=event.known, why="limit_wait", note="not answered"),) if event.known >= _RING else ()
        if event.known >= self._answered + self._seconds:
            return (HangUp(at=event.known, why="limit_call", note=f"listened for {self._seconds:g} s"),)
        return ()


class Onlooker:
    """For recordings: whatever was done was done."""

    def react(self, event: Event) -> Sequence[Action]:
        """Nothing."""
        return ()
