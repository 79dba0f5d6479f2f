from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from probe.listen.fingerprint import HOP, MARKED, NOTHING, Fingerprint, Fingerprinter
from probe.listen.line_noise import LineNoise
from probe.listen.prompt_beginning import beginning
from probe.listen.prompt_following import Found, Lost, Over, explained, shares
from probe.listen.prompt_in_noise import begun_in_noise
from probe.listen.prompt_memory import SOUNDS_ON, Hearing, Memory, Prompt, RememberedCall
from probe.listen.prompt_search import Library, Search
from probe.listen.recall import Change, Recall
from probe.simulator.channel import CONDITIONS, Condition, degrade
from probe.speech.voice import Voice
from probe.timeline import FRAME, Samples, Word
from tests.listen.sounds import SENTENCES, Sound, music, noise, samples, silence, voiced

MENU, TRANSFER, CLOSED = SENTENCES[:3]


def prompt(name: str, sound: Sound) -> Prompt:
    """As the memory would have it: from its first to its last sound."""
    frames = Fingerprinter().feed(samples(np.concatenate([silence(0.2), sound, silence(0.25)])))
    return Prompt(name, frames.bits, frames.levels, end=0.2 + sound.size / 8000)


LIBRARY = Library(Memory("", (prompt("menu", voiced(MENU)), prompt("transfer", voiced(TRANSFER)))))


def heard(
    sound: Sound, library: Library = LIBRARY, condition: str = "pcma"
) -> tuple[list[tuple[Change, float]], Recall]:
    """What is told, with the second at which it is; in a call of its own."""
    library.differed = {}
    audio = degrade(samples(sound), CONDITIONS[condition], seed=3)
    recall, prints = Recall(library), Fingerprinter()
    told = [
        (change, (at + FRAME) / 8000)
        for at in range(0, audio.size, FRAME)
        for change in recall.feed(prints.feed(audio[at : at + FRAME], 5))
    ]
    return told + [(change, audio.size / 8000) for change in recall.finish()], recall


def kinds(told: Sequence[tuple[Change, float]]) -> list[str]:
    return [type(change).__name__ for change, _ in told]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_prompt_is_recognised_within_two_seconds_and_followed_to_its_end(condition: str) -> None:
    told, recall = heard(np.concatenate([silence(0.25), voiced(MENU), silence(0.7)]), condition=condition)
    (found, at), (over, _) = told
    assert isinstance(found, Found)
    assert found.prompt.id == "menu"
    assert at - 0.25 <= 2.0
    assert isinstance(over, Over)
    assert (over.at + SOUNDS_ON) * HOP / 8000 == pytest.approx(0.25 + voiced(MENU).size / 8000, abs=0.03)
    assert [span.prompt for span in recall.spans] == ["menu"]


def test_where_it_stands_is_known_to_three_milliseconds() -> None:
    for shift in (0.0, 0.003, 0.007, 0.011, 0.016):
        told, _ = heard(np.concatenate([silence(0.25 + shift), voiced(MENU)]))
        found = told[0][0]
        assert isinstance(found, Found)
        assert found.lag * HOP / 8000 == pytest.approx(0.05 + shift, abs=0.003)


def test_other_words_in_the_same_voice_are_not_recognised() -> None:
    told, recall = heard(np.concatenate([silence(0.25), voiced(CLOSED), silence(0.7)]))
    assert told == []
    assert recall.hopeless


def test_that_nothing_is_known_is_known_after_about_a_second() -> None:
    audio = samples(np.concatenate([silence(0.25), voiced(CLOSED)]))
    recall, prints = Recall(LIBRARY), Fingerprinter()
    for at in range(0, audio.size, FRAME):
        assert not list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
        if recall.hopeless:
            break
    assert at / 8000 - 0.25 < 1.5


def test_a_prompt_that_is_interrupted_is_lost_where_it_was() -> None:
    person = voiced("您好，工号一零二三为您服务", Voice("cmn", "m3", 190, 45, -17.0)) + 0.0
    told, recall = heard(np.concatenate([silence(0.25), voiced(MENU)[: 8000 * 3], person]))
    assert kinds(told)[:2] == ["Found", "Lost"]
    lost, at = told[1]
    assert isinstance(lost, Lost)
    assert lost.at * HOP / 8000 == pytest.approx(3.25, abs=0.3)
    assert at - 3.25 < 1.0
    assert recall.spans[0].until * HOP / 8000 <= 3.35


def test_recordings_back_to_back_are_told_one_after_the_other() -> None:
    told, _ = heard(np.concatenate([silence(0.25), voiced(MENU), silence(0.3), voiced(TRANSFER), silence(0.7)]))
    assert kinds(told) == ["Found", "Over", "Found", "Over"]
    assert [change.prompt.id for change, _ in told if isinstance(change, Found)] == ["menu", "transfer"]


def test_a_prompt_that_begins_in_the_midst_of_a_search_is_heard_from_its_beginning() -> None:
    """The room before it sounds as loud to the search, which gives way to the next one inside the prompt."""
    room = noise(0.6, -38, 5)
    told, recall = heard(np.concatenate([room, voiced(MENU), silence(0.7)]))
    assert kinds(told)[0] == "Found"
    assert recall.spans[0].sure
    assert recall.spans[0].since * HOP / 8000 < 0.6
    assert told[0][1] <= 0.6 + 2.0


