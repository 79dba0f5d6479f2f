"""Numbers that are put into a recording: "您前面还有" is heard before any of them.

Until the number is past, what is heard may be the same announcement with another one: the words up to it are known, which
recording it is, is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import BITS, HOP, WINDOW, Fingerprinter
from probe.listen.prompt_beginning import BEFORE_WORD, learned_over_music
from probe.listen.prompt_memory import Prompt
from probe.speech.text import digits
from probe.timeline import RATE, Word

_WITHIN = 2.1
"""Seconds heard before a number after which it is not waited for: a recognition counts within 2 s, and many a sentence says some figure
later, always the same."""
_PLACE_WITHIN, _PLACES = 4.0, ("第", "还有", "排在", "位置")
"""The same before a place in a queue, which is another one in nearly every call, and what stands before one; guessed."""
_UNDERSTOOD, _SURELY_UNDERSTOOD, _UNRECOGNISED = 0.5, 0.6, 0.6
"""The recogniser's confidence under which another word may have been said: one with a figure in it, any word; and seconds without a word,
over music, in which one may have been; guessed."""
_KEY_WITHIN, _KEY_WITHIN_AMID = 1.75, 3.0
"""Seconds heard in which a key must be over to be waited for: a recognition within 2 s comes in time; in the midst of a prompt."""
FIGURES = frozenset("零幺一二三四五六七八九十百千两")
_BESIDE = frozenset("第位名个")  # a recogniser may tell "第四位" as one word
_KEYS = ("按", "拨", "press", "dial")
"""After these the key of a menu is said, which is the recording's own."""
_AFTER = frozenset("位名个人号分秒小天元")
_LEADS = ("第", "还有", "排在", "位置", "工号", "尾号", "编号", "号码", "余额", "金额", "时间", "是", "为")
"""What a number put into a recording counts, or what it is the number of; figures beside neither are syllables of a name
that the recogniser does not know ("东吴物流" as "东五五六"); guessed."""
_ONE_NUMBER = 0.15  # seconds between the words of one number at most; guessed
OWN_AFTER = 5
"""Calls that heard a prompt with the same number, after which it is the recording's own, as an enterprise's name is; one of three
places in a queue comes so often in one of 80."""
_AS_BEGUN, _STEPS, _FEWEST = 0.3, 5, 10
"""Share of all bits that differ where two recordings begin alike, frames by which they may be out of step, and sounding frames
that tell; guessed."""
ONCE_MORE, _PIECE = 0.4, 25
"""Share of all bits that differ where a recording is remembered once more, learned anew since noise hid it: 0.28 to 0.39; what is another
one's beginning by 0.44 at least (170 pairs of two simulated hotlines). And frames in each of which that must be so; guessed."""
_TOLD_BY = 80  # frames of a prompt that are past when it is told in time
_ABOUT = 12  # frames from where two recordings part, as far as can be told, to the number in which they differ; guessed
_CARRIER = 2  # characters before a number that are the same where the same sentence is said with another one; guessed
_ABOUT_A_FRAME = HOP / RATE
_MIDDLE = (Fingerprinter.REACH - WINDOW / 2) / RATE  # seconds from a frame's start to the middle of its later window


def number_put_in(prompt: Prompt, frame: int) -> tuple[int, int]:
    """Of the first number put into a prompt, heard from `frame` on: the first frame that has some of it, and the frames that
    compare all of it; 0 and 0 if none comes soon."""
    since = frame * HOP / RATE
    before, begin, end, past = "", 0.0, 0.0, 0.0
    # Over music, it may be remembered with music before its first word.
    speaks = max(since, prompt.words[0].start) if prompt.words else since
    for n, word in enumerate(prompt.words):
        if word.start > (end + _ONE_NUMBER if end else speaks + _PLACE_WITHIN):
            break
        if not end and word.start > speaks + _WITHIN and not _is_place(word.word, before):
            before = word.word
            continue
        number = _is_number(word.word) or _misheard(word)
        if word.end > since and number and (end or _put_in(prompt.words, n, before)):
            begin, end = begin if end else word.start, word.end
            # The syllables of a word are about as long; "第四位" holds the number's end and one more.
            past = end - (end - word.start) * _after_figures(word.word) / len(word.word)
        before = word.word
    if not past:
        return 0, 0
    return _first(begin), _compared(past)


def may_be_another(prompt: Prompt, frame: int, past: int, never_anew: bool = False) -> tuple[int, int]:
    """Of the first word of a prompt, heard from `frame` on, that may be another one and is not past at frame `past`: the first frame
    that has some of it, and the frames that compare all of it; 0 and 0 if there is none. A number put in is such a word, and
    what was hardly understood; over music also where no word was recognised for a while. `never_anew`: no other words are put in but
    numbers."""
    spans: list[tuple[float, float]] = []
    before, until = "", 0.0
    in_music = learned_over_music(prompt)
    for n, word in enumerate(prompt.words):
        if in_music and n and not never_anew and word.start - until > _UNRECOGNISED:
            spans.append((until, word.start))
        goes_on = bool(spans) and word.start - spans[-1][1] <= _ONE_NUMBER
        number = _is_number(word.word) and (goes_on or _put_in(prompt.words, n, before))
        doubted = number or (word.confidence < _SURELY_UNDERSTOOD and not never_anew)
        if word.end > frame * HOP / RATE and doubted:
            spans = [*spans[:-1], (spans[-1][0], word.end)] if goes_on else [*spans, (word.start, word.end)]
        before, until = word.word, word.end
    frames = ((_first(begin), _compared(end)) for begin, end in spans)
    return next(((first, compared) for first, compared in frames if compared > past), (0, 0))


