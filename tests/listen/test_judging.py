from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from probe.listen.judging import Judging
from probe.listen.moments import AGAIN, LONGER
from probe.listen.opening import Opening
from probe.listen.spoken import written
from probe.listen.turn import Spoke, Words
from probe.listen.understanding import Understanding
from probe.timeline import (
    RATE,
    HeardEvent,
    HumanAnswered,
    HumanWithdrawn,
    Kind,
    MailboxHeard,
    Paused,
    Verdict,
    VerdictGiven,
    Word,
)

HUMAN, MACHINE, UNSURE = (
    Verdict("human", 0.99, (), 0.99),
    Verdict("recording", 0.99, (), 0.01),
    Verdict("unsure", 0.6, (), 0.6),
)


class Judges:
    """Gives the verdicts that a test wants, one after another, and keeps what they were given for."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.openings: list[Opening] = []

    def __call__(self, opening: Opening) -> Verdict:
        self.openings.append(opening)
        return self.verdicts.pop(0)


def meaning(text: str) -> Understanding:
    laid = written(text)
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))
    understanding = Understanding("zh")
    for _ in understanding.read(words, words[-1].end, words[-1].end, final=True):
        pass
    return understanding


def speech(judging: Judging, at: float, seconds: float) -> None:
    """Speech begins and sounds for a while, in a clean line."""
    judging.begins(Kind.SPEECH, at, np.zeros(0, np.int16))
    for n in range(round(seconds / 0.02)):
        judging.levels.add(at + n * 0.02, -20.0)


def said_before(judging: Judging, text: str, prompt_share: float = 0.0) -> None:
    """A second of speech from 1 s on is over, and judged, and silence begins."""
    speech(judging, 1.0, 1.0)
    first = looked_at(judging, 1.0, 2.0, 2.5, text or "嗯", Kind.SILENCE)
    first = replace(first, text=text, prompt_share=prompt_share)
    list(judging.over(first, judging.judged(first), 2.5, Kind.SILENCE))
    judging.begins(Kind.SILENCE, 2.0, np.zeros(0, np.int16))


def kinds(events: Sequence[HeardEvent]) -> list[type[HeardEvent]]:
    return [type(event) for event in events]


def looked_at(judging: Judging, at: float, end: float, now: float, text: str, following: Kind | None) -> Opening:
    return judging.opening(at, end, now, text, meaning(text), following)


def test_a_person_is_told_in_the_pause_and_not_once_more_at_the_end() -> None:
    judging = Judging(Judges(HUMAN))
    speech(judging, 1.0, 2.0)
    told = list(judging.early(looked_at(judging, 1.0, 2.0, 2.3, "您好工号一零二三", None), 2.3))
    assert kinds(told) == [VerdictGiven, HumanAnswered]
    assert told[1].at == 1.0
    over = list(
        judging.over(looked_at(judging, 1.0, 2.0, 2.7, "您好工号一零二三", Kind.SILENCE), HUMAN, 2.7, Kind.SILENCE)
    )
    assert kinds(over) == [VerdictGiven]
    assert judging.settled


def test_words_that_hand_over_the_turn_make_the_pause_ours_at_once() -> None:
    judging = Judging(Judges(HUMAN))
    speech(judging, 1.0, 2.0)
    text = "您好，请问有什么可以帮您"
    told = list(judging.early(looked_at(judging, 1.0, 2.0, 2.3, text, None), 2.3, meaning(text).hands_over))
    assert kinds(told) == [VerdictGiven, HumanAnswered, Paused]
    assert not meaning("您好，请问有什么可以帮您的，工号一零二三").hands_over


def test_machines_are_told_only_when_they_have_finished() -> None:
    judging = Judging(Judges(MACHINE))
    speech(judging, 1.0, 2.0)
    assert not list(judging.early(looked_at(judging, 1.0, 2.0, 2.3, "您好", None), 2.3))


def test_a_person_told_too_early_is_withdrawn_and_the_next_one_is_told() -> None:
    judging = Judging(Judges(HUMAN, HUMAN))
    speech(judging, 1.0, 2.0)
    list(judging.early(looked_at(judging, 1.0, 2.0, 2.3, "您好", None), 2.3))
    over = list(
        judging.over(looked_at(judging, 1.0, 5.0, 5.7, "您好我是智能客服", Kind.SILENCE), MACHINE, 5.7, Kind.SILENCE)
    )
    assert kinds(over) == [VerdictGiven, HumanWithdrawn]
    assert over[1].at == 1.0
    assert not judging.settled
    speech(judging, 9.0, 1.0)
    assert HumanAnswered in kinds(list(judging.early(looked_at(judging, 9.0, 10.0, 10.3, "您好", None), 10.3)))


def test_what_could_not_be_judged_is_judged_again_once_we_are_waited_for() -> None:
    judges = Judges(HUMAN)
    judging = Judging(judges)
    speech(judging, 1.0, 2.0)
    opening = looked_at(judging, 1.0, 2.0, 2.7, "您好", Kind.SILENCE)
    list(judging.over(opening, UNSURE, 2.7, Kind.SILENCE))
    assert not list(judging.again(2.0 + AGAIN - 0.1))
    again = list(judging.again(2.01 + AGAIN))
    assert kinds(again) == [VerdictGiven, HumanAnswered]
    assert judges.openings[-1].silence_after >= AGAIN
    assert not list(judging.again(9.0))


@pytest.mark.parametrize(("says", "bot"), [("您可以说查询余额或转人工", True), ("您的电话正在排队", False)])
def test_who_invites_us_to_speak_is_a_bot_though_a_recordings_words_came_before(says: str, bot: bool) -> None:
    judging = Judging(Judges(MACHINE))
    said_before(judging, says)
    assert judging.course.talks_with_bot is bot


def test_nothing_is_judged_again_once_something_else_is_heard() -> None:
    judging = Judging(Judges())
    speech(judging, 1.0, 2.0)
    list(judging.over(looked_at(judging, 1.0, 2.0, 2.7, "您好", Kind.SILENCE), UNSURE, 2.7, Kind.SILENCE))
    judging.begins(Kind.MUSIC, 2.8, np.zeros(0, np.int16))
    assert not list(judging.again(9.0))


def test_the_turn_begins_with_what_was_rather_a_persons() -> None:
    judging = Judging(Judges(HUMAN))
    speech(judging, 1.0, 2.0)
    list(judging.over(looked_at(judging, 1.0, 2.0, 2.7, "您好", Kind.SILENCE), UNSURE, 2.7, Kind.SILENCE))
    speech(judging, 6.0, 1.0)
    told = list(judging.early(looked_at(judging, 6.0, 7.0, 7.3, "喂，能听到吗", None), 7.3))
    assert next(event.at for event in told if isinstance(event, HumanAnswered)) == 1.0


def words(text: str, start: float) -> tuple[Word, ...]:
    laid = written(text)
    return tuple(Word(c, start + a, start + b, 1.0) for c, a, b in zip(laid.text, laid.starts, laid.ends, strict=True))


def test_a_person_in_one_breath_with_a_recording_answers_where_the_person_begins() -> None:
    judging = Judging(Judges(MACHINE, HUMAN, MACHINE))
    judging.course.queued = True
    speech(judging, 1.0, 5.0)
    machine = words("正在为您转接人工客服", 1.0)
    person = words("您好请讲", machine[-1].end + 0.7)
    whole = looked_at(judging, 1.0, person[-1].end, 6.0, "正在为您转接人工客服您好请讲", Kind.SILENCE)
    onset = person[0].start - 0.1
    found, meant = judging.of_last_speaker(whole, machine + person, "zh", [(1.0, 0.0), (onset, machine[-1].end)])
    assert found.at == onset
    assert found.text == "您好请讲"
    assert meant is not None
    assert meant.hands_over


def test_who_was_told_in_the_midst_of_a_segment_is_withdrawn_where_the_rest_of_it_is_a_recordings() -> None:
    def over(human: float, seconds: float) -> list[HeardEvent]:
        judges = Judges(MACHINE, HUMAN, MACHINE)
        judging = Judging(judges)
        judging.course.queued = True
        speech(judging, 1.0, 9.0)
        machine = words("正在为您转接人工客服", 1.0)
        person = words("您好请讲", machine[-1].end + 0.7)
        onset, until = person[0].start - 0.1, person[-1].end
        onsets = [(1.0, 0.0), (onset, machine[-1].end)]
        whole = looked_at(judging, 1.0, until, until + 0.3, "正在为您转接人工客服您好请讲", None)
        found, _ = judging.of_last_speaker(whole, machine + person, "zh", onsets)
        judges.verdicts = [HUMAN]
        assert [e.at for e in judging.early(found, until + 0.3) if isinstance(e, HumanAnswered)] == [onset]
        rest = words("工号一二三为您服务", until + seconds)
        text = "正在为您转接人工客服您好请讲工号一二三为您服务"
        longer = looked_at(judging, 1.0, rest[-1].end, rest[-1].end + 0.5, text, Kind.SILENCE)
        last, meant = judging.of_last_speaker(longer, machine + person + rest, "zh", onsets)
        assert (last.at, last.text) == (onset, "您好请讲工号一二三为您服务")
        assert meant is not None
        verdict = Verdict("unsure", 0.8, (), human)
        return [
            e for e in judging.over(last, verdict, rest[-1].end + 0.5, Kind.SILENCE) if isinstance(e, HumanWithdrawn)
        ]

    assert over(0.2, 0.5)
    assert not over(0.3, 0.5)


def test_over_music_that_goes_on_nobody_answers_within_an_announcement() -> None:
    judging = Judging(Judges(MACHINE, HUMAN, MACHINE))
    judging.course.queued = True
    speech(judging, 1.0, 5.0)
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16), over_music=True)
    machine = words("客服人员正忙请不要挂机", 1.0)
    rest = words("感谢您的来电", machine[-1].end + 0.7)
    whole = looked_at(judging, 1.0, rest[-1].end, 6.0, "客服人员正忙请不要挂机感谢您的来电", Kind.NOISE)
    assert judging.of_last_speaker(whole, machine + rest, "zh", [(1.0, 0.0)]) == (whole, None)


@pytest.mark.parametrize(("pause", "over_music"), [(False, True), (True, False)])
def test_over_music_somebody_speaks_after_a_remembered_recording_whatever_it_said(
    pause: bool, over_music: bool
) -> None:
    said = "客服人员正忙请不要挂机您好请讲"
    judging = Judging(lambda opening: MACHINE if opening.text == said else HUMAN)
    judging.course.queued = True
    speech(judging, 1.0, 5.0)
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16), over_music=True)
    machine = words("客服人员正忙请不要挂机", 1.0)
    rest = words("您好请讲", machine[-1].end + 0.3)
    whole = looked_at(judging, 1.0, rest[-1].end, 6.0, said, Kind.SILENCE)
    whole = replace(whole, recordings=((1.0, machine[-1].end),))
    onsets = [(1.0, 0.0), *([(rest[0].start, machine[-1].end)] if pause else [])]
    tail, meant = judging.of_last_speaker(whole, machine + rest, "zh", onsets)
    assert meant is not None
    assert (tail.text, tail.over_music) == ("您好请讲", over_music)


def test_what_a_remembered_recording_goes_on_with_is_nobody_who_answers() -> None:
    def parted(until: float) -> bool:
        judging = Judging(Judges(MACHINE, HUMAN, MACHINE))
        judging.course.queued = True
        speech(judging, 1.0, 5.0)
        machine = words("正在为您转接人工客服", 1.0)
        rest = words("您好请讲", machine[-1].end + 0.7)
        whole = looked_at(judging, 1.0, rest[-1].end, 6.0, "正在为您转接人工客服您好请讲", Kind.SILENCE)
        whole = replace(whole, recordings=((1.0, until),))
        return judging.of_last_speaker(whole, machine + rest, "zh", [(1.0, 0.0)])[1] is not None

    assert not parted(6.0)
    assert parted(words("正在为您转接人工客服", 1.0)[-1].end + 0.1)


def test_a_person_who_pauses_is_one_speaker() -> None:
    judging = Judging(Judges(HUMAN))
    judging.course.queued = True
    speech(judging, 1.0, 5.0)
    one, two = words("您好工号一零二三", 1.0), words("请讲", 4.0)
    whole = looked_at(judging, 1.0, two[-1].end, 6.0, "您好工号一零二三请讲", Kind.SILENCE)
    assert judging.of_last_speaker(whole, one + two, "zh", []) == (whole, None)


def pick_up(words_from: float, onsets: Sequence[tuple[float, float]]) -> HumanAnswered:
    """What is told of a person whose segment begins at 1.0 s, and whose first word the recogniser dates `words_from`."""
    judging = Judging(Judges(HUMAN))
    speech(judging, 1.0, 3.0)
    opening = looked_at(judging, 1.0, 4.0, 4.3, "您好请讲", None)
    words = (Word("您好", words_from, words_from + 0.4, 1.0), Word("请讲", words_from + 0.4, words_from + 0.8, 1.0))
    opening, _ = judging.of_last_speaker(opening, words, "zh", onsets)
    return next(event for event in judging.early(opening, 4.3) if isinstance(event, HumanAnswered))


def test_a_person_answers_at_the_first_word_and_not_when_the_room_opens() -> None:
    told = pick_up(2.9, onsets=[(1.0, 0.0), (3.0, 2.5)])
    assert told.at == 3.0
    assert told.earliest <= 1.0
    assert told.latest > 3.0


def test_a_word_dated_soon_after_the_first_sound_begins_with_it() -> None:
    assert pick_up(1.3, onsets=[(1.0, 0.0)]).at == 1.0


def test_what_was_heard_before_a_persons_first_word_is_no_part_of_the_turn_that_a_reply_goes_back_to() -> None:
    judging = Judging(Judges(UNSURE))
    speech(judging, 1.0, 3.0)
    opening = looked_at(judging, 1.0, 4.0, 4.3, "您好请讲", Kind.SILENCE)
    opening, _ = judging.of_last_speaker(opening, (Word("您好", 2.9, 3.3, 1.0),), "zh", [(3.0, 2.5)])
    list(judging.over(opening, UNSURE, 4.3, Kind.SILENCE))
    assert judging.course.led_up(Words(8.0, -90.0, answers=True))[-1].start == 3.0


def test_a_word_that_is_over_when_the_segment_begins_is_a_room_that_opens_and_dates_no_answer() -> None:
    judging = Judging(Judges(HUMAN))
    speech(judging, 2.0, 2.0)
    opening = looked_at(judging, 2.0, 4.0, 4.5, "日您好请讲", Kind.NOISE)
    room, greeting = Word("日", 1.75, 2.02, 0.5), Word("您好", 2.4, 2.8, 1.0)
    dated, _ = judging.of_last_speaker(opening, [room, greeting], "zh", [])
    assert dated.words_at == 2.4
    soft, _ = judging.of_last_speaker(opening, [Word("您好", 1.9, 2.5, 1.0)], "zh", [])
    assert soft.words_at == 1.9
    hardly, _ = judging.of_last_speaker(opening, [Word("您好", 1.9, 2.5, 0.5)], "zh", [])
    assert hardly.words_at is None, "what was hardly heard is badly dated"


@pytest.mark.parametrize(("level", "began"), [(-45.0, 1.5), (-32.0, None)])
def test_a_first_word_that_is_hardly_heard_beside_the_voice_is_a_room(level: float, began: float | None) -> None:
    judging = Judging(Judges(HUMAN))
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16))
    for n in range(150):
        judging.levels.add(1.0 + n * 0.02, level if n < 25 else -20.0)
    opening = looked_at(judging, 1.0, 4.0, 4.5, "再您好请讲", None)
    said = [Word("再", 1.0, 1.4, 0.5), Word("您好", 1.5, 1.9, 1.0), Word("请讲", 1.9, 2.3, 1.0)]
    dated, _ = judging.of_last_speaker(opening, said, "zh", [])
    assert dated.words_at == began


def test_how_loud_a_hesitation_was_is_measured_from_its_word_on() -> None:
    judging = Judging(Judges())
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16))
    for n in range(120):
        judging.levels.add(1.0 + n * 0.02, -20.0 - n % 4 if n >= 110 else -55.0)
    opening = looked_at(judging, 1.0, 3.4, 3.9, "那个", Kind.NOISE)
    list(judging.over(replace(opening, words_at=3.2), UNSURE, 3.9, Kind.NOISE))
    assert [spoke.above for spoke in judging.course.led_up(Words(4.5, -55.0))] == [pytest.approx(34.5, abs=1.0)]


def test_how_loud_a_person_was_is_known_also_when_looked_at_again() -> None:
    """What was softer before it is a room that opened, though the levels are of what is heard now."""
    judging = Judging(Judges(UNSURE, UNSURE, UNSURE, HUMAN))
    judging.course.queued = True
    for at, level in ((1.0, -45.0), (2.2, -20.0)):
        judging.begins(Kind.SPEECH, at, np.zeros(0, np.int16))
        for n in range(40):
            judging.levels.add(at + n * 0.02, level + (n % 5) if n < 35 else -60.0)
        soft = looked_at(judging, at, at + 0.7, at + 1.1, "四" if at < 2 else "您好请讲", Kind.NOISE)
        list(judging.over(soft, judging.judged(soft), at + 1.1, Kind.NOISE))
    judging.begins(Kind.NOISE, 3.0, np.zeros(0, np.int16))
    told = [event for event in judging.again(3.0 + AGAIN) if isinstance(event, HumanAnswered)]
    assert [event.at for event in told] == [2.2]


def test_two_clauses_with_a_pause_between_are_judged_together_where_one_alone_is_unsure() -> None:
    def long_enough(opening: Opening) -> Verdict:
        return HUMAN if "请问您" in opening.text and "您好" in opening.text else Verdict("unsure", 0.6, (), 0.6)

    for remembered, found in ((0.0, "human"), (0.9, "unsure")):
        judging = Judging(long_enough)
        said_before(judging, "您好我是小王", prompt_share=remembered)
        speech(judging, 2.6, 1.0)
        assert judging.judged(looked_at(judging, 2.6, 3.6, 4.1, "请问您什么事", Kind.SILENCE)).is_ == found
    later = Judging(long_enough)
    said_before(later, "您好我是小王")
    speech(later, 5.0, 1.0)
    assert later.judged(looked_at(later, 5.0, 6.0, 6.5, "请问您什么事", Kind.SILENCE)).is_ == "unsure"


def test_the_rest_of_a_recording_is_nobodys_unless_it_answers_us() -> None:
    for share, asked, found in ((0.9, False, "unsure"), (0.0, False, "human"), (0.9, True, "human")):
        judging = Judging(lambda opening: HUMAN if "转人工" in opening.text else UNSURE)
        said_before(judging, "您好", prompt_share=share)
        speech(judging, 2.3, 0.6)
        rest = replace(looked_at(judging, 2.3, 2.9, 3.7, "转人工", Kind.SILENCE), to_challenge=asked)
        assert judging.judged(rest).is_ == found


def test_whoever_stays_unsure_is_looked_at_once_more_when_the_silence_is_longer() -> None:
    def times(least: float) -> list[float]:
        judging = Judging(lambda opening: HUMAN if opening.silence_after >= least else UNSURE)
        speech(judging, 1.0, 2.0)
        heard = looked_at(judging, 1.0, 3.0, 3.5, "您好您讲", Kind.SILENCE)
        list(judging.over(heard, UNSURE, 3.5, Kind.SILENCE))
        judging.begins(Kind.SILENCE, 3.0, np.zeros(0, np.int16))
        return [now for now in (3.6, 3.81, 3.9, 4.11, 4.5) if HumanAnswered in kinds(list(judging.again(now)))]

    assert times(AGAIN) == [3.81]
    assert times(LONGER) == [4.11]
    assert times(1.4) == []


def test_what_our_question_was_about_and_the_answer_are_judged_together() -> None:
    def both(opening: Opening) -> Verdict:
        asked = "工号" in opening.text and "您讲" in opening.text and opening.to_challenge and opening.length < 3.0
        return HUMAN if asked else Verdict("unsure", 0.7, (), 0.3)

    for to_challenge in (True, False):
        judging = Judging(both)
        said_before(judging, "您好工号一零二三")
        speech(judging, 7.0, 1.0)
        reply = replace(looked_at(judging, 7.0, 8.0, 8.5, "是真人您讲", Kind.SILENCE), to_challenge=to_challenge)
        assert judging.judged(reply).is_ == ("human" if to_challenge else "unsure")


def test_a_clause_that_made_the_next_one_a_persons_began_the_turn_unless_it_was_rather_a_machines() -> None:
    for before, began in ((0.35, 1.0), (0.1, 2.6)):

        def whole(opening: Opening, before: float = before) -> Verdict:
            if "这里是" in opening.text:
                return HUMAN if "请说" in opening.text else Verdict("unsure", 1 - before, (), before)
            return Verdict("unsure", 0.8, (), 0.8)

        judging = Judging(whole)
        said_before(judging, "你好这里是客服中心")
        speech(judging, 2.6, 1.0)
        second = looked_at(judging, 2.6, 3.6, 3.9, "请说您的问题", None)
        told = [event for event in judging.early(second, 3.9) if isinstance(event, HumanAnswered)]
        assert [event.at for event in told] == [began]


def test_a_sound_without_words_is_no_clause_that_began_the_turn() -> None:
    judging = Judging(lambda opening: HUMAN if opening.length > 2.0 else UNSURE)
    said_before(judging, "")
    speech(judging, 2.6, 1.0)
    second = looked_at(judging, 2.6, 3.6, 3.9, "请说您的问题", None)
    assert [event.at for event in judging.early(second, 3.9) if isinstance(event, HumanAnswered)] == [2.6]


def test_speech_that_sounds_as_before_is_said_to_do_so() -> None:
    judging = Judging(Judges(MACHINE))
    loud = np.random.default_rng(3).uniform(-45.0, -20.0, 40)
    for at in (1.0, 10.0):
        judging.begins(Kind.SPEECH, at, np.zeros(0, np.int16))
        for n in range(200):
            judging.levels.add(at + n * 0.02, float(loud[n // 5]))
        heard = looked_at(judging, at, at + 4.0, at + 4.7, f"重听请按{at:.0f}号键", Kind.SILENCE)
        assert heard.sounds_again == (at == 10.0)
        assert heard.heard_before == (at == 10.0)
        if at == 1.0:
            list(judging.over(heard, MACHINE, 5.7, Kind.SILENCE))
            judging.begins(Kind.SILENCE, 5.0, np.zeros(0, np.int16))


def test_who_answers_our_question_stays_a_person_when_a_recording_follows_in_the_same_breath() -> None:
    for to_challenge, told in ((True, []), (False, [HumanWithdrawn])):
        judging = Judging(Judges(HUMAN, MACHINE))
        speech(judging, 1.0, 4.0)
        reply = looked_at(judging, 1.0, 3.0, 3.3, "好的我帮您转", None)
        list(judging.early(replace(reply, to_challenge=to_challenge), 3.3))
        whole = looked_at(judging, 1.0, 5.0, 5.5, "好的我帮您转正在转接请稍候", Kind.SILENCE)
        after = list(judging.over(whole, judging.judged(whole), 5.5, Kind.SILENCE))
        assert [kind for kind in kinds(after) if kind is not VerdictGiven] == told


def last_speaker(judging: Judging, says: str, over_music: bool = False) -> str:
    """What the last speaker said: a recording passes the call on, a room opens 0.3 s after it, and somebody says this."""
    judging.course.queued = True
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16), over_music)
    machine = words("正在为您转接人工客服", 1.0)
    person = words(says, machine[-1].end + 0.7)
    for n in range(300):
        at = 1.0 + n * 0.02
        spoken = at < machine[-1].end or at >= person[0].start
        judging.levels.add(at, -20.0 if spoken else -90.0 if at < machine[-1].end + 0.3 else -45.0)
    whole = looked_at(judging, 1.0, person[-1].end, 6.0, f"正在为您转接人工客服{says}", Kind.SILENCE)
    if over_music:
        whole = replace(whole, recordings=((1.0, machine[-1].end),), prompt_share=0.7)
    found, _ = judging.of_last_speaker(whole, machine + person, "zh", [(1.0, 0.0)])
    return found.text


def test_somebody_unsure_right_after_a_recording_is_told_apart_where_a_room_is_heard() -> None:
    assert last_speaker(Judging(Judges(MACHINE, UNSURE, MACHINE)), "哎这边") == "哎这边"


@pytest.mark.parametrize(("says", "told"), [("哎这边", False), ("哎这边请您讲啊啊", True)])
def test_over_music_a_recordings_last_words_are_nobody_elses(says: str, told: bool) -> None:
    found = last_speaker(Judging(Judges(MACHINE, UNSURE, MACHINE)), says, over_music=True)
    assert (found == says) is told, found


@pytest.mark.parametrize(("says", "told"), [("哎这边", "哎这边"), ("哎", "正在为您转接人工客服哎")])
def test_words_without_a_meaning_are_as_likely_somebodys_as_not_and_a_click_is_nobodys(says: str, told: str) -> None:
    nearly_sure = Verdict("recording", 0.9999, (), 0.0001)
    half = Verdict("unsure", 0.5, (), 0.5)
    assert last_speaker(Judging(Judges(nearly_sure, half, nearly_sure)), says) == told


@pytest.mark.parametrize(("human", "told"), [(0.97, "您好请讲"), (0.7, "正在为您转接人工客服您好请讲")])
def test_an_opening_that_has_not_waited_yet_is_told_apart_where_it_is_nearly_sure(human: float, told: str) -> None:
    unsure = Verdict("unsure", human, (), human)
    assert last_speaker(Judging(Judges(MACHINE, unsure, unsure)), "您好请讲") == told


def test_who_was_taken_for_a_recording_is_believed_once_the_same_person_is_found() -> None:
    judging = Judging(Judges(HUMAN))
    for at in (0.0, 0.5):
        speech(judging, at, 0.5)  # the queue's machine, on a clean line
        queued = looked_at(judging, at, at + 0.4, at + 1.0, "请稍候", Kind.SILENCE)
        list(judging.over(replace(queued, floor=-90.0), MACHINE, at + 1.0, Kind.SILENCE))
    judging.course.queued = True
    speech(judging, 2.0, 2.0)
    opening = looked_at(judging, 2.0, 4.0, 4.7, "很高兴为您服务", Kind.SILENCE)
    list(judging.over(replace(opening, floor=-45.0), MACHINE, 4.7, Kind.SILENCE))
    assert not judging.believed
    speech(judging, 9.0, 1.0)
    reply = looked_at(judging, 9.0, 10.0, 10.3, "喂，能听到吗", None)
    told = list(judging.early(replace(reply, floor=-45.0), 10.3))
    assert [(e.start, e.verdict.is_) for e in told if isinstance(e, VerdictGiven)] == [(9.0, "human"), (2.0, "human")]
    answered = told[-1]
    assert isinstance(answered, HumanAnswered)
    assert answered.at == 2.0
    assert answered.latest == 9.0
    assert judging.believed.keys() == {2.0}


@pytest.mark.parametrize(("room", "parted"), [(-45.0, False), (-90.0, True)])
def test_a_person_in_the_own_room_is_not_parted_from_the_own_first_words(room: float, parted: bool) -> None:
    """Both sound like the machine before; `room`: what stands under the first words."""
    judging = Judging(Judges(*[Verdict("unsure", 0.98, (), 0.98), HUMAN] * 4))
    judging.course.queued = True
    voice = np.asarray(np.random.default_rng(7).standard_normal(8 * RATE) * 3000, np.int16)
    judging.course.answered = True
    judging.course.spoke(Spoke(0.0, 0.4, "请稍候", MACHINE, -90.0), voice)
    first = words("你好你好抱歉久等", 1.0)
    rest = words("您是要问什么呢", first[-1].end + 0.4)
    judging.begins(Kind.SPEECH, 1.0, voice)
    for n in range(400):
        at = 1.0 + n * 0.02
        spoken = at < first[-1].end - 0.1 or rest[0].start <= at < rest[-1].end
        judging.levels.add(at, -20.0 if spoken else room if at < first[-1].end else -45.0)
    whole = looked_at(judging, 1.0, rest[-1].end, 8.0, "你好你好抱歉久等您是要问什么呢", Kind.NOISE)
    onsets = [(1.0, 0.0), (rest[0].start, first[-1].end)]
    found, _ = judging.of_last_speaker(replace(whole, floor_before=-90.0), first + rest, "zh", onsets)
    assert (found.at > 1.0) is parted


@pytest.mark.parametrize(("says", "began"), [("请说您的问题", 1.0), ("您好请讲", 3.5)])
def test_an_invitation_to_speak_ends_a_turn_and_a_hello_begins_one(says: str, began: float) -> None:
    judging = Judging(Judges(HUMAN))
    judging.course.queued = True
    speech(judging, 1.0, 2.0)
    sentence = looked_at(judging, 1.0, 3.0, 3.5, "我是一三三九号", Kind.SILENCE)
    list(judging.over(sentence, UNSURE, 3.5, Kind.SILENCE))
    speech(judging, 3.5, 1.0)
    told = list(judging.early(looked_at(judging, 3.5, 4.5, 4.8, says, None), 4.8))
    assert next(event.at for event in told if isinstance(event, HumanAnswered)) == began


def test_no_memory_takes_what_a_certain_person_began_with_for_a_recording() -> None:
    judging = Judging(Judges(HUMAN))
    judging.course.queued = True
    speech(judging, 1.0, 1.0)
    list(judging.over(looked_at(judging, 1.0, 2.0, 2.7, "您好", Kind.SILENCE), UNSURE, 2.7, Kind.SILENCE))
    speech(judging, 3.0, 1.0)
    told = list(judging.early(looked_at(judging, 3.0, 4.0, 4.3, "请讲", None), 4.3))
    assert judging.believed[1.0].is_ == "human"
    assert [e.start for e in told if isinstance(e, VerdictGiven)] == [3.0], "what was unsure stays so in the timeline"


def test_a_person_is_parted_from_a_recording_where_the_person_begins_and_not_at_the_last_words() -> None:
    machine = words("坐席忙完毕", 1.0)
    name = words("您好二二二四号", machine[-1].end + 0.7)
    rest = words("您请说", name[-1].end + 0.5)

    def weighed(opening: Opening) -> Verdict:
        """The longer the machine's part, the surer; the person's last words alone are hardly less than all of them."""
        if opening.head:
            return Verdict("recording", 0.9, (), 0.11 if "您好" not in opening.text else 0.02)
        if opening.text.startswith("坐席"):
            return UNSURE
        person = 0.999 if opening.text.startswith("您好") else 0.998
        return Verdict("human", person, (), person)

    judging = Judging(weighed)
    judging.course.queued = True
    speech(judging, 1.0, 6.0)
    whole = looked_at(judging, 1.0, rest[-1].end, 8.0, "坐席忙完毕您好二二二四号您请说", Kind.SILENCE)
    onsets = [(name[0].start, machine[-1].end), (rest[0].start, name[-1].end)]
    found, _ = judging.of_last_speaker(whole, machine + name + rest, "zh", onsets)
    assert found.at == name[0].start


def test_the_room_of_a_first_part_is_measured_under_its_words_and_not_before_them() -> None:
    judges = Judges(*[HUMAN] * 4)
    judging = Judging(judges)
    judging.course.queued = True
    judging.begins(Kind.SPEECH, 1.0, np.zeros(0, np.int16))
    first = words("您好先生", 3.0)
    rest = words("您请说", first[-1].end + 0.6)
    for n in range(300):
        at = 1.0 + n * 0.02
        spoken = first[0].start <= at < first[-1].end or at >= rest[0].start
        judging.levels.add(at, -20.0 if spoken or at < 1.2 else -90.0 if at < 2.9 else -45.0)
    whole = looked_at(judging, 1.0, rest[-1].end, 6.5, "您好先生您请说", Kind.NOISE)
    judging.of_last_speaker(whole, first + rest, "zh", [(3.0, 1.2), (rest[0].start, first[-1].end)])
    assert next(opening for opening in judges.openings if opening.head).floor == -45.0


@pytest.mark.parametrize(("says", "began"), [("你好有什么需要", 2.9), ("有什么需要帮", 1.0)])
def test_who_says_hello_after_what_was_rather_a_machines_did_not_begin_with_it(says: str, began: float) -> None:
    rather = Verdict("recording", 0.7, (), 0.3)
    judging = Judging(Judges(rather, HUMAN, UNSURE, UNSURE, UNSURE))
    judging.course.queued = True
    speech(judging, 1.0, 6.0)
    machine = words("工号六零七号", 1.0)
    person = words(says, 2.9)
    whole = looked_at(judging, 1.0, person[-1].end, 8.0, f"工号六零七号{says}", Kind.SILENCE)
    found, _ = judging.of_last_speaker(whole, machine + person, "zh", [(2.9, machine[-1].end)])
    assert found.at == 2.9
    assert (found.words_at or found.at) == began


def test_what_sounded_long_before_somebody_spoke_is_not_his_room() -> None:
    judging = Judging(Judges())
    judging.course.answered = True
    judging.course.spoke(Spoke(1.0, 3.0, "正在为您转接", MACHINE, -90.0))
    for n in range(600):
        judging.levels.add(n * 0.02, -50.0)
    speech(judging, 12.0, 1.0)
    assert judging.opening(12.0, 13.0, 13.5, "您好", meaning("您好"), Kind.NOISE).floor_before == -50.0


def test_a_beep_after_an_answer_to_our_question_is_no_mailboxs() -> None:
    for to_challenge, told in ((True, []), (False, [MailboxHeard, HumanWithdrawn])):
        judging = Judging(Judges(HUMAN))
        speech(judging, 1.0, 4.0)
        reply = looked_at(judging, 1.0, 3.0, 3.3, "是的您请讲", None)
        list(judging.early(replace(reply, to_challenge=to_challenge), 3.3))
        beep = MailboxHeard(at=2.8, known=3.6, beep=1000.0)
        assert kinds(list(judging.mailboxes([beep], 3.6))) == told
