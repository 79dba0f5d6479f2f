"""Calls made up for tests: rows of a frame, and folders as a call leaves them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probe.measure import measure
from probe.register import Register
from probe.report.calls import FIGURES, REGISTERED, TEXTS
from probe.report.frame import frame_of
from probe.timeline import (
    Answered,
    CallInfo,
    Dialed,
    Ended,
    HangUp,
    HumanAnswered,
    HumanOffered,
    Kind,
    LineFailed,
    Press,
    Queued,
    Segment,
    Timeline,
    Word,
)

COLUMNS = (*TEXTS, *REGISTERED, "audio_present", "expected_held", "reviewed_outcome", *FIGURES)
MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in Zhenjiang


def frame(*calls: dict[str, Any]) -> pd.DataFrame:
    """A frame as the index gives it, of calls that name only what matters."""
    rows = []
    for number, call in enumerate(calls):
        values: dict[str, Any] = dict.fromkeys((*TEXTS, *REGISTERED), "")
        values |= {"id": f"call-{number}", "hotline": "water", "enterprise": "water", "caller": "ordinary"}
        values |= {"goal": "human", "outcome": "human", "ended_by": "caller", "audio_present": True}
        values |= {"started_at": "2026-11-02T01:00:00.000Z"}
        values |= call
        rows.append([values.get(column) for column in COLUMNS])
    return frame_of(rows, COLUMNS, Register())


def human(seconds: float, **more: Any) -> dict[str, Any]:
    """A call in which a person was asked for after 10 s and answered `seconds` later."""
    at = 10.0 + seconds
    return {
        "answered_at": 2.0, "requested_at": 10.0, "queued_at": 10.5, "human_at": at, "ended_at": at + 5.0,
        "dialed_to_answered": 2.0, "answered_to_human_requested": 8.0, "requested_to_human": seconds,
        "queued_to_human": seconds - 0.5, "answered_to_human": seconds + 8.0, "dialed_to_human": at,
    } | more  # fmt: skip


def gave_up(seconds: float, **more: Any) -> dict[str, Any]:
    """A call in which a person was asked for after 10 s, and the caller hung up `seconds` later."""
    return {
        "outcome": "human_unreachable", "answered_at": 2.0, "requested_at": 10.0, "queued_at": 10.5,
        "ended_at": 10.0 + seconds, "dialed_to_answered": 2.0, "answered_to_human_requested": 8.0,
    } | more  # fmt: skip


def denied(outcome: str = "no_human_offered", **more: Any) -> dict[str, Any]:
    """A call that the hotline answered, and in which it let nobody be reached."""
    return {"outcome": outcome, "answered_at": 2.0, "ended_at": 30.0, "dialed_to_answered": 2.0} | more


def waits(durations: list[float], reached: list[bool], **more: Any) -> pd.DataFrame:
    """Calls whose `requested_to_human` lasted so long, and in which a person answered or the caller gave up."""
    made = [human(t, **more) if event else gave_up(t, **more) for t, event in zip(durations, reached, strict=True)]
    return frame(*made)


def timeline(
    name: str,
    *,
    hotline: str = "zhenjiang-water",
    caller: str = "ordinary",
    wait: float | None = 20.0,
    started: datetime = MORNING,
    text: str = "人工服务请按零",
    broken: bool = False,
    dropped: bool = False,
) -> Timeline:
    """A measured call at a menu: key 0, a queue, and after `wait` seconds a person, or nobody (None); `dropped`: the
    hotline then hangs up."""
    found = Timeline(
        CallInfo(
            id=name, hotline=hotline, scenario=f"{hotline}/{caller}", caller=caller, goal="human", line="simulated",
            started_at=started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            software="probe 0.1.0", model="zh-telephone",
        )
    )  # fmt: skip
    words = (Word(text[:2], 3.0, 3.5, 0.9), Word(text[2:], 3.5, 6.0, 0.9))
    found.segments = [Segment(Kind.SPEECH, 3.0, 6.0, text, words), Segment(Kind.MUSIC, 9.0, 12.0)]
    found.add(Dialed(at=0.0, known=0.0))
    found.add(Answered(at=2.5, known=2.5))
    found.add(HumanOffered(at=6.0, known=6.2, key="0"))
    found.did(Press(at=7.0, value="0", purpose="ask_human"))
    found.add(Queued(at=8.0, known=8.5, text="正在转接"))
    end = 7.0 + (wait if wait is not None else 90.0) + 4.0
    if broken:
        found.add(LineFailed(at=end, known=end, reason="no route"))
    elif wait is not None:
        found.add(HumanAnswered(at=7.0 + wait, known=9.0 + wait, earliest=7.0 + wait, latest=7.1 + wait))
    if not dropped:
        found.did(HangUp(at=end, why="goal_reached" if wait is not None else "limit_queue"))
    found.add(Ended(at=end, known=end, by="hotline" if dropped else "caller"))
    return measure(found)


def leave(recordings: Path, call: Timeline, *, audio: bool = True) -> Path:
    """The folder that a call leaves."""
    folder = recordings / call.call.id
    folder.mkdir(parents=True)
    (folder / "timeline.json").write_text(call.dumps(), encoding="utf-8")
    if audio:
        (folder / "call.wav").write_bytes(b"RIFF")
    return folder


def many(recordings: Path, number: int, **more: Any) -> None:
    """`number` calls, an hour apart, the waits 10, 11, 12, ... seconds."""
    for nth in range(number):
        started = MORNING + timedelta(hours=nth)
        leave(recordings, timeline(f"call-{nth:04d}", wait=10.0 + nth, started=started, **more))


def unfinished(call: Timeline) -> Timeline:
    """The call as it is while it runs: not measured."""
    return dataclasses.replace(call, outcome=None, clocks={}, effort={})


def seeded(seed: int) -> np.random.Generator:
    """Chance that is the same every time."""
    return np.random.default_rng(seed)
