"""Effort: what a caller had to do and to listen to, until a person answered or the call ended."""

from __future__ import annotations

from probe.measure.marks import REQUEST_PURPOSES, Marks, steps
from probe.timeline import Advertised, HumanAnswered, Kind, Press, Queued, Say, Segment, Timeline

EFFORT = (
    "steps",
    "key_steps",
    "spoken_steps",
    "refusals",
    "menu_level",
    "seconds_of_announcements",
    "seconds_of_advertising",
    "seconds_of_music",
    "agent_seconds",
)
"""Every name that `effort` may hold."""


def effort(timeline: Timeline, marks: Marks) -> dict[str, float]:
    """The effort of a call: counts, and seconds; a figure that cannot be known is left out."""
    taken = steps(timeline, marks.human)
    keys = sum(isinstance(step, Press) for step in taken)
    found: dict[str, float] = {
        "steps": len(taken),
        "key_steps": keys,
        "spoken_steps": len(taken) - keys,
        "refusals": _refusals(timeline, marks.human),
        "seconds_of_announcements": _heard(timeline, marks, Kind.SPEECH),
        "seconds_of_advertising": _advertised(timeline, marks),
        "seconds_of_music": _heard(timeline, marks, Kind.MUSIC),
    }
    level = _menu_level(timeline, marks)
    if level is not None:
        found["menu_level"] = level
    if marks.human is not None and marks.ended is not None and marks.ended >= marks.human:
        found["agent_seconds"] = round(marks.ended - marks.human, 6)
    return {name: found[name] for name in EFFORT if name in found}


def _refusals(timeline: Timeline, human: float | None) -> int:
    """Spoken requests for a person that were not granted.

    A request followed by another one was refused, or there would have been no need to ask again. The last one was
    refused if the hotline spoke after it and neither queued the caller nor put a person on.
    """
    requests = sorted(
        action.at
        for action in timeline.actions
        if isinstance(action, Say) and action.purpose in REQUEST_PURPOSES and (human is None or action.at < human)
    )
    if not requests:
        return 0
    last = requests[-1]
    granted = any(isinstance(event, Queued | HumanAnswered) and event.at > last for event in timeline.events)
    answered = any(segment.kind is Kind.SPEECH and segment.start > last for segment in timeline.segments)
    return len(requests) - 1 + (answered and not granted)


def _menu_level(timeline: Timeline, marks: Marks) -> int | None:
    """How deep a person was offered: 0 without any step, 1 in the first menu, 2 after one step, ..."""
    if marks.human is not None and not steps(timeline, marks.human):
        return 0
    if marks.offered is not None:
        return len(steps(timeline, marks.offered)) + 1
    granted = min((at for at in (marks.queued, marks.human) if at is not None), default=None)
    return None if granted is None else len(steps(timeline, granted))


def _heard(timeline: Timeline, marks: Marks, kind: Kind) -> float:
    """Seconds of a kind of segment from the answer to the person, or to the end; a person's speech is not counted."""
    start = marks.answered if marks.answered is not None else 0.0
    end = marks.human
    total = sum(
        max(0.0, (segment.end if end is None else min(segment.end, end)) - max(segment.start, start))
        for segment in timeline.segments
        if segment.kind is kind and not _is_human(segment)
    )
    return round(total, 6)


def _advertised(timeline: Timeline, marks: Marks) -> float:
    """Seconds, from the answer to the person or the end, of clauses that advertise: what was surely advertising."""
    start = marks.answered if marks.answered is not None else 0.0
    end = marks.human if marks.human is not None else float("inf")
    adverts = [event for event in timeline.events if isinstance(event, Advertised)]
    return round(sum(max(0.0, min(advert.until, end) - max(advert.at, start)) for advert in adverts), 6)


def _is_human(segment: Segment) -> bool:
    return segment.verdict is not None and segment.verdict.is_ == "human"
