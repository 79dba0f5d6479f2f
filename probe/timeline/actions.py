"""What the caller does, why, and why the caller hangs up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from probe.timeline.outcome import Outcome

Purpose = Literal["walk", "ask_human", "ask_complaint", "again", "courtesy", "challenge"]
"""Why the caller acts. `walk`: answers a prompt. `ask_human`, `ask_complaint`: asks for a person, for the complaint
desk. `again`: the same input sent once more because nothing at all happened; not a step the hotline required.
`courtesy`: the sentence to the person before hanging up. `challenge`: a question to find out who is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something the caller does. `answers`: start of the speech segment that it answers, in seconds, if any."""

    kind: ClassVar[str] = ""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Action):
    """Sends keys (0-9, *, #, A-D) in answer to one prompt; `option` is the menu label they stand for, if known."""

    kind: ClassVar[str] = "press"
    value: str
    purpose: Purpose = "walk"
    option: str | None = None
    answers: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Action):
    """Speaks one utterance."""

    kind: ClassVar[str] = "say"
    value: str
    purpose: Purpose = "walk"
    answers: float | None = None


Why = Literal[
    "goal_reached", "scenario", "limit_call", "limit_queue", "limit_silence", "limit_wait", "not_offered", "lost", "looped",
    "interrupted",
]  # fmt: skip
"""Why the caller hangs up: the goal was reached; the scenario says so; a limit on the call, the queue, silence or one
wait ran out; a menu was heard to its end without the option for a person; nothing in the scenario fits what is heard; the hotline goes in circles; the user stopped the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Action):
    """Ends the call; `outcome` when the scenario names one (`end: closed`); `note` says in words what went on."""

    kind: ClassVar[str] = "hang_up"
    why: Why
    outcome: Outcome | None = None
    note: str = ""
