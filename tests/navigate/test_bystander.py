"""Navigators without a scenario."""

from __future__ import annotations

from probe.navigate.bystander import JustListen, Onlooker
from tests.navigate.playbook import (
    answered,
    courtesy,
    hang_up,
    heard,
    hotline_hangs_up,
    human,
    nothing,
    silence,
    watch,
)


def test_one_who_listens_presses_nothing_and_hangs_up_when_the_time_is_over() -> None:
    book = watch(JustListen(20.0)) >> answered(2.0) >> heard("人工服务请按零") >> silence(17) << nothing()
    book >> silence(3) << hang_up("limit_call")
    assert 22.0 <= book.all_acts[0].at <= 22.1


def test_one_who_listens_thanks_a_person() -> None:
    watch(JustListen(60.0)) >> answered() >> human("您好请讲") << courtesy()


def test_one_who_listens_does_not_let_it_ring_for_ever() -> None:
    watch(JustListen(5.0)) >> silence(60.1) << hang_up("limit_wait")


def test_nothing_is_done_after_the_end() -> None:
    watch(JustListen(5.0)) >> answered() >> hotline_hangs_up() >> silence(10) << nothing()


def test_an_onlooker_does_nothing() -> None:
    watch(Onlooker()) >> answered() >> human("您好") >> silence(400) << nothing()
