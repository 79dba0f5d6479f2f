"""Whole conversations: when they end, and what the caller does when it is not clear what is heard."""

from __future__ import annotations

import pytest

from probe.navigate.doubt import CHALLENGE, NO_LONGER_WAITING, SILENT_PICK_UP
from probe.navigate.meeting import COURTESY, LATEST
from probe.navigate.scripted import REACTION
from probe.timeline import (
    HumanOffered,
    InputRejected,
    Kind,
    MailboxHeard,
    Outcome,
    Queued,
    Segment,
    SegmentEnded,
    SegmentStarted,
)
from tests.navigate.playbook import (
    BOT,
    KEYS,
    SYLLABLE,
    Playbook,
    answered,
    bot,
    courtesy,
    hang_up,
    heard,
    hotline_hangs_up,
    human,
    music,
    no_such_number,
    nothing,
    play,
    press,
    queued,
    say,
    sent,
    silence,
    sound,
    unsure,
)

# ------------------------------------------------------------------------------------------------------------ a person


@pytest.mark.parametrize("scenario", ["{}", "goal: complaint", KEYS, BOT])
def test_a_person_is_thanked_and_left_at_any_point(scenario: str) -> None:
    play("" if scenario == "{}" else scenario) >> answered() >> human("您好很高兴为您服务") << courtesy()


def test_a_person_is_not_talked_over_if_the_opening_is_short() -> None:
    book = play("caller: ordinary") >> answered() >> human("您好请讲", known_after=0.6) << courtesy()
    assert book.all_acts[0].at >= 1.0 + 4 * 0.2


LONG_OPENING = "您好这里是客服中心工号一零二三很高兴为您服务请问有什么可以帮您的请讲我在听"


def test_a_person_who_talks_on_without_a_pause_is_interrupted_in_the_end() -> None:
    book = play("caller: ordinary") >> answered() >> human(LONG_OPENING, known_after=1.0)
    assert book.all_acts[0].at == pytest.approx(1.02 + 1.0 + LATEST, abs=0.06)


def test_the_courtesy_begins_in_the_first_pause_that_is_told() -> None:
    book = play("caller: ordinary") >> answered() >> human(LONG_OPENING, known_after=1.0, pause_at=1.6)
    assert book.all_acts[0].at == pytest.approx(1.02 + 1.6 + 0.3, abs=0.06)


def test_a_pause_before_the_verdict_is_used_when_the_verdict_comes_in_it() -> None:
    book = play("caller: ordinary") >> answered() >> human("您好请讲", known_after=1.3, pause_at=0.8)
    assert book.all_acts[0].at == pytest.approx(1.02 + 1.3, abs=0.06)


def test_what_turns_out_to_be_no_person_is_no_end_of_the_walk() -> None:
    opening = "您好我是智能客服请问您需要办理什么业务"
    book = play(BOT) >> answered() >> human(opening, known_after=3.0, pause_at=3.4, withdrawn=True)
    assert [(act.kind, getattr(act, "purpose", "")) for act in book.all_acts] == [("say", "courtesy")]
    book.acts.clear()
    book >> bot("请问您需要办理什么业务") << say("转人工")


def test_the_courtesy_can_be_worded_by_the_scenario() -> None:
    book = play("courtesy: 打扰了再见") >> answered() >> human("喂")
    assert sent(book) == [("打扰了再见", "courtesy")]
    assert sent(play("language: en") >> answered() >> human("喂")) == [(COURTESY["en"], "courtesy")]


def test_a_person_who_answers_while_an_act_is_due_is_not_asked_for_a_person() -> None:
    book = (
        play("walk: [{hear: 办理什么, say: 转人工, wait: 5 s}]")
        >> answered()
        >> bot("请问您要办理什么")
        >> human("您好")
    )
    book << courtesy()


# -------------------------------------------------------------------------------------------------------------- limits


def test_the_queue_limit_counts_from_the_queue() -> None:
    book = play("limits: {queue: 30 s}") >> answered() >> heard("欢迎致电") >> queued("正在为您转接") >> music(29)
    book << nothing()
    book >> music(2) << hang_up("limit_queue")


