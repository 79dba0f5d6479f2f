from dataclasses import replace

import numpy as np
import pytest

from probe.listen.prompt_memory import Hearing, Memory, Prompt, RememberedCall
from probe.listen.prompt_numbers import (
    another_begins_alike,
    key_past,
    may_be_another,
    number_put_in,
    others_begin_alike,
    parted_at_number,
)
from probe.listen.prompt_search import Library
from probe.timeline import Word


def _said(*words: str) -> Prompt:
    """A prompt of words of 0.3 s each."""
    told = tuple(Word(word, 0.3 * n, 0.3 * (n + 1), 1.0) for n, word in enumerate(words))
    return Prompt("p-1", np.zeros(300, np.uint32), np.zeros(300, np.int8), told)


@pytest.mark.parametrize(
    ("words", "past"),
    [
        (("您", "目前", "排", "在", "第四位", "请", "稍候"), 64),
        (("前面", "还有", "一", "二", "位", "客户"), 54),
        (("position", "three", "please"), 24),
        (("前面", "还有", "四", "维", "客户"), 39),
        (("感谢您致电", "东", "五", "五", "六", "查询", "快递"), 0),
        (("普通话", "请按", "一", "英语", "请按", "二"), 0),
        (("请", "描述", "一下", "业务"), 0),
        (("您的", "来电", "对", "我们", "很重要", "前面", "还有", "三"), 114),
        (("您", "的", "来电", "对", "我们", "很", "重要", "前面", "三"), 0),
        (("您", "的", "来电", "对", "我们", "很", "重要", "前面", "还有", "三"), 144),
        (("您", "的", "来电", "对", "我们", "很", "重要", "前面", "排在", "第三位"), 139),
        (("您", "的", "来电", "对", "我们", "很", "重要", "请", "按", "三"), 0),
    ],
)
def test_the_first_number_put_into_a_prompt_is_past_at_its_end(words: tuple[str, ...], past: int) -> None:
    assert number_put_in(_said(*words), 0)[1] == past


def test_a_word_with_a_figure_in_it_that_was_hardly_understood_may_be_a_number() -> None:
    prompt = _said("您", "目前", "在", "名外", "请", "稍候")
    assert number_put_in(prompt, 0) == (0, 0)
    words = tuple(replace(word, confidence=0.3) for word in prompt.words)
    assert number_put_in(replace(prompt, words=words), 0)[1] == 54


def test_a_number_is_waited_for_from_the_first_word_on_where_music_is_remembered_before_it() -> None:
    prompt = _said("您", "前面", "还有", "三", "位")
    later = tuple(Word(word.word, word.start + 2.6, word.end + 2.6, 1.0) for word in prompt.words)
    assert number_put_in(replace(prompt, words=later), 0)[1] == number_put_in(prompt, 0)[1] + 130


@pytest.mark.parametrize(
    ("words", "unsure", "past", "found"),
    [
        (("您", "的", "来电", "对", "我们", "很", "重要", "前面", "还有", "三", "位"), None, 0, (130, 144)),
        (("前面", "还有", "一", "二", "位", "还有", "三", "位"), None, 0, (25, 54)),
        (("前面", "还有", "一", "二", "位", "还有", "三", "位"), None, 54, (85, 99)),
        (("欢迎", "致电", "本", "公司"), 2, 0, (25, 39)),
        (("欢迎", "致电", "本", "公司"), None, 0, (0, 0)),
        (("普通话", "请按", "一", "英语", "请按", "二"), None, 0, (0, 0)),
    ],
    ids=["however late", "all of it", "the next", "hardly understood", "none", "keys"],
)
def test_a_word_that_may_be_another_is_a_number_or_what_was_hardly_understood(
    words: tuple[str, ...], unsure: int | None, past: int, found: tuple[int, int]
) -> None:
    prompt = _said(*words)
    heard = tuple(replace(word, confidence=0.55) if n == unsure else word for n, word in enumerate(prompt.words))
    assert may_be_another(replace(prompt, words=heard), 0, past) == found


def test_what_is_never_spoken_anew_has_no_other_words_but_numbers() -> None:
    prompt = _said("欢迎", "致电", "本", "公司", "您", "前面", "还有", "三", "位")
    doubted = replace(prompt, words=(prompt.words[0], replace(prompt.words[1], confidence=0.3), *prompt.words[2:]))
    number = may_be_another(prompt, 0, 0)
    assert number == may_be_another(doubted, 0, 0, never_anew=True) != may_be_another(doubted, 0, 0)
    music = replace(doubted, words=(*doubted.words[:2], *doubted.words[6:]), levels=np.full(300, -20, np.int8))
    assert may_be_another(music, 0, 0, never_anew=True) == number


@pytest.mark.parametrize(("music", "found"), [(True, (70, 114)), (False, (0, 0))])
def test_over_music_a_word_may_not_have_been_recognised(music: bool, found: tuple[int, int]) -> None:
    prompt = _said("前面", "有", "位", "人", "在", "等")
    words = tuple(replace(word, start=word.start + 0.9, end=word.end + 0.9) for word in prompt.words)
    words = (*words[:2], *words[5:])
    levels = np.full(300, -20 if music else -80, np.int8)
    levels[10:] = -20
    assert may_be_another(replace(prompt, words=words, levels=levels), 0, 0) == found


def test_a_number_before_what_was_heard_does_not_matter() -> None:
    assert number_put_in(_said("第四位", "请", "稍候"), 20) == (0, 0)


