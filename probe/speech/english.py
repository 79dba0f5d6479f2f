"""English text: lower-case words, numbers as words, so that `press 0` and `press zero` are the same."""

import re
import unicodedata
from functools import lru_cache

from probe.speech.alignment import Sound, best_fit, found_at

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TOKEN = re.compile(r"\d+|[a-z]+(?:'[a-z]+)?")
_KEYS = {"*": " star ", "#": " pound "}
_SAME = {"oh": "zero", "hash": "pound", "asterisk": "star"}


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return lower-case words with single spaces; figures become words, `*` star and `#` pound."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    for sign, word in _KEYS.items():
        text = text.replace(sign, word)
    words: list[str] = []
    for token in _TOKEN.findall(text):
        words += _number(token) if token.isdigit() else [_SAME.get(token, token)]
    return " ".join(words)


def sounds(text: str) -> tuple[str, ...]:
    """Return the words of `normalise(text)`."""
    return tuple(normalise(text).split())


def folded(text: str) -> tuple[str, ...]:
    """Return the same words without the ending of a plural or a verb."""
    return tuple(sound.folded for sound in _sounds(text))


def similarity(wanted: str, heard: str) -> float:
    """Return 0..1: how well the words of `wanted` are found anywhere inside `heard`."""
    return best_fit(_sounds(wanted), _sounds(heard)).similarity


def find(wanted: str, heard: str, at_least: float = 0.8) -> tuple[int, int] | None:
    """Return the span of characters of `normalise(heard)` where `wanted` was found, or None if less similar."""
    return found_at(_sounds(wanted), _sounds(heard), at_least)


def digits(text: str) -> str:
    """Return the keys named in a spoken text, in order: `press one zero, then pound` → 10#."""
    keys = {word: str(value) for value, word in enumerate(_ONES[:10])} | {"star": "*", "pound": "#"}
    return "".join(keys.get(word, "") for word in normalise(text).split())


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[Sound, ...]:
    return tuple(
        Sound(word[0], word[0].removesuffix("s"), word.start(), word.end())
        for word in re.finditer(r"\S+", normalise(text))
    )


def _number(figures: str) -> list[str]:
    if len(figures) > 2 or (len(figures) == 2 and figures[0] == "0"):
        return [_ONES[int(figure)] for figure in figures]
    value = int(figures)
    if value < 20:
        return [_ONES[value]]
    return [_TENS[value // 10], *([_ONES[value % 10]] if value % 10 else [])]
