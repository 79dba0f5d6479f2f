"""Recognised words as one string in which every character has its time.

Phrases are looked for in the string; what is found has a start, an end, and a pause before it. A pause is the only
punctuation that a recogniser hears.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from probe.speech import text as speech_text
from probe.timeline import Word

PAUSE = 0.16
"""Seconds between words that part two clauses; guessed, a comma read aloud is longer, a stop consonant shorter."""

_PUNCTUATION = re.compile(r"[，。、；：！？,.;:!?\s]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """`text`: normalised (`probe.speech.text`); `starts`, `ends`: seconds of each of its characters."""

    text: str
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    language: str = "zh"

    def pause_before(self, index: int) -> float:
        """Seconds of pause before a character; endless before the first."""
        return self.starts[index] - self.ends[index - 1] if 0 < index < len(self.starts) else float("inf")

    def clause_start(self, index: int) -> int:
        """Index of the first character of the clause that the character at `index` - 1 belongs to."""
        start = index
        while start > 0:
            start -= 1
            if self.pause_before(start) >= PAUSE:
                break
        return start

    def clause_end(self, index: int) -> int:
        """Index after the last character of the clause that the character at `index` belongs to."""
        end = index + 1
        while end < len(self.text) and self.pause_before(end) < PAUSE:
            end += 1
        return end


def spoken(words: Sequence[Word], language: str = "zh") -> Spoken:
    """Lays words out; the characters of a word share its time evenly."""
    pieces: list[str] = []
    starts: list[float] = []
    ends: list[float] = []
    gap = " " if language == "en" else ""
    for word in words:
        piece = _normalised(word.word, language)
        if not piece:
            continue
        if gap and pieces:
            pieces.append(gap)
            starts.append(ends[-1])
            ends.append(ends[-1])
        each = (word.end - word.start) / len(piece)
        pieces.append(piece)
        starts.extend(word.start + i * each for i in range(len(piece)))
        ends.extend(word.start + (i + 1) * each for i in range(len(piece)))
    return Spoken("".join(pieces), tuple(starts), tuple(ends), language)


def written(text: str, language: str = "zh") -> Spoken:
    """Text as if it were spoken evenly, 0.2 s a character, with a pause of 0.4 s at each mark of punctuation."""
    words: list[Word] = []
    now = 0.0
    for clause in _PUNCTUATION.split(text) if language == "zh" else re.split(r"[,.;:!?]\s*", text):
        for piece in clause.split() if language == "en" else [clause]:
            length = 0.2 * len(_normalised(piece, language))
            words.append(Word(piece, now, now + length, 1.0))
            now += length
        now += 0.4
    return spoken(words, language)


@lru_cache(maxsize=4096)
def _normalised(word: str, language: str) -> str:
    return speech_text.normalise(word, language)
