"""Waiting times, with those that ended without a person in the count.

The mean over the calls that reached a person flatters a hotline: who waited longest is who gave up. So every call that
started to wait counts (`probe.report.observed`): who gave up waited at least that long, and who was denied a person waits
to the end. The curve of the share still waiting is Kaplan and Meier's (1958), by lifelines; with denied calls in it, it is
Aalen and Johansen's (1978). The mean is restricted: each wait counts up to a horizon, which is given with it.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from probe.report.observed import (
    DENIED,
    GAVE_UP,
    REACHED,
    SET_ASIDE,
    Floats,
    Waits,
    Weighed,
    longest,
    observe,
    weighed,
)
from probe.report.statistics import LEVEL, Interval, z_of

__all__ = ["SET_ASIDE", "Mean", "Point", "Waiting", "longest", "mean_of", "restricted_mean", "waiting", "waits_needed"]

POINTS = 240
"""At most so many points of a curve are kept: a chart is not finer."""


@dataclass(frozen=True, slots=True)
class Point:
    """At `at` seconds, the share of callers still waiting, and its interval (pointwise)."""

    at: float
    waiting: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the wait, counted up to `horizon` seconds for everybody, with its interval and standard error."""

    mean: float
    interval: Interval
    error: float
    horizon: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long callers waited, by one clock.

    `n` calls started to wait: `events` reached a person, `censored` gave up, `denied` were ended by the hotline.
    `median`: None when fewer than half reached a person in the time observed; an interval's open end is infinite.
    `mean`: None when there is nothing to average. `set_aside`: calls left out, by outcome; `not_started`: calls in
    which the clock never started.
    """

    clock: str
    n: int
    events: int
    censored: int
    denied: int
    median: float | None
    median_interval: Interval | None
    mean: Mean | None
    curve: tuple[Point, ...]
    set_aside: dict[str, int]
    not_started: int

    def reached_within(self, seconds: float) -> Point | None:
        """The last point of the curve at or before `seconds`; None when there is no curve that far."""
        if not self.curve or seconds > self.curve[-1].at:
            return None
        return [point for point in self.curve if point.at <= seconds][-1]


def waiting(
    frame: pd.DataFrame,
    clock: str,
    horizon: float | None = None,
    level: float = LEVEL,
    or_clock: str | None = None,
) -> Waiting:
    """How long callers waited by `clock` (`or_clock` where that never started); the mean is restricted to `horizon` seconds.

    Without a horizon it is the longest wait seen; to compare sets of calls, give them the same (`longest`). Pointwise
    intervals are on the log(-log) scale (lifelines; R's `conf.type = "log-log"`); the median's interval is where those
    cross one half. Raises UserError for an unknown clock.
    """
    seen = observe(frame, clock, or_clock)
    return waiting_of(seen.waits, clock, horizon, level, seen.set_aside, seen.not_started)


def waiting_of(
    waits: Waits,
    clock: str,
    horizon: float | None = None,
    level: float = LEVEL,
    set_aside: dict[str, int] | None = None,
    not_started: int = 0,
) -> Waiting:
    """The same, of waits that were observed already."""
    end = waits.longest() if horizon is None else horizon
    shared = weighed(waits, end)
    median, median_interval, curve = _kaplan_meier(shared, level) if len(waits) else (None, None, ())
    return Waiting(
        clock=clock,
        n=len(waits),
        events=waits.number(REACHED),
        censored=waits.number(GAVE_UP),
        denied=waits.number(DENIED),
        median=median,
        median_interval=median_interval,
        mean=restricted_mean(shared, end, level) if len(waits) else None,
        curve=curve,
        set_aside=set_aside or {},
        not_started=not_started,
    )


def mean_of(waits: Waits, horizon: float, level: float = LEVEL) -> Mean:
    """The restricted mean of at least one wait."""
    return restricted_mean(weighed(waits, horizon), horizon, level)


def restricted_mean(waits: Weighed, horizon: float, level: float = LEVEL) -> Mean:
    """The area under the Kaplan-Meier curve up to `horizon`: the mean wait, each wait counted up to that.

    Variance: sum over events of (area from there to the horizon)² · d/(n(n-d)), Klein, Moeschberger 2003, eq. 4.5.2,
    as in R's survfit. A horizon beyond the longest wait takes the curve to stay where it was last.
    """
    times, place = np.unique(waits.seconds, return_inverse=True)
    left = np.bincount(place, weights=waits.weights)
    answered = np.bincount(place, weights=waits.weights * waits.reached)
    at_risk = left[::-1].cumsum()[::-1]
    inside = times <= horizon
    times, answered, at_risk = times[inside], answered[inside], at_risk[inside]
    share = np.cumprod(1 - answered / at_risk)
    widths = np.diff(np.concatenate(([0.0], times, [horizon])))
    areas = widths * np.concatenate(([1.0], share))
    later = areas[::-1].cumsum()[::-1][1:]  # area from each time to the horizon
    survivors = at_risk - answered
    some = survivors > 1e-9 * at_risk  # shares of calls do not add up to whole ones exactly
    hazard = np.divide(answered, at_risk * survivors, out=np.zeros_like(answered), where=some)
    error = math.sqrt(float((later**2 * hazard).sum()))
    mean, half = float(areas.sum()), z_of(level) * error
    return Mean(mean, Interval(max(0.0, mean - half), min(horizon, mean + half)), error, horizon)


def waits_needed(found: Waiting, half_width: float, level: float = LEVEL) -> int | None:
    """How many waits would bring the mean's interval down to plus or minus `half_width` seconds, if they spread as these
    do (the error shrinks with the square root of their number). None when these do not spread, or there are none.

    Raises ValueError unless half_width is positive.
    """
    if half_width <= 0:
        raise ValueError(f"half-width {half_width} s, expected more than 0")
    if found.mean is None or not found.mean.error:
        return None
    return math.ceil(found.n * (z_of(level) * found.mean.error / half_width) ** 2)


def _kaplan_meier(waits: Weighed, level: float) -> tuple[float | None, Interval | None, tuple[Point, ...]]:
    from lifelines import KaplanMeierFitter
    from lifelines.exceptions import StatisticalWarning

    with warnings.catch_warnings():
        # It warns of weights that are no whole numbers; here they add up to calls, and only denied ones are shared out.
        warnings.simplefilter("ignore", StatisticalWarning)
        fitted = KaplanMeierFitter(alpha=1 - level).fit(waits.seconds, waits.reached, weights=waits.weights)
    share, bounds = fitted.survival_function_, fitted.confidence_interval_
    at = share.index.to_numpy(dtype=np.float64)
    table = np.column_stack((at, share.to_numpy().ravel(), bounds.min(axis=1), bounds.max(axis=1)))
    table[0, 2:] = table[0, 1]  # nobody has been answered yet: nothing to be unsure about
    median = _half_answered(at, table[:, 1])
    interval = Interval(_half_answered(at, table[:, 2]), _half_answered(at, table[:, 3]))
    known = ~np.isnan(table).any(axis=1)
    return (median if math.isfinite(median) else None), interval, _thinned(table[known])


def _half_answered(at: Floats, share: Floats) -> float:
    """The first time at which no more than half are waiting, infinite if that never came; a product of many shares that
    is one half is not always quite 0.5."""
    reached = np.flatnonzero(share <= 0.5 + 1e-9)
    return float(at[reached[0]]) if len(reached) else math.inf


def _thinned(table: Floats) -> tuple[Point, ...]:
    """At most `POINTS` points, the first and the last among them."""
    keep = np.unique(np.linspace(0, len(table) - 1, min(POINTS, len(table))).round().astype(int))
    return tuple(Point(*map(float, row)) for row in table[keep])
