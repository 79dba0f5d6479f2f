"""Deadlines are times of the sample clock: never early, and at most a frame late."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.timeline import HangUp
from tests.navigate.playbook import (
    TICK,
    Playbook,
    answered,
    bot,
    heard,
    human,
    music,
    play,
    pushed,
    queued,
    rejection,
    silence,
    unsure,
)

seconds = st.integers(1, 40).map(lambda tenths: tenths / 4)
some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hung_up_after(book: Playbook, start: float, limit: float, why: str) -> None:
    act = book.all_acts[-1]
    assert isinstance(act, HangUp)
    assert act.why == why
    assert limit - 1e-6 <= act.at - start <= limit + 2 * TICK


@some
@given(seconds, seconds)
def test_a_wait_ends_when_it_was_said_to(before: float, limit: float) -> None:
    book = play(f"walk: [{{hear: 人工服务, press: 0, within: {limit} s}}]\nlimits: {{silence: 60 s}}")
    book >> answered(before)
    start = book.now
    book >> silence(limit + 1)
    hung_up_after(book, start, limit, "limit_wait")


@some
@given(seconds, seconds)
def test_silence_and_queue_and_call_end_when_they_were_said_to(before: float, limit: float) -> None:
    book = play(f"challenge: false\nlimits: {{silence: {limit} s}}") >> answered(before)
    start = book.now
    book >> silence(limit + 1)
    hung_up_after(book, start, limit, "limit_silence")

    book = play(f"limits: {{queue: {limit} s}}") >> answered(before)
    start = book.now
    book >> music(limit + 1)
    hung_up_after(book, start, limit, "limit_queue")

    book = play(f"limits: {{call: {before + limit} s}}") >> answered(before) >> music(limit + 1)
    hung_up_after(book, 0.0, before + limit, "limit_call")


@some
@given(seconds)
def test_a_pause_lasts_as_long_as_it_was_said_to(pause: float) -> None:
    book = play(f"walk: [{{wait: {pause} s}}, {{hang_up: true}}]\nlimits: {{silence: 60 s}}") >> answered()
    start = book.now
    book >> silence(pause + 1)
    hung_up_after(book, start, pause, "scenario")


STEPS: list[Callable[[], Callable[[Playbook], None]]] = [
    lambda: heard("您好普通话请按一，人工服务请按零，投诉请按二"),
    lambda: heard("业务请按三，返回请按星号键", barge_in=False),
    lambda: bot("请问您要办理什么业务"),
    lambda: bot("请说出您的需求"),
    lambda: queued("正在为您转接"),
    lambda: rejection("按键有误请重新输入"),
    lambda: pushed("请您下载手机营业厅"),
    lambda: unsure("您好"),
    lambda: music(6),
    lambda: silence(4),
    lambda: human("您好请讲"),
]
SCENARIO = """
goal: {goal}
walk:
  - {{ hear: 普通话请按一, press: 1, optional: true }}
  - when:
      - {{ press: {{ option: [人工, 投诉] }} }}
      - {{ hear: 办理什么, say: 转人工, if_refused: {{ again: 1 }} }}
      - {{ hear: 您的需求, say: 我要投诉 }}
    repeat: at most 3
  - {{ press: {{ option: 业务 }}, if_not_offered: go on }}
limits: {{ queue: 30 s, call: 100 s }}
"""


@some
@given(st.sampled_from(["human", "complaint"]), st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_a_hotline_does_the_caller_acts_in_order_and_hangs_up_once(
    goal: str, steps: list[Callable[[], Callable[[Playbook], None]]]
) -> None:
    book = play(SCENARIO.format(goal=goal)) >> answered()
    for step in steps:
        book.acts.clear()
        if book.over:
            break
        book >> step()
    times = [act.at for act in book.all_acts]
    assert times == sorted(times)
    ends = [act for act in book.all_acts if isinstance(act, HangUp)]
    assert len(ends) <= 1
    assert not ends or book.all_acts[-1] is ends[0]


@some
@given(st.lists(st.sampled_from(STEPS), max_size=5))
def test_a_call_is_over_soon_after_its_limit(steps: list[Callable[[], Callable[[Playbook], None]]]) -> None:
    book = play(SCENARIO.format(goal="human")) >> answered()
    for step in steps:
        if not book.over:
            book.acts.clear()
            book >> step()
    book.acts.clear()
    if not book.over:
        book >> music(130)
    assert book.over
