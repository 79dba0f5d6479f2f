"""Somebody who speaks over loud music, known by his words.

Under music that is as loud, a voice hardly shows in how still the partials stand (`probe.listen.music`): its words do. Into 50
minutes of music alone, sung or played, the shipped recogniser, which has learned music as what is no speech, read no two words in a row,
of three characters, of which it was half sure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from probe.listen.stretch import Stretch
from probe.speech.transcriber import Transcriber
from probe.timeline import FRAME, RATE, Samples, Word

SURE, _RATHER = 0.9, 0.5
"""The recogniser's confidence from which a word over music is one, and from which it is one beside such a word; guessed."""
_WORDS, _CHARACTERS = 2, 3  # as many in a row show that somebody speaks; guessed
_IN_A_ROW = 0.3  # seconds between two words in a row at most; guessed
_PERHAPS = 0.25  # confidence from which a word right before them is theirs; guessed
_BATCH = 2 * RATE // FRAME // 5  # frames heard at a time: asking for the words after each costs as much as hearing them
_KEPT = 2.0  # seconds back to which somebody may have begun: the listener keeps 3 s, with the pre-roll


class WordsInMusic:
    """Hears music from sample number `begin` (since the INVITE) on."""

    def __init__(self, transcriber: Transcriber, begin: int) -> None:
        self._stretch = Stretch(transcriber, begin)
        self._waiting: list[Samples] = []

    def hear(self, audio: Samples) -> float | None:
        """Takes a frame; the second at which somebody began to speak, once that is known."""
        self._waiting.append(audio)
        if len(self._waiting) < _BATCH:
            return None
        changed = self._stretch.feed(np.concatenate(self._waiting))
        self._waiting.clear()
        begins = spoken_since(self._stretch.words) if changed else None
        return None if begins is None else max(begins, self._stretch.until - _KEPT)


def spoken_since(words: Sequence[Word]) -> float | None:
    """The second at which the first words begin that somebody surely says, with those right before them; None if nobody does."""
    first = row = 0
    for n, word in enumerate(words):
        if n and word.start - words[n - 1].end > _IN_A_ROW:
            first = row = n
        if word.confidence < _RATHER:
            first = first if word.confidence >= _PERHAPS else n + 1
            row = n + 1
        said = words[row : n + 1]
        sure = any(one.confidence >= SURE for one in said)
        if sure and len(said) >= _WORDS and sum(len(one.word) for one in said) >= _CHARACTERS:
            return words[first].start
    return None


def last_sure(words: Sequence[Word]) -> float:
    """The second at which the last word ends that somebody surely said; -inf if there is none."""
    return next((word.end for word in reversed(words) if word.confidence >= SURE), float("-inf"))
