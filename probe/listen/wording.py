"""What a sentence means for the call: queue, invitation, refusal, closed, an agent's opening, a machine's wording.

The phrases are data by language (`wording/*.yaml`). They are looked for by sound: first as they are, then, if they are
long enough not to be met by chance, with a small error. Words arrive while they are spoken, so only what is new is
searched again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from rapidfuzz import fuzz
from ruamel.yaml import YAML

from probe.errors import UserError
from probe.listen.spoken import Spoken
from probe.speech import text as speech_text

_ALIKE, _ALIKE_SHORT = 0.8, 0.9  # similarity by sound from which a long and a short phrase is found
_LONG = 6  # sounds: of six one may be wrong, of four or five only confused with its like
_FUZZY_FROM = 4  # sounds; shorter phrases are met by chance and must be exact
_SCREEN = 66.0  # rapidfuzz's score (0 to 100) under which similarity is not worked out
_BETWEEN = "…"  # in a phrase: up to a dozen other characters may stand here

_NUMBER = {"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POSITION = re.compile(
    r"(?:前面(?:还)?有|前方(?:还)?有|排在(?:了)?第|排在队列第|您是第|排队人数(?:为|是)?)(?P<n>[零一二三四五六七八九十百]+)(?!次)[位个人名]?"
    r"|you are number (?P<en>\w+)"
)
_ENGLISH = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase found: its `meaning`, its words, and where in the text (characters)."""

    meaning: str
    phrase: str
    start: int
    end: int


@cache
def phrases(language: str) -> dict[str, tuple[str, ...]]:
    """All phrases of a language by meaning; raises UserError for a language without wording."""
    file = resources.files("probe.listen").joinpath("wording", f"{language}.yaml")
    if not file.is_file():
        raise UserError(
            f"no wording for language {language!r}; write zh or en", f"没有语言“{language}”的用语；可写 zh 或 en"
        )
    table = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return {meaning: tuple(rows) for meaning, rows in table.items()}


class Wording:
    """Finds phrases in one speech segment as its words come in."""

    def __init__(self, language: str = "zh") -> None:
        self._language = language
        self._longest = _screen(language).longest

    def search(self, words: Spoken, since: int = 0) -> list[Phrase]:
        """Phrases in the text from character `since` on (a little before it, for those it cut), in order of place."""
        start = max(0, since - self._longest - 2) if self._language == "zh" else 0
        found = [
            Phrase(one.meaning, one.phrase, start + one.start, start + one.end)
            for one in _searched(words.text[start:], self._language)
        ]
        found = [phrase for phrase in found if not self._better_read(phrase, found, words.text)]
        return sorted(found, key=lambda phrase: (phrase.start, phrase.end))

    def _better_read(self, phrase: Phrase, others: list[Phrase], text: str) -> bool:
        """Whether a phrase was found with an error where another meaning's stands to the letter: 已接通 is no 已结束."""
        if self._to_the_letter(phrase, text):
            return False
        return any(
            other.meaning != phrase.meaning
            and min(phrase.end, other.end) - max(phrase.start, other.start) > (phrase.end - phrase.start) / 2
            and self._to_the_letter(other, text)
            for other in others
        )

    def _to_the_letter(self, phrase: Phrase, text: str) -> bool:
        return text[phrase.start : phrase.end] == speech_text.normalise(phrase.phrase, self._language)


@cache
def _apart(phrase: str, language: str) -> re.Pattern[str]:
    parts = (re.escape(speech_text.normalise(part, language)) for part in phrase.split(_BETWEEN))
    return re.compile(".{0,12}".join(parts))


def position(text: str) -> int | None:
    """The position in the queue that a text tells ("您前面还有三位" 3), or None."""
    match = _POSITION.search(text)
    if match is None:
        return None
    return _number(match["n"]) if match["n"] else _ENGLISH.get(match["en"])


