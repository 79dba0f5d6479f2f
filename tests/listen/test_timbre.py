from __future__ import annotations

import numpy as np
import pytest

from probe.listen.timbre import apart, timbre
from probe.speech.voice import Voice, speak
from probe.timeline import Samples

WOMAN, MAN = Voice(variant="f2", pitch=60), Voice(variant="m3", pitch=35)


def heard(text: str, voice: Voice) -> Samples:
    return speak(text, voice)


def distance(one: Samples, other: Samples) -> float:
    a, b = timbre(one), timbre(other)
    assert a is not None
    assert b is not None
    return apart(a[0], b[0])


def test_another_voice_is_further_away_than_other_words_of_the_same() -> None:
    first = heard("您好，欢迎致电客户服务热线", WOMAN)
    same, other = heard("话费查询请按一，人工服务请按零", WOMAN), heard("话费查询请按一，人工服务请按零", MAN)
    assert distance(first, same) < 0.6 * distance(first, other)


@pytest.mark.parametrize("gain", [0.1, 0.5])
def test_loudness_changes_the_level_and_not_the_timbre(gain: float) -> None:
    loud = heard("您好，请问有什么可以帮您", WOMAN)
    soft = (loud * gain).astype(np.int16)
    assert distance(loud, soft) < 0.5
    a, b = timbre(loud), timbre(soft)
    assert a is not None
    assert b is not None
    assert a[1] - b[1] == pytest.approx(-20 * np.log10(gain), abs=0.5)


def test_too_little_speech_says_nothing() -> None:
    assert timbre(np.zeros(100, np.int16)) is None
    assert timbre(heard("喂", WOMAN)[:1200]) is None
