from __future__ import annotations

import numpy as np
import pytest

from probe.listen.activity import Activity, Sounding
from probe.speech.voice import Voice
from tests.listen.sounds import Sound, babble, measured, noise, silence, voiced


def heard(sound: Sound) -> list[Sounding]:
    activity = Activity()
    return [activity.hear(frame) for frame in measured(sound)]


def first_onset_after(sound: Sound, at: float) -> float:
    return next(s.onset for s in heard(sound) if s.onset is not None and s.onset > at)


@pytest.mark.parametrize("level", [-30.0, -15.0, -3.0])
def test_an_onset_out_of_digital_silence_is_exact_to_10_ms(level: float) -> None:
    words = voiced("您好，请讲", Voice(volume_db=level))
    onset = next(s.onset for s in heard(np.concatenate([silence(1.0), words])) if s.onset is not None)
    assert onset == pytest.approx(1.0, abs=0.010)


@pytest.mark.parametrize("snr", [12.0, 20.0, 30.0])
def test_an_onset_in_room_noise_is_exact_to_60_ms(snr: float) -> None:
    words = np.concatenate([silence(1.5), voiced("您好，请讲", Voice(volume_db=-18)), silence(1)])
    onset = first_onset_after(words + noise(words.size / 8000, -18 - snr), 1.0)
    assert onset == pytest.approx(1.5, abs=0.060)


def test_the_end_of_a_sound_is_known_to_20_ms() -> None:
    words = voiced("您好，请讲")
    last = heard(np.concatenate([silence(0.5), words, silence(1)]))[-1].last
    assert last == pytest.approx(0.5 + words.size / 8000, abs=0.020)


@pytest.mark.parametrize("seed", range(3))
def test_a_room_that_steps_in_becomes_the_floor_within_a_third_of_a_second(seed: int) -> None:
    result = heard(np.concatenate([silence(1), noise(2, -38, seed)]))
    assert any(s.noise_since is not None for s in result[50 : 50 + 18])
    assert result[-1].floor == pytest.approx(-38, abs=1.5)
    assert not any(s.loud for s in result[50 + 20 :])


@pytest.mark.parametrize("seed", range(3))
def test_a_room_full_of_voices_becomes_the_floor(seed: int) -> None:
    result = heard(np.concatenate([silence(1), babble(3, -36, seed)]))
    assert sum(s.loud for s in result[50 + 40 :]) < 10


def test_a_voice_is_never_taken_for_the_floor() -> None:
    assert not any(
        s.noise_since is not None for s in heard(voiced("您好，欢迎致电，很高兴为您服务，请问您需要什么帮助"))
    )


@pytest.mark.parametrize("seed", range(3))
def test_an_even_stretch_as_loud_as_the_voice_before_it_is_more_of_its_sentence_and_a_softer_one_a_room(
    seed: int,
) -> None:
    words = voiced("您好，请讲", Voice(volume_db=-18))
    level = 10 * np.log10(np.mean((words / 32768) ** 2))  # dBFS
    hissed = heard(np.concatenate([silence(0.5), words, noise(0.5, level, seed), words, silence(0.5)]))
    assert not any(sounding.noise_since is not None for sounding in hissed)
    room = heard(np.concatenate([silence(0.5), words, noise(1.0, level - 15, seed)]))
    assert any(sounding.noise_since is not None for sounding in room)
    near = voiced("您好，请讲", Voice(volume_db=-5))
    creaky = heard(np.concatenate([silence(0.5), near, noise(0.34, -20, seed), near, silence(0.5)]))
    assert not any(sounding.noise_since is not None for sounding in creaky), "no room is so loud"


@pytest.mark.parametrize(("lost", "forgotten"), [(60, False), (400, True)])
def test_a_hole_of_lost_packets_is_not_the_room_but_silence_that_stays_is(lost: int, forgotten: bool) -> None:
    room = noise(3, -45)
    room[8 * 1500 : 8 * (1500 + lost)] = 0
    result = heard(np.concatenate([silence(0.5), room]))
    at_the_end = result[round((2.0 + lost / 1000) / 0.02) - 1]
    assert (at_the_end.floor < -80) == forgotten
    assert forgotten or not any(s.loud for s in result[100:])


def test_a_lost_packet_is_told_from_a_line_that_has_become_quiet() -> None:
    room = noise(3, -45)
    room[8 * 1500 : 8 * 1540] = 0
    room[8 * 2500 :] = 0
    activity = Activity()
    holes = []
    for n, frame in enumerate(measured(np.concatenate([silence(0.5), room]))):
        activity.hear(frame)
        if activity.in_hole:
            holes.append(n)
    assert holes[:2] == [100, 101]
    assert 2 < len(holes) < 2 + 10, "after 200 ms it is the line"
    assert min(holes[2:]) >= 150


@pytest.mark.parametrize(("swells", "is_a_room"), [(0.0, True), (12.0, False)])
def test_what_swells_into_a_voice_is_the_beginning_of_its_word_and_no_room(swells: float, is_a_room: bool) -> None:
    hiss = noise(0.3, -30) * 10 ** (np.linspace(-swells / 2, swells / 2, 2400) / 20)
    result = heard(np.concatenate([silence(0.5), hiss, voiced("啊，您好", Voice(volume_db=-12))]))
    assert any(sounding.noise_since is not None for sounding in result) is is_a_room


@pytest.mark.parametrize("seed", range(3))
def test_words_that_hardly_stand_out_of_a_room_are_not_a_louder_one(seed: int) -> None:
    words = voiced("您好，欢迎致电，很高兴为您服务，请问您需要什么帮助", Voice("cmn", "f3", 150, 50, -44))
    said = np.concatenate([silence(1.5), words, words, silence(0.5)])
    assert not any(s.noise_since is not None for s in heard(said + noise(said.size / 8000, -51, seed))[75:])
    louder = np.concatenate([noise(1.5, -51, seed), noise(2, -43, seed)])
    assert any(s.noise_since is not None for s in heard(louder)[75:])
