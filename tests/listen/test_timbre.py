from __future__ import annotations

from dataclasses import replace

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
    return apart(a, b)


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
    assert a.level - b.level == pytest.approx(-20 * np.log10(gain), abs=0.5)


@pytest.mark.parametrize("over", [25, 18, 12])
def test_in_noise_two_voices_are_as_far_apart_as_on_a_clean_line(over: float) -> None:
    first, same, other = (
        on_a_line(heard(text, voice), over, seed)
        for seed, (text, voice) in enumerate(
            [("您好，欢迎致电客户服务热线", WOMAN), ("话费查询请按一", WOMAN), ("话费查询请按一", MAN)]
        )
    )
    assert distance(first, same) < 4.0 < distance(first, other)
    assert distance(first, other) < 10.0


def test_how_far_apart_voices_are_that_noise_drowns_is_not_made_up() -> None:
    one = timbre(heard("您好，请讲", WOMAN))
    other = timbre(heard("您好，请讲", MAN))
    assert one is not None
    assert other is not None
    drowned = [apart(replace(one, over=over), replace(other, over=over)) for over in (8.0, 1.0, -3.0)]
    assert drowned == [drowned[0]] * 3
    assert drowned[0] > apart(one, other)


def on_a_line(said: Samples, over: float, seed: int) -> Samples:
    """Speech, a pause before it, in white noise that is softer by so many dB than its loud parts."""
    noise = np.random.default_rng(seed).standard_normal(said.size + 2400)
    loud = float(np.sqrt(np.mean(np.square(said[np.abs(said) > np.abs(said).max() / 10].astype(np.float64)))))
    noise *= loud * 10 ** (-over / 20)
    noise[2400:] += said
    return noise.astype(np.int16)


def test_too_little_speech_says_nothing() -> None:
    assert timbre(np.zeros(100, np.int16)) is None
    assert timbre(heard("喂", WOMAN)[:1200]) is None
