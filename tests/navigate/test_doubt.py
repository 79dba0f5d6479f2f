"""Whose silence is a wait for our answer: who spoke last, and since when."""

from __future__ import annotations

from dataclasses import replace

from probe.navigate.doubt import ANSWERED_BY, CHALLENGE, HARDLY_BY, NOTHING_HEARD, SILENT_ANSWER, Doubt
from probe.navigate.transcript import Transcript
from probe.timeline import (
    Answered,
    Event,
    Kind,
    Played,
    Segment,
    SegmentEnded,
    SegmentStarted,
    Verdict,
    VerdictGiven,
    Word,
)


def speech(start: float, end: float, text: str, is_: str) -> list[Event]:
    """A segment, and the verdict on it half a second after its end."""
    verdict = Verdict(is_, 0.7)  # type: ignore[arg-type]
    words = (Word(text, start, end, 1.0),)
    return [
        SegmentStarted(at=start, known=start, segment=Kind.SPEECH),
        SegmentEnded(at=end, known=end + 0.1, segment=Segment(Kind.SPEECH, start, end, text=text, words=words)),
        VerdictGiven(at=end, known=end + 0.5, start=start, end=end, verdict=verdict),
    ]


def asked(*events: Event, at: float) -> bool:
    """Whether the question who is there is asked at `at`, after these events."""
    doubt, ear = Doubt(CHALLENGE["zh"]), Transcript()
    for event in events:
        ear.take(event)
        doubt.take(event)
    return bool(doubt.ask(at, ear, expected=True))


def test_somebody_unsure_who_waits_is_asked() -> None:
    assert asked(*speech(10.0, 11.0, "您好请讲", "unsure"), at=11.0 + ANSWERED_BY)


def test_the_rest_of_a_machines_sentence_that_a_noise_parted_is_nobody_else() -> None:
    sentence = speech(10.0, 12.0, "您可以先说说遇到的问题", "bot")
    assert not asked(*sentence, *speech(12.2, 13.0, "帮您处理", "unsure"), at=13.0 + ANSWERED_BY)
    assert asked(*sentence, *speech(12.7, 13.5, "您好请讲", "unsure"), at=13.5 + ANSWERED_BY)


def test_who_was_silent_before_we_spoke_has_had_an_answer_though_the_verdict_comes_after() -> None:
    began, ended, judged = speech(10.0, 11.0, "一下", "unsure")
    said = Played(at=11.4, known=11.4, value="转人工")
    assert not asked(began, ended, said, judged, at=11.4 + ANSWERED_BY)


def test_somebody_who_was_rather_a_machine_is_given_time_for_whoever_comes_on() -> None:
    *heard, judged = speech(10.0, 11.0, "六五八九为您服务", "unsure")
    assert isinstance(judged, VerdictGiven)
    hardly = replace(judged, verdict=replace(judged.verdict, human=0.2))
    assert not asked(*heard, hardly, at=11.0 + ANSWERED_BY)
    assert asked(*heard, hardly, at=11.0 + HARDLY_BY)


def test_whoever_spoke_last_in_a_segment_that_a_machine_began_is_asked() -> None:
    *heard, judged = speech(10.0, 13.0, "电话已接通您好", "unsure")
    assert isinstance(judged, VerdictGiven)
    assert asked(*heard, replace(judged, start=12.2), at=13.0 + ANSWERED_BY)


def answered(*after: Event) -> list[Event]:
    room = SegmentStarted(at=2.2, known=2.5, segment=Kind.NOISE)
    return [Answered(at=2.0, known=2.0), room, *after]


def test_whoever_answers_the_call_in_silence_is_asked_sooner_where_a_room_is_heard() -> None:
    assert not asked(*answered(), at=2.2 + SILENT_ANSWER - 0.1)
    assert asked(*answered(), at=2.2 + SILENT_ANSWER)
    clean = SegmentStarted(at=2.4, known=2.5, segment=Kind.SILENCE)
    assert not asked(*answered(clean), at=2.0 + NOTHING_HEARD - 0.1)
    assert asked(*answered(clean), at=2.0 + NOTHING_HEARD)
    machine = speech(3.0, 5.0, "请按一", "recording")
    assert not asked(*answered(*machine, SegmentStarted(at=5.0, known=5.5, segment=Kind.NOISE)), at=30.0)
    click = SegmentEnded(at=2.05, known=2.4, segment=Segment(Kind.SPEECH, 2.0, 2.05))  # the end of the ringback music
    assert asked(*answered(click), at=2.2 + SILENT_ANSWER)
