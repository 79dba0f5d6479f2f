"""Days and hours as people write them, and the instants they mean: `09:00-11:30` on weekdays in Asia/Shanghai.

Hours are local to the hotline; instants are UTC. A wall time that a change to summer time leaves out means the instant
of the change; one that occurs twice means the first as a start and the second as an end, so a span covers both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from probe.documents import SourceMistake

DayKind = Literal["weekday", "weekend", "holiday"]
DAY_KINDS: tuple[DayKind, ...] = ("weekday", "weekend", "holiday")
CLOSED = frozenset({"closed", "休息", "不办公"})
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—~至到]\s*(\d{1,2}):(\d\d)")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes since local midnight, `start` included and `end` not; at most 24:00."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From `start` up to `end`, both UTC."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def spans(written: object) -> tuple[Span, ...]:
    """`09:00-11:30`, a list of such, or `closed`, in order; raises SourceMistake. They may touch but not overlap."""
    parts = [written] if isinstance(written, str) else written
    if isinstance(written, str) and written.strip().lower() in CLOSED:
        return ()
    if not isinstance(parts, Sequence):
        raise _not_hours(written)
    found = sorted(_span(part) for part in parts)
    for before, after in pairwise(found):
        if after.start < before.end:
            raise SourceMistake(f"`{before}` and `{after}` overlap", f"“{before}”与“{after}”重叠")
    return tuple(found)


def _span(written: object) -> Span:
    match = _SPAN.fullmatch(written.strip()) if isinstance(written, str) else None
    if not match:
        raise _not_hours(written)
    hour, minute, to_hour, to_minute = (int(part) for part in match.groups())
    start, end = 60 * hour + minute, 60 * to_hour + to_minute
    if minute > 59 or to_minute > 59 or end > _DAY or start >= end:
        raise SourceMistake(
            f"`{written}` is not within one day; write such as `09:00-17:30`, and two spans for a night",
            f"“{written}”不在一天之内；请写成“09:00-17:30”，跨夜请分成两段",
        )
    return Span(start, end)


def _not_hours(written: object) -> SourceMistake:
    shown = written if isinstance(written, str | int | float) else type(written).__name__
    return SourceMistake(
        f"`{shown}` is not hours; write such as `09:00-17:30`, a list of such, or `closed`",
        f"“{shown}”不是时段；请写成“09:00-17:30”、若干时段的列表，或“休息”",
    )


_SPAN_SCHEMA: dict[str, Any] = {"type": "string", "pattern": r"^\d{1,2}:\d\d\s*[-–—~至到]\s*\d{1,2}:\d\d$"}
Hours = Annotated[
    tuple[Span, ...],
    BeforeValidator(spans),
    PlainSerializer(lambda found: [str(span) for span in found] or "closed", return_type=Any),
    WithJsonSchema(
        {"anyOf": [_SPAN_SCHEMA, {"enum": sorted(CLOSED)}, {"type": "array", "items": _SPAN_SCHEMA, "minItems": 1}]}
    ),
]
"""Spans of a day, in order."""


class Week(BaseModel):
    """Hours by kind of day, local time; a kind that is not written is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekday: Hours = Field(default=(), description="Monday to Friday, and weekends that are worked.")
    weekend: Hours = Field(default=(), description="Saturday and Sunday.")
    holiday: Hours = Field(default=(), description="The days listed as holidays.")

    def of(self, kind: DayKind) -> tuple[Span, ...]:
        found: tuple[Span, ...] = getattr(self, kind)
        return found


def kind_of(day: date, holidays: Iterable[date] = (), workdays: Iterable[date] = ()) -> DayKind:
    """What kind of day it is; `workdays`: weekends on which people work, to make up for a holiday."""
    if day in holidays:
        return "holiday"
    return "weekday" if day.weekday() < 5 or day in workdays else "weekend"


def window(day: date, span: Span, zone: ZoneInfo) -> Window | None:
    """The instants of a span on a local day; None when a change of the clocks leaves nothing of it."""
    start = instant(day, span.start, zone)
    end = instant(day, span.end, zone, last=True)
    return Window(start, end) if start < end else None


def instant(day: date, minute: int, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The UTC instant of a local wall time. `last`: the second of two, where the clocks are put back."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:  # put forward: this wall time does not exist
        return _change(second, first, zone)
    return second if last else first


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two at which the zone's offset changes, to the second."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def overlap(one: Iterable[Span], other: Iterable[Span]) -> tuple[Span, ...]:
    """The minutes that are in both."""
    others = list(other)
    found = (Span(max(a.start, b.start), min(a.end, b.end)) for a in one for b in others)
    return tuple(sorted(span for span in found if span.start < span.end))


def within(at: datetime, week: Week, zone: ZoneInfo, kind: DayKind) -> bool:
    """Whether an instant lies in the hours of its local day, which is of this kind."""
    local = at.astimezone(zone)
    minute = 60 * local.hour + local.minute
    return any(span.start <= minute < span.end for span in week.of(kind))
