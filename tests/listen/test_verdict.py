from __future__ import annotations

from dataclasses import replace

import pytest

from probe.listen.addressing import announces_number, asks_for_patience, only_tells, says_hello
from probe.listen.cues import Cue, cues
from probe.listen.spoken import written
from probe.listen.too_little import too_little
from probe.listen.verdict import Opening, judge, wanted
from probe.listen.weights import Weights, shipped
from probe.listen.wording import Wording
from probe.timeline import Verdict

CLEAN, ROOM = -90.0, -45.0


def opening(text: str, **circumstances: object) -> Opening:
    words = written(text)
    plain = Opening(words.text, Wording().search(words), length=0.25 * len(words.text), silence_after=1.0, floor=CLEAN)
    return replace(plain, **circumstances)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "您好，工号一零二三为您服务，请问有什么可以帮您",
        "喂，您好",
        "您好，请讲",
        "感谢您的等待，我是三号，请问您要办什么",
    ],
)
def test_an_opening_from_a_room_after_the_queue_is_a_person(text: str) -> None:
    verdict = judge(opening(text, floor=ROOM, floor_before=CLEAN, after_queue=True))
    assert verdict.is_ == "human"
    assert verdict.probability >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "正在为您转接人工客服，请稍候",
        "您好，欢迎致电镇江自来水公司",
        "您前面还有三位客户，请耐心等待",
        "您拨打的号码是空号",
        "现在是非工作时间",
    ],
)
def test_machine_wording_is_never_a_person_even_in_noise(text: str) -> None:
    circumstances = {"floor": ROOM, "floor_before": CLEAN, "after_queue": True, "after_music": True}
    assert judge(opening(text, **circumstances)).is_ != "human"


def test_a_bot_that_says_what_it_is_is_a_bot() -> None:
    assert judge(opening("您好，我是智能客服小移，请问您要办理什么业务")).is_ == "bot"


def test_a_menu_that_offers_a_bot_is_a_recording() -> None:
    assert judge(opening("话费查询请按一，智能客服请按二", options=2)).is_ == "recording"


def test_a_clean_opening_with_nothing_before_it_is_nobody_to_hang_up_on() -> None:
    assert judge(opening("您好，请问有什么可以帮您")).is_ != "human"


def test_a_greeting_in_the_hold_music_is_not_a_person() -> None:
    fake = opening("您好，很高兴为您服务", floor_before=CLEAN, after_queue=True, after_music=True, music_after=True)
    assert judge(replace(fake, silence_after=0.0)).is_ != "human"


def test_the_same_recording_again_is_a_recording() -> None:
    again = opening("您好，工号一零二三为您服务", after_queue=True, heard_before=True, floor_before=CLEAN)
    assert judge(again).is_ != "human"


def test_a_sound_without_words_is_unsure() -> None:
    assert judge(opening("", floor=ROOM, floor_before=CLEAN, after_queue=True)).is_ == "unsure"


@pytest.mark.parametrize(("text", "length"), [("么", 0.3), ("嗯", 0.1)])
def test_a_single_syllable_is_no_answer_unless_it_greets(text: str, length: float) -> None:
    cough = opening(text, floor=ROOM, floor_before=CLEAN, after_queue=True, after_music=True)
    assert judge(replace(cough, length=length)).is_ == "unsure"
    greeting = opening("喂", floor=ROOM, floor_before=CLEAN, after_queue=True, after_music=True)
    assert judge(greeting).is_ == "human"


def test_a_room_heard_only_after_a_clean_opening_speaks_against_a_person() -> None:
    clean = opening("三零二七号为您服务", floor_before=CLEAN, after_queue=True, after_request=True)
    verdict = judge(replace(clean, room_after=True))
    assert verdict.is_ != "human"
    assert human(replace(clean, room_after=True)) <= human(clean)
    (cue,) = [cue for cue in cues(replace(clean, room_after=True)) if cue.name == "room_after"]
    assert cue.reason == "a room was heard only after it"


def test_a_recorded_hello_before_somebody_picks_up_is_nobody_however_likely() -> None:
    hello = opening("您好，请讲", after_queue=True, after_ringback=True, calls_remembered=6, silence_after=0.9)
    hello = replace(hello, floor_before=CLEAN)
    assert judge(hello).is_ == "human"
    assert judge(replace(hello, room_after=True)).is_ == "unsure"
    assert human(replace(hello, room_after=True)) > 0.99


def test_queue_wording_in_a_greeting_that_no_earlier_call_heard_counts_half() -> None:
    circumstances = {"floor": ROOM, "floor_before": CLEAN, "after_queue": True, "voice_apart": 4.5, "level_apart": 0.0}
    said = opening("您好，人工正在接入，是什么情况", **circumstances)

    def queue(of: Opening) -> float:
        return next(cue.value for cue in cues(of) if cue.name == "queue")

    assert queue(said) == queue(replace(said, calls_remembered=3)) == 1.0
    assert queue(replace(said, calls_remembered=4)) == 0.5
    assert queue(replace(said, calls_remembered=4, music_after=True)) == 1.0
    assert judge(replace(said, calls_remembered=8)).is_ == "human"
    assert judge(replace(said, calls_remembered=8, silence_after=0.5)).is_ == "unsure"


@pytest.mark.parametrize("text", ["客服代表为您服务", "电话已接通", "人工服务已接通"])
def test_that_the_line_is_through_is_no_person_by_itself(text: str) -> None:
    announced = opening(text, floor=ROOM, floor_before=CLEAN, after_queue=True, voice_apart=1.0, level_apart=0.0)
    assert judge(announced).is_ != "human"
    assert judge(replace(announced, silence_after=1.5)).is_ != "human"


def test_who_greets_and_says_that_the_line_is_through_in_a_room_of_their_own_may_be_a_person() -> None:
    circumstances = {"floor": ROOM, "floor_before": CLEAN, "after_queue": True, "after_music": True}
    said = opening("您好，人工客服为您服务", voice_apart=7.0, level_apart=4.0, silence_after=1.5, **circumstances)
    assert judge(said).is_ in ("human", "unsure")
    assert judge(replace(said, calls_remembered=5)).is_ == "human"


def test_queue_wording_amid_an_agents_opening_is_doubted_and_never_a_person_before_there_was_silence() -> None:
    circumstances = {"floor": ROOM, "floor_before": CLEAN, "after_queue": True, "voice_apart": 7.0, "level_apart": 4.0}
    misheard = opening("您好，工号一零二三为您服务，正在接入，请问有什么可以帮您", calls_remembered=5, **circumstances)
    assert any(phrase.meaning == "queue" for phrase in misheard.phrases)
    assert judge(replace(misheard, silence_after=0.5)).is_ == "unsure"
    assert judge(replace(misheard, silence_after=1.5)).is_ in ("human", "unsure")
    fake = opening("您好，很高兴为您服务，请继续等待", after_queue=True, floor_before=CLEAN)
    assert judge(replace(fake, music_after=True, silence_after=0.0)).is_ == "recording"
    assert judge(replace(fake, silence_after=1.5)).is_ != "human"


