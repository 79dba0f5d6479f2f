"""Soft lines are made louder for the recogniser, ordinary ones are left alone."""

from __future__ import annotations

import numpy as np

from probe.listen.gain import MOST, Levelled
from probe.listen.line_noise import LineNoise
from probe.speech.transcriber import Heard, Transcriber
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import Samples
from tests.listen.sounds import samples, silence, voiced

SENTENCE = np.concatenate([silence(0.25), voiced("正在为您转接人工客服，请稍候"), silence(0.3)])


def softer(gain_db: float, noise_db: float = -70.0) -> Samples:
    hiss = np.random.default_rng(1).normal(0, 32768 * 10 ** (noise_db / 20), SENTENCE.size)
    return samples(SENTENCE * 10 ** (gain_db / 20) + hiss)


def words(transcriber: Transcriber, audio: Samples) -> str:
    transcription = transcriber.begin()
    for start in range(0, audio.size, 800):
        transcription.feed(audio[start : start + 800])
    return transcription.finish().text


def test_words_that_a_soft_line_hides_from_the_recogniser_are_heard() -> None:
    soft = softer(-30.0, -60.0)
    plain, levelled = words(VoskTranscriber(), soft), words(Levelled(VoskTranscriber()), soft)
    assert "转接人工客服" in levelled
    assert len(plain) < len(levelled)


def test_speech_at_an_ordinary_level_is_not_touched() -> None:
    call = Levelled(VoskTranscriber())
    audio = softer(0.0)
    call.hear(audio)
    assert call.louder(audio) is audio
    assert words(Levelled(VoskTranscriber()), audio) == words(VoskTranscriber(), audio)


def test_nothing_is_made_louder_than_the_most_and_silence_stays_silence() -> None:
    call = Levelled(VoskTranscriber())
    call.hear(np.zeros(800, np.int16))
    assert not call.louder(np.zeros(800, np.int16)).any()
    assert call.louder(np.full(800, 100, np.int16)).max() == int(100 * 10 ** (MOST / 20))


def test_a_loud_speaker_after_a_soft_one_is_not_clipped() -> None:
    call = Levelled(VoskTranscriber())
    call.hear(softer(-26.0))
    loud = softer(0.0)
    call.hear(loud)
    assert np.array_equal(call.louder(loud), loud)


def test_the_gain_is_the_same_however_audio_comes() -> None:
    sound = np.concatenate([softer(-30.0), softer(-10.0)])[: 800 * 40]

    class Kept:
        name, language = "kept", "zh"

        def __init__(self) -> None:
            self.heard: list[Samples] = []

        def begin(self) -> Kept:
            return self

        def feed(self, audio: Samples) -> None:
            self.heard.append(audio)

        def finish(self) -> Heard:
            return Heard("", ())

    def made(size: int, noise: LineNoise | None = None) -> Samples:
        kept = Kept()
        transcription = Levelled(kept, noise).begin()
        for start in range(0, sound.size, size):
            transcription.feed(sound[start : start + size])
        transcription.finish()
        return np.concatenate(kept.heard)

    assert made(800).size == sound.size
    assert np.array_equal(made(800), made(800 * 7))
    line = LineNoise()
    for frame in softer(-90.0)[:8000].reshape(-1, 160):
        line.learn(frame, -69.5)
    assert line.power is not None
    assert made(800, line).size == sound.size
    assert np.array_equal(made(800, line), made(800 * 7, line))
