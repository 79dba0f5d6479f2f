"""Words of remembered recordings, found again in what is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probe.listen.known_words import KnownWords
from probe.listen.prompt_memory import Hearing, Memory, Prompt, RememberedCall
from probe.listen.remembered import Remembered
from probe.timeline import Word

SOUND = (np.ones(20, np.uint32), np.full(20, -20, np.int8))


def remembered(*texts: str) -> KnownWords:
    return KnownWords(Prompt(f"p-{n}", *SOUND, (Word(text, 0.0, 1.0, 1.0),)) for n, text in enumerate(texts))


def test_the_same_words_are_known_however_they_are_written_down() -> None:
    known = remembered("工号一零二三客服代表为您服务")
    assert known.alike("工号一零二三客服代表为您服务") == 1.0
    assert known.alike("功号幺零二三课服代表为您服务") > 0.8


def test_figures_do_not_count() -> None:
    assert remembered("工号一零二三客服代表为您服务").alike("工号九九四四七客服代表为您服务") == 1.0


def test_a_piece_of_a_recording_is_known_and_what_says_more_than_one_is_less_so() -> None:
    known = remembered("您好，欢迎致电，人工坐席全忙，请您耐心等待")
    assert known.alike("人工坐席全忙请您耐心等待") == 1.0
    assert remembered("请您耐心等待").alike("喂您好我是小王请问您有什么事情需要办理") == 0.0


def test_other_words_a_few_syllables_and_recordings_without_words_tell_nothing() -> None:
    assert remembered("人工坐席全忙请您耐心等待").alike("喂您好请问您是哪位") == 0.0
    assert remembered("您好").alike("您好") == 0.0
    assert KnownWords([Prompt("p-1", *SOUND)]).alike("人工坐席全忙") == 0.0
    assert remembered("一二三四五六七").alike("七六五四三二一") == 0.0


def test_what_was_a_persons_in_every_call_tells_no_recording_by_its_words() -> None:
    kept = Prompt("p-1", *SOUND, (Word("您好我是客户服务中心的小罗", 0.0, 1.0, 1.0),), model="m")
    calls = tuple(RememberedCall(f"c{n}", "2026", (Hearing("p-1", 1.0),)) for n in range(3))
    for doubtful, known in ((False, 1.0), (True, 0.0)):
        memory = Memory("h", (replace(kept, doubtful=doubtful),), calls)
        assert Remembered(memory, "zh").words.alike("您好我是客户服务中心的小罗") == known