def test_one_misheard_option_makes_no_menu_of_an_agents_opening() -> None:
    said = opening("按修好，请问有什么可以帮到您", options=1, after_queue=True, floor=ROOM, floor_before=CLEAN)
    assert judge(replace(said, silence_after=0.5)).is_ == "unsure"
    assert judge(said).is_ in ("human", "unsure")
    assert judge(replace(said, options=2)).is_ == "recording"
    assert judge(replace(said, after_queue=False)).is_ == "recording"


@pytest.mark.parametrize(
    "circumstances",
    [
        {"voice_apart": 1.5, "level_apart": 0.0},
        {"prompt_share": 0.4},
        {"calls_remembered": 0},
        {"calls_remembered": 1},
    ],
)
def test_what_sounds_as_the_machine_did_is_not_called_a_person_before_it_waits(circumstances: dict[str, float]) -> None:
    said = opening(
        "您好，请讲", floor=ROOM, floor_before=CLEAN, after_queue=True, calls_remembered=2, silence_after=0.5
    )
    assert judge(said).is_ == "human"
    assert judge(replace(said, **circumstances)).is_ == "unsure"  # type: ignore[arg-type]


def test_unknown_words_in_a_room_that_clearly_began_after_the_queue_may_be_a_persons_who_waits() -> None:
    circumstances = {"floor": ROOM, "floor_before": CLEAN, "after_queue": True, "voice_apart": 7.0, "level_apart": 5.0}
    said = opening("市民之家值守，讲吧", **circumstances)
    assert not said.phrases
    assert judge(said).is_ == "human"
    assert judge(replace(said, silence_after=0.5)).is_ == "unsure"
    assert judge(replace(said, voice_apart=3.0)).is_ == "human", "who offers to listen needs no other voice"
    told = opening("市民之家值守，这边在", **circumstances)
    assert judge(replace(told, voice_apart=3.0)).is_ == "unsure"
    assert judge(replace(told, voice_apart=3.0, calls_remembered=1)).is_ == "human"
    assert judge(replace(said, floor=-75.0, calls_remembered=1)).is_ != "human"


def test_a_number_announced_with_a_greeting_is_a_person_only_in_a_room_or_where_people_answered_before() -> None:
    circumstances = {"floor": -80.0, "floor_before": -90.0, "after_queue": True, "voice_apart": 5.0, "level_apart": 2.0}
    said = opening("您好，工号六七零九为您服务", calls_remembered=6, **circumstances)
    assert judge(said).is_ == "unsure"
    assert judge(replace(said, led_to_person=3)).is_ == "human"
    assert judge(replace(said, led_to_person=3, voice_apart=1.0)).is_ == "unsure"
    in_a_room = replace(said, floor=ROOM, floor_before=CLEAN)
    assert not lacking(in_a_room)
    assert not lacking(replace(in_a_room, text="您好请问听得到吗水务热线工号六七零九为您服务"))
    for known in (
        {"calls_remembered": 1},
        {"words_known": 0.3},
        {"silence_after": 0.5},
        {"text": "工号六七零九为您服务"},
    ):
        assert lacking(replace(in_a_room, **known)), known


def test_unknown_words_at_the_answer_are_a_persons_where_people_answered_before() -> None:
    said = opening("市民之家值守，讲吧", floor=ROOM, calls_remembered=8, led_to_person=6)
    assert judge(said).is_ == "human"
    assert judge(replace(said, led_to_person=0)).is_ == "unsure"
    assert judge(replace(said, led_to_person=2, calls_remembered=2)).is_ == "unsure"
    assert judge(replace(said, talks_with_bot=True)).is_ == "unsure"


def test_two_words_that_hand_over_right_where_a_person_answered_need_nothing_else() -> None:
    said = opening("您好请讲", after_queue=True, calls_remembered=1, led_to_person=1, voice_apart=3.0)
    assert judge(said).is_ == "human"
    assert judge(replace(said, led_to_person=0)).is_ == "unsure"
    bare = opening("喂", after_queue=True, calls_remembered=1, led_to_person=1, voice_apart=3.0)
    assert judge(bare).is_ == "unsure", "a recorded hello is too short to be known again"


def test_two_words_that_hand_over_need_more_than_themselves() -> None:
    few = opening("有什么事", after_queue=True, floor_before=CLEAN, silence_after=1.0)
    assert judge(few).is_ != "human"
    assert judge(replace(few, floor=ROOM)).is_ == "human"


def test_the_sound_of_the_music_under_an_announcement_is_no_room() -> None:
    over_music = opening("我们会尽快接听", floor=ROOM, floor_before=CLEAN, after_queue=True, music_after=True)
    assert not any("room noise" in reason for reason in judge(over_music).reasons)


def test_nothing_before_the_answer_is_a_person() -> None:
    early = opening("喂，您好", floor=ROOM, answered=False)
    assert judge(early).is_ == "recording"


def human(of: Opening) -> float:
    probability = judge(of).human
    assert probability is not None
    return probability


@pytest.mark.parametrize("circumstance", ["after_queue", "same_room"])
def test_these_circumstances_speak_for_a_person(circumstance: str) -> None:
    doubtful = opening("您好，请问有什么可以帮您", floor_before=CLEAN)
    assert human(replace(doubtful, **{circumstance: True})) > human(doubtful)


@pytest.mark.parametrize("circumstance", ["after_ringback", "after_request"])
def test_these_circumstances_never_speak_against_a_person(circumstance: str) -> None:
    doubtful = opening("您好，请问有什么可以帮您")
    assert human(replace(doubtful, **{circumstance: True})) >= human(doubtful)


def test_what_no_earlier_call_heard_speaks_for_a_person_and_what_they_heard_decides_against() -> None:
    said = opening("您好，请问有什么可以帮您", after_queue=True)
    assert human(replace(said, calls_remembered=14)) >= human(replace(said, calls_remembered=1)) >= human(said)
    assert any(
        "not heard in earlier calls: 14" in cue.reason + ": " + cue.detail
        for cue in cues(replace(said, calls_remembered=14))
    )
    known = replace(said, floor=ROOM, floor_before=CLEAN, calls_remembered=14, prompt="p-1", prompt_share=1.0)
    verdict = judge(replace(known, prompt_calls=14))
    assert verdict.is_ == "recording"
    assert verdict.reasons[0].startswith("a known recording")


@pytest.mark.parametrize("rule", ["not answered", "known", "menu", "bot name", "queue", "voicemail"])
def test_no_weight_in_the_world_overturns_a_rule(rule: str) -> None:
    sure = Weights(1, 20.0, {}, 0.0, {}, 0.8, 0.9, 0.15, 0.9999)
    text = {"bot name": "您好，我是智能客服小移", "queue": "正在为您转接人工客服", "voicemail": "请在提示音后留言"}
    circumstances: dict[str, dict[str, object]] = {
        "not answered": {"answered": False},
        "known": {"prompt": "p-1", "prompt_share": 0.9, "prompt_calls": 1},
        "menu": {"options": 1},
    }
    said = opening(text.get(rule, "您好，请讲"), **circumstances.get(rule, {}))
    assert judge(said, sure).is_ in ("bot", "recording")
    assert judge(opening("您好，请讲"), sure).is_ == "human"


