"""Where sounds began out of silence."""

from __future__ import annotations

import pytest

from probe.listen.onsets import Onsets


def onsets(*began: tuple[float, float]) -> Onsets:
    heard = Onsets()
    for onset, rest in began:
        heard.add(onset, rest)
    return heard


@pytest.mark.parametrize(
    ("at", "onset"),
    [(2.1, 2.0), (1.9, 2.0), (1.8, 1.8), (2.4, 2.3), (2.6, 2.6), (3.02, 3.02)],
    ids=["soon after", "soon before", "long before", "the newest of two", "long after", "no silence before it"],
)
def test_an_estimated_instant_is_the_onset_out_of_a_silence_that_is_near(at: float, onset: float) -> None:
    assert onsets((2.0, 1.5), (2.3, 2.2), (3.0, 2.95)).near(at, before=0.45 if at == 2.4 else 0.25) == onset


def test_what_sounded_before_had_ended_where_the_newest_such_sound_says_so() -> None:
    heard = onsets((2.0, 1.5), (2.005, 1.9), (2.3, 2.2))
    assert heard.rest(2.0) == 1.9
    assert heard.rest(2.1) == 2.1
    assert heard.pause == pytest.approx(0.1)


def test_the_newest_onset_after_a_silence_is_found() -> None:
    heard = onsets((1.0, 0.2), (2.0, 1.5), (2.3, 2.2))
    assert heard.after_silence(0.4) == 2.0
    assert heard.after_silence(0.6) == 1.0
    assert heard.after_silence(1.0) is None
