"""From when on it may be certain which remembered recording is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.listen.fingerprint import Fingerprint, Fingerprinter
from probe.listen.prompt_beginning import says_something
from probe.listen.prompt_certainty import Certainty
from probe.listen.prompt_due import MUSIC_ELSEWHERE, Heard
from probe.listen.prompt_following import Following
from probe.listen.prompt_memory import Prompt
from probe.timeline import Word
from tests.listen.sounds import SENTENCES, samples, silence, voiced

HEARD = Fingerprinter().feed(samples(np.concatenate([silence(0.2), *(voiced(text) for text in SENTENCES[:3])])))


def remembered(first_word: float, heard: Fingerprint = HEARD) -> Prompt:
    """What is heard, as it is remembered; all its words but those before `first_word` seconds were understood."""
    words = tuple(Word("字", float(at), float(at) + 0.4, 1.0) for at in np.arange(first_word, 6.0, 0.4))
    return Prompt("p-1", heard.bits, heard.levels, words, model="m")


def in_music(prompt: Prompt) -> Prompt:
    """The same, as it is remembered from a call in which music was before it."""
    return replace(prompt, levels=np.concatenate([np.full(6, -20, np.int8), prompt.levels[6:]]))


def certainty_of(following: Following, since: int, over_music: bool, **known: bool) -> Certainty:
    """Of what is heard from a live frame on, which is the prompt's frame, too."""
    elsewhere = over_music and since >= MUSIC_ELSEWHERE
    return Certainty(following, since, Heard(since, over_music, music_elsewhere=elsewhere, **known))


@pytest.mark.parametrize(
    ("first_word", "since", "due", "same"),
    [(0.8, 20, 86, 57), (1.5, 20, 60, 60), (0.9, 2, 106, 62), (1.5, 2, 84, 66), (0.3, 2, 76, 54), (0.3, 20, 76, 54)],
    ids=[
        "where it begins to agree",
        "sooner where its first words were missed",
        "soon after its beginning",
        "there too",
        "at its first word",
        "before it begins to agree",
    ],
)
def test_over_music_a_prompt_is_due_by_when_its_voice_began(first_word: float, since: int, due: int, same: int) -> None:
    following = Following(in_music(remembered(first_word)), 0, HEARD, since, over_music=True)
    certainty = certainty_of(following, since, True)
    assert certainty.due_after(len(HEARD)) == due
    assert certainty.due_after(0) == same, "all of it may be the very same"


def test_over_music_the_voice_of_what_was_learned_without_music_begins_with_its_first_sound() -> None:
    prompt = remembered(0.9)
    due = [
        certainty_of(Following(known, 0, HEARD, 2, over_music=True), 2, True).due_after(len(HEARD))
        for known in (in_music(prompt), prompt)
    ]
    first = int(prompt.sounding.argmax())
    assert 0 < first < 10
    assert due == [40 + 66, first + 66], "however late its first word is"


@pytest.mark.parametrize(("amid", "due"), [(True, 170), (False, 75)])
def test_what_is_heard_from_the_midst_of_a_prompt_on_is_due_from_there(amid: bool, due: int) -> None:
    following = Following(remembered(0.3), 0, HEARD, 100)
    assert certainty_of(following, 100, False, amid=amid).due_after(0) == pytest.approx(due, abs=2)


@pytest.mark.parametrize(
    ("own", "at", "said", "due"),
    [(False, 2, "五位", 73), (False, 3, "五位", 83), (True, 3, "五位", 73), (False, 1, "五五五五位", 109)],
    ids=["over by then", "late", "its own", "of which less than a second is before it"],
)
def test_a_number_is_waited_for_unless_it_is_the_recordings_own_or_comes_late_when_what_is_before_it_is_told(
    own: bool, at: int, said: str, due: int
) -> None:
    prompt = remembered(0.3)
    until = at + len(said)
    number = (replace(word, word=figure) for word, figure in zip(prompt.words[at:until], said, strict=True))
    words = (*prompt.words[:at], *number, *prompt.words[until:])
    following = Following(replace(prompt, words=words), 0, HEARD, 2)
    assert certainty_of(following, 2, False, own_number=own).due_after(0) == due