def test_more_is_asked_of_a_person_while_the_speech_may_go_on() -> None:
    model = Weights(1, 3.0, {}, 0.0, {}, 0.9, 0.99, 0.15, 0.9999)
    assert judge(opening("您好，请讲", silence_after=1.2, calls_remembered=1), model).is_ == "human"
    assert judge(opening("您好，请讲", silence_after=0.5), model).is_ == "unsure"
    assert judge(opening("您好，请讲", silence_after=0.5, goes_on=True), model).is_ == "unsure"


def test_who_addresses_us_in_a_room_that_sounds_on_waits_for_us() -> None:
    model = Weights(1, 3.0, {}, 0.0, {}, 0.9, 0.99, 0.15, 0.9999)
    waits = {"silence_after": 1.2, "goes_on": True, "paused": True, "calls_remembered": 1}
    assert judge(opening("您好，请讲", **waits), model).is_ == "human"
    assert judge(opening("正在为您转接", **waits), model).is_ != "human"


def sorted_cues(verdict: Verdict) -> list[Cue]:
    """The cues behind a verdict's reasons, in the order of the reasons."""
    said = opening("您好，工号一零二三，请讲", floor=ROOM, floor_before=CLEAN, after_queue=True)
    return [next(c for c in cues(said) if reason.partition(": ")[0] == c.reason) for reason in verdict.reasons]


def test_reasons_are_ranked_with_the_weightiest_first() -> None:
    verdict = judge(opening("您好，工号一零二三，请讲", floor=ROOM, floor_before=CLEAN, after_queue=True))
    worths = [shipped().worth(cue) for cue in sorted_cues(verdict)]
    assert worths == sorted(worths, reverse=True)
    assert any(reason.startswith("room noise began with it") for reason in verdict.reasons)
    assert any(reason.startswith("said an agent's opening: 工号") for reason in verdict.reasons)


def lacking(said: Opening) -> bool:
    return too_little(said, cues(said))


def test_a_few_words_after_the_queue_need_a_room_or_another_voice_to_be_a_persons() -> None:
    few = opening("您好，请讲", floor_before=CLEAN, after_queue=True, silence_after=1.2)
    assert judge(few).is_ != "human"
    assert judge(replace(few, floor=ROOM)).is_ == "human"
    assert lacking(replace(few, voice_apart=4.4, level_apart=1.0))
    assert not lacking(replace(few, voice_apart=8.0, level_apart=9.0))


def test_words_that_several_calls_never_heard_and_then_waiting_need_nothing_else_to_be_a_persons() -> None:
    few = opening("您好，请讲", floor_before=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=2)
    assert not lacking(few)
    unknown = replace(few, text="门诊时间查询", phrases=())
    assert not lacking(replace(unknown, calls_remembered=4))
    in_noise = replace(unknown, calls_remembered=4, floor=-40.0, level=-25.0, floor_before=-40.0, others_known=True)
    assert lacking(in_noise), "what is left of a recording that noise hid half of"
    less = replace(in_noise, floor=-50.0, floor_before=-50.0)
    assert [lacking(replace(less, level=level)) for level in (-29.0, -27.0)] == [True, False]
    twice = replace(less, level=-30.0, turns=1, voice_apart=8.0, level_apart=1.0, same_room=True)
    assert not lacking(twice), "who takes two turns in a voice that was not heard before"
    for other in ({"turns": 0}, {"voice_apart": 2.0}, {"calls_remembered": 3}, {"floor": -45.0}, {"length": 4.0}):
        assert lacking(replace(twice, **other)), other
    assert lacking(unknown)
    assert lacking(replace(few, calls_remembered=1))
    assert lacking(replace(few, silence_after=0.5))
    assert lacking(replace(few, words_known=0.4))


def test_half_a_sentence_that_was_hardly_understood_is_not_new_to_many_calls() -> None:
    heard = opening("门诊时间", phrases=[], floor_before=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=9)
    assert [lacking(replace(heard, length=seconds)) for seconds in (1.5, 1.7)] == [False, True]


def test_in_noise_a_few_words_are_no_persons_for_being_new() -> None:
    few = opening("您好，请讲", after_queue=True, silence_after=1.2, calls_remembered=9, level=-25.0, others_known=True)
    noisy = replace(few, floor=-40.0, floor_before=-40.0, same_room=True, voice_apart=2.0, level_apart=0.0)
    assert lacking(noisy)
    assert lacking(replace(noisy, voice_apart=12.0)), "noise makes all voices others"
    assert [lacking(replace(noisy, level=level)) for level in (-19.0, -17.0)] == [True, False]
    more = opening("您好，工号八零二七为您服务，请问有什么可以帮您", floor_before=-40.0, floor=-40.0, after_queue=True)
    assert not lacking(replace(more, silence_after=1.2, calls_remembered=9, level=-25.0, others_known=True))


def test_what_is_mostly_a_known_recordings_sound_is_nobody_without_a_room() -> None:
    hello = opening("您好，请讲", floor_before=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=3)
    apart = replace(hello, voice_apart=12.0, level_apart=9.0)
    assert [lacking(replace(apart, prompt_share=share)) for share in (0.4, 0.75)] == [False, True]
    in_a_room = replace(apart, prompt_share=0.75, floor=ROOM)
    assert not lacking(in_a_room)
    assert [lacking(replace(in_a_room, prompt="p-1", prompt_calls=calls)) for calls in (1, 2)] == [False, True]


def test_who_answers_our_question_with_an_opening_where_nothing_else_was_heard_may_be_a_bot() -> None:
    again = opening("您好，很高兴为您服务，请问有什么可以帮您", to_challenge=True, answers_us=0.8, floor=ROOM)
    assert lacking(again)
    assert not lacking(
        replace(again, text="是的我是人工" + again.text, phrases=Wording().search(written("是的我是人工" + again.text)))
    )
    assert not lacking(replace(again, calls_remembered=1))
    assert not lacking(replace(again, after_queue=True))


def test_words_of_a_known_recording_are_no_persons_unless_they_answer_us() -> None:
    said_so = opening("您好，请问有什么可以帮您", floor=ROOM, floor_before=CLEAN, after_queue=True, words_known=0.9)
    assert lacking(said_so)
    assert not lacking(replace(said_so, after_human=True))
    assert human(said_so) < human(replace(said_so, words_known=0.0))


def test_what_sounds_like_a_person_of_an_earlier_call_is_no_rule_until_it_has_come_twice() -> None:
    again = opening(
        "您好，请讲", calls_remembered=5, prompt="p-1", prompt_share=1.0, prompt_calls=1, prompt_doubtful=True
    )
    assert not judge(again).reasons[0].startswith("a known recording")
    assert human(again) < human(replace(again, prompt=None, prompt_share=0.0))
    assert judge(replace(again, prompt_calls=2)).reasons[0].startswith("a known recording")


