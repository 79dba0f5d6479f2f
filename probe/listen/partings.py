"""Where in a stretch of speech somebody else may have begun to speak, what words mean by themselves, and two stretches that
are one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from probe.listen.addressing import greets, only_tells
from probe.listen.opening import Opening
from probe.listen.prompt_numbers import FIGURES
from probe.listen.turn import REMEMBERED
from probe.listen.understanding import Understanding
from probe.timeline import Word

_GAP, _PAUSE, _NEAR = 0.35, 0.2, 0.25
"""Seconds between two words, and without sound, that may part two speakers; and by which an onset may lie beside the word
it begins: recognisers end words up to 0.2 s early."""
_AT_ITS_END = 0.3
"""Seconds before a remembered recording is over in which somebody else's word may be dated; guessed."""
_MOST_OF_IT = 0.7  # share of a stretch that must be remembered for it to be a recording (`verdict`); guessed
_ALONE_OVER_MUSIC = 1.0
"""Seconds over music, which who picks up ends, up to which words right after a recording are its last ones, not known again; guessed."""
_COUNTS = ("号", "位")  # what follows a number and belongs to it
_PARTINGS = 4
"""Places at most at which a segment is looked at in two parts."""


def partings(
    words: Sequence[Word],
    onsets: Sequence[tuple[float, float]],
    only_pauses: bool = False,
    recordings: Sequence[tuple[float, float]] = (),
) -> list[int]:
    """Numbers of the words with which somebody else may begin, the widest gaps first chosen, in order of time.

    Not between a number and what is said of it: recordings put their numbers in, with a pause on either side. `only_pauses`:
    where nothing sounds; over music, which a person who answers ends, no gap between words is one, but where one of the
    `recordings` ended: from when to when a remembered one was heard, seconds; nobody speaks in the midst of it, nor in one after it.
    """
    found: dict[int, float] = {}
    for i in range(1, len(words)):
        if any(since < words[i].start < until - _AT_ITS_END for since, until in recordings):
            continue
        if recorded(recordings, words[i].start, words[-1].end):
            continue  # what comes then is remembered, too
        gap, pause = words[i].start - words[i - 1].end, pause_before(words, i, onsets)
        ended = only_pauses and any(_middle(words[i - 1]) < until <= _middle(words[i]) for _, until in recordings)
        if ((gap >= _GAP and not only_pauses) or pause >= _PAUSE or ended) and not _of_a_number(words, i):
            found[i] = max(gap, pause)
    widest = sorted(found, key=lambda i: -found[i])[:_PARTINGS]
    return sorted(widest)


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def pause_before(words: Sequence[Word], i: int, onsets: Sequence[tuple[float, float]]) -> float:
    """Seconds without any sound before a word, 0 if there was sound all along since the first one."""
    pauses = (o - rest for o, rest in onsets if abs(o - words[i].start) <= _NEAR and rest > words[0].start)
    return max(pauses, default=0.0)


def recorded(recordings: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    """Whether most of what was heard from `start` to `end` were remembered `recordings`."""
    heard = sum(max(min(until, end) - max(since, start), 0.0) for since, until in recordings)
    return heard >= _MOST_OF_IT * (end - start)


def _of_a_number(words: Sequence[Word], i: int) -> bool:
    """Whether figures end before a word, and it goes on with them, or with what only tells and greets nobody."""
    if words[i - 1].word[-1:] not in FIGURES:
        return False
    after = "".join(word.word for word in words[i:])
    return after.startswith((*FIGURES, *_COUNTS)) or (only_tells(after) and not greets(after))


def onset_of(word: float, onsets: Sequence[float]) -> float:
    """Where the sound of a word begins that the recogniser dates to `word`, seconds."""
    return min((onset for onset in onsets if abs(onset - word) <= _NEAR), key=lambda o: abs(o - word), default=word)


def meaning(words: Sequence[Word], language: str) -> Understanding:
    """What words mean by themselves."""
    understanding = Understanding(language)
    for _ in understanding.read(tuple(words), words[-1].end, words[-1].end, final=True):
        pass
    return understanding


def is_alone(tail: Opening, least: float) -> bool:
    """Whether the end of a stretch, of `least` seconds, is long enough to be somebody else's."""
    return tail.length >= (_ALONE_OVER_MUSIC if tail.over_music else least)


def tail_of(opening: Opening, start: float, meant: Understanding, **heard: Any) -> Opening:
    """What was said from `start` on, and what it means, as somebody else's opening; `heard`: what is known of it alone."""
    return replace(
        opening,
        at=start,
        words_at=None,
        length=opening.at + opening.length - start,
        text=meant.text,
        phrases=meant.phrases,
        options=meant.options,
        heard_before=False,
        sounds_again=False,
        over_music=False,
        prompt=None,
        prompt_share=0.0,
        first=False,
        room_after=False,
        answers_us=None,
        to_challenge=False,
        led_to_person=0,
        turns=0,
        **heard,
    )


def together(before: Opening, opening: Opening) -> Opening | None:
    """Two clauses of one turn, or what our question was about and its answer, looked at as one; None where the first is a recording."""
    if before.prompt_share >= REMEMBERED:
        return None
    shifted = (replace(p, start=p.start + len(before.text), end=p.end + len(before.text)) for p in opening.phrases)
    return replace(
        opening,
        text=before.text + opening.text,
        phrases=[*before.phrases, *shifted],
        length=before.length + opening.length if opening.to_challenge else opening.at + opening.length - before.at,
        floor=min(before.floor, opening.floor),
        words_known=max(before.words_known, opening.words_known),
        first=before.first,
        led_to_person=max(before.led_to_person, opening.led_to_person),
        answers_us=opening.answers_us if opening.to_challenge else before.answers_us,
        to_challenge=opening.to_challenge or before.to_challenge,
    )
