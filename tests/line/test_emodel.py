"""The E-model against values that the ITU-T and others published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.line.emodel import mos, rating, score


def test_all_default_values_give_the_recommendations_own_result() -> None:
    assert rating() == pytest.approx(93.2, abs=0.05)  # G.107 clause 7.7
    assert score(rating()) == pytest.approx(4.41, abs=0.005)


@pytest.mark.parametrize(("r", "published"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_ratings_become_the_opinion_scores_of_annex_b(r: float, published: float) -> None:
    assert score(r) == pytest.approx(published, abs=0.01)  # G.107 table B.1; it rounds 4.024 up


@pytest.mark.parametrize("milliseconds", range(50, 325, 25))
def test_delay_costs_what_the_published_approximation_says(milliseconds: int) -> None:
    # Cole and Rosenbluth, "Voice over IP performance monitoring" (2001), fitted to G.107 with its default values.
    late = max(0.0, milliseconds - 177.3)
    approximation = 93.2 - 0.024 * milliseconds - 0.11 * late
    assert rating(delay=milliseconds / 1000) == pytest.approx(approximation, abs=1.5)


@pytest.mark.parametrize(
    ("ie", "bpl", "percent", "impairment"),
    [
        # G.113 appendix I: Ie-eff by its own equation, for G.711 without and with concealment, and G.729A with VAD.
        (0, 4.3, 1, 17.9),
        (0, 25.1, 2, 7.0),
        (11, 19.0, 2, 19.0),
        (11, 19.0, 0, 11.0),
    ],
)
def test_lost_packets_cost_the_effective_equipment_impairment(
    ie: float, bpl: float, percent: float, impairment: float
) -> None:
    worse = rating(ie=ie, bpl=bpl, lost=percent / 100)
    assert rating() - worse == pytest.approx(impairment, abs=0.05)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 2), st.floats(1, 20))
def test_more_loss_never_sounds_better(loss: float, more: float, delay: float, burst: float) -> None:
    low, high = sorted((loss, more))
    better, worse = (mos("PCMU", lost=x, delay=delay, burst=burst) for x in (low, high))
    assert better is not None
    assert worse is not None
    assert 1.0 <= worse <= better <= 4.5


def test_a_codec_without_published_factors_has_no_score() -> None:
    assert mos("speex", lost=0.0, delay=0.06) is None