def test_the_same_sound_again_in_one_call_is_a_recording_and_the_lines_own_noise_is_nobodys_room() -> None:
    again = opening("您好，请讲", floor=ROOM, prompt="p-1", prompt_share=1.0)
    assert judge(again).reasons[0] == "heard earlier in this call: p-1"
    assert judge(again).is_ in ("bot", "recording")
    noisy = opening("您好，请讲", floor=ROOM, same_room=True)
    assert "same_room" not in {cue.name for cue in cues(noisy)}
    assert "same_room" in {cue.name for cue in cues(replace(noisy, floor_before=CLEAN))}


def test_who_only_asks_whether_anybody_is_there_may_be_a_bot_that_heard_nothing() -> None:
    asked = opening("您好，请问您还在吗", floor_before=CLEAN, after_queue=True)
    assert lacking(asked)
    assert not lacking(replace(asked, same_room=True))


def test_words_that_nobody_answers_a_call_with_are_no_persons_whatever_the_circumstances() -> None:
    assert lacking(opening("门诊时间查询", floor=ROOM, floor_before=CLEAN, after_queue=True))


def test_a_long_sentence_in_the_same_words_again_is_a_machines_but_not_in_a_talk_with_a_person() -> None:
    again = opening("非常抱歉我们的客服正在为其他人服务", floor=ROOM, floor_before=CLEAN, heard_before=True)
    assert judge(again).reasons[0] == "heard earlier in this call"
    assert (judge(again).human or 0.0) < 0.01
    assert (judge(replace(again, after_human=True)).human or 0.0) > 0.01


def test_a_bots_name_where_an_agents_opening_stands_after_the_queue_is_weighed() -> None:
    named = opening(
        "您好，业务员小助手，很高兴为您服务，请问是报修还是咨询", after_queue=True, floor=ROOM, floor_before=CLEAN
    )
    assert {phrase.meaning for phrase in named.phrases} >= {"bot_name", "agent_opening"}
    assert judge(named).is_ == "unsure", "its question settles who it is"
    assert judge(replace(named, after_queue=False)).is_ == "bot"
    assert judge(replace(named, music_after=True)).is_ in ("bot", "recording")


def test_whoever_denies_being_a_machine_does_not_name_himself_one() -> None:
    said_so = opening("我不是智能机器人，我是真人，您请讲", floor=ROOM, answers_us=1.0, to_challenge=True)
    assert judge(said_so).is_ == "human"
    assert judge(opening("我是智能机器人，请讲", floor=ROOM, answers_us=1.0, to_challenge=True)).is_ != "human"


def test_a_line_too_soft_for_any_room_does_not_speak_against_a_person() -> None:
    names = [{cue.name for cue in cues(opening("喂，您好", level=level))} for level in (-20.0, -45.0)]
    assert "no_room" in names[0]
    assert "no_room" not in names[1]


def test_a_number_that_nobody_greets_with_is_an_announcement_though_it_is_new() -> None:
    number = opening("九七八号客服代表为您服务", floor=ROOM, floor_before=CLEAN, after_queue=True, calls_remembered=5)
    assert lacking(replace(number, silence_after=1.2))


def test_a_number_announced_in_one_breath_after_another_recording_is_an_announcement_all_the_same() -> None:
    glued = opening("您好很高兴为您服务请继续等待七二四六号客服代表为您服务", after_queue=True, silence_after=1.2)
    apart = replace(glued, voice_apart=7.0, level_apart=7.4, floor=ROOM, floor_before=CLEAN)
    assert lacking(apart)
    assert lacking(replace(apart, text="人工服务已接通您的通话将被录音工号六八六为您服务", phrases=()))
    assert not lacking(replace(apart, text="很高兴接听您的来电，我是七二四六号"))
    assert not lacking(replace(apart, text="您好，七二四六号客服为您服务，请问有什么需要"))


def test_a_sentence_told_to_all_who_wait_needs_a_room_that_clearly_began_with_it() -> None:
    told = opening("您好，非常抱歉让您久等了，他们正在忙", after_queue=True, silence_after=1.2)
    apart = replace(told, voice_apart=7.5, level_apart=5.3, floor=-63.0, floor_before=CLEAN)
    assert lacking(apart)
    assert judge(apart).is_ != "human"
    assert not lacking(replace(apart, floor=ROOM))
    for to_us in ("您好，非常抱歉让您久等了，您哪位", "您好，非常抱歉让您久等了，我是小李"):
        assert not lacking(replace(apart, text=to_us)), to_us


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("sorry to keep you waiting, everybody is with somebody else", True),
        ("hello, sorry to keep you waiting, how can I help you", False),
        ("您知道吗，我们的座席正在为其他客户服务", True),
        ("抱歉久等，请问您要办什么业务", False),
    ],
)
def test_what_is_told_to_all_ends_without_a_question_or_a_name(text: str, only: bool) -> None:
    assert only_tells(text) is only


def test_a_place_in_the_queue_that_two_calls_did_not_hear_is_nobodys_answer() -> None:
    place = opening("您前面还有一位客户", floor=-63.0, floor_before=CLEAN, after_queue=True, silence_after=1.2)
    assert lacking(replace(place, calls_remembered=2))
    assert not lacking(replace(place, calls_remembered=4))


def test_a_greeting_without_a_pause_is_the_beginning_of_anything_though_it_is_an_opening() -> None:
    begun = opening("喂您好", floor=ROOM, floor_before=CLEAN, after_queue=True, silence_after=0.01, goes_on=True)
    assert lacking(begun)
    assert not lacking(replace(begun, silence_after=0.3, calls_remembered=2))
    assert lacking(replace(begun, calls_remembered=2))


def test_who_answers_our_question_in_unknown_words_needs_another_voice_a_room_or_to_be_new() -> None:
    reply = opening("这个不归我们管", after_queue=True, to_challenge=True, answers_us=0.8, floor_before=CLEAN)
    assert lacking(reply)
    assert not lacking(replace(reply, voice_apart=8.0, level_apart=1.0))
    assert not lacking(replace(reply, floor=ROOM))
    assert not lacking(replace(reply, turns=1))
    assert lacking(replace(reply, floor=ROOM, voice_apart=3.0, level_apart=0.0)), (
        "his room follows a machine's last words"
    )
    assert not lacking(replace(reply, floor=ROOM, voice_apart=3.0, level_apart=0.0, calls_remembered=1))
    assert lacking(replace(reply, floor=ROOM, after_queue=False))
    in_noise = replace(reply, turns=1, floor=-30.0, level=-14.0, floor_before=-30.0)
    assert lacking(in_noise), "where no recording is known again, one may come upon our question by chance"
    assert not lacking(replace(in_noise, level=-11.0))
    assert not lacking(replace(in_noise, others_known=True)), "recordings are known again on this line"
    assert lacking(replace(in_noise, others_known=True, level=-19.0)), "hardly, in so much noise"


