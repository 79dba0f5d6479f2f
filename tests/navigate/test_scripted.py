"""Whole conversations: what the caller presses and says, and when."""

from __future__ import annotations

import pytest

from probe.timeline import MenuOption, Outcome
from tests.navigate.playbook import (
    BOT,
    KEYS,
    Playbook,
    answered,
    bot,
    courtesy,
    hang_up,
    heard,
    human,
    music,
    nothing,
    play,
    press,
    pushed,
    queued,
    rejection,
    say,
    silence,
)

# ------------------------------------------------------------------------------------------------- keys and options


def test_keys_lead_through_two_menus_to_a_person() -> None:
    (
        play(KEYS)
        >> answered()
        >> heard("您好欢迎致电，普通话请按一，英文请按二")
        << press("1", purpose="walk", option="普通话")
        >> heard("用水查询请按一，人工服务请按零，重听请按星号键")
        << press("0", purpose="ask_human", option="人工服务")
        >> queued("正在为您转接请稍候")
        >> music(8)
        >> human("您好工号一零二三为您服务请问有什么可以帮您")
        << courtesy()
    )  # fmt: skip


def test_a_key_is_sent_as_soon_as_its_prompt_is_heard_and_not_before_its_last_word() -> None:
    book = play(KEYS) >> answered() >> heard("普通话请按一，英文请按二，法文请按三")
    book << press("1")
    spoken = 1.02 + 6 * 0.2  # answered at 1 s, six syllables up to 一
    assert spoken <= book.all_acts[0].at <= spoken + 0.45


def test_what_ringback_music_said_before_the_answer_is_no_prompt() -> None:
    (
        play(KEYS)
        >> heard("普通话请按一，英文请按二")
        >> answered()
        >> silence(3)
        << nothing()
        >> heard("普通话请按一，英文请按二")
        << press("1")
    )  # fmt: skip


def test_after_prompt_holds_a_key_back_until_the_prompt_ends() -> None:
    book = play("walk: [{hear: 人工服务请按, press: {option: 人工}, act: after prompt}]") >> answered()
    book >> heard("人工服务请按零，重听请按星号键，返回请按井号键") << press("0")
    assert book.all_acts[0].at > 1.0 + 0.2 * 20


def test_the_announced_key_is_pressed_whatever_it_is() -> None:
    (
        play("walk: [{press: {option: [客服代表, 人工]}}]")
        >> answered()
        >> heard("故障请按一，客服代表请按九")
        << press("9")
    )


def test_homophones_and_a_wrong_sound_do_not_matter() -> None:
    play("walk: [{hear: 普通话服务请按一, press: 1}]") >> answered() >> heard("普通花服物请安一") << press("1")


def test_the_same_words_are_not_taken_twice() -> None:
    scenario = "walk: [{hear: 请按一, press: 1, if_no_reaction: {again: 0}}, {hear: 请按一, press: 2}]"
    play(scenario) >> answered() >> heard("查询请按一") << press("1") >> heard("报修请按一") << press("2")


def test_two_prompts_in_one_breath_are_both_heard() -> None:
    (
        play("walk: [{hear: 欢迎致电}, {hear: 请按一, press: 1}]")
        >> answered()
        >> heard("欢迎致电，继续请按一")
        << press("1")
    )


def test_any_of_several_texts_or_a_pattern_will_do() -> None:
    any_of = "walk: [{hear: [中文服务, 普通话], press: 1}]"
    play(any_of) >> answered() >> heard("普通话服务请先按一") << press("1")
    pattern = "walk: [{hear: {pattern: '第[一二三]季度'}, press: 1}]"
    play(pattern) >> answered() >> heard("现在是第二季度") << press("1")


# --------------------------------------------------------------------------------------------------------- the bot


def test_a_bot_is_answered_when_it_has_finished() -> None:
    book = play(BOT) >> answered() >> bot("您好我是智能客服请问您需要办理什么业务")
    book << say("转人工", purpose="ask_human")
    assert book.all_acts[0].at > 1.0 + 0.2 * 19
    book >> queued("正在为您转接人工") >> human("您好") << courtesy()


