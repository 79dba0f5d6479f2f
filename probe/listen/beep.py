"""The beep of a mailbox: one short pure note soon after speech, and then a line that waits for our message.

Whatever words a mailbox uses, it ends them with a tone. Other single notes are not followed by quiet (melodies, keys and
cadences go on), do not follow speech (the network plays its tones by itself), or are longer (a burst of ringback).
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from statistics import mean

from probe.listen.activity import Sounding
from probe.listen.bursts import Burst
from probe.listen.segments import Segmenter
from probe.listen.tones import FRAME_SECONDS
from probe.timeline import HeardEvent, Kind, MailboxHeard

_LENGTH = (0.16, 0.95)
"""Seconds of the note; answering machines have 0.2 to 0.6 s, bursts of most networks' ringback have 1 s and more. A sentence's last
syllable had 0.125 s."""
_BAND = (397.0, 2600.0)
"""Hz: usual are 400 to 2000, and a voice's hum is lower."""
_PURE = 0.5
"""Share of its length in which a note is nothing but that; a vowel is as pure for a frame or two. Guessed."""
_A_VOWELS, _FALLS, _STRAYS = 700.0, 3.5, 8.0
"""Hz up to which a vowel may be so pure, at its throat's second harmonic; dB by which it falls from the first third of its length to the
last, and Hz by which its pitch strays: five sentences' last syllables of 0.16 to 0.19 s, at 400 to 470 Hz, fell by 8 to 10, or strayed by
15 to 30; a beep keeps its level, and its pitch."""
_APART, _UNCLEAR = 0.08, 0.1
"""Seconds of quiet between the last word and the note at least: the syllables of speech are nearer to each other; and
of the note's beginning in which it may not be known to be one; guessed."""
_SPOKEN, _MOSTLY, _WITHIN, _AFTER_SPEECH = 1.0, 0.8, 8.0, 3.0
"""Seconds of speech looked at and the share that must be there, how long before the note they may lie, and the last of
them; guessed."""
_QUIET = 0.6
"""Seconds of quiet after the note, and without such a note before it: longer than the pauses of cadences with notes so
short, and short enough to be known before the caller, who took the mailbox for a person, has left."""


class Beep:
    """Waits for it, all through a call."""

    def __init__(self) -> None:
        self._speech: deque[float] = deque(maxlen=round(_SPOKEN / FRAME_SECONDS))
        self._before = float("-inf")
        self._note: Burst | None = None

    def hear(self, segmenter: Segmenter, sounding: Sounding, now: float) -> tuple[HeardEvent, ...]:
        """What is known after a frame that ends at `now` seconds, from its segment's kind and its pure tones."""
        kind, tones = segmenter.kind, segmenter.tones
        ended = tones.ended
        if ended is not None and _is_note(ended):
            self._note = ended if self._ends_speech(ended) else None
            self._before = ended.end
        elif kind is Kind.SPEECH and sounding.loud and tones.sounds is None:
            self._speech.append(now)
        note = self._note
        if note is None:
            return ()
        if sounding.last > note.end + FRAME_SECONDS:
            self._note = None
        elif now - note.end >= _QUIET:
            self._note = None
            return (MailboxHeard(at=note.start, known=now, beep=round(note.lines[0], 1)),)
        return ()

    def _ends_speech(self, note: Burst) -> bool:
        """Whether there was speech just before, and no other such note."""
        speech = [at for at in self._speech if at <= note.start]
        # In noise a note is known to be one a little after its beginning, which then looks like speech.
        rests = [b - a for a, b in pairwise([*speech, note.start]) if b >= note.start - _UNCLEAR]
        return (
            note.start - self._before >= _QUIET
            and len(speech) >= _MOSTLY * _SPOKEN / FRAME_SECONDS
            and speech[0] >= note.start - _WITHIN
            and _APART <= max(rests) <= _AFTER_SPEECH
        )


def _is_note(burst: Burst) -> bool:
    alone = len(burst.lines) == 1 and burst.clean and burst.into == "quiet"
    pure = burst.frames * FRAME_SECONDS >= _PURE * burst.seconds
    return (
        alone
        and pure
        and not _is_a_vowel(burst)
        and _LENGTH[0] <= burst.seconds <= _LENGTH[1]
        and _BAND[0] <= burst.lines[0] <= _BAND[1]
    )


def _is_a_vowel(burst: Burst) -> bool:
    """Whether it fades, or glides, as a sentence's last vowel does."""
    third = len(burst.blocks) // 3
    first, last = burst.blocks[:third], burst.blocks[-third:]
    fades = third > 0 and mean(first) - mean(last) > _FALLS
    return burst.lines[0] < _A_VOWELS and (fades or burst.strays > _STRAYS)