def test_in_noise_words_are_new_only_where_recordings_are_known_again() -> None:
    said = opening("您好请讲", after_queue=True, calls_remembered=8, floor=-40.0, floor_before=-40.0, level=-24.0)
    assert "new" not in {cue.name for cue in cues(said)}
    assert "new" in {cue.name for cue in cues(replace(said, others_known=True))}
    assert "new" not in {cue.name for cue in cues(replace(said, others_known=True, level=-29.0))}


def test_right_where_people_answered_before_and_turns_after_a_silence_speak_for_a_person() -> None:
    plain = opening("您好先生", floor_before=CLEAN, after_queue=True)
    assert human(replace(plain, led_to_person=3)) > human(plain)
    assert human(replace(plain, turns=1)) > human(plain)


def test_who_asks_for_patience_or_says_that_others_are_busy_is_no_person_for_being_new_or_in_a_room() -> None:
    thanks = opening("您好，非常感谢您的耐心等待", floor=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=9)
    assert lacking(thanks)
    assert not lacking(replace(thanks, text="您好，这里是蓝天航空客户服务中心"))
    busy = opening("您好，非常抱歉让您久等了，我们的坐席全忙", floor=ROOM, floor_before=CLEAN, after_queue=True)
    assert lacking(replace(busy, silence_after=1.2))
    assert asks_for_patience("sorry to keep you waiting")
    assert not asks_for_patience("hello, how can I help you")


def test_who_speaks_again_in_words_that_two_calls_never_heard_is_rather_a_person_anywhere() -> None:
    again = opening("喂，听得到我说话吗", silence_after=0.8, turns=1, floor=ROOM)
    assert human(replace(again, calls_remembered=2)) > human(replace(again, calls_remembered=2, turns=0))
    for bots in ({"calls_remembered": 1}, {"calls_remembered": 2, "talks_with_bot": True}):
        assert human(replace(again, **bots)) == human(replace(again, **bots, turns=0))


def test_what_is_hardly_over_the_noise_is_not_new_for_not_being_known_again() -> None:
    heard = opening("您好，计划描述您的书籍", level=-37.0, floor=-70.0, silence_after=0.8, calls_remembered=9)
    assert "new" in {cue.name for cue in cues(heard)}
    assert "new" not in {cue.name for cue in cues(replace(heard, floor=-52.0))}


def test_words_that_are_hardly_a_known_recordings_are_new() -> None:
    said = opening("喂您好", floor=CLEAN, after_queue=True, silence_after=1.0, calls_remembered=9)
    assert not lacking(replace(said, words_known=0.08))
    assert lacking(replace(said, words_known=0.4))


def test_a_key_that_a_person_repeats_is_weighed() -> None:
    person = opening("您好您刚才按四是想办理什么", after_queue=True, options=1, floor=ROOM, floor_before=CLEAN)
    weighed, by_rule = human(person), human(replace(person, text=person.text[2:]))
    assert by_rule < 0.01 < weighed


@pytest.mark.parametrize(
    ("text", "announced"),
    [
        ("下午好，客服代表二九七四", False),
        ("客服代表二九七四", True),
        ("下午好，二九七四号客服代表为您服务", True),
        ("工号零六五，您那位", False),
    ],
)
def test_recordings_announce_a_number_and_go_on_and_people_greet_with_it(text: str, announced: bool) -> None:
    assert announces_number(text) is announced


def test_before_anybody_has_waited_what_ends_as_is_told_to_all_may_go_on_unless_a_room_began_with_it() -> None:
    told = opening(
        "您好，这里是蓝天航空客户服务中心", floor=CLEAN, after_queue=True, silence_after=0.3, calls_remembered=9
    )
    assert lacking(told)
    assert not lacking(replace(told, silence_after=0.8))
    assert not lacking(replace(told, text="您好，这里是蓝天航空，请问您哪位"))
    in_a_room = replace(told, floor=ROOM, floor_before=CLEAN)
    assert not lacking(in_a_room)
    assert lacking(replace(in_a_room, calls_remembered=1))


def test_nobody_says_hello_with_an_invitation_to_speak() -> None:
    assert says_hello("您好请讲")
    assert says_hello("为"), "what recognisers write for 喂"
    assert says_hello("hello, how can I help you")
    assert not says_hello("请说您的问题")
    assert not says_hello("您讲")


def test_a_hello_of_one_syllable_is_one_after_a_syllable_that_was_misheard() -> None:
    assert says_hello("作为")
    assert not says_hello("为了")
    assert not says_hello("作为他")


def test_a_whole_hello_is_one_after_a_syllable_that_was_misheard() -> None:
    assert says_hello("跟您好稍等我戴一下")
    assert says_hello("分喂你好")
    assert not says_hello("客户您好")


def test_who_greets_where_the_queue_ends_and_asks_need_not_ask_in_known_words() -> None:
    unknown = opening("您好陈某您碰上什么麻烦了", after_queue=True, phrases=[])
    names = {cue.name for cue in cues(unknown)}
    assert names >= {"greeting", "greets_and_asks"}
    for told in (
        replace(unknown, after_queue=False),
        replace(unknown, text="您好陈某正在处理别的麻烦"),
        replace(unknown, text="陈某您碰上什么麻烦了"),
    ):
        assert "greets_and_asks" not in {cue.name for cue in cues(told)}
        assert human(told) < human(unknown)
    machine = opening("您好，请耐心等待，您有什么问题", after_queue=True)
    assert "greets_and_asks" not in {cue.name for cue in cues(machine)}


def test_a_short_hello_that_answers_the_first_call_to_a_hotline_is_unsure_and_not_a_machines() -> None:
    hello = opening("诶您好请讲", first=True, floor=ROOM)
    assert 0.01 < human(hello) < 0.1
    assert judge(hello).is_ == "unsure"
    for machine in (
        replace(hello, calls_remembered=2, prompt="p-1", prompt_calls=2, prompt_share=1.0),
        opening("您好欢迎致电", first=True, floor=ROOM),
        opening("您好我是小移请您说出要办的事", first=True, floor=ROOM),
        opening("您好请说出要办的事", first=True, floor=ROOM),
    ):
        assert judge(machine).is_ in ("bot", "recording"), machine.text


def test_a_person_is_due_also_where_people_answered_in_earlier_calls() -> None:
    asks = opening("您好陈某您碰上什么麻烦了", phrases=[], calls_remembered=1, led_to_person=1)
    assert "greets_and_asks" in {cue.name for cue in cues(asks)}
    assert "greets_and_asks" not in {cue.name for cue in cues(replace(asks, led_to_person=0))}
    hands_over = opening("好的请讲", calls_remembered=1, led_to_person=1)
    assert "hands_over" in {cue.name for cue in cues(hands_over)}
    assert "hands_over" not in {cue.name for cue in cues(replace(hands_over, led_to_person=0))}


