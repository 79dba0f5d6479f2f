from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.listen.opening import Opening
from probe.listen.timbre import apart, timbre
from probe.listen.turn import Spoke, Words, ends_a_recording, finished, led_up
from probe.timeline import RATE, Kind, Samples, Verdict

RECORDING = Verdict("recording", 0.97, (), 0.03)
CLEAN, ROOM = -90.0, -45.0
WORDS = Words(10.0, ROOM, certain=True)
OPENING = Spoke(2.0, 4.5, "很高兴为您服务", RECORDING, ROOM, perhaps=True, room_began=True, segment=2.0)
"""An opening that was taken for a recording's, in a room that began with it, in the queue."""


def starts(words: Words, *spoken: Spoke, music_until: float | None = None) -> list[float]:
    ended = {} if music_until is None else {Kind.MUSIC: music_until}
    return [spoke.start for spoke in led_up(words, spoken, ended)]


def test_words_much_louder_than_those_before_are_somebody_elses() -> None:
    before = replace(OPENING, verdict=Verdict("unsure", 0.6, (), 0.6), start=5.0, end=6.2, above=20.0, perhaps=False)
    for above, began in ((20.0, [5.0]), (24.0, [5.0]), (27.0, [])):
        assert starts(replace(WORDS, above=above), before) == began
    assert starts(replace(WORDS, above=27.0), replace(before, end=5.5)) == [5.0], "a word tells no level"
    assert starts(replace(WORDS, start=6.5, above=27.0), before) == [5.0], "in one breath a voice may rise"


def test_what_was_taken_for_a_recording_in_the_persons_room_began_the_turn() -> None:
    assert starts(WORDS, OPENING) == [2.0]
    assert starts(replace(WORDS, certain=False), OPENING) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(OPENING, perhaps=False),
        replace(OPENING, room_began=False),
        replace(OPENING, floor=CLEAN, room_began=False),
        replace(OPENING, floor=ROOM - 9),
        replace(OPENING, start=-6.0, end=-2.1),
        replace(OPENING, text=""),
    ],
    ids=["known", "the machines' room", "clean", "another room", "long ago", "no words"],
)
def test_what_may_be_somebody_elses_did_not(other: Spoke) -> None:
    assert starts(WORDS, other) == []


def test_a_turn_does_not_go_back_over_hold_music_with_hindsight() -> None:
    assert starts(WORDS, OPENING, music_until=9.0) == []
    assert starts(WORDS, OPENING, music_until=2.0) == [2.0]


