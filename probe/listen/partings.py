"""Where in a stretch of speech somebody else may have begun to speak, and what words mean by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from probe.listen.understanding import Understanding
from probe.timeline import Word

_GAP, _PAUSE, _NEAR = 0.35, 0.2, 0.25
"""Seconds between two words, and without sound, that may part two speakers; and by which an onset may lie beside the word
it begins: recognisers end words up to 0.2 s early."""
_PARTINGS = 4
"""Places at most at which a segment is looked at in two parts."""


def partings(words: Sequence[Word], onsets: Sequence[tuple[float, float]]) -> list[int]:
    """Numbers of the words with which somebody else may begin, the widest gaps first chosen, in order of time."""
    found: dict[int, float] = {}
    for i in range(1, len(words)):
        gap = words[i].start - words[i - 1].end
        pauses = [o - rest for o, rest in onsets if abs(o - words[i].start) <= _NEAR and rest > words[0].start]
        if gap >= _GAP or max(pauses, default=0.0) >= _PAUSE:
            found[i] = max(gap, *pauses, 0.0)
    widest = sorted(found, key=lambda i: -found[i])[:_PARTINGS]
    return sorted(widest)


def onset_of(word: float, onsets: Sequence[float]) -> float:
    """Where the sound of a word begins that the recogniser dates to `word`, seconds."""
    return min((onset for onset in onsets if abs(onset - word) <= _NEAR), key=lambda o: abs(o - word), default=word)


def meaning(words: Sequence[Word], language: str) -> Understanding:
    """What words mean by themselves."""
    understanding = Understanding(language)
    for _ in understanding.read(tuple(words), words[-1].end, words[-1].end, final=True):
        pass
    return understanding
