"""Durations and bounds, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.documents import SourceMistake
from probe.navigate.amounts import UNITS, count_bound, duration_bound, seconds


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15 s", 15.0),
        ("15s", 15.0),
        ("1.5 min", 90.0),
        ("500 ms", 0.5),
        ("30 秒", 30.0),
        ("2分钟", 120.0),
        ("1 分 30 秒", 90.0),
        ("１５ 秒", 15.0),
        ("1 h", 3600.0),
    ],
)
def test_a_duration_is_a_number_with_a_unit(written: str, expected: float) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize("written", ["15", 15, 1.5, "0 s", "-3 s", "s", "", "25 h", "3 days", None, True, [], "3 s x"])
def test_anything_else_is_not_a_duration(written: object) -> None:
    with pytest.raises(SourceMistake):
        seconds(written)


@given(st.integers(1, 3600), st.sampled_from(sorted(UNITS)), st.sampled_from(["", " ", "  "]))
def test_every_unit_is_what_it_says(number: int, unit: str, gap: str) -> None:
    expected = number * UNITS[unit]
    if expected <= 24 * 3600:
        assert seconds(f"{number}{gap}{unit}") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "within", "beyond"),
    [("at most 2", 2, 3), ("最多 2 次", 2, 3), ("at least 1", 1, 0), ("至少1", 4, 0), ("exactly 2", 2, 1), (2, 2, 3)],
)
def test_a_count_is_bounded_from_above_from_below_or_fixed(written: object, within: int, beyond: int) -> None:
    bound = count_bound(written)
    assert bound.holds(within)
    assert not bound.holds(beyond)


def test_a_duration_is_bounded_in_words() -> None:
    assert duration_bound("at most 60 s").holds(60.0)
    assert not duration_bound("不超过 1 分钟").holds(60.001)
    assert duration_bound("至少 5 秒").holds(5.0)


@pytest.mark.parametrize("written", ["60 s", "at most 60", "about 60 s", 60, None, "at most"])
def test_a_duration_alone_is_no_bound(written: object) -> None:
    with pytest.raises(SourceMistake):
        duration_bound(written)
