"""The eleven numbers behave as their own `truth` says, and that truth is the association's table."""

from __future__ import annotations

import pytest

from probe.simulator.hotline import Hotline, load_hotline, shipped
from probe.timeline import Outcome
from tests.simulator.walker import ELDERLY, walk

TABLE = {  # way, reached, elderly line, complaint desk: 中国消费者报, Zhenjiang
    "water": ("key", True, False, False),
    "power": ("key_then_bot", True, False, True),
    "gas": ("key", True, False, True),
    "sinopec-1": ("key", True, False, True),
    "sinopec-2": ("key", False, False, True),
    "petrochina": ("key", True, False, False),
    "cable": ("key", True, False, True),
    "mobile": ("key_then_bot", True, True, False),
    "telecom": ("bot", True, True, True),
    "unicom": ("bot", True, True, True),
    "post": ("bot", True, False, False),
}
HOTLINES = shipped("zhenjiang-")


@pytest.mark.parametrize("name", TABLE)
def test_the_truth_of_each_number_is_the_row_of_the_survey(name: str) -> None:
    truth = load_hotline(f"zhenjiang-{name}").truth
    assert (truth.way, truth.reached, truth.elderly, truth.complaint) == TABLE[name]


def test_there_are_eleven_numbers_and_no_more() -> None:
    assert {hotline.id for hotline in HOTLINES} == {f"zhenjiang-{name}" for name in TABLE}


@pytest.mark.parametrize("hotline", HOTLINES, ids=lambda hotline: hotline.id)
def test_the_ordinary_caller_s_walk_ends_as_the_truth_says(hotline: Hotline) -> None:
    truth = walk(hotline).truth
    assert truth.outcome is hotline.truth.outcome
    assert len(truth.steps) == hotline.truth.steps
    assert (truth.human_answered is not None) == hotline.truth.reached
    kinds = {kind for kind, _ in truth.steps}
    assert kinds == {"key": {"key"}, "key_then_bot": {"key", "spoken"}, "bot": {"spoken"}}[hotline.truth.way]


@pytest.mark.parametrize("hotline", HOTLINES, ids=lambda hotline: hotline.id)
def test_an_elderly_caller_needs_no_step_exactly_where_there_is_an_elderly_line(hotline: Hotline) -> None:
    truth = walk(hotline, "elderly", number=ELDERLY).truth
    assert (truth.human_answered is not None) == hotline.truth.elderly
    assert truth.steps == []


@pytest.mark.parametrize("hotline", [h for h in HOTLINES if h.truth.complaint], ids=lambda hotline: hotline.id)
def test_a_complaint_reaches_its_desk_where_there_is_one(hotline: Hotline) -> None:
    truth = walk(hotline, "complaint").truth
    assert truth.first("complaint_requested") is not None
    desks = [h.detail for h in truth.happenings if h.kind == "picked_up"]
    assert desks == (["complaint"] if hotline.truth.reached else [])


@pytest.mark.parametrize("hotline", [h for h in HOTLINES if not h.truth.complaint], ids=lambda hotline: hotline.id)
def test_where_there_is_no_complaint_desk_nothing_leads_to_one(hotline: Hotline) -> None:
    desks = {getattr(place, "desk", None) for place in hotline.places.values()}
    assert "complaint" not in desks
    assert "complaint" not in hotline.truth.walks


@pytest.mark.parametrize("hotline", shipped("lab-"), ids=lambda hotline: hotline.id)
def test_each_lab_hotline_ends_as_its_truth_says(hotline: Hotline) -> None:
    truth = walk(hotline).truth
    assert truth.outcome is hotline.truth.outcome
    if hotline.truth.outcome is Outcome.HUMAN:
        assert (truth.human_answered is not None) == hotline.truth.reached


def test_no_call_of_the_survey_lasts_longer_than_a_hundred_seconds() -> None:
    for hotline in HOTLINES:
        if hotline.truth.reached:
            assert walk(hotline).heard.size / 8000 < 100, hotline.id
