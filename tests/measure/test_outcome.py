"""Each outcome from the smallest call that has it, and the order of the rules where two could apply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from probe.measure import find_outcome, measure
from probe.measure.outcome import RULES, Finding
from probe.timeline import (
    Action,
    Answered,
    AudioQuality,
    BotAsked,
    ClosedHeard,
    Dialed,
    Ended,
    Event,
    HangUp,
    HumanAnswered,
    HumanOffered,
    HumanWithdrawn,
    InputLate,
    InputRejected,
    Kind,
    LineFailed,
    MailboxHeard,
    MenuOption,
    NotInServiceHeard,
    Outcome,
    Played,
    Press,
    PushedElsewhere,
    Queued,
    Say,
    Segment,
    Timeline,
    ToneHeard,
    Verdict,
    Word,
)
from tests.measure.timelines import at, timeline_of

O = Outcome  # noqa: E741 - the table below is read by outcome


def call(*things: Event | Action | Segment, goal: str = "human", dialed: bool = True) -> Timeline:
    return timeline_of(*((at(Dialed, 0.0),) if dialed else ()), *things, goal=goal)


ANSWERED = at(Answered, 2.0)
MENU = Segment(Kind.SPEECH, 2.5, 9.0, text="人工服务请按零", verdict=Verdict("recording", 0.99))
OFFERED = at(HumanOffered, 8.0, key="0")
QUEUED = at(Queued, 12.0, text="正在为您转接人工")
HUMAN = at(HumanAnswered, 30.0, earliest=29.9, latest=30.1)
PRESS = Press(at=9.0, value="0")
BYE = at(Ended, 60.0, by="hotline")
PROMISE = Segment(Kind.SPEECH, 10.5, 15.0, text="正在为您转接人工，系统繁忙，再见", verdict=Verdict("recording", 0.99))
HASTY = at(Ended, 15.4, by="hotline")
HOLD = Segment(Kind.MUSIC, 16.0, 50.0)
RINGS = Segment(Kind.RINGBACK, 16.0, 50.0)
APP = at(PushedElsewhere, 5.0, text="请下载")
SAID, SAID_AGAIN = (
    Segment(Kind.SPEECH, at, at + 2, text="请问还在吗", verdict=Verdict("bot", 0.99)) for at in (20.0, 40.0)
)
OUR_BYE = at(Ended, 60.0, by="caller")


def limit(why: str = "limit_call", **values: Any) -> HangUp:
    return HangUp(at=59.9, why=why, **values)  # type: ignore[arg-type]


def refused(status: int, cause: int | None = None) -> Event:
    return at(Ended, 3.0, by="hotline", status=status, reason="", cause=cause)


CASES: list[tuple[str, Outcome, Timeline]] = [
    ("a person answered", O.HUMAN, call(ANSWERED, MENU, OFFERED, PRESS, QUEUED, HUMAN, OUR_BYE)),
    ("a person who hangs up first was still reached", O.HUMAN, call(ANSWERED, HUMAN, BYE)),
    ("a failed line is our fault even after a queue", O.OUR_FAULT, call(ANSWERED, QUEUED, at(LineFailed, 20.0, reason="x"))),
    ("the scenario's word", O.CLOSED, call(ANSWERED, MENU, OFFERED, limit("scenario", outcome=O.CLOSED), OUR_BYE)),
    ("closed heard", O.CLOSED, call(ANSWERED, at(ClosedHeard, 5.0, text="非工作时间"), BYE)),
    ("closed, but put in a queue after it", O.HUMAN_UNREACHABLE, call(ANSWERED, at(ClosedHeard, 5.0, text=""), QUEUED, BYE)),
    ("put in a queue and dropped", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, OFFERED, PRESS, QUEUED, BYE)),
    ("no such number, by announcement", O.NOT_IN_SERVICE, call(at(NotInServiceHeard, 2.0, text="空号"), refused(480))),
    ("no such number, after the answer", O.NOT_IN_SERVICE, call(ANSWERED, at(NotInServiceHeard, 3.0, text="空号"), BYE)),
    (
        "whoever the hotline passed the caller on to is not reached, but the hotline is in service",
        O.HUMAN_UNREACHABLE,
        call(ANSWERED, MENU, OFFERED, PRESS, QUEUED, at(NotInServiceHeard, 30.0, text="无法接通"), BYE),
    ),
    (
        "queue wording before the key that was to lead to the queue, and then nothing but the end",
        O.HUNG_UP,
        call(ANSWERED, QUEUED, Press(at=20.0, value="0", purpose="ask_human"), BYE),
    ),
    (
        "a bot that spoke of the queue, asked on and dropped the caller",
        O.HUNG_UP,
        call(ANSWERED, QUEUED, at(BotAsked, 20.0, text="请说出您的问题"), BYE),
    ),
    ("promised a person, and the end in the same breath", O.HUNG_UP, call(ANSWERED, MENU, OFFERED, PRESS, QUEUED, PROMISE, HASTY)),
    ("promised a person and left waiting in silence", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, PRESS, QUEUED, PROMISE, at(Ended, 20.0, by="hotline"))),
    ("words unknown, but hold music, then dropped", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, PRESS, HOLD, BYE)),
    ("words unknown, but ringing until we gave up", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, PRESS, RINGS, limit("limit_queue"), OUR_BYE)),
    ("music before the menu is no wait", O.HUNG_UP, call(ANSWERED, Segment(Kind.MUSIC, 2.5, 5.0), at(MenuOption, 8.0, key="1", label="缴费"), BYE)),
    ("music before the key is no wait", O.HUNG_UP, call(ANSWERED, Segment(Kind.MUSIC, 2.5, 8.0), PRESS, BYE)),
    ("music at which nobody said anything is no wait", O.UNSURE, call(ANSWERED, HOLD, OUR_BYE)),
    ("a jingle is no wait", O.HUNG_UP, call(ANSWERED, MENU, PRESS, Segment(Kind.MUSIC, 10.0, 10.8), BYE)),
    ("a mailbox for whom the menu offered", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, OFFERED, PRESS, at(MailboxHeard, 20.0, beep=1000.0), BYE)),
    ("a mailbox for whom nobody offered a person", O.HUNG_UP, call(ANSWERED, at(MailboxHeard, 20.0, text="请留言"), BYE)),
    ("a mailbox outside the hours", O.CLOSED, call(ANSWERED, at(ClosedHeard, 5.0, text="已经下班"), at(MailboxHeard, 20.0, beep=1000.0), BYE)),
    ("called closed, but hold music came", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, at(ClosedHeard, 5.0, text=""), PRESS, HOLD, BYE)),
    ("told the hours and hung up", O.CLOSED, call(ANSWERED, at(ClosedHeard, 5.0, text="服务时间为", hours=True), BYE)),
    ("told the hours before the menu", O.HUNG_UP, call(ANSWERED, at(ClosedHeard, 5.0, text="", hours=True), OFFERED, PRESS, BYE)),
    ("an app advertised in the hold music", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, PRESS, HOLD, at(PushedElsewhere, 40.0, text="公众号"), BYE)),
    ("an option for a website that the key cut off", O.HUNG_UP, call(ANSWERED, MENU, PRESS, at(PushedElsewhere, 9.3, text=""), BYE)),
    ("an app that a menu's key stands for", O.HUNG_UP, call(ANSWERED, MENU, Press(at=3.0, value="1"), at(PushedElsewhere, 5.0, text=""), PRESS, BYE)),
    ("special information tone", O.NOT_IN_SERVICE, call(Segment(Kind.SPECIAL_INFORMATION_TONE, 1.0, 2.0), OUR_BYE)),
    (
        "special information tone that says no circuit",
        O.OUR_FAULT,
        call(
            Segment(Kind.SPECIAL_INFORMATION_TONE, 1.0, 2.0),
            at(ToneHeard, 1.0, tone=Kind.SPECIAL_INFORMATION_TONE, frequencies=(985.2,), meaning="no_circuit"),
            OUR_BYE,
        ),
    ),
    ("number unobtainable tone", O.NOT_IN_SERVICE, call(Segment(Kind.NUMBER_UNOBTAINABLE, 1.0, 5.0), OUR_BYE)),
    ("dial tone after the answer", O.HUNG_UP, call(ANSWERED, MENU, Segment(Kind.DIAL_TONE, 20.0, 25.0), OUR_BYE)),
    (
        "a recording in words of no known meaning, and the end",
        O.UNSURE,
        call(ANSWERED, Segment(Kind.SPEECH, 2.5, 9.0, text="今晚不接", verdict=Verdict("recording", 0.9)), at(Ended, 9.8, by="hotline")),
    ),
    ("busy by status", O.BUSY, call(refused(486))),
    ("busy by tone in early media", O.BUSY, call(Segment(Kind.BUSY, 1.0, 5.0), limit("limit_silence"), OUR_BYE)),
    (
        "busy tone after a ringback tune",
        O.BUSY,
        call(Segment(Kind.MUSIC, 1.0, 9.0), Segment(Kind.BUSY, 9.0, 12.0), OUR_BYE),
    ),
    ("busy tone after a menu: hung up", O.HUNG_UP, call(ANSWERED, MENU, Segment(Kind.BUSY, 9.0, 12.0), limit(), OUR_BYE)),
    ("congestion is the network's", O.OUR_FAULT, call(Segment(Kind.CONGESTION, 1.0, 5.0), limit(), OUR_BYE)),
    ("nobody picks up", O.NO_ANSWER, call(limit("limit_wait"), OUR_BYE)),
    ("nobody picks up, and we cancel", O.NO_ANSWER, call(limit("limit_wait"), at(Ended, 60.0, by="caller", status=487))),
    ("temporarily unavailable", O.NO_ANSWER, call(refused(480))),
    ("declined", O.REJECTED, call(refused(603))),
    ("gone", O.NOT_IN_SERVICE, call(refused(410))),
    ("not our credentials", O.OUR_FAULT, call(refused(407))),
    ("no common codec", O.OUR_FAULT, call(refused(488))),
    ("a server error is never held against the hotline", O.OUR_FAULT, call(refused(503))),
    ("the telephone network's cause is more exact than the status", O.REJECTED, call(refused(403, cause=21))),
    ("sent to an app after asking", O.PUSHED_ELSEWHERE, call(ANSWERED, MENU, PRESS, at(PushedElsewhere, 15.0, text="请下载"), BYE)),
    (
        "an advertised app is not the outcome",
        O.NO_HUMAN_OFFERED,
        call(ANSWERED, MENU, at(PushedElsewhere, 3.0, text="请下载"), at(MenuOption, 6.0, key="1", label="缴费"), limit(), OUR_BYE),
    ),
    ("in circles", O.LOOPED, call(ANSWERED, MENU, limit("looped"), OUR_BYE)),
    ("an app in the greeting, and then in circles", O.LOOPED, call(ANSWERED, APP, SAID, SAID_AGAIN, limit("looped"), OUR_BYE)),
    ("sent to an app in circles", O.PUSHED_ELSEWHERE, call(ANSWERED, SAID, SAID_AGAIN, at(PushedElsewhere, 42.0, text="请下载"), limit("looped"), OUR_BYE)),
    ("sent to an app, and one sentence more", O.PUSHED_ELSEWHERE, call(ANSWERED, APP, SAID, limit("looped"), OUR_BYE)),
    ("sent to an app, and asked whether anybody is there until our time was up", O.PUSHED_ELSEWHERE, call(ANSWERED, APP, SAID, SAID_AGAIN, limit(), OUR_BYE)),
    ("sent to an app, and asked whether anybody is there until it ended", O.PUSHED_ELSEWHERE, call(ANSWERED, APP, SAID, SAID_AGAIN, BYE)),
    ("hung up on", O.HUNG_UP, call(ANSWERED, MENU, OFFERED, PRESS, BYE)),
    ("queue without end", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, OFFERED, PRESS, QUEUED, limit("limit_queue"), OUR_BYE)),
    ("offered, then nothing", O.HUMAN_UNREACHABLE, call(ANSWERED, MENU, OFFERED, PRESS, limit(), OUR_BYE)),
    ("no person in the menu", O.NO_HUMAN_OFFERED, call(ANSWERED, MENU, limit(), OUR_BYE)),
    ("a bot that offers nobody", O.NO_HUMAN_OFFERED, call(ANSWERED, MENU, at(BotAsked, 5.0, text="请问"), limit(), OUR_BYE)),
    (
        "a greeting that we cut off offers nobody yet",
        O.UNSURE,
        call(ANSWERED, Segment(Kind.SPEECH, 2.5, 59.9, text="您好", verdict=Verdict("recording", 0.9)), limit(), OUR_BYE),
    ),
    (
        "a menu with people but no complaint desk",
        O.NO_HUMAN_OFFERED,
        call(ANSWERED, MENU, OFFERED, limit("lost"), OUR_BYE, goal="complaint"),
    ),
    (
        "the complaint desk's queue without end",
        O.HUMAN_UNREACHABLE,
        call(ANSWERED, MENU, PRESS, QUEUED, limit("limit_queue"), OUR_BYE, goal="complaint"),
    ),
    ("a scenario that found no option on the way accuses nobody", O.UNSURE, call(ANSWERED, MENU, limit("lost"), OUR_BYE)),
    ("a menu heard to its end without a person", O.NO_HUMAN_OFFERED, call(ANSWERED, MENU, limit("not_offered"), OUR_BYE)),
    (
        "a place in an option's name is none to go to",
        O.NO_HUMAN_OFFERED,
        call(
            ANSWERED,
            MENU,
            at(MenuOption, 11.0, key="2", label="缴费"),
            at(PushedElsewhere, 12.0, text="缴费请按二网点"),
            at(MenuOption, 13.2, key="1", label="网点电话"),
            limit("not_offered"),
            OUR_BYE,
        ),
    ),
    (
        "an option misheard in a farewell is no menu",
        O.PUSHED_ELSEWHERE,
        call(
            ANSWERED,
            Say(at=8.0, value="转人工", purpose="ask_human"),
            Segment(Kind.SPEECH, 9.0, 14.0, text="请登录官方网站办理", verdict=Verdict("recording", 0.9)),
            at(PushedElsewhere, 10.5, text="请登录官方网站"),
            at(MenuOption, 11.4, key="3", label="登录官方网站"),
            at(Ended, 14.2, by="hotline"),
        ),
    ),
    (
        "what may be a person's words sends nobody elsewhere",
        O.UNSURE,
        call(
            ANSWERED,
            Segment(Kind.SPEECH, 9.0, 14.0, text="您打另外那个电话", verdict=Verdict("unsure", 0.8, (), 0.8)),
            at(PushedElsewhere, 10.5, text="您打另外那个电话"),
            limit(),
            OUR_BYE,
        ),
    ),
    (
        "what is unsure, and rather a machine's, does",
        O.PUSHED_ELSEWHERE,
        call(
            ANSWERED,
            Segment(Kind.SPEECH, 9.0, 14.0, text="请拨打另外的电话", verdict=Verdict("unsure", 0.6, (), 0.4)),
            at(PushedElsewhere, 10.5, text="请拨打另外的电话"),
            limit(),
            OUR_BYE,
        ),
    ),
    ("who was asked, and said nothing", O.UNSURE, call(ANSWERED, at(BotAsked, 20.0, text="您有什么事"), BYE)),
    (
        "who was asked, and answered",
        O.HUNG_UP,
        call(ANSWERED, at(BotAsked, 20.0, text="您有什么事"), Say(at=21.0, value="转人工", purpose="ask_human"), BYE),
    ),
    ("a scenario that fits nothing accuses nobody", O.UNSURE, call(ANSWERED, MENU, OFFERED, limit("lost"), OUR_BYE)),
    ("stopped by the user", O.UNSURE, call(ANSWERED, MENU, QUEUED, limit("interrupted"), OUR_BYE)),
    ("answered and silent", O.UNSURE, call(ANSWERED, Segment(Kind.SILENCE, 2.0, 17.0), limit("limit_silence"), OUR_BYE)),
    (
        "only speech of which nothing is sure",
        O.UNSURE,
        call(ANSWERED, Segment(Kind.SPEECH, 3.0, 4.0, text="喂", verdict=Verdict("unsure", 0.5)), limit(), OUR_BYE),
    ),
    ("an empty recording", O.UNSURE, call(Segment(Kind.SILENCE, 0.0, 5.0), dialed=False)),
    ("a recording with a person in it", O.HUMAN, call(MENU, HUMAN, dialed=False)),
    ("a recording of a busy tone", O.BUSY, call(Segment(Kind.BUSY, 0.0, 5.0), dialed=False)),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "timeline"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_outcome_of(outcome: Outcome, timeline: Timeline) -> None:
    finding = find_outcome(timeline)
    assert (finding.outcome, bool(finding.en), bool(finding.zh)) == (outcome, True, True)


def test_every_outcome_has_a_rule_beyond_the_scenarios_own_word() -> None:
    by_name = [(outcome, "named_by_scenario" in rule.__qualname__) for outcome, rule in RULES]
    assert {outcome for outcome, named in by_name if named} == set(Outcome)
    assert {outcome for outcome, named in by_name if not named} == set(Outcome)


def test_a_request_by_voice_that_led_to_nothing_is_unreachable_only_when_a_person_was_offered() -> None:
    asked = Say(at=9.0, value="转人工", purpose="ask_human")
    bot = Segment(Kind.SPEECH, 10.0, 12.0, text="请描述您的问题", verdict=Verdict("bot", 0.9))
    offered = at(HumanOffered, 8.0)
    assert find_outcome(call(ANSWERED, asked, bot, limit(), OUR_BYE)).outcome is Outcome.NO_HUMAN_OFFERED
    assert find_outcome(call(ANSWERED, offered, asked, bot, limit(), OUR_BYE)).outcome is Outcome.HUMAN_UNREACHABLE


def test_why_is_the_same_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = call(ANSWERED, HUMAN, OUR_BYE)
    monkeypatch.setenv("PROBE_LANG", "zh")
    chinese = measure(timeline).why
    monkeypatch.setenv("PROBE_LANG", "en")
    assert measure(timeline).why == chinese == "a person answered at 30.00 s"


# ----------------------------------------------------------------------------------------- what is never the hotline's fault


@pytest.mark.parametrize(
    ("seconds", "when", "outcome"), [(2.0, 9.0, O.OUR_FAULT), (1.9, 9.0, O.HUMAN), (6.0, 31.0, O.HUMAN)]
)
def test_who_had_to_wait_for_us_before_a_person_answered_is_not_measured(
    seconds: float, when: float, outcome: Outcome
) -> None:
    late = at(InputLate, when, value="0", seconds=seconds)
    assert find_outcome(call(ANSWERED, MENU, OFFERED, PRESS, late, HUMAN, BYE)).outcome is outcome


def test_that_a_hotline_which_had_to_wait_for_us_hung_up_is_our_fault() -> None:
    late = at(InputLate, 9.02, value="0", seconds=5.5)
    found = find_outcome(call(ANSWERED, MENU, OFFERED, PRESS, late, at(Ended, 12.0, by="hotline")))
    assert found.outcome is O.OUR_FAULT
    assert found.en == "our input at 9.02 s went out 5.5 s late: this machine was too slow"


def test_what_was_not_heard_over_a_poor_line_proves_nothing() -> None:
    poor = at(
        AudioQuality, 30.0, level=-50.0, floor=-52.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0, faults=("noisy",)
    )
    clean = at(AudioQuality, 30.0, level=-20.0, floor=-70.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0)
    left = HangUp(at=29.0, why="limit_queue")
    for quality, outcome in ((clean, O.HUMAN_UNREACHABLE), (poor, O.UNSURE)):
        found = find_outcome(call(ANSWERED, MENU, at(Queued, 10.0, text="请耐心等待"), left, quality))
        assert found.outcome is outcome
    assert "noisy" in find_outcome(call(ANSWERED, MENU, at(Queued, 10.0, text="请耐心等待"), left, poor)).en


def test_clipped_speech_that_was_understood_is_no_poor_line() -> None:
    clipped = at(
        AudioQuality, 30.0, level=-18.0, floor=-70.0, clipped=0.1, dead_air=1.0, comfort_noise=0.0, faults=("clipped",)
    )
    waited = (at(Queued, 10.0, text="请耐心等待"), HangUp(at=29.0, why="limit_queue"), clipped)
    understood, nothing = (Segment(Kind.SPEECH, 3.0, 9.0, text) for text in ("人工服务请按零", ""))
    assert find_outcome(call(ANSWERED, understood, *waited)).outcome is O.HUMAN_UNREACHABLE
    assert find_outcome(call(ANSWERED, nothing, *waited)).outcome is O.UNSURE


@pytest.mark.parametrize(
    ("text", "back", "outcome"),
    [("", 30.7, O.HUMAN_UNREACHABLE), ("喂您好", 30.7, O.UNSURE), ("", 32.0, O.UNSURE)],
    ids=["a drum in the music", "words", "a pause before the music goes on"],
)
def test_a_sound_without_words_within_the_hold_music_is_nobody(text: str, back: float, outcome: Outcome) -> None:
    sound = Segment(Kind.SPEECH, 30.0, 30.7, text, verdict=Verdict("unsure", 0.5, (), 0.5))
    heard = at(Queued, 10.0, text="请耐心等待"), Segment(Kind.MUSIC, 14.0, 30.0), sound, Segment(Kind.MUSIC, back, 60.0)
    left = HangUp(at=60.0, why="limit_queue"), at(Ended, 60.1, by="caller")
    assert find_outcome(call(ANSWERED, MENU, *heard, *left)).outcome is outcome


def test_what_was_heard_over_a_poor_line_counts() -> None:
    poor = at(
        AudioQuality, 30.0, level=-50.0, floor=-52.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0, faults=("noisy",)
    )
    closed = call(ANSWERED, at(ClosedHeard, 5.0, text="现在是非工作时间"), HangUp(at=8.0, why="limit_silence"), poor)
    assert find_outcome(closed).outcome is O.CLOSED


def test_a_call_that_we_ended_on_a_mistaken_person_is_unsure_whatever_else_was_heard() -> None:
    answer = HumanAnswered(at=12.0, known=13.0, earliest=12.0, latest=12.1)
    left = HangUp(at=16.0, why="goal_reached")
    queue = at(Queued, 10.0, text="请耐心等待")
    assert find_outcome(call(ANSWERED, queue, answer, left)).outcome is O.HUMAN
    withdrawn = HumanWithdrawn(at=12.0, known=14.0)
    found = find_outcome(call(ANSWERED, queue, answer, withdrawn, left))
    assert found.outcome is O.UNSURE
    assert "sounded like a person" in found.en


def test_a_person_who_answers_after_a_mistaken_one_is_the_answer() -> None:
    first = HumanAnswered(at=12.0, known=13.0, earliest=12.0, latest=12.1)
    second = HumanAnswered(at=22.0, known=23.0, earliest=22.0, latest=22.1)
    timeline = measure(
        call(ANSWERED, first, HumanWithdrawn(at=12.0, known=14.0), second, HangUp(at=26.0, why="goal_reached"))
    )
    assert timeline.outcome is O.HUMAN
    assert timeline.clocks["answered_to_human"] == 20.0


def test_who_leaves_with_the_first_words_did_not_answer() -> None:
    farewell = Segment(Kind.SPEECH, 50.0, 53.0, text="坐席全忙请稍后再拨", verdict=Verdict("unsure", 0.8))
    left = at(Ended, 53.4, by="hotline")
    assert find_outcome(call(ANSWERED, MENU, PRESS, HOLD, farewell, left)).outcome is O.HUMAN_UNREACHABLE
    waited = at(Ended, 56.0, by="hotline")
    assert find_outcome(call(ANSWERED, MENU, PRESS, HOLD, farewell, waited)).outcome is O.UNSURE
    asked = Say(at=51.5, value="请问是人工客服吗？", purpose="challenge")
    assert find_outcome(call(ANSWERED, MENU, PRESS, HOLD, farewell, asked, left)).outcome is O.UNSURE
    hello = Segment(Kind.SPEECH, 45.0, 46.0, text="喂", verdict=Verdict("unsure", 0.8))
    assert find_outcome(call(ANSWERED, MENU, PRESS, HOLD, hello, farewell, left)).outcome is O.UNSURE


def test_who_spoke_waited_and_spoke_again_may_have_been_a_person_anywhere() -> None:
    def unsure(start: float, length: float = 1.5) -> Segment:
        return Segment(Kind.SPEECH, start, start + length, text="您好请讲", verdict=Verdict("unsure", 0.8))

    left = at(Ended, 27.0, by="hotline")
    assert find_outcome(call(ANSWERED, MENU, unsure(15.0), left)).outcome is O.HUNG_UP
    assert find_outcome(call(ANSWERED, MENU, unsure(15.0), unsure(17.0), left)).outcome is O.HUNG_UP
    assert find_outcome(call(ANSWERED, MENU, unsure(15.0), unsure(22.0, 1.2), left)).outcome is O.UNSURE
    assert find_outcome(call(ANSWERED, MENU, unsure(15.0), unsure(22.0), left)).outcome is O.HUNG_UP, "played twice"


def test_what_comes_out_of_the_hold_music_again_as_long_as_before_is_the_queues_own() -> None:
    def said(start: float, length: float = 2.0) -> Segment:
        return Segment(Kind.SPEECH, start, start + length, text="目前", verdict=Verdict("unsure", 0.5))

    def music(start: float, end: float) -> Segment:
        return Segment(Kind.MUSIC, start, end)

    left = at(Ended, 60.0, by="caller")
    queue = (ANSWERED, MENU, PRESS, music(16.0, 30.0))
    again = (*queue, said(30.0), music(32.0, 42.0), said(42.0), music(44.0, 60.0), left)
    assert find_outcome(call(*again)).outcome is O.HUMAN_UNREACHABLE
    once = (*queue, said(30.0), music(32.0, 60.0), left)
    longer = (*queue, said(30.0), music(32.0, 42.0), said(42.0, 2.5), music(44.5, 60.0), left)
    pause = (*queue, said(30.0), music(32.0, 42.0), said(43.0), music(45.0, 60.0), left)
    for other in (once, longer, pause):
        assert find_outcome(call(*other)).outcome is O.UNSURE


def test_what_was_heard_of_the_wait_is_the_evidence() -> None:
    assert "without a wait" in find_outcome(call(ANSWERED, MENU, PRESS, QUEUED, PROMISE, HASTY)).en
    assert "hold music from 16.00 s" in find_outcome(call(ANSWERED, MENU, PRESS, HOLD, BYE)).en
    assert "its beep at 20.00 s" in find_outcome(call(ANSWERED, OFFERED, at(MailboxHeard, 20.0, beep=1000.0), BYE)).en


@pytest.mark.parametrize(("verdict", "outcome"), [("unsure", O.UNSURE), ("recording", O.HUMAN_UNREACHABLE)])
def test_that_nobody_answered_is_not_said_when_somebody_may_have(verdict: Any, outcome: Outcome) -> None:
    queue, ended = at(Queued, 10.0, text="请耐心等待"), at(Ended, 40.0, by="hotline")
    last = Segment(Kind.SPEECH, 20.0, 22.0, text="", verdict=Verdict(verdict, 0.6))
    assert find_outcome(call(ANSWERED, queue, MENU, last, ended)).outcome is outcome
    again = Segment(Kind.SPEECH, 30.0, 33.0, text="请耐心等待", verdict=Verdict("recording", 0.99))
    assert find_outcome(call(ANSWERED, queue, MENU, last, again, ended)).outcome is O.HUMAN_UNREACHABLE


def test_whoever_spoke_and_waited_after_the_queue_may_have_said_goodbye_like_a_machine() -> None:
    queue, ended = at(Queued, 10.0, text="请耐心等待"), at(Ended, 40.0, by="hotline")
    music = Segment(Kind.MUSIC, 10.0, 20.0)
    first, second = (
        Segment(Kind.SPEECH, a, b, verdict=Verdict("unsure", 0.5)) for a, b in ((20.0, 23.0), (27.0, 28.4))
    )
    goodbye = Segment(Kind.SPEECH, 34.0, 37.0, "麻烦您稍后再打", verdict=Verdict("recording", 0.9))
    assert find_outcome(call(ANSWERED, queue, music, first, second, goodbye, ended)).outcome is O.UNSURE
    certain = replace(goodbye, prompt="p-1")
    soon, again = replace(second, start=24.0, end=25.4), Segment(Kind.MUSIC, 29.0, 33.0)
    for other in ((first, second, certain), (first, soon, goodbye), (first, second, again, goodbye)):
        assert find_outcome(call(ANSWERED, queue, music, *other, ended)).outcome is O.HUMAN_UNREACHABLE


def test_whoever_answered_our_question_and_spoke_again_may_have_passed_the_call_on() -> None:
    queue, ended = at(Queued, 10.0, text="请耐心等待"), at(Ended, 60.0, by="hotline")
    asked = Say(at=18.0, value="您好，请问是人工客服吗？", purpose="challenge")
    first, second = (
        Segment(Kind.SPEECH, a, b, verdict=Verdict("unsure", 0.5)) for a, b in ((20.0, 21.0), (25.0, 28.4))
    )
    passed_on = Segment(Kind.SPEECH, 29.0, 33.0, "正在为您转接", verdict=Verdict("recording", 0.99))
    assert find_outcome(call(ANSWERED, queue, asked, first, second, passed_on, ended)).outcome is O.UNSURE
    for others in ((first, passed_on), (second, passed_on)):
        assert find_outcome(call(ANSWERED, queue, asked, *others, ended)).outcome is O.HUMAN_UNREACHABLE
    walked = replace(asked, purpose="walk")
    assert find_outcome(call(ANSWERED, queue, walked, first, second, passed_on, ended)).outcome is not O.UNSURE


def test_one_reply_to_our_question_is_enough_where_nothing_but_speech_came_after_it() -> None:
    asked = Say(at=18.0, value="您好，请问是人工客服吗？", purpose="challenge")
    sent, ended = at(Played, 20.0, value=asked.value), at(Ended, 60.0, by="hotline")
    machine = Segment(Kind.SPEECH, 6.0, 9.0, "早上好客服中心", verdict=Verdict("bot", 0.9, (), 0.1))
    reply = Segment(Kind.SPEECH, 21.0, 22.5, "是真人您讲", verdict=Verdict("unsure", 0.6, (), 0.4))
    again = Segment(Kind.SPEECH, 28.0, 29.5, "喂听得到吗", verdict=Verdict("recording", 0.99, (), 0.01))
    heard = (ANSWERED, machine, asked, sent, reply, again, ended)
    assert find_outcome(call(*heard)).outcome is O.UNSURE
    assert "是真人您讲" in find_outcome(call(*heard)).en
    hardly = replace(reply, verdict=Verdict("unsure", 0.8, (), 0.2))
    late = replace(reply, start=24.0, end=25.5)
    for other in (hardly, late):
        assert find_outcome(call(ANSWERED, machine, asked, sent, other, again, ended)).outcome is O.HUNG_UP
    music = Segment(Kind.MUSIC, 30.0, 40.0)
    assert find_outcome(call(*heard[:-1], music, ended)).outcome is not O.UNSURE
    goodbye = Segment(Kind.SPEECH, 57.0, 59.5, "没有声音我先挂了", verdict=Verdict("unsure", 0.6, (), 0.1))
    assert find_outcome(call(*heard[:-1], goodbye, ended)).outcome is O.UNSURE
    assert find_outcome(call(ANSWERED, machine, asked, sent, again, goodbye, ended)).outcome is O.HUNG_UP


def test_noise_hides_nobody_where_all_that_was_said_in_the_wait_is_surely_a_machines() -> None:
    noisy = at(
        AudioQuality, 70.0, level=-31.0, floor=-38.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0, faults=("noisy",)
    )
    queue, left = at(Queued, 10.0, text="请耐心等待"), at(Ended, 70.0, by="caller")
    music = Segment(Kind.MUSIC, 12.0, 60.0)
    known = Segment(Kind.SPEECH, 62.0, 65.0, "坐席全忙请稍候", verdict=Verdict("recording", 0.99, (), 0.001))
    assert find_outcome(call(ANSWERED, queue, music, known, left, noisy)).outcome is O.HUMAN_UNREACHABLE
    on = (replace(known, start=60.0, end=63.0), Segment(Kind.MUSIC, 64.0, 70.0))
    assert find_outcome(call(ANSWERED, queue, music, *on, left, noisy)).outcome is O.HUMAN_UNREACHABLE
    for quiet in (Kind.SILENCE, Kind.NOISE):
        then = (replace(known, start=60.0, end=63.0), Segment(quiet, 63.0, 70.0))
        assert find_outcome(call(ANSWERED, queue, music, *then, left, noisy)).outcome is O.UNSURE, "or a soft voice"
    for other in (
        replace(known, text=""),
        replace(known, verdict=Verdict("recording", 0.9, (), 0.1)),
        replace(known, verdict=Verdict("unsure", 0.9, (), 0.1)),
        Segment(Kind.SPEECH, 40.0, 40.1, "", verdict=Verdict("unsure", 0.5, (), 0.5)),
    ):
        assert find_outcome(call(ANSWERED, queue, music, known, other, left, noisy)).outcome is O.UNSURE


def test_in_noise_a_short_piece_of_what_may_be_a_person_is_enough_not_to_say_that_none_answered() -> None:
    queue, left = at(Queued, 10.0, text="请耐心等待"), at(Ended, 70.0, by="hotline")
    piece = Segment(Kind.SPEECH, 40.0, 40.1, "", verdict=Verdict("unsure", 0.5, (), 0.5))
    known = replace(piece, verdict=Verdict("unsure", 0.9, (), 0.1))
    quality = at(
        AudioQuality, 70.0, level=-39.0, floor=-47.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0, faults=("noisy",)
    )
    assert find_outcome(call(ANSWERED, queue, piece, left, quality)).outcome is O.UNSURE
    assert find_outcome(call(ANSWERED, queue, known, left, quality)).outcome is O.HUMAN_UNREACHABLE
    assert find_outcome(call(ANSWERED, queue, piece, left)).outcome is O.HUMAN_UNREACHABLE, "a cough"


def test_noise_that_hid_what_was_said_or_a_key_is_held_against_nobody() -> None:
    def noise(*faults: str) -> AudioQuality:
        told = at(
            AudioQuality, 60.0, level=-39.0, floor=-48.0, clipped=0.0, dead_air=1.0, comfort_noise=0.0, faults=faults
        )
        assert isinstance(told, AudioQuality)
        return told

    said = Segment(Kind.SPEECH, 4.5, 7.2, "一是四", verdict=Verdict("recording", 0.9, (), 0.01))
    again = Segment(Kind.SPEECH, 18.5, 20.2, "四十", verdict=Verdict("recording", 0.9, (), 0.05))
    left = at(Ended, 30.0, by="hotline")
    assert find_outcome(call(ANSWERED, said, again, left, noise("noisy"))).outcome is O.UNSURE
    assert find_outcome(call(ANSWERED, said, again, left, noise())).outcome is O.HUNG_UP
    known = replace(again, prompt="p-1")
    menu = at(MenuOption, 8.0, key="1", label="缴费")
    for heard in ((said, known), (said, menu), ()):
        assert find_outcome(call(ANSWERED, *heard, left, noise("noisy"))).outcome is O.HUNG_UP

    circle = HangUp(at=50.0, why="looped", note="key 0 at 30.00 s was not accepted"), at(Ended, 50.1, by="caller")
    refused = at(InputRejected, 12.0, text="输入有误")
    for key, faults, expected in (
        (PRESS, "noisy", O.UNSURE),
        (PRESS, "clipped", O.LOOPED),
        (QUEUED, "noisy", O.LOOPED),
    ):
        assert find_outcome(call(ANSWERED, MENU, key, refused, *circle, noise(faults))).outcome is expected


def test_a_key_for_a_person_that_was_not_understood_makes_no_circle() -> None:
    unheard, left = at(HumanOffered, 14.0, unheard=True), at(Ended, 50.0, by="caller")
    circle = HangUp(at=50.0, why="looped", note="key 0 at 30.00 s was not accepted")
    assert find_outcome(call(ANSWERED, MENU, unheard, left, circle)).outcome is O.UNSURE
    assert find_outcome(call(ANSWERED, MENU, unheard, left, circle, goal="complaint")).outcome is O.LOOPED
    menu = at(Queued, 14.0, text="人工服务")
    assert find_outcome(call(ANSWERED, MENU, menu, unheard, left, circle)).outcome is O.UNSURE
    for heard in (at(HumanOffered, 34.0, key="0"), at(HumanOffered, 34.0), at(Queued, 34.0, text="请稍候")):
        assert find_outcome(call(ANSWERED, MENU, unheard, heard, left, circle)).outcome is O.LOOPED


def test_what_was_not_understood_in_a_menu_may_have_been_the_offer_of_a_person() -> None:
    def menu(confidence: float) -> Timeline:
        words = tuple(
            Word(word, 3.0 + n, 3.5 + n, confidence if n else 1.0) for n, word in enumerate("会员请按一七一七四")
        )
        said = Segment(Kind.SPEECH, 3.0, 13.0, "会员请按一七一七四", words, verdict=Verdict("recording", 0.9))
        option = at(MenuOption, 7.0, key="1", label="会员")
        return call(ANSWERED, said, option, HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller"))

    assert find_outcome(menu(0.95)).outcome is O.NO_HUMAN_OFFERED
    unsure = find_outcome(menu(0.7))
    assert unsure.outcome is O.UNSURE
    assert "员请按一" in unsure.en
    assert "员请按一" in unsure.zh


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("感谢 拨打 地势 还 西 超 市是 会员", O.NO_HUMAN_OFFERED),
        ("感谢 您 地势 还 西 超 市是 会员", O.UNSURE),
        ("感谢 拨打 地势 还 西 超 市是 请 按 林 会员", O.UNSURE),
        ("拨打 本店 地势 还 西 超 市是 会员", O.UNSURE),
    ],
    ids=["a name", "no name", "longer than a name", "something after the name"],
)
@pytest.mark.parametrize("pause", [0.0, 0.4])
def test_a_name_that_was_not_understood_is_no_option(said: str, expected: O, pause: float) -> None:
    sure = ("感谢", "拨打", "您", "本店", "会员")
    words = tuple(
        Word(word, 3.0 + n / 2, 3.5 + n / 2, 1.0 if word in sure else 0.5) for n, word in enumerate(said.split())
    )
    words = tuple(
        replace(word, start=word.start + pause, end=word.end + pause) if n > 1 else word for n, word in enumerate(words)
    )
    expected = O.UNSURE if pause else expected
    spoken = Segment(Kind.SPEECH, 3.0, 9.0, "".join(said.split()), words, verdict=Verdict("recording", 0.9))
    option = at(MenuOption, 8.5, key="1", label="会员")
    left = HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller")
    assert find_outcome(call(ANSWERED, spoken, option, *left)).outcome is expected


def test_whoever_was_asked_on_after_a_wait_may_have_been_a_person_who_did_not_understand() -> None:
    def asked(human: float, *held: Segment, note: str = "asked 4 times, not granted") -> O:
        who = Segment(Kind.SPEECH, 32.0, 35.0, "您可以说出问题", verdict=Verdict("bot", 1 - human, (), human))
        machine = Segment(Kind.SPEECH, 6.0, 9.0, "请说出问题", verdict=Verdict("bot", 0.999, (), 0.001))
        left = HangUp(at=56.0, why="looped", note=note), at(Ended, 56.1, by="caller")
        return find_outcome(call(ANSWERED, machine, at(Queued, 20.0, text="正在转接"), *held, who, *left)).outcome

    music = Segment(Kind.MUSIC, 24.0, 31.0)
    assert asked(0.1, music) is O.UNSURE
    assert asked(0.001, music) is O.LOOPED
    assert asked(0.1) is O.LOOPED
    assert asked(0.1, replace(music, start=29.0)) is O.LOOPED
    assert asked(0.1, replace(music, start=10.0, end=19.0)) is O.LOOPED, "nobody was waited for yet"
    assert asked(0.1, music, note="the same prompt 3 times") is O.LOOPED


def test_an_option_of_whose_name_one_character_was_heard_may_have_been_the_offer_of_a_person() -> None:
    def menu(label: str) -> Finding:
        spoken = Segment(Kind.SPEECH, 3.0, 12.0, "务请按八网点查询请按一", verdict=Verdict("recording", 0.9))
        options = at(MenuOption, 5.0, key="8", label=label), at(MenuOption, 7.5, key="1", label="网点查询")
        left = HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller")
        return find_outcome(call(ANSWERED, spoken, *options, *left))

    unsure = menu("务")
    assert unsure.outcome is O.UNSURE
    assert 'key 8 for "务"' in unsure.en
    assert "“务”请按 8" in unsure.zh
    assert menu("业务").outcome is O.NO_HUMAN_OFFERED


@pytest.mark.parametrize(
    ("name", "confidence", "expected"),
    [
        (("业务", "仁功", "服务"), 0.4, O.UNSURE),
        (("转接", "仁功", "公台"), 0.4, O.UNSURE),
        (("转接", "仁", "公台"), 0.4, O.NO_HUMAN_OFFERED),
        (("转接", "仁功", "服务"), 0.6, O.NO_HUMAN_OFFERED),
        (("费用", "仁功", "查询"), 0.4, O.NO_HUMAN_OFFERED),
        (("咨询", "仁功", "报修"), 0.4, O.NO_HUMAN_OFFERED),
        (("咨询", "仁功", "仁铺"), 0.4, O.UNSURE),
        (("费用", "咨询", "仁功"), 0.4, O.UNSURE),
        (("咨询", "仁功", "坐席"), 0.4, O.UNSURE),
    ],
    ids=[
        "a service",
        "a transfer",
        "too short",
        "understood",
        "nobody's",
        "a topic",
        "no word that is known",
        "the last word",
        "a seat",
    ],
)
def test_an_option_of_whose_name_a_word_was_not_understood_may_be_for_a_person(
    name: tuple[str, str, str], confidence: float, expected: O
) -> None:
    said = (*name, "请", "按", "八")
    words = tuple(
        Word(word, 3.0 + n / 2, 3.5 + n / 2, confidence if "仁" in word else 1.0) for n, word in enumerate(said)
    )
    spoken = Segment(Kind.SPEECH, 3.0, 6.1, "".join(said), words, verdict=Verdict("recording", 0.9))
    option = at(MenuOption, 6.0, key="8", label="".join(name))
    left = HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller")
    found = find_outcome(call(ANSWERED, spoken, option, *left))
    assert found.outcome is expected
    assert ("仁功" in found.en and "仁功" in found.zh) is (expected is O.UNSURE)


def test_a_key_that_was_told_for_two_things_in_one_menu_was_another_key() -> None:
    def menu(second: str, at_: float = 7.5, *more: Action) -> O:
        spoken = Segment(Kind.SPEECH, 3.0, 12.0, "网点查询请按八", verdict=Verdict("recording", 0.9))
        options = at(MenuOption, 5.0, key="8", label="网点查询"), at(MenuOption, at_, key="8", label=second)
        left = HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller")
        return find_outcome(call(ANSWERED, spoken, *options, *more, *left)).outcome

    assert menu("常服务") is O.UNSURE
    assert menu("账户网点查询") is O.NO_HUMAN_OFFERED, "it was only heard better"
    assert menu("常服务", 14.0) is O.NO_HUMAN_OFFERED, "in another menu"
    assert menu("常服务", 7.5, Press(at=6.0, value="1", purpose="walk")) is O.NO_HUMAN_OFFERED, "in the next one"


def test_a_menu_that_breaks_off_before_a_key_may_have_offered_a_person() -> None:
    def menu(last: str, *acts: Action, early: str = "") -> O:
        said = (Word("会员请按一", 3.0, 5.0, 1.0), Word("余额", 5.2, 5.6, 1.0), Word(last, 5.6, 6.0, 1.0))
        spoken = Segment(Kind.SPEECH, 3.0, 6.0, "会员请按一余额" + last, said, verdict=Verdict("recording", 0.9))
        option = at(MenuOption, 5.0, key="1", label="会员")
        left = HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller")
        word = (Word(early, 0.5, 1.0, 1.0),) if early else ()
        ringback = Segment(Kind.SPEECH, 0.5, 1.0, early, word, early_media=True)
        return find_outcome(call(ringback, ANSWERED, spoken, option, *acts, *left)).outcome

    assert menu("请按") is menu("请") is O.UNSURE
    assert menu("二") is menu("二", early="请") is O.NO_HUMAN_OFFERED
    assert menu("请按", Press(at=6.3, value="1", purpose="walk")) is O.NO_HUMAN_OFFERED, "it broke off for our key"


def test_an_option_of_which_no_word_was_understood_may_have_been_the_offer_of_a_person() -> None:
    def menu(confidence: float, last: tuple[str, ...] = ("特工", "请按", "林")) -> Timeline:
        said = [Word("会员请按一", 3.0, 5.0, 1.0)]
        said += [Word(word, 6.0 + n * 0.3, 6.3 + n * 0.3, confidence) for n, word in enumerate(last)]
        spoken = Segment(Kind.SPEECH, 3.0, 8.0, "会员请按一", tuple(said), verdict=Verdict("recording", 0.9))
        option = at(MenuOption, 5.0, key="1", label="会员")
        return call(ANSWERED, spoken, option, HangUp(at=20.0, why="not_offered"), at(Ended, 20.1, by="caller"))

    assert find_outcome(menu(0.7, ("特工", "公台"))).outcome is O.NO_HUMAN_OFFERED, "too short for an option"
    assert find_outcome(menu(0.95)).outcome is O.NO_HUMAN_OFFERED
    unsure = find_outcome(menu(0.7))
    assert unsure.outcome is O.UNSURE
    assert "特工请按林" in unsure.en
