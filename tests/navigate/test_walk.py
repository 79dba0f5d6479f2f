"""Where the caller is in a walk, and what is listened for there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.navigate.scenario import loads_scenario
from probe.navigate.walk import Walk

WALK = """
hotline: a
walk:
  - { hear: 甲, optional: true }
  - when:
      - hear: 乙
        walk: [{ hear: 丙 }, { hear: 丁 }]
      - { hear: 戊, go_on: true }
    repeat: at most 3
  - hear: 己
  - say: 庚
"""


def walk() -> Walk:
    return Walk(loads_scenario(WALK).walk)


def listened_for(place: Walk) -> str:
    return "".join(a.acts.hear.text[0] if a.acts.hear else "." for a in place.awaited())


def take(place: Walk, word: str) -> bool:
    return place.take(next(a for a in place.awaited() if a.acts.hear and a.acts.hear.text[0] == word))


def test_what_may_be_passed_over_is_listened_for_together_with_what_follows() -> None:
    assert listened_for(walk()) == "甲乙戊己"


def test_a_branch_s_walk_comes_back_to_a_repeated_when() -> None:
    place = walk()
    take(place, "乙")
    assert listened_for(place) == "丙"
    take(place, "丙")
    take(place, "丁")
    assert listened_for(place) == "乙戊己"


def test_going_on_and_the_item_after_both_leave_the_repetition() -> None:
    place = walk()
    take(place, "戊")
    assert listened_for(place) == "己"
    place = walk()
    take(place, "己")
    assert listened_for(place) == "."


def test_a_repetition_has_so_many_rounds() -> None:
    place = walk()
    for _ in range(3):
        assert take(place, "乙")
        take(place, "丙")
        take(place, "丁")
    assert not take(place, "乙")


def test_the_walk_is_over_after_its_last_item() -> None:
    place = walk()
    take(place, "己")
    place.pass_over()
    assert place.item is None
    assert place.awaited() == []


@given(st.lists(st.integers(0, 5), max_size=40))
def test_no_sequence_of_prompts_leads_out_of_the_walk(choices: list[int]) -> None:
    place = walk()
    for choice in choices:
        awaited = place.awaited()
        if not awaited or not place.take(awaited[choice % len(awaited)]):
            break
        assert place.item is None or place.item in (*place.items, *place.items[1].when[0].walk)
