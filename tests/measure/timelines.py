"""Timelines made of what a test names."""

from __future__ import annotations

from typing import Any

from probe.timeline import Action, CallInfo, Event, Segment, Timeline


def at(kind: type[Event], when: float, **values: Any) -> Event:
    """An event that was known when it happened."""
    return kind(at=when, known=when, **values)


def timeline_of(*things: Event | Action | Segment, goal: str = "human") -> Timeline:
    """A timeline of these, in this order."""
    timeline = Timeline(CallInfo(id="c", goal=goal))
    for thing in things:
        if isinstance(thing, Event):
            timeline.events.append(thing)
        elif isinstance(thing, Action):
            timeline.actions.append(thing)
        else:
            timeline.segments.append(thing)
    return timeline
