"""Agreement of reviewers, from the log."""

from __future__ import annotations

from probe.evidence.reviews import Review
from probe.report.reviewing import of_outcomes, of_verdicts


def said(reviewer: str, call: str, says: str, machine: str = "human", segment: float | None = None) -> Review:
    return Review(call, reviewer, "2026-11-22T05:00:00Z", says, machine, "heard it", segment)


def test_two_reviewers_are_held_against_each_other_where_both_listened() -> None:
    # The textbook table 20 5 / 10 15 of `test_statistics`: kappa 0.4.
    table = {("human", "human"): 20, ("human", "hung_up"): 5, ("hung_up", "human"): 10, ("hung_up", "hung_up"): 15}
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    reviews = [said("Li", f"call-{n}", a) for n, (a, _) in enumerate(pairs)]
    reviews += [said("Wang", f"call-{n}", b) for n, (_, b) in enumerate(pairs)]
    reviews += [said("Zhao", "another", "human")]
    found = of_outcomes(reviews)
    assert found.reviewed == 51
    assert [(pair.first, pair.second) for pair in found.pairs] == [("Li", "Wang")]
    assert round(found.pairs[0].agreement.kappa or 0, 9) == 0.4


def test_the_last_word_counts() -> None:
    found = of_outcomes([said("Li", "a", "hung_up"), said("Li", "a", "human")])
    assert found.machine is not None
    assert (found.machine.right, found.machine.n) == (1, 1)


def test_segments_and_calls_are_counted_apart() -> None:
    reviews = [said("Li", "a", "human"), said("Li", "a", "recording", "human", 3.5), said("Li", "a", "bot", "bot", 9.0)]
    assert of_outcomes(reviews).reviewed == 1
    verdicts = of_verdicts(reviews)
    assert verdicts.machine is not None
    assert (verdicts.machine.right, verdicts.machine.n) == (1, 2)


def test_without_reviews_nothing_is_claimed() -> None:
    assert of_outcomes([]).machine is None
    assert of_verdicts([]).pairs == ()