def with_a_late_number(prompt: Prompt) -> Prompt:
    """The same with a number from its fourth word on: it ends later than 1.8 s after the beginning."""
    number = (replace(word, word=figure) for word, figure in zip(prompt.words[3:5], "五位", strict=True))
    return replace(prompt, words=(*prompt.words[:3], *number, *prompt.words[5:]))


def test_up_to_a_late_number_it_is_looked_until_the_number_is_past_whether_it_agrees() -> None:
    prompt = with_a_late_number(remembered(0.3))
    spoilt = replace(HEARD, bits=np.where(np.arange(len(HEARD)) < 84, ~HEARD.bits, HEARD.bits).astype(np.uint32))
    certainty = certainty_of(Following(prompt, 0, HEARD[:20], 2), 2, False)
    assert not certainty.is_certain(spoilt, 84)
    assert certainty.as_far_as is None
    assert not certainty.is_certain(HEARD, 86)
    assert certainty.as_far_as is not None
    waiting = certainty_of(Following(prompt, 0, HEARD[:20], 2), 2, False)
    assert [waiting.due_after(until) for until in (80, 84, 89)] == [83, 84, 89], "overdue from 83 on, all of it at 89"
    waiting.is_certain(HEARD, 84)
    assert waiting.due_after(84) == 89, "told as far as the number"
    beyond = replace(HEARD, bits=np.where(np.arange(len(HEARD)) > 92, ~HEARD.bits, HEARD.bits).astype(np.uint32))
    certainty = certainty_of(Following(prompt, 0, HEARD[:20], 2), 2, False)
    assert not certainty.is_certain(beyond, 110)
    assert certainty.as_far_as is not None, "another word drifts away, but not what came before it"
    assert not certainty.never
    never = certainty_of(Following(prompt, 0, HEARD[:20], 2), 2, False)
    never.never = True
    assert not never.is_certain(HEARD, 86)
    assert never.as_far_as is None, "it was spoken anew"


def spoken_faster(by: float) -> Fingerprint:
    """What is heard, about in step at its frame 35."""
    frames = np.maximum(np.round((np.arange(120) - 35) * (1 + by) + 35), 0).astype(int)
    return Fingerprint(HEARD.bits[frames], HEARD.marks[frames], HEARD.levels[frames])


@pytest.mark.parametrize(("faster", "certain"), [(0.0, True), (0.02, True), (0.05, False)])
@pytest.mark.parametrize("since", [2, 20])
def test_over_music_too_what_does_not_keep_its_time_is_another_recording(
    since: int, faster: float, certain: bool
) -> None:
    heard = spoken_faster(faster)
    following = Following(in_music(remembered(0.8)), 0, heard[:30], since, over_music=True)
    told = certainty_of(following, since, True, never_anew=True)
    assert any(told.is_certain(heard[:until], until) for until in range(60, 110, 4)) is certain


@pytest.mark.parametrize(("faster", "certain"), [(0.0, True), (0.03, True), (0.05, False)])
def test_a_few_frames_too_show_what_does_not_keep_its_time(faster: float, certain: bool) -> None:
    heard = spoken_faster(faster)
    told = Certainty(Following(remembered(0.3), 0, heard[:30], 2), 2, Heard(2, follows=True), before=20)
    assert told.is_certain(heard[:58], 58) is certain


def test_what_agrees_beyond_a_word_that_may_be_another_tells_of_what_is_before_it() -> None:
    prompt = with_a_late_number(remembered(0.3))
    turned = np.packbits(np.random.default_rng(4).random((len(HEARD), 32)) < 0.1, axis=1).view(">u4").ravel()
    heard = replace(HEARD, bits=(HEARD.bits ^ turned).astype(np.uint32))

    def told(since: int, until: int) -> bool:
        certainty = certainty_of(Following(prompt, 0, HEARD[:20], 2), since, False)
        certainty.is_certain(heard, until)
        return certainty.as_far_as is not None

    assert [told(10, 85), told(10, 95)] == [False, True], (
        "80 frames are needed of what differs so, 60 come before the word"
    )


