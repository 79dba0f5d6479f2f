"""Menus as heard: calls that walked differently make one tree, and only what was really heard is called a change."""

from __future__ import annotations

from probe.measure import measure
from probe.report.menu_tree import Change, Place, changes, hearings, tree, within
from probe.timeline import (
    Answered,
    CallInfo,
    Dialed,
    Ended,
    HumanOffered,
    Kind,
    MenuOption,
    Press,
    Segment,
    Timeline,
    Verdict,
)  # fmt: skip

DAY = "2026-11-{:02d}T02:00:00.000Z"


def call(day: int, menus: list[dict[str, str]], keys: str = "", *, cut_off: bool = False) -> Timeline:
    """A call that heard `menus`, one after each key; `cut_off`: each key was pressed while the menu still spoke."""
    found = Timeline(CallInfo(id=f"call-{day}", hotline="h", goal="human", started_at=DAY.format(day)))
    found.add(Dialed(at=0.0, known=0.0))
    found.add(Answered(at=1.0, known=1.0))
    at = 2.0
    for n, menu in enumerate(menus):
        text = "".join(f"{label}请按{key}" for key, label in menu.items())
        end = at + 3 * len(menu)
        found.segments.append(
            Segment(Kind.SPEECH, at, end + (2 if cut_off else 0), text, verdict=Verdict("recording", 1.0))
        )
        for m, (key, label) in enumerate(menu.items(), start=1):
            found.add(MenuOption(at=at + 3 * m - 0.1, known=at + 3 * m, key=key, label=label))
            if "人工" in label:
                found.add(HumanOffered(at=at + 3 * m - 0.1, known=at + 3 * m, key=key))
        if n < len(keys):
            found.did(Press(at=end + 0.5, value=keys[n]))
        at = end + 3
    found.add(Ended(at=at, known=at, by="caller"))
    return measure(found)


def heard(*calls: Timeline) -> list[Change]:
    return changes([hearing for one in calls for hearing in hearings(one)])


FIRST = {"1": "业务办理", "2": "费用查询", "0": "人工服务"}


def test_calls_that_pressed_different_keys_grow_one_tree() -> None:
    root = tree([call(1, [FIRST, {"1": "开户"}], "1"), call(2, [FIRST, {"3": "话费余额"}], "2")])
    assert [(option.key, option.label, option.offers_human) for option in root.options] == [
        ("1", "业务办理", False), ("2", "费用查询", False), ("0", "人工服务", True),
    ]  # fmt: skip
    assert root.calls == ["call-1", "call-2"]
    assert [(place.path, place.options[0].label) for place in root.places.values()] == [
        (("1",), "开户"),
        (("2",), "话费余额"),
    ]


def test_a_key_that_means_something_else_from_one_day_on_is_a_change() -> None:
    after = FIRST | {"0": "智能客服"}
    (change,) = heard(call(1, [FIRST]), call(2, [FIRST]), call(3, [after]), call(4, [after]))
    assert (change.last_before, change.first_after, change.confirmed) == ("call-2", "call-3", True)
    assert [(old.label, new.label) for old, new in change.renamed] == [("人工服务", "智能客服")]


def test_an_option_that_is_gone_is_a_change_and_so_is_a_new_one() -> None:
    after = {"1": "业务办理", "2": "费用查询", "9": "投诉建议"}
    (change,) = heard(call(1, [FIRST]), call(2, [after]), call(3, [after]))
    assert [option.label for option in change.added] == ["投诉建议"]
    assert [option.label for option in change.removed] == ["人工服务"]


def test_a_label_that_sounds_the_same_is_no_change() -> None:
    assert not heard(call(1, [FIRST]), call(2, [FIRST | {"2": "费用查寻"}]), call(3, [FIRST]))


def test_a_difference_that_the_next_call_does_not_confirm_is_a_mishearing() -> None:
    assert not heard(call(1, [FIRST]), call(2, [FIRST | {"0": "宽带报修"}]), call(3, [FIRST]))


def test_a_difference_in_the_last_call_is_told_as_heard_once() -> None:
    (change,) = heard(call(1, [FIRST]), call(2, [FIRST | {"0": "宽带报修"}]))
    assert not change.confirmed


def test_a_menu_that_was_interrupted_proves_nothing_about_what_came_after() -> None:
    assert not heard(call(1, [FIRST]), call(2, [{"1": "业务办理"}], "1", cut_off=True), call(3, [FIRST]))


def test_an_option_that_was_spoken_but_not_understood_is_not_new() -> None:
    deaf = call(1, [FIRST])
    deaf.events = [event for event in deaf.events if getattr(event, "key", None) != "2"]
    assert not heard(deaf, call(2, [FIRST]), call(3, [FIRST]))


def test_a_tree_lies_within_another_that_was_walked_further() -> None:
    short, long = tree([call(1, [FIRST])]), tree([call(2, [FIRST, {"1": "开户"}], "1")])
    assert within(short, long)
    assert not within(long, short)
    assert not within(Place(()), long)
