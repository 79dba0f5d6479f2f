"""Shares, differences, corrections for many comparisons, agreement: each with its interval, each from a published formula.

Intervals are 95 % unless another level is asked for. Counts in, plain numbers out; nothing here knows about calls.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; `math.inf` where the data set no bound."""

    low: float
    high: float

    def overlaps(self, other: Interval) -> bool:
        """Whether any value lies in both."""
        return self.low <= other.high and other.low <= self.high

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def z_of(level: float = LEVEL) -> float:
    """The two-sided normal quantile: 1.96 for 0.95. Raises ValueError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level}, expected a value between 0 and 1")
    return _NORMAL.inv_cdf((1 + level) / 2)


def wilson(k: int, n: int, level: float = LEVEL) -> Interval:
    """The score interval of a share of `k` in `n` (Wilson 1927); 0 to 1 when there is nothing to say (n = 0).

    Raises ValueError unless 0 <= k <= n.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a share")
    if n == 0:
        return Interval(0.0, 1.0)
    z = z_of(level)
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    # At the ends rounding alone keeps the bound from being exactly 0 or 1.
    return Interval(0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half))


def calls_needed(half_width: float, share: float = 0.5, level: float = LEVEL) -> int:
    """How many calls make the Wilson interval no wider than `share` plus or minus `half_width`, if that is the share.

    The half-width of Wilson's interval at n calls is z/(n+z²)·√(n·p(1-p) + z²/4); this is the least n that brings it
    down to `half_width`. `share` 0.5 is the worst case. Raises ValueError unless 0 < half_width < 1 and 0 <= share <= 1.
    """
    if not 0 < half_width < 1 or not 0 <= share <= 1:
        raise ValueError(f"half-width {half_width} at share {share}: expected 0 < half-width < 1, 0 <= share <= 1")
    z = z_of(level)
    return _least(lambda n: z / (n + z * z) * math.sqrt(n * share * (1 - share) + z * z / 4) <= half_width)


def calls_to_decide(share: float, target: float, level: float = LEVEL) -> int | None:
    """How many calls would settle on which side of `target` a true `share` lies (Wilson's interval excludes the target).

    None when the two are equal: no number of calls would. The score interval excludes `target` exactly when
    |share - target| > z·√(target(1-target)/n).
    """
    if share == target:
        return None
    z = z_of(level)
    return max(1, math.floor(z * z * target * (1 - target) / (share - target) ** 2) + 1)


def _least(holds: Callable[[int], bool]) -> int:
    """The least number from 1 on for which `holds`, which once true stays true."""
    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares or of two means, the second less the first, with its interval and p."""

    effect: float
    interval: Interval
    p: float


def share_difference(k1: int, n1: int, k2: int, n2: int, level: float = LEVEL) -> Difference:
    """Share of the second less share of the first.

    Interval: Newcombe's hybrid score (Newcombe 1998, Statistics in Medicine 17:873, method 10); p: the two-sided test
    of equal shares with the pooled variance, 1 when there is nothing to test. Raises ValueError when n1 or n2 is 0.
    """
    if not n1 or not n2:
        raise ValueError("a difference needs calls on both sides")
    p1, p2 = k1 / n1, k2 / n2
    one, two = wilson(k1, n1, level), wilson(k2, n2, level)
    effect = p2 - p1
    low = effect - math.hypot(p2 - two.low, one.high - p1)
    high = effect + math.hypot(two.high - p2, p1 - one.low)
    pooled = (k1 + k2) / (n1 + n2)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return Difference(effect, Interval(max(-1.0, low), min(1.0, high)), p_of(effect / error) if error else 1.0)


def p_of(z: float) -> float:
    """The two-sided p of a standard normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2))


def holm(p: Sequence[float]) -> list[float]:
    """p values corrected so that the chance of any false claim among all of them stays at the level (Holm 1979)."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [1.0] * len(p)
    worst = 0.0
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = worst
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """p values corrected so that the expected share of false claims stays at the level (Benjamini, Hochberg 1995)."""
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    adjusted = [1.0] * len(p)
    best = 1.0
    for rank, i in enumerate(order):
        best = min(best, p[i] * len(p) / (len(p) - rank))
        adjusted[i] = best
    return adjusted


# ------------------------------------------------------------------------------------------------------- agreement


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree on the same `n` items.

    `observed`: share of equal judgements, with its Wilson interval. `kappa`: Cohen's, with its interval; None when
    both used one and the same word throughout, where chance explains everything and kappa is not defined.
    `table`: how often each pair of words was given, first judge first.
    """

    n: int
    observed: float
    interval: Interval
    kappa: float | None
    kappa_interval: Interval | None
    table: dict[tuple[str, str], int]


def agreement(first: Sequence[str], second: Sequence[str], level: float = LEVEL) -> Agreement:
    """Cohen's kappa (Cohen 1960) with the large-sample error of Fleiss, Cohen, Everitt 1969 (Psych. Bull. 72:323).

    Raises ValueError when the two are not of the same length, or empty.
    """
    if len(first) != len(second) or not first:
        raise ValueError("agreement needs the same items judged by both")
    n = len(first)
    table = Counter(zip(first, second, strict=True))
    rows, columns = Counter(first), Counter(second)
    words = sorted(rows.keys() | columns.keys())
    same = sum(table[word, word] for word in words)
    observed = same / n
    chance = sum(rows[word] * columns[word] for word in words) / (n * n)
    share = wilson(same, n, level)
    if chance == 1:
        return Agreement(n, observed, share, None, None, dict(table))
    kappa = (observed - chance) / (1 - chance)
    variance = 0.0
    for (a, b), count in table.items():
        both = (columns[a] + rows[b]) / n
        if a == b:
            own = (rows[a] + columns[a]) / n
            variance += count / n * (1 - own * (1 - kappa)) ** 2
        else:
            variance += count / n * (1 - kappa) ** 2 * both**2
    variance -= (kappa - chance * (1 - kappa)) ** 2
    half = z_of(level) * math.sqrt(max(0.0, variance)) / ((1 - chance) * math.sqrt(n))
    return Agreement(n, observed, share, kappa, Interval(max(-1.0, kappa - half), min(1.0, kappa + half)), dict(table))


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The machine against the reviewers: of the calls that reviewers gave a word, how many the machine gave the same.

    `recall`, `precision`: (right, of) by word, for Wilson's interval; a word never given is not there.
    """

    right: int
    n: int
    interval: Interval
    recall: dict[str, tuple[int, int]]
    precision: dict[str, tuple[int, int]]


def accuracy(machine: Sequence[str], reviewers: Sequence[str], level: float = LEVEL) -> Accuracy:
    """How often the machine says what the reviewers say. Raises ValueError when the two differ in length."""
    pairs = Counter(zip(machine, reviewers, strict=True))
    said, true = Counter(machine), Counter(reviewers)
    right = sum(count for (a, b), count in pairs.items() if a == b)
    return Accuracy(
        right=right,
        n=len(machine),
        interval=wilson(right, len(machine), level),
        recall={word: (pairs[word, word], true[word]) for word in sorted(true)},
        precision={word: (pairs[word, word], said[word]) for word in sorted(said)},
    )