def test_a_refused_request_is_made_again_as_a_new_request() -> None:
    (
        play(BOT)
        >> answered()
        >> bot("请问您需要办理什么业务") << say("转人工", purpose="ask_human") >> silence(1)
        >> bot("您可以说查话费办套餐请说出您的需求") << say("转人工", purpose="ask_human") >> silence(1)
        >> queued("好的正在为您转接人工")
        >> human("您好请讲") << courtesy()
    )  # fmt: skip


def test_a_bot_that_answers_and_then_waits_has_refused() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> heard("小智已经可以解决大部分问题") << nothing()
    book >> silence(4) << say("转人工", purpose="ask_human")


def test_a_slow_transfer_is_not_taken_for_a_refusal() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> heard("好的请您稍等一下") >> music(20) >> human("您好") << courtesy()


def test_refusals_are_answered_with_other_words_in_turn_and_then_the_caller_gives_up() -> None:
    scenario = "walk: [{hear: 办理什么业务, say: 转人工, if_refused: {again: 2, say: [人工客服, 找真人]}}]"
    book = play(scenario) >> answered() >> bot("请问办理什么业务") << say("转人工") >> silence(1)
    book >> bot("请简单描述您的问题") << say("人工客服", purpose="ask_human") >> silence(2)
    book >> pushed("您可以下载掌上营业厅自助办理") >> silence(1) << say("找真人", purpose="ask_human") >> silence(3)
    book >> bot("请问还有什么可以帮您") << hang_up("looped")


@pytest.mark.parametrize("refusal", ["抱歉暂时无法为您转接人工", "这个问题我可以帮您"])
def test_who_pauses_within_a_refusal_is_not_interrupted(refusal: str) -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> pushed(refusal) >> pushed("您可以下载掌上营业厅") >> silence(0.6) << nothing() >> silence(0.3)
    book << say("转人工", purpose="ask_human") >> silence(1)
    book >> pushed(refusal) >> bot("请问您要办理哪项业务") << say("转人工", purpose="ask_human")


def test_a_question_that_goes_on_after_a_breath_is_answered_when_it_is_over_in_a_new_step() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> bot("抱歉我没有权限为您转接人工请说出您要办理的业务", pause=0.3) >> bot("请问您要查什么")
    book << say("转人工", purpose="ask_human")
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> bot("抱歉我没有权限请说出您要办理的业务", pause=0.3) << nothing() >> silence(0.4)
    book << say("转人工", purpose="ask_human")


def test_who_is_refused_in_the_queue_asks_again_unless_told_to_wait_on() -> None:
    walk = "walk: [{hear: 办理什么业务, say: 转人工, if_refused: {again: 2}}]"

    def refused() -> Playbook:
        book = play(walk) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
        return book >> queued("正在为您转接人工") >> silence(0.5) >> heard("抱歉暂时无法为您转接人工") << nothing()

    refused() >> silence(1) << say("转人工", purpose="ask_human")
    refused() >> music(3) >> silence(2) << nothing()
    refused() >> queued("请您继续等待") >> silence(2) << nothing()


def test_what_a_bot_did_not_hear_is_said_again_without_a_step() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> rejection("抱歉我没有听清") << say("转人工", purpose="again")


def test_what_a_bot_did_not_hear_after_it_had_answered_is_the_silence_and_said_anew_as_a_step() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> queued("人工坐席繁忙") >> silence(6)
    book >> rejection("我没有听到您的声音") << say("转人工", purpose="ask_human")
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> queued("坐席繁忙") >> rejection("我没有听到您的声音") << say("转人工", purpose="again")
    waits = "walk: [{hear: 办理什么业务, say: 转人工, if_no_reaction: {after: 12 s}, if_refused: {again: 2}}]"
    book = play(waits) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(6)
    book >> rejection("我没有听到您的声音") << say("转人工", purpose="again")


