"""Hotlines by how much they ask of a caller: steps to a person as 福建省消委会 printed them in 2021, time to a person as
IT时报 did in 2024.

Both surveys count hotlines, not calls, so each hotline stands for itself once, however often it was called: with the
call in the middle. A call that reached nobody counts as longer than any that did; where it is the middle one, the hotline
has no person. Calls for the complaint desk, our faults and unsure calls are left out; a hotline of which nothing else
is known is `unsettled`: shown, and in no share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from probe.report.statistics import Interval, wilson
from probe.report.survival import SET_ASIDE
from probe.report.words import Pair

ORDINARY = "ordinary"
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Class:
    """Hotlines alike in what they ask: their share (0..1) with its interval; `published`: that survey's share."""

    name: str
    words: Pair
    hotlines: tuple[str, ...]
    share: float
    interval: Interval
    published: float | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Classes of `n` hotlines; `unsettled` ones are in none of them."""

    classes: tuple[Class, ...]
    n: int
    unsettled: tuple[str, ...]


def for_a_person(frame: pd.DataFrame) -> pd.DataFrame:
    """Calls that asked for a person, not for the complaint desk."""
    return frame[frame["goal"] != "complaint"]


def ordinary(frame: pd.DataFrame) -> pd.DataFrame:
    """Calls by an ordinary caller where there are any; else all."""
    chosen = frame[frame["caller"] == ORDINARY]
    return chosen if len(chosen) else frame


def by_steps(frame: pd.DataFrame) -> Distribution:
    """Hotlines by the steps to a person: direct, one, two, three or more, nobody."""
    return _distribution(
        frame,
        "steps",
        (
            ("direct", ("direct", "直接接通"), lambda v: v < 0.5, 0.015),
            ("one", ("1 step", "1 步"), lambda v: 0.5 <= v < 1.5, 0.235),
            ("two", ("2 steps", "2 步"), lambda v: 1.5 <= v < 2.5, 0.353),
            ("more", ("3 or more", "3 步及以上"), lambda v: 2.5 <= v < math.inf, 0.279),
            ("nobody", ("no person", "无人工"), lambda v: v == math.inf, None),
        ),
    )


def by_time(frame: pd.DataFrame) -> Distribution:
    """Hotlines where a person answers, by seconds from the answer to the person, in the five classes of IT时报."""
    return _distribution(
        frame,
        "answered_to_human",
        (
            ("30s", ("within 30 s", "30 秒内"), lambda v: v <= 30, 0.0),
            ("1min", ("30 s–1 min", "30 秒至 1 分"), lambda v: 30 < v <= _MINUTE, 0.06),
            ("2min", ("1–2 min", "1 至 2 分"), lambda v: _MINUTE < v <= 2 * _MINUTE, 0.50),
            ("4min", ("2–4 min", "2 至 4 分"), lambda v: 2 * _MINUTE < v <= 4 * _MINUTE, 0.33),
            ("over", ("over 4 min", "4 分以上"), lambda v: 4 * _MINUTE < v < math.inf, 0.11),
        ),
    )


def nobody(frame: pd.DataFrame) -> Class:
    """Hotlines where the call in the middle reached nobody; IT时报 found 40 %."""
    return by_steps(frame).classes[-1]


def deeper(frame: pd.DataFrame) -> Class:
    """Hotlines that do not offer a person in the first menu; 福建 found about 60 %."""
    middle, _ = _middle(frame, "menu_level")
    those = tuple(hotline for hotline, level in middle.items() if level > 1)
    words = ("not in the first menu", "首层菜单未提供人工")
    share = len(those) / len(middle) if middle else 0.0
    return Class("deeper", words, those, share, wilson(len(those), len(middle)), 0.60)


def _distribution(
    frame: pd.DataFrame,
    figure: str,
    classes: Sequence[tuple[str, Pair, Callable[[float], bool], float | None]],
) -> Distribution:
    middle, unsettled = _middle(frame, figure)
    sorted_in = [(name, words, [h for h, v in middle.items() if fits(v)], p) for name, words, fits, p in classes]
    n = sum(len(hotlines) for _, _, hotlines, _ in sorted_in)
    return Distribution(
        tuple(
            Class(name, words, tuple(hotlines), len(hotlines) / n if n else 0.0, wilson(len(hotlines), n), published)
            for name, words, hotlines, published in sorted_in
        ),
        n,
        unsettled,
    )


def _middle(frame: pd.DataFrame, figure: str) -> tuple[dict[str, float], tuple[str, ...]]:
    """Each hotline's figure in the middle call, infinite where that reached nobody; and the unsettled hotlines."""
    found: dict[str, float] = {}
    unsettled = []
    for hotline, calls in for_a_person(frame).groupby("hotline", sort=True):
        settled = ordinary(calls)
        settled = settled[~settled["outcome"].isin(SET_ASIDE)]
        if not len(settled):
            unsettled.append(str(hotline))
            continue
        known = settled[figure].to_numpy(dtype=np.float64)
        reached = (settled["outcome"] == "human").to_numpy()
        figures = np.sort(np.where(reached & ~np.isnan(known), known, np.inf))
        found[str(hotline)] = float(figures[(len(figures) - 1) // 2])
    return found, tuple(unsettled)
