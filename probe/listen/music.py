"""Music against speech: what stands still in the spectrum, and when that changed.

Each loud frame gives evidence for music, a log likelihood ratio of how still its partials stand. Neither kind is
judged by one frame: a note may be bent, a vowel may be level. `Change` adds the evidence up and tells that, and since
when, it speaks for the other kind (Page's cumulative sum test, 1954): its estimate of the instant of change is the
place where the sum last was zero.
"""

from __future__ import annotations

import math
from collections import deque

from probe.listen.features import Features

# Fitted by logistic regression on synthetic notes (chords, melodies, drums, with and without vibrato) and synthetic
# voices, clean and with room noise. `alike` counts by its square too: between notes the spectrum is like nothing that
# was before (music again), and only in between does it look like speech.
_CONSTANT, _STEADY, _STEADY_AT_ALL, _ALIKE, _ALIKE_SQUARED = 0.85, 4.7, 1.4, -15.6, 18.8
# Like nothing before and not steady yet: a note's or a voice's first frames; what follows tells.
_STEADY_AT_MOST, _ALIKE_AT_MOST, _NEW = 0.15, 0.25, -0.3
_USUAL = 1.0  # what music gives on average, before its own average is known
_DROP = 0.65  # half of what a voice takes away; measured on synthetic pieces with a voice 8 dB over them
_LOW_SPOKEN = 0.6
"""Share of frames whose evidence is so low where somebody speaks 2 to 8 dB over music; guessed."""
_LOW_AT_FIRST, _LOW_LEAST, _LEARNS = 0.25, 0.03, 0.01
"""The same share in music alone: before it is known, and at least; and how much of it a frame renews; guessed."""
_LOW_MOST = 2.0  # log likelihood ratio that one frame may have; neighbours are not independent
_SPEAKS = 20.0  # sum of these that shows a voice: a note that sets in has ten such frames at most
_EVEN, _CLEARLY = 0.1, 30.0
"""That share in music so even that a sum of so much is clear: of 529 changes in music alone 47 had both, most of them held; guessed."""
_PAUSE_ENOUGH = 32.0  # evidence that the voice is gone: 0.64 s of nothing but the music; commas are shorter
_PAUSE_LONGEST = 0.9  # seconds before that, where the music alone may have begun
_BACK, _OTHER_MUSIC = 16.0, 6.0
"""Evidence that the voice is gone, where there is enough for any music; and how many times enough there must be of that where this
music is not back: it is other music. Of 30 synthetic announcements that began where the music was soft, 85 % of their time heard as
speech (with 8 and 2, 55 %)."""
_LEVELS, _LEVELS_LEAST = 150, 50  # frames whose levels are compared: 3 s at most, 1 s before the change
_SEEMS = 4.0  # evidence from which somebody may speak: it no longer tells what the music gives by itself
_ADDS = 2.5  # dB by which the median may fall where a voice sets in: measured, 19 of 20 voices over music do not lower it by 1
_MOST = 2.0  # no frame counts for more than this; neighbours share their window and are not independent


def evidence(frame: Features) -> float:
    """Log likelihood ratio of music against speech in a loud frame, -1 to 2."""
    if frame.steady < _STEADY_AT_MOST and frame.alike < _ALIKE_AT_MOST:
        return _NEW
    ratio = (
        _CONSTANT
        + _STEADY * frame.steady
        + _STEADY_AT_ALL * min(frame.steady, 0.3)
        + (_ALIKE + _ALIKE_SQUARED * frame.alike) * frame.alike
    )
    return min(max(ratio, -1.0), _MOST)


class Change:
    """Adds evidence up for one kind against the other, and remembers since when it speaks for it."""

    def __init__(self, enough: float) -> None:
        self.enough = enough
        self.total = 0.0
        self.since = 0.0

    def add(self, at: float, ratio: float) -> bool:
        """Adds a frame's evidence; True when it is enough for a change at `since`."""
        if self.total <= 0.0:
            self.total = 0.0
            self.since = at
        self.total += ratio
        return self.total >= self.enough

    def reset(self) -> None:
        """Forgets all evidence."""
        self.total = 0.0