def test_branches_take_whichever_prompt_comes_and_repeat() -> None:
    scenario = """
walk:
  - when:
      - { hear: 手机号码, say: 不知道 }
      - { hear: 哪个地区, say: 镇江 }
      - { hear: 为您转接, go_on: true }
    repeat: at most 3
"""
    book = play(scenario) >> answered() >> bot("请问您在哪个地区") << say("镇江") >> silence(1)
    (
        book
        >> bot("请报一下您的手机号码")
        << say("不知道")
        >> silence(2)
        >> queued("马上为您转接")
        >> human("您好")
        << courtesy()
    )


def test_a_repeated_branch_ends_when_its_rounds_are_used_up() -> None:
    scenario = "walk: [{when: [{hear: 请问您要办什么, say: 转人工}], repeat: at most 2}]"
    book = play(scenario) >> answered() >> bot("请问您要办什么") << say("转人工") >> silence(1)
    book >> bot("那么请问您要办什么") << say("转人工") >> silence(1) >> bot("好的请问您要办什么") << hang_up("looped")


def test_the_item_after_a_repeated_when_ends_the_repetition() -> None:
    scenario = """
walk:
  - when: [{ hear: 哪个地区, say: 镇江 }]
    repeat: at most 5
  - hear: 按键选择
    press: 2
"""
    book = play(scenario) >> answered() >> bot("请问哪个地区") << say("镇江") >> silence(1)
    book >> heard("请您按键选择") << press("2")


def test_a_branch_has_a_walk_of_its_own_and_the_main_walk_goes_on_after_it() -> None:
    scenario = """
walk:
  - when:
      - hear: 请选择语言
        walk: [{ press: 1 }, { hear: 已选择, press: 2 }]
      - hear: 现在是非工作时间
        end: closed
  - hear: 主菜单
    press: 0
"""
    book = play(scenario) >> answered() >> heard("请选择语言") << press("1")
    book >> heard("您已选择中文") << press("2") >> heard("主菜单") << press("0")
    closed = play(scenario) >> answered() >> heard("您好现在是非工作时间请改日再拨")
    closed << hang_up("scenario", Outcome.CLOSED)


# ------------------------------------------------------------------------------------------------ inputs that are lost


def test_a_key_that_nothing_follows_is_pressed_once_more_and_counts_as_no_step() -> None:
    book = play("walk: [{hear: 请按一, press: 1}]\nlimits: {silence: 12 s}") >> answered() >> heard("继续请按一")
    book << press("1")
    book >> silence(3) << nothing()
    book >> silence(2) << press("1", purpose="again")
    book >> silence(11) << nothing()
    book >> silence(2) << hang_up("limit_silence")


def test_a_last_key_lost_in_a_menu_that_cannot_be_cut_off_is_pressed_at_the_menu_s_end() -> None:
    book = play("walk: [{press: {option: 人工}}]") >> answered()
    menu = heard("人工服务请按零，返回上一层请按九，重听请按星号键", barge_in=False)
    book >> menu << press("0") << press("0", purpose="again")


def test_a_key_lost_on_the_way_is_pressed_when_its_menu_comes_again() -> None:
    menu = heard("业务办理请按二，人工服务请按零，返回请按星号键", barge_in=False)
    book = play("walk: [{press: {option: 业务}}, {hear: 请问, say: 转人工}]") >> answered() >> menu << press("2")
    book >> silence(3) >> menu << press("2", purpose="again")


def test_a_key_lost_on_the_way_is_pressed_at_the_menu_s_end_though_a_noise_parts_the_menu() -> None:
    book = play("walk: [{press: {option: 业务}}, {hear: 请问, say: 转人工}]") >> answered()
    book >> heard("缴费请按一，业务请按三，航班请按二，会员请按四", barge_in=False) << press("3") >> silence(5)
    book >> heard("缴费请按一，业务请按三", barge_in=False, pause=0.25) << nothing()
    book >> heard("航班请按二，会员请按四", barge_in=False) << press("3", purpose="again")


def test_a_key_lost_in_a_menu_that_pauses_is_pressed_again_when_all_of_the_menu_is_over_and_is_no_step() -> None:
    book = play("walk: [{press: {option: 业务}}, {hear: 请问, say: 转人工}]") >> answered()
    begins = heard("缴费请按一，会员服务请按二，业务请按四，航班请按三", barge_in=False, pause=0.57)
    ends = heard("重新收听请按星号键", barge_in=False)
    book >> begins << press("4")
    book >> ends >> silence(5) >> begins << nothing()
    book >> ends << press("4", purpose="again")


