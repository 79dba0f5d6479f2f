"""What counts as a step, a refusal, a level, and whose seconds are whose."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from probe.measure import measure
from probe.timeline import (
    Action,
    Advertised,
    Answered,
    BotAsked,
    Ended,
    Event,
    HumanAnswered,
    HumanOffered,
    InputRejected,
    Kind,
    MenuOption,
    Press,
    Purpose,
    Queued,
    Say,
    Segment,
    Verdict,
)
from tests.measure.timelines import at, timeline_of


def speech(start: float, end: float, is_: Any = "recording") -> Segment:
    return Segment(Kind.SPEECH, start, end, text="话", verdict=Verdict(is_, 0.9))


def effort(*things: Event | Action | Segment) -> dict[str, float]:
    return measure(timeline_of(*things)).effort


HUMAN = at(HumanAnswered, 50.0, earliest=50.0, latest=50.2)
ASK = Say(at=10.0, value="转人工", purpose="ask_human")


def ask(when: float) -> Say:
    return dataclasses.replace(ASK, at=when)


def test_keys_and_sentences_that_the_hotline_required_are_steps() -> None:
    found = effort(Press(at=5.0, value="1"), ask(10.0), HUMAN)
    assert (found["steps"], found["key_steps"], found["spoken_steps"]) == (2, 1, 1)


@pytest.mark.parametrize("purpose", ["again", "courtesy", "challenge"])
def test_what_the_caller_does_on_its_own_is_no_step(purpose: Purpose) -> None:
    assert effort(Press(at=5.0, value="1", purpose=purpose), Say(at=6.0, value="喂", purpose=purpose))["steps"] == 0


def test_nothing_counts_once_the_person_has_answered() -> None:
    assert effort(HUMAN, Press(at=50.1, value="1"), ask(51.0))["steps"] == 0


def test_keys_sent_one_by_one_in_answer_to_one_prompt_are_one_step() -> None:
    sent = [Press(at=5.0 + n, value=key, answers=2.0) for n, key in enumerate("123")]
    assert effort(*sent, Press(at=20.0, value="1", answers=18.0))["steps"] == 2


def test_a_request_that_had_to_be_repeated_was_refused() -> None:
    assert effort(ask(10.0), ask(20.0), ask(30.0), at(Queued, 35.0, text="转接"), HUMAN)["refusals"] == 2


def test_the_last_request_was_refused_when_the_hotline_spoke_on_without_granting_it() -> None:
    assert effort(ask(10.0), speech(12.0, 15.0, "bot"))["refusals"] == 1
    assert effort(ask(10.0))["refusals"] == 0


def test_a_request_granted_at_once_is_no_refusal() -> None:
    assert effort(ask(10.0), speech(12.0, 15.0), at(Queued, 14.0, text="转接"), HUMAN)["refusals"] == 0


def test_the_level_is_nought_only_when_no_step_was_needed() -> None:
    answered, offered = at(Answered, 1.0), at(HumanOffered, 8.0, key="0")
    assert effort(answered, HUMAN)["menu_level"] == 0
    assert effort(answered, offered, Press(at=9.0, value="0"), HUMAN)["menu_level"] == 1
    assert effort(answered, Press(at=4.0, value="1"), offered, Press(at=9.0, value="0"), HUMAN)["menu_level"] == 2
    assert effort(answered, ask(5.0), at(Queued, 9.0, text="转接"))["menu_level"] == 1
    assert "menu_level" not in effort(answered, Press(at=4.0, value="1"), speech(5.0, 9.0))


def test_announcements_and_music_count_from_the_answer_to_the_person() -> None:
    found = effort(
        speech(0.0, 2.0),
        at(Answered, 3.0),
        speech(4.0, 9.0),
        Segment(Kind.MUSIC, 10.0, 48.0),
        speech(48.0, 49.0, "unsure"),
        HUMAN,
        speech(50.0, 53.0, "human"),
        speech(54.0, 60.0),
        at(Ended, 61.0, by="caller"),
    )
    assert found["seconds_of_announcements"] == pytest.approx(6.0)
    assert found["seconds_of_advertising"] == 0.0
    assert found["seconds_of_music"] == pytest.approx(38.0)
    assert found["agent_seconds"] == pytest.approx(11.0)


def test_advertising_counts_between_the_answer_and_the_person() -> None:
    adverts = [
        at(Advertised, start, until=end, text="最新优惠") for start, end in ((1.0, 4.0), (5.0, 7.5), (48.0, 60.0))
    ]
    assert effort(at(Answered, 3.0), *adverts, HUMAN)["seconds_of_advertising"] == pytest.approx(1.0 + 2.5 + 2.0)


def test_our_question_is_a_step_only_where_a_bot_took_it_for_a_request() -> None:
    asked = Say(at=10.0, value="您好，请问是人工客服吗？", purpose="challenge")
    queued = at(Queued, 14.0, text="正在为您转接")
    assert effort(at(Answered, 2.0), asked, queued)["steps"] == 1
    assert effort(at(Answered, 2.0), asked, HUMAN)["steps"] == 0
    assert effort(at(Answered, 2.0), at(Queued, 5.0, text="请稍候"), asked, queued)["steps"] == 0
    assert effort(at(Answered, 2.0), Segment(Kind.MUSIC, 5.0, 9.0), asked, queued)["steps"] == 0
    assert effort(at(Answered, 2.0), asked, Say(at=12.0, value="转人工", purpose="ask_human"), queued)["steps"] == 1


def test_a_key_that_the_hotline_calls_invalid_takes_no_step_unless_a_repetition_is_accepted() -> None:
    refused = at(InputRejected, 7.0, text="输入有误")
    assert effort(Press(at=5.0, value="8"), refused, ask(20.0), HUMAN)["steps"] == 1
    asked = at(BotAsked, 6.5, text="请问您要办理什么业务")
    assert effort(Press(at=5.0, value="8"), asked, refused, HUMAN)["steps"] == 1
    again = Press(at=9.0, value="0", purpose="again")
    assert effort(Press(at=5.0, value="8"), refused, again, ask(20.0), HUMAN)["steps"] == 2
    twice = at(InputRejected, 11.0, text="输入有误")
    assert effort(Press(at=5.0, value="8"), again, twice, ask(20.0), HUMAN)["steps"] == 1, "nothing followed the first"
    assert effort(Press(at=5.0, value="8"), asked, again, twice, ask(20.0), HUMAN)["steps"] == 2, "it had been taken"
    assert effort(Press(at=5.0, value="8"), refused, again, twice, ask(20.0), HUMAN)["steps"] == 1


def test_a_rejection_misheard_in_another_menu_takes_no_step_back() -> None:
    refused, first = at(InputRejected, 7.0, text="输入有误"), at(MenuOption, 4.0, key="1", label="业务咨询")
    key, other = Press(at=5.0, value="1"), at(MenuOption, 8.0, key="9", label="人工服务")
    assert effort(first, key, refused, other, ask(9.0), HUMAN)["steps"] == 2
    assert effort(first, key, refused, at(MenuOption, 8.0, key="1", label="业务咨询"), ask(9.0), HUMAN)["steps"] == 1
    assert effort(key, refused, other, ask(9.0), HUMAN)["steps"] == 1, "nothing is known of the menu before"
    for same in (at(MenuOption, 8.0, key="9", label="重复收听"), at(MenuOption, 5.6, key="9", label="人工服务")):
        assert effort(first, key, refused, same, ask(9.0), HUMAN)["steps"] == 1, "every menu has it, or it was cut off"


def test_a_key_to_which_something_was_said_was_taken_though_nothing_is_heard_after_that() -> None:
    key, silence = Press(at=5.0, value="2"), at(InputRejected, 15.0, text="没有听到您的声音")
    assert effort(key, speech(14.0, 16.0), silence)["steps"] == 0
    assert effort(key, speech(5.5, 9.0), speech(14.0, 16.0), silence)["steps"] == 1
    assert effort(key, speech(5.5, 13.5), speech(14.0, 16.0), silence)["steps"] == 0, "it is all one answer"