class OverMusic:
    """Speech over music that goes on: evidence drops below what this music gives by itself, and comes back after.

    Each piece has its own usual evidence; a voice over it takes away about 1 of 2, however the piece is made. It adds to
    the level, too: where the music only grows thinner or softer, nobody speaks.
    """

    def __init__(self) -> None:
        self._usual = _USUAL
        self._levels: deque[tuple[float, float]] = deque(maxlen=_LEVELS)
        self._low = _LOW_AT_FIRST
        self._run: list[bool] = []
        self._begins = Change(enough=_SPEAKS)
        self._ends = Change(enough=_PAUSE_ENOUGH)

    def begin(self) -> None:
        """Music begins, of which nothing is known yet."""
        self._usual = _USUAL
        self._low = _LOW_AT_FIRST
        self._run.clear()
        self._levels.clear()
        self._begins.reset()
        self._ends.reset()

    def level(self, at: float, level: float) -> None:
        """Takes the level (dBFS) of each frame while music is heard."""
        self._levels.append((at, level))

    def begins(self, at: float, ratio: float) -> float | None:
        """Takes a loud frame's evidence while music is heard; since when somebody speaks over it, once that is clear."""
        low = ratio < self._usual - _DROP
        spoken = self._begins.add(at, self._of_voice(low))
        if not self.seems_to_begin:
            self._usual += 0.02 * (ratio - self._usual)
        self._run.append(low)
        if self._begins.total <= 0.0:
            self._note_music()
        if not spoken:
            return None
        if self._softer(self._begins.since):
            self.sings()
            return None
        self.spoken_over(self._begins.since)
        return self._begins.since

    def _of_voice(self, low: bool) -> float:
        """The log likelihood ratio of a voice against the music alone, of a frame whose evidence is as `low` as under a voice."""
        if low:
            return min(math.log(_LOW_SPOKEN / self._low), _LOW_MOST)
        return math.log((1 - _LOW_SPOKEN) / (1 - self._low))

    def _note_music(self) -> None:
        """Nobody spoke in the newest frames: learns from them how often the music's own evidence is low."""
        if self._run:
            self._low += (1 - (1 - _LEARNS) ** len(self._run)) * (sum(self._run) / len(self._run) - self._low)
            self._low = min(max(self._low, _LOW_LEAST), _LOW_SPOKEN)
            self._run.clear()

    @property
    def clear(self) -> bool:
        """Whether it is clear that what is heard is not this music alone."""
        return self._low <= _EVEN and self._begins.total >= _CLEARLY

    @property
    def seems_to_begin(self) -> bool:
        """Whether somebody may have begun to speak over the music."""
        return self._begins.total >= _SEEMS

    def spoken_over(self, since: float) -> None:
        """Somebody has spoken over it since then."""
        self._ends.reset()
        self._run.clear()
        while self._levels and self._levels[-1][0] >= since:
            self._levels.pop()  # the voice's

    def _softer(self, since: float) -> bool:
        """Whether it is softer since then than before."""
        before = sorted(level for at, level in self._levels if at < since)
        after = sorted(level for at, level in self._levels if at >= since)
        return len(before) >= _LEVELS_LEAST and after[len(after) // 2] < before[len(before) // 2] - _ADDS

    def sings(self) -> None:
        """What was taken for somebody who speaks over it belongs to the music."""
        self._note_music()
        self._begins.reset()

    def ends(self, at: float, ratio: float) -> float | None:
        """The same while somebody speaks; since when there is only music again."""
        back = min(max(ratio - self._usual + _DROP, -1.0), 1.0)
        if not self._ends.add(at, back):
            return None
        self._begins.reset()
        # Evidence from pauses between the words may have stood since long before; the end is near where it came fast.
        return max(self._ends.since, at - _PAUSE_LONGEST)

    def may_go_on(self, at: float, ratio: float, music: Change) -> float | None:
        """The same where it is not known whether the music went on when somebody began to speak right in it: then evidence for
        `music`, of any kind, comes between the words, and tells where the voice ended only once the music is back."""
        self.ends(at, ratio)
        if not music.add(at, ratio):
            return None
        if self._ends.total >= _BACK:
            return max(self._ends.since, at - _PAUSE_LONGEST)
        return music.since if music.total >= _OTHER_MUSIC * music.enough else None
