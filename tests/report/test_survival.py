"""Waiting times against R's survival, statsmodels and hand-made examples; calls that gave up stay in the count."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from probe.errors import UserError
from probe.report.observed import DENIED, GAVE_UP, REACHED, Waits, observe, timed, weighed
from probe.report.statistics import z_of
from probe.report.survival import longest, mean_of, waiting, waits_needed
from tests.report.calls_made_up import denied, frame, gave_up, human, seeded, waits

# R's survival package, data set `aml` (Miller 1997, Survival Analysis, p. 49): weeks of remission, 1: relapse.
MAINTAINED = [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0)]
NONMAINTAINED = [
    *((5, 1), (5, 1), (8, 1), (8, 1), (12, 1), (16, 0)),
    *((23, 1), (27, 1), (30, 1), (33, 1), (43, 1), (45, 1)),
]


def arrays(data: list[tuple[int, int]]) -> tuple[list[float], list[bool]]:
    return [float(t) for t, _ in data], [bool(event) for _, event in data]


def test_the_curve_is_that_of_rs_summary_of_survfit_of_aml() -> None:
    # R: summary(survfit(Surv(time, status) ~ x, data = aml)), group x=Maintained.
    printed = {9: 0.909, 13: 0.818, 18: 0.716, 23: 0.614, 31: 0.491, 34: 0.368, 48: 0.184}
    found = waiting(waits(*arrays(MAINTAINED)), "requested_to_human")
    curve = {point.at: round(point.waiting, 3) for point in found.curve}
    assert {at: curve[at] for at in printed} == printed
    assert (found.n, found.events, found.censored, found.denied) == (11, 7, 4, 0)


@pytest.mark.parametrize(("data", "median"), [(MAINTAINED, 31.0), (NONMAINTAINED, 23.0)])
def test_the_median_is_that_of_rs_survfit_of_aml(data: list[tuple[int, int]], median: float) -> None:
    # R: survfit(Surv(time, status) ~ x, data = aml) prints medians 31 and 23.
    assert waiting(waits(*arrays(data)), "requested_to_human").median == median


@pytest.mark.parametrize(("data", "mean", "error"), [(MAINTAINED, 52.6, 19.83), (NONMAINTAINED, 22.7, 4.18)])
def test_the_restricted_mean_and_its_error_are_those_of_rs_survfit_of_aml(
    data: list[tuple[int, int]], mean: float, error: float
) -> None:
    # R: print(survfit(Surv(time, status) ~ x, data = aml), rmean = 161) prints 52.6 (19.83) and 22.7 (4.18).
    found = waiting(waits(*arrays(data)), "requested_to_human", horizon=161.0).mean
    assert found is not None
    assert (round(found.mean, 1), round(found.error, 2)) == (mean, error)


def test_the_intervals_are_those_of_statsmodels_on_the_log_log_scale() -> None:
    durations, reached = arrays(MAINTAINED)
    theirs = SurvfuncRight(durations, np.array(reached, dtype=int))
    found = waiting(waits(durations, reached), "requested_to_human")
    for at, share, error in zip(theirs.surv_times, theirs.surv_prob, theirs.surv_prob_se, strict=True):
        width = z_of() * error / (share * abs(math.log(share)))
        point = found.reached_within(float(at))
        assert point is not None
        assert point.low == pytest.approx(share ** math.exp(width))
        assert point.high == pytest.approx(share ** math.exp(-width))
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert found.median_interval is not None
    assert (found.median_interval.low, found.median_interval.high) == (low, high)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=2, max_size=60), st.integers(5, 80))
def test_the_restricted_mean_is_the_area_under_the_curve_of_lifelines(
    data: list[tuple[int, bool]], horizon: int
) -> None:
    durations = np.array([float(t) for t, _ in data])
    reached = np.array([event for _, event in data])
    curve = KaplanMeierFitter().fit(durations, reached).survival_function_.iloc[:, 0]
    seconds = np.arange(horizon)  # all waits are whole seconds, so the curve is flat from each to the next
    area = float(sum(curve[curve.index <= second].iloc[-1] for second in seconds))
    waits = Waits(durations, np.where(reached, REACHED, GAVE_UP).astype(np.int8))
    assert mean_of(waits, float(horizon)).mean == pytest.approx(area)


def test_a_mean_over_those_who_were_answered_would_flatter_and_is_not_given() -> None:
    half = frame(*(human(20.0) for _ in range(10)), *(gave_up(60.0) for _ in range(10)))
    found = waiting(half, "requested_to_human")
    assert found.mean is not None
    assert found.mean.mean == pytest.approx(0.5 * 20 + 0.5 * 60)
    assert found.median == 20.0


def test_a_wait_ended_with_a_person_out_of_patience_or_denied() -> None:
    calls = frame(human(10.0), gave_up(20.0), denied("hung_up", requested_at=10.0, ended_by="hotline"))
    waits = observe(calls, "requested_to_human").waits
    assert waits.seconds.tolist() == [10.0, 20.0, 20.0]
    assert waits.ends.tolist() == [REACHED, GAVE_UP, DENIED]


def test_who_is_denied_a_person_waits_to_the_end() -> None:
    calls = frame(*[human(10.0)] * 5, *[denied("hung_up", requested_at=10.0)] * 5)
    found = waiting(calls, "requested_to_human", horizon=100.0)
    assert found.mean is not None
    assert found.mean.mean == pytest.approx(0.5 * 10 + 0.5 * 100)
    assert (found.curve[-1].at, found.curve[-1].waiting) == (100.0, pytest.approx(0.5))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from([GAVE_UP, REACHED, DENIED])), min_size=1, max_size=40))
def test_the_curve_with_denied_calls_is_that_of_aalen_and_johansen(calls: list[tuple[int, int]]) -> None:
    # Their estimator as statsmodels has it: cause 1 a person, cause 2 denial, with ties and callers of any patience.
    seconds, ends = np.array([float(s) for s, _ in calls]), np.array([e for _, e in calls], dtype=np.int8)
    shared = weighed(Waits(seconds, ends), 20.0)
    assert shared.weights.sum() == pytest.approx(len(calls))
    if REACHED not in ends:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        curve = KaplanMeierFitter().fit(shared.seconds, shared.reached, weights=shared.weights).survival_function_
    theirs = CumIncidenceRight(seconds, ends)
    at = np.array(theirs.times, dtype=float)
    for time, share in zip(at, theirs.cinc[0], strict=True):
        assert 1 - curve.iloc[:, 0][curve.index <= time].iloc[-1] == pytest.approx(share, abs=1e-9)


def test_a_hotline_that_drops_the_queue_is_not_a_caller_who_gave_up() -> None:
    assert observe(frame(gave_up(30.0, ended_by="hotline")), "requested_to_human").waits.ends.tolist() == [DENIED]


def test_our_fault_doubt_and_calls_that_still_run_are_set_aside_and_counted() -> None:
    calls = frame(
        human(10.0),
        gave_up(5.0, outcome="our_fault"),
        gave_up(5.0, outcome="unsure"),
        gave_up(5.0, outcome="unsure"),
        gave_up(5.0, outcome="unfinished"),
        denied("no_human_offered"),
    )
    found = waiting(calls, "requested_to_human")
    assert found.n == 1
    assert found.set_aside == {"our_fault": 1, "unsure": 2, "unfinished": 1}
    assert found.not_started == 1


def test_fewer_than_half_reached_have_no_median_and_an_open_interval() -> None:
    found = waiting(waits([10.0, 60.0, 60.0, 60.0], [True, False, False, False]), "requested_to_human")
    assert found.median is None
    assert found.median_interval is not None
    assert found.median_interval.high == math.inf


@pytest.mark.parametrize("calls", [frame(), frame(gave_up(5.0, outcome="our_fault"))])
def test_without_waits_there_is_no_figure(calls: object) -> None:
    found = waiting(calls, "requested_to_human")  # type: ignore[arg-type]
    assert (found.n, found.median, found.mean, found.curve) == (0, None, None, ())


def test_one_call_has_a_median_and_an_interval_that_says_how_little_that_is() -> None:
    found = waiting(waits([12.0], [True]), "requested_to_human")
    assert found.median == 12.0
    assert found.mean is not None
    assert found.mean.mean == 12.0


def test_a_call_put_straight_through_has_no_request_and_another_clock_may_stand_in() -> None:
    straight = {"outcome": "human", "answered_at": 2.0, "human_at": 9.0, "ended_at": 15.0, "answered_to_human": 7.0}
    seconds, stopped = timed(frame(straight), "requested_to_human")
    assert math.isnan(seconds[0])
    seconds, stopped = timed(frame(straight), "requested_to_human", "answered_to_human")
    assert (seconds[0], bool(stopped[0])) == (7.0, True)


def test_nobody_was_offered_to_a_caller_put_straight_through_so_that_clock_is_not_denied() -> None:
    straight = {"outcome": "human", "answered_at": 2.0, "human_at": 9.0, "ended_at": 15.0, "answered_to_human": 7.0}
    assert observe(frame(straight), "answered_to_human_offered").not_started == 1


def test_a_curve_of_many_calls_keeps_its_ends_and_at_most_240_points() -> None:
    times = seeded(1).exponential(40, 2000)
    found = waiting(waits(np.minimum(times, 90).tolist(), (times <= 90).tolist()), "requested_to_human")
    assert len(found.curve) <= 240
    assert (found.curve[0].at, found.curve[-1].at) == (0.0, 90.0)
    assert found.curve[0].waiting == 1.0


def test_the_share_after_the_end_of_the_curve_is_not_known() -> None:
    found = waiting(waits([10.0, 20.0], [True, False]), "requested_to_human")
    assert found.reached_within(25.0) is None
    assert longest(waits([10.0, 20.0], [True, False]), "requested_to_human") == 20.0


def test_the_waits_needed_for_a_precision_are_those_of_the_textbook_when_all_were_answered() -> None:
    # Without censoring the mean's error is s/√n (s with divisor n), so n = (z·s/d)²: Cochran 1977, §4.6.
    times = seeded(2).exponential(40, 500)
    found = waiting(waits(times.tolist(), [True] * 500), "requested_to_human")
    assert waits_needed(found, 2.0) == math.ceil((z_of() * times.std() / 2.0) ** 2)
    assert waits_needed(waiting(waits([10.0], [True]), "requested_to_human"), 2.0) is None
    with pytest.raises(ValueError, match="half-width"):
        waits_needed(found, 0.0)


def test_an_unknown_clock_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="requested_to_human"):
        waiting(frame(human(3.0)), "requested_to_robot")