def test_unknown_words_right_where_people_answered_in_two_calls_are_a_persons_if_they_ask() -> None:
    asks = opening("春田物业什么事啊", phrases=[], calls_remembered=3, led_to_person=3, floor=ROOM)
    assert judge(asks).is_ == "human"
    assert judge(replace(asks, text="春田物业正在施工啊")).is_ == "unsure"
    assert judge(replace(asks, led_to_person=1)).is_ != "human"


def test_who_sounds_like_the_machine_is_nobody_while_something_sounds_on() -> None:
    said = opening("您好，很高兴为您服务", after_queue=True, floor=ROOM, floor_before=CLEAN, calls_remembered=4)
    sounds_on = replace(said, goes_on=True)
    assert judge(sounds_on).is_ == "human"
    alike = {"voice_apart": 0.5, "level_apart": 0.0}
    assert judge(replace(sounds_on, **alike)).is_ != "human"  # type: ignore[arg-type]
    assert judge(replace(said, **alike)).is_ == "human"  # type: ignore[arg-type]


def test_agents_thank_for_the_call_too_and_say_so_once() -> None:
    thanks = opening("您好，感谢您拨打蓝天商城，您碰上什么麻烦了", after_queue=True)
    assert [phrase.meaning for phrase in thanks.phrases] == ["machine"]
    values = {cue.name: cue.value for cue in cues(thanks)}
    assert values["greets_and_asks"] == 0.5
    twice = opening("您好，感谢您拨打蓝天商城，本次通话可能会被录音，您碰上什么麻烦了", after_queue=True)
    assert "greets_and_asks" not in {cue.name for cue in cues(twice)}


def test_first_words_that_two_calls_never_heard_are_no_recordings_that_all_callers_hear() -> None:
    first = opening("您好您是哪家的", first=True, after_queue=False)
    values = [
        next((cue.value for cue in cues(replace(first, calls_remembered=calls)) if cue.name == "first"), 0.0)
        for calls in (0, 1, 2)
    ]
    assert values[0] == 1.0
    assert 0.0 < values[1] < 0.5
    assert values[2] == 0.0


def test_who_says_his_first_words_upon_our_question_did_not_speak_first() -> None:
    asked = opening("您好您请讲", first=True, to_challenge=True, answers_us=1.0)
    assert "first" not in {cue.name for cue in cues(asked)}
    assert "first" in {cue.name for cue in cues(replace(asked, to_challenge=False))}


def test_where_people_answered_speaks_also_for_who_sounds_like_a_person_of_an_earlier_call() -> None:
    again = opening(
        "您好我是客服小汪", prompt="p-1", prompt_share=0.9, prompt_calls=1, prompt_doubtful=True, calls_remembered=8
    )
    assert human(replace(again, led_to_person=8)) > human(again)
    assert judge(replace(again, led_to_person=8)).is_ == "unsure"
    certain = replace(again, prompt_doubtful=False)
    assert human(replace(certain, led_to_person=8)) == human(certain)


def test_what_sounds_as_before_is_played_again_whatever_was_made_of_its_words() -> None:
    heard = opening("四七二九号您说", floor=ROOM, after_queue=True, to_challenge=True, answers_us=1.0)
    assert judge(heard).is_ != "recording"
    assert judge(replace(heard, sounds_again=True, heard_before=True)).is_ == "recording"
    assert judge(replace(heard, sounds_again=True, heard_before=True, after_human=True)).is_ != "recording"


def test_an_agents_opening_in_a_room_that_answers_a_first_call_is_unsure() -> None:
    answers = opening("早上好客服中心人工请说您的问题", first=True, floor=ROOM)
    assert judge(answers).is_ == "unsure"
    assert judge(replace(answers, floor=CLEAN)).is_ in ("bot", "recording")
    asks = opening("您好业务员小杨您碰上什么麻烦了", first=True, floor=ROOM)
    assert judge(asks).is_ == "unsure"
    assert judge(opening("您好门诊大楼正在施工改造", first=True, floor=ROOM)).is_ in ("bot", "recording")
    assert judge(opening("早上好欢迎致电请说您的问题", first=True, floor=ROOM)).is_ in ("bot", "recording")


def test_words_that_noise_left_few_of_are_too_little() -> None:
    noisy = {"floor": -54.0, "level": -37.0, "after_queue": True, "to_challenge": True, "answers_us": 1.0}
    said = opening("四七二九号您说您的问题好吗", length=3.5, **noisy)
    assert not lacking(said)
    assert lacking(replace(said, length=11.0))
    assert not lacking(replace(said, length=11.0, level=-20.0, silence_after=1.0))


def test_what_only_tells_in_a_first_call_is_no_persons_for_a_room_and_another_voice() -> None:
    tells = opening("总台正在施工", phrases=[], floor=-50.0, floor_before=CLEAN, after_queue=True)
    apart = replace(tells, voice_apart=12.0, level_apart=0.0)
    assert lacking(apart)
    known = replace(apart, calls_remembered=1)
    assert [lacking(replace(known, level=level)) for level in (-39.0, -37.0)] == [True, False], "it may be music"
    assert not lacking(replace(apart, text="总台什么事啊"))


def test_a_few_words_of_thanks_are_no_persons_for_being_new() -> None:
    few = opening("您好，请讲", floor_before=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=9)
    assert not lacking(few)
    thanks = opening("您好感谢等待", floor_before=CLEAN, after_queue=True, silence_after=1.2, calls_remembered=9)
    assert {"thanks", "short_and_waits"} <= {cue.name for cue in cues(thanks)}
    assert lacking(thanks)
    assert not lacking(replace(thanks, floor=ROOM))


def test_a_short_word_in_a_room_that_clearly_began_with_it_is_a_persons_where_two_calls_never_heard_it() -> None:
    word = opening("为林好", phrases=[], length=0.43, floor=-50.0, floor_before=CLEAN, after_queue=True)
    heard = replace(word, calls_remembered=2, silence_after=0.8)
    assert not lacking(heard)
    for less in (
        {"length": 0.38},
        {"calls_remembered": 1},
        {"silence_after": 0.5},
        {"floor_before": -58.0},
        {"prompt_share": 0.5},
    ):
        assert lacking(replace(heard, **less)), less
    alike = replace(heard, length=2.0, voice_apart=1.0, level_apart=0.0)
    assert not lacking(alike)
    assert lacking(replace(alike, floor_before=-58.0))


def test_who_asks_in_a_room_and_another_loudness_needs_no_known_words() -> None:
    asks = opening("总台什么事啊", phrases=[], floor=-50.0, floor_before=-61.0, after_queue=True, voice_apart=3.0)
    assert not lacking(replace(asks, level_apart=6.0))
    assert lacking(replace(asks, level_apart=3.0))
    assert lacking(replace(asks, level_apart=6.0, text="总台正在施工"))
    assert lacking(replace(asks, level_apart=6.0, silence_after=0.5))


def test_a_number_after_thanks_for_the_call_is_an_agents_who_asks_in_a_room_of_his_own() -> None:
    thanks = "感谢您拨打蓝天速递，四五六幺四号客服为您办事，您碰上什么麻烦了"
    asks = opening(thanks, after_queue=True, floor=ROOM, floor_before=CLEAN)
    assert not lacking(asks)
    assert lacking(replace(asks, floor_before=ROOM))


