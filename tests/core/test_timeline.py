"""The timeline's JSON form holds everything that was put in."""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.timeline import (
    ACTIONS,
    EVENTS,
    Action,
    CallInfo,
    Event,
    Kind,
    Outcome,
    Segment,
    SegmentEnded,
    Tick,
    Timeline,
    Verdict,
    Word,
)

seconds = st.integers(0, 8000 * 600).map(lambda n: n / 8000)
texts = st.text(min_size=1, max_size=12)
verdicts = st.builds(
    Verdict,
    is_=st.sampled_from(["human", "bot", "recording", "unsure"]),
    probability=st.integers(0, 1000).map(lambda n: n / 1000),
    reasons=st.lists(texts, max_size=3).map(tuple),
)
words = st.builds(Word, word=texts, start=seconds, end=seconds, confidence=st.just(0.5))


def value_for(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of this type can hold."""
    if annotation is float:
        return seconds
    if annotation is Verdict:
        return verdicts
    if annotation is bool:
        return st.booleans()
    if annotation is str:
        return texts
    if annotation is int:
        return st.integers(100, 699)
    if typing.get_origin(annotation) is typing.Literal:
        return st.sampled_from(typing.get_args(annotation))
    if annotation is Kind:
        return st.sampled_from(list(Kind))
    if typing.get_origin(annotation) is tuple:
        return st.lists(value_for(typing.get_args(annotation)[0]), min_size=1, max_size=3).map(tuple)
    if annotation is Outcome:
        return st.sampled_from(list(Outcome))
    options = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
    return st.none() | value_for(options[0])


def any_of(cls: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{f.name: value_for(hints[f.name]) for f in dataclasses.fields(cls)})


events: st.SearchStrategy[Event] = st.one_of([any_of(cls) for cls in EVENTS.values()])
actions: st.SearchStrategy[Action] = st.one_of([any_of(cls) for cls in ACTIONS.values()])
segments = st.one_of(
    st.builds(
        Segment,
        kind=st.just(Kind.SPEECH),
        start=seconds,
        end=seconds,
        text=texts,
        words=st.lists(words, max_size=3).map(tuple),
        prompt=st.none() | texts,
        verdict=st.none() | verdicts,
    ),
    st.builds(Segment, kind=st.sampled_from([k for k in Kind if k is not Kind.SPEECH]), start=seconds, end=seconds),
)


@given(
    st.lists(segments, max_size=4),
    st.lists(events, max_size=6),
    st.lists(actions, max_size=4),
    st.none() | st.sampled_from(list(Outcome)),
)
def test_a_timeline_read_back_from_its_json_is_the_same(
    segments: list[Segment], events: list[Event], actions: list[Action], outcome: Outcome | None
) -> None:
    timeline = Timeline(CallInfo(id="c"), segments, events, actions, outcome, clocks={"dialed_to_human": 1.5})
    again = Timeline.from_json(json.loads(timeline.dumps()))
    assert again == timeline


def test_ticks_and_half_heard_words_are_not_kept_and_a_finished_segment_is() -> None:
    timeline = Timeline(CallInfo(id="c"))
    timeline.add(Tick(at=0.0, known=0.02))
    timeline.add(SegmentEnded(at=1.0, known=1.7, segment=Segment(Kind.SPEECH, 0.2, 1.0)))
    assert timeline.events == []
    assert timeline.segments == [Segment(Kind.SPEECH, 0.2, 1.0)]


def test_a_file_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"probe\.timeline/2"):
        Timeline.from_json({"schema": "probe.timeline/2"})
