from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from probe.line.lines import Lines
from probe.speech.transcriber import Heard, Transcription
from probe.supervisor.headroom import BEHIND
from probe.supervisor.listening import frames_a_turn
from probe.supervisor.meter import Meter, Metered
from probe.timeline import FRAME, RATE, Event, Frame, Samples, Tick

SILENCE = np.zeros(FRAME, np.int16)


def compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


class SlowTranscription:
    def feed(self, audio: Samples) -> Heard | None:
        compute(0.03)
        return None

    def finish(self) -> Heard:
        return Heard("", ())


class SlowTranscriber:
    name, language = "slow", "zh"

    def begin(self) -> Transcription:
        return SlowTranscription()


class SlowListener:
    def __init__(self, transcription: Transcription) -> None:
        self._transcription = transcription

    def hear(self, frame: Frame) -> Iterator[Event]:
        compute(0.02)
        self._transcription.feed(frame.heard)
        yield Tick(at=frame.at, known=frame.end)

    def finish(self) -> Iterator[Event]:
        return iter(())


def test_what_recognition_takes_is_not_counted_as_listening_nor_what_happens_between_two_events() -> None:
    def begins(folder: Path) -> None:
        raise AssertionError(folder)

    meter = Meter()
    around = Metered(meter, Lines(), begins)
    listener = around.listener(SlowListener(around.transcriber(SlowTranscriber()).begin()))

    def call() -> None:
        for _ in listener.hear(Frame(0, SILENCE, SILENCE, ())):
            compute(0.05)

    meter.around(call)
    spent = meter.spent()
    assert 0.03 <= spent["recognition"] < 0.05
    assert 0.02 <= spent["listening"] < 0.04
    assert 0.05 <= spent["around"] < 0.07
    assert spent["deciding"] == spent["recording"] == 0.0


def test_more_calls_have_longer_turns_but_none_that_is_heard_too_late() -> None:
    turns = [frames_a_turn(calls) for calls in range(1, 60)]
    assert turns == sorted(turns)
    assert turns[0] == 1
    assert max(turns) * FRAME / RATE < BEHIND