@pytest.mark.parametrize(
    ("words", "frame", "amid", "past"),
    [
        (("住院", "服务", "请", "按", "四", "报告"), 0, False, 69),
        (("普通话", "请按", "一", "英语", "请按", "二"), 0, False, 39),
        (("普通话", "请按", "一", "英语", "请按", "二"), 40, False, 84),
        (("门诊", "时间", "查询", "服务", "请", "按", "四"), 0, False, 0),
        (("门诊", "时间", "查询", "服务", "请", "按", "四"), 0, True, 99),
        (("还有", "四", "位", "客户"), 0, False, 0),
    ],
    ids=["a key", "the first key", "one before what was heard", "too late to be waited for", "amid a prompt", "no key"],
)
def test_the_first_key_of_a_menu_is_past_at_its_end(words: tuple[str, ...], frame: int, amid: bool, past: int) -> None:
    assert key_past(_said(*words), frame, amid) == past


def _sounds(name: str, seed: int, begins_as: Prompt | None = None, step: int = 0, number: str = "一") -> Prompt:
    """A prompt that says a number from 1.2 s on, of sounds by chance; up to there as another one's, so many frames later."""
    bits = np.random.default_rng(seed).integers(0, 2**32, 200, np.uint32)
    if begins_as is not None:
        bits[: 55 + step] = np.concatenate([bits[:step], begins_as.bits[:55]])
    words = ("您好", "欢迎", "致电", "热线", number, "二", "三", "四", "五")
    told = tuple(Word(word, 0.3 * n, 0.3 * (n + 1), 1.0) for n, word in enumerate(words))
    return Prompt(name, bits, np.full(200, -20, np.int8), told, model="m")


def test_a_prompt_parts_from_what_is_heard_at_its_number_or_elsewhere() -> None:
    prompt = _said("您", "前面", "还有", "三", "位", "客户", "在", "等待")
    assert [parted_at_number(prompt, frame) for frame in (20, 40, 54, 80)] == [False, True, True, False]


def test_two_recordings_begin_alike_that_have_all_before_the_number_in_common() -> None:
    own = _sounds("p-1", 1)
    assert not another_begins_alike(own, [own, _sounds("p-2", 2)])
    assert another_begins_alike(own, [_sounds("p-2", 2), _sounds("p-3", 3, begins_as=own)])
    assert another_begins_alike(own, [_sounds("p-3", 3, begins_as=own, step=4)])
    assert not another_begins_alike(own, [_sounds("p-3", 3, begins_as=own, step=20)])
    assert another_begins_alike(_said("一", "请", "稍候"), []), "nothing comes before the number"


@pytest.mark.parametrize(
    ("of_bits", "frames", "alike"),
    [(0.0, 200, False), (0.3, 203, False), (0.45, 200, True), (0.0, 240, True), (0.0, 130, True)],
    ids=["the same", "in noise", "another voice", "goes on", "ends sooner"],
)
def test_a_recording_that_is_remembered_once_more_is_no_other_one(of_bits: float, frames: int, alike: bool) -> None:
    own = _sounds("p-1", 1)
    turned = np.random.default_rng(7).random((200, 32)) < of_bits
    turned[:85] = False
    bits = np.resize(own.bits ^ np.packbits(turned, axis=1, bitorder="little").view("<u4")[:, 0], frames)
    other = replace(own, id="p-2", bits=bits, levels=np.full(frames, -20, np.int8))
    assert others_begin_alike(own, [own, other]) is alike
    elsewhere = np.concatenate([bits[:95], _sounds("p-3", 3).bits[:30], bits[125:]])
    assert others_begin_alike(own, [own, replace(other, bits=elsewhere)]), "other words are put in"


@pytest.mark.parametrize(("calls", "keeps"), [(4, False), (5, True)])
def test_a_number_that_several_calls_heard_the_same_is_the_recordings_own(calls: int, keeps: bool) -> None:
    own = _sounds("p-1", 1)
    heard = tuple(RememberedCall(f"c{n}", "2026", (Hearing("p-1", 1.0),)) for n in range(calls))
    assert Library(Memory("h", (own, _sounds("p-2", 2)), heard)).keeps_its_number(own) is keeps
    assert not Library(Memory("h", (own, _sounds("p-2", 2, begins_as=own)), heard)).keeps_its_number(own)
    assert not Library(Memory("h", (own, _sounds("p-2", 2, number="七")), heard)).keeps_its_number(own)
    other = replace(_sounds("p-2", 2), words=_said("您好", "前面", "还有", "七").words)
    assert Library(Memory("h", (own, other), heard)).keeps_its_number(own) is keeps, "after other words"


@pytest.mark.parametrize(("calls", "there", "keeps"), [(5, "p-9", True), (4, "p-9", False), (5, "p-0", False)])
def test_a_number_that_is_always_heard_at_one_place_is_known_there(calls: int, there: str, keeps: bool) -> None:
    own = _sounds("p-1", 1)
    other = _sounds("p-2", 2, begins_as=own, number="七")
    heard = [RememberedCall(f"c{n}", "2026", (Hearing("p-1", 1.0, "p-0 1"),)) for n in range(calls)]
    heard.append(RememberedCall("c9", "2026", (Hearing("p-1", 1.0), Hearing("p-2", 9.0, there))))
    library = Library(Memory("h", (own, other), tuple(heard)))
    assert library.keeps_its_number(own, "p-0") is keeps
    assert not library.keeps_its_number(own, "p-9")
    assert not library.keeps_its_number(own)
