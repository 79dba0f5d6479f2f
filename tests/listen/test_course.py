from __future__ import annotations

import numpy as np
import pytest

from probe.listen.course import Course
from probe.listen.turn import Spoke, Words
from probe.listen.verdict import Opening
from probe.timeline import Kind, Verdict

RECORDING, UNSURE = Verdict("recording", 0.99), Verdict("unsure", 0.6)
CLEAN, ROOM = -90.0, -45.0


def opening(course: Course, text: str, start: float, end: float, floor: float = CLEAN) -> Opening:
    return course.opening(start, end, end + 0.7, text, [], 0, floor, music_after=False)


def first_sound(course: Course, words: Words) -> float:
    """Where the turn of a person who speaks these words begins."""
    return min((spoke.start for spoke in course.led_up(words)), default=words.start)


def test_a_turn_goes_back_to_the_first_sound_in_the_same_room() -> None:
    course = Course()
    course.spoke(Spoke(1.0, 3.0, "正在为您转接", RECORDING, CLEAN))
    course.segment(Kind.MUSIC, 9.0)
    course.spoke(Spoke(10.0, 10.2, "", UNSURE, ROOM))
    assert first_sound(course, Words(11.5, ROOM + 2)) == 10.0


def test_an_opening_knows_whether_a_recording_was_known_again_in_this_call() -> None:
    course = Course()
    course.spoke(Spoke(1.0, 3.0, "正在为您转接", RECORDING, CLEAN))
    assert not opening(course, "您好", 4.0, 4.5).others_known
    course.spoke(Spoke(5.0, 7.0, "请稍候", RECORDING, CLEAN, prompt="p-1"))
    assert opening(course, "您好", 8.0, 8.5).others_known


@pytest.mark.parametrize("floor", [CLEAN, ROOM])
def test_a_turn_does_not_go_back_over_music_or_a_recording(floor: float) -> None:
    course = Course()
    course.spoke(Spoke(1.0, 1.5, "您好", UNSURE, floor))
    course.segment(Kind.MUSIC, 2.0)
    assert first_sound(course, Words(2.5, floor)) == 2.5
    course.spoke(Spoke(2.5, 3.0, "请稍候", RECORDING, floor))
    assert first_sound(course, Words(3.5, floor)) == 3.5


def test_a_clean_sentence_before_a_room_is_not_the_same_turn() -> None:
    course = Course()
    course.spoke(Spoke(1.0, 3.0, "三零二七为您服务", UNSURE, CLEAN))
    assert first_sound(course, Words(3.8, ROOM)) == 3.8


def test_the_same_words_again_were_heard_before_and_other_words_were_not() -> None:
    course = Course()
    course.spoke(Spoke(0.0, 3.0, "您的来电已进入队列请不要挂机", RECORDING, CLEAN))
    assert opening(course, "您的来电已进入队列请不要挂机", 9.0, 12.0).heard_before
    assert not opening(course, "您好请问有什么可以帮您的吗", 9.0, 12.0).heard_before


def test_an_announcement_said_twice_in_a_breath_was_heard_before() -> None:
    course = Course()
    once = "感谢您的耐心等待我们将尽快为您服务"
    course.spoke(Spoke(0.0, 3.0, once, RECORDING, CLEAN))
    assert opening(course, once + once, 9.0, 16.0).heard_before
    assert opening(course, once + once[:-1] + "吗", 9.0, 16.0).heard_before


def test_a_person_right_after_a_known_announcement_was_not_heard_before() -> None:
    course = Course()
    once = "感谢您的耐心等待"
    course.spoke(Spoke(0.0, 3.0, once, RECORDING, CLEAN))
    assert not opening(course, once + "我是三号请问您要办什么", 9.0, 13.0).heard_before


def test_the_end_of_a_bots_sentence_in_another_mouth_was_not_heard_before() -> None:
    course = Course()
    course.spoke(Spoke(0.0, 4.0, "您好我是智能客服小移请问有什么可以帮您", RECORDING, CLEAN))
    assert not opening(course, "请问有什么可以帮您", 9.0, 11.0).heard_before