def _first(begin: float) -> int:
    """The first frame that has some of what begins at a second of a prompt."""
    return max(round(begin * RATE / HOP) - BEFORE_WORD, 0)


def _compared(end: float) -> int:
    """The frames that compare all up to a second of a prompt."""
    return max(round((end - _MIDDLE) * RATE / HOP) + 1, 1)


def parted_at_number(prompt: Prompt, frame: int) -> bool:
    """Whether a prompt that parts from what is heard at its `frame` does so at a number put into it."""
    begin, past = number_put_in(prompt, max(frame - _ABOUT, 0))
    return past > 0 and begin - _ABOUT <= frame <= past


def with_another_number(prompt: Prompt, others: Sequence[Prompt]) -> bool:
    """Whether one of the others may be the same sentence with another number, by its sound or by its words."""
    return another_begins_alike(prompt, others) or other_numbers_said(prompt, others)


def another_begins_alike(prompt: Prompt, others: Iterable[Prompt]) -> bool:
    """Whether what comes before a prompt's first number is another recording's beginning too, which goes on otherwise."""
    number = number_put_in(prompt, 0)[0]
    return _as_begun(prompt, number, others)


def other_numbers_said(prompt: Prompt, others: Iterable[Prompt]) -> bool:
    """Whether another recording says what comes right before a prompt's first number, and then another number: over music, where
    two sentences that begin alike do not sound alike, the words tell."""
    before, number = _number_said(prompt)
    said = (_number_said(other) for other in others if other is not prompt)
    return any(now and now != number and then[-_CARRIER:] == before[-_CARRIER:] for then, now in said)


def others_begin_alike(prompt: Prompt, others: Iterable[Prompt]) -> bool:
    """Whether what is heard of a prompt until it is told is another recording's beginning too, and not the same one remembered once more."""
    until = int(prompt.sounding.argmax()) + _TOLD_BY
    return _as_begun(prompt, until, (other for other in others if not _once_more(prompt, until, other)))


def _number_said(prompt: Prompt) -> tuple[str, str]:
    """What is said before the first number put into a prompt, and the word that holds it; "" where none comes soon."""
    begin, past = number_put_in(prompt, 0)
    since = (begin + BEFORE_WORD) * HOP / RATE - _ABOUT_A_FRAME
    number = next((word.word for word in prompt.words if past and word.start >= since), "")
    return "".join(word.word for word in prompt.words if word.start < since), number


def _as_begun(prompt: Prompt, until: int, others: Iterable[Prompt]) -> bool:
    sounds = np.flatnonzero(prompt.sounding[:until])
    if sounds.size < _FEWEST:
        return True  # too little to tell
    return any(other is not prompt and _begins_alike(prompt, sounds, other) for other in others)


def _begins_alike(prompt: Prompt, sounds: npt.NDArray[np.intp], other: Prompt) -> bool:
    for step in range(-_STEPS, _STEPS + 1):
        there = sounds[(sounds + step >= 0) & (sounds + step < other.bits.size)]
        if there.size >= _FEWEST:
            differ = np.bitwise_count(prompt.bits[there] ^ other.bits[there + step])
            if float(differ.mean()) <= _AS_BEGUN * BITS:
                return True
    return False


def _once_more(prompt: Prompt, until: int, other: Prompt) -> bool:
    """Whether another prompt is the same recording: both are as long and sound alike all along, not only as far as frame `until`."""
    sounds = np.flatnonzero(prompt.sounding)
    if abs(prompt.bits.size - other.bits.size) > _PIECE or sounds.size < until + _PIECE:
        return False
    for step in range(-_STEPS, _STEPS + 1):
        there = sounds[(sounds + step >= 0) & (sounds + step < other.bits.size)]
        differ = np.bitwise_count(prompt.bits[there] ^ other.bits[there + step]) / BITS
        if all(float(piece.mean()) <= ONCE_MORE for piece in np.array_split(differ, there.size // _PIECE)):
            return True
    return False


def key_past(prompt: Prompt, frame: int, amid: bool) -> int:
    """The frames that compare the first key that a menu's recording, heard from `frame` on, says: two menus may have all but the key alike.
    `amid`: `frame` is in the midst of it."""
    since = frame * HOP / RATE
    within = _KEY_WITHIN_AMID if amid else _KEY_WITHIN
    for before, word in pairwise(prompt.words):
        if word.end > since + within:
            break
        if before.word.endswith(_KEYS) and word.start >= since and _is_number(word.word):
            return _compared(word.end)
    return 0


def _put_in(words: Sequence[Word], first: int, before: str) -> bool:
    """Whether the number that begins with a word is put in, after the word `before`: no key, no syllables of a name."""
    if before.endswith(_KEYS):
        return False
    if before.endswith(_LEADS) or not set(words[first].word) <= FIGURES:
        return True
    after = next((word.word for word in words[first + 1 :] if not set(word.word) <= FIGURES), "")
    return not after or after[0] in _AFTER


def _after_figures(word: str) -> int:
    """How many characters of a number's word come after its last figure."""
    return len(word) - len(word.rstrip("".join(_BESIDE)))


def _misheard(word: Word) -> bool:
    """Whether a word that was hardly understood, and has a figure in it, or what stands beside one, may be a number."""
    return word.confidence < _UNDERSTOOD and bool(set(word.word) & (FIGURES | set("第位名")))


def _is_place(word: str, before: str) -> bool:
    """Whether a word is a place in a queue, or counts who is before us."""
    return word.startswith("第") or before.endswith(_PLACES)


def _is_number(word: str) -> bool:
    said = set(word) - _BESIDE
    return (bool(said) and said <= FIGURES) or bool(digits(word, "en"))
