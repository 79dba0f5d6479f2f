"""The loop: frames are kept before they are heard, events reach the navigator, actions reach the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from probe.call import run
from probe.timeline import (
    FRAME,
    Action,
    Answered,
    CallInfo,
    Ended,
    Event,
    Frame,
    HangUp,
    LineEvent,
    Press,
    Tick,
    Timeline,
)

SILENCE = np.zeros(FRAME, np.int16)


@dataclass
class ThreeFrameLine:
    """Answers at once, and ends in the frame after a hang-up."""

    performed: list[Action] = field(default_factory=list)
    closed: bool = False

    def __iter__(self) -> Iterator[Frame]:
        yield Frame(0, SILENCE, SILENCE, (Answered(at=0.0, known=0.0),))
        yield Frame(FRAME, SILENCE, SILENCE)
        yield Frame(2 * FRAME, SILENCE, SILENCE, (Ended(at=0.04, known=0.04, by="caller"),))

    def perform(self, action: Action) -> None:
        self.performed.append(action)

    def close(self) -> None:
        self.closed = True


class PassThrough:
    def hear(self, frame: Frame) -> Iterator[Event]:
        yield from frame.events
        yield Tick(at=frame.at, known=frame.end)

    def finish(self) -> Sequence[Event]:
        return ()


class PressThenHangUp:
    """Presses when answered; then hangs up at every tick, though once is enough."""

    def react(self, event: Event) -> Sequence[Action]:
        if isinstance(event, Answered):
            return [Press(at=event.known, value="0")]
        return [HangUp(at=event.known, why="scenario")] if isinstance(event, Tick) else []


@dataclass
class Witness:
    frames: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def write(self, frame: Frame) -> None:
        self.frames.append(frame.number)

    def keep(self, timeline: Timeline) -> None:
        self.kept.append(len(timeline.events))


def test_a_call_runs_from_the_answer_through_actions_to_its_end() -> None:
    line, witness = ThreeFrameLine(), Witness()
    seen: list[Event | Action] = []
    timeline = run(line, PassThrough(), PressThenHangUp(), witness, CallInfo(id="c"), lambda _, it: seen.append(it))
    expected = [Press(at=0.0, value="0"), HangUp(at=0.02, why="scenario")]
    assert line.performed == timeline.actions == expected
    assert [type(e) for e in timeline.events] == [Answered, Ended]
    assert all(isinstance(e, LineEvent) for e in timeline.events)
    assert witness.frames == [0, FRAME, 2 * FRAME]
    assert witness.kept[-1] == 2
    assert line.closed
    assert [it for it in seen if isinstance(it, Action)] == expected


def test_a_line_is_closed_when_listening_breaks() -> None:
    class Deaf(PassThrough):
        def hear(self, frame: Frame) -> Iterator[Event]:
            raise RuntimeError("broken")

    line = ThreeFrameLine()
    try:
        run(line, Deaf(), PressThenHangUp(), Witness(), CallInfo(id="c"))
    except RuntimeError:
        assert line.closed
    else:
        raise AssertionError("the error must not be swallowed")
