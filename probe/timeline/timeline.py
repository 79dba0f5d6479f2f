"""One call: who called whom, and all segments, events and actions, with what was measured from them."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Self

from probe.timeline.actions import Action
from probe.timeline.event import Event
from probe.timeline.heard_events import SegmentEnded, VerdictGiven
from probe.timeline.json_form import (
    action_from_json,
    event_from_json,
    item_to_json,
    seconds,
    segment_from_json,
    segment_to_json,
)
from probe.timeline.outcome import Outcome
from probe.timeline.segment import Kind, Segment

SCHEMA = "probe.timeline/1"


@dataclass(slots=True)
class CallInfo:
    """Who called whom, when and with what.

    `language`: what the hotline was expected to speak; `tones`: the country whose tones were expected ("": China's).
    `verdict_model`: what told people from machines. `memory`: the prompt memory it was heard with, as kept in the call's
    folder (path, sha256, prompts, calls); empty: with none.
    `audio`: path (relative to the call's folder), sha256, rate.
    """

    id: str
    hotline: str = ""
    scenario: str = ""
    caller: str = ""
    goal: str = ""
    language: str = ""
    tones: str = ""
    dialed: str = ""
    line: str = ""
    trunk: str = ""
    started_at: str = ""
    audio: dict[str, Any] = field(default_factory=dict)
    software: str = ""
    model: str = ""
    verdict_model: str = ""
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Timeline:
    """One call. Grows while the call runs; `outcome`, `why`, `clocks` and `effort` are filled by `probe.measure`.

    `why`: the evidence that led to the outcome, in words. `clocks` in seconds. `expected`: each expectation of the
    scenario with whether it held.
    """

    call: CallInfo
    segments: list[Segment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    outcome: Outcome | None = None
    why: str = ""
    clocks: dict[str, float] = field(default_factory=dict)
    effort: dict[str, float] = field(default_factory=dict)
    expected: list[dict[str, Any]] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Keeps an event; a completed segment is kept as a segment."""
        if isinstance(event, SegmentEnded):
            self.segments.append(event.segment)
        elif event.kept:
            self.events.append(event)
        if isinstance(event, VerdictGiven):
            # Speech that is over may be judged again when more has been heard.
            self.segments = [
                dataclasses.replace(segment, verdict=event.verdict)
                if segment.kind is Kind.SPEECH and segment.start == event.start
                else segment
                for segment in self.segments
            ]

    def did(self, action: Action) -> None:
        """Keeps an action."""
        self.actions.append(action)

    def to_json(self) -> dict[str, Any]:
        """The timeline as the JSON contract has it (seconds rounded to the microsecond)."""
        return {
            "schema": SCHEMA,
            "call": dataclasses.asdict(self.call),
            "segments": [segment_to_json(segment) for segment in self.segments],
            "events": [{"kind": event.kind} | item_to_json(event) for event in self.events],
            "actions": [{"kind": action.kind} | item_to_json(action) for action in self.actions],
            "outcome": self.outcome.value if self.outcome else None,
            "why": self.why,
            "clocks": {name: seconds(value) for name, value in self.clocks.items()},
            "effort": {name: seconds(value) for name, value in self.effort.items()},
            "expected": self.expected,
        }

    def dumps(self) -> str:
        """The JSON as text, one segment, event or action a line."""
        form = self.to_json()
        lines = []
        for key, value in form.items():
            if isinstance(value, list) and value:
                rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value)
                lines.append(f' "{key}": [\n  {rows}]')
            else:
                lines.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, form: dict[str, Any]) -> Self:
        """The timeline a JSON form describes; raises ValueError when it is not of schema `probe.timeline/1`."""
        if form.get("schema") != SCHEMA:
            raise ValueError(f"schema is {form.get('schema')!r}, expected {SCHEMA!r}")
        known = {f.name for f in dataclasses.fields(CallInfo)}
        return cls(
            call=CallInfo(**{key: value for key, value in form["call"].items() if key in known}),
            segments=[segment_from_json(row) for row in form["segments"]],
            events=[event_from_json(row) for row in form["events"]],
            actions=[action_from_json(row) for row in form["actions"]],
            outcome=Outcome(form["outcome"]) if form.get("outcome") else None,
            why=form.get("why", ""),
            clocks=dict(form.get("clocks", {})),
            effort=dict(form.get("effort", {})),
            expected=list(form.get("expected", [])),
        )