def test_what_was_learned_without_words_is_told_only_after_more_than_two_voices_share() -> None:
    shared, goes_on = voiced("您好，请问您"), voiced("有什么事要办理吗")
    remembered = prompt("unsure", np.concatenate([shared, goes_on]))
    other = np.concatenate([silence(0.25), shared[:9600], voiced("听得到我说话吗"), silence(0.7)])
    for model, sure in (("", False), ("any", True)):
        library = Library(Memory("", (replace(remembered, model=model),)))
        told, recall = heard(other, library)
        assert kinds(told)[:1] == ["Found"]
        assert any(span.sure for span in recall.spans) is sure


def test_a_prompt_is_recognised_from_its_middle_on() -> None:
    told, _ = heard(np.concatenate([silence(0.25), voiced(MENU)[8000 * 2 :], silence(0.7)]))
    assert isinstance(told[0][0], Found)
    assert told[0][0].lag * HOP / 8000 == pytest.approx(0.05 - 2.0, abs=0.02)


def test_milliseconds_that_a_jitter_buffer_drops_or_repeats_are_followed() -> None:
    said = voiced(MENU)
    for dropped in (said[: 8000 * 3], said[: 8000 * 3 + 160]):
        told, _ = heard(np.concatenate([silence(0.25), dropped, said[8000 * 3 + 80 :], silence(0.7)]))
        assert kinds(told) == ["Found", "Over"]


def test_a_short_recording_is_recognised_as_a_whole() -> None:
    hello = voiced("您好")
    library = Library(Memory("", (prompt("menu", voiced(MENU)), prompt("hello", hello))))
    again, _ = heard(np.concatenate([silence(0.25), hello, silence(0.8)]), library)
    assert [change.prompt.id for change, _ in again if isinstance(change, Found)] == ["hello"]
    person = voiced("您好", Voice("cmn", "m3", 190, 45, -17.0))
    assert heard(np.concatenate([silence(0.25), person, silence(0.8)]), library)[0] == []


ELSEWHERE = voiced("您好，欢迎致电自来水公司，停水公告请按三，其他业务请按四")
ALIKE = Library(Memory("", (prompt("menu", voiced(MENU)), prompt("other", ELSEWHERE))))


@pytest.mark.parametrize(("name", "sound"), [("menu", voiced(MENU)), ("other", ELSEWHERE)])
def test_of_two_prompts_that_begin_alike_the_one_that_goes_on_like_what_is_heard_is_told(
    name: str, sound: Sound
) -> None:
    told, recall = heard(np.concatenate([silence(0.25), sound, silence(0.7)]), ALIKE)
    assert kinds(told)[-1] == "Over"
    found = [change for change, _ in told if isinstance(change, Found)]
    assert found[-1].prompt.id == name
    assert found[-1].since * HOP / 8000 == pytest.approx(0.05, abs=0.05)  # a frame looks ahead 0.2 s
    assert [change.instead for change in found[1:]] == [True] * (len(found) - 1)
    assert [span.prompt for span in recall.spans] == [name]


def test_a_piece_that_recordings_share_is_not_sure_to_be_one_of_them() -> None:
    said = voiced(MENU)
    other = voiced(CLOSED)
    piece = said[8000 * 2 : 8000 * 3]
    told, recall = heard(np.concatenate([silence(0.25), piece, other, silence(0.7)]))
    assert kinds(told) == ["Found", "Lost"]
    assert not recall.sure
    told, recall = heard(np.concatenate([silence(0.25), said[8000 * 2 : 42400], silence(0.7)]))
    assert recall.sure


def test_noise_is_no_prompt() -> None:
    assert heard(noise(8, -30, 4))[0] == []


def test_words_that_another_sentence_holds_too_are_not_that_recording() -> None:
    name = voiced("顺达航空")
    library = Library(Memory("", (prompt("name", np.concatenate([name, voiced("用心服务每一天")])),)))
    alone, _ = heard(np.concatenate([silence(0.25), name, voiced("用心服务每一天"), silence(0.7)]), library)
    assert kinds(alone) == ["Found", "Over"]
    amid = np.concatenate([silence(0.25), voiced("您好这里是")[:-1600], name, voiced("请按一，再见"), silence(0.7)])
    told, recall = heard(amid, library)
    assert "Over" not in kinds(told)
    assert not recall.sure
    assert not any(span.sure for span in recall.spans)


def test_music_that_a_prompt_holds_is_not_the_prompt_where_it_comes_again() -> None:
    tune = music(4.0)
    said = np.concatenate([voiced("电话已接通"), tune])
    remembered = replace(prompt("name", said), words=(Word("电话已接通", 0.1, 1.0, 1.0),))
    library = Library(Memory("", (remembered,)))
    _, recall = heard(np.concatenate([silence(0.25), tune, silence(0.7)]), library)
    assert not recall.sure
    told, recall = heard(np.concatenate([silence(0.25), said, silence(0.7)]), library)
    assert kinds(told)[0] == "Found"
    assert recall.sure


