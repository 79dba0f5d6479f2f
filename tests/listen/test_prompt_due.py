"""When a prompt may be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from probe.listen.fingerprint import Fingerprint
from probe.listen.prompt_due import Heard, due
from probe.listen.prompt_following import Following
from probe.listen.prompt_memory import Prompt
from probe.timeline import Word
from tests.listen.test_prompt_certainty import HEARD, certainty_of, remembered, with_a_late_number

Levels = npt.NDArray[np.int8] | npt.NDArray[np.float64] | npt.NDArray[np.int64]


def said(*words: str, each: float = 0.4) -> Prompt:
    """A prompt of words of so many seconds each from 1 s on, over music."""
    told = tuple(Word(word, 1 + each * n, 1 + each * (n + 1), 1.0) for n, word in enumerate(words))
    return Prompt("p-1", np.zeros(300, np.uint32), np.full(300, -20, np.int8), told, model="m")


def test_what_is_the_very_same_is_told_sooner_over_music_unless_it_is_new_or_says_nothing() -> None:
    prompt = said("您好", "请", "稍候")
    told = due(prompt, Heard(0, over_music=True))
    assert told.same < told.whole
    for heard, known in (
        (Heard(0), prompt),
        (Heard(0, over_music=True, new=True), prompt),
        (Heard(0, over_music=True), replace(prompt, words=())),
    ):
        told = due(known, heard)
        assert told.same == told.whole


def test_the_very_same_is_not_told_before_a_key_or_a_number_that_is_waited_for() -> None:
    heard = Heard(0, over_music=True)
    plain = due(said("请按", "查询", each=0.35), heard).same
    assert due(said("请按", "二", "查询", each=0.35), heard).same > plain
    number = due(said("还有", "二", "位", "客户"), heard)
    assert number.same > plain
    assert number.untold
    assert not due(said("还有", "二", "位", "客户"), replace(heard, own_number=True)).untold


def test_a_number_is_claimed_once_it_is_past_and_what_comes_before_it_in_time() -> None:
    late = said("尊敬", "的", "客户", "您", "前面", "还有", "二", "位", "客户")
    for own in (False, True):
        told = due(late, Heard(0, over_music=True, own_number=own))
        assert told.as_far < 125 < told.other < told.whole
    early = due(said("还有", "二", "位", "客户"), Heard(0, over_music=True))
    assert (early.other, early.as_far) == (0, early.whole), "too little comes before it"


def test_what_is_heard_from_the_midst_on_is_told_as_far_as_a_word_that_is_still_to_come() -> None:
    whole = said(*"尊敬的客户您前面还有人请稍候")
    doubted = [replace(word, confidence=0.3) if n == 4 else word for n, word in enumerate(whole.words)]
    prompt = replace(whole, words=tuple(doubted))
    assert due(prompt, Heard(0)).other > 0
    missed = due(prompt, Heard(150))  # it went on after a pause, say
    assert (missed.other, missed.whole) == (0, due(whole, Heard(150)).whole)
    soon = due(prompt, Heard(100))
    assert (soon.other, soon.whole) == (0, due(prompt, Heard(0)).whole), "too little comes before it"


def test_what_sounds_from_its_first_frame_on_is_told_sooner_since_noise_hides_its_beginning() -> None:
    hidden = said(*"尊敬的客户您前面还有人请稍候")
    clear = replace(hidden, levels=np.concatenate([np.full(6, -70, np.int8), hidden.levels[6:]]))
    assert due(clear, Heard(0)).whole - due(hidden, Heard(0)).whole == 6 + 10


def test_the_very_same_over_music_is_told_the_sooner_the_earlier_its_voice_begins() -> None:
    words = said(*"尊敬的客户您前面还有人请稍候").words

    def same(first: float) -> int:
        earlier = tuple(replace(word, start=word.start - 1 + first, end=word.end - 1 + first) for word in words)
        return due(replace(said(), words=earlier), Heard(0, over_music=True)).same

    assert [same(at) for at in (1.0, 0.8, 0.2)] == [66, 57, 54]


@pytest.mark.parametrize(("frames", "as_far"), [(53, False), (54, True)])
def test_less_than_a_second_before_a_word_that_may_be_another_is_not_told_alone(frames: int, as_far: bool) -> None:
    prompt = remembered(0.3)
    first = int(prompt.sounding.argmax())
    doubtful = Word("字", (first + frames + 5) * 0.02, (first + 100) * 0.02, 0.3)
    told = certainty_of(Following(replace(prompt, words=(doubtful,)), 0, HEARD[:20], 2), 2, False)
    told.is_certain(HEARD[:88], 88)
    assert (told.as_far_as is not None) is as_far


def test_what_is_told_as_far_as_a_number_is_told_whole_when_the_number_is_past_however_it_was_dated() -> None:
    told = certainty_of(Following(with_a_late_number(remembered(0.3)), 0, HEARD[:20], 2), 2, False)
    certain = [until for until in range(84, 130) if told.is_certain(HEARD[:until], until)]
    assert told.as_far_as is not None
    assert certain[0] == 89 + 25, "the number was past at 89"
    at_once = certainty_of(Following(with_a_late_number(remembered(0.3)), 0, HEARD[:20], 2), 2, False)
    assert at_once.is_certain(HEARD[:84], 84) is at_once.is_certain(HEARD[:88], 88) is False
    assert at_once.is_certain(HEARD[:95], 95, ended=True)


def test_a_word_that_was_hardly_understood_is_dated_better_than_a_number() -> None:
    prompt = remembered(0.3)
    doubted = (replace(prompt.words[3], confidence=0.3), *prompt.words[4:])
    assert due(with_a_late_number(prompt), Heard(2)).dated == 25
    assert due(replace(prompt, words=(*prompt.words[:3], *doubted)), Heard(2)).dated == 10
    number = (replace(prompt.words[4], word="五"), replace(prompt.words[5], word="位"), *prompt.words[6:])
    both = due(replace(prompt, words=(*prompt.words[:3], doubted[0], *number)), Heard(2))
    assert (both.other, both.dated) == (due(with_a_late_number(prompt), Heard(2)).other, 25), (
        "a number in what was doubted"
    )


def test_what_is_never_spoken_anew_is_due_whole_however_a_word_of_it_was_understood() -> None:
    prompt = said("您好", "请", "稍候", each=0.6)
    doubted = replace(prompt, words=(*prompt.words[:2], replace(prompt.words[2], confidence=0.3)))
    assert due(doubted, Heard(0)).other > 0
    assert due(doubted, Heard(0, never_anew=True)).other == 0


def certain(levels: Levels, heard: Fingerprint = HEARD, until: int = 100) -> bool:
    """Whether what is heard is surely the very same sound, remembered with these levels."""
    prompt = replace(remembered(0.3), levels=levels.astype(np.int8))
    return certainty_of(Following(prompt, 0, heard[:20], 2), 2, False).is_certain(heard, until)


@pytest.mark.parametrize(
    ("louder", "elsewhere", "is_certain"),
    [(0, 0, True), (9, 0, True), (0, 2, True), (0, 30, False), (9, 30, False)],
    ids=["as it was", "louder", "a little elsewhere", "elsewhere", "louder, and elsewhere"],
)
def test_what_is_loud_elsewhere_than_the_prompt_is_not_it_however_well_the_noise_agrees(
    louder: int, elsewhere: int, is_certain: bool
) -> None:
    assert certain(np.roll(HEARD.levels, elsewhere) - np.int8(louder)) is is_certain


def test_lost_packets_levels_long_past_and_another_gain_control_do_not_matter() -> None:
    frames = np.arange(len(HEARD))
    assert certain(np.where(frames % 20 < 3, -90, HEARD.levels))
    assert certain(np.where(frames < 90, np.roll(HEARD.levels, 30), HEARD.levels), until=200)
    assert not certain(np.where(frames < 90, np.roll(HEARD.levels, 30), HEARD.levels), until=90)
    assert certain(-30 + (HEARD.levels.astype(np.float64) + 30) / 10)


def test_the_unrest_of_an_even_sound_tells_nothing() -> None:
    random = np.random.default_rng(1)
    one, other = (random.integers(-21, -18, len(HEARD)) for _ in range(2))
    assert certain(one, replace(HEARD, levels=other.astype(np.int8)))
