"""One call as a row: who called whom, how it ended, every clock and every effort figure, and the marks behind them.

A row is what lists, filters, scores and comparisons look at; the timeline itself is only opened for one call's page.
Rows are written by `probe.report.index` from each call's `timeline.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from probe.measure import CLOCKS, EFFORT, marks
from probe.timeline import Ended, HangUp, LineFailed, Timeline

UNFINISHED = "unfinished"
"""In place of an outcome: the call still runs, or was killed before it was measured."""

MARKS = ("answered_at", "offered_at", "requested_at", "queued_at", "human_at", "ended_at")
"""Instants of a call, in seconds since the INVITE: where clocks start and stop, and how long was waited in vain."""

STARTS: dict[str, str | None] = {
    clock: None if start == "dialed" else f"{start}_at" for clock, (start, _) in CLOCKS.items()
}
"""The mark that each clock starts at; None: at the INVITE, which is zero."""

TEXTS = (
    "id",
    "hotline",
    "scenario",
    "caller",
    "goal",
    "dialed",
    "line",
    "started_at",
    "outcome",
    "why",
    "ended_by",
    "stopped_for",
    "model",
    "software",
)
"""Columns of text. `ended_by`: hotline, caller or line; `stopped_for`: why the caller hung up, a word of
`probe.timeline.Why`; both empty when unknown. `started_at`: ISO 8601, UTC."""

REGISTERED = ("number", "enterprise", "sector", "region")
"""Columns that come from the register of hotlines, not from the call."""

FIGURES = (*MARKS, *CLOCKS, *EFFORT)
"""Columns of seconds and counts; empty (NaN) where a figure is not known."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in a list. `clocks` and `effort` hold only what is known; `reviewed_outcome` is the reviewers' last word,
    None if nobody reviewed it; `expected_held`: whether all that the scenario expects held, None if it expects nothing.
    """

    id: str
    hotline: str
    scenario: str
    caller: str
    goal: str
    dialed: str
    line: str
    started_at: datetime | None
    outcome: str
    why: str
    ended_by: str
    stopped_for: str
    model: str
    software: str
    number: str
    enterprise: str
    sector: str
    region: str
    audio_present: bool
    expected_held: bool | None
    reviewed_outcome: str | None
    marks: Mapping[str, float] = field(default_factory=dict)
    clocks: Mapping[str, float] = field(default_factory=dict)
    effort: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls. Everything that is given must hold; None asks nothing.

    `outcome` may be `unfinished`. `since` is the first instant, `until` the first one after. `text` is looked for in
    the identity, the hotline's names and number, and in what was heard, without regard to case.
    """

    hotline: str | None = None
    enterprise: str | None = None
    sector: str | None = None
    region: str | None = None
    caller: str | None = None
    scenario: str | None = None
    goal: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


def values_of(timeline_json: bytes) -> tuple[dict[str, Any], str]:
    """What the index keeps of a `timeline.json`: a value for each of `TEXTS` and `FIGURES` and `expected_held`, and
    all that was heard and said as text. Raises ValueError, KeyError, TypeError or AttributeError when it is not a timeline.
    """
    form = from_json(timeline_json)
    for segment in form["segments"]:
        segment.pop("words", None)  # most of the file, and no row needs them
    timeline = Timeline.from_json(form)
    call, found = timeline.call, marks(timeline)
    hang_up = next((action for action in timeline.actions if isinstance(action, HangUp)), None)
    values: dict[str, Any] = {name: getattr(call, name) for name in TEXTS if hasattr(call, name)}
    values |= {
        "outcome": timeline.outcome.value if timeline.outcome else UNFINISHED,
        "why": timeline.why,
        "ended_by": _ended_by(timeline),
        "stopped_for": hang_up.why if hang_up else "",
        "answered_at": found.answered,
        "offered_at": found.offered,
        "requested_at": found.requested,
        "queued_at": found.queued,
        "human_at": found.human,
        "ended_at": found.ended,
        "expected_held": all(bool(row.get("held")) for row in timeline.expected) if timeline.expected else None,
    }
    values |= {name: timeline.clocks.get(name) for name in CLOCKS}
    values |= {name: timeline.effort.get(name) for name in EFFORT}
    heard = [segment.text for segment in timeline.segments if segment.text]
    said = [str(getattr(action, "value", "")) for action in timeline.actions]
    return values, "\n".join((*heard, *said)).strip()


def _ended_by(timeline: Timeline) -> str:
    if any(isinstance(event, LineFailed) for event in timeline.events):
        return "line"
    ended = next((event for event in timeline.events if isinstance(event, Ended)), None)
    return ended.by if ended else ""