def test_other_words_in_the_rhythm_of_the_prompt_part_from_it_where_they_begin() -> None:
    def menu(*clauses: tuple[str, int, int]) -> Sound:
        """Clauses, each at a rate and a pitch a little of its own."""
        voices = [(clause, Voice("cmn", "m1", rate, pitch, -19.9, 0.977)) for clause, rate, pitch in clauses]
        return np.concatenate([sound for words, voice in voices for sound in (voiced(words, voice), silence(0.22))])

    same, known = ("停车办理，请按一", 215, 57), ("门禁办理，请按二", 218, 52)
    learned = menu(same, known, ("装修登记，请按三", 217, 55))
    other = menu(same, ("人工服务，请按零", 216, 56), ("重复收听，请按星号键", 217, 55))
    for condition in ("pcmu", "pcma"):
        library = Library(Memory("", (prompt("menu", degrade(samples(learned), CONDITIONS[condition], seed=3)),)))
        told, _ = heard(np.concatenate([silence(0.2), other]), library, condition)
        assert kinds(told)[:2] == ["Found", "Lost"]
        lost = told[1][0]
        assert isinstance(lost, Lost)
        assert lost.at * HOP / 8000 == pytest.approx(0.2 + menu(same).size / 8000, abs=0.3)


def said_a_little_otherwise(words: str, rate: int, pitch: int) -> Sound:
    return voiced(words, Voice("cmn", "m1", rate, pitch, -19.9, 0.977))


FULL = said_a_little_otherwise("坐席全忙，请您耐心等待", 186, 52)
STILL_FULL = said_a_little_otherwise("坐席全忙，请继续等待", 188, 54)


@pytest.mark.parametrize("condition", ["pcma", "gsm"])
def test_another_recording_that_begins_with_the_same_words_in_the_same_voice_is_never_certain(condition: str) -> None:
    library = Library(Memory("", (prompt("full", FULL),)))
    audio = degrade(samples(np.concatenate([silence(0.25), STILL_FULL, silence(0.7)])), CONDITIONS[condition], seed=3)
    recall, prints = Recall(library), Fingerprinter()
    for at in range(0, audio.size, FRAME):
        list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
        assert not recall.certain
    list(recall.finish())
    assert not recall.certain
    assert [(span.prompt, span.parted) for span in recall.settled if span.sure] in ([], [("full", True)])
    _, recall = heard(np.concatenate([silence(0.25), FULL, silence(0.7)]), library, condition)
    assert recall.certain
    assert not any(span.parted for span in recall.settled)


def test_a_part_of_a_prompt_begins_after_its_pause_wherever_in_the_pause_the_part_before_it_ended() -> None:
    levels = np.full(220, -20, np.int8)
    levels[100:124] = -80
    joined = Prompt("joined", np.zeros(220, np.uint32), levels)
    assert [beginning(joined, frame) for frame in (102, 108, 116, 123)] == [124] * 4
    assert beginning(joined, 60) is None


BEGINS_LATE = 8000 // HOP * HOP
MENU_BEGUN = samples(np.concatenate([silence(0.25), voiced(MENU), silence(0.7)]))
BEFORE = MENU_BEGUN[: BEGINS_LATE - HOP + Fingerprinter.REACH]
OTHER_BEFORE = samples(music(1.25))[: BEFORE.size]


def after(before: Fingerprint, library: Library, reached: Callable[[Recall], bool]) -> float:
    """Seconds after which something is reached in a segment that begins a second into the menu, over music, with this `before` it."""
    recall, prints = Recall(library, before), Fingerprinter()
    for at in range(BEGINS_LATE, MENU_BEGUN.size, FRAME):
        list(recall.feed(prints.feed(MENU_BEGUN[at : at + FRAME], 5)))
        if reached(recall):
            return (at + FRAME - BEGINS_LATE) / 8000
    return float("inf")


def test_a_prompt_whose_beginning_was_taken_for_music_is_sure_as_soon_as_one_heard_from_its_beginning() -> None:
    library = Library(Memory("", (replace(LIBRARY.prompts[0], model="m"),)))

    def sure_after(before: Samples) -> float:
        return after(Fingerprinter().feed(before), library, lambda recall: recall.sure)

    assert sure_after(BEFORE) <= 1.5
    assert sure_after(OTHER_BEFORE) >= 2.0
    assert sure_after(BEFORE[:0]) >= 2.0


def test_over_music_what_was_before_a_segment_tells_whether_the_voice_only_begins_where_it_agrees() -> None:
    learned = LIBRARY.prompts[0]
    levels = np.concatenate([np.full(6, -20, np.int8), learned.levels[6:]])
    words = tuple(Word("字", float(at), float(at) + 0.4, 1.0) for at in np.arange(1.4, 6.0, 0.4))
    library = Library(Memory("", (replace(learned, levels=levels, words=words, model="m"),)))

    def certain_after(before: Fingerprint) -> float:
        return after(before, library, lambda recall: recall.certain)

    same, unknown = certain_after(Fingerprinter().feed(BEFORE)), certain_after(NOTHING)
    other = certain_after(Fingerprinter().feed(OTHER_BEFORE))
    assert other - max(same, unknown) >= 0.4, "its voice began where it agrees"


