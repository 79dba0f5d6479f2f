"""Whether words are those of a recording that earlier calls heard: where its sound is not found, its words may be.

A short announcement over music, or one into which a number is put, is often missed by its sound; its words come again
all the same. They prove nothing alone, since people and recordings greet alike, so this is one piece of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from probe.listen.prompt_memory import Prompt
from probe.speech.text import sounds

_FEWEST = 4
"""Sounds, figures left out, under which words are anybody's; guessed."""
_MANY = 8
"""Sounds from which words are told to be a recording's as surely as can be; guessed."""
_FIGURES = frozenset(sound for figure in "零幺一二三四五六七八九十百两" for sound in sounds(figure, "zh"))
_ALIKE = 0.7
"""Likeness by sound from which words begin to count as those of a recording; guessed."""


class KnownWords:
    """The words of a hotline's remembered recordings."""

    def __init__(self, prompts: Iterable[Prompt] = (), language: str = "zh") -> None:
        self._language = language
        texts = {prompt.text for prompt in prompts if prompt.words}
        self._known = [known for text in texts if len(known := _plain(text, language)) >= _FEWEST]

    def alike(self, text: str) -> float:
        """How like a remembered recording's words these are: 0 (not more than chance) to 1 (by sound the same).

        Figures do not count, and a recording may say more before or after.
        """
        heard = _plain(text, self._language)
        if len(heard) < _FEWEST:
            return 0.0
        best = max((self._likeness(known, heard) for known in self._known), default=0.0)
        return max(best / 100 - _ALIKE, 0.0) / (1 - _ALIKE) * min(len(heard) / _MANY, 1.0)

    @staticmethod
    def _likeness(known: tuple[str, ...], heard: tuple[str, ...]) -> float:
        if len(known) < len(heard):
            return fuzz.ratio(known, heard)  # who says more than a recording is not that recording
        return fuzz.partial_ratio(heard, known)


@lru_cache(maxsize=4096)
def _plain(text: str, language: str) -> tuple[str, ...]:
    """The sounds of a text without its figures."""
    return tuple(sound for sound in sounds(text, language) if sound not in _FIGURES)