def test_who_may_be_a_person_is_heard_out_when_the_queues_limit_has_come() -> None:
    def queue(challenge: str = "") -> Playbook:
        book = play(f"limits: {{queue: 30 s}}{challenge}") >> answered() >> queued("正在为您转接")
        return book >> music(28)

    asked = queue() >> unsure("喂您好") >> silence(2) << say(CHALLENGE["zh"], "challenge")
    asked >> silence(6) << nothing()
    begins, answer = asked.now, "对我是人工客服请问有什么可以帮您"
    asked >> heard(answer) << hang_up("limit_queue")
    assert asked.all_acts[-1].at >= begins + SYLLABLE * len(answer)

    unanswered = queue() >> unsure("喂您好") >> silence(2) << say(CHALLENGE["zh"], "challenge")
    unanswered >> silence(10) << hang_up("limit_queue")
    queue("\nchallenge: false") >> unsure("喂您好") << hang_up("limit_queue")
    endless = queue() >> unsure("喂您好") >> silence(2) << say(CHALLENGE["zh"], "challenge")
    limit = endless.now
    endless >> silence(5) >> heard("喂" * 150) << hang_up("limit_queue")
    assert endless.all_acts[-1].at < limit + 15


def test_silence_ringing_and_the_call_have_limits() -> None:
    play("limits: {silence: 5 s}") >> answered() >> silence(5.2) << hang_up("limit_silence")
    play("limits: {ring: 30 s}") >> silence(30.1) << hang_up("limit_wait")
    book = play("limits: {call: 20 s}") >> answered() >> music(18) << nothing()
    book >> music(2) << hang_up("limit_call")


def test_a_busy_tone_after_the_answer_is_not_listened_to_for_long() -> None:
    play("caller: ordinary") >> answered() >> sound(Kind.BUSY, 7) << hang_up("limit_wait")


def test_a_number_out_of_service_ends_the_call_when_that_was_said() -> None:
    book = play("caller: ordinary") >> answered() >> no_such_number("您拨打的号码是空号")
    book << hang_up("scenario", Outcome.NOT_IN_SERVICE)


def test_a_prompt_that_never_comes_is_waited_for_as_long_as_the_item_says() -> None:
    book = play("walk: [{hear: 人工服务, press: 0, within: 10 s}]") >> answered() >> heard("今天天气很好")
    book >> silence(10) << hang_up("lost")
    alone = play("walk: [{hear: 人工服务, press: 0, within: 10 s}]\nchallenge: false") >> answered()
    alone >> silence(10.1) << hang_up("limit_wait")


def test_a_prompt_that_never_comes_may_be_passed_over_or_answered_otherwise() -> None:
    go_on = "walk: [{hear: 语言, within: 5 s, if_not_heard: go on}, {press: 0}]"
    play(go_on) >> answered() >> silence(5.2) << press("0")
    instead = "walk: [{hear: 语言, within: 5 s, if_not_heard: {press: '#'}}, {hear: 好的, press: 1}]"
    play(instead) >> answered() >> silence(5.2) << press("#") >> heard("好的") << press("1")
    end = "walk: [{hear: 语言, within: 5 s, if_not_heard: {end: no_human_offered}}]"
    play(end) >> answered() >> silence(5.2) << hang_up("scenario", Outcome.NO_HUMAN_OFFERED)


def test_an_optional_prompt_need_not_come() -> None:
    scenario = "walk: [{hear: 普通话请按一, press: 1, optional: true}, {press: {option: 人工}}]"
    play(scenario) >> answered() >> heard("人工服务请按零") << press("0")
    play(scenario) >> answered() >> heard("普通话请按一") << press("1") >> heard("人工服务请按零") << press("0")


def test_the_same_menu_three_times_is_a_circle() -> None:
    menu = heard("您好欢迎致电电费查询请先说出户号")
    play("walk: [{hear: 人工}]") >> answered() >> menu >> silence(2) >> menu >> silence(2) >> menu << hang_up("looped")


