"""Comparisons of waiting times: who waits longer, by how many seconds, and whether so few calls can say.

The effect is a difference of restricted means: how many seconds longer the second group waited, each wait counted up to
the same horizon, callers who gave up in the count. Groups are compared within each hotline and the differences then
weighed together, so that a hotline that was called more often by one group does not pass for a difference of groups.
p values are corrected for the number of comparisons made together (Holm, unless Benjamini-Hochberg is asked for).

`rank` orders groups only as far as their intervals do not overlap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from probe.errors import UserError
from probe.i18n import tr
from probe.report.statistics import LEVEL, Interval, benjamini_hochberg, holm, p_of, z_of
from probe.report.survival import Flags, Floats, Mean, observe, restricted_mean

By = Literal["caller", "hour", "weekday", "region", "sector", "enterprise", "period", "model", "line"]
Correction = Literal["holm", "benjamini_hochberg"]
Finding = Literal["longer", "shorter", "alike", "too_few"]
FINDINGS: dict[Finding, tuple[str, str]] = {
    "longer": ("longer", "更久"),
    "shorter": ("shorter", "更短"),
    "alike": ("no difference that matters", "没有值得注意的差别"),
    "too_few": ("too few calls to say", "样本不足，无法判断"),
}
"""What a comparison comes to, in English and Chinese."""
MATTERS = 10.0
"""Seconds: when the whole interval lies within ± this, groups count as alike. A choice of ours."""
LEAST = 5
"""A group of fewer waits is not compared: the normal approximation of its mean says nothing then. A choice of ours."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
REST = "*"
"""In place of a group's name: all other calls together."""
ACROSS = frozenset({"region", "sector", "enterprise"})
"""Groups of hotlines: they cannot be compared within one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Calls of one kind: how many waits, how many of them reached a person, and their restricted mean."""

    name: str
    n: int
    reached: int
    mean: Mean | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`group` against `against`: `effect` seconds longer (negative: shorter), its interval, its p, and p corrected.

    `horizon`: seconds up to which waits count. `hotlines`: in how many hotlines both groups were found; 0 when groups
    were compared across hotlines. `effect` and what follows from it are None when there are too few waits.
    """

    by: str
    clock: str
    group: Group
    against: Group
    effect: float | None
    interval: Interval | None
    p: float | None
    p_adjusted: float | None
    correction: Correction
    horizon: float
    hotlines: int
    finding: Finding


def compare(
    frame: pd.DataFrame,
    by: By,
    clock: str = "requested_to_human",
    *,
    baseline: str | None = None,
    split: datetime | None = None,
    correction: Correction = "holm",
    or_clock: str | None = None,
    level: float = LEVEL,
) -> list[Comparison]:
    """Each group against the baseline; against all other calls together when there is no natural baseline.

    Baselines: `ordinary` for `caller`, `before` for `period` (which needs `split`, the first instant of the second
    period); `baseline` names another. Groups are ordered by name, hours and weekdays by the clock. An empty list when
    there is only one group. Raises UserError for an unknown clock or grouping, or a baseline that is not there.
    """
    labels = _labels(frame, by, split)
    seen = observe(frame, clock, or_clock)
    label = labels[seen.calls]
    hotline = np.zeros(len(label), dtype=np.intp)
    if by not in ACROSS:
        hotline = pd.factorize(frame["hotline"].to_numpy(dtype=object)[seen.calls])[0]
    names = _in_order(by, set(label.tolist()))
    if len(names) < 2:
        return []
    base = _baseline(by, names, baseline)
    horizon = _horizon(seen.durations, label, names)
    waits = _Waits(np.minimum(seen.durations, horizon), seen.reached & (seen.durations <= horizon), hotline)
    found = []
    for name in names:
        if name == base:
            continue
        mine = label == name
        against, other = (base, label == base) if base is not None else (REST, ~mine)
        found.append(_compared(by, clock, waits, (name, mine), (against, other), horizon, correction, level))
    return _corrected(found, correction, level)


@dataclass(frozen=True, slots=True)
class Rank:
    """A group's place among the `of` groups by restricted mean, the shortest wait first: surely `best`..`worst`.

    `place` is given only when nothing overlaps: best and worst are the same. None: too few calls to say.
    """

    group: Group
    best: int
    worst: int
    of: int

    @property
    def place(self) -> int | None:
        return self.best if self.best == self.worst else None


def rank(
    frame: pd.DataFrame,
    clock: str = "requested_to_human",
    by: str = "enterprise",
    *,
    or_clock: str | None = None,
    level: float = LEVEL,
) -> list[Rank]:
    """The groups, the shortest wait first, with the places that the calls leave open.

    Intervals are made wider so that all of them hold at once with `level` (Bonferroni), since a rank reads them all.
    A group without any wait is not ranked. Raises UserError for an unknown clock or column.
    """
    if by not in frame.columns:
        raise _unknown_grouping(by, list(frame.columns))
    seen = observe(frame, clock, or_clock)
    label = frame[by].to_numpy(dtype=object)[seen.calls].astype(str)
    names = sorted(set(label.tolist()))
    if not names:
        return []
    horizon = _horizon(seen.durations, label, names)
    durations, reached = np.minimum(seen.durations, horizon), seen.reached & (seen.durations <= horizon)
    joint = 1 - (1 - level) / len(names)
    groups = [_group(name, durations[label == name], reached[label == name], horizon, joint) for name in names]
    ranks = []
    for group in groups:
        better = sum(_surely_shorter(other, group) for other in groups)
        worse = sum(_surely_shorter(group, other) for other in groups)
        ranks.append(Rank(group, 1 + better, len(groups) - worse, len(groups)))
    return sorted(ranks, key=lambda r: (r.group.mean.mean if r.group.mean else math.inf, r.group.name))


def _surely_shorter(one: Group, other: Group) -> bool:
    if one.n < LEAST or other.n < LEAST or one.mean is None or other.mean is None:
        return False
    return one.mean.interval.high < other.mean.interval.low


# ---------------------------------------------------------------------------------------------------------- groups


def _labels(frame: pd.DataFrame, by: str, split: datetime | None) -> npt.NDArray[np.str_]:
    """The group of each call; calls with no time on them are in none ("")."""
    if by == "hour":
        values = frame["local_at"].dt.strftime("%H")
    elif by == "weekday":
        values = frame["local_at"].dt.dayofweek.map(dict(enumerate(WEEKDAYS)))
    elif by == "period":
        if split is None:
            raise UserError(
                "comparing two periods needs the first day of the second one",
                "比较前后两段时间，需要给出后一段的起始日",
            )
        at = pd.Timestamp(split)
        at = at.tz_localize("UTC") if at.tzinfo is None else at.tz_convert("UTC")
        values = pd.Series(np.where(frame["started_at"] >= at, "after", "before"), index=frame.index)
        values = values.where(frame["started_at"].notna())
    elif by in ("caller", "region", "sector", "enterprise", "model", "line"):
        values = frame[by]
    else:
        raise _unknown_grouping(by, list(By.__args__))  # type: ignore[attr-defined]
    labels: npt.NDArray[np.str_] = values.fillna("").to_numpy(dtype=str)
    return labels


def _in_order(by: str, names: set[str]) -> list[str]:
    order = {"weekday": WEEKDAYS, "period": ("before", "after")}.get(by)
    return [name for name in order if name in names] if order else sorted(names - {""})


def _baseline(by: str, names: Sequence[str], asked: str | None) -> str | None:
    if asked is not None:
        if asked not in names:
            known = ", ".join(names)
            raise UserError(f"no call of `{asked}`; there are: {known}", f"没有“{asked}”的通话；现有：{known}")
        return asked
    natural = {"caller": "ordinary", "period": "before"}.get(by)
    if natural in names:
        return natural
    return names[0] if len(names) == 2 else None


def _horizon(durations: Floats, label: npt.NDArray[np.str_], names: Sequence[str]) -> float:
    """As far as every group (of enough waits) was observed: beyond that there is nothing to compare."""
    longest = [float(durations[label == name].max()) for name in names if int((label == name).sum()) >= LEAST] or [
        float(durations.max(initial=0.0))
    ]
    return min(longest)


def _group(name: str, durations: Floats, reached: Flags, horizon: float, level: float) -> Group:
    mean = restricted_mean(durations, reached, horizon, level) if len(durations) else None
    return Group(name, len(durations), int(reached.sum()), mean)


# ------------------------------------------------------------------------------------------------------ comparison


@dataclass(frozen=True, slots=True)
class _Waits:
    """Waits up to the horizon, and the hotline of each (all the same when groups are compared across hotlines)."""

    durations: Floats
    reached: Flags
    hotline: npt.NDArray[np.intp]


def _compared(
    by: str,
    clock: str,
    waits: _Waits,
    one: tuple[str, Flags],
    other: tuple[str, Flags],
    horizon: float,
    correction: Correction,
    level: float,
) -> Comparison:
    groups = [_group(name, waits.durations[m], waits.reached[m], horizon, level) for name, m in (one, other)]
    effects = _within_hotlines(waits, one[1], other[1], horizon)
    comparison = Comparison(by, clock, groups[0], groups[1], None, None, None, None, correction, horizon, 0, "too_few")
    if not effects:
        return comparison
    # Weights n1·n2/(n1+n2), as Mantel and Haenszel weigh strata: the most to where both groups called often.
    weights = np.array([w for w, _, _ in effects])
    weights /= weights.sum()
    effect = float(weights @ np.array([d for _, d, _ in effects]))
    error = math.sqrt(float(weights**2 @ np.array([v for _, _, v in effects])))
    half = z_of(level) * error
    return replace(
        comparison,
        effect=effect,
        interval=Interval(effect - half, effect + half),
        p=p_of(effect / error) if error else (1.0 if effect == 0 else 0.0),
        hotlines=0 if by in ACROSS else len(effects),
    )


def _within_hotlines(waits: _Waits, one: Flags, other: Flags, horizon: float) -> list[tuple[float, float, float]]:
    """Weight, difference of restricted means and its variance, in each hotline that has enough of both groups."""
    found = []
    for hotline in np.unique(waits.hotline[one]):
        here = waits.hotline == hotline
        a, b = here & one, here & other
        n, m = int(a.sum()), int(b.sum())
        if n < LEAST or m < LEAST:
            continue
        first = restricted_mean(waits.durations[a], waits.reached[a], horizon)
        second = restricted_mean(waits.durations[b], waits.reached[b], horizon)
        found.append((n * m / (n + m), first.mean - second.mean, first.error**2 + second.error**2))
    return found


def _corrected(found: list[Comparison], correction: Correction, level: float) -> list[Comparison]:
    """p values corrected over the comparisons that could be made, and what each comes to."""
    made = [comparison for comparison in found if comparison.p is not None]
    correct = holm if correction == "holm" else benjamini_hochberg
    adjusted = iter(correct([comparison.p for comparison in made if comparison.p is not None]))
    return [
        comparison if comparison.p is None else _judged(replace(comparison, p_adjusted=next(adjusted)), 1 - level)
        for comparison in found
    ]


def _judged(comparison: Comparison, alpha: float) -> Comparison:
    p, effect, interval = comparison.p_adjusted, comparison.effect, comparison.interval
    assert p is not None
    assert effect is not None
    assert interval is not None
    finding: Finding = "too_few"
    if comparison.p_adjusted < alpha:
        finding = "longer" if comparison.effect > 0 else "shorter"
    elif comparison.interval.low > -MATTERS and comparison.interval.high < MATTERS:
        finding = "alike"
    return replace(comparison, finding=finding)


def sentence(comparison: Comparison) -> str:
    """The comparison in words, in the user's language."""
    group, against = comparison.group.name, comparison.against.name
    rest = tr(en="all others", zh="其余")
    against = rest if against == REST else against
    en, zh = FINDINGS[comparison.finding]
    if comparison.effect is None or comparison.interval is None:
        return tr(en=f"{group} against {against}: {en}", zh=f"{group} 与{against}相比：{zh}")
    low, high, effect = comparison.interval.low, comparison.interval.high, comparison.effect
    return tr(
        en=f"{group} against {against}: {effect:+.1f} s ({low:+.1f} to {high:+.1f}), {en}",
        zh=f"{group} 与 {against} 相比：{effect:+.1f} 秒（{low:+.1f} 至 {high:+.1f}），{zh}",
    )


def _unknown_grouping(by: str, known: Sequence[str]) -> UserError:
    choices = ", ".join(known)
    return UserError(f"cannot group by `{by}`; choose one of: {choices}", f"不能按 `{by}` 分组；可选：{choices}")
