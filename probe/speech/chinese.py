"""Chinese text as the telephone knows it: one written form, and the sounds under it.

What a prompt says and what a recogniser writes differ in spelling (10086, 一零零八六, 幺零零八六), in
punctuation and in homophones. `normalise` removes the first two; `sounds` removes the third. Everything
that compares Chinese text compares these.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from probe.speech.alignment import Sound, best_fit, found_at
from probe.speech.chinese_numbers import DIGITS, read_figures

_KEPT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_TOKEN = re.compile(r"[a-z]+|.")
_SAME_NUMBER = str.maketrans({"幺": "一", "两": "二", "〇": "零", "○": "零"})
_STAR = re.compile(r"(?:\*|星号|米字)键?")
_HASH = re.compile(r"(?:#|井号|井字)键?")
_INITIAL = re.compile(r"[zcs]h|[bpmfdtnlgkhjqxrzcsyw]|")
_DOT_IN_NUMBER = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")

# Initials and finals that many speakers of Mandarin do not keep apart (southern accents, narrow band).
_FOLDED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FOLDED_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return the one written form of `text`: hanzi, lower-case Latin letters, nothing else.

    Width, spaces and punctuation go; figures are read as they are spoken (`chinese_numbers`); 幺 becomes 一,
    两 becomes 二; `*` and 星号 become 星号键, `#` and 井号 become 井号键.
    """
    kept = _KEPT.sub("", _spoken_keys(_figures_read(text)))
    return _spoken_keys(kept).translate(_SAME_NUMBER)  # again: "星:号" is a key only without its punctuation


def spoken(text: str) -> str:
    """Return `text` with figures and key signs written out as they are spoken, punctuation kept: for a voice."""
    text = read_figures(_DOT_IN_NUMBER.sub("", unicodedata.normalize("NFKC", text)))
    return re.sub(r"\*键?", "星号键", re.sub(r"#键?", "井号键", text))


@lru_cache(maxsize=4096)
def sounds(text: str) -> tuple[str, ...]:
    """Return the toneless pinyin syllables of `normalise(text)`; a Latin word is one sound as it is."""
    return tuple(sound.exact for sound in _sounds(text))


@lru_cache(maxsize=4096)
def folded(text: str) -> tuple[str, ...]:
    """Return the same syllables with those made one that many speakers do not keep apart."""
    return tuple(sound.folded for sound in _sounds(text))


def similarity(wanted: str, heard: str) -> float:
    """Return 0..1: how well `wanted` is found anywhere inside `heard`, by sound."""
    if not normalise(wanted):
        return 0.0
    if normalise(wanted) in normalise(heard):
        return 1.0
    return best_fit(_sounds(wanted), _sounds(heard)).similarity


def find(wanted: str, heard: str, at_least: float = 0.8) -> tuple[int, int] | None:
    """Return the span of characters of `normalise(heard)` where `wanted` was found, or None if less similar."""
    written = normalise(wanted)
    if not written:
        return None
    start = normalise(heard).find(written)
    if start >= 0:
        return start, start + len(written)
    return found_at(_sounds(wanted), _sounds(heard), at_least)


def digits(text: str) -> str:
    """Return the keys named in a spoken text, in order: 一零零八六 → 10086, 星号 → *, 井号键 → #."""
    written = normalise(text).replace("星号键", "*").replace("井号键", "#")
    keys = {hanzi: str(value) for value, hanzi in enumerate(DIGITS)}
    return "".join(keys.get(character, character if character in "*#" else "") for character in written)


def _figures_read(text: str) -> str:
    return read_figures(_DOT_IN_NUMBER.sub("", unicodedata.normalize("NFKC", text).lower()))


def _spoken_keys(text: str) -> str:
    return _HASH.sub("井号键", _STAR.sub("星号键", text))


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[Sound, ...]:
    written = normalise(text)
    # Hanzi that stand together are read together, so that 重听 and 重要 differ; Latin words stand for themselves.
    syllables: list[str] = []
    for run in re.findall(r"[a-z]+|[^a-z]+", written):
        syllables += [run] if run[0].isascii() else lazy_pinyin(run, style=Style.NORMAL, v_to_u=False)
    return tuple(
        Sound(syllable, _folded(syllable), token.start(), token.end())
        for token, syllable in zip(_TOKEN.finditer(written), syllables, strict=True)
    )


@lru_cache(maxsize=2048)
def _folded(syllable: str) -> str:
    for accent, plain in _FOLDED_INITIALS:
        if syllable.startswith(accent) and len(syllable) > len(accent):
            syllable = plain + syllable[len(accent) :]
            break
    for accent, plain in _FOLDED_FINALS:
        if syllable.endswith(accent):
            return syllable[: -len(accent)] + plain
    return syllable


def in_parts(syllable: str) -> tuple[str, str]:
    """The initial and the rhyme of a toneless pinyin syllable: "zhang" is "zh" and "ang", "an" is "" and "an"."""
    initial = _INITIAL.match(syllable)
    begins = initial.group() if initial else ""
    return begins, syllable[len(begins) :]