def test_what_noise_hides_of_a_beginning_counts_as_heard() -> None:
    turned = np.packbits(np.random.default_rng(4).random((len(HEARD), 32)) < 0.08, axis=1).view(">u4").ravel()
    heard = replace(HEARD, bits=(HEARD.bits ^ turned).astype(np.uint32))

    def certain(prompt: Prompt, until: int) -> bool:
        certainty = certainty_of(Following(prompt, 0, HEARD[:20], 0), 0, False)
        told = certainty.is_certain(heard, until)
        assert 0.03 < (certainty.more or 0.05) < 0.06, "of which 70 frames are needed"
        return told

    hidden = in_music(remembered(0.3))  # in noise it looks the same
    assert [certain(hidden, until) for until in (59, 61)] == [False, True]
    assert [certain(remembered(0.3), until) for until in (61, 77)] == [False, True]


@pytest.mark.parametrize("faster", [0.0, 0.008])
def test_what_is_said_a_little_faster_is_never_certain(faster: float) -> None:
    sound = np.concatenate([silence(0.2), *(voiced(text) for text in SENTENCES[:3])])
    places = np.arange(0, sound.size - 1, 1 + faster)
    heard = Fingerprinter().feed(samples(np.interp(places, np.arange(sound.size), sound)))
    certainty = certainty_of(Following(remembered(0.3), 0, heard[:20], 2), 2, False)
    assert certainty.is_certain(heard, 150) is (faster == 0.0)
    assert certainty.never is (faster > 0.0)


def test_what_agrees_only_after_a_number_that_is_put_in_may_be_said_with_another_one() -> None:
    plain = remembered(0.3)
    figures = (replace(word, word=figure) for word, figure in zip(plain.words[:2], "五位", strict=True))
    prompt = replace(plain, words=(*figures, *plain.words[2:]))
    other = replace(HEARD, bits=np.where(np.arange(len(HEARD)) < 60, ~HEARD.bits, HEARD.bits).astype(np.uint32))

    def missed(
        known: Prompt, heard: Fingerprint, lag: int = 0, over_music: bool = False, since: int = 60, **too: bool
    ) -> bool:
        following = Following(known, lag, heard[:80], max(since + lag, 0), over_music=over_music)
        return certainty_of(following, since + lag, over_music, **too).number_missed(heard)

    assert missed(prompt, other)
    assert not missed(prompt, other, since=20), "it is yet to be compared"
    assert missed(prompt, other[50:], lag=-50), "it was not heard"
    assert not missed(prompt, HEARD), "it was the same"
    assert not missed(plain, other)
    assert not missed(prompt, other, own_number=True)
    assert not missed(prompt, other, over_music=True)


def test_over_music_nothing_is_certain_while_the_two_seem_to_part() -> None:
    last = 110
    other = HEARD.bits.copy()
    other[last - 6 : last] = ~other[last - 6 : last]
    heard = replace(HEARD, bits=other)
    for sound, certain in ((HEARD, True), (heard, False)):
        following = Following(remembered(0.3), 0, sound[:20], 0, over_music=True)
        for k in range(20, last):
            following.hear(k, int(sound.bits[k]), int(sound.marks[k]), int(sound.levels[k]))
        certainty = certainty_of(following, 0, True)
        assert certainty.is_certain(sound[:last], last) is certain
        assert certainty.more is None, "the music explains all that differs"


def test_a_word_that_may_have_been_read_into_music_must_be_heard_for_longer_than_one_of_many() -> None:
    many = remembered(1.0)
    few = replace(many, words=many.words[:2])
    assert [says_something(prompt, 0, 60, 0) for prompt in (many, few)] == [True, False]
    assert says_something(few, 0, 70, 0)
    assert not says_something(many, 0, 52, 0)


@pytest.mark.parametrize(("since", "agrees"), [(20, True), (2, False)], ids=["music elsewhere", "the same music"])
def test_what_agrees_while_the_music_is_elsewhere_is_the_voice_before_its_first_word_is_due(
    since: int, agrees: bool
) -> None:
    following = Following(remembered(1.5), 0, HEARD, since, over_music=True)
    assert certainty_of(following, since, True).agrees_over_music(HEARD, 62) is agrees


