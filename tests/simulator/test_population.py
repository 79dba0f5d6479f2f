"""Hotlines made up at random are all different, all valid, and true to their word."""

from __future__ import annotations

from collections import Counter

import pytest

from probe.navigate.scenario import loads_scenario
from probe.simulator.hotline import Hotline, load_hotline, shipped
from probe.simulator.population import population
from probe.simulator.walks import label, walk_scenario_yaml
from probe.timeline import Outcome
from tests.simulator.walker import walk

MANY = population(11, 200)


def test_they_differ_in_structure_wording_voice_and_outcome() -> None:
    reachable = [hotline for hotline in MANY if hotline.truth.reached]
    assert len({str(hotline.places) for hotline in reachable}) == len(reachable)
    assert len({hotline.voice for hotline in MANY}) > 190
    assert len({hotline.sector for hotline in MANY}) >= 12
    ways = Counter(hotline.truth.way for hotline in MANY)
    assert set(ways) == {"key", "bot", "key_then_bot", "direct", "none"}
    outcomes = Counter(hotline.truth.outcome for hotline in MANY)
    assert outcomes[Outcome.HUMAN] > 120
    assert set(outcomes) >= {
        Outcome.HUMAN, Outcome.HUMAN_UNREACHABLE, Outcome.PUSHED_ELSEWHERE, Outcome.HUNG_UP,
        Outcome.LOOPED, Outcome.NO_HUMAN_OFFERED, Outcome.CLOSED,
    }  # fmt: skip
    assert {hotline.truth.steps for hotline in MANY} >= {0, 1, 2, 3, 4}


def test_the_same_seed_makes_the_same_hotlines_however_many_are_asked_for() -> None:
    assert population(3, 4) == population(3, 9)[:4]
    assert population(3, 4) != population(4, 4)


@pytest.mark.parametrize("hotline", MANY[:60], ids=lambda hotline: hotline.id)
def test_each_behaves_as_its_truth_says(hotline: Hotline) -> None:
    truth = walk(hotline, limit=150).truth
    assert truth.outcome is hotline.truth.outcome
    if hotline.truth.reached:
        assert len(truth.steps) == hotline.truth.steps


@pytest.mark.parametrize("hotline", [*shipped(), *MANY], ids=lambda hotline: hotline.id)
def test_each_can_be_written_as_a_scenario(hotline: Hotline) -> None:
    scenario = loads_scenario(walk_scenario_yaml(hotline))
    assert scenario.hotline == hotline.id
    assert scenario.expect.outcome is not None


def test_a_scenario_follows_the_hotline_s_own_way() -> None:
    assert walk_scenario_yaml(load_hotline("zhenjiang-gas")).splitlines()[3:6] == [
        "walk:",
        "  - press: { option: 燃气业务办理 }",
        "  - press: { option: 人工 }",
    ]
    telecom = walk_scenario_yaml(load_hotline("zhenjiang-telecom"))
    assert "  - hear: 请问您需要办理什么业务\n    say: 转人工\n    if_refused: { again: 3 }\n" in telecom


@pytest.mark.parametrize(
    ("says", "name"),
    [
        ("人工服务请按零", "人工服务"),
        ("人工服务，请按零", "人工服务"),
        ("办理退保业务请按二号键", "退保业务"),
        ("按三办理车险报案", "车险报案"),
        ("按零转人工服务", "转人工服务"),
        ("返回上级菜单请按井号键", "返回上级菜单"),
        ("如需人工台请按零", "人工台"),
        ("咨询燃气报修，请按二", "燃气报修"),
    ],
)
def test_an_option_s_name_is_what_is_left_without_its_key(says: str, name: str) -> None:
    assert label(says) == name
