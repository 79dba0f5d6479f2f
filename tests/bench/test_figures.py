"""The benchmark's figures, from rows made up so that the answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.bench.bounds import Bound, bounds
from probe.bench.figures import Share, Spread, figures, group, missed
from probe.bench.prompts import Played, PromptCounts
from probe.bench.rows import Row, Segment
from probe.simulator.truth import Spoken
from probe.timeline import PromptRecognised

GOOD = Row(
    name="test-1-0#0",
    hotline="test-1-0",
    nth=0,
    true_outcome="human",
    outcome="human",
    true_steps=2,
    steps=2,
    answer="found",
    error=0.02,
    delay=0.5,
    agent=4.0,
    segments=(Segment("recording", "recording", 0.99, True), Segment("human", "human", 0.98, True)),
    prompts=PromptCounts(again=2, recognised=2, recognitions=3, wrong=0),
    listening=1.0,
    recognition=0.8,
    audio=40.0,
    tags=(("codec", ("pcma",)), ("trap", ("fake greeting", "voicemail"))),
    why="a person answered at 30 s",
)
SECOND = replace(GOOD, name="test-1-0#1", nth=1, listening=0.2, recognition=0.1)
FALSE = replace(
    GOOD, name="test-1-1#0", hotline="test-1-1", answer="false", true_outcome="closed", error=None, delay=None,
    agent=None, segments=(Segment("recording", "human", 0.9, False),),
)  # fmt: skip
MISSED = replace(
    GOOD, name="test-1-1#1", hotline="test-1-1", nth=1, answer="missed", outcome="unsure", steps=3, error=None
)
NOBODY = replace(
    GOOD, hotline="test-1-2", answer="none", true_outcome="busy", outcome="busy", error=None, delay=None, agent=None
)
ALL = [GOOD, SECOND, FALSE, MISSED, NOBODY]


def test_precision_counts_only_found_people_and_recall_only_true_ones() -> None:
    found = group(ALL)
    assert (found.precision, found.recall) == (Share(2, 3), Share(2, 3))
    assert figures(ALL).first.precision == Share(1, 2)
    assert (found.unsure, found.steps, found.outcome) == (Share(1, 5), Share(4, 5), Share(3, 5))


def test_calls_without_people_have_no_precision() -> None:
    found = figures([NOBODY])
    assert found.all.precision.value is None
    assert {bound.name for bound in bounds(found) if bound.met is None} == {
        "precision", "precision_first", "recall", "error", "delay", "agent", "second_call",
    }  # fmt: skip


def test_a_bound_is_met_at_its_value_and_missed_beyond_it() -> None:
    late = [replace(GOOD, name=str(n), delay=1.2) for n in range(10)]
    assert {b.name: b.met for b in bounds(figures(late))}["delay"] is True
    later = [replace(row, delay=1.21) for row in late]
    assert {b.name: b.met for b in bounds(figures(later))}["delay"] is False


def test_the_error_counts_in_both_directions() -> None:
    early = figures([replace(GOOD, error=-0.3), GOOD])
    assert {b.name: b.met for b in bounds(early)}["error"] is False


def test_groups_hold_each_call_once_for_each_of_its_tags() -> None:
    found = {(name, value): group.calls for name, value, group in figures(ALL).groups}
    assert found["codec", "pcma"] == found["trap", "voicemail"] == found["trap", "fake greeting"] == 5
    assert (found["call", "first"], found["call", "later"]) == (3, 2)


def test_calibration_compares_what_was_stated_with_what_was_right() -> None:
    segments = (
        *tuple(Segment("human", "human", 0.9, n < 8) for n in range(10)),
        Segment("human", "unsure", 0.5, False),
    )
    calibration = figures([replace(GOOD, segments=segments)]).calibration
    assert [(c.stated, c.right) for c in calibration.classes] == [(pytest.approx(0.9), Share(8, 10))]
    assert calibration.ece == pytest.approx(0.1)
    assert calibration.brier == pytest.approx(0.8 * 0.01 + 0.2 * 0.81)


def test_cost_is_listening_without_recognition_and_the_second_call_is_compared_with_the_first() -> None:
    found = figures([GOOD, SECOND, NOBODY])
    assert found.cpu == pytest.approx((1.0 - 0.8 + 0.2 - 0.1 + 1.0 - 0.8) / 120)
    assert found.second_call == pytest.approx(0.2)


def test_what_is_wrong_in_any_respect_is_a_miss() -> None:
    assert not missed(GOOD)
    assert not missed(NOBODY)
    for wrong in (FALSE, MISSED, replace(GOOD, steps=1), replace(GOOD, error=-0.11), replace(GOOD, outcome="unsure")):
        assert missed(wrong)


def told(prompt: str, at: float, known: float) -> PromptRecognised:
    return PromptRecognised(at=at, known=known, prompt=prompt, calls=1, ends=at + 3.5)


GREETING, MENU, HUMAN = (
    Spoken(1.0, 5.0, "欢迎致电，普通话请按一", "recording"),
    Spoken(6.0, 9.0, "人工请按零，重听请按星号", "recording"),
    Spoken(10.0, 13.0, "您好", "human"),
)
SENT = np.random.default_rng(1).normal(0, 3000, 14 * 8000).astype(np.int16)


def test_a_prompt_counts_as_recognised_only_in_a_later_call_and_in_time() -> None:
    played = Played()
    assert played.call([GREETING, MENU, HUMAN], [], 0.0, SENT) == PromptCounts(0, 0, 0, 0)
    in_time = [told("a", 1.0, 2.4), told("b", 6.0, 7.9)]
    assert played.call([GREETING, MENU, HUMAN], in_time, 0.0, SENT) == PromptCounts(2, 2, 2, 0)
    assert played.call([GREETING, MENU], [told("a", 1.0, 3.2)], 0.0, SENT) == PromptCounts(2, 0, 1, 0)


def test_a_recognition_is_right_where_the_sound_is_that_from_which_the_prompt_is_remembered() -> None:
    played, learned = Played(), {"a": (0, 4.5), "b": (0, 9.5)}
    played.call([GREETING, MENU], [], 0.1, SENT)
    later = np.concatenate([SENT[8000:], SENT[:8000]])
    again = [told("a", 0.0, 1.0), told("b", 5.0, 6.5)]
    assert played.call([GREETING, MENU], again, 0.1, later, learned).wrong == 0
    assert played.call([GREETING, MENU], [told("b", 0.0, 1.0), told("a", 5.0, 6.5)], 0.1, later, learned).wrong == 2
    assert played.call([GREETING, MENU], [told("a", 0.5, 1.5)], 0.1, later, learned).wrong == 1


def test_a_prompt_that_is_remembered_further_since_it_was_told_is_still_the_same_sound() -> None:
    played = Played()
    played.call([GREETING], [], 0.1, SENT)
    assert played.call([GREETING], [told("a", 1.0, 2.0)], 0.1, SENT, {"a": (0, 4.5)}).wrong == 0
    longer = replace(told("a", 1.0, 2.0), ends=6.0)
    assert played.call([GREETING], [longer], 0.1, SENT, {"a": (0, 6.0)}).wrong == 0
    assert played.call([GREETING], [longer], 0.1, SENT, {"a": (0, 4.5)}).wrong == 1


@pytest.mark.parametrize(
    ("as_far_as", "known", "text", "counts"),
    [
        (2.5, 2.9, GREETING.text, PromptCounts(1, 1, 1, 0)),
        (2.5, 2.9, "another number", PromptCounts(0, 0, 1, 0)),
        (None, 2.9, "another number", PromptCounts(0, 0, 1, 1)),
        (1.9, 2.9, GREETING.text, PromptCounts(1, 0, 1, 0)),
        (2.5, 3.1, GREETING.text, PromptCounts(1, 0, 1, 0)),
    ],
    ids=["the same", "another number", "all of it, wrongly", "less than a second", "too late"],
)
def test_what_is_told_as_far_as_a_number_is_compared_and_counts_as_far(
    as_far_as: float | None, known: float, text: str, counts: PromptCounts
) -> None:
    played = Played()
    played.call([GREETING], [], 0.0, SENT)
    other = SENT // 10
    other[20000:] = SENT[::-1][20000:]  # from 2.5 s on something else, louder
    event = replace(told("a", 1.0, known), as_far_as=as_far_as)
    assert played.call([replace(GREETING, text=text)], [event], 0.0, other, {"a": (0, 4.5)}) == counts


@pytest.mark.parametrize(("off", "wrong"), [(0.03, 0), (0.06, 1)])
def test_a_prompt_may_be_dated_wrong_by_two_frames_of_its_fingerprint(off: float, wrong: int) -> None:
    played = Played()
    played.call([GREETING], [], 0.1, SENT)
    assert played.call([GREETING], [told("a", 1.0, 2.0)], 0.1, SENT, {"a": (0, 4.5 + off)}).wrong == wrong


def test_the_same_announcement_over_another_part_of_the_music_is_the_same_recording() -> None:
    played, learned = Played(), {"a": (0, 4.5)}
    played.call([GREETING], [], 0.1, SENT)
    music = SENT[::-1]
    later = Spoken(2.0, 6.0, GREETING.text, "recording")
    assert played.call([later], [told("a", 2.0, 3.5)], 0.1, music, learned).wrong == 0
    for other in (replace(later, text="请稍候"), replace(later, who="human"), replace(later, start=1.8)):
        assert played.call([other], [told("a", 2.0, 3.5)], 0.1, music, learned).wrong == 1


@pytest.mark.parametrize(
    ("text", "as_far_as", "wrong"),
    [
        ("欢迎致电，普通话请按二", 5.2, 0),
        ("欢迎致电，普通话请按二", None, 1),
        ("欢迎致电，请稍候再拨", 5.2, 1),
        ("请稍候", 5.2, 1),
    ],
    ids=["another number", "all of it", "other words before it", "something else"],
)
def test_over_other_music_what_is_told_as_far_as_a_number_is_the_same_up_to_there(
    text: str, as_far_as: float | None, wrong: int
) -> None:
    played = Played()
    played.call([GREETING], [], 0.1, SENT)
    event = replace(told("a", 2.0, 5.3), as_far_as=as_far_as)
    later = Spoken(2.0, 6.0, text, "recording")
    assert played.call([later], [event], 0.1, SENT[::-1], {"a": (0, 4.5)}).wrong == wrong


@given(st.lists(st.floats(-10, 10), max_size=30))
def test_quantiles_lie_within_the_values(values: list[float]) -> None:
    spread = Spread(tuple(values))
    for share in (0.0, 0.5, 0.95, 1.0):
        at = spread.quantile(share)
        assert at is None if not values else min(values) - 1e-9 <= (at or 0.0) <= max(values) + 1e-9


def test_what_floating_point_adds_misses_no_bound() -> None:
    assert Bound("error", "at most", 100.0, "ms", 100.00000000000142).met
    assert not Bound("error", "at most", 100.0, "ms", 100.001).met
    assert Bound("agent", "at most", 5.0, "s", None).met is None