def test_a_few_words_that_hand_over_are_like_a_recordings_by_chance_in_a_room_of_their_own() -> None:
    invites = opening("您好请讲", after_queue=True, calls_remembered=9, words_known=0.6, floor=ROOM, floor_before=CLEAN)
    assert not lacking(invites)
    in_less_room = {"floor": -64.0, "same_room": True, "after_human": False}
    assert lacking(replace(invites, **in_less_room))  # type: ignore[arg-type]
    assert not lacking(replace(invites, **in_less_room, words_known=0.0))  # type: ignore[arg-type]
    assert lacking(opening("您好请问有什么可以帮您", after_queue=True, words_known=0.6, floor=ROOM, floor_before=CLEAN))


def test_a_room_that_sounds_on_after_another_voice_as_loud_as_nobody_before_is_no_music() -> None:
    said = opening("您好，很高兴为您服务", after_queue=True, floor=ROOM, floor_before=CLEAN, calls_remembered=4)
    on = replace(said, goes_on=True, voice_apart=0.5, level_apart=7.0)
    assert not lacking(on)
    assert lacking(replace(on, level_apart=1.0))
    assert lacking(replace(on, silence_after=0.5))


def test_a_number_that_is_only_told_in_a_first_call_needs_a_room_or_another_voice() -> None:
    told = opening("您好，很高兴为您服务，我的工号三二一四", after_queue=True, floor_before=CLEAN)
    assert lacking(told)
    for more in ({"floor": ROOM}, {"voice_apart": 8.0, "level_apart": 0.0}, {"calls_remembered": 3}):
        assert not lacking(replace(told, **more)), more  # type: ignore[arg-type]
    assert not lacking(opening("您好，工号三二一四，请问您碰上什么麻烦了", after_queue=True, floor_before=CLEAN))


def test_who_greets_where_the_queue_ends_and_is_silent_for_long_needs_less() -> None:
    greets = opening("您好，这里是蓝天航空", after_queue=True, floor=-60.0, floor_before=-60.0, silence_after=0.9)
    weights = shipped()
    usual = wanted(greets, weights)
    longer = wanted(replace(greets, silence_after=1.1), weights)
    assert longer < usual < wanted(replace(greets, silence_after=0.5), weights)
    for other in ({"after_queue": False}, {"music_after": True}, {"text": "蓝天航空正在施工", "phrases": ()}):
        assert wanted(replace(greets, silence_after=1.1, **other), weights) >= usual, other  # type: ignore[arg-type]


def test_what_begins_with_wei_and_asks_whether_it_is_heard_needs_nothing_else() -> None:
    asks = opening("喂听得到吗您好", after_queue=True, floor_before=CLEAN)
    assert not lacking(asks)
    assert lacking(replace(asks, text="您好听得到吗"))
    assert lacking(replace(asks, silence_after=0.5))


def test_who_asks_right_where_people_answered_in_words_never_heard_may_sound_like_a_machine() -> None:
    asks = opening("公司你好业务台您碰上什么麻烦了", phrases=[], after_queue=True, calls_remembered=5, led_to_person=4)
    alike = replace(asks, voice_apart=1.0, level_apart=0.0)
    assert not lacking(alike)
    assert lacking(replace(alike, led_to_person=0))
    assert lacking(replace(alike, text="公司你好业务台正在施工"))


def test_a_number_with_a_greeting_in_another_voice_and_room_is_no_announcement() -> None:
    number = {"after_queue": True, "floor": ROOM, "floor_before": CLEAN, "voice_apart": 8.0, "level_apart": 0.0}
    assert not lacking(opening("您好八零零八号为您服务", **number))
    assert lacking(opening("八零零八号为您服务", **number))
    for less in ({"floor": CLEAN}, {"voice_apart": 4.5}, {"silence_after": 0.5}):
        assert lacking(opening("您好八零零八号为您服务", **{**number, **less})), less


def test_a_sentence_that_only_tells_is_not_told_to_all_by_another_voice_as_loud_as_nobody_before() -> None:
    told = opening("您好先生女士蓝天航空公司", phrases=[], after_queue=True, floor=-60.0, floor_before=-67.0)
    apart = replace(told, voice_apart=7.0, level_apart=5.0)
    assert not lacking(apart)
    assert lacking(told)
    assert lacking(replace(apart, text="您好抱歉让您久等了"))
    assert lacking(replace(apart, floor_before=-64.0))
    nobody = replace(apart, text="蓝天航空公司正在施工改造")
    assert lacking(nobody), "who does not greet needs a clear room"
    assert lacking(replace(nobody, floor=-50.0)), "nor is that enough in a first call"
    assert not lacking(replace(nobody, floor=-50.0, calls_remembered=1))


def test_half_a_room_is_enough_for_who_made_a_sound_in_it_before() -> None:
    told = opening("您好先生女士蓝天航空公司", phrases=[], after_queue=True, floor=-60.0, floor_before=-66.5)
    assert lacking(told)
    assert not lacking(replace(told, same_room=True))


def test_nobody_answers_over_music_that_goes_on() -> None:
    circumstances = {
        "after_queue": True,
        "after_music": True,
        "calls_remembered": 9,
        "voice_apart": 12.0,
        "floor_before": CLEAN,
    }
    hello = "您好，工号一零二三为您服务，请问有什么可以帮您"
    assert judge(opening(hello, **circumstances)).is_ == "human"
    over = opening(hello, over_music=True, **circumstances)
    assert judge(replace(over, silence_after=0.7)).is_ == "unsure"
    assert judge(replace(over, silence_after=0.8)).is_ == "human", "the music is over"
    assert judge(replace(over, silence_after=0.8, goes_on=True)).is_ == "unsure"
    short = opening("您好，请讲", over_music=True, silence_after=0.8, **circumstances)
    assert [lacking(replace(short, floor=floor)) for floor in (CLEAN, ROOM)] == [True, False]
    yes = opening(
        "是的，我是人工客服，请讲",
        over_music=True,
        silence_after=0.7,
        to_challenge=True,
        answers_us=0.8,
        **circumstances,
    )
    assert judge(yes).is_ == "human"


def test_in_a_first_call_a_voice_like_the_machines_before_is_asked_where_no_room_tells() -> None:
    """In noise no room is heard, and a recorded greeting may end the hold music."""
    noisy = {"floor": -48.0, "floor_before": -48.0, "level": -24.0}
    said = opening("您好，请问有什么可以帮您，请讲", after_queue=True, silence_after=1.0, level_apart=0.5, **noisy)
    alike = replace(said, voice_apart=2.0)
    assert lacking(alike)
    assert not lacking(replace(said, voice_apart=6.0))
    assert not lacking(replace(alike, calls_remembered=1))
    assert not lacking(replace(alike, to_challenge=True, answers_us=0.8))
    assert not lacking(replace(alike, floor=-40.0))
    assert not lacking(replace(alike, same_room=True))
    assert not lacking(replace(alike, after_human=True))


