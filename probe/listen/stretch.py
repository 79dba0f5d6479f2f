"""The recognition of one speech segment: fed in steady chunks, words told on the call's clock."""

from __future__ import annotations

import numpy as np

from probe.speech.transcriber import Heard, Transcriber
from probe.timeline import RATE, Samples, Word

CHUNK = 800
"""Samples fed at once, or several times as many: 100 ms, whatever the line, so that a replay recognises the same."""
PRE_ROLL = 0.25
"""Seconds before the onset that are fed as well: recognisers want to hear a word begin."""
_PRE_ROLL_OVER_MUSIC = 0.9
"""The same over music, in which a voice is often heard after its first words only."""


def pre_roll(over_music: bool) -> float:
    """Seconds before the onset that are fed as well."""
    return _PRE_ROLL_OVER_MUSIC if over_music else PRE_ROLL


class Stretch:
    """Feeds a transcriber from sample number `begin` (since the INVITE) on."""

    def __init__(self, transcriber: Transcriber, begin: int) -> None:
        self._transcription = transcriber.begin()
        self._begin = begin
        self._waiting: list[Samples] = []
        self._count = 0
        self.words: tuple[Word, ...] = ()
        self.text = ""
        self.since = self.until = begin / RATE
        """Seconds up to which the words are known."""

    def feed(self, audio: Samples) -> bool:
        """Takes audio; True when the words have changed."""
        self._waiting.append(audio)
        self._count += audio.size
        if self._count < CHUNK:
            return False
        joined = np.concatenate(self._waiting)
        whole = joined.size - joined.size % CHUNK
        heard = self._transcription.feed(joined[:whole])
        self.until += whole / RATE
        self._waiting = [joined[whole:]]
        self._count = joined.size - whole
        return heard is not None and self._take(heard)

    def finish(self) -> None:
        """Takes the final result."""
        if self._count:
            self._transcription.feed(np.concatenate(self._waiting))
        self._take(self._transcription.finish())

    def _take(self, heard: Heard) -> bool:
        offset = self._begin / RATE
        words = tuple(Word(w.word, w.start + offset, w.end + offset, w.confidence) for w in heard.words)
        changed = words != self.words
        self.words, self.text = words, heard.text
        return changed
