"""Calls that take a fraction of a second, with a real recording, and a witness that sees every one of them.

`QuickPlace` stands where `probe.place.place_call` stands: it writes a call's folder as a call does, frame by frame, with
an outcome drawn from the seed. What it dials is told to the `Witness`, a file that outlives any process, before the first
frame and after the last: that file, not the store, says what was dialled, and when.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from probe.evidence import Recording
from probe.evidence.bundle import OpenCall
from probe.measure import measure
from probe.place import Order
from probe.timeline import FRAME, Answered, CallInfo, Dialed, Ended, Frame, HumanAnswered, LineFailed, Ringing, Timeline


@dataclass(frozen=True, slots=True)
class Witness:
    """A file of lines, each written in one piece. Times are the machine's monotonic clock, the same for all processes."""

    path: Path

    def tell(self, what: str, **about: Any) -> None:
        line = json.dumps({"at": time.monotonic(), "what": what, "pid": os.getpid(), **about}) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def lines(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def calls(self) -> list[Dialled]:
        """Every call that was dialled; one whose process was killed ended when that was seen to be dead."""
        lines = self.lines()
        ends = {line["attempt"]: line["at"] for line in lines if line["what"] == "end"}
        deaths = {line["dead"]: line["at"] for line in lines if line["what"] == "death"}
        return [
            Dialled(line["attempt"], line["number"], line["at"], ends.get(line["attempt"], deaths.get(line["pid"])))
            for line in lines
            if line["what"] == "dial"
        ]


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call as the witness saw it."""

    attempt: str
    number: str
    began: float
    ended: float | None


def most_at_once(calls: list[Dialled]) -> int:
    """The most calls that went on at one time."""
    assert all(call.ended is not None for call in calls)
    changes = sorted([(call.began, 1) for call in calls] + [(call.ended or 0.0, -1) for call in calls])
    most = now = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def most_at_one_number(calls: list[Dialled]) -> int:
    """The most calls that went on at one number at one time."""
    by_number = defaultdict(list)
    for call in calls:
        by_number[call.number].append(call)
    return max((most_at_once(each) for each in by_number.values()), default=0)


@dataclass(frozen=True, slots=True)
class QuickPlace:
    """Dials nothing, in `seconds`. `faults`: share of calls that are our fault, by the seed."""

    witness: Witness
    seconds: float = 0.05
    faults: float = 0.0
    numbers: Mapping[str, str] | None = None

    def __call__(self, order: Order, *, stop: Callable[[], bool] | None = None) -> Timeline:
        info = CallInfo(
            id=order.id,
            hotline=Path(order.hotline).stem,
            scenario=order.name,
            caller=order.caller,
            goal="human",
            line="simulated",
            started_at="2026-03-02T02:00:00.000Z",
        )
        chance = random.Random(f"{order.seed}/{info.hotline}/{info.caller}/{info.scenario}/{order.nth}")
        timeline = Timeline(info)
        opened = OpenCall(order.recordings, order.id)
        try:
            recording = Recording(order.recordings / order.id, info)
            self.witness.tell("dial", attempt=order.id, number=info.hotline)
            try:
                self._call(timeline, recording, chance)
                measure(timeline)
                recording.close(timeline)
            finally:
                self.witness.tell("end", attempt=order.id)
        finally:
            opened.close()
        return timeline

    def _call(self, timeline: Timeline, recording: Recording, chance: random.Random) -> None:
        answered, human = round(chance.uniform(0.2, 0.8), 2), round(chance.uniform(1.0, 2.0), 2)
        fault = chance.random() < self.faults
        events = [
            Dialed(at=0.0, known=0.0),
            Ringing(at=0.1, known=0.1),
            Answered(at=answered, known=answered),
            HumanAnswered(at=human, known=human + 0.2, earliest=human, latest=human),
            LineFailed(at=2.5, known=2.5, reason="made up") if fault else Ended(at=2.5, known=2.5, by="caller"),
        ]
        recording.keep(timeline)
        silence = np.zeros(FRAME, np.int16)
        for n in range(125):  # 2.5 s
            at = n * FRAME
            while events and events[0].known <= n * 0.02:
                timeline.add(events.pop(0))
            recording.write(Frame(at, silence, silence))
            if n % 25 == 0:
                time.sleep(self.seconds / 5)  # how long a call takes, not a wait for anything
        for event in events:
            timeline.add(event)


def outcomes(rows: list[Any]) -> Counter[str]:
    """How often each outcome."""
    return Counter(row.outcome for row in rows)
