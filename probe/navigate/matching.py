"""Whether what a scenario waits for has been heard: by sounds, in what came after an instant, also in half-heard speech.

Half-heard words change while the recogniser makes up its mind. So an imperfect match that reaches the last word heard
so far does not count yet: the next syllable may complete it or spoil it ("普通话请按一" is not heard yet at "普通话请按").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from probe.navigate.scenario import Acts, Hear
from probe.navigate.transcript import Passage, Transcript
from probe.speech.text import find, normalise, similarity
from probe.timeline import MenuOption, Word

_SAME_OPTION = 0.3  # seconds between two readings of one option
_SAME_BREATH = 0.6  # seconds, shorter than the pause that ends speech
_LABEL_ALIKE = 0.8  # guessed: labels are short, one wrong sound out of four is let pass


@dataclass(frozen=True, slots=True)
class Match:
    """Where it was heard: in which passage, and up to which instant; `option` if it is a menu option."""

    passage: Passage
    until: float
    option: MenuOption | None = None


def heard(acts: Acts, transcript: Transcript, since: float) -> Match | None:
    """The first place after `since` where what `acts` waits for was heard, or None.

    An item that waits for a prompt and for an option needs both; the option's passage counts as the place.
    """
    said = hear(acts.hear, transcript, since) if acts.hear else None
    if acts.hear and not said:
        return None
    if acts.option:
        return offered(acts.option, transcript, since)
    return said


def hear(wanted: Hear, transcript: Transcript, since: float) -> Match | None:
    """The first passage with the words wanted after `since`."""
    before: Passage | None = None
    for passage in transcript.passages:
        words = passage.after(since)
        begun = before.after(since) if before is not None and _goes_on(before, passage) else ()
        before = passage
        if not words:
            continue
        for said in (words, begun + words) if begun else (words,):
            span = _span(wanted, transcript.join(said), transcript.language, passage.final)
            if span:
                return Match(passage, _until(said, span[1], transcript))
    return None


def _goes_on(before: Passage, passage: Passage) -> bool:
    """Whether a passage goes on in the breath of the one before: a noise on the line may part a sentence in two."""
    return before.end is not None and passage.start - before.end <= _SAME_BREATH


def offered(names: Iterable[str], transcript: Transcript, since: float) -> Match | None:
    """The first menu option after `since` that goes by one of the names."""
    wanted = tuple(names)
    for passage in transcript.passages:
        for option in passage.options:
            if option.at > since and is_called(option, wanted, transcript.language):
                return Match(passage, option.at, option)
    return None


def corrected(match: Match | None) -> Match | None:
    """The match with the key as it was last understood: "请按七" may become "请按九" a moment after it was announced."""
    if match is None or match.option is None:
        return match
    told = match.option
    again = (o for o in reversed(match.passage.options) if o.label == told.label and abs(o.at - told.at) < _SAME_OPTION)
    return replace(match, option=next(again, told))


def is_called(option: MenuOption, names: Iterable[str], language: str) -> bool:
    """Whether a menu option goes by one of the names."""
    return any(similarity(name, option.label, language) >= _LABEL_ALIKE for name in names)


@lru_cache(maxsize=2048)
def _span(wanted: Hear, text: str, language: str, whole: bool) -> tuple[int, int] | None:
    """Characters of the normalised text that fit; `whole`: no more words will come."""
    written = normalise(text, language)
    spans = []
    for prompt in wanted.text:
        span = find(prompt, text, wanted.similarity, language)
        if span and (whole or span[1] < len(written) or similarity(prompt, text, language) == 1.0):
            spans.append(span)
    if wanted.pattern:
        fit = re.search(wanted.pattern, written)
        if fit and fit.group():
            spans.append(fit.span())
    return min(spans, default=None)


def _until(words: tuple[Word, ...], characters: int, transcript: Transcript) -> float:
    """When the word was over that completes so many characters of the normalised text."""
    for count, word in enumerate(words, start=1):
        if len(normalise(transcript.join(words[:count]), transcript.language)) >= characters:
            return word.end
    return words[-1].end