@pytest.mark.parametrize("condition", [Condition("gsm"), Condition("pcma", noise_db=-45.0)])
def test_noise_and_codec_explain_how_a_recording_differs_from_itself_but_not_from_the_same_words_spoken_anew(
    condition: Condition,
) -> None:
    line = LineNoise()
    for frame in degrade(samples(silence(1)), condition, seed=1).reshape(-1, 160):
        line.learn(frame, condition.noise_db or -90.0)

    def print_of(sound: Sound, before: float) -> Fingerprint:
        return Fingerprinter(line).feed(
            degrade(
                samples(np.concatenate([silence(before), sound, silence(0.5)])), condition, seed=round(100 * before)
            )
        )

    learned = print_of(FULL, 0.2)
    remembered = Prompt("full", learned.bits, learned.levels)

    def unexplained(sound: Sound) -> float:
        """Share of bits beyond what is explained, while both say "坐席全忙"."""
        said = remembered, print_of(sound, 0.3), 5, 10, 50
        return float((shares(*said) - explained(*said)).mean())

    assert unexplained(FULL) < 0.03 < unexplained(STILL_FULL)


def certain_after(sound: Sound, library: Library, condition: str = "pcma", least: float = 0.0, nth: int = 1) -> float:
    """Seconds from the sound's beginning until it is certain which recording is heard, as far as the next word that may be another one
    at least; infinite if it never is. `least`: how much
    less than explained another recording of the call differed. `nth`: of which recording, from 1."""
    library.differed = {"p-another": least}
    audio = degrade(samples(np.concatenate([silence(0.25), sound, silence(0.7)])), CONDITIONS[condition], seed=3)
    recall, prints, found = Recall(library), Fingerprinter(), 0
    for at in range(0, audio.size, FRAME):
        found += sum(isinstance(change, Found) for change in recall.feed(prints.feed(audio[at : at + FRAME], 5)))
        if (recall.certain or recall.as_far_as is not None) and found >= nth:
            return (at + FRAME) / 8000 - 0.25
    list(recall.finish())
    return (audio.size / 8000 - 0.25) if recall.certain else float("inf")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_which_recording_is_heard_is_told_as_late_as_within_two_seconds_allows(condition: str) -> None:
    assert 1.4 <= certain_after(voiced(MENU), LIBRARY, condition) <= 2.0


@pytest.mark.parametrize("condition", ["pcma", "gsm"])
def test_the_same_words_spoken_anew_a_little_faster_are_not_the_recording(condition: str) -> None:
    words = "本次通话将被录音，请问您要办理什么业务"
    slow, fast = (said_a_little_otherwise(words, rate, 52) for rate in (186, 191))
    library = Library(Memory("", (prompt("slow", slow),)))
    assert certain_after(slow, library, condition) <= 2.0
    assert certain_after(fast, library, condition) == float("inf")


@pytest.mark.parametrize("faster", [0.0, 0.006, 0.01])
def test_what_little_by_little_gets_out_of_step_is_said_anew(faster: float) -> None:
    sound = voiced(MENU)
    places = np.arange(0, sound.size - 1, 1 + faster)
    _, recall = heard(np.concatenate([silence(0.25), np.interp(places, np.arange(sound.size), sound), silence(0.7)]))
    (span, *_) = recall.spans
    assert (span.prompt, span.anew) == ("menu", faster > 0)


@pytest.mark.parametrize("seconds", [-0.015, 0.015])
def test_what_a_jitter_buffer_drops_or_repeats_is_not_said_anew(seconds: float) -> None:
    sound = voiced(MENU)
    at, size = sound.size // 2, round(seconds * 8000)
    jumped = np.concatenate([sound[:at], sound[at - max(size, 0) : at], sound[at - min(size, 0) :]])
    assert jumped.size == sound.size + size
    _, recall = heard(np.concatenate([silence(0.25), jumped, silence(0.7)]))
    assert not any(span.anew for span in recall.spans)


def test_what_differs_more_than_another_recording_of_the_call_was_spoken_anew() -> None:
    words = "本次通话将被录音，请问您要办理什么业务"
    slow, anew = (said_a_little_otherwise(words, rate, 52) for rate in (186, 187))
    library = Library(Memory("", (prompt("slow", slow),)))
    assert certain_after(anew, library, "gsm") <= 2.0, "alone nothing tells"
    assert certain_after(anew, library, "gsm", least=-0.03) == float("inf")
    assert certain_after(slow, library, "gsm", least=-0.03) <= 2.0


def test_a_recording_learned_from_a_poor_call_is_told_once_it_has_agreed_for_longer_than_a_sentence() -> None:
    long = np.concatenate([voiced(MENU), silence(0.1), voiced(TRANSFER), silence(0.1), voiced(CLOSED)])
    library = Library(Memory("", (turned(prompt("long", long), 0.095),)))
    assert long.size / 8000 > 6.0
    assert certain_after(long, library) <= 2.0
    assert 5.0 <= certain_after(long, library, least=-0.04) <= 5.6
    little = Library(Memory("", (turned(prompt("long", long), 0.05),)))
    assert certain_after(long, little, least=-0.2) <= 2.0, (
        "no recording is that much better than the others for its words"
    )


