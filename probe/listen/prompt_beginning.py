"""Where in a remembered prompt something begins: the prompt itself, a part of it, its words."""

from __future__ import annotations

from probe.listen.fingerprint import HOP
from probe.listen.prompt_memory import LEAD, Prompt
from probe.timeline import RATE

AT_START = 15  # sounding frames of a prompt that may have been missed for it to have been heard from its beginning
BEFORE_WORD = 5  # frames from the first one that has some of a word in it to the word's start: half a window
MUSIC_BEFORE = 45  # frames of music that are remembered before a voice found in it (`probe.listen.stretch`)
_BETWEEN_PARTS = 12  # frames of pause between the parts of a prompt that may be recordings of their own; guessed
SAID, _SAID_OF_MANY, _MANY = 0.3, 0.12, 1.0
"""Seconds of a prompt's words that must have been heard for it to be told; and where it has many, so many seconds: one or two may have
been read into music. Guessed."""


def says_something(prompt: Prompt, since: int, until: int, lag: int) -> bool:
    """Whether live frames `since` to `until` hold words of a prompt that has some: music in it comes again in itself."""
    begin, end = (since - lag) * HOP / RATE, (until - lag) * HOP / RATE
    said = sum(max(min(word.end, end) - max(word.start, begin), 0.0) for word in prompt.words)
    return not prompt.words or said >= (_SAID_OF_MANY if says_much(prompt) else SAID)


def says_much(prompt: Prompt) -> bool:
    """Whether a prompt has many words, not one or two that may have been read into music."""
    return sum(word.end - word.start for word in prompt.words) >= _MANY


def wordless(prompt: Prompt) -> bool:
    """Whether a recogniser has heard a prompt and no word in it. (What was learned without one may hold any.)"""
    return bool(prompt.model) and not prompt.words


def first_word(prompt: Prompt) -> int:
    """The first frame that has some of a prompt's first word in it."""
    return round(prompt.words[0].start * RATE / HOP) - BEFORE_WORD if prompt.words else 0


def learned_over_music(prompt: Prompt) -> bool:
    """Whether a prompt was learned from what was spoken over music: it is remembered with music before the voice that was found. (What was
    learned in noise looks the same.)"""
    return bool(prompt.sounding[:LEAD].all())


def speaks_before(prompt: Prompt, frame: int) -> bool:
    """Whether something is said in a prompt before a frame."""
    if prompt.words:
        return prompt.words[0].end * RATE / HOP < frame
    return bool(prompt.sounding[: max(frame - AT_START, 0)].any())


def at_beginning(prompt: Prompt, frame: int) -> bool:
    """Whether a frame of a prompt is near its beginning, or that of a part of it."""
    return beginning(prompt, frame) is not None


def beginning(prompt: Prompt, frame: int) -> int | None:
    """The first sounding frame of the prompt, or of a part of it (after a pause, as recordings are joined), if a frame is
    near it; the first word's where what sounds before is the music that it is spoken over, of which words may have been made: then a
    frame that may be its voice's first; else None."""
    sounds = prompt.sounding
    place = min(max(frame, 0), sounds.size - 1)
    missed = 0
    first = place + int(sounds[place:].argmax())
    silent = first - place  # it may be in the midst of the pause
    while place > 0 and silent < _BETWEEN_PARTS and missed <= AT_START:
        place -= 1
        missed, silent = missed + int(sounds[place]), 0 if sounds[place] else silent + 1
        first = place if sounds[place] else first
    if missed <= AT_START:
        return first
    spoken = first_word(prompt)
    if frame <= spoken + AT_START:
        return spoken
    return frame if frame <= MUSIC_BEFORE and learned_over_music(prompt) else None