def test_a_key_that_seemed_lost_was_taken_if_a_bot_asks_after_the_menu() -> None:
    book = play("walk: [{press: {option: 业务}}, {hear: 例如, say: 转人工}]") >> answered()
    begins = heard("缴费请按一，会员服务请按二，业务请按四，航班请按三", barge_in=False, pause=0.57)
    book >> begins << press("4")
    book >> heard("重新收听请按星号键", barge_in=False) >> silence(5) >> begins << nothing()
    book >> bot("请问您要办什么") << nothing() >> silence(2) << nothing()


def test_a_key_after_which_something_was_said_and_the_menu_begins_anew_at_once_was_taken() -> None:
    book = play("walk: [{press: {option: 业务}}, {hear: 请问, say: 转人工}]") >> answered()
    menu = heard("缴费请按一，会员服务请按二，业务请按四，航班请按三", barge_in=False, pause=0.57)
    book >> menu << press("4")
    book >> heard("此业务今天已经结束", barge_in=False) >> silence(0.5) >> menu << press("4")


def test_a_key_lost_while_the_menu_is_read_on_is_pressed_again_when_the_menu_is_over_and_not_in_its_pauses() -> None:
    book = play("walk: [{press: {option: 人工}}]") >> answered()
    menu = heard("人工咨询请按零，寄件请按一，价格请按二", barge_in=False, pause=0.5)
    book >> menu << press("0")
    book >> heard("重复收听请按星号键", barge_in=False) >> silence(1.2) << press("0", purpose="again")


def test_a_key_taken_at_the_end_of_the_menu_is_not_read_out_again_by_what_follows_another_key() -> None:
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    kept = heard("人工服务请按零，退票改签请按二，人工服务正在接通，通话将被录音", barge_in=False)
    book >> kept << press("0") >> music(5) << nothing()


def test_a_bot_that_asks_and_hears_nothing_has_taken_the_key() -> None:
    book = play("walk: [{press: {option: 业务}}, {hear: 例如, say: 转人工}]") >> answered()
    book >> heard("业务请按四，重听请按星号键") << press("4") >> bot("请问您要办什么") >> silence(5)
    book >> rejection("没有听到您的声音请问您要办什么") << nothing()


def test_a_key_that_is_understood_otherwise_a_moment_later_is_pressed_as_understood_last() -> None:
    def nine(at: float, known: float) -> MenuOption:
        return MenuOption(at=at, known=known, key="9", label="人工服务")

    (
        play("walk: [{press: {option: 人工服务}}]")
        >> answered()
        >> heard("缴费请按一，人工服务请按七", nine)
        << press("9")
    )


def test_a_last_key_that_was_misheard_is_mended_when_the_same_menu_is_read_again_without_the_word_invalid() -> None:
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    book >> heard("缴费请按一，人工服务请按星号键，返回请按七") << press("*") >> silence(1)
    book >> heard("缴费请按一，人工服务请按九，返回请按七") << press("9", purpose="again")


def test_a_key_misheard_before_any_other_option_is_mended_when_the_same_words_lead_up_to_it_again() -> None:
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    book >> heard("您好中原银行为您服务，人工服务请按零，缴费请按一") << press("0")
    book >> heard("没有这一项您好中原银行为您服务，人工服务请按九，缴费请按一") << press("9", purpose="again")
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    book >> heard("您好中原银行为您服务，人工服务请按零，缴费请按一") << press("0")
    book >> heard("请问您是哪一种客户，个人人工服务请按九，企业请按一") << press("9", purpose="ask_human")


def test_a_menu_that_only_repeats_itself_under_the_same_key_as_the_last_is_another_one() -> None:
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    book >> heard("缴费请按一，重听请按星号键，人工服务请按零") << press("0") >> silence(1)
    book >> heard("个人人工服务请按三，重听请按星号键") << press("3", purpose="ask_human")


