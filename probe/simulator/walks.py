"""The walk to a person through a simulated hotline, as a scenario in the scenario language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probe.simulator.hotline import Hotline
from probe.simulator.places import BACK, REPEAT, Announcement, Bot, Menu, Queue

_KEY = re.compile(r"[，,]?请?按[零一二三四五六七八九十\d]?(?:号)?(?:星号|井号)?键?$")
_KEY_BEFORE = re.compile(r"^(?:请)?按[零一二三四五六七八九\d](?:号)?键?")
_VERB = re.compile(r"^(?:如需办理|办理|如需|咨询)")


def label(says: str) -> str:
    """What an option is called: "人工服务请按零" is 人工服务."""
    name = _KEY_BEFORE.sub("", _KEY.sub("", says))
    return _VERB.sub("", name)


def walk_scenario_yaml(hotline: Hotline, caller: str = "ordinary", queue: str = "60 s") -> str:
    """A scenario that walks the hotline's own way to a person (`truth.walks`), and expects its outcome.

    A hotline whose truth has no walk is asked for a person by key.
    """
    lines = [f"hotline: {hotline.id}", f"caller: {caller}", "goal: human", "walk:"]
    items = list(_items(hotline))
    lines += items or ["  - press: { option: 人工 }", "    optional: true" if _direct(hotline) else ""]
    lines += [f"limits: {{ call: 3 min, queue: {queue}, silence: 15 s }}"]
    lines += ["expect:", f"  outcome: {hotline.truth.outcome.value}"]
    return "\n".join(line for line in lines if line) + "\n"


def _items(hotline: Hotline) -> Iterator[str]:
    """The items of the walk, following the places that the inputs lead through."""
    name = hotline.start
    for item in hotline.truth.walks.get("human", ()):
        name = _passed(hotline, name)
        place = hotline.places.get(name)
        if item.press is not None and isinstance(place, Menu):
            option = next(option for option in place.options if option.key == item.press)
            wanted = "人工" if option.offers == "human" and "人工" in option.says else label(option.says)
            for _ in range(item.times):
                yield f"  - press: {{ option: {wanted} }}"
            if option.to not in (REPEAT, BACK):
                name = option.to
        elif item.say is not None and isinstance(place, Bot):
            yield f"  - hear: {place.asks.split('，')[-1]}"
            yield f"    say: {item.say}"
            yield f"    if_refused: {{ again: {max(3, item.times)} }}"
            name = next((i.to for i in place.intents.values() if item.say in i.means and i.to), name)


def _passed(hotline: Hotline, name: str) -> str:
    """The first place from `name` on that takes inputs."""
    place = hotline.places.get(name)
    while isinstance(place, Announcement | Queue):
        name = place.then if isinstance(place, Announcement) else place.to
        place = hotline.places.get(name)
    return name


def _direct(hotline: Hotline) -> bool:
    return hotline.truth.way == "direct"
