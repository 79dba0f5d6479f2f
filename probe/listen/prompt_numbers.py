"""Numbers that are put into a recording: "您前面还有" is heard before any of them.

Until the number is past, what is heard may be the same announcement with another one: the words up to it are known, which
recording it is, is not.
"""

from __future__ import annotations

from probe.listen.fingerprint import HOP, WINDOW, Fingerprinter
from probe.listen.prompt_memory import Prompt
from probe.speech.text import digits
from probe.timeline import RATE

_WITHIN = 2.0
"""Seconds heard before a number after which it no longer matters: by then it is one recording, whatever number it says; guessed."""
_FIGURES = frozenset("零幺一二三四五六七八九十百千两")
_BESIDE = frozenset("第位名个")  # a recogniser may tell "第四位" as one word
_KEYS = ("按", "拨", "press", "dial")
"""After these the key of a menu is said, which is the recording's own."""
_ONE_NUMBER = 0.15  # seconds between the words of one number at most; guessed
_MIDDLE = (Fingerprinter.REACH - WINDOW / 2) / RATE  # seconds from a frame's start to the middle of its later window


def number_past(prompt: Prompt, frame: int) -> int:
    """The frames of a prompt, heard from `frame` on, that compare the first number put into it; 0 if none comes soon."""
    since = frame * HOP / RATE
    before, end, past = "", 0.0, 0.0
    for word in prompt.words:
        if word.start > (end + _ONE_NUMBER if end else since + _WITHIN):
            break
        if word.end > since and _is_number(word.word) and (end or not before.endswith(_KEYS)):
            end = word.end
            # The syllables of a word are about as long; "第四位" holds the number's end and one more.
            past = end - (end - word.start) * _after_figures(word.word) / len(word.word)
        before = word.word
    return max(round((past - _MIDDLE) * RATE / HOP) + 1, 1) if past else 0


def _after_figures(word: str) -> int:
    """How many characters of a number's word come after its last figure."""
    return len(word) - len(word.rstrip("".join(_BESIDE)))


def _is_number(word: str) -> bool:
    said = set(word) - _BESIDE
    return (bool(said) and said <= _FIGURES) or bool(digits(word, "en"))
