"""Comparisons find what is there, claim nothing that is not, and rank only what does not overlap."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probe.errors import UserError
from probe.i18n import use
from probe.report.compare import REST, compare, rank, sentence
from probe.report.groups import LEAST, cautious_mean, horizon_of
from probe.report.observed import DENIED, GAVE_UP, REACHED, Waits, observe
from probe.report.statistics import benjamini_hochberg, holm, p_of
from probe.report.survival import mean_of
from tests.report.calls_made_up import denied, frame, gave_up, human, seeded


def group(number: int, mean: float, seed: int = 1, patience: float = 90.0, **more: Any) -> list[dict[str, Any]]:
    """Calls whose waits are exponential with this mean, by callers who give up after `patience` seconds."""
    times = seeded(seed).exponential(mean, number)
    return [human(t, **more) if t <= patience else gave_up(patience, **more) for t in times.tolist()]


def elderly_and_ordinary(number: int, elderly: float, ordinary: float) -> pd.DataFrame:
    return frame(*group(number, elderly, 1, caller="elderly"), *group(number, ordinary, 2, caller="ordinary"))


def test_a_difference_is_that_of_the_restricted_means_with_the_error_of_independent_groups() -> None:
    calls = elderly_and_ordinary(80, 10.0, 40.0)
    (found,) = compare(calls, "caller")
    one, other = (calls[calls["caller"] == name] for name in ("elderly", "ordinary"))
    means = [mean_of(observe(part, "requested_to_human").waits, found.horizon) for part in (one, other)]
    assert found.effect == pytest.approx(means[0].mean - means[1].mean)
    assert found.interval is not None
    half = 1.959963985 * np.hypot(means[0].error, means[1].error)
    assert found.interval.high - found.interval.low == pytest.approx(2 * half)
    assert (found.group.name, found.against.name, found.finding) == ("elderly", "ordinary", "shorter")


@pytest.mark.parametrize(
    ("number", "elderly", "ordinary", "finding"),
    [(80, 40.0, 10.0, "longer"), (80, 10.0, 40.0, "shorter"), (12, 25.0, 30.0, "too_few"), (800, 25.0, 25.0, "alike")],
)
def test_a_comparison_comes_to_what_the_calls_carry(number: int, elderly: float, ordinary: float, finding: str) -> None:
    (found,) = compare(elderly_and_ordinary(number, elderly, ordinary), "caller")
    assert found.finding == finding


def test_a_group_of_fewer_than_ten_waits_is_not_compared() -> None:
    calls = frame(*group(LEAST - 1, 1.0, caller="elderly"), *group(100, 80.0, caller="ordinary"))
    (found,) = compare(calls, "caller")
    assert (found.effect, found.p, found.p_adjusted, found.finding) == (None, None, None, "too_few")
    assert (found.group.n, found.against.n) == (LEAST - 1, 100)


def test_a_slow_hotline_called_mostly_by_one_group_is_no_difference_of_groups() -> None:
    # Simpson's paradox: at each hotline elderly callers wait as long as others, but they call the slow one.
    calls = frame(
        *group(300, 10.0, 1, hotline="quick", caller="ordinary"),
        *group(30, 10.0, 2, hotline="quick", caller="elderly"),
        *group(30, 60.0, 3, hotline="slow", caller="ordinary"),
        *group(300, 60.0, 4, hotline="slow", caller="elderly"),
    )
    (within,) = compare(calls, "caller")
    (mixed,) = compare(calls.assign(hotline="one"), "caller")
    assert within.hotlines == 2
    assert within.finding != "longer"
    assert mixed.finding == "longer"


def test_hours_are_local_and_each_is_compared_with_all_others() -> None:
    calls = frame(
        *group(40, 10.0, 1, started_at="2026-11-02T01:10:00.000Z"),
        *group(40, 60.0, 2, started_at="2026-11-02T04:10:00.000Z"),
        *group(40, 10.0, 3, started_at="2026-11-02T07:10:00.000Z"),
    )
    found = compare(calls, "hour")
    assert [(one.group.name, one.against.name, one.finding) for one in found] == [
        ("09", REST, "shorter"),
        ("12", REST, "longer"),
        ("15", REST, "shorter"),
    ]


def test_weekdays_come_in_their_order() -> None:
    days = [group(12, 10.0, n, started_at=f"2026-11-{2 + n:02d}T01:00:00.000Z") for n in (4, 0, 2)]
    assert [one.group.name for one in compare(frame(*days[0], *days[1], *days[2]), "weekday")] == [
        "Monday",
        "Wednesday",
        "Friday",
    ]


def test_after_is_compared_with_before_a_day() -> None:
    calls = frame(
        *group(50, 60.0, 1, started_at="2026-11-01T01:00:00.000Z"),
        *group(50, 10.0, 2, started_at="2026-11-09T01:00:00.000Z"),
    )
    (found,) = compare(calls, "period", split=datetime(2026, 11, 5, tzinfo=UTC))
    assert (found.group.name, found.against.name, found.finding) == ("after", "before", "shorter")
    with pytest.raises(UserError, match="first day"):
        compare(calls, "period")


def test_regions_are_compared_across_hotlines() -> None:
    calls = frame(*group(50, 10.0, 1, region="A", hotline="a"), *group(50, 60.0, 2, region="B", hotline="b"))
    (found,) = compare(calls, "region")
    assert (found.group.name, found.hotlines, found.finding) == ("B", 0, "longer")


@pytest.mark.parametrize(("correction", "correct"), [("holm", holm), ("benjamini_hochberg", benjamini_hochberg)])
def test_p_values_are_corrected_over_the_comparisons_that_were_made(correction: Any, correct: Any) -> None:
    calls = frame(
        *group(40, 20.0, 1, region="A"),
        *group(40, 25.0, 2, region="B"),
        *group(40, 35.0, 3, region="C"),
        *group(3, 35.0, 4, region="D"),
    )
    found = compare(calls, "region", correction=correction)
    made = [one for one in found if one.p is not None]
    assert [one.group.name for one in made] == ["A", "B", "C"]
    assert [one.p_adjusted for one in made] == correct([one.p for one in made])
    assert all(one.correction == correction for one in found)


def test_one_group_has_nothing_to_be_compared_with() -> None:
    assert compare(frame(*group(20, 10.0)), "caller") == []
    assert compare(frame(), "caller") == []


def test_an_unknown_grouping_or_baseline_is_answered_with_the_known_ones() -> None:
    calls = elderly_and_ordinary(10, 1.0, 1.0)
    with pytest.raises(UserError, match="caller"):
        compare(calls, "mood")  # type: ignore[arg-type]
    with pytest.raises(UserError, match="elderly, ordinary"):
        compare(calls, "caller", baseline="young")


@pytest.mark.parametrize(("language", "words"), [("en", "shorter"), ("zh", "更短")])
def test_a_comparison_can_be_said_in_a_sentence(language: str, words: str) -> None:
    (found,) = compare(elderly_and_ordinary(80, 10.0, 40.0), "caller")
    use(language)
    try:
        assert words in sentence(found)
        assert "elderly" in sentence(found)
    finally:
        use(None)


# ------------------------------------------------------------------------------------------------------ under chance


def false_claims(number: int, rounds: int = 600) -> float:
    """How often two groups of the same waits differ at 5 %; a quarter of the callers give up."""
    chance = seeded(5)
    claims = 0
    for _ in range(rounds):
        means = []
        for _ in range(2):
            times = chance.exponential(43.0, number)
            waits = Waits(np.minimum(times, 60.0), np.where(times <= 60.0, REACHED, GAVE_UP).astype(np.int8))
            means.append(cautious_mean(waits, 60.0, 0.95))
        claims += p_of((means[0].mean - means[1].mean) / np.hypot(means[0].error, means[1].error)) < 0.05
    return claims / rounds


def test_under_no_difference_about_one_test_in_twenty_claims_one() -> None:
    assert false_claims(100) < 0.075


def test_with_as_few_waits_as_are_compared_not_many_more_do() -> None:
    assert false_claims(LEAST) < 0.10


def test_many_hours_without_a_difference_give_no_claim() -> None:
    calls = frame(*(c for hour in range(12) for c in group(30, 30.0, hour, started_at=f"2026-11-02T{hour:02d}:00:00Z")))
    assert {one.finding for one in compare(calls, "hour")} <= {"too_few", "alike"}


# ----------------------------------------------------------------------------------------------------------- ranks


def test_a_place_is_named_only_where_intervals_do_not_overlap() -> None:
    calls = frame(
        *group(200, 5.0, 1, enterprise="quick"),
        *group(200, 30.0, 2, enterprise="middle"),
        *group(200, 31.0, 3, enterprise="also-middle"),
        *group(200, 90.0, 4, enterprise="slow", patience=300.0),
    )
    found = {one.group.name: (one.best, one.worst, one.place) for one in rank(calls)}
    assert found == {"quick": (1, 1, 1), "middle": (2, 3, None), "also-middle": (2, 3, None), "slow": (4, 4, 4)}


def test_ranks_are_in_the_order_of_the_mean_wait() -> None:
    calls = frame(*group(20, 60.0, 1, enterprise="a"), *group(20, 5.0, 2, enterprise="b"))
    assert [one.group.name for one in rank(calls)] == ["b", "a"]


def test_few_calls_leave_every_place_open_even_if_all_ended_alike() -> None:
    calls = frame(*[denied(requested_at=10.0, enterprise="a")] * 5, *group(50, 5.0, enterprise="b"))
    assert {one.place for one in rank(calls)} == {None}


def test_a_hotline_that_never_lets_anybody_through_is_last_once_there_are_enough_calls() -> None:
    calls = frame(*[denied(requested_at=10.0, enterprise="a")] * 40, *group(40, 5.0, enterprise="b"))
    assert [(one.group.name, one.place) for one in rank(calls)] == [("b", 1), ("a", 2)]


def test_no_calls_have_no_ranks() -> None:
    assert rank(frame()) == []


@pytest.mark.parametrize(("end", "horizon"), [(REACHED, 80.0), (DENIED, 80.0), (GAVE_UP, 5.0)])
def test_only_callers_who_gave_up_shorten_what_is_compared(end: int, horizon: float) -> None:
    seconds = np.array([*[5.0] * 10, *[80.0] * 10])
    labels = np.array([*["quick"] * 10, *["patient"] * 10])
    waits = Waits(seconds, np.array([*[end] * 10, *[REACHED] * 10], dtype=np.int8))
    assert horizon_of(waits, labels, ["quick", "patient"]) == horizon
