from __future__ import annotations

import pytest

from probe.listen.spoken import written
from probe.listen.understanding import Understanding
from probe.timeline import (
    Advertised,
    BotAsked,
    ClosedHeard,
    HeardEvent,
    HumanOffered,
    InputRejected,
    MailboxHeard,
    MenuOption,
    PushedElsewhere,
    Queued,
    Word,
)


def told(text: str, *, streamed: bool = True) -> list[HeardEvent]:
    laid = written(text)
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    understanding = Understanding("zh")
    events: list[HeardEvent] = []
    for count in range(1, len(words) + 1) if streamed else ():
        events += understanding.read(words[:count], words[count - 1].end, words[count - 1].end)
    end = words[-1].end
    return events + list(understanding.read(words, end + 0.7, end + 0.7, final=True))


def test_each_meaning_is_told_once_a_segment() -> None:
    events = told("正在为您转接人工客服，请耐心等待，正在为您转接人工客服，请不要挂机")
    assert len([event for event in events if isinstance(event, Queued)]) == 1


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("人工坐席繁忙，小智也可以为您解答", [InputRejected]),
        ("目前话务员较忙，坐席全忙，我也能帮您查询", [InputRejected]),
        ("坐席全忙，请耐心等待", [Queued]),
        ("当前坐席繁忙", [Queued]),
        ("客服人员正忙，请您不要挂机", [Queued]),
        ("人工服务正在接通", [Queued]),
        ("客服代表为您服务", [Queued]),
        ("您好，人工客服为您服务", []),
        ("感谢您的耐心等待，我们将尽快为您服务", [Queued]),
    ],
)
def test_busy_people_are_a_queue_unless_the_bot_would_rather_help_itself(
    text: str, meant: list[type[HeardEvent]], streamed: bool
) -> None:
    assert [type(event) for event in told(text, streamed=streamed)] == meant


def test_an_agent_who_asks_what_to_do_excuses_nothing() -> None:
    assert not told("您好，有什么可以为您服务的")


def test_the_position_in_the_queue_follows_when_it_is_said_later() -> None:
    queued = [e for e in told("正在为您转接人工客服，请稍候，您前面还有三位客户") if isinstance(e, Queued)]
    assert [event.position for event in queued] == [None, 3]


def test_a_meaning_is_told_while_the_sentence_goes_on() -> None:
    event = next(e for e in told("抱歉，我没有听清，请您再说一遍，或者按井号键返回") if isinstance(e, InputRejected))
    assert event.at < 2.5
    assert event.known < 4.0


def test_what_is_streamed_and_what_is_read_at_once_means_the_same() -> None:
    text = "您好，水费查询请按一，人工服务请按零，您可以说转人工"
    kinds = [(type(e), getattr(e, "key", None)) for e in told(text)]
    assert sorted(map(str, kinds)) == sorted(
        map(str, [(type(e), getattr(e, "key", None)) for e in told(text, streamed=False)])
    )
    assert (MenuOption, "0") in kinds
    assert (HumanOffered, "0") in kinds
    assert (HumanOffered, None) in kinds


def test_an_open_question_is_a_bots_only_once_the_speaker_was_no_person() -> None:
    laid = written("您好，请问您要办理什么业务")
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    understanding = Understanding("zh")
    assert not list(understanding.read(words, 4.0, 4.0, final=True))
    assert [type(event) for event in understanding.question(4.0)] == [BotAsked]


def advertised(text: str) -> list[str]:
    laid = written(text)
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    understanding = Understanding("zh")
    for _ in understanding.read(words, words[-1].end, words[-1].end, final=True):
        pass
    found = list(understanding.advertised(words[-1].end))
    assert all(isinstance(event, Advertised) and event.at < event.until for event in found)
    return [event.text for event in found if isinstance(event, Advertised)]


def test_of_an_announcement_only_the_clauses_that_advertise_are_advertising() -> None:
    text = "您好，欢迎致电江南银行，最新优惠活动正在进行，新用户注册即可领取优惠券，普通话请按一"
    assert advertised(text) == ["最新优惠活动正在进行新用户注册即可领取优惠券"]
    assert advertised("您好，话费查询请按一，人工服务请按零") == []


def test_a_word_ends_where_its_sound_ends() -> None:
    laid = written("人工服务请按零")
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    understanding = Understanding("zh", ends=lambda at: at + 0.1)
    option = next(e for e in understanding.read(words, 9.0, 9.0, final=True) if isinstance(e, MenuOption))
    assert option.at == pytest.approx(words[-1].end + 0.1)