def test_a_last_key_that_leads_to_another_menu_with_the_option_is_answered_as_a_step() -> None:
    book = play("walk: [{press: {option: 人工服务}}]") >> answered()
    book >> heard("缴费请按一，人工服务请按零") << press("0") >> silence(1)
    book >> heard("个人人工服务请按一，企业请按二") << press("1", purpose="ask_human")


def test_a_key_that_leads_back_to_its_own_menu_is_pressed_anew_as_a_step() -> None:
    scenario = "walk: [{press: {option: 业务}}, {hear: 请问, say: 转人工}]"
    book = play(scenario) >> answered() >> heard("业务办理请按二，返回请按星号键") << press("2")
    book >> silence(1) >> heard("业务办理请按二，返回请按星号键") << press("2", purpose="walk")
    book = play(scenario) >> answered() >> heard("业务办理请按二，返回请按星号键") << press("2") >> silence(1)
    (
        book
        >> heard("请您到就近的营业厅办理")
        >> silence(1)
        >> heard("业务办理请按二，返回请按星号键")
        << press("2", purpose="walk")
    )


def test_a_bot_that_spoke_of_waiting_and_asks_again_much_later_has_refused_and_is_asked_anew_as_a_step() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> queued("现在排队等候人工较久") >> silence(6)
    book >> bot("请问您需要办理什么业务") << say("转人工", purpose="ask_human")


def test_an_option_misheard_is_pressed_under_the_key_that_is_announced_next() -> None:
    book = play("walk: [{press: {option: 人工服务}}, {hear: 请问, say: 转人工}]") >> answered()
    book >> heard("人工服务请按六，重听请按星号键") << press("6") >> silence(1)
    book >> rejection("输入有误，人工服务请按零，重听请按星号键") << press("0", purpose="again")


def test_a_key_that_is_announced_and_called_invalid_was_misheard_and_the_likeliest_other_is_pressed() -> None:
    walk = "walk: [{press: {option: 人工服务}}, {hear: 请问, say: 转人工}]"
    book = play(walk) >> answered() >> heard("人工服务请按六，重听请按星号键") << press("6") >> silence(1)
    book >> rejection("输入有误，人工服务请按六，重听请按星号键") << press("0", purpose="again")
    book = play(walk) >> answered() >> heard("缴费请按零，人工服务请按六") << press("6") >> silence(1)
    book >> rejection("输入有误，缴费请按零，人工服务请按六") << press("9", purpose="again")
    book = play(walk) >> answered() >> heard("人工服务请按五，重听请按星号键") << press("5") >> silence(1)
    book >> rejection("输入有误，人工服务请按五，重听请按星号键") << press("5", purpose="again")


def test_what_is_advertised_to_those_who_wait_is_no_refusal() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> heard("好的") >> music(5) >> pushed("您也可以关注微信公众号") >> music(5) << nothing()


def test_the_next_menu_that_offers_the_same_under_another_key_is_no_way_back() -> None:
    scenario = "walk: [{press: {option: 水质咨询}}, {press: {option: 人工服务}}]"
    book = play(scenario) >> answered() >> heard("水质咨询请按二，重听请按星号键") << press("2")
    book >> silence(1) >> heard("人工服务请按零，水质咨询请按一") << press("0")


def test_a_bot_that_speaks_of_busy_people_to_keep_the_caller_has_refused() -> None:
    book = play(BOT) >> answered() >> bot("请问您需要办理什么业务") << say("转人工") >> silence(1)
    book >> queued("人工坐席繁忙小智也可以为您解答") << say("转人工", purpose="ask_human")


def test_an_input_said_to_be_invalid_is_sent_again_without_a_step() -> None:
    book = play("walk: [{hear: 请按一, press: 1}]") >> answered() >> heard("继续请按一") << press("1")
    book >> rejection("您的输入有误请重新输入") << press("1", purpose="again")


def test_a_queue_is_a_reaction() -> None:
    book = (
        play("walk: [{hear: 请按零, press: 0}]") >> answered() >> heard("人工请按零") << press("0", purpose="ask_human")
    )
    book >> music(15) << nothing()
