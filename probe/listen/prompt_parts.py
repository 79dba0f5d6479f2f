"""Two recordings that were remembered as one, because the first call heard one right after the other.

When a later call hears the second of them alone, from its beginning on, a recording begins there: the prompt is parted in the
pause before it, or where its first word comes, if something sounded before that in which nobody speaks. Until then it is told late where it is heard alone, as sound that sentences may share is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probe.listen.fingerprint import HOP
from probe.listen.prompt_beginning import AT_START
from probe.listen.prompt_memory import AT_END, LEAD, SHORTEST, TAIL, Prompt, Take, moved, sounding
from probe.timeline import RATE

_BESIDE = 0.35  # seconds by which its first word may be dated otherwise than the sound that began the take; guessed
_SOFTER, _PAUSE, _BEFORE = 12, 5, 20
"""dB under the loud frames from which one is in a pause, also in noise; frames of it that show one; frames before the beginning
in which they are. A frame compares 0.2 s: a pause of 0.3 s shows as 5. Guessed."""
_WORDLESS = 45
"""Frames in which nothing is said after which no pause is needed: a tone that was taken for speech, in noise or with packets lost. Over music,
fewer are remembered before a voice (`probe.listen.stretch`); guessed."""
_SEES = 8  # frames from the first one that has some of a sound in it to that sound: 5, in noise up to 11


def in_two(prompt: Prompt, take: Take) -> tuple[Prompt, Prompt] | None:
    """The two recordings that a prompt is, the second with the same id, if the take is that and nothing else; else None."""
    span = take.spans[0] if len(take.spans) == 1 else None
    if span is None or not span.sure or span.parted or span.anew or not prompt.words:
        return None
    sounds = np.flatnonzero(sounding(take.print.levels))
    begins_with = sounds.size and span.since - int(sounds[0]) <= AT_START
    if not begins_with or span.until - span.lag < prompt.bits.size - AT_END:
        return None
    frame = int(sounds[0]) - span.lag
    begins = (frame + _SEES) * HOP / RATE
    word = min((word.start for word in prompt.words), key=lambda start: abs(start - begins))
    soft = prompt.levels < np.percentile(prompt.levels, 90) - _SOFTER
    pause = np.flatnonzero(soft[: max(frame + LEAD, 0)])
    pause = pause[pause >= frame - _BEFORE]
    first, wordless = max(frame - LEAD, 0), frame >= _WORDLESS and word == prompt.words[0].start
    if abs(word - begins) > _BESIDE or (pause.size < _PAUSE and not wordless):
        return None
    size = int(pause[0]) + TAIL if pause.size >= _PAUSE else first
    if min(prompt.sounding[:size].sum(), prompt.sounding[first:].sum()) < SHORTEST:
        return None
    return _head(prompt, min(size, first), word), _tail(prompt, first, word)


def _head(prompt: Prompt, size: int, until: float) -> Prompt:
    """The first `size` frames, and the words before `until` seconds."""
    told = tuple(replace(t, words=tuple(word for word in t.words if word.start < until)) for t in prompt.told)
    return replace(
        prompt,
        bits=prompt.bits[:size].copy(),
        levels=prompt.levels[:size].copy(),
        words=tuple(word for word in prompt.words if word.start < until),
        told=tuple(t for n, t in enumerate(told) if t.words != (told[n - 1].words if n else ())),
        whole=True,
        end=0.0,
        clear=prompt.words_clear,
    )


def _tail(prompt: Prompt, first: int, since: float) -> Prompt:
    """The frames from `first` on, and the words from `since` seconds on."""
    begin = first * HOP / RATE
    told = [t.moved(-begin) for t in prompt.told if any(word.start >= since for word in t.words)]
    return replace(
        prompt,
        bits=prompt.bits[first:].copy(),
        levels=prompt.levels[first:].copy(),
        words=tuple(moved(word, -begin) for word in prompt.words if word.start >= since),
        told=tuple(replace(t, words=tuple(word for word in t.words if word.start >= since - begin)) for t in told),
        end=max(prompt.end - begin, 0.0),
        clear=prompt.words_clear,
    )