def turned(learned: Prompt, share: float) -> Prompt:
    """The prompt with a share of its bits turned by chance."""
    bits = np.random.default_rng(1).random((learned.bits.size, 32)) < share
    return replace(learned, bits=learned.bits ^ np.packbits(bits, axis=1, bitorder="little").view("<u4")[:, 0])


def test_what_five_calls_heard_and_nothing_begins_like_is_not_spoken_anew() -> None:
    poor = turned(prompt("menu", np.concatenate([voiced(MENU), silence(0.1), voiced(TRANSFER)])), 0.095)

    def library(calls: int, *others: Prompt) -> Library:
        heard_in = tuple(RememberedCall(f"{n}", "", (Hearing("menu", 0.2),)) for n in range(calls))
        return Library(Memory("", (poor, *others), heard_in))

    assert [library(calls).never_anew(poor) for calls in (4, 5)] == [False, True]
    assert not library(5, prompt("other", voiced(MENU))).never_anew(poor)
    known = library(5, prompt("other", voiced(CLOSED)))
    assert known.never_anew(poor)
    known.add([prompt("new", voiced(MENU))])
    assert not known.never_anew(poor), "this call heard another that begins alike"
    sound = np.concatenate([voiced(MENU), silence(0.1), voiced(TRANSFER)])
    assert certain_after(sound, library(4), least=-0.04) > 2.0
    assert certain_after(sound, library(5), least=-0.04) <= 2.0


def test_how_well_the_best_recording_of_a_call_agreed_is_kept_for_the_call() -> None:
    assert certain_after(voiced(MENU), LIBRARY, "noisy") <= 2.0
    best = min(LIBRARY.differed.values())
    assert best < 0
    _, recall = heard(np.concatenate([silence(0.25), voiced(TRANSFER), silence(0.7)]))
    assert recall.certain
    assert certain_after(voiced(CLOSED), LIBRARY, least=best) == float("inf")
    assert list(LIBRARY.differed.values()) == [best]
    assert certain_after(voiced(MENU), LIBRARY, "noisy", least=best - 0.01) <= 2.0
    assert min(LIBRARY.differed.values()) == best - 0.01


def test_of_a_prompt_heard_twice_in_a_call_the_likest_hearing_counts() -> None:
    library = Library(Memory("", (prompt("menu", voiced(MENU)),)))
    for more, least in ((0.02, 0.02), (-0.03, -0.03), (0.01, -0.03)):
        library.note(library.prompts[0], more)
        assert library.differed == {"menu": least}


@pytest.mark.parametrize(("figures", "certain"), [("字字", True), ("五位", False)])
def test_what_agrees_only_after_a_number_that_is_put_in_is_never_certain(figures: str, certain: bool) -> None:
    words = tuple(Word(word, 0.2 + 0.3 * n, 0.5 + 0.3 * n, 1.0) for n, word in enumerate(figures + "字" * 20))
    library = Library(Memory("", (replace(prompt("menu", voiced(MENU)), words=words, model="m"),)))
    rest = voiced(MENU)[round(0.8 * 8000) :]
    assert (certain_after(rest, library) < float("inf")) is certain


def test_what_was_first_heard_in_this_call_is_told_later() -> None:
    long = np.concatenate([voiced(MENU), silence(0.1), voiced(TRANSFER), silence(0.1), voiced(CLOSED)])
    remembered = prompt("long", long)
    library = Library()
    library.add([remembered])
    assert 5.0 <= certain_after(long, library) <= 5.6
    assert certain_after(long, Library(Memory("", (remembered,)))) <= 2.0


def test_the_part_of_a_menu_that_comes_again_with_another_key_is_never_certain() -> None:
    parts = [("住院服务", 186), ("门诊时间查询", 188), ("预约挂号", 187)]
    keys = dict(zip(("住院服务", "门诊时间查询", "预约挂号"), "四二三", strict=True))

    def menu(*options: tuple[str, int, str]) -> tuple[Sound, tuple[Word, ...]]:
        sounds, words, at = [], list[Word](), 0.2
        for name, rate, key in options:
            said = said_a_little_otherwise(f"{name}，请按{key}", rate, 52)
            end = at + said.size / 8000
            words += [
                Word(name, at, end - 0.7, 1.0),
                Word("请按", end - 0.7, end - 0.3, 1.0),
                Word(key, end - 0.3, end, 1.0),
            ]
            sounds += [said, silence(0.25)]
            at = end + 0.25
        return np.concatenate(sounds), tuple(words)

    learned, words = menu(*((name, rate, keys[name]) for name, rate in parts))
    library = Library(Memory("", (replace(prompt("menu", learned), words=words, model="m"),)))
    other, _ = menu(("门诊时间查询", 188, "九"), ("人工咨询", 186, "零"))
    same, _ = menu(("门诊时间查询", 188, "二"), ("预约挂号", 187, "三"))
    assert certain_after(other, library) == float("inf")
    assert certain_after(same, library) <= 3.0


