"""Calls put into groups, and each group's mean wait up to the same horizon, for comparisons and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from probe.errors import UserError
from probe.report.observed import DENIED, GAVE_UP, REACHED, Waits
from probe.report.statistics import Interval, z_of
from probe.report.survival import Mean, mean_of

By = Literal["caller", "hour", "weekday", "region", "sector", "enterprise", "hotline", "period", "model", "line"]
"""What calls can be grouped by. `hour` and `weekday` are local; `period`: before and after an instant."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ACROSS = frozenset({"region", "sector", "enterprise", "hotline"})
"""Groups of hotlines: they cannot be compared within one."""
LEAST = 10
"""A group of fewer waits is not compared. Simulated under no difference, tests at 5 % with ten waits a group, a quarter of
them given up, claim one in about 7 %, with five in about 12 % (tests/report/test_compare.py)."""

Labels = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Group:
    """Calls of one kind: how many waits, how many of them reached a person, and their restricted mean."""

    name: str
    n: int
    reached: int
    mean: Mean | None


def labels_of(frame: pd.DataFrame, by: str, split: datetime | None = None) -> Labels:
    """The group of each call; "" where it is in none (no time of day in a recording from elsewhere).

    Raises UserError for an unknown grouping, or `period` without `split`, the first instant of the second period.
    """
    if by == "hour":
        values = frame["local_at"].dt.hour.map({hour: f"{hour:02d}" for hour in range(24)})
    elif by == "weekday":
        values = frame["local_at"].dt.dayofweek.map(dict(enumerate(WEEKDAYS)))
    elif by == "period":
        values = _periods(frame["started_at"], split)
    elif by in get_args(By):
        values = frame[by]
    else:
        choices = ", ".join(get_args(By))
        raise UserError(f"cannot group by `{by}`; choose one of: {choices}", f"不能按 `{by}` 分组；可选：{choices}")
    labels: Labels = values.astype(object).where(values.notna(), "").to_numpy(dtype=str)
    return labels


def in_order(by: str, labels: Labels) -> list[str]:
    """The groups that are there: by name, weekdays and periods in their own order."""
    names = set(np.unique(labels).tolist()) - {""}
    order = {"weekday": WEEKDAYS, "period": ("before", "after")}.get(by)
    return [name for name in order if name in names] if order else sorted(names)


def horizon_of(waits: Waits, labels: Labels, names: Sequence[str]) -> float:
    """Up to where every group's waits are known: until the last caller gave up, if nobody was seen waiting longer.

    A group whose longest wait ended with a person, or with a denial, is known for ever; of groups too small to compare
    nothing is asked.
    """
    known = []
    for name in names:
        mine = waits[labels == name]
        if len(mine) >= LEAST and mine[mine.seconds == mine.longest()].number(GAVE_UP):
            known.append(mine.longest())
    return min(known, default=waits.longest())


def group_of(name: str, waits: Waits, horizon: float, level: float) -> Group:
    """A group's mean wait up to the horizon."""
    mean = cautious_mean(waits, horizon, level) if len(waits) else None
    return Group(name, len(waits), waits.number(REACHED), mean)


def cautious_mean(waits: Waits, horizon: float, level: float) -> Mean:
    """The restricted mean, with an error that is not zero only because all these calls happened to end alike.

    Where they did (nobody was reached in any), the error is that of the same calls with two more, one answered at once
    and one denied: what adding two to a share does (Agresti, Coull 1998), carried over to waits. A choice of ours.
    """
    plain = mean_of(waits, horizon, level)
    if plain.error > 0:
        return plain
    two_more = Waits(np.append(waits.seconds, (0.0, 0.0)), np.append(waits.ends, (REACHED, DENIED)).astype(np.int8))
    error = mean_of(two_more, horizon, level).error
    half = z_of(level) * error
    interval = Interval(max(0.0, plain.mean - half), min(horizon, plain.mean + half))
    return Mean(plain.mean, interval, error, horizon)


def _periods(started: pd.Series[pd.Timestamp], split: datetime | None) -> pd.Series[str]:
    if split is None:
        raise UserError(
            "comparing two periods needs the first day of the second one", "比较前后两段时间，需要给出后一段的起始日"
        )
    at = pd.Timestamp(split)
    at = at.tz_localize("UTC") if at.tzinfo is None else at.tz_convert("UTC")
    values = pd.Series(np.where(started >= at, "after", "before"), index=started.index, dtype=object)
    return values.where(started.notna())
