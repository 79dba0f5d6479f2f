"""Announcements over hold music, which earlier calls heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.listen.amid_music import AmidMusic
from probe.listen.fingerprint import NOTHING, Fingerprint, Fingerprinter
from probe.listen.prompt_following import Following, Found, Lost, Over
from probe.listen.prompt_memory import Hearing, Memory, Prompt, RememberedCall
from probe.listen.prompt_search import Library
from probe.listen.recall import Recall
from probe.simulator.channel import CONDITIONS, degrade
from probe.timeline import FRAME, Word
from tests.listen.sounds import SENTENCES, Sound, music, samples, silence, voiced

SAID = voiced(SENTENCES[1])
TUNE = music(20, level=-34, seed=3)


def over(tune: Sound, said: Sound, at: float) -> Sound:
    """Speech over music, from `at` seconds on."""
    mixed = tune.copy()
    mixed[round(at * 8000) : round(at * 8000) + said.size] += said
    return mixed


def remembered(at: float, tune: Sound = TUNE, late: float = 0.1) -> Library:
    """The announcement as a call learned it: from one second of music before it to its end; it has words all along, from
    `late` seconds on."""
    sound = over(tune, SAID, at)[round((at - 1) * 8000) : round((at + 0.3) * 8000) + SAID.size]
    frames = Fingerprinter().feed(degrade(samples(sound), CONDITIONS["pcmu"], seed=1))
    starts = np.arange(1 + late, 1.1 + SAID.size / 8000, 0.4)
    words = tuple(Word("字", float(start), float(start) + 0.4, 1.0) for start in starts)
    return Library(Memory("", (Prompt("queue", frames.bits, frames.levels, words, model="any"),)))


def found(library: Library, sound: Sound, condition: str = "pcma") -> tuple[float, float] | None:
    """Where the announcement begins, and when that is told; seconds."""
    audio = degrade(samples(sound), CONDITIONS[condition], seed=2)
    watch = AmidMusic(library, 0)
    for at in range(0, audio.size, FRAME):
        begun = watch.hear(audio[at : at + FRAME])
        if begun is not None:
            return begun - 0.1, (at + FRAME) / 8000
    return None


def test_an_announcement_whose_last_words_were_not_recognised_is_known_while_its_sound_goes_on() -> None:
    (prompt,) = remembered(5.0).prompts
    few = replace(prompt, words=prompt.words[:1], end=1 + SAID.size / 8000)
    told = found(Library(Memory("", (few,))), over(TUNE, SAID, 5.0))
    assert told is not None
    assert told[1] > 5.0 + few.words[0].end - 1, "its only word is over"


@pytest.mark.parametrize(
    ("condition", "at"),
    [("pcma", 5.0), ("gsm", 5.0), ("soft", 5.0), ("pcma", 7.3), ("soft", 7.3), ("loss 5 %", 7.3)],
)
def test_an_announcement_is_known_within_two_seconds_wherever_in_the_music_it_comes(condition: str, at: float) -> None:
    told = found(remembered(5.0), over(TUNE, SAID, at), condition)
    assert told is not None
    assert told[0] == pytest.approx(at, abs=0.1)
    assert told[1] - at <= 2.0


@pytest.mark.parametrize("condition", ["pcma", "gsm"])
@pytest.mark.parametrize("at", [8.1, 9.7])
def test_loud_music_that_is_elsewhere_in_its_piece_hides_no_announcement(condition: str, at: float) -> None:
    loud = music(20, level=-24, seed=3)
    told = found(remembered(5.0, loud), over(loud, SAID, at), condition)
    assert told is not None
    assert told[0] == pytest.approx(at, abs=0.1)
    assert told[1] - at <= 2.0
    assert found(remembered(5.0, loud), over(loud, voiced(SENTENCES[2]), at), condition) is None


def test_over_the_same_music_few_words_tell_an_announcement_whose_first_words_were_not_understood() -> None:
    watch = remembered(5.0, late=1.1)
    told = found(watch, over(TUNE, SAID, 5.0), "pcmu")
    assert told is not None
    assert told[1] - 5.0 <= 2.0
    assert found(watch, over(TUNE, voiced(SENTENCES[2]), 5.0), "pcmu") is None


def test_a_prompt_is_certain_as_soon_as_it_is_found() -> None:
    frames = Fingerprinter().feed(degrade(samples(over(TUNE, SAID, 7.3)), CONDITIONS["pcma"], seed=2)[: 10 * 8000])
    recall = Recall(remembered(5.0), over_music=NOTHING)
    assert [type(change) for change in recall.feed(frames)] == [Found]
    assert recall.certain


@pytest.mark.parametrize("calls", [5, 4])
def test_what_is_said_over_music_before_a_number_is_told_and_the_number_only_if_it_is_the_announcements_own(
    calls: int,
) -> None:
    (prompt,) = remembered(5.0).prompts
    said = [*("字" for _ in prompt.words[:4]), "还有", "三", *("字" for _ in prompt.words[6:])]
    words = tuple(replace(word, word=text) for word, text in zip(prompt.words, said, strict=True))
    frames = Fingerprinter().feed(degrade(samples(over(TUNE, SAID, 7.3)), CONDITIONS["pcma"], seed=2)[:96000])
    heard_in = tuple(RememberedCall(f"c{n}", "2026", (Hearing(prompt.id, 1.0),)) for n in range(calls))
    recall = Recall(Library(Memory("h", (replace(prompt, words=words),), heard_in)), over_music=NOTHING)
    assert [type(change) for change in recall.feed(frames[:450])] == [Found]
    assert recall.as_far_as is not None
    assert recall.as_far_as * 0.02 == pytest.approx(7.3 + words[5].start - 1, abs=0.2)
    assert not recall.certain, "of the number not all is heard yet"
    list(recall.feed(frames[450:520]))
    assert recall.certain is (calls == 5)


@pytest.mark.parametrize(
    ("words", "in_music", "told"),
    [(9, True, True), (9, False, False), (1, True, False)],
    ids=["its voice was found in music", "till its first word it may be music", "a word that was read into music"],
)
def test_over_the_same_music_the_voice_is_known_before_the_first_word_that_was_recognised(
    words: int, in_music: bool, told: bool
) -> None:
    (prompt,) = remembered(5.0, late=1.5).prompts
    few = tuple(replace(word, end=word.start + (0.4 if words > 1 else 0.2)) for word in prompt.words[:words])
    levels = prompt.levels.copy()
    levels[:6] = levels.max() if in_music else -90
    library = Library(Memory("", (replace(prompt, words=few, levels=levels),)))
    known = found(library, over(TUNE, SAID, 5.0), "pcmu")
    assert (known is not None and known[1] < 5.0 + 1.5) is told


def test_an_announcement_of_which_all_comes_at_once_and_music_after_it_is_found() -> None:
    audio = degrade(samples(over(TUNE, SAID, 7.3)), CONDITIONS["pcma"], seed=2)
    recall = Recall(remembered(5.0), over_music=NOTHING)
    assert [type(change) for change in recall.feed(Fingerprinter().feed(audio))] == [Found, Over]


def test_words_that_grow_softer_than_music_lets_pauses_be_are_followed_on() -> None:
    bits = np.random.default_rng(1).integers(0, 2**32, 90, dtype=np.uint32)
    levels = np.array([-60] * 10 + [-10] * 40 + [-25] * 40, np.int8)
    heard = Fingerprint(bits, np.full_like(bits, 0x7FFFF), levels)
    prompt = Prompt("queue", bits, levels)
    for over_music, lost in ((True, False), (False, True)):
        begun = Fingerprint(*(part[10:40] for part in (heard.bits, heard.marks, heard.levels)))
        following = Following(prompt, -10, begun, 0, over_music)
        told = [following.hear(k - 10, int(bits[k]), 0x7FFFF, int(levels[k])) for k in range(40, 85)]
        assert any(isinstance(change, Lost) for change in told) is lost


def test_the_music_that_an_announcement_was_learned_with_is_not_the_announcement() -> None:
    assert found(remembered(5.0), TUNE) is None


def test_another_announcement_over_the_same_music_is_not_this_one() -> None:
    assert found(remembered(5.0), over(TUNE, voiced(SENTENCES[2]), 5.0)) is None


def test_what_is_remembered_without_words_is_not_told_amid_music() -> None:
    library = remembered(5.0)
    library = Library(Memory("", tuple(replace(prompt, words=(), model="") for prompt in library.prompts)))
    assert found(library, over(TUNE, SAID, 5.0)) is None


def test_only_the_last_word_of_an_announcement_is_too_late_to_be_told() -> None:
    cut = over(TUNE, np.concatenate([silence(0.1), SAID[-6400:]]), 5.0)
    assert found(remembered(5.0), cut) is None
