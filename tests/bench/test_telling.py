"""How soon what is heard is told, in whole calls to simulated hotlines."""

from __future__ import annotations

from probe.bench.calls import Case
from probe.bench.runner import place_series
from probe.documents import loads
from probe.navigate.scenario import Scenario
from probe.simulator.hotline import shipped
from probe.simulator.walks import walk_scenario_yaml
from probe.timeline import MenuOption


def test_a_menus_options_are_told_while_it_goes_on_also_where_it_follows_another_recording() -> None:
    hotline = next(hotline for hotline in shipped() if hotline.id == "lab-no-human")
    scenario = loads(walk_scenario_yaml(hotline), Scenario, hotline.id)
    (result,) = place_series((Case(hotline.id, hotline, scenario, 7),))
    options = [event for event in result.found.events if isinstance(event, MenuOption)]
    assert len(options) >= 6
    assert max(option.known - option.at for option in options) < 1.5