def test_announcements_in_a_queue_are_no_circle() -> None:
    wait = queued("坐席全忙请您耐心等待您的来电很重要")
    book = play("limits: {queue: 5 min}") >> answered()
    for _ in range(5):
        book >> wait >> music(5) << nothing()


# ---------------------------------------------------------------------------------------------------- the complaint desk

COMPLAINT = "goal: complaint\nwalk: [{hear: 普通话请按一, press: 1, optional: true}, {press: {option: 投诉}}]"


def test_the_complaint_desk_is_asked_for_by_its_option() -> None:
    play(COMPLAINT) >> answered() >> heard("查询请按一，投诉建议请按三") << press("3", purpose="ask_complaint")


def test_a_menu_without_a_complaint_option_ends_the_call_when_it_is_not_repeated() -> None:
    book = play(COMPLAINT) >> answered() >> heard("查询请按一，人工服务请按零") << nothing()
    book >> silence(6) << hang_up("scenario", Outcome.NO_HUMAN_OFFERED)


def test_a_menu_without_a_complaint_option_is_heard_twice_at_most() -> None:
    menu = heard("查询请按一，人工服务请按零")
    book = play(COMPLAINT) >> answered() >> menu >> silence(3) >> menu << hang_up("scenario", Outcome.NO_HUMAN_OFFERED)
    assert "人工服务" in book.all_acts[0].note  # type: ignore[attr-defined]


def test_a_missing_option_for_a_person_says_nothing_about_the_hotline() -> None:
    play("walk: [{press: {option: 人工}}]") >> answered() >> heard("查询请按一") >> silence(6) << hang_up("not_offered")


def test_a_menu_read_again_is_heard_to_its_end_again_before_the_option_is_given_up() -> None:
    book = play("walk: [{press: {option: 人工}}]") >> answered() >> heard("查询请按一，报修请按二") >> silence(3)
    book >> heard("查询请按一") >> silence(0.5) >> heard("报修请按二") << hang_up("not_offered")
    book = play("walk: [{press: {option: 人工}}]") >> answered() >> heard("查询请按一，报修请按二") >> silence(3)
    book >> heard("查询请按一") >> silence(0.5) >> heard("人工请按二") << press("2")


def test_a_menu_without_the_option_that_was_misheard_between_is_a_circle_the_third_time() -> None:
    book = play("walk: [{press: {option: 人工}}]") >> answered()
    menu, misheard = "停水通知请按一水表报修请按二水费查询请按三", "停水通知请按一水表报修请按二水费查询请安神"
    book >> heard(menu) >> silence(0.5) << nothing()
    book >> heard(misheard) >> silence(0.5) << nothing()
    book >> heard(menu) << hang_up("looped")


def test_what_to_do_without_the_option_can_be_said() -> None:
    scenario = "walk: [{press: {option: 人工}, if_not_offered: {press: '0'}}]"
    play(scenario) >> answered() >> heard("查询请按一") >> silence(6) << press("0")


def test_a_person_offered_by_a_key_that_was_not_understood_is_asked_for_by_the_usual_one() -> None:
    def unheard(at: float, known: float) -> HumanOffered:
        return HumanOffered(at=at - 1, known=known, unheard=True)

    menu = heard("缴费请按一，人工客服请收三十五，报修请按二", unheard)
    book = play("walk: [{press: {option: 人工}}]") >> answered() >> menu >> silence(3) >> menu
    book << press("0", purpose="ask_human")
    parted = heard("您好，人工客服请按", unheard), heard("缴费请按一，报修请按二")
    book = play("walk: [{press: {option: 人工}}]") >> answered() >> parted[0] >> silence(1) >> parted[1] >> silence(3)
    book >> parted[0] >> silence(1) >> parted[1] << press("0", purpose="ask_human")
    taken = heard("缴费请按零，人工客服请收三十五，报修请按二", unheard)
    play("walk: [{press: {option: 人工}}]") >> answered() >> taken >> silence(3) >> taken << hang_up("not_offered")