def said(text: str, start: float) -> tuple[Word, ...]:
    laid = written(text)
    return tuple(Word(c, start + a, start + b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))


@pytest.mark.parametrize(("pause", "keys"), [(0.26, {"9": "人工咨询", "1": "门诊查询"}), (2.0, {})])
def test_a_menu_parted_by_noise_goes_on_and_one_after_a_pause_begins_anew(pause: float, keys: dict[str, str]) -> None:
    first = said("挂号请按二，人工咨询", 1.0)
    before = Understanding("zh")
    assert [event.key for event in before.read(first, 9.0, 9.0, final=True) if isinstance(event, MenuOption)] == ["2"]
    second = said("请按九，门诊查询请按一", first[-1].end + pause)
    goes_on = before.next(second[0].start)
    found = [event for event in goes_on.read(second, 20.0, 20.0, final=True) if isinstance(event, MenuOption)]
    if keys:
        assert {option.key: option.label for option in found} == keys
    else:
        assert "人工咨询" not in {option.label for option in found}


def test_a_mailbox_that_speaks_of_its_beep_invites_nobody_to_state_a_wish() -> None:
    events = told("现在无人接听，请在滴声后留言")
    assert [type(event) for event in events] == [MailboxHeard]


def test_hours_are_told_apart_from_being_closed() -> None:
    closed = [event for event in told("服务时间为上午九点到下午五点") if isinstance(event, ClosedHeard)]
    assert [event.hours for event in closed] == [True]
    both = [event for event in told("现在是非工作时间，服务时间为上午九点到下午五点") if isinstance(event, ClosedHeard)]
    assert [event.hours for event in both] == [False, True]


@pytest.mark.parametrize(
    ("text", "unheard"),
    [
        ("缴费请按一，人工客服请三十五，报修请按二", True),
        ("人工坐席请订单查询请按七", True),
        ("您好欢迎致电，办理人工咨询请按", True),
        ("您好欢迎致电，人工咨询请", False),
        ("您好人工咨询请按时到场", False),
        ("人工服务请按零，报修请按二", False),
        ("报修请按二，人工坐席请稍候", False),
        ("报修请按二，三离转人工客服", True),
        ("报修请按二，办离转人工客服", True),
        ("报修请按二，马上转人工客服", False),
        ("报修请按二，人工服务请直接说出", False),
    ],
)
def test_a_person_offered_by_a_key_that_was_not_understood_is_still_offered(text: str, unheard: bool) -> None:
    offers = [event for event in told(text, streamed=False) if isinstance(event, HumanOffered) and event.unheard]
    assert bool(offers) is unheard


@pytest.mark.parametrize(("confidence", "pushed"), [(0.7, True), (0.5, False)])
def test_words_that_were_hardly_heard_send_nobody_elsewhere(confidence: float, pushed: bool) -> None:
    laid = written("请关注微信公众号")
    words = tuple(Word(c, a, b, confidence) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    events = list(Understanding("zh").read(words, words[-1].end, words[-1].end, final=True))
    assert bool(events) is pushed
    assert all(isinstance(event, PushedElsewhere) for event in events)


def test_a_place_in_a_question_or_as_an_example_sends_nobody_there() -> None:
    assert not [event for event in told("这个问题我可以帮您，请问是网点电话吗") if isinstance(event, PushedElsewhere)]
    assert not [event for event in told("请描述您的业务，例如网点电话") if isinstance(event, PushedElsewhere)]
    assert [event for event in told("请问您好，请到网点办理") if isinstance(event, PushedElsewhere)]


def test_a_place_is_told_as_a_push_when_the_words_are_over() -> None:
    assert [type(event) for event in told("如需更多请看官网")] == [PushedElsewhere]


def test_what_is_said_to_two_inputs_in_one_segment_is_told_twice() -> None:
    twice = told("按键有误，查询请按一，报修请按二，人工服务请按零，重听请按星号键，按键有误，请重新选择")
    assert len([event for event in twice if isinstance(event, InputRejected)]) == 2
    advert = "关注我们的微信公众号，查询请按一，报修请按二，人工服务请按零，重听请按星号键，请登录官方网站办理，再见"
    pushes = [event.at for event in told(advert) if isinstance(event, PushedElsewhere)]
    assert min(pushes) < 2
    assert max(pushes) > 9