def test_the_very_same_over_music_for_so_long_that_a_voice_is_in_it_is_the_prompt_though_few_words_were_recognised() -> (
    None
):
    following = Following(remembered(1.0), 0, HEARD[:20], 2, over_music=True)
    certainty = certainty_of(following, 2, True)
    assert [certainty.equals_over_music(HEARD, until) for until in (70, 80)] == [False, True]
    other = HEARD.bits.copy()
    other[50:80] ^= np.uint32(0x0F0F0F0F)
    assert not certainty.equals_over_music(replace(HEARD, bits=other), 80)
    assert not certainty.equals_over_music(HEARD, len(HEARD) + 1), "it is over"
    late = remembered(1.9)
    newest = replace(HEARD, bits=np.where(np.arange(len(HEARD)) >= 120, ~HEARD.bits, HEARD.bits).astype(np.uint32))
    found = [over_music(late, 2, False).equals_over_music(HEARD, until) for until in (80, 105)]
    assert found == [False, True], "till then it may all be music"
    found = [over_music(in_music(late), 2, False).equals_over_music(HEARD, until) for until in (66, 70)]
    assert found == [False, True], "its voice was found 0.9 s after what is remembered of the music begins"
    found = [over_music(in_music(late), 2, False).agrees_over_music(newest, until) for until in (120, 127)]
    assert found == [True, False], "what is newest no more"


def followed(prompt: Prompt, since: int, last: int, over_music: bool) -> Following:
    """The prompt, heard up to a frame."""
    following = Following(prompt, 0, HEARD[:20], since, over_music=over_music)
    for k in range(20, last):
        following.hear(k, int(HEARD.bits[k]), int(HEARD.marks[k]), int(HEARD.levels[k]))
    return following


@pytest.mark.parametrize(
    ("last", "ended", "known", "certain"),
    [
        (90, False, True, True),
        (90, True, True, True),
        (110, False, False, True),
        (90, False, False, False),
        (90, True, False, False),
    ],
    ids=["words, goes on", "words, over", "none, goes on", "none, its voice may have begun late", "none, over"],
)
def test_over_music_what_no_words_are_known_of_may_be_the_music_alone(
    last: int, ended: bool, known: bool, certain: bool
) -> None:
    prompt = in_music(remembered(0.3))
    following = followed(prompt if known else replace(prompt, words=()), 0, last, over_music=True)
    assert certainty_of(following, 0, True).is_certain(HEARD[:last], last, ended=ended) is certain
    begun = certainty_of(followed(following.prompt, last - 70, last, over_music=True), last - 70, True)
    assert begun.is_certain(HEARD[:last], last, ended=ended) is (certain and known)


@pytest.mark.parametrize(
    ("words", "frames", "never"),
    [(False, 60, True), (True, 60, False), (False, 200, False)],
    ids=["a short piece in which nobody speaks", "a few words", "a jingle"],
)
def test_a_short_piece_in_which_nobody_speaks_is_never_certain(words: bool, frames: int, never: bool) -> None:
    short = replace(remembered(0.3), bits=HEARD.bits[:frames], levels=HEARD.levels[:frames])
    following = Following(short if words else replace(short, words=()), 0, HEARD[:20], 0)
    assert certainty_of(following, 0, False).never is never
    unknown = Following(replace(following.prompt, model=""), 0, HEARD[:20], 0)
    assert not certainty_of(unknown, 0, False).never, "it may hold words"
    assert certainty_of(unknown, 0, False, new=True).never is never, "but in one call it may be the room"


def test_what_several_calls_heard_and_nothing_begins_like_may_differ_more_than_what_is_spoken_anew() -> None:
    random = np.random.default_rng(2)
    turned = HEARD.bits.copy()
    turned ^= np.where(random.random(turned.size) < 0.7, np.uint32(1 << 3 | 1 << 9 | 1 << 20 | 1 << 28), np.uint32(0))
    following = followed(replace(remembered(0.3), bits=turned), 0, 100, over_music=False)
    found = []
    for least in (0.0, -0.02, -0.1):
        for never_anew in (False, True):
            certainty = certainty_of(following, 0, False, never_anew=never_anew)
            found.append(certainty.is_certain(HEARD[:130], 130, differed={"p-another": least}))
    assert 0.05 < certainty.more < 0.07, certainty.more
    assert found == [True, True, True, True, False, True]
    own = {"p-another": 0.0, following.prompt.id: certainty.more - 0.05}
    assert certainty_of(following, 0, False, never_anew=True).is_certain(HEARD[:130], 130, differed=own)
    own[following.prompt.id] -= 0.02
    once_more = certainty_of(following, 0, False, never_anew=True)
    assert not once_more.is_certain(HEARD[:130], 130, differed=own), "in this call it was more like itself"
    in_step = followed(remembered(0.3), 0, 130, over_music=False)
    differed = {in_step.prompt.id: -0.1}
    exactly = certainty_of(in_step, 0, False)
    assert exactly.is_certain(HEARD[:130], 130, differed=differed)
    assert -0.1 + 0.06 < (exactly.more or 0.0) < 0.0, "what was exactly in step, and is not now"