@pytest.mark.parametrize("number", ["七六零三", "二六零三", "七四零三", "七六零八"])
def test_a_number_of_which_any_digit_is_another_is_another(number: str) -> None:
    def announced(digits: str) -> tuple[Sound, tuple[Word, ...]]:
        said = [*(voiced(digit)[400:-800] for digit in digits), voiced("号客服代表为您服务")]
        ends = 0.2 + np.cumsum([part.size / 8000 for part in said])
        words = [
            Word(word, end - part.size / 8000, end, 1.0)
            for word, part, end in zip((*digits, "号"), said, ends, strict=True)
        ]
        return np.concatenate(said), tuple(words)

    learned, words = announced("七六零三")
    library = Library(Memory("", (replace(prompt("agent", learned), words=words, model="m"),)))
    told = certain_after(announced(number)[0], library)
    assert (told < float("inf")) is (number == "七六零三")


def with_figures(before: str, figures: str, after: str, heard: str) -> tuple[Sound, tuple[Word, ...]]:
    """A sentence with figures put in, and its words as they are remembered; `heard`: the one recognised after the figures."""
    said = [voiced(before), *(voiced(figure)[400:-800] for figure in figures), voiced(after)]
    ends = 0.2 + np.cumsum([part.size / 8000 for part in said])
    words = zip((before, *figures, heard), said, ends, strict=True)
    return np.concatenate(said), tuple(Word(word, end - part.size / 8000, end, 1.0) for word, part, end in words)


@pytest.mark.parametrize(("calls", "waits"), [(4, True), (5, False)])
def test_a_number_that_is_the_recordings_own_is_not_waited_for(calls: int, waits: bool) -> None:
    learned, words = with_figures("号码是", "九五八六", "服务热线，水费查询请按一", "服务热线")
    own = replace(prompt("welcome", learned), words=words, model="m")
    heard_in = tuple(RememberedCall(f"c{n}", "2026", (Hearing(own.id, 1.0),)) for n in range(calls))
    told = certain_after(learned, Library(Memory("h", (own,), heard_in)))
    assert bool(told > words[4].end - 0.2) is waits
    assert told < float("inf")


@pytest.mark.parametrize(("after", "waits"), [("menu", False), ("closed", True)])
def test_a_number_that_is_always_the_same_after_another_prompt_is_not_waited_for_there(after: str, waits: bool) -> None:
    def announced(digits: str) -> tuple[Sound, tuple[Word, ...]]:
        return with_figures("还有", digits, "位客户正在等待", "位客户")

    first, (learned, words), (other, other_words) = voiced(MENU), announced("一三八五"), announced("一三八七")
    prompts = (
        replace(prompt("menu", first), model="m"),
        replace(prompt("own", learned), words=words, model="m"),
        replace(prompt("other", other), words=other_words, model="m"),
    )
    call = Hearing("menu", 1.0), Hearing("own", 9.0, after)
    heard_in = tuple(RememberedCall(f"c{n}", "2026", call) for n in range(5))
    sound = np.concatenate([first, silence(0.05), learned])
    told = certain_after(sound, Library(Memory("h", prompts, heard_in)), nth=2) - first.size / 8000 - 0.05
    assert bool(told > words[4].end - 0.2) is waits
    assert told < float("inf")


def waiting_before(number: str) -> tuple[Sound, tuple[Word, ...]]:
    """A sentence with a number in it, and its words: the number ends later than 2 s allow to wait for it."""
    return with_figures("您的前面还有", number, "位客户正在等待", "位客户")


@pytest.mark.parametrize(("number", "certain"), [("三七", True), ("八二", False)])
@pytest.mark.parametrize("condition", ["pcma", "gsm"])
def test_what_is_said_before_a_number_that_comes_late_is_told_within_two_seconds_the_number_once_it_is_past(
    number: str, certain: bool, condition: str
) -> None:
    learned, words = waiting_before("三七")
    library = Library(Memory("", (replace(prompt("waiting", learned), words=words, model="m"),)))
    audio = samples(np.concatenate([silence(0.25), waiting_before(number)[0], silence(0.7)]))
    recall, prints, as_far_as = Recall(library), Fingerprinter(), 0.0
    audio = degrade(audio, CONDITIONS[condition], seed=3)
    begins, past = words[1].start, words[2].end  # as heard: it is remembered with 0.2 s before it, heard with 0.25
    assert 1.4 < begins < 2.2 < past
    for at in range(0, audio.size, FRAME):
        list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
        now = (at + FRAME) / 8000 - 0.05
        assert not (recall.certain and now < past - 0.2)
        if recall.as_far_as is not None and not as_far_as:
            as_far_as = now
            assert recall.as_far_as * HOP / 8000 == pytest.approx(begins, abs=0.2)
    list(recall.finish())
    assert 1.6 <= as_far_as - 0.2 <= 2.0
    assert recall.certain is certain


