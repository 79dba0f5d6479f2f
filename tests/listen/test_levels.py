from __future__ import annotations

import numpy as np
import pytest

from probe.listen.features import QUIETEST
from probe.listen.levels import Levels
from probe.timeline import Kind


def levels(*stretches: tuple[float, float, float], voiced: bool = False) -> Levels:
    """Stretches of so many seconds, at a level in dBFS, uneven by so many dB, from 0 s on."""
    heard, rng, at = Levels(), np.random.default_rng(1), 0.0
    for seconds, level, uneven in stretches:
        for _ in range(round(seconds / 0.02)):
            heard.add(at, level + float(rng.uniform(-uneven, uneven)), voiced=voiced)
            at += 0.02
    return heard


def test_a_lost_packet_is_nobodys_room() -> None:
    heard = levels((1.0, -50.0, 1.0))
    heard.add(1.0, -90.0, hole=True)
    assert heard.room(1.5, Kind.SILENCE)[0] > -52
    heard.add(1.02, -90.0)
    assert heard.room(1.5, Kind.SILENCE)[0] == -90


def test_what_stood_all_the_time_before_is_known_but_for_one_pause_in_it() -> None:
    music = levels((3.5, -55.0, 1.0), (0.3, -80.0, 1.0), (5.0, -55.0, 1.0))
    music.forget(8.0)
    assert music.stood(8.5) == pytest.approx(-56, abs=0.2)
    assert levels((4.5, -80.0, 1.0), (4.0, -55.0, 1.0)).stood(8.0) == pytest.approx(-81, abs=0.2)
    assert levels((0.9, -55.0, 1.0)).stood(1.0) == QUIETEST


def test_a_voice_rises_out_of_an_uneven_room_where_it_is_near_its_own_level() -> None:
    room_then_voice = levels((0.6, -40.0, 5.0), (0.5, -20.0, 3.0))
    assert room_then_voice.rise(0.65, 0.0) == pytest.approx(0.6, abs=0.021)


def test_a_voice_begins_with_its_word_and_not_with_others_in_the_room() -> None:
    room = levels((0.2, -45.0, 0.5), (0.2, -33.0, 0.5), (0.2, -45.0, 0.5), (0.5, -20.0, 0.5))
    assert room.rise(0.6, 0.0, at_once=True) == pytest.approx(0.6, abs=0.021)
    missed = levels((0.2, -45.0, 0.5), (0.2, -28.0, 0.5), (0.2, -45.0, 0.5), (0.5, -20.0, 0.5))
    assert missed.rise(0.6, 0.0, at_once=True) == pytest.approx(0.2, abs=0.021), "a syllable that was missed"


def test_what_sounded_on_when_it_was_first_looked_at_did_not_begin_then() -> None:
    sounds_on = levels((1.2, -22.0, 0.5), (0.1, -60.0, 0.5), (0.5, -20.0, 0.5))
    assert sounds_on.rise(1.3, 0.0, at_once=True) == pytest.approx(1.3, abs=0.021)


def test_a_voice_that_swells_begins_where_it_swells() -> None:
    heard = Levels()
    for n, level in enumerate([-70.0] * 25 + [-60, -52, -44, -36, -28, -20, -20, -20, -20, -20]):
        heard.add(n * 0.02, float(level))
    assert heard.rise(0.6, 0.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("seconds", "uneven", "voicelike"),
    [(0.06, 6.0, True), (0.3, 6.0, True), (0.5, 0.3, False), (0.5, 6.0, True), (0.14, 0.3, True)],
)
def test_tones_and_steady_noise_are_no_syllables(seconds: float, uneven: float, voicelike: bool) -> None:
    assert levels((seconds, -30.0, uneven)).voicelike(0.0, seconds) is voicelike


def test_comfort_noise_after_words_is_nobodys_room() -> None:
    for made_up in (False, True):
        heard = levels((1.0, -20.0, 1.0), (0.2, -80.0, 0.0))
        for n in range(10):
            heard.add(1.2 + n * 0.02, -50.0, made_up)
        assert heard.room(1.0, Kind.NOISE)[1] is not made_up


@pytest.mark.parametrize(("room", "ended"), [(-45.0, 1.1), (-25.0, 3.0)])
def test_a_voice_has_ended_where_what_sounds_on_is_much_softer(room: float, ended: float) -> None:
    heard = levels((1.0, -20.0, 4.0), (2.0, room, 3.0))
    assert heard.voice_ended(0.0, 0.9) == pytest.approx(ended, abs=0.101)


def test_a_room_that_opens_after_a_voice_is_not_under_it() -> None:
    heard = levels((1.0, -20.0, 4.0), (0.1, -80.0, 1.0), (1.0, -45.0, 3.0))
    ended = heard.voice_ended(0.0, 0.9)
    assert ended == pytest.approx(1.05, abs=0.061)
    assert heard.room(ended, Kind.NOISE) == (pytest.approx(-80.0, abs=1.0), True)


def test_silence_after_a_voice_without_a_pause_is_its_room_whatever_is_heard_then() -> None:
    for silent, before in ((0.4, True), (0.06, False)):
        heard = levels((1.0, -20.0, 9.0), (silent, -75.0, 1.0), (1.0, -45.0, 3.0))
        floor, room_after = heard.room(0.9, Kind.NOISE)
        assert room_after is before
        assert floor == pytest.approx(-76.0 if before else -29.0, abs=1.0)


def test_a_voice_sounds_at_least_until_its_last_word_ends() -> None:
    assert levels((1.0, -20.0, 2.0), (1.0, -50.0, 2.0)).voice_ended(0.0, 1.3) >= 1.3


@pytest.mark.parametrize(
    ("voiced", "first", "said"), [(True, -24.0, True), (True, -50.0, False), (False, -24.0, False)]
)
def test_an_er_before_the_first_word_is_told_from_a_room_and_from_a_cough(
    voiced: bool, first: float, said: bool
) -> None:
    heard = levels((0.2, first, 3.0), (0.2, -60.0, 1.0), (1.0, -20.0, 3.0), voiced=voiced)
    assert heard.voice_from(0.0, 0.4) is said
    assert not heard.voice_from(0.3, 0.4)
    others = levels((0.2, -32.0, 1.0), (0.2, -60.0, 1.0), (1.0, -20.0, 1.0), voiced=True)
    assert not others.voice_from(0.0, 0.4), "others in the room are softer"
    assert not heard.voice_from(0.0, 1.3)