def test_who_only_tells_as_recordings_do_before_the_agent_is_asked_unless_something_else_is_a_persons() -> None:
    tells = opening("客服小汪为您服务", after_queue=True, calls_remembered=9, floor_before=CLEAN)
    assert "agent_opening" in {cue.name for cue in cues(tells)}
    assert lacking(tells)
    for more in (
        {"floor": ROOM},
        {"voice_apart": 12.0, "level_apart": 0.0},
        {"led_to_person": 8},
    ):
        assert not lacking(replace(tells, **more)), more
    assert not lacking(opening("您好，客服小汪，什么事啊", after_queue=True, calls_remembered=9, floor_before=CLEAN))


def test_who_waits_after_a_remembered_recording_has_not_spoken() -> None:
    said = opening("您好我是小汪请讲", at=10.0, length=5.0, after_queue=True, floor=ROOM, floor_before=CLEAN)
    assert not lacking(said)
    assert lacking(replace(said, recordings=((13.5, 14.9),), prompt_share=0.3))
    for earlier in ((13.5, 14.2), (14.3, 14.9)):
        assert not lacking(replace(said, recordings=(earlier,), prompt_share=0.3)), (
            "he speaks after it, or it is chance"
        )


def test_where_people_answered_before_a_word_in_a_room_or_as_loud_as_nobody_before_is_somebodys() -> None:
    word = opening("为林好", phrases=[], length=0.5, floor=-60.0, floor_before=-63.0, after_queue=True)
    there = replace(word, calls_remembered=9, led_to_person=8, voice_apart=3.3, level_apart=9.0)
    assert not lacking(there)
    assert not lacking(replace(there, length=0.3)), "a hurried word"
    for less in ({"led_to_person": 0}, {"level_apart": 1.0}, {"length": 0.2}, {"calls_remembered": 2}):
        assert lacking(replace(there, **less)), less


def test_where_people_answered_before_somebody_in_a_room_has_ended_the_music() -> None:
    said = opening("总台什么事啊", phrases=[], floor=-50.0, floor_before=CLEAN, after_queue=True, over_music=True)
    there = replace(said, calls_remembered=9, led_to_person=8)
    assert not lacking(there)
    assert lacking(replace(there, led_to_person=0))
    assert lacking(replace(there, goes_on=True))


def test_a_piece_of_remembered_music_makes_nothing_known() -> None:
    said = opening("总台什么事啊", phrases=[], floor_before=CLEAN, after_queue=True, calls_remembered=9)
    assert not lacking(replace(said, prompt_share=0.2))
    assert lacking(replace(said, prompt_share=0.3))
    assert lacking(replace(said, prompt_share=0.2, recordings=((0.2, 0.6),)))


def test_in_a_first_call_words_alone_are_nobodys_however_many_nor_is_another_voice_over_music() -> None:
    long = "您好，感谢您的耐心等待，很高兴为您服务，请问有什么可以帮您的，请讲"
    greets = opening(long, floor_before=CLEAN, after_queue=True, silence_after=1.2)
    assert lacking(greets)
    assert not lacking(replace(greets, floor=ROOM))
    apart = replace(greets, voice_apart=12.0, level_apart=1.0)
    assert not lacking(apart)
    assert lacking(replace(apart, over_music=True))
    assert not lacking(replace(apart, over_music=True, calls_remembered=3))


def test_in_a_first_call_a_few_words_need_a_clear_room() -> None:
    few = opening("您好，请讲", floor_before=ROOM - 9, floor=ROOM, after_queue=True, silence_after=1.2)
    assert lacking(few)
    assert not lacking(replace(few, floor_before=CLEAN))
    assert not lacking(replace(few, calls_remembered=1))


def test_half_a_room_is_not_enough_where_half_of_the_sound_is_a_known_recordings() -> None:
    partly = opening("您好，请讲，很高兴为您服务", floor=ROOM, after_queue=True, silence_after=1.2, calls_remembered=3)
    partly = replace(partly, prompt_share=0.6, voice_apart=12.0, level_apart=9.0)
    assert [lacking(replace(partly, floor_before=ROOM - by)) for by in (9.0, 20.0)] == [True, False]


def test_a_sound_shorter_than_any_word_is_nobodys_hello_without_a_clear_room() -> None:
    hello = opening("喂", floor_before=CLEAN, after_queue=True, silence_after=1.2, voice_apart=12.0, level_apart=15.0)
    hello = replace(hello, calls_remembered=3)
    assert [lacking(replace(hello, length=seconds)) for seconds in (0.2, 0.3)] == [True, False]
    assert not lacking(replace(hello, length=0.2, floor=ROOM))


def test_in_noise_a_hasty_look_at_what_came_upon_our_question_may_be_at_a_recording() -> None:
    def nobodys(level: float, waited: float) -> bool:
        said = opening("业务办理", floor=-57.0, floor_before=-57.0, after_queue=True, to_challenge=True, answers_us=0.5)
        said = replace(said, voice_apart=12.0, level_apart=1.0, level=level, length=1.2, silence_after=waited)
        return lacking(replace(said, calls_remembered=3, words_known=0.3))

    assert [nobodys(-36.0, 0.3), nobodys(-36.0, 1.2), nobodys(-30.0, 0.3)] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "level", "nobodys"), [("本次通话", -36.0, True), ("本次通话", -30.0, False), ("业务办理", -36.0, False)]
)
def test_in_noise_machine_wording_upon_our_question_comes_by_chance(text: str, level: float, nobodys: bool) -> None:
    said = opening(text, floor=-57.0, floor_before=-57.0, after_queue=True, silence_after=1.2, to_challenge=True)
    said = replace(said, answers_us=0.5, voice_apart=12.0, level_apart=1.0, level=level, length=1.2)
    said = replace(said, calls_remembered=3, words_known=0.3)
    assert lacking(said) is nobodys


def test_a_few_words_in_noise_that_hides_the_rest_are_nobodys_where_no_person_was_waited_for() -> None:
    first = opening(
        "您好请讲", first=True, level=-40.0, floor=-49.0, calls_remembered=8, led_to_person=8, silence_after=1.0
    )
    assert first.unrecognisable
    assert judge(replace(first, level=-20.0)).is_ == "human"
    assert judge(first).is_ == "unsure"
    longer = opening("您好我是小王请问您要办什么", first=True, level=-40.0, floor=-49.0, silence_after=1.0)
    assert judge(replace(longer, calls_remembered=8, led_to_person=8)).is_ == "human", "more than a few words"
    asked = replace(first, first=False, to_challenge=True, answers_us=1.0)
    assert judge(asked).is_ == "unsure", "a bot answers, too"
    assert judge(replace(first, after_queue=True, floor_before=-90.0)).is_ == "human", "a person was waited for"
    says_yes = opening("是的我是人工", first=False, to_challenge=True, answers_us=1.0, level=-40.0, floor=-49.0)
    assert judge(says_yes).is_ == "human"