def test_what_was_told_as_far_as_a_number_may_be_spoilt_for_a_while_before_it_and_goes_on() -> None:
    learned, words = waiting_before("三七")
    library = Library(Memory("", (replace(prompt("waiting", learned), words=words, model="m"),)))
    said = samples(np.concatenate([silence(0.25), learned, silence(0.7)]))
    spoilt = slice(round((words[2].end + 0.15) * 8000), round((words[2].end + 0.75) * 8000))
    said[spoilt] = samples(noise(0.6, -20.0, 7))[: spoilt.stop - spoilt.start]
    recall, prints = Recall(library), Fingerprinter()
    kinds = [type(change).__name__ for change in recall.feed(prints.feed(said[: spoilt.start - 1600], 5))]
    assert kinds == ["Found"]
    assert recall.as_far_as is not None
    list(recall.feed(prints.feed(said[spoilt.start - 1600 :], 5)))
    list(recall.finish())
    assert len([span for span in recall.spans if span.sure]) == 2
    assert recall.certain


@pytest.mark.parametrize(("after", "soon"), [("menu", True), ("menu 1", True), ("closed", False), ("", False)])
def test_what_comes_after_the_one_that_it_came_after_before_is_told_sooner(after: str, soon: bool) -> None:
    first, second = voiced(MENU), voiced(TRANSFER)
    remembered = (prompt("menu", first), prompt("transfer", second), prompt("closed", voiced(CLOSED)))
    prompts = tuple(replace(one, model="m") for one in remembered)
    call = RememberedCall("c1", "2026", (Hearing("menu", 1.0), Hearing("transfer", 5.0, after)))
    told = certain_after(np.concatenate([first, silence(0.05), second]), Library(Memory("h", prompts, (call,))), nth=2)
    begins = first.size / 8000 + 0.05
    assert (told - begins < 1.2) is soon
    assert told - begins < 2.0


@pytest.mark.parametrize(("rest", "cut", "soon"), [(0.05, 0, True), (0.05, 4000, True), (1.0, 0, False)])
def test_what_comes_after_it_in_a_segment_of_its_own_is_told_sooner_too(rest: float, cut: int, soon: bool) -> None:
    first, second = voiced(MENU), voiced(TRANSFER)
    prompts = (replace(prompt("menu", first), model="m"), replace(prompt("transfer", second), model="m"))
    call = RememberedCall("c1", "2026", (Hearing("menu", 1.0), Hearing("transfer", 5.0, "menu")))
    library = Library(Memory("h", prompts, (call,)))
    segment(first[: first.size - cut], Recall(library, begin=8000))
    following = Recall(library, begin=8000 + first.size + round(rest * 8000))
    certain = segment(second, following)[1]
    assert (certain < 1.2) is soon
    assert certain < 2.0


@pytest.mark.parametrize("heard_before", [True, False])
def test_a_recording_in_whose_midst_a_pause_ended_the_segment_goes_on_in_the_next(heard_before: bool) -> None:
    sound = voiced(MENU)
    library = Library(Memory("h", (replace(prompt("menu", sound), model="m"),)))
    cut = 8000
    if heard_before:
        segment(sound[:cut], Recall(library, begin=8000))
    sure = segment(sound[cut:], Recall(library, begin=8000 + cut))[0]
    assert (sure < 1.2) is heard_before


def segment(sound: Sound, recall: Recall) -> tuple[float, float]:
    """Hears a segment to its end; the seconds after which it was sure, and certain, which recording it is."""
    prints, audio = Fingerprinter(), samples(sound)
    sure, certain = float("inf"), float("inf")
    for at in range(0, audio.size, FRAME):
        list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
        sure = min(sure, at / 8000) if recall.sure else sure
        certain = min(certain, at / 8000) if recall.certain else certain
    list(recall.finish())
    return sure, certain


@pytest.mark.parametrize(("calls", "certain"), [(1, False), (2, True)])
def test_what_may_have_been_a_person_is_told_once_two_calls_have_heard_it(calls: int, certain: bool) -> None:
    doubtful = replace(prompt("menu", voiced(MENU)), doubtful=True)
    heard_in = tuple(RememberedCall(f"{n}", "", (Hearing("menu", 0.2),)) for n in range(calls))
    _, recall = heard(
        np.concatenate([silence(0.25), voiced(MENU), silence(0.7)]), Library(Memory("", (doubtful,), heard_in))
    )
    assert (recall.sure, recall.certain) == (True, certain)


