"""Comparing spoken text in any language: one set of functions, each language's rules in its own file."""

from types import ModuleType

from probe.errors import UserError
from probe.speech import chinese, english

_LANGUAGES: dict[str, ModuleType] = {"zh": chinese, "en": english}


def normalise(text: str, language: str = "zh") -> str:
    """Return the one written form of `text` used for comparison."""
    return str(_rules(language).normalise(text))


def sounds(text: str, language: str = "zh") -> tuple[str, ...]:
    """Return the units of sound of `text`: pinyin syllables in Chinese, words in English."""
    return tuple(_rules(language).sounds(text))


def folded(text: str, language: str = "zh") -> tuple[str, ...]:
    """Return the same units with those made one that `similarity` and `find` take for nearly the same."""
    return tuple(_rules(language).folded(text))


def similarity(wanted: str, heard: str, language: str = "zh") -> float:
    """Return 0..1: how well `wanted` is found anywhere inside `heard`."""
    return float(_rules(language).similarity(wanted, heard))


def find(wanted: str, heard: str, at_least: float = 0.8, language: str = "zh") -> tuple[int, int] | None:
    """Return the span of characters of `normalise(heard)` where `wanted` was found, or None if less similar."""
    span: tuple[int, int] | None = _rules(language).find(wanted, heard, at_least)
    return span


def digits(text: str, language: str = "zh") -> str:
    """Return the keys named in a spoken text, in order, as `0`-`9`, `*` and `#`."""
    return str(_rules(language).digits(text))


def _rules(language: str) -> ModuleType:
    try:
        return _LANGUAGES[language]
    except KeyError:
        known = ", ".join(_LANGUAGES)
        raise UserError(
            f"no text rules for language {language!r}; write one of {known}",
            f"没有语言“{language}”的文本规则；可写：{known}",
        ) from None
