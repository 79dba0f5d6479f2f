"""Singing is heard as music; speech, alone and over music, is not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from probe.listen.segments import Segmenter
from probe.listen.singing import Singing
from probe.simulator.channel import CLEAR, CONDITIONS, Condition, degrade
from probe.simulator.music import piece
from probe.simulator.songs import SONGS
from probe.speech.voice import Voice
from probe.timeline import RATE, Kind, Samples
from tests.listen.sounds import Sound, at_level, measured, noise, samples, segmented, silence, speech, voiced

_OTHERS = ("g722", "gsm", "very soft", "noisy", "loss 5 %")


def shares(sound: Sound) -> dict[Kind, float]:
    """Seconds of each kind."""
    found = segmented(np.concatenate([silence(0.5), sound, silence(2.5)]))
    seconds = dict.fromkeys(Kind, 0.0)
    for boundary, following in pairwise(found):
        seconds[boundary.kind] += following.at - boundary.at
    return seconds


def song(style: str, tune: int, condition: Condition = CLEAR) -> Sound:
    audio: Samples = degrade(piece(style, tune)[: 24 * RATE], condition, tune)
    return audio.astype(np.float64)


@pytest.mark.parametrize("style", sorted(SONGS))
def test_a_song_is_music(style: str) -> None:
    spoken = notes = 0.0
    for tune in (20, 21):
        seconds = shares(song(style, tune))
        spoken, notes = spoken + seconds[Kind.SPEECH], notes + seconds[Kind.MUSIC]
    assert notes > 30
    assert spoken < 0.15 * (spoken + notes)


@pytest.mark.parametrize("condition", _OTHERS)
def test_a_voice_that_sings_alone_is_music_on_every_line(condition: str) -> None:
    seconds = shares(song("folk", 22, CONDITIONS[condition]))
    assert seconds[Kind.MUSIC] > 12
    assert seconds[Kind.SPEECH] < 0.25 * seconds[Kind.MUSIC]


@pytest.mark.parametrize("seed", range(3))
def test_an_announcement_over_a_song_is_speech(seed: int) -> None:
    words = speech(5, seed)
    tune = at_level(piece("ballad", 30 + seed)[: 15 * RATE].astype(float), -30.0)
    tune[5 * RATE : 10 * RATE] += words
    found = segmented(tune)
    spoken = [b for b in found if b.kind is Kind.SPEECH]
    assert spoken
    assert min(abs(b.at - 5.0) for b in spoken) < 0.4


@pytest.mark.parametrize("text", ["喂", "喂？", "喂，你好", "您好"])
@pytest.mark.parametrize("style", ["folk", "pop"])
def test_a_short_greeting_after_a_song_is_speech(text: str, style: str) -> None:
    word = voiced(text, Voice("cmn", "m3", volume_db=-16))
    found = segmented(np.concatenate([song(style, 23)[: 8 * RATE], silence(0.6), word, silence(2)]))
    onsets = [b.at for b in found if b.kind is Kind.SPEECH and b.at > 8.3]
    assert onsets == pytest.approx([8.6], abs=0.05)


def test_a_song_right_after_an_announcement_begins_where_it_begins() -> None:
    words = voiced("正在为您转接人工客服，请稍候")
    found = segmented(np.concatenate([words, silence(0.4), song("folk", 24)]))
    start = next(b.at for b in found if b.kind is Kind.MUSIC)
    assert found[0].kind is Kind.SPEECH
    assert start - words.size / RATE > 0.3


def test_held_notes_are_told_from_words_and_the_change_is_dated() -> None:
    singing = Singing()
    for frame in measured(np.concatenate([voiced("您好，请问您需要什么帮助"), song("folk", 25)[RATE : 6 * RATE]])):
        if frame.level > -45:
            singing.hear(frame)
    assert singing.sung_since(0.0) is not None
    spoken = Singing()
    for frame in measured(speech(20, 7)):
        if frame.level > -45:
            spoken.hear(frame)
            assert spoken.sung_since(0.0) is None


def test_the_segmenter_takes_no_speech_for_music() -> None:
    segmenter = Segmenter()
    assert segmenter.kind is Kind.SILENCE
    for seed in range(20, 24):
        assert Kind.MUSIC not in {b.kind for b in segmented(samples(speech(20, seed)).astype(float))}


def test_drums_alone_are_nobody_who_speaks_over_music() -> None:
    def hears(sound: Sound) -> Singing:
        singing = Singing()
        for frame in measured(sound):
            singing.hear(frame)
        return singing

    tune = at_level(piece("piano", 31)[: 2 * RATE].astype(float), -30.0)
    drums, voice = hears(noise(1.0, -20.0)), hears(at_level(speech(2.0, 3), -20.0) + tune)
    assert not drums.spoken_over(0.0, clear=True)
    assert drums.no_voice_over(0.0)
    assert voice.spoken_over(0.5, clear=True)
    assert not voice.no_voice_over(0.5)