@pytest.mark.parametrize(("missed", "at_once"), [(0.3, True), (1.0, False)])
def test_a_prompt_whose_first_sounds_were_not_learned_begins_after_the_pause_before_them(
    missed: float, at_once: bool
) -> None:
    whole = voiced(MENU)
    learned = whole[int(np.flatnonzero(np.abs(whole) > 1000)[0]) :]
    library = Library(Memory("", (replace(prompt("menu", learned), model="m"),)))
    before = 8000 * np.sin(np.arange(round(missed * 8000)) * 0.3)
    audio = samples(np.concatenate([silence(0.25), voiced(CLOSED), silence(0.5), before, learned[:12800]]))
    recall, prints = Recall(library), Fingerprinter()
    for at in range(0, audio.size // FRAME * FRAME, FRAME):
        list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
    assert recall.sure is at_once, "amid other words 3 s are needed"


@pytest.mark.parametrize(("amid_sound", "frame", "begins"), [(True, 40, 40), (True, 50, None), (False, 40, None)])
def test_a_voice_may_begin_late_in_what_was_learned_over_music_of_which_a_word_was_made(
    amid_sound: bool, frame: int, begins: int | None
) -> None:
    learned = prompt("menu", voiced(MENU))
    levels = np.full(learned.levels.size, -25, np.int8)
    levels[: 0 if amid_sound else 6] = -80
    words = (Word("字", 0.2, 0.4, 0.3), Word("菜单", 1.0, 1.5, 1.0))
    assert beginning(replace(learned, levels=levels, words=words), frame) == begins


@pytest.mark.parametrize(("same", "sure"), [(True, True), (False, False)], ids=["the very same", "other words"])
def test_over_music_the_very_same_is_sure_though_few_of_its_words_were_recognised(same: bool, sure: bool) -> None:
    def over_music(text: Sound) -> Samples:
        said = np.concatenate([np.zeros(4000), text, np.zeros(40000)])[:40000]
        return samples(said + 0.5 * music(5.0))

    words = Word("字", 0.5, 0.6, 0.4), Word("字", 3.5, 3.9, 0.4)
    frames = Fingerprinter().feed(over_music(voiced(MENU)))
    learned = Prompt("p-1", frames.bits, frames.levels, words, model="m")
    recall, prints = Recall(Library(Memory("", (learned,))), NOTHING), Fingerprinter()
    audio = over_music(voiced(MENU if same else CLOSED))[: 2 * 8000]
    for at in range(0, audio.size // FRAME * FRAME, FRAME):
        list(recall.feed(prints.feed(audio[at : at + FRAME], 5)))
    assert recall.sure is sure


def in_noise(text: str, seed: int) -> Fingerprint:
    """A sentence as it is heard where it is hardly louder than the line's noise."""
    condition = Condition("pcma", gain_db=-32.5, noise_db=-54.0)
    line = LineNoise()
    for frame in degrade(samples(silence(1)), condition, seed).reshape(-1, FRAME):
        line.learn(frame, -54.0)
    sound = np.concatenate([silence(0.25), voiced(text), silence(0.7)])
    return Fingerprinter(line).feed(degrade(samples(sound), condition, seed))


@pytest.mark.parametrize("a_persons", [False, True])
def test_of_a_recording_that_noise_had_hidden_and_that_is_remembered_twice_one_is_told_in_time(a_persons: bool) -> None:
    learned = {f"{text} {seed}": in_noise(text, seed) for text in (MENU, TRANSFER) for seed in (1, 2)}
    prompts = tuple(Prompt(name, heard.bits, heard.levels, doubtful=a_persons) for name, heard in learned.items())
    for text in (MENU, CLOSED):
        recall, frames = Recall(Library(Memory("", prompts))), in_noise(text, 9)
        told = [change for k in range(0, 100, 5) for change in recall.feed(frames[k : k + 5])]
        found = [change.prompt.id[:-2] for change in told if isinstance(change, Found)]
        assert found == ([MENU] if text == MENU and not a_persons else [])


def test_in_noise_nothing_is_told_that_begins_nearly_as_something_else_does() -> None:
    random = np.random.default_rng(1)
    bits = random.integers(0, 1 << 32, 200, dtype=np.uint32)
    levels = np.where(np.arange(200) % 4 == 3, -60, -48).astype(np.int8)
    marks = np.full(200, (1 << MARKED) - 1, np.uint32)
    heard = Fingerprint(bits ^ np.uint32(0b1111), marks, levels)
    alike = Prompt("alike", bits ^ np.uint32((0xFFFFFFFF << MARKED) & 0xFFFFFFFF | 1 << 10), levels)
    for prompts, told in (((Prompt("own", bits, levels),), True), ((Prompt("own", bits, levels), alike), False)):
        library = Library(Memory("", prompts))
        search = Search(library, 0)
        for k in range(100):
            search.hear(int(heard.bits[k]), int(heard.marks[k]), bool(levels[k] > -60))
        assert begun_in_noise(library, search, heard[:100]) is told


@pytest.mark.parametrize("pause", [0.28, 0.32])
def test_where_a_number_is_another_the_prompt_that_has_it_is_followed_at_once(pause: float) -> None:
    def queue(number: str) -> tuple[Sound, tuple[Word, ...]]:
        said = [voiced("您现在的前面还有"), voiced(number)[400:-1600], voiced("位客户正在等待")]
        ends = 0.2 + np.cumsum([part.size / 8000 for part in said])
        words = ("您现在的前面还有", number, "位客户正在等待")
        told = [Word(w, end - part.size / 8000, end, 1.0) for w, part, end in zip(words, said, ends, strict=True)]
        return np.concatenate(said), tuple(told)

    prompts = []
    for name, number in (("seven", "七"), ("three", "三")):
        sound, words = queue(number)
        prompts.append(replace(prompt(name, sound), words=words, model="m"))
    sound = np.concatenate([silence(pause), queue("三")[0], silence(0.7)])
    told, recall = heard(sound, Library(Memory("", tuple(prompts))))
    assert [type(change).__name__ for change, _ in told] == ["Found", "Found", "Over"]
    assert [span.prompt for span in recall.spans] == ["three"]
