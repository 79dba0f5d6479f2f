"""The whole call is one loop: frames in, events out of them, actions in answer to events.

The loop knows four parts by what they do, not by what they are, so a live SIP call, a simulated call and a recording
run through the same lines of code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from probe.timeline import Action, CallInfo, Event, Frame, HangUp, LineEvent, Timeline


class Line(Protocol):
    """A telephone line. Iterating dials, and yields a frame for every 20 ms from the INVITE to the end of the call.

    The first frame carries `Dialed`; the last carries `Ended` or `LineFailed`. Frames before there is audio hold
    silence. An action performed while frame n is handled is sent from a later frame on, which shows it in `said`.
    """

    def __iter__(self) -> Iterator[Frame]: ...

    def perform(self, action: Action) -> None: ...

    def close(self) -> None: ...


class Listener(Protocol):
    """Hears frames and tells events, those that the line reported among them, each as soon as it is known."""

    def hear(self, frame: Frame) -> Iterable[Event]: ...

    def finish(self) -> Iterable[Event]: ...


class Navigator(Protocol):
    """Decides what the caller does next."""

    def react(self, event: Event) -> Sequence[Action]: ...


class Evidence(Protocol):
    """Keeps the audio and the timeline so that a call killed at any instant leaves both, valid up to then."""

    def write(self, frame: Frame) -> None: ...

    def keep(self, timeline: Timeline) -> None: ...


def run(
    line: Line,
    listener: Listener,
    navigator: Navigator,
    evidence: Evidence,
    call: CallInfo,
    watch: Callable[[Timeline, Event | Action], None] | None = None,
) -> Timeline:
    """Runs one call to its end and returns its timeline, not yet measured. `watch` sees everything as it happens."""
    timeline = Timeline(call)
    hung_up = False

    def note(event: Event) -> None:
        nonlocal hung_up
        timeline.add(event)
        if watch:
            watch(timeline, event)
        for action in navigator.react(event):
            if hung_up:
                break
            timeline.did(action)
            line.perform(action)
            hung_up = isinstance(action, HangUp)
            if watch:
                watch(timeline, action)
        if event.kept or isinstance(event, LineEvent):
            evidence.keep(timeline)

    try:
        for frame in line:
            evidence.write(frame)
            for event in listener.hear(frame):
                note(event)
    finally:
        line.close()
    for event in listener.finish():
        note(event)
    evidence.keep(timeline)
    return timeline