def test_over_music_what_is_never_said_with_something_else_is_told_sooner() -> None:
    def due(over_music: bool, never_anew: bool) -> int:
        prompt = in_music(remembered(0.3)) if over_music else remembered(0.3)
        following = followed(prompt, 0, 100, over_music=over_music)
        return certainty_of(following, 0, over_music, never_anew=never_anew).due_after(len(HEARD))

    assert due(True, False) - due(True, True) == 26, "its voice may have begun before it was heard"
    assert due(False, False) == due(False, True), "where no music hides a beginning, it is known"


def over_music(prompt: Prompt, since: int, never_anew: bool) -> Certainty:
    return certainty_of(Following(prompt, 0, HEARD[:20], since, over_music=True), since, True, never_anew=never_anew)


def test_what_several_calls_heard_over_music_and_nothing_begins_like_needs_no_word_that_is_past() -> None:
    late, says_little = remembered(1.9), replace(remembered(1.9), words=remembered(1.9).words[:2])
    turned = np.packbits(np.random.default_rng(3).random((len(HEARD), 32)) < 0.15, axis=1).view(">u4").ravel()
    noisy = replace(HEARD, bits=(HEARD.bits ^ turned).astype(np.uint32))
    found = [over_music(late, 2, anew).equals_over_music(noisy, 85) for anew in (False, True)]
    assert found == [False, True]
    assert not over_music(says_little, 2, True).equals_over_music(noisy, 85), "a word may have been read into the music"
    early = remembered(1.0)
    found = [over_music(early, 2, anew).equals_over_music(noisy, 85) for anew in (False, True)]
    assert found == [False, True], "nor need it be so very much the same"


@pytest.mark.parametrize(
    ("music", "words", "certain"),
    [(0.0, 0.08, True), (0.0, 0.25, False), (0.14, 0.25, True)],
    ids=["the recording", "the same music with other words", "other music"],
)
def test_over_the_very_same_music_the_words_must_be_the_very_same(music: float, words: float, certain: bool) -> None:
    share = np.full((len(HEARD), 32), music)
    share[45:100] = words
    share[100:] = 0.05
    turned = np.packbits(np.random.default_rng(3).random(share.shape) < share, axis=1).view(">u4").ravel()
    prompt = replace(remembered(1.0), bits=(HEARD.bits ^ turned).astype(np.uint32))
    assert over_music(prompt, 2, False).is_certain(HEARD[:130], 130) is certain


@pytest.mark.parametrize(
    ("differs", "newest", "agrees"),
    [(0.26, 0.31, True), (0.2, 0.42, False), (0.33, 0.31, False)],
    ids=["all of it agrees", "the newest does not", "too much differs"],
)
def test_what_several_calls_heard_over_music_may_differ_more_if_all_of_it_agrees(
    differs: float, newest: float, agrees: bool
) -> None:
    share = np.full((len(HEARD), 32), differs)
    share[85:] = newest
    turned = np.packbits(np.random.default_rng(3).random(share.shape) < share, axis=1).view(">u4").ravel()
    prompt = replace(remembered(0.3), bits=(HEARD.bits ^ turned).astype(np.uint32))
    found = [over_music(prompt, 15, anew).agrees_over_music(HEARD, 110) for anew in (False, True)]
    assert found == [False, agrees]
    assert over_music(prompt, 20, False).agrees_over_music(HEARD, 110) is agrees, (
        "other music before it: it is the voice"
    )
    late = replace(prompt, words=remembered(1.9).words)
    assert over_music(late, 20, False).equals_over_music(HEARD, 110) is agrees, "whenever words were recognised in it"
    assert not over_music(prompt, 50, True).agrees_over_music(HEARD, 110), "too little of it"
    after_music = replace(prompt, words=remembered(1.0).words)
    assert not over_music(after_music, 2, True).agrees_over_music(HEARD, 110), "the same music explains nothing"