def test_asking_for_a_person_is_remembered() -> None:
    course = Course()
    course.human_keys.add("0")
    course.said("1", 1.0)
    assert not opening(course, "您好", 5.0, 6.0).after_request
    course.said("0", 7.0)
    assert opening(course, "您好", 9.0, 10.0).after_request


def test_ringback_before_the_answer_is_no_evidence_for_a_person() -> None:
    course = Course()
    course.segment(Kind.RINGBACK, 3.0)
    assert not opening(course, "您好", 4.0, 5.0).after_ringback
    course.answered = True
    assert opening(course, "您好", 4.0, 5.0).after_ringback


def test_the_click_of_a_receiver_is_not_the_beginning_of_a_turn() -> None:
    course = Course()
    course.spoke(Spoke(10.0, 10.04, "", UNSURE, ROOM))
    assert first_sound(course, Words(11.0, ROOM)) == 11.0
    course.spoke(Spoke(10.0, 10.3, "", UNSURE, ROOM))
    assert first_sound(course, Words(11.0, ROOM)) == 10.0


def test_a_long_sound_without_words_is_not_the_beginning_of_a_persons_turn() -> None:
    course = Course()
    course.spoke(Spoke(10.0, 14.0, "", UNSURE, ROOM))
    assert first_sound(course, Words(15.0, ROOM)) == 15.0


def test_a_reply_to_our_question_stays_one_when_we_speak_again_before_it_is_over() -> None:
    course = Course()
    course.we_speak(10.0, 12.0)
    course.said("您好，请问是人工客服吗？", 12.0)
    course.we_speak(14.0, 14.5)
    course.said("服务测试，谢谢。", 14.5)
    reply = course.opening(12.8, 14.2, 14.6, "是的我是人工", [], 0, -90.0)
    assert reply.to_challenge
    assert reply.answers_us == pytest.approx(0.8)
    assert not course.opening(14.9, 15.6, 15.8, "再见", [], 0, -90.0).to_challenge


def test_a_room_that_opens_is_not_the_persons_first_sound_but_a_hesitation_in_it_is() -> None:
    for above, first in ((4.0, 2.0), (18.0, 1.0)):
        course = Course(answered=True)
        course.spoke(Spoke(1.0, 1.4, "", UNSURE, ROOM, above=above))
        assert first_sound(course, Words(2.0, ROOM)) == first


def test_an_even_sound_before_the_words_is_nobodys_first_sound() -> None:
    for voicelike, first in ((True, 1.0), (False, 2.0)):
        course = Course(answered=True)
        course.spoke(Spoke(1.0, 1.9, "", UNSURE, ROOM, above=18.0, voicelike=voicelike))
        assert first_sound(course, Words(2.0, ROOM)) == first


def test_nobody_greets_after_a_sentence_so_that_was_somebody_elses() -> None:
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 4.0, "您好工号六五八九为您服务", Verdict("unsure", 0.8, (), 0.8), ROOM))
    assert first_sound(course, Words(5.0, ROOM, greets=True)) == 5.0
    assert first_sound(course, Words(5.0, ROOM)) == 1.0


def test_words_that_were_rather_a_machines_are_not_the_persons_for_the_same_noise_alone() -> None:
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 4.0, "工号六五八九为您服务", Verdict("unsure", 0.8, (), 0.2), ROOM))
    assert first_sound(course, Words(5.0, ROOM)) == 5.0


def test_music_after_words_is_a_queue_whatever_they_said_but_not_a_jingle_nor_music_before_any_word() -> None:
    for text, seconds, queued in (("好的", 3.0, True), ("好的", 1.0, False), ("", 5.0, False)):
        course = Course(answered=True)
        course.spoke(Spoke(1.0, 2.0, text, RECORDING, CLEAN))
        course.segment(Kind.MUSIC, 2.0 + seconds, 2.0)
        assert course.queued is queued


