"""How far reviewers agree with each other, and how often the machine says what they say.

A reviewer's last word on a call (or on one segment of it) counts. The machine is held against the last word of whoever
spoke last; what the machine had said is kept in the review itself, so a later and better machine is not praised for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from probe.evidence.reviews import Review
from probe.report.statistics import Accuracy, Agreement, accuracy, agreement


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers, and their agreement on what both reviewed."""

    first: str
    second: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Of the things reviewed (calls, or segments): `reviewed` of them; the machine's accuracy, None when there are none;
    and every two reviewers who have something in common."""

    reviewed: int
    machine: Accuracy | None
    pairs: tuple[Pair, ...]


def of_outcomes(reviews: Iterable[Review]) -> Reviewing:
    """Agreement on the outcomes of whole calls, from reviews in the order of the log."""
    return _agreed(review for review in reviews if review.segment_start is None)


def of_verdicts(reviews: Iterable[Review]) -> Reviewing:
    """Agreement on what single segments of speech are, from reviews in the order of the log."""
    return _agreed(review for review in reviews if review.segment_start is not None)


def _agreed(reviews: Iterable[Review]) -> Reviewing:
    last: dict[tuple[str, float | None], Review] = {}
    words: dict[str, dict[tuple[str, float | None], str]] = {}
    for review in reviews:
        thing = (review.call, review.segment_start)
        last[thing] = review
        words.setdefault(review.reviewer, {})[thing] = review.says
    pairs = []
    for first, second in combinations(sorted(words), 2):
        common = sorted(words[first].keys() & words[second].keys(), key=str)
        if common:
            found = agreement([words[first][thing] for thing in common], [words[second][thing] for thing in common])
            pairs.append(Pair(first, second, found))
    said = list(last.values())
    machine = accuracy([review.machine for review in said], [review.says for review in said]) if said else None
    return Reviewing(len(said), machine, tuple(pairs))
