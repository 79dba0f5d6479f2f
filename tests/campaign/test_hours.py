"""Days and hours: what is written, and the instants meant, also where clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.documents import SourceMistake
from probe.hours import Span, Week, instant, kind_of, overlap, spans, window, within

MADRID = ZoneInfo("Europe/Madrid")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)  # 02:00 becomes 03:00; 03:00 becomes 02:00


@pytest.mark.parametrize(
    "written", ["9-17", "09:00-25:00", "17:00-09:00", "09:60-10:00", 9, ["09:00-11:00", "10:59-12:00"]]
)
def test_what_are_no_hours_is_told(written: object) -> None:
    with pytest.raises(SourceMistake):
        spans(written)


def test_hours_are_read_in_order_and_closed_is_no_hours() -> None:
    assert spans(["13:30-17:00", "09:00 至 11:30"]) == (Span(540, 690), Span(810, 1020))
    assert spans("休息") == spans("closed") == ()


def test_a_holiday_is_none_of_the_week_and_a_worked_weekend_is_a_weekday() -> None:
    saturday = date(2026, 2, 14)
    assert kind_of(saturday) == "weekend"
    assert kind_of(saturday, workdays=[saturday]) == "weekday"
    assert kind_of(date(2026, 2, 17), holidays=[date(2026, 2, 17)]) == "holiday"


def test_a_span_in_the_hour_that_is_left_out_is_nothing() -> None:
    assert window(FORWARD, Span(120, 180), MADRID) is None
    half = window(FORWARD, Span(90, 150), MADRID)
    assert half is not None
    assert (half.start, half.seconds) == (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 1800)


def test_a_span_in_the_hour_that_comes_twice_covers_both() -> None:
    twice = window(BACK, Span(120, 180), MADRID)
    assert twice is not None
    assert twice.seconds == 2 * 3600
    assert window(BACK, Span(0, 1440), MADRID).seconds == 25 * 3600  # type: ignore[union-attr]


@given(
    day=st.dates(date(1990, 1, 1), date(2037, 12, 30)),
    minute=st.integers(0, 1439),
    zone=st.sampled_from(
        ["Asia/Shanghai", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_an_instant_shows_its_wall_time_or_that_time_does_not_exist(day: date, minute: int, zone: str) -> None:
    at = instant(day, minute, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    if at.replace(tzinfo=None) != wall:
        before = (at.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert before.replace(tzinfo=None) < wall < at.replace(tzinfo=None)
    assert instant(day, minute, ZoneInfo(zone)) <= instant(day, minute, ZoneInfo(zone), last=True)


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 300)), max_size=5))
def test_an_overlap_with_the_whole_day_is_the_span_itself(pairs: list[tuple[int, int]]) -> None:
    some = tuple(sorted(Span(start, min(1440, start + length)) for start, length in pairs))
    assert overlap(some, (Span(0, 1440),)) == some


def test_within_looks_at_the_hotlines_own_time() -> None:
    week = Week.model_validate({"weekday": "09:00-17:00"})
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert within(at, week, ZoneInfo("Asia/Shanghai"), "weekday")
    assert not within(at, week, MADRID, "weekday")
    assert not within(at, week, ZoneInfo("Asia/Shanghai"), "holiday")
