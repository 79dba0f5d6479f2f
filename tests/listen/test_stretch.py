from __future__ import annotations

import numpy as np

from probe.listen.stretch import CHUNK, Stretch
from probe.speech.transcriber import Transcription
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import Samples
from tests.listen.sounds import samples, silence, voiced

SENTENCE = samples(np.concatenate([silence(0.25), voiced("正在为您转接人工客服，请稍候"), silence(0.3)]))


class Watched:
    """The real transcriber, with the sizes of what it is fed noted."""

    name, language = "watched", "zh"

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self._real = VoskTranscriber()

    def begin(self) -> Transcription:
        inner, sizes = self._real.begin(), self.sizes

        class Noted:
            def feed(self, audio: Samples):  # type: ignore[no-untyped-def]
                sizes.append(audio.size)
                return inner.feed(audio)

            def finish(self):  # type: ignore[no-untyped-def]
                return inner.finish()

        return Noted()


def recognised(cut: int) -> tuple[Stretch, Watched]:
    watched = Watched()
    stretch = Stretch(watched, begin=80_000)
    for start in range(0, SENTENCE.size, cut):
        stretch.feed(SENTENCE[start : start + cut])
    stretch.finish()
    return stretch, watched


def test_the_recogniser_is_fed_whole_chunks_and_hears_the_same_however_audio_comes() -> None:
    small, watched_small = recognised(160)
    large, watched_large = recognised(5000)
    assert set(watched_small.sizes[:-1]) == {CHUNK}
    assert not any(size % CHUNK for size in watched_large.sizes[:-1])
    assert max(watched_large.sizes) > CHUNK
    assert small.words == large.words
    assert "转接" in small.text


def test_words_are_timed_from_the_invite() -> None:
    stretch, _ = recognised(160)
    assert 10.0 <= stretch.words[0].start < 10.6
    assert stretch.words[-1].end <= 10.0 + SENTENCE.size / 8000
