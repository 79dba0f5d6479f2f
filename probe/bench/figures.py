"""The figures of a benchmark, from its calls: shares with their counts, distributions, matrices, calibration, cost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from probe.bench.rows import Row, Segment
from probe.report.statistics import Interval, wilson

PROBABILITIES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Edges of the classes in which stated probabilities are compared with shares that were right."""


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """Wilson's interval at 95 %."""
        return wilson(self.k, self.n)


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution: its count, and quantiles in the unit of the values; None of nothing."""

    values: tuple[float, ...]

    def quantile(self, share: float) -> float | None:
        """The value that `share` of them do not exceed (linear interpolation)."""
        return float(np.quantile(self.values, share)) if self.values else None

    @property
    def size(self) -> Spread:
        """The same without signs."""
        return Spread(tuple(abs(value) for value in self.values))


@dataclass(frozen=True, slots=True)
class Reliability:
    """Verdicts whose stated probability lies in a class: how many, the mean stated, and how many were right."""

    low: float
    high: float
    stated: float
    right: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far stated probabilities are true; `unsure` states none and is left out.

    `brier`: mean square of probability less truth (Brier 1950). `ece`: expected calibration error, the mean distance of
    stated and true share over the classes, weighted by their counts (Naeini, Cooper & Hauskrecht 2015).
    """

    classes: tuple[Reliability, ...]
    brier: float | None
    ece: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some of the calls."""

    calls: int
    precision: Share
    recall: Share
    unsure: Share
    steps: Share
    outcome: Share
    error: Spread
    delay: Spread
    agent: Spread


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the benchmark prints."""

    hotlines: int
    all: Group
    first: Group
    groups: tuple[tuple[str, str, Group], ...]
    segments: Counter[tuple[str, str]]
    answers: Counter[str]
    outcomes: Counter[tuple[str, str]]
    steps_apart: Counter[int]
    calibration: Calibration
    prompts: Share
    wrong_prompts: Share
    cpu: float | None
    cpu_recognition: float | None
    second_call: float | None
    audio: float
    misses: tuple[Row, ...]


def figures(rows: Sequence[Row]) -> Figures:
    """The figures of the calls."""
    audio = sum(row.audio for row in rows)
    recognition = sum(row.recognition for row in rows)
    return Figures(
        hotlines=len({row.hotline for row in rows}),
        all=group(rows),
        first=group([row for row in rows if row.nth == 0]),
        groups=tuple(_groups(rows)),
        segments=Counter((s.truth, s.found) for row in rows for s in row.segments),
        answers=Counter(row.answer for row in rows),
        outcomes=Counter((row.true_outcome, row.outcome) for row in rows),
        steps_apart=Counter(row.steps - row.true_steps for row in rows if row.steps is not None),
        calibration=_calibration([s for row in rows for s in row.segments]),
        prompts=Share(sum(row.prompts.recognised for row in rows), sum(row.prompts.again for row in rows)),
        wrong_prompts=Share(sum(row.prompts.wrong for row in rows), sum(row.prompts.recognitions for row in rows)),
        cpu=(sum(row.listening for row in rows) - recognition) / audio if audio else None,
        cpu_recognition=recognition / audio if audio else None,
        second_call=_second_call(rows),
        audio=audio,
        misses=tuple(sorted((row for row in rows if missed(row)), key=lambda row: (row.hotline, row.nth))),
    )


def missed(row: Row) -> bool:
    """Whether something about a call is not as it should be."""
    late = row.error is not None and abs(row.error) > 0.1
    return row.answer in ("missed", "false") or not row.right_outcome or not row.right_steps or late


def group(rows: Sequence[Row]) -> Group:
    """The figures of some calls."""

    def share(holds: Callable[[Row], bool], among: Callable[[Row], bool] = lambda row: True) -> Share:
        chosen = [row for row in rows if among(row)]
        return Share(sum(map(holds, chosen)), len(chosen))

    def found(row: Row) -> bool:
        return row.answer == "found"

    return Group(
        calls=len(rows),
        precision=share(found, lambda row: row.answer in ("found", "false")),
        recall=share(found, lambda row: row.answer in ("found", "missed")),
        unsure=share(lambda row: row.outcome == "unsure"),
        steps=share(lambda row: row.right_steps),
        outcome=share(lambda row: row.right_outcome),
        error=_spread(row.error for row in rows),
        delay=_spread(row.delay for row in rows),
        agent=_spread(row.agent for row in rows),
    )


def _groups(rows: Sequence[Row]) -> Iterable[tuple[str, str, Group]]:
    by: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for name, values in (*row.tags, ("call", ("first" if row.nth == 0 else "later",))):
            for value in values:
                by.setdefault((name, value), []).append(row)
    order = ("call", "codec", "loss", "gain", "noise", "trap")
    for name, value in sorted(by, key=lambda key: (order.index(key[0]) if key[0] in order else 9, key)):
        yield name, value, group(by[name, value])


def _calibration(segments: Sequence[Segment]) -> Calibration:
    sure = [segment for segment in segments if segment.found != "unsure"]
    if not sure:
        return Calibration((), None, None)
    stated = np.array([segment.probability for segment in sure])
    right = np.array([segment.right for segment in sure])
    classes = []
    for low, high in itertools.pairwise(PROBABILITIES):
        inside = (stated > low) & (stated <= high) if low > PROBABILITIES[0] else stated <= high
        if inside.any():
            share = Share(int(right[inside].sum()), int(inside.sum()))
            classes.append(Reliability(low, high, float(stated[inside].mean()), share))
    apart = sum(c.right.n * abs(c.stated - (c.right.value or 0.0)) for c in classes)
    return Calibration(tuple(classes), float(np.mean((stated - right) ** 2)), apart / len(sure))


def _second_call(rows: Sequence[Row]) -> float | None:
    """CPU of listening in second calls over that in first calls, of hotlines that were called twice."""
    costs = {(row.hotline, row.nth): row.listening for row in rows}
    both = {hotline for hotline, nth in costs if nth == 1 and (hotline, 0) in costs}
    first = sum(costs[hotline, 0] for hotline in both)
    return sum(costs[hotline, 1] for hotline in both) / first if first else None


def _spread(values: Iterable[float | None]) -> Spread:
    return Spread(tuple(value for value in values if value is not None))
