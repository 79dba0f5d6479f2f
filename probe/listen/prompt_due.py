"""When a prompt that is followed may be told: once what may be put into it is past.

A hotline says many sentences anew each time, with a number, a name or a time put in: in a synthetic voice such a sentence begins
as the remembered one does. What is put in is heard within the first two seconds more often than later, and a recognition
that comes within two seconds comes in time. So a prompt is told as late as that allows; and where a word that may be another
one comes later, as far as that word.
"""

from __future__ import annotations

from dataclasses import dataclass

from probe.listen.prompt_beginning import AT_START, first_word, learned_over_music
from probe.listen.prompt_memory import Prompt
from probe.listen.prompt_numbers import key_past, may_be_another, number_put_in

LATE_OVER_MUSIC = 66
"""Frames of a prompt's voice over music that are past before it is told; with the 0.2 s that a frame looks ahead, 1.5 s after it began."""
_LATE_ENOUGH = 70
"""The same from its first sound on, where there is no music: 1.6 s after it began."""
_HIDDEN = 10
"""The same, less, of a prompt that sounds from its first frame on, though nobody speaks over music: noise hides how it begins, for 0.2 s at
least. Guessed."""
_LATE_SPOKEN_BEFORE, _MISSED, _MISSED_ELSEWHERE = 40, 4, 25
"""The same, less, where its first word was recognised so many frames after its voice must have begun, or after it agrees, the music
being elsewhere: it began earlier than can be known. So may a voice have whose first words were missed, which several calls heard: of
what they never heard said with something else put in, so much is enough. Guessed."""
_LATE_AFTER_ANOTHER = 40
"""The same, less, where another prompt ended there after which an earlier call heard it: both agree. Guessed."""
_LATE_OF_NEW = 250
"""The same of what was first heard in this call: what is said anew with something else put in, most calls say twice; guessed."""
_IN_TIME, _BEFORE_A_WORD = 10, 54
"""Frames later up to which a number is waited for: a recognition counts within 2 s; and those of a prompt before a word that may be
another one that are enough to be told: 1 s, and the quiet with which recordings begin."""
_DATED, _NUMBER_DATED = 10, 25
"""Frames by which a word that may be another one, and a number, may come later than the recogniser dated it: what was told as far as it
can wait; guessed."""
HEARD_BEFORE = 44
"""Frames at the beginning of a prompt over music in which the voice is not heard yet (`probe.listen.stretch`)."""
_VERY_SAME = 54
"""Frames of a prompt over music that are the very same, music and all, for it to be told, where a word is known to be among the first; guessed."""
MUSIC_ELSEWHERE = 5
"""Frames of a prompt over music before it agrees: the music is elsewhere in its piece, and what agrees is the voice; guessed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a prompt is heard: from its frame `since` on. `new`: it is from this very call. `amid`: it is heard from the midst of it
    on. `own_number`: its first number is not put in, but the recording's own. `follows`: right after the one that it came after in an
    earlier call. `music_elsewhere`: over music, what agrees is the voice, since the music before it was heard and does not. `never_anew`: it is known not to be spoken anew (`probe.listen.prompt_search.Library.never_anew`)."""

    since: int
    over_music: bool = False
    parted_before: bool = False
    new: bool = False
    amid: bool = False
    own_number: bool = False
    follows: bool = False
    never_anew: bool = False
    music_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Frames of a prompt, before which it is not told: `as_far`, up to the word that may be another one, which begins at frame
    `other` (0: there is none); `whole`, all of it. `same`: either, where it is the very same, music and all. `number`: its first
    number, from the first frame with some of it to the frames that compare all of it; (0, 0) if none is waited for. `dated`: frames by
    which what was told as far as `other` is told later than `whole`. `untold`: that is never told."""

    as_far: int
    whole: int
    same: int
    other: int
    number: tuple[int, int]
    dated: int
    untold: bool


def due(prompt: Prompt, heard: Heard) -> Due:
    """When it may be told."""
    place = max(heard.since - AT_START, 0)
    number = (0, 0) if heard.parted_before else number_put_in(prompt, place)
    put_in = 0 if heard.own_number else number[1]
    begins = _voice_begins(prompt, heard) if heard.over_music else int(prompt.sounding.argmax())
    late = _late(prompt, heard, begins)
    begins = max(begins, heard.since) if heard.amid else begins
    key = key_past(prompt, heard.since, heard.amid)
    late = max(begins + late, key)
    in_time = put_in <= late + _IN_TIME
    as_far = max(put_in, late) if in_time else late + _IN_TIME
    by_then = max(as_far, heard.since)
    other, past = may_be_another(prompt, place, by_then, heard.never_anew)
    other, past = (0, 0) if heard.parted_before else (other, past)
    figures, _ = may_be_another(prompt, place, by_then, never_anew=True)  # as a whole, or in what was hardly understood
    dated = _NUMBER_DATED if other <= figures < past else _DATED
    whole = max(put_in, late, past if other >= begins + _BEFORE_A_WORD else 0)
    other = other if other >= max(begins, heard.since) + _BEFORE_A_WORD else 0
    same = max(put_in if in_time else 0, key, the_very_same(prompt))
    same = same if heard.over_music and prompt.words and not heard.new else whole
    return Due(as_far, whole, same, other, number, dated, heard.over_music and put_in > 0)


def the_very_same(prompt: Prompt) -> int:
    """Frames of a prompt over music that show that it is the very same, with as many of them in its voice as when that begins late."""
    return max(LATE_OVER_MUSIC - HEARD_BEFORE + _voice_by(prompt), _VERY_SAME)


def _voice_by(prompt: Prompt) -> int:
    """The frame of a prompt over music by which its voice began."""
    return min(first_word(prompt), HEARD_BEFORE) if prompt.words else HEARD_BEFORE


def hidden(prompt: Prompt, heard: Heard) -> int:
    """Frames of a prompt's beginning, at least, that noise hides."""
    return _HIDDEN if not heard.over_music and learned_over_music(prompt) else 0


def _late(prompt: Prompt, heard: Heard, begins: int) -> int:
    """Frames from where it `begins` after which it is told."""
    late = LATE_OVER_MUSIC if heard.over_music else _LATE_ENOUGH - hidden(prompt, heard)
    missed = _MISSED_ELSEWHERE if heard.music_elsewhere else _MISSED
    missed_some = heard.over_music and learned_over_music(prompt) and begins + missed <= first_word(prompt)
    late = _LATE_SPOKEN_BEFORE if missed_some else late
    late = _LATE_OF_NEW if heard.new else _LATE_AFTER_ANOTHER if heard.follows else late
    return min(late, _LATE_SPOKEN_BEFORE) if heard.over_music and heard.never_anew else late


def _voice_begins(prompt: Prompt, heard: Heard) -> int:
    """The prompt's frame at which its voice begins over music: where it begins to agree, if music before it did not, else
    its first word, unless the first words were missed, or all of them; its first sound, if it was learned without music."""
    if not learned_over_music(prompt):
        return int(prompt.sounding.argmax())
    if not heard.music_elsewhere:
        return _voice_by(prompt)
    return min(first_word(prompt), heard.since) if prompt.words else heard.since
