"""The line in memory keeps the rules of every line, and the timing of a SIP call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from probe.line.exchange import Answer, HangUp, Progress, Ring, Signal, Step
from probe.line.simulated import SimulatedLine
from probe.timeline import (
    FRAME,
    RATE,
    Action,
    Answered,
    Ended,
    Frame,
    LineEvent,
    Played,
    Press,
    Samples,
    Say,
)
from probe.timeline import HangUp as HangUpAction

SILENCE = np.zeros(FRAME, np.int16)


class Echo:
    """A far end that answers at a tick, sends back what it hears, and remembers it."""

    def __init__(self, script: dict[int, Signal]) -> None:
        self.script = script
        self.tick = 0
        self.heard: list[Samples] = []
        self.keys: list[tuple[int, str]] = []
        self.hung_up = False

    def step(self, heard: Samples, keys: Sequence[str] = ()) -> Step:
        self.heard.append(heard)
        self.keys += [(self.tick, key) for key in keys]
        signals = (self.script[self.tick],) if self.tick in self.script else ()
        self.tick += 1
        return Step(heard if any(np.flatnonzero(heard)) else SILENCE, signals)

    def caller_hung_up(self) -> None:
        self.hung_up = True


def speak(text: str) -> Samples:
    """A second of 400 Hz for every letter."""
    return (8000 * np.sin(2 * np.pi * 400 * np.arange(RATE * len(text)) / RATE)).astype(np.int16)


def call(script: dict[int, Signal], actions: dict[int, Action], ticks: int = 400) -> tuple[list[Frame], Echo]:
    echo = Echo(script)
    line = SimulatedLine(echo, speak=speak)
    frames = []
    for n, frame in enumerate(line):
        frames.append(frame)
        if n in actions:
            line.perform(actions[n])
        if n >= ticks:
            break
    line.close()
    return frames, echo


def events(frames: list[Frame]) -> list[LineEvent]:
    return [event for frame in frames for event in frame.events]


RINGS_AND_ANSWERS: dict[int, Signal] = {5: Ring(), 50: Answer()}
END: dict[int, Action] = {300: HangUpAction(at=6.0, why="scenario")}


def test_frames_are_160_samples_apart_from_dialing_to_the_end() -> None:
    frames, _ = call(RINGS_AND_ANSWERS, END)
    assert [frame.number for frame in frames] == [n * FRAME for n in range(len(frames))]
    assert [event.kind for event in events(frames)] == ["dialed", "ringing", "answered", "ended"]
    assert frames[0].events[0].kind == "dialed"
    assert frames[-1].events[-1].kind == "ended"


def test_an_event_is_at_the_frame_that_carries_it() -> None:
    frames, _ = call(RINGS_AND_ANSWERS, {100: Say(at=2.0, value="a"), **END})
    for frame in frames:
        assert all(event.at == event.known == frame.at for event in frame.events)


def test_audio_takes_its_latency_both_ways_and_signals_a_frame() -> None:
    frames, echo = call(RINGS_AND_ANSWERS, {100: Say(at=2.0, value="a"), **END})
    answered = next(event.at for event in events(frames) if isinstance(event, Answered))
    assert answered == pytest.approx(51 * 0.02)
    said = next(n for n, frame in enumerate(frames) if frame.said.any())
    arrived = next(n for n, heard in enumerate(echo.heard) if heard.any())
    came_back = next(n for n, frame in enumerate(frames) if frame.heard.any())
    assert (said, arrived - said, came_back - arrived) == (101, 2, 3)


def test_what_is_said_arrives_through_mu_law() -> None:
    frames, echo = call(RINGS_AND_ANSWERS, {100: Say(at=2.0, value="a"), **END})
    said = np.concatenate([frame.said for frame in frames[101:151]])
    arrived = np.concatenate(echo.heard[103:153])
    assert np.array_equal(said, arrived)
    assert not np.array_equal(arrived, speak("a"))
    error = arrived.astype(float) - speak("a")
    assert np.sum(error**2) / np.sum(speak("a").astype(float) ** 2) < 10**-3.3  # G.711: more than 33 dB above its noise


def test_keys_reach_the_far_end_as_keys_and_the_recording_as_tones() -> None:
    frames, echo = call(RINGS_AND_ANSWERS, {100: Press(at=2.0, value="1#"), **END})
    assert echo.keys == [(101, "1"), (111, "#")]
    assert not any(heard.any() for heard in echo.heard)
    said = np.concatenate([frame.said for frame in frames[101:121]])
    spectrum = np.abs(np.fft.rfft(said[:800].astype(float)))
    assert sorted(np.argsort(spectrum)[-2:] * 10) == [700, 1210]


def test_played_comes_when_the_last_of_it_is_sent_and_one_thing_is_sent_after_the_other() -> None:
    frames, _ = call(RINGS_AND_ANSWERS, {100: Press(at=2.0, value="1"), 101: Say(at=2.02, value="a"), **END})
    played = [event for event in events(frames) if isinstance(event, Played)]
    assert [event.value for event in played] == ["1", "a"]
    assert played[0].at == pytest.approx(2.02 + 0.08)
    assert played[1].at == pytest.approx(2.02 + 0.2 + 0.98)


def test_nothing_is_sent_before_there_is_media() -> None:
    _, echo = call(RINGS_AND_ANSWERS, {10: Press(at=0.2, value="5"), **END})
    assert echo.keys == [(51, "5")]
    early, _ = call({5: Progress(), 200: Answer()}, {10: Say(at=0.2, value="a"), **END})
    assert next(n for n, frame in enumerate(early) if frame.said.any()) == 11
    assert [event.kind for event in events(early)][:3] == ["dialed", "ringing", "early_media"]


def test_hanging_up_ends_the_call_in_the_next_frame() -> None:
    frames, echo = call(RINGS_AND_ANSWERS, {100: HangUpAction(at=2.0, why="scenario")})
    assert len(frames) == 102
    end = frames[-1].events[-1]
    assert isinstance(end, Ended)
    assert end.by == "caller"
    assert echo.hung_up


@pytest.mark.parametrize(("status", "reason"), [(486, "Busy Here"), (603, "Decline"), (404, "Not Found")])
def test_a_rejected_call_ends_with_the_hotline_s_status(status: int, reason: str) -> None:
    frames, _ = call({5: Ring(), 30: HangUp(status)}, {})
    end = frames[-1].events[-1]
    assert isinstance(end, Ended)
    assert (end.by, end.status, end.reason) == ("hotline", status, reason)


def test_a_call_nobody_answers_is_given_up_by_the_caller() -> None:
    line = SimulatedLine(Echo({5: Ring()}), speak=speak, ring_limit=3.0)
    end = list(line)[-1].events[-1]
    assert isinstance(end, Ended)
    assert (end.by, end.reason, end.at) == ("caller", "ring limit", 3.0)


def test_closing_tells_the_far_end() -> None:
    _, echo = call(RINGS_AND_ANSWERS, {}, ticks=20)
    assert echo.hung_up
