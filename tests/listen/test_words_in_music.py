"""Somebody who speaks over loud music, known by his words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from probe.listen.features import Meter
from probe.listen.in_music import InMusic
from probe.listen.listener import Listener
from probe.listen.prompt_memory import Memory, RememberedCall
from probe.listen.segments import Segmenter
from probe.listen.words_in_music import WordsInMusic, last_sure, spoken_since
from probe.simulator.music import STYLES, piece
from probe.simulator.songs import SONGS
from probe.speech.transcriber import Heard, HeardWord, Transcription
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import FRAME, RATE, Frame, Kind, Samples, Segment, SegmentEnded, Word
from tests.listen.sounds import SENTENCES, Sound, at_level, frames, music, samples, voiced


@pytest.fixture(scope="module")
def transcriber() -> VoskTranscriber:
    return VoskTranscriber()


SAID = at_level(voiced(SENTENCES[1]), -20.0)
AT = 8.0


def tune(style: str, level: float, number: int = 3) -> Sound:
    return at_level(piece(style, number)[: 20 * RATE].astype(float), level)


def announced(style: str, level: float) -> Sound:
    """An announcement of six seconds at -20 dBFS over music of a `level`, from second 8 on."""
    sound = tune(style, level, 5)
    sound[round(AT * RATE) : round(AT * RATE) + SAID.size] += SAID
    return sound


def speech(sound: Sound, transcriber: VoskTranscriber | None, memory: Memory | None = None) -> list[Segment]:
    listener = Listener(transcriber, memory=memory)
    events = [event for frame in frames(sound) for event in listener.hear(frame)] + list(listener.finish())
    ended = [event.segment for event in events if isinstance(event, SegmentEnded)]
    return [segment for segment in ended if segment.kind is Kind.SPEECH]


def said(*words: tuple[str, float, float, float]) -> list[Word]:
    return [Word(*word) for word in words]


def test_two_words_in_a_row_of_which_the_recogniser_is_sure_are_somebodys() -> None:
    assert spoken_since(said(("您的", 3.0, 3.4, 1.0), ("来电", 3.4, 3.8, 0.95))) == 3.0
    assert spoken_since(said(("您", 3.0, 3.2, 1.0), ("的", 3.2, 3.4, 1.0))) is None, "two syllables are too few"
    assert spoken_since(said(("很重要", 3.0, 3.8, 1.0))) is None, "and so is one word"
    assert spoken_since(said(("您的", 3.0, 3.4, 1.0), ("来电", 4.0, 4.4, 1.0))) is None, "not in a row"
    assert spoken_since(said(("您的", 3.0, 3.4, 1.0), ("来电", 3.4, 3.8, 0.4), ("对", 3.8, 4.0, 1.0))) is None
    assert spoken_since(said(("您的", 3.0, 3.4, 0.6), ("来电", 3.4, 3.8, 1.0))) == 3.0, "one is sure"
    assert spoken_since(said(("您的", 3.0, 3.4, 0.6), ("来电", 3.4, 3.8, 0.8))) is None, "none is"


def test_words_right_before_them_are_theirs_unless_they_are_hardly_words() -> None:
    sure = said(("来电", 3.4, 3.8, 1.0), ("对", 3.8, 4.0, 1.0), ("我们", 4.0, 4.3, 1.0))
    assert spoken_since([*said(("您的", 3.0, 3.4, 0.3)), *sure]) == 3.0
    assert spoken_since([*said(("您的", 3.0, 3.4, 0.2)), *sure]) == 3.4
    assert spoken_since([*said(("您的", 2.5, 2.9, 0.3)), *sure]) == 3.4


def test_the_last_sure_word_is_not_one_that_was_read_into_the_music() -> None:
    assert last_sure(said(("您的", 3.0, 3.4, 1.0), ("卖", 5.0, 5.2, 0.3))) == 3.4
    assert last_sure([]) == float("-inf")


@pytest.mark.parametrize("style", ["bells", "pentatonic"])
def test_what_is_said_over_loud_music_is_heard_in_a_first_call(style: str, transcriber: VoskTranscriber) -> None:
    sound = announced(style, -22.0)
    assert not speech(sound, None), "it does not show in the sound"
    first = speech(sound, transcriber, Memory("h"))
    assert abs(first[0].start - AT) < 0.3
    assert sum(segment.end - segment.start for segment in first) > 0.6 * SAID.size / RATE
    assert "正在为" in "".join(segment.text for segment in first)
    later = Memory("h", (), (RememberedCall("call-1", "", music=20.0),))
    assert not speech(sound, transcriber, later), "what a first call heard is known by its sound"


def test_words_show_how_long_somebody_speaks_and_that_nobody_sings(transcriber: VoskTranscriber) -> None:
    assert speech(announced("pentatonic", -22.0), transcriber)[-1].end > AT + SAID.size / RATE - 0.8
    drums = music(20, -17.0, 4, drums=True)  # which beat and hold as a song does
    drums[round(AT * RATE) : round(AT * RATE) + SAID.size] += SAID
    assert abs(speech(drums, transcriber)[0].start - AT) < 0.3


class Told:
    """A transcriber that tells the same words in every stretch, each once it is over for `lag` seconds."""

    name, language = "told", "zh"

    def __init__(self, words: list[Word], lag: float) -> None:
        self.words, self.lag, self.stretches = words, lag, 0

    def begin(self) -> Transcription:
        told, fed, self.stretches = self, 0.0, self.stretches + 1

        class Telling:
            def feed(self, audio: Samples) -> Heard | None:
                nonlocal fed
                fed += audio.size / RATE
                known = [word for word in told.words if word.end + told.lag <= fed]
                return Heard("", tuple(HeardWord(w.word, w.start, w.end, w.confidence) for w in known))

            def finish(self) -> Heard:
                return Heard("", ())

        return Telling()


def begun(told: Told, seconds: float, kinds: Callable[[float], Kind] = lambda at: Kind.MUSIC) -> list[float]:
    """When somebody began to speak over so many seconds of music, or of whatever is heard of these `kinds`."""
    segmenter, hears = Segmenter(), InMusic(told, None)
    found: list[float] = []
    for number in range(round(seconds * RATE / FRAME)):
        at = number * FRAME / RATE
        segmenter.kind = kinds(at)
        frame = Frame(number * FRAME, np.zeros(FRAME, np.int16), np.zeros(FRAME, np.int16), ())
        found += [boundary.at for boundary in hears.hear(frame, segmenter)]
    return found


def test_the_words_of_every_piece_of_music_are_counted_from_its_own_beginning() -> None:
    words = said(("您的", 3.0, 3.4, 1.0), ("来电", 3.4, 3.8, 1.0))
    assert begun(Told(words, 0.5), 10.0) == [3.0, pytest.approx(3.0 + 4.4, abs=0.41)]
    told = Told(words, 0.5)
    assert begun(told, 10.0, lambda at: Kind.SPEECH if 2.0 < at < 4.0 else Kind.MUSIC) == [pytest.approx(7.0, abs=0.03)]
    assert told.stretches == 3


def test_nobody_is_said_to_have_begun_before_what_is_kept_of_the_call() -> None:
    words = said(("您的", 3.0, 3.4, 1.0), ("来电", 3.4, 3.8, 1.0))
    assert begun(Told(words, 3.0), 7.5) == [pytest.approx(4.8, abs=0.41)]


@pytest.mark.parametrize("style", [*sorted(STYLES), *sorted(SONGS)])
def test_no_words_are_read_into_music_or_songs(style: str, transcriber: VoskTranscriber) -> None:
    audio = samples(tune(style, -20.0, 4))
    hears = WordsInMusic(transcriber, 0)
    assert [hears.hear(audio[at : at + FRAME]) for at in range(0, audio.size, FRAME)] == [None] * (audio.size // FRAME)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        (lambda now: None, 3.0),  # no words: it ends where the music alone is heard again
        (lambda now: min(now, 5.0), 5.0),  # words up to second 5: not before
    ],
)
def test_speech_over_music_lasts_as_long_as_its_words_do(words: Callable[[float], float | None], until: float) -> None:
    sound = samples(tune("piano", -20.0))
    meter, segmenter, ended = Meter(), Segmenter(), []
    for number, features in enumerate(meter.measure_all(0.0, sound[: 10 * RATE], ())):
        now = (number + 1) * FRAME / RATE
        boundaries, _ = segmenter.hear(features, sound[number * FRAME : (number + 1) * FRAME])
        ended += [boundary for boundary in boundaries if number > 150 and boundary.kind is Kind.MUSIC]
        if number == 150:
            segmenter.spoken_over(2.5, now)
        elif (end := words(now)) is not None:
            segmenter.words_until(end)
    assert abs(ended[0].at - until) < 0.6