def test_an_option_misheard_in_one_sound_is_pressed_when_no_other_is_as_like() -> None:
    walk = "walk: [{press: {option: 停车办理}}, {press: {option: 人工}}]"
    menu = heard("物业缴费请按一，行车办理请按三，重听请按星号键")
    play(walk) >> answered() >> menu >> silence(3) >> menu << press("3", purpose="walk", option="行车办理")
    unlike = heard("物业缴费请按一，装修办理请按三，重听请按星号键")
    play(walk) >> answered() >> unlike >> silence(3) >> unlike << hang_up("lost")
    rhymes = heard("发票服务请按一，最或汇款请按四，会员积分请按二")
    (
        play("walk: [{press: {option: 退货退款}}]")
        >> answered()
        >> rhymes
        >> silence(3)
        >> rhymes
        << press("4", purpose="walk")
    )
    halves = heard("流量查询请按一，宽带业务请按四")
    play("walk: [{press: {option: 话费查询}}]") >> answered() >> halves >> silence(3) >> halves << hang_up("lost")
    other = heard("行车办理请按三，卧车办理请按二")
    play(walk) >> answered() >> other >> silence(3) >> other << hang_up("lost")


def test_one_menu_parted_by_a_pause_is_not_a_menu_heard_twice() -> None:
    book = play("walk: [{press: {option: 人工}}]") >> answered()
    book >> heard("缴费请按一，报修请按二") >> silence(0.5) >> heard("重听请按星号键") >> silence(3) << nothing()
    book >> heard("缴费请按一，报修请按二，人工服务请按零") << press("0")


# ----------------------------------------------------------------------------------------------------------------- ends


def test_nothing_is_done_after_the_hotline_has_hung_up() -> None:
    play(KEYS) >> answered() >> heard("您好") >> hotline_hangs_up() >> silence(90) << nothing()


def test_a_scenario_can_pause_and_hang_up() -> None:
    scenario = "walk: [{hear: 您好, wait: 3 s}, {hang_up: 测试到此为止}]"
    book = play(scenario) >> answered() >> heard("您好请讲") << nothing()
    book >> silence(3) << hang_up("scenario")
    assert book.all_acts[0].at >= 1.0 + 3.0


# ------------------------------------------------------------------------------------------------------------ in doubt


def test_somebody_who_waits_after_the_queue_is_asked_once_who_is_there() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5)
    book >> unsure("您好") >> silence(2)
    assert book.all_acts[-1].purpose == "challenge"  # type: ignore[attr-defined]
    book.acts.clear()
    book >> unsure("喂") >> silence(3) << nothing()
    book >> human("我是人工客服") << courtesy()


def test_somebody_who_picks_up_and_says_nothing_is_asked_who_is_there() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5)
    book >> sound(Kind.NOISE, SILENT_PICK_UP - 0.5) << nothing()
    book >> sound(Kind.NOISE, 1.0) << say(CHALLENGE["zh"], "challenge")


def test_who_picks_up_while_it_is_not_known_yet_that_the_music_is_over_has_time_to_speak() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5)
    since = book.now
    book.pass_time(SILENT_PICK_UP + 1)  # on a noisy line it may yet go on
    book.tell(SegmentEnded(at=since, known=book.now, segment=Segment(Kind.MUSIC, since - 5, since)))
    book.tell(SegmentStarted(at=since, known=book.now, segment=Kind.NOISE))
    book.pass_time(NO_LONGER_WAITING - 0.5)
    assert not book.acts
    book.pass_time(1.0)
    assert book.all_acts[-1].purpose == "challenge"  # type: ignore[attr-defined]


def test_a_mailbox_is_not_asked_who_is_there() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5) >> unsure("请说出您要说的")
    book.tell(MailboxHeard(at=book.now, known=book.now, beep=1000.0))
    book >> silence(5) << nothing()


