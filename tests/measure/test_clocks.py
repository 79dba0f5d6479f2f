"""Clocks run between the marks that their names say, and only when both are known."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure import CLOCKS, EFFORT, measure
from probe.timeline import (
    Action,
    Answered,
    BotAsked,
    CallInfo,
    Dialed,
    Ended,
    Event,
    HangUp,
    HumanAnswered,
    HumanOffered,
    HumanWithdrawn,
    Kind,
    MenuOption,
    Press,
    Queued,
    Ringing,
    Say,
    Segment,
    Timeline,
    Verdict,
)
from tests.measure.timelines import at


def whole_call() -> Timeline:
    return Timeline(
        CallInfo(id="c", goal="human"),
        segments=[
            Segment(Kind.RINGBACK, 1.0, 2.0),
            Segment(Kind.SPEECH, 5.2, 12.0, text="普通话请按一", verdict=Verdict("recording", 0.9)),
            Segment(Kind.MUSIC, 16.0, 36.0),
            Segment(Kind.SPEECH, 36.0, 39.0, text="您好", verdict=Verdict("human", 0.9)),
        ],
        events=[
            at(Dialed, 0.0),
            at(Ringing, 1.2),
            at(Answered, 5.0),
            at(MenuOption, 8.0, key="1", label="普通话"),
            at(HumanOffered, 11.0, key="0"),
            at(Queued, 15.0, text="请稍候"),
            at(HumanAnswered, 36.0, earliest=36.0, latest=36.2),
            at(Ended, 42.0, by="caller"),
        ],
        actions=[
            Press(at=9.0, value="1"),
            Press(at=12.5, value="0"),
            Say(at=38.0, value="您好，这是服务质量测试", purpose="courtesy"),
            HangUp(at=41.9, why="goal_reached"),
        ],
    )


def test_every_clock_of_a_whole_call() -> None:
    assert measure(whole_call()).clocks == {
        "post_dial_delay": 1.0,
        "dialed_to_answered": 5.0,
        "answered_to_human_offered": 6.0,
        "answered_to_human_requested": 7.5,
        "requested_to_human": 23.5,
        "queued_to_human": 21.0,
        "answered_to_human": 31.0,
        "dialed_to_human": 36.0,
    }


def test_a_recording_without_signalling_keeps_only_the_clocks_between_things_heard() -> None:
    timeline = whole_call()
    timeline.events = [event for event in timeline.events if not isinstance(event, Dialed | Ringing | Answered | Ended)]
    timeline.actions = []
    assert measure(timeline).clocks == {"queued_to_human": 21.0}


def test_a_key_stands_for_a_person_only_in_the_menu_that_said_so() -> None:
    timeline = whole_call()
    timeline.events = [event for event in timeline.events if not isinstance(event, Queued)]
    timeline.events.append(at(MenuOption, 11.0, key="0", label="人工服务"))
    timeline.events.append(at(MenuOption, 12.0, key="0", label="返回"))
    timeline.actions.append(Press(at=20.0, value="5"))
    # The 0 at 12.5 s went back; without a marked request, the last step before the person counts.
    assert measure(timeline).clocks["requested_to_human"] == pytest.approx(16.0)


def test_the_same_option_read_again_still_stands_for_a_person() -> None:
    timeline = whole_call()
    timeline.events.append(at(MenuOption, 11.0, key="0", label="人工服务"))
    timeline.events.append(at(MenuOption, 12.2, key="0", label="人工服务"))
    assert measure(timeline).clocks["requested_to_human"] == pytest.approx(23.5)


def test_a_transfer_that_had_to_be_asked_for_again_was_none() -> None:
    timeline = whole_call()
    timeline.actions = [Say(at=t, value="转人工", purpose="ask_human") for t in (9.0, 20.0)]
    timeline.events.append(at(Queued, 22.0, text="正在为您排队"))
    clocks = measure(timeline).clocks
    assert (clocks["queued_to_human"], clocks["requested_to_human"]) == (14.0, 27.0)
    assert timeline.effort["refusals"] == 1


def test_a_person_who_was_withdrawn_and_told_again_was_reached() -> None:
    timeline = whole_call()
    person = next(event for event in timeline.events if isinstance(event, HumanAnswered))
    timeline.events.append(HumanWithdrawn(at=person.at, known=person.known + 0.1))
    assert "answered_to_human" not in measure(timeline).clocks
    timeline = whole_call()
    timeline.events.append(HumanWithdrawn(at=person.at, known=person.known + 0.1))
    timeline.events.append(replace(person, known=person.known + 0.4))
    timeline.actions[-1] = HangUp(at=person.known + 2.0, why="goal_reached")
    assert "answered_to_human" in measure(timeline).clocks
    assert timeline.outcome == "human"


def test_a_person_found_only_after_the_caller_hung_up_was_not_reached() -> None:
    timeline = whole_call()
    timeline.events = [event for event in timeline.events if not isinstance(event, HumanAnswered)]
    timeline.events.append(HumanAnswered(at=41.5, known=42.0, earliest=41.5, latest=41.6))
    timeline.actions[-1] = HangUp(at=41.9, why="limit_queue")
    assert "answered_to_human" not in measure(timeline).clocks
    assert timeline.outcome == "human_unreachable"


def test_progress_without_a_ring_is_the_first_sound() -> None:
    timeline = whole_call()
    timeline.events = [event for event in timeline.events if not isinstance(event, Ringing)]
    timeline.events.append(at(Ringing, 0.3, status=183))
    assert measure(timeline).clocks["post_dial_delay"] == 1.0


# --------------------------------------------------------------------------------------------- properties

instants = st.floats(0.0, 300.0, allow_nan=False).map(lambda value: round(value, 3))
keys = st.sampled_from("019")
events = st.one_of(
    st.builds(lambda t: at(Dialed, t), st.just(0.0)),
    st.builds(lambda t: at(Ringing, t), instants),
    st.builds(lambda t: at(Answered, t), instants),
    st.builds(lambda t, k: at(HumanOffered, t, key=k), instants, st.none() | keys),
    st.builds(lambda t, k: at(MenuOption, t, key=k, label="x" + k), instants, keys),
    st.builds(lambda t: at(Queued, t, text="q"), instants),
    st.builds(lambda t: at(BotAsked, t, text="b"), instants),
    st.builds(lambda t: at(HumanAnswered, t, earliest=t, latest=t), instants),
    st.builds(lambda t: at(Ended, t, by="hotline"), instants),
)
actions = st.one_of(
    st.builds(Press, at=instants, value=keys, purpose=st.sampled_from(["walk", "again", "ask_human"])),
    st.builds(Say, at=instants, value=st.just("x"), purpose=st.sampled_from(["walk", "ask_human", "courtesy"])),
)


@st.composite
def segment(draw: st.DrawFn) -> Segment:
    start, length = draw(instants), draw(st.floats(0.0, 20.0))
    verdict = draw(st.sampled_from([None, Verdict("human", 0.9), Verdict("recording", 0.9)]))
    return Segment(draw(st.sampled_from(list(Kind))), start, start + length, text="x", verdict=verdict)


timelines = st.builds(
    lambda e, a, s: Timeline(CallInfo(id="c", goal="human"), events=e, actions=a, segments=s),
    st.lists(events, max_size=12),
    st.lists(actions, max_size=8),
    st.lists(segment(), max_size=8),
)


@given(timelines)
def test_no_figure_is_negative_and_every_name_is_known(timeline: Timeline) -> None:
    measure(timeline)
    assert all(value >= 0 for value in [*timeline.clocks.values(), *timeline.effort.values()])
    assert set(timeline.clocks) <= set(CLOCKS)
    assert set(timeline.effort) <= set(EFFORT)
    assert timeline.outcome is not None


@given(timelines)
def test_clocks_add_up(timeline: Timeline) -> None:
    clocks = measure(timeline).clocks
    for first, second, whole in (
        ("dialed_to_answered", "answered_to_human", "dialed_to_human"),
        ("answered_to_human_requested", "requested_to_human", "answered_to_human"),
    ):
        if {first, second, whole} <= set(clocks):
            assert clocks[first] + clocks[second] == pytest.approx(clocks[whole])
    assert timeline.effort["steps"] == timeline.effort["key_steps"] + timeline.effort["spoken_steps"]
    assert timeline.effort["refusals"] <= timeline.effort["spoken_steps"]


@given(timelines, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_changes_no_figure(timeline: Timeline, order: random.Random) -> None:
    measure(timeline)
    before = (timeline.clocks, timeline.effort)
    shuffled: list[list[Event] | list[Action] | list[Segment]] = [timeline.events, timeline.actions, timeline.segments]
    for rows in shuffled:
        order.shuffle(rows)
    assert (measure(timeline).clocks, timeline.effort) == before


@given(timelines, st.floats(0.0, 50.0).map(lambda value: round(value, 3)))
def test_a_later_person_never_shortens_a_wait(timeline: Timeline, later: float) -> None:
    timeline.events = [event for event in timeline.events if not isinstance(event, HumanAnswered)]
    timeline.actions = []
    timeline.events.append(at(HumanAnswered, 300.0, earliest=300.0, latest=300.0))
    sooner = measure(timeline).clocks
    timeline.events[-1] = at(HumanAnswered, 300.0 + later, earliest=300.0, latest=300.0)
    assert all(measure(timeline).clocks[name] >= value for name, value in sooner.items())