def _number(hanzi: str) -> int | None:
    total, digit = 0, 0
    for character in hanzi:
        if character == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif character == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = digit * 10 + _NUMBER[character] if "十" not in hanzi and "百" not in hanzi else _NUMBER[character]
    return total + digit


@cache
def _prepared(language: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (meaning, phrase, speech_text.normalise(phrase, language), _encoded(phrase, language))
        for meaning, rows in phrases(language).items()
        for phrase in rows
    )


@lru_cache(maxsize=4096)  # a prompt says the same in every call
def _searched(text: str, language: str) -> tuple[Phrase, ...]:
    """All phrases of a language in a text."""
    if not text:
        return ()
    heard = _encoded(text, language)
    found = []
    for meaning, phrase, written, sounds in _screen(language).possible(text):
        at = text.find(written)
        if _BETWEEN in phrase:
            if match := _apart(phrase, language).search(text):
                found.append(Phrase(meaning, phrase, match.start(), match.end()))
        elif at >= 0:
            found.append(Phrase(meaning, phrase, at, at + len(written)))
        elif len(sounds) >= _FUZZY_FROM and fuzz.partial_ratio(sounds, heard, score_cutoff=_SCREEN) > 0:
            alike = _ALIKE if len(sounds) >= _LONG else _ALIKE_SHORT
            span = speech_text.find(phrase, text, alike, language)
            if span:
                found.append(Phrase(meaning, phrase, span[0], span[1]))
        elif len(sounds) > 1 and len(sounds) < _FUZZY_FROM and sounds in heard and language == "zh":
            at = heard.index(sounds)
            found.append(Phrase(meaning, phrase, at, at + len(sounds)))
    return tuple(found)


class _Screen:
    """Which phrases a text may hold at all: to the letter, or with as many of their sounds as a find needs somewhere in it.

    Asked at every new word, and few are possible: screening halves the search or better, and changes nothing that is found.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._phrases = _prepared(language)
        self.longest = max(len(sounds) for _, _, _, sounds in self._phrases)
        """Sounds of the longest phrase."""
        folded = [speech_text.folded(phrase.replace(_BETWEEN, ""), language) for _, phrase, _, _ in self._phrases]
        self._numbers = {sound: n for n, sound in enumerate(sorted({sound for sounds in folded for sound in sounds}))}
        self._counts = np.zeros((len(self._numbers), len(folded)), np.int16)
        self._needed = np.zeros(len(folded), np.float32)
        self._beginning: dict[str, list[int]] = {}
        for row, (sounds, (_, phrase, written, coded)) in enumerate(zip(folded, self._phrases, strict=True)):
            self._beginning.setdefault(written[:1], []).append(row)
            for sound in sounds:
                self._counts[self._numbers[sound], row] += 1
            fuzzy = _BETWEEN not in phrase and len(coded) >= _FUZZY_FROM
            alike = (_ALIKE if len(coded) >= _LONG else _ALIKE_SHORT) if fuzzy else 1.0
            self._needed[row] = alike * len(sounds) - 0.01

    def possible(self, text: str) -> list[tuple[str, str, str, str]]:
        """As `_prepared` has them, in its order."""
        there = {self._numbers[s] for s in speech_text.folded(text, self._language) if s in self._numbers}
        may = set(np.flatnonzero(self._counts[list(there)].sum(axis=0) >= self._needed).tolist())
        may.update(n for first in set(text) for n in self._beginning.get(first, ()) if self._phrases[n][2] in text)
        return [self._phrases[n] for n in sorted(may)]


@cache
def _screen(language: str) -> _Screen:
    return _Screen(language)


_codes: dict[str, str] = {}


@lru_cache(maxsize=1024)
def _encoded(text: str, language: str) -> str:
    """A character for each sound of the text, so that sounds are compared as strings are."""
    return "".join(
        _codes.setdefault(sound, chr(0xE000 + len(_codes) % 6000)) for sound in speech_text.sounds(text, language)
    )