def test_a_click_in_the_room_is_not_asked_who_is_there_but_the_silent_room_is() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5)
    book >> sound(Kind.NOISE, 1.0) >> unsure("") >> sound(Kind.NOISE, SILENT_PICK_UP - 0.5) << nothing()
    book >> sound(Kind.NOISE, 1.0) << say(CHALLENGE["zh"], "challenge")


def test_a_queue_that_falls_silent_is_nobody_to_be_asked() -> None:
    book = play("caller: ordinary") >> answered() >> queued("正在为您转接人工") >> music(5)
    book >> silence(SILENT_PICK_UP + 2) << nothing()


@pytest.mark.parametrize(
    ("written", "asked"), [("true", CHALLENGE["zh"]), ("请问是真人吗", "请问是真人吗"), ("false", None)]
)
def test_the_question_who_is_there_is_the_scenarios_or_none(written: str, asked: str | None) -> None:
    book = play(f"challenge: {written}") >> answered() >> queued("正在为您转接人工") >> music(5)
    book >> unsure("您好") >> silence(2)
    assert [act.value for act in book.all_acts] == ([asked] if asked else [])  # type: ignore[attr-defined]
    book.acts.clear()


def test_a_bot_that_cannot_be_told_from_a_person_before_the_queue_is_not_challenged() -> None:
    play(BOT) >> answered() >> unsure("您好") >> silence(5) << nothing()


def test_somebody_who_speaks_again_and_waits_again_is_asked_who_is_there_wherever_the_walk_stands() -> None:
    book = play(KEYS) >> answered() >> unsure("您好请讲") >> silence(4) << nothing()
    book >> unsure("喂您好") >> silence(2) << say(CHALLENGE["zh"], "challenge")


def test_a_busy_desk_that_offers_to_be_asked_again_is_asked_again_as_a_step() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    busy = heard(
        "人工坐席较忙如需人工请再说一次转人工",
        lambda at, known: Queued(at=at - 2, known=known, text="人工坐席较忙"),
        lambda at, known: InputRejected(at=at, known=known, text="请再说一次"),
    )
    book >> busy << say("转人工", purpose="ask_human")


def test_a_menu_that_follows_a_key_without_a_pause_is_another_prompt() -> None:
    book = play("walk: [{press: {option: 业务}}, {press: {option: 人工}}]") >> answered()
    book >> heard("业务请按二，投诉请按三，开户请按一，人工请按九", barge_in=False) << press("2") << press("9")
    first, second = (act.answers for act in book.all_acts)  # type: ignore[attr-defined]
    assert first < book.all_acts[0].at < second


def test_two_presses_in_answer_to_one_prompt_answer_the_same_prompt() -> None:
    book = (
        play("walk: [{hear: 请输入编号, press: 12}, {press: '#'}]")
        >> answered()
        >> heard("请输入编号")
        << press("12")
        >> silence(1)
        << press("#")
    )
    assert book.all_acts[0].answers == book.all_acts[1].answers  # type: ignore[attr-defined]


def test_a_menu_read_again_from_its_beginning_in_one_breath_has_taken_the_key() -> None:
    book = play("walk: [{press: {option: 余额}}]") >> answered()
    book >> heard("余额查询请按一，重听请按星号键您的余额已通过短信发送余额查询请按一", barge_in=False)
    book << press("1", purpose="walk") << press("1", purpose="walk")


def test_a_key_that_cuts_a_menu_off_and_is_granted_in_the_same_breath_is_not_pressed_again() -> None:
    book = play("goal: complaint\nwalk: [{press: {option: 投诉}}]") >> answered()
    book >> heard("投诉与建议请按三，重复收听请按您已进入投诉与建议专线请稍等", barge_in=False) << press("3")
    book >> music(5) << nothing()


def test_a_key_is_pressed_no_sooner_than_a_caller_can_react_however_soon_the_option_is_known() -> None:
    book = (
        play("walk: [{press: {option: 人工}}]") >> answered() >> heard("人工服务请按零，重听请按星号键") << press("0")
    )
    spoken = 1.0 + SYLLABLE * len("人工服务请按零")
    assert book.all_acts[0].at == pytest.approx(spoken + REACTION, abs=0.03)
