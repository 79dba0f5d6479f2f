"""Waiting times, with those that ended without a person in the count.

The mean over the calls that reached a person flatters a hotline: who waited longest is who gave up. So every call that
started to wait counts, in one of three ways:

    reached    a person answered: the wait is known
    gave up    the caller's patience ran out: the wait is at least what was observed (right-censored)
    denied     the hotline ended it (hung up, sent the caller elsewhere, looped, was closed, offered nobody): nobody
               would ever have come, so the call stays among those still waiting, to the end

The curve of the share still waiting is Kaplan and Meier's (1958), by lifelines. A denied call counts as waiting up to
the longest time that any call was observed; when all callers have the same patience this equals the complement of the
cumulative incidence with denial as the competing event (Aalen, Johansen 1978).
`our_fault`, `unsure` and unfinished calls, and calls in which this clock never started, are counted and left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from probe.errors import UserError
from probe.measure import CLOCKS
from probe.report.calls import STARTS, UNFINISHED
from probe.report.statistics import LEVEL, Interval, z_of

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SET_ASIDE = ("our_fault", "unsure", UNFINISHED)
"""Outcomes that say nothing about the hotline; counted and shown, never in the curve."""
GIVEN_UP = ("human_unreachable", "no_answer")
"""Outcomes in which the caller's patience ran out, unless the hotline ended the call."""
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


@dataclass(frozen=True, slots=True)
class Observed:
    """Durations in seconds and whether a person answered, of the calls that count; `calls`: their place in the frame."""

    durations: Floats
    reached: Flags
    denied: Flags
    calls: npt.NDArray[np.intp]
    set_aside: dict[str, int]
    not_started: int


def timed(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> tuple[Floats, Flags]:
    """Each call's seconds by a clock, and whether the clock stopped; else the seconds are how long it was seen to run.

    `or_clock` stands in where `clock` never started. NaN where neither did, and where it ran on although a person
    answered (nobody was offered to a caller who was put straight through). Raises UserError for an unknown clock.
    """
    if clock not in CLOCKS:
        known = ", ".join(CLOCKS)
        raise UserError(f"unknown clock `{clock}`; choose one of: {known}", f"未知的时钟 `{clock}`；可选：{known}")
    start = STARTS[clock]
    began = np.zeros(len(frame)) if start is None else frame[start].to_numpy(dtype=np.float64)
    seconds = frame[clock].to_numpy(dtype=np.float64, copy=True)
    stopped = ~np.isnan(seconds)
    ran = np.where(frame["outcome"] == "human", np.nan, frame["ended_at"].to_numpy(dtype=np.float64) - began)
    seconds = np.where(stopped, seconds, np.where(ran >= 0, ran, np.nan))
    if or_clock is not None:
        other, other_stopped = timed(frame, or_clock)
        missing = np.isnan(seconds)
        seconds, stopped = np.where(missing, other, seconds), np.where(missing, other_stopped, stopped)
    return seconds, stopped


def gave_up(frame: pd.DataFrame) -> Flags:
    """Which calls ended because the caller's patience ran out."""
    flags: Flags = (frame["outcome"].isin(GIVEN_UP) & (frame["ended_by"] != "hotline")).to_numpy(dtype=bool)
    return flags


def observe(frame: pd.DataFrame, clock: str, or_clock: str | None = None, horizon: float | None = None) -> Observed:
    """What each call tells about a clock; denied calls wait up to the longest observation, or to `horizon` if that is
    longer. Raises UserError for an unknown clock."""
    durations, reached = timed(frame, clock, or_clock)
    aside = frame["outcome"].isin(SET_ASIDE).to_numpy(dtype=bool)
    names, counts = np.unique(frame["outcome"].to_numpy(dtype=str)[aside], return_counts=True)
    started = ~np.isnan(durations)
    counted = started & ~aside
    denied = counted & ~reached & ~gave_up(frame)
    longest = durations[counted].max(initial=horizon or 0.0)
    durations = np.where(denied, longest, durations)
    return Observed(
        durations[counted],
        reached[counted],
        denied[counted],
        np.flatnonzero(counted),
        dict(zip(names.tolist(), counts.tolist(), strict=True)),
        int((~started & ~aside).sum()),
    )


def waiting(
    frame: pd.DataFrame,
    clock: str,
    horizon: float | None = None,
    level: float = LEVEL,
    or_clock: str | None = None,
) -> Waiting:
    """How long callers waited by `clock` (`or_clock` where that never started); the mean is restricted to `horizon` seconds.

    Without a horizon it is the longest observation; to compare sets of calls, give them the same (`longest`).

    Pointwise intervals are on the log(-log) scale (lifelines; R's `conf.type = "log-log"`); the median's interval is
    where those cross one half. Raises UserError for an unknown clock.
    """
    seen = observe(frame, clock, or_clock, horizon)
    n, events, denied = len(seen.durations), int(seen.reached.sum()), int(seen.denied.sum())
    median, median_interval, curve = _kaplan_meier(seen.durations, seen.reached, level) if n else (None, None, ())
    return Waiting(
        clock=clock,
        n=n,
        events=events,
        censored=n - events - denied,
        denied=denied,
        median=median,
        median_interval=median_interval,
        mean=restricted_mean(seen.durations, seen.reached, horizon, level) if n else None,
        curve=curve,
        set_aside=seen.set_aside,
        not_started=seen.not_started,
    )


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


def longest(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> float:
    """The longest observation by a clock in seconds, 0 if there is none: a horizon for all sets of calls in a frame."""
    return float(observe(frame, clock, or_clock).durations.max(initial=0.0))


def restricted_mean(durations: Floats, reached: Flags, horizon: float | None = None, level: float = LEVEL) -> Mean:
    """The area under the Kaplan-Meier curve up to `horizon`: the mean wait, each wait counted up to that.

    Variance: sum over events of (area from there to the horizon)² · d/(n(n-d)), Klein, Moeschberger 2003, eq. 4.5.2,
    as in R's survfit. A horizon beyond the longest observation takes the curve to stay where it was last.
    """
    end = float(durations.max()) if horizon is None else float(horizon)
    times, place = np.unique(durations, return_inverse=True)
    left = np.bincount(place)
    died = np.bincount(place, weights=reached)
    at_risk = len(durations) - np.concatenate(([0], np.cumsum(left)[:-1]))
    inside = times <= end
    times, died, at_risk = times[inside], died[inside], at_risk[inside]
    share = np.cumprod(1 - died / at_risk)
    widths = np.diff(np.concatenate(([0.0], times, [end])))
    areas = widths * np.concatenate(([1.0], share))
    later = areas[::-1].cumsum()[::-1][1:]  # area from each time to the horizon
    survivors = at_risk - died
    hazard = np.divide(died, at_risk * survivors, out=np.zeros_like(died), where=survivors > 0)
    error = math.sqrt(float((later**2 * hazard).sum()))
    mean, half = float(areas.sum()), z_of(level) * error
    return Mean(mean, Interval(max(0.0, mean - half), min(end, mean + half)), error, end)


def _kaplan_meier(
    durations: Floats, reached: Flags, level: float
) -> tuple[float | None, Interval | None, tuple[Point, ...]]:
    from lifelines import KaplanMeierFitter

    fitted = KaplanMeierFitter(alpha=1 - level).fit(durations, reached)
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
