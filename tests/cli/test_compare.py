"""Differences between two timelines of one call are told one by one, each with its place."""

from __future__ import annotations

import dataclasses

from probe.cli.compare import differences
from probe.timeline import Answered, CallInfo, HumanAnswered, Kind, Outcome, Segment, Timeline, Verdict


def timeline() -> Timeline:
    return Timeline(
        CallInfo(id="c", model="a"),
        segments=[
            Segment(Kind.SPEECH, 1.0, 2.0, text="您好", verdict=Verdict("human", 0.9)),
            Segment(Kind.SILENCE, 2.0, 3.0),
        ],
        events=[Answered(at=0.5, known=0.5)],
        outcome=Outcome.HUMAN,
        clocks={"answered_to_human": 0.5},
    )


def test_equal_timelines_do_not_differ_whatever_model_heard_them() -> None:
    other = timeline()
    other.call.model = "b"
    assert differences(timeline(), other) == []


def test_a_changed_field_is_told_where_it_is() -> None:
    other = timeline()
    other.segments[0] = dataclasses.replace(other.segments[0], text="你好", verdict=Verdict("human", 0.8))
    other.clocks["answered_to_human"] = 0.52
    assert differences(timeline(), other) == [
        ("segments[speech 1.000].text", "您好", "你好"),
        ("segments[speech 1.000].verdict.probability", "0.9", "0.8"),
        ("clocks.answered_to_human", "0.5", "0.52"),
    ]


def test_what_is_on_one_side_only_is_told_as_missing_on_the_other() -> None:
    other = timeline()
    other.events.append(HumanAnswered(at=1.0, known=1.4, earliest=1.0, latest=1.1))
    del other.segments[1]
    assert differences(timeline(), other) == [
        ("segments[silence 2.000]", "3.0", ""),
        ("events[human_answered 1.000]", "", "human_answered"),
    ]
