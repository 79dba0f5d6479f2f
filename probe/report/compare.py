"""Comparisons of waiting times: who waits longer, by how many seconds, and whether so few calls can say.

The effect is a difference of restricted means: how many seconds longer one group waited than the other, each wait
counted up to the same horizon, callers who gave up in the count. Groups are compared within each hotline, and the
differences weighed together, so that a slow hotline called mostly by one group does not pass for a difference of groups.
p values are corrected for the number of comparisons made together (Holm, unless Benjamini-Hochberg is asked for).
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
from probe.report.groups import ACROSS, LEAST, By, Group, cautious_mean, group_of, horizon_of, in_order, labels_of
from probe.report.observed import Flags, Waits, observe
from probe.report.rank import Rank, rank
from probe.report.statistics import LEVEL, Interval, benjamini_hochberg, holm, p_of, z_of

__all__ = ["FINDINGS", "REST", "Comparison", "Rank", "compare", "rank", "sentence"]

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
REST = "*"
"""In place of a group's name: all other calls together."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`group` against `against`: `effect` seconds longer (negative: shorter), its interval, its p, and p corrected.

    `horizon`: seconds up to which waits count. `hotlines`: in how many hotlines both groups had enough calls; 0 when
    groups were compared across hotlines. `effect` and what follows from it are None when there are too few waits.
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """Waits up to the horizon, in the order of their hotlines, and where each hotline's are (all of them are one
    hotline's when groups are compared across hotlines)."""

    waits: Waits
    hotlines: tuple[slice, ...]
    horizon: float
    level: float


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
    """Each group against the baseline; of two groups the second against the first; of more, each against all others.

    Baselines: `ordinary` for `caller`, `before` for `period` (which needs `split`, the first instant of the second
    period); `baseline` names another. An empty list when there is only one group. Raises UserError for an unknown clock
    or grouping, or a baseline that is not there.
    """
    seen = observe(frame, clock, or_clock)
    labels = labels_of(frame, by, split)[seen.calls]
    names = in_order(by, labels)
    base = _baseline(by, names, baseline)
    if len(names) < 2:
        return []
    order, hotlines = _by_hotline(frame["hotline"].to_numpy(dtype=object)[seen.calls], by)
    labels = labels[order]
    horizon = horizon_of(seen.waits[order], labels, names)
    known = _Seen(seen.waits[order].until(horizon), hotlines, horizon, level)
    found = []
    for name in names:
        if name == base:
            continue
        mine = labels == name
        other = labels == base if base is not None else ~mine & (labels != "")
        nothing = Comparison(
            by,
            clock,
            _group(name, known, mine),
            _group(base if base is not None else REST, known, other),
            *(None, None, None, None),
            correction,
            horizon,
            0,
            "too_few",
        )
        found.append(_compared(nothing, known, mine, other))
    return _corrected(found, correction, level)


def sentence(comparison: Comparison) -> str:
    """The comparison in words, in the user's language, without the unit of its names."""
    group, against = comparison.group.name, comparison.against.name
    against = tr(en="all others", zh="其余") if against == REST else against
    en, zh = FINDINGS[comparison.finding]
    if comparison.effect is None or comparison.interval is None:
        return tr(en=f"{group} against {against}: {en}", zh=f"{group} 与 {against} 相比：{zh}")
    low, high, effect = comparison.interval.low, comparison.interval.high, comparison.effect
    return tr(
        en=f"{group} against {against}: {effect:+.1f} s ({low:+.1f} to {high:+.1f}), {en}",
        zh=f"{group} 与 {against} 相比：{effect:+.1f} 秒（{low:+.1f} 至 {high:+.1f}），{zh}",
    )


def _by_hotline(hotline: npt.NDArray[np.object_], by: str) -> tuple[npt.NDArray[np.intp], tuple[slice, ...]]:
    """The order that puts each hotline's calls together, and where each hotline's then are."""
    if by in ACROSS:
        return np.arange(len(hotline)), (slice(0, len(hotline)),)
    codes = pd.factorize(hotline)[0]
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    return order, tuple(slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True))


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


def _group(name: str, seen: _Seen, mine: Flags) -> Group:
    return group_of(name, seen.waits[mine], seen.horizon, seen.level)


def _compared(comparison: Comparison, seen: _Seen, one: Flags, other: Flags) -> Comparison:
    strata = _within_hotlines(seen, one, other)
    if not strata:
        return comparison
    weight, difference, variance = np.array(strata).T
    # n·m/(n+m), as Mantel and Haenszel weigh strata: the most to where both groups called often.
    weight /= weight.sum()
    effect, error = float(weight @ difference), math.sqrt(float(weight**2 @ variance))
    half = z_of(seen.level) * error
    return replace(
        comparison,
        effect=effect,
        interval=Interval(effect - half, effect + half),
        p=p_of(effect / error) if error else 1.0,  # no error: every wait took no time at all
        hotlines=0 if comparison.by in ACROSS else len(strata),
    )


def _within_hotlines(seen: _Seen, one: Flags, other: Flags) -> list[tuple[float, float, float]]:
    """Weight, difference of means and its variance, in each hotline that has enough of both groups."""
    strata = []
    for hotline in seen.hotlines:
        waits, in_one, in_other = seen.waits[hotline], one[hotline], other[hotline]
        n, m = int(in_one.sum()), int(in_other.sum())
        if n < LEAST or m < LEAST:
            continue
        a, b = waits[in_one], waits[in_other]
        first, second = (cautious_mean(part, seen.horizon, seen.level) for part in (a, b))
        strata.append((n * m / (n + m), first.mean - second.mean, first.error**2 + second.error**2))
    return strata


def _corrected(found: list[Comparison], correction: Correction, level: float) -> list[Comparison]:
    """p values corrected over the comparisons that could be made, and what each comes to."""
    correct = holm if correction == "holm" else benjamini_hochberg
    adjusted = iter(correct([comparison.p for comparison in found if comparison.p is not None]))
    return [
        comparison if comparison.p is None else _concluded(comparison, next(adjusted), 1 - level)
        for comparison in found
    ]


def _concluded(comparison: Comparison, p: float, alpha: float) -> Comparison:
    effect, interval = comparison.effect, comparison.interval
    finding: Finding = "too_few"
    if effect is not None and p < alpha:
        finding = "longer" if effect > 0 else "shorter"
    elif interval is not None and interval.low > -MATTERS and interval.high < MATTERS:
        finding = "alike"
    return replace(comparison, p_adjusted=p, finding=finding)
