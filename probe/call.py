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


Watch = Callable[[Timeline, Event | Action], None]
"""Sees everything as it happens."""


class Running:
    """A call that runs: frames go in, actions go out to the line, and the timeline grows. `run` is its loop."""

    def __init__(
        self,
        line: Line,
        listener: Listener,
        navigator: Navigator,
        evidence: Evidence,
        call: CallInfo,
        watch: Watch | None = None,
    ) -> None:
        self.timeline = Timeline(call)
        self._line = line
        self._listener = listener
        self._navigator = navigator
        self._evidence = evidence
        self._watch = watch
        self._hung_up = False

    def hear(self, frame: Frame) -> None:
        """One turn of the loop: what the frame holds is kept, heard, and answered."""
        self._evidence.write(frame)
        for event in self._listener.hear(frame):
            self._note(event)

    def finish(self) -> Timeline:
        """After the last frame: the complete timeline, not yet measured."""
        for event in self._listener.finish():
            self._note(event)
        self._evidence.keep(self.timeline)
        return self.timeline

    def _note(self, event: Event) -> None:
        timeline = self.timeline
        timeline.add(event)
        if self._watch:
            self._watch(timeline, event)
        for action in self._navigator.react(event):
            if self._hung_up:
                break
            timeline.did(action)
            self._line.perform(action)
            self._hung_up = isinstance(action, HangUp)
            if self._watch:
                self._watch(timeline, action)
        if event.kept or isinstance(event, LineEvent):
            self._evidence.keep(timeline)


def run(
    line: Line,
    listener: Listener,
    navigator: Navigator,
    evidence: Evidence,
    call: CallInfo,
    watch: Watch | None = None,
) -> Timeline:
    """Runs one call to its end and returns its timeline, not yet measured."""
    running = Running(line, listener, navigator, evidence, call, watch)
    try:
        for frame in line:
            running.hear(frame)
    finally:
        line.close()
    return running.finish()
