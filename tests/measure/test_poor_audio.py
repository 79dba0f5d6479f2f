"""A call whose audio came too poor to judge is never held against a hotline."""

from __future__ import annotations

from typing import Any

import pytest

from probe.measure import find_outcome, measure
from probe.timeline import (
    Answered,
    CallInfo,
    ClosedHeard,
    Dialed,
    Ended,
    Event,
    HumanAnswered,
    LineFailed,
    Media,
    Outcome,
    Timeline,
)


def media(lost: int, mos: float | None, codec: str = "PCMU") -> Media:
    return Media(
        at=30.0, known=30.0, codec=codec, packets=1000 - lost, lost=lost, late=0, duplicated=0, jitter=0.0, jitter_max=0.0,
        concealed=lost * 0.02, mos=mos,
    )  # fmt: skip


def call(*events: Event, goal: str = "human") -> Timeline:
    timeline = Timeline(CallInfo(id="c", goal=goal))
    timeline.events = [Dialed(at=0.0, known=0.0), Answered(at=2.0, known=2.0), *events]
    return timeline


CLOSED = ClosedHeard(at=9.0, known=9.5, text="非工作时间")
HUNG_UP = Ended(at=30.0, known=30.0, by="hotline")


@pytest.mark.parametrize("heard", [(CLOSED,), ()])
@pytest.mark.parametrize("came", [media(210, 2.41), media(210, None, "GSM")])
def test_nothing_is_held_against_a_hotline_that_was_hardly_heard(heard: tuple[Event, ...], came: Media) -> None:
    found = find_outcome(call(*heard, came, HUNG_UP))
    assert found.outcome is Outcome.UNSURE
    assert "too poor to judge: 21% of the packets missing" in found.en
    assert "音频太差" in found.zh


@pytest.mark.parametrize("came", [media(100, 3.3), media(190, None, "GSM"), media(0, 4.37)])
def test_some_loss_leaves_what_was_heard(came: Media) -> None:
    assert find_outcome(call(CLOSED, came, HUNG_UP)).outcome is Outcome.CLOSED


def test_a_person_heard_through_poor_audio_is_a_person() -> None:
    person = HumanAnswered(at=12.0, known=13.0, earliest=12.0, latest=12.2)
    assert find_outcome(call(person, media(300, 1.8), HUNG_UP)).outcome is Outcome.HUMAN


def test_our_own_fault_goes_first() -> None:
    failed: dict[str, Any] = {"at": 30.0, "known": 30.0, "reason": "127.0.0.1: no audio packet for 10 s"}
    assert find_outcome(call(media(300, 1.8), LineFailed(**failed))).outcome is Outcome.OUR_FAULT


def test_a_refusal_before_the_answer_needs_no_audio() -> None:
    timeline = Timeline(CallInfo(id="c"))
    busy = Ended(at=5.0, known=5.0, by="hotline", status=486)
    timeline.events = [Dialed(at=0.0, known=0.0), media(500, 1.0), busy]
    assert find_outcome(timeline).outcome is Outcome.BUSY


def test_statistics_survive_the_json() -> None:
    timeline = measure(call(media(31, 2.5), HUNG_UP))
    again = Timeline.from_json(timeline.to_json())
    assert again.events == timeline.events