def voice(tilt: float) -> Samples:
    """A second of sound whose spectrum falls by `tilt` dB an octave, after a pause."""
    spectrum = np.fft.rfft(np.random.default_rng(7).standard_normal(RATE))
    octaves = np.log2(np.maximum(np.arange(spectrum.size), 100) / 100)
    sound = np.fft.irfft(spectrum * 10 ** (-tilt * octaves / 20))
    return np.concatenate([np.zeros(RATE // 10, np.int16), np.asarray(sound / np.abs(sound).max() * 8000, np.int16)])


def said_in(tilt: float, machine_apart: float | None, spoke: Spoke) -> Spoke:
    sounds = timbre(voice(tilt))
    assert sounds is not None
    return replace(spoke, voice=sounds, machine_apart=machine_apart)


def test_where_no_room_tells_the_voice_does() -> None:
    """The same voice, unlike the machines', after a silence in which an answer was waited for."""
    clean = replace(OPENING, floor=CLEAN, room_began=False)
    words = Words(8.0, CLEAN, voice(4.0), certain=True)
    assert starts(words, said_in(4.0, 6.0, clean)) == [2.0]
    assert starts(words, said_in(4.0, 0.3, clean)) == []  # as like a machine as this voice
    assert starts(words, said_in(4.0, None, clean)) == []  # no machine to compare with
    assert starts(words, said_in(14.0, 20.0, clean)) == []  # another voice
    assert starts(replace(words, start=5.0), said_in(4.0, 6.0, clean)) == []  # it may have announced who speaks now


def test_where_no_machine_has_spoken_the_same_voice_in_the_same_room_began_the_turn() -> None:
    first = said_in(4.0, None, replace(OPENING, room_began=False, alone=True))
    words = Words(8.0, ROOM, voice(4.0), certain=True)
    assert starts(words, first) == [2.0]
    assert starts(words, replace(first, alone=False)) == []
    assert starts(replace(words, floor=ROOM - 5), first) == []  # another room
    assert starts(replace(words, start=6.0), first) == []  # a recorded greeting, and then the person
    assert starts(words, said_in(14.0, None, first)) == []  # another voice


def test_whose_voice_it_was_is_told_by_all_of_the_turn() -> None:
    """Half a sentence each: the last is like the one before it, and only that is like the first."""
    first = said_in(4.0, 9.0, replace(OPENING, floor=CLEAN, room_began=False))
    again = said_in(6.0, 9.0, replace(first, start=8.0, end=9.5, verdict=Verdict("unsure", 0.8, (), 0.8)))
    words = Words(14.0, CLEAN, voice(8.0), certain=True)
    assert starts(words, first) == []
    assert starts(words, first, again) == [8.0, 2.0]


def test_words_looked_at_again_do_not_lead_up_to_themselves() -> None:
    """A greeting is no sentence before a greeting."""
    asked = Verdict("unsure", 0.97, (), 0.97)
    first = replace(OPENING, verdict=asked)
    greeting = replace(OPENING, start=8.0, end=10.0, text="喂您那边有声音吗", verdict=asked)
    assert starts(Words(8.0, ROOM, greets=True, certain=True), first, greeting) == [2.0]


def test_a_room_that_opens_is_no_first_sound_if_it_is_much_softer_than_the_words() -> None:
    room = Spoke(1.0, 1.8, "", Verdict("unsure", 0.5, (), 0.5), -45.0, above=13.0)
    hesitation = replace(room, above=24.0)
    words = Words(2.6, -44.0, above=28.0, certain=True)
    assert not [*led_up(words, [room], {})]
    assert [*led_up(words, [hesitation], {})] == [hesitation]
    assert [*led_up(replace(words, above=None), [room], {})] == [room]
    assert not [*led_up(words, [replace(room, text="四")], {})], "recognisers make a syllable of it"
    assert [*led_up(words, [replace(room, text="您好")], {})], "nobody's room says hello"
    louder_room = replace(words, floor=-38.0, above=22.0)
    assert not [*led_up(louder_room, [room], {})], "as loud as before, over a room that has become louder"


def test_a_syllable_without_a_pause_tells_nothing_of_the_room() -> None:
    syllable = Spoke(8.5, 8.6, "本", Verdict("unsure", 0.5, (), 0.5), ROOM + 11)
    assert starts(WORDS, syllable) == [8.5]
    assert starts(WORDS, replace(syllable, end=8.9)) == []
    assert starts(WORDS, replace(syllable, floor=ROOM - 11)) == []


def test_a_clean_sentence_before_a_room_is_somebody_elses_unless_it_is_one_breath() -> None:
    likely = replace(OPENING, verdict=Verdict("unsure", 0.7, (), 0.7), start=6.0, end=8.0, room_began=False)
    assert starts(WORDS, likely) == [6.0]
    assert starts(WORDS, replace(likely, floor=CLEAN)) == []
    assert starts(WORDS, replace(likely, floor=CLEAN, end=9.5)) == [6.0], "a lost packet is no room"


def test_a_sentence_that_goes_on_at_once_in_the_same_voice_is_one_turn_however_it_began() -> None:
    begun = replace(
        OPENING, verdict=Verdict("unsure", 0.5, (), 0.45), start=6.0, end=9.6, floor=CLEAN, room_began=False
    )
    words = replace(WORDS, heard=voice(3.0), floor=CLEAN)
    assert starts(words, said_in(3.0, 6.0, begun)) == [6.0]
    assert starts(words, said_in(3.0, 0.0, begun)) == [], "it was more like the machine before"
    assert starts(words, said_in(12.0, 9.0, begun)) == []


def test_a_recording_that_ends_just_before_the_person_speaks_is_told_by_being_more_like_the_machine() -> None:
    words = replace(WORDS, heard=voice(3.0))
    at_once = replace(OPENING, start=7.0, end=9.5)
    assert starts(words, said_in(4.0, 9.0, at_once)) == [7.0]
    assert starts(words, said_in(4.0, 0.5, at_once)) == []
    after_a_wait = replace(at_once, start=5.0, end=8.0)
    assert starts(words, said_in(4.0, 0.5, after_a_wait)) == [5.0], (
        "the voices are hardly apart, and the room is the person's"
    )


def test_what_a_system_says_on_a_clean_line_is_nobodys_hesitation() -> None:
    words = Words(8.0, CLEAN, certain=True)
    hesitation = Spoke(5.0, 6.2, "那个", Verdict("unsure", 0.5, (), 0.5), CLEAN)
    assert starts(words, hesitation) == [5.0]
    assert starts(words, replace(hesitation, text="电话已接通", verdict=Verdict("unsure", 0.87, (), 0.13))) == []


def test_our_question_was_about_words_and_not_about_sounds_in_another_voice() -> None:
    words = Words(10.0, ROOM, voice(4.0), answers=True, certain=True)
    sound = replace(said_in(14.0, 3.0, OPENING), text="", verdict=Verdict("unsure", 0.5, (), 0.5), start=6.8, end=8.8)
    assert starts(words, sound) == []
    assert starts(words, replace(sound, text="噪声")) == [6.8]
    assert starts(words, replace(sound, voice=None)) == [6.8]


def test_what_our_question_was_about_was_somebody_elses_if_a_room_opened_before_the_answer() -> None:
    words = Words(10.0, ROOM, answers=True, certain=True)
    doubtful = Verdict("unsure", 0.6, (), 0.6)
    asked_about = replace(OPENING, text="您好我是小王", verdict=doubtful, start=6.8, end=8.8, room_began=False)
    assert starts(words, asked_about) == [6.8]
    assert starts(words, replace(asked_about, floor=ROOM - 11)) == [6.8]
    assert starts(words, replace(asked_about, floor=ROOM - 13)) == []
    assert starts(replace(words, floor=CLEAN), replace(asked_about, floor=CLEAN - 13)) == [6.8]


def test_a_sound_that_no_throat_makes_as_this_voice_speaks_is_nobodys_first() -> None:
    words = Words(8.0, CLEAN, voice(4.0), certain=True)
    sound = replace(said_in(8.0, None, OPENING), start=6.6, end=7.2, text="", verdict=Verdict("unsure", 0.5, (), 0.5))
    sound = replace(sound, floor=CLEAN)
    assert starts(words, sound) == [6.6]
    hardly = said_in(20.0, None, sound)
    assert starts(words, hardly) == []
    assert starts(words, replace(hardly, text="您好")) == [6.6], "but a greeting is no sound"


def test_that_the_line_is_through_is_not_said_by_the_person_who_answers_our_question_after_it() -> None:
    words = Words(10.0, ROOM, answers=True, certain=True)
    hardly = Verdict("unsure", 0.9, (), 0.1)
    announced = replace(said_in(14.0, 3.0, OPENING), voice=None, verdict=hardly, start=6.8, end=8.8)
    assert starts(words, replace(announced, text="您好我是小王")) == [6.8]
    assert starts(words, replace(announced, text="人工服务已接通")) == []


def test_a_recordings_sound_and_the_rest_of_one_lead_up_to_nobody() -> None:
    known = replace(OPENING, prompt_share=0.9)
    assert starts(WORDS, known) == []
    rest = replace(OPENING, start=4.7, end=5.5, segment=4.8, text="转人工")
    assert starts(WORDS, known, rest) == []
    assert starts(WORDS, replace(known, prompt_share=0.4), rest) == [4.7, 2.0]


@pytest.mark.parametrize(
    ("share", "at", "text", "rest"),
    [
        (0.9, 4.8, "转人工", True),
        (0.4, 4.8, "转人工", False),
        (0.9, 5.2, "转人工", False),
        (0.9, 4.8, "喂您好", False),
        (0.9, 4.8, "这里是自来水公司服务", False),
    ],
    ids=["a few words after it", "after something new", "after a pause", "a hello", "a sentence"],
)
def test_the_rest_of_a_recording_comes_at_once_and_greets_nobody(
    share: float, at: float, text: str, rest: bool
) -> None:
    known = replace(OPENING, prompt_share=share)
    assert ends_a_recording([known], at, text) is rest
    itself = replace(OPENING, start=at - 0.1, end=at + 1.0, segment=at)
    assert ends_a_recording([known, itself], at, text) is rest
    assert not ends_a_recording([], at, text)


def test_a_few_words_after_a_recording_are_no_rest_of_it_in_the_persons_voice_or_after_a_pause_in_their_segment() -> (
    None
):
    known = replace(OPENING, start=2.0, end=5.0, segment=2.0, prompt="p-1", prompt_share=1.0)
    few = replace(OPENING, text="我在", verdict=Verdict("unsure", 0.9, (), 0.9), start=5.4, end=6.4, segment=5.4)
    words = Words(8.0, ROOM, voice(4.0), certain=True)
    assert starts(words, known, few) == []
    assert starts(words, known, said_in(4.0, 2.0, few)) == [5.4], "the voice is the person's, no machine's"
    assert starts(words, known, said_in(4.0, 0.3, few)) == []
    assert starts(words, known, replace(few, start=5.8)) == [5.8], "only a room opened at once"


def test_an_answer_in_a_much_louder_room_is_his_who_was_asked_if_the_voice_is() -> None:
    asked = replace(OPENING, text="您好请讲", verdict=Verdict("unsure", 0.7, (), 0.7), start=2.0, end=4.5, floor=-62.0)
    answer = Words(9.0, ROOM, voice(4.0), answers=True, certain=True)
    assert starts(answer, replace(asked, room_began=False)) == []
    assert starts(answer, said_in(4.0, 2.0, replace(asked, room_began=False))) == [2.0]


@pytest.mark.parametrize(("seconds", "nearer", "began"), [(0.8, 2.5, []), (0.8, 1.5, [8.0]), (0.4, 2.5, [8.0])])
def test_a_short_word_much_nearer_to_a_machines_voice_began_no_turn(
    seconds: float, nearer: float, began: list[float]
) -> None:
    words, here = Words(9.9, ROOM, voice(4.0), certain=True), timbre(voice(4.0))
    word = replace(OPENING, verdict=Verdict("unsure", 0.7, (), 0.7), start=8.0, end=8.0 + seconds, room_began=False)
    far = said_in(8.0, None, word)
    assert here is not None
    assert far.voice is not None
    assert starts(words, replace(far, machine_apart=apart(here, far.voice) - nearer)) == began


def test_a_syllable_on_a_noisy_line_in_which_machines_spoke_too_began_no_turn_long_before_the_words() -> None:
    syllable = replace(
        OPENING, text="所以", verdict=Verdict("unsure", 0.5, (), 0.5), room_began=False, machine_apart=4.0
    )
    at = replace(syllable, start=4.0, end=4.2)
    assert starts(WORDS, at) == [], "5.8 s before, in the line's own noise"
    assert starts(WORDS, replace(at, room_began=True)) == [4.0], "in his own room"
    assert starts(replace(WORDS, start=7.0), at) == [4.0], "soon before"
    assert starts(replace(WORDS, answers=True), at) == [], "nor was our question about it"
    assert starts(replace(WORDS, answers=True), replace(at, text="喂")) == [4.0]


def test_who_says_the_same_in_every_call_and_answers_us_in_that_voice_began_with_it() -> None:
    asked = Verdict("unsure", 0.97, (), 0.97)
    known = said_in(4.0, 4.0, replace(OPENING, verdict=asked, end=8.0, prompt_share=0.7, perhaps=False))
    words = Words(10.0, ROOM, voice(4.0), answers=True, certain=True)
    assert starts(words, replace(known, doubtful=True)) == [2.0]
    assert starts(words, known) == [], "a recording, surely"
    assert starts(words, replace(known, doubtful=True, machine_apart=0.1)) == [], "a machine's voice"
    assert starts(replace(words, answers=False), replace(known, doubtful=True)) == []


def test_what_was_surely_a_recording_is_kept_with_what_was_said() -> None:
    remembered = Opening("您好很高兴为您服务", (), at=2.0, length=2.0, silence_after=1.0, floor=ROOM, prompt_share=0.7)
    for recordings, doubtful in (((), True), (((2.0, 4.0),), False)):
        kept = finished(replace(remembered, recordings=recordings), RECORDING, 2.0, 30.0, True)
        assert kept.doubtful is doubtful