def test_what_an_opening_came_right_after() -> None:
    course = Course(answered=True, answered_at=1.0)
    first = opening(course, "您好", 1.5, 2.0)
    assert (first.at_once, first.came_after) == (True, "")
    course.spoke(Spoke(1.5, 1.7, "座位", UNSURE, ROOM))
    after_a_cough = opening(course, "您好", 1.9, 2.0)
    assert (after_a_cough.at_once, after_a_cough.came_after) == (True, "")
    course.spoke(Spoke(2.0, 4.0, "电话已接通", RECORDING, CLEAN, prompt="p-1"))
    soon = opening(course, "您好", 5.0, 6.0)
    assert (soon.at_once, soon.came_after) == (True, "p-1")
    assert opening(course, "您好", 9.0, 10.0).came_after is None
    course.segment(Kind.MUSIC, 5.0, 4.0)
    after_music = opening(course, "您好", 5.1, 6.0)
    assert (after_music.at_once, after_music.came_after) == (False, None)


def test_turns_are_counted_where_other_words_came_after_a_silence() -> None:
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 2.0, "您好请讲", UNSURE, CLEAN))
    assert opening(course, "听得到吗", 6.0, 7.0).turns == 0  # of what is 0.6 a machine's nothing is concluded
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 2.0, "您好请讲", Verdict("unsure", 0.9, (), 0.9), CLEAN))
    assert opening(course, "听得到吗", 6.0, 7.0).turns == 1
    assert opening(course, "您好请讲", 6.0, 7.0).turns == 0
    assert opening(course, "听得到吗", 2.5, 3.5).turns == 0
    course.segment(Kind.MUSIC, 5.0)
    assert opening(course, "听得到吗", 6.0, 7.0).turns == 0


def test_words_that_are_judged_again_do_not_hide_the_hesitation_before_them() -> None:
    course = Course()
    course.spoke(Spoke(10.0, 10.4, "嗯", Verdict("unsure", 0.5, (), 0.5), ROOM))
    course.spoke(Spoke(11.5, 13.5, "您好，请问有什么可以帮您", Verdict("unsure", 0.8, (), 0.8), ROOM))
    assert first_sound(course, Words(11.5, ROOM, greets=True)) == 10.0


@pytest.mark.parametrize(
    ("text", "human", "alone"), [("您好您讲", 0.03, True), ("欢迎您的来电", 0.03, False), ("您好您讲", 0.005, False)]
)
def test_who_says_hello_when_the_call_is_answered_is_not_surely_a_machine(text: str, human: float, alone: bool) -> None:
    sound = np.asarray(8000 * np.random.default_rng(3).standard_normal(16000).clip(-1, 1), np.int16)
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 3.0, text, Verdict("recording", 1 - human, (), human), ROOM, perhaps=True), sound)
    course.spoke(Spoke(8.0, 10.0, "喂有人吗", UNSURE, ROOM, perhaps=True), sound)
    assert course._spoke[-1].alone == alone


@pytest.mark.parametrize(
    ("start", "stood", "before"),
    [(10.0, -50.0, -50.0), (10.0, CLEAN, CLEAN), (8.9, -50.0, CLEAN), (10.0, -30.0, ROOM)],
    ids=["long before", "clean", "it may be his", "louder than what he stands in"],
)
def test_what_sounded_long_before_somebody_spoke_is_not_his_room(start: float, stood: float, before: float) -> None:
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 3.0, "正在为您转接", RECORDING, CLEAN))
    heard = course.opening(start, start + 1, start + 2, "您好", [], 0, ROOM, stood=stood)
    assert heard.floor_before == before
    course.segment(Kind.MUSIC, 7.0)
    assert course.opening(start, start + 1, start + 2, "您好", [], 0, ROOM, stood=stood).floor_before == CLEAN


def test_what_sounded_before_who_answers_our_question_may_be_his_room() -> None:
    course = Course(answered=True)
    course.spoke(Spoke(1.0, 3.0, "正在为您转接", RECORDING, CLEAN))
    course.we_speak(9.0, 9.5)
    course.said("您好，请问是人工客服吗？", 9.5)
    answers = course.opening(10.0, 11.0, 12.0, "您好", [], 0, ROOM, stood=-50.0)
    assert answers.to_challenge
    assert answers.floor_before == CLEAN
