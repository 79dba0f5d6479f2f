"""The statistics against published tables and independent programs; each test names its source."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from probe.report.statistics import (
    Interval,
    accuracy,
    agreement,
    benjamini_hochberg,
    calls_needed,
    calls_to_decide,
    holm,
    p_of,
    share_difference,
    wilson,
    z_of,
)

# ---------------------------------------------------------------------------------------------------------- shares


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_newcombe_1998_table_i(k: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17:857, table I,
    # method 3 (score, without continuity correction).
    found = wilson(k, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_is_that_of_statsmodels(n: int, share: float, level: float) -> None:
    k = round(share * n)
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    found = wilson(k, n, level)
    assert found.low == pytest.approx(low, abs=1e-12)
    assert found.high == pytest.approx(high, abs=1e-12)


def test_200_calls_at_85_percent_leave_79_to_89() -> None:
    # statsmodels 0.15: proportion_confint(170, 200, method="wilson") is 0.7939, 0.8929.
    found = wilson(170, 200)
    assert (round(100 * found.low), round(100 * found.high)) == (79, 89)


def test_without_calls_a_share_may_be_anything() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_what_is_no_share_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(k, n)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        z_of(level)


# ------------------------------------------------------------------------------------------------- how many calls


def test_calls_needed_for_5_points_at_one_half_are_a_few_less_than_the_textbook_385() -> None:
    # z²p(1-p)/d² = 384.1 (Cochran 1977, Sampling Techniques, §4.4); Wilson's interval needs z² fewer.
    assert calls_needed(0.05) == math.ceil(z_of() ** 2 * 0.25 / 0.05**2 - z_of() ** 2)


@given(st.floats(0.01, 0.3), st.floats(0, 1))
def test_calls_needed_are_the_fewest_that_do(half_width: float, share: float) -> None:
    def half(n: int) -> float:  # of Wilson's interval at a share that need not be a whole number of calls
        z = z_of()
        return z / (n + z * z) * math.sqrt(n * share * (1 - share) + z * z / 4)

    n = calls_needed(half_width, share)
    assert half(n) <= half_width
    assert n == 1 or half(n - 1) > half_width


@pytest.mark.parametrize(("half_width", "share"), [(0.0, 0.5), (1.0, 0.5), (0.05, 1.1)])
def test_an_impossible_precision_is_refused(half_width: float, share: float) -> None:
    with pytest.raises(ValueError, match="half-width"):
        calls_needed(half_width, share)


@given(st.integers(1, 2000), st.floats(0, 1), st.floats(0.02, 0.98))
def test_calls_to_decide_are_those_at_which_wilson_leaves_the_target_out(n: int, share: float, target: float) -> None:
    k = round(share * n)
    needed = calls_to_decide(k / n, target)
    if needed is None:
        assert k / n == target
    elif abs(needed - n) > 1:  # at the border itself rounding decides
        assert (target not in wilson(k, n)) == (n >= needed)


# ----------------------------------------------------------------------------------------------------- differences


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (0, 10), -0.1611, 0.2775),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombe_1998_table_ii(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    # Newcombe 1998, Interval estimation for the difference between independent proportions, Statistics in Medicine
    # 17:873, table II, method 10; the order is turned round, since there it is the first less the second.
    found = share_difference(*first, *second)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 1), st.floats(0, 1))
def test_the_p_of_a_difference_is_that_of_statsmodels(n1: int, n2: int, share1: float, share2: float) -> None:
    k1, k2 = round(share1 * n1), round(share2 * n2)
    found = share_difference(k1, n1, k2, n2)
    if 0 < k1 + k2 < n1 + n2:
        assert found.p == pytest.approx(proportions_ztest([k1, k2], [n1, n2])[1], abs=1e-12)


def test_nothing_is_proved_by_two_shares_that_are_both_zero() -> None:
    assert share_difference(0, 10, 0, 10).p == 1.0


def test_p_of_1_96_is_5_percent() -> None:
    assert p_of(-1.959963985) == pytest.approx(0.05)


# ----------------------------------------------------------------------------------------------------- corrections

BENJAMINI_HOCHBERG_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_benjamini_hochberg_rejects_the_four_of_its_paper() -> None:
    # Benjamini, Hochberg 1995, JRSS B 57:289, §3.2 (thrombolysis): four rejected at 5 %; Bonferroni rejects three.
    assert sum(p <= 0.05 for p in benjamini_hochberg(BENJAMINI_HOCHBERG_1995)) == 4
    assert sum(p <= 0.05 for p in holm(BENJAMINI_HOCHBERG_1995)) == 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections_are_those_of_statsmodels(p: list[float]) -> None:
    assert holm(p) == pytest.approx(list(multipletests(p, method="holm")[1]))
    assert benjamini_hochberg(p) == pytest.approx(list(multipletests(p, method="fdr_bh")[1]))


def test_no_comparisons_need_no_correction() -> None:
    assert holm([]) == []
    assert benjamini_hochberg([]) == []


# ------------------------------------------------------------------------------------------------------- agreement


def judged(table: dict[tuple[str, str], int]) -> tuple[list[str], list[str]]:
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_kappa_is_that_of_the_textbook_example() -> None:
    # The textbook example of 50 grant proposals, 20 5 / 10 15: observed 0.70, by chance 0.50, kappa 0.40.
    first, second = judged({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    found = agreement(first, second)
    assert found.observed == 0.7
    assert found.kappa == pytest.approx(0.4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=60))
def test_kappa_and_its_interval_are_those_of_statsmodels(pairs: list[tuple[str, str]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    table = [[sum(pair == (a, b) for pair in pairs) for b in "abc"] for a in "abc"]
    found = agreement(first, second)
    if found.kappa is None or found.kappa_interval is None:
        assert len(set(first) | set(second)) == 1
        return
    with np.errstate(all="ignore"):
        theirs = cohens_kappa(table)
    assert found.kappa == pytest.approx(theirs.kappa)
    # Their root of a variance that rounding made negative is NaN; here it is none.
    half = 0.0 if math.isnan(theirs.std_kappa) else z_of() * theirs.std_kappa
    assert found.kappa_interval.low == pytest.approx(max(-1.0, theirs.kappa - half), abs=1e-6)
    assert found.kappa_interval.high == pytest.approx(min(1.0, theirs.kappa + half), abs=1e-6)


def test_two_judges_who_only_ever_say_one_word_have_no_kappa() -> None:
    found = agreement(["human"] * 5, ["human"] * 5)
    assert found.observed == 1.0
    assert found.kappa is None


def test_agreement_needs_the_same_items() -> None:
    with pytest.raises(ValueError, match="same items"):
        agreement(["human"], [])


def test_accuracy_counts_by_word_what_was_found_and_what_was_right() -> None:
    machine = ["human", "human", "bot", "unsure"]
    reviewers = ["human", "bot", "bot", "human"]
    found = accuracy(machine, reviewers)
    assert (found.right, found.n) == (2, 4)
    assert found.recall == {"bot": (1, 2), "human": (1, 2)}
    assert found.precision == {"bot": (1, 1), "human": (1, 2), "unsure": (0, 1)}
    assert found.interval == wilson(2, 4)
