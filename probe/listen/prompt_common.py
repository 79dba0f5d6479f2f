"""A recording that was remembered together with whoever spoke right after it, and is heard again with somebody else.

"正在为您接通" and the person's "您好" are one segment, of which only the sound is kept, because it may be a person's. In the next
call the same sound begins, and then another: nobody says a thing twice in the same way, so what the two calls have in common
is a recording, and it ends where they part. Not so where a number follows: "工号" is no recording of its own, whoever's number
comes after it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from probe.listen.prompt_memory import SOUNDS_ON, Prompt, Span
from probe.speech.text import digits
from probe.timeline import Word

_LEAST = (
    40  # sounding frames (0.8 s) that are a recording: two takes of one synthetic voice may share a "您好"; guessed
)
_AT_START, _AT_END = 15, 25  # frames that may be missing at the beginning; that must be left of it where the two part


def common(spans: Sequence[Span], prompt: Prompt | None) -> int | None:
    """The frame of the take at which the recording's sound ended, if the last of its spans is the beginning of a prompt that
    was remembered longer than that; else None."""
    span = spans[-1] if spans else None
    if prompt is None or span is None or span.prompt != prompt.id or not span.sure:
        return None
    heard = span.until - span.lag
    if span.since - span.lag > _AT_START or heard > prompt.bits.size - _AT_END:
        return None
    sounds = np.flatnonzero(prompt.sounding[: max(heard, 0)])
    return span.lag + int(sounds[-1]) + 1 + SOUNDS_ON if sounds.size >= _LEAST else None


def tells_a_number(words: Sequence[Word], at: float) -> bool:
    """Whether the word before or after `at` (seconds) is a number, or nothing is known of what was said after it."""
    before = [word.word for word in words if (word.start + word.end) / 2 < at]
    after = [word.word for word in words if (word.start + word.end) / 2 >= at]
    beside = [*before[-1:], *after[:1]]
    return not after or any(digits(word, language) for word in beside for language in ("zh", "en"))
