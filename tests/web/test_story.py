"""A timeline as a conversation and an axis."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.cli.words import told
from probe.listen.reasons import reason
from probe.timeline import (
    ACTIONS,
    EVENTS,
    Answered,
    CallInfo,
    Dialed,
    Ended,
    HangUp,
    HumanAnswered,
    HumanOffered,
    InputLate,
    Kind,
    MenuOption,
    Outcome,
    Press,
    Segment,
    Timeline,
    Verdict,
    Word,
)
from probe.web import words
from probe.web.sip_trace import messages
from probe.web.story import expectation, story

TRACE = (Path(__file__).parent / "data" / "sip.txt").read_text(encoding="utf-8")


def word(text: str, start: float) -> Word:
    return Word(text, start, start + 0.4, 0.9)


def interrupted() -> Timeline:
    """A menu that is cut short by a key, and what comes after the key in the same breath."""
    spoken = (word("人工服务", 2.0), word("请按零", 2.5), word("投诉", 3.9), word("您好", 4.6), word("请讲", 5.0))
    menu = Segment(
        Kind.SPEECH,
        2.0,
        5.5,
        "人工服务请按零投诉您好请讲",
        spoken,
        verdict=Verdict("recording", 0.9, (reason("no room noise"),)),
    )
    call = Timeline(CallInfo("x"), [Segment(Kind.SILENCE, 1.0, 2.0), menu, Segment(Kind.MUSIC, 5.5, 9.0)])
    call.events = [
        Dialed(at=0, known=0),
        Answered(at=1, known=1),
        MenuOption(at=2.9, known=3.0, key="0", label="人工服务"),
        HumanOffered(at=2.9, known=3.0, key="0"),
        HumanAnswered(at=9, known=10, earliest=9, latest=9.1),
        Ended(at=12, known=12, by="caller"),
    ]
    call.actions = [Press(at=4.0, value="0", option="人工服务"), HangUp(at=12, why="goal_reached")]
    call.clocks = {"answered_to_human": 8.0, "dialed_to_human": 9.0}
    return call


def test_a_turn_ends_where_the_caller_acts_and_a_word_begun_stays_with_what_was_before() -> None:
    turns = [turn for turn in story(interrupted(), "zh").turns if turn.side != "note"]
    assert [(turn.side, "".join(w.word for w in turn.words) or turn.text) for turn in turns] == [
        ("hotline", "人工服务请按零投诉"),
        ("caller", "0"),
        ("hotline", "您好请讲"),
    ]


def test_a_key_that_was_announced_stands_with_the_words_that_announced_it() -> None:
    first = next(turn for turn in story(interrupted(), "en").turns if turn.side == "hotline")
    assert [(option.key, option.label, option.human) for option in first.options] == [("0", "人工服务", True)]
    assert first.reasons == ("no room noise",)


def test_clocks_are_brackets_between_their_two_instants() -> None:
    found = {bracket.name: (bracket.start, bracket.end) for bracket in story(interrupted(), "en").brackets}
    assert found == {"answered_to_human": (1, 9), "dialed_to_human": (0, 9)}


def test_short_silences_are_no_lines_of_the_conversation_and_music_is() -> None:
    tones = [turn.tone for turn in story(interrupted(), "en").turns if turn.side == "note"]
    assert "silence" not in tones
    assert "music" in tones
    assert "arrived" in tones


def test_an_empty_timeline_is_an_empty_story() -> None:
    told = story(Timeline(CallInfo("x")), "en")
    assert (told.seconds, told.bands, told.flags, told.brackets, told.turns) == (0.0, (), (), (), ())


def test_expectations_are_told_in_both_languages() -> None:
    assert expectation({"expectation": "outcome: human", "found": "busy"}, "zh") == ("结果: 接通人工", "占线")
    assert expectation({"expectation": "steps: at most 2", "found": 3}, "zh") == ("步数: 至多 2", "3")
    assert expectation({"expectation": "requested_to_human: at most 30 s", "found": None}, "zh") == (
        "请求至人工: 至多 30 秒",
        "—",
    )
    assert expectation({"expectation": "steps: exactly 2", "found": 2.0}, "en") == ("steps: exactly 2", "2")


def test_every_name_that_a_timeline_can_hold_has_words() -> None:
    assert set(words.EVENTS) == set(EVENTS)
    assert set(words.ACTIONS) == set(ACTIONS)
    assert set(words.KINDS) == {kind.value for kind in Kind}
    assert set(words.OUTCOMES) == {outcome.value for outcome in Outcome}


def test_a_sip_trace_is_a_ladder_of_its_messages() -> None:
    found = messages(TRACE)
    assert [(m.direction, m.summary) for m in found] == [
        ("sent", "INVITE"),
        ("received", "100 Trying"),
        ("received", "180 Ringing"),
        ("received", "200 OK"),
        ("sent", "ACK"),
        ("sent", "BYE"),
        ("received", "200 OK"),
    ]
    assert [m.method for m in found] == ["INVITE"] * 4 + ["ACK", "BYE", "BYE"]
    assert [m.has_sdp for m in found] == [True, False, False, True, False, False, False]
    assert found[0].at == 0
    assert found[0].text.startswith("INVITE sip:")


def test_what_is_no_message_is_passed_over() -> None:
    assert messages("") == []
    assert messages("1.0 → UDP 127.0.0.1:5060\ngarbage\n") == []
    assert messages(TRACE[:400])[0].summary == "INVITE", "a trace that is still being written"


def test_an_input_that_went_out_late_says_which_and_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_LANG", "en")
    call = interrupted()
    call.events.append(InputLate(at=4.02, known=4.02, value="0", seconds=2.345))
    flag = next(flag for flag in story(call, "en").flags if flag.kind == "input_late")
    assert flag.label == "our input went out too late: 0 +2.3 s"
    assert told(call.events[-1]) == flag.label
    monkeypatch.setenv("PROBE_LANG", "zh")
    flag = next(flag for flag in story(call, "zh").flags if flag.kind == "input_late")
    assert told(call.events[-1]) == "我方输入送出过晚：0 +2.3 秒"
    assert flag.label == "我方输入送出过晚: 0 +2.3 秒"
