"""A rank order that goes only as far as the calls carry it.

Every group gets the places that it may have: one better for each group that surely waited less, one worse for each that
surely waited longer. A place is named only where nothing overlaps; otherwise it is "too few calls to say".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from probe.report.groups import LEAST, By, Group, group_of, horizon_of, in_order, labels_of
from probe.report.observed import observe
from probe.report.statistics import LEVEL


@dataclass(frozen=True, slots=True)
class Rank:
    """A group's place among `of` groups by mean wait, the shortest first: surely `best`..`worst`."""

    group: Group
    best: int
    worst: int
    of: int

    @property
    def place(self) -> int | None:
        """The place, None when there are too few calls to say."""
        return self.best if self.best == self.worst else None


def rank(
    frame: pd.DataFrame,
    clock: str = "requested_to_human",
    by: By = "enterprise",
    *,
    or_clock: str | None = None,
    level: float = LEVEL,
) -> list[Rank]:
    """The groups, the shortest mean wait first, with the places that the calls leave open.

    Intervals are made wider so that all of them hold at once with `level` (Bonferroni), since a rank reads them all. A
    group without any wait is not there. Raises UserError for an unknown clock or grouping.
    """
    seen = observe(frame, clock, or_clock)
    labels = labels_of(frame, by)[seen.calls]
    names = in_order(by, labels)
    horizon = horizon_of(seen.waits, labels, names)
    waits = seen.waits.until(horizon)
    joint = 1 - (1 - level) / max(1, len(names))
    groups = [group_of(name, waits[labels == name], horizon, joint) for name in names]
    ranks = [
        Rank(
            group,
            best=1 + sum(_surely_less(other, group) for other in groups),
            worst=len(groups) - sum(_surely_less(group, other) for other in groups),
            of=len(groups),
        )
        for group in groups
    ]
    return sorted(ranks, key=lambda rank: (rank.group.mean.mean if rank.group.mean else np.inf, rank.group.name))


def _surely_less(one: Group, other: Group) -> bool:
    """Whether one surely waited less: enough waits, and intervals that do not touch."""
    if one.n < LEAST or other.n < LEAST or one.mean is None or other.mean is None:
        return False
    return one.mean.interval.high < other.mean.interval.low
