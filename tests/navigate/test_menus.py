"""When a menu without the option that is wanted has been heard twice, and which key may be tried instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.navigate.menus import MenusWithout, likeness
from probe.navigate.transcript import Passage
from probe.timeline import MenuOption


def passage(start: float, keys: str) -> Passage:
    """Options under these keys, one a second."""
    options = [MenuOption(at=start + n, known=start + n, key=key, label=f"业务{key}") for n, key in enumerate(keys, 1)]
    return Passage(start, start + len(keys), options=options)


def heard_twice(*passages: Passage, since: float = 0.0) -> list[bool]:
    menus = MenusWithout()
    return [menus.hear(one, since) for one in passages]


def test_a_menu_has_been_heard_twice_when_its_last_key_has_come_again() -> None:
    assert heard_twice(passage(1.0, "123"), passage(8.0, "1"), passage(10.0, "23")) == [False, False, True]


def test_a_menu_whose_last_key_was_never_understood_again_has_been_heard_twice_at_its_third_reading() -> None:
    assert heard_twice(passage(1.0, "129"), passage(8.0, "12"), passage(14.0, "1")) == [False, False, True]


def test_one_menu_parted_by_noises_has_not_been_heard_twice_and_readings_parted_by_a_wait_have() -> None:
    assert heard_twice(passage(1.0, "1"), passage(2.5, "2"), passage(4.0, "3")) == [False] * 3
    assert heard_twice(passage(1.0, "1"), passage(6.0, "2"), passage(11.0, "3")) == [False, False, True]


def test_an_option_told_again_because_its_name_was_heard_better_is_no_second_reading() -> None:
    again = Passage(
        1.0, 4.0, options=[*passage(1.0, "12").options, MenuOption(at=3.0, known=5.0, key="2", label="业务2号")]
    )
    assert heard_twice(again, passage(8.0, "1"), passage(10.0, "2")) == [False, False, True]


def test_an_option_of_which_no_other_has_anything_may_be_pressed_though_it_is_less_like() -> None:
    menus = MenusWithout()
    labels = {"4": "办理三理赔进度查询", "1": "办理异地就医", "2": "办理参保登记"}
    menus.hear(
        Passage(1.0, 9.0, options=[MenuOption(at=3.0, known=3.0, key=k, label=v) for k, v in labels.items()]), 0.0
    )
    assert menus.why_left("ask_human") == "not_offered"
    assert menus.key_to_try(["办理进度查询"], "walk", 0.0, "zh") == "4"
    assert menus.why_left("ask_human") == "lost", "the person may be missing because this was the wrong menu"


def test_an_option_of_which_only_a_part_was_heard_may_be_the_one_wanted() -> None:
    menus = MenusWithout()
    labels = {"2": "查询", "1": "改装业务", "*": "重听"}
    menus.hear(
        Passage(1.0, 9.0, options=[MenuOption(at=3.0, known=3.0, key=k, label=v) for k, v in labels.items()]), 0.0
    )
    assert menus.key_to_try(["气费查询"], "walk", 0.0, "zh") == "2"
    assert menus.key_to_try(["气费缴纳"], "walk", 0.0, "zh") is None


def test_a_menu_that_is_read_twice_has_each_name_once() -> None:
    menus = MenusWithout()
    for start in (1.0, 15.0):
        labels = {"1": "办理挂号", "2": "体检须知"}
        options = [MenuOption(at=start + int(k), known=start, key=k, label=label) for k, label in labels.items()]
        menus.hear(Passage(start, start + 9.0, options=options), 0.0)
    assert menus.key_to_try(["办理挂失"], "walk", 0.0, "zh") == "1"


def test_half_a_name_is_enough_where_no_other_option_has_anything_of_it() -> None:
    def key(wanted: str, *labels: str) -> str | None:
        menus = MenusWithout()
        options = [MenuOption(at=3.0 + n, known=3.0, key=str(n + 1), label=label) for n, label in enumerate(labels)]
        menus.hear(Passage(1.0, 9.0, options=options), 0.0)
        return menus.key_to_try([wanted], "walk", 0.0, "zh")

    assert key("票务查询", "办理飘雾", "办理会员注册", "办理航班动态") == "1"
    assert key("票务查询", "办理飘雾", "办理会员注册") is None, "one other option excludes little"
    assert key("票务查询", "办理飘雾", "办理会员查询", "办理航班动态") is None, "another is half like it"
    assert key("参保登记", "办理参保", "办理参保登记费", "办理报销") == "2"
    assert key("停车查询", "话费查询", "办理缴费", "重听") is None, "what it shares is in many names"
    assert key("停车查询") is None, "a menu of which no option was read"


def test_what_is_left_of_the_offer_of_a_person_may_be_pressed() -> None:
    def key(*labels: str) -> str | None:
        menus = MenusWithout()
        options = [MenuOption(at=3.0 + n, known=3.0, key=str(n + 1), label=label) for n, label in enumerate(labels)]
        menus.hear(Passage(1.0, 9.0, options=options), 0.0)
        return menus.key_to_try(["人工"], "ask_human", 0.0, "zh")

    assert key("网点查询", "服务") == "2"
    assert key("网点查询", "账户服务") is None
    assert key("坐席", "服务") is None, "which of them is not known"
    assert key("票务查询", "新工客服中心") == "2"
    assert key("票务查询", "施工公告", "员工招聘", "工单进度") is None, "words of their own"
    assert key("新工客服", "新工服务") is None


def test_what_was_heard_before_the_callers_last_move_is_behind_it() -> None:
    menus = MenusWithout()
    assert not menus.hear(passage(1.0, "12"), 0.0)
    assert not menus.hear(passage(8.0, "2"), 7.0)
    assert menus.hear(passage(14.0, "2"), 7.0)


@pytest.mark.parametrize(
    ("name", "label", "alike"),
    [
        ("退货退款", "最或汇款", True),
        ("停车办理", "行车办理", True),
        ("话费查询", "流量查询", False),
        ("报修", "缴费", False),
    ],
)
def test_a_name_misheard_rhymes_with_what_was_meant(name: str, label: str, alike: bool) -> None:
    assert (likeness(name, label, "zh") >= 0.7) is alike


@given(
    st.text(alphabet="退货款查询办理人工服务业", min_size=1, max_size=6),
    st.text(alphabet="退货款查询办理人工服务业", max_size=8),
)
def test_likeness_is_a_share_and_a_name_is_wholly_like_itself(name: str, label: str) -> None:
    assert 0.0 <= likeness(name, label, "zh") <= 1.0
    assert likeness(name, "请" + name, "zh") == 1.0
