"""How loud the newest speech was, frame by frame: where a voice rises out of a room, and what it was spoken in."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from probe.listen.features import QUIETEST
from probe.listen.said_again import Curve, curve
from probe.timeline import FRAME, RATE, Kind, Word

ROOM = -68.0
"""dBFS of a pause above which a room is heard, not only the line."""
_RISE, _RISEN = 9.0, 3
"""dB, and frames of 20 ms, by which a voice rises above its room; guessed."""
_VOICE, _SWELLS = 15.0, 2.0
"""dB by which a voice's beginning may be softer than its loudest frame, and by which each frame of one that swells is louder
than the frame before; guessed."""
_A_SYLLABLE = 8.0
"""dB within which a sound's frames are loud; guessed."""
_EVEN, _TELLS = 0.6, 10
"""dB of standard deviation of 20 ms frames that tones and noise stay under, and frames from which it tells; noise that is
white has 0.5; guessed."""
_ROOM_UNDER = 12.0
"""dB under a voice's loud frames from which what sounds on after it is its room; guessed."""
_AN_ER = (0.15, 1.2)
"""Seconds from an "er" to the word after it; guessed."""
_AS_LOUD = 10.0
"""dB by which an "er", or a syllable that was missed, may be softer than the words after it; others in the room, or the music's end, are softer. Guessed."""
_OPENS, _NO_VOICE = 0.05, 20.0
"""Seconds of a segment up to which a word may last that is but the noise of a room that begins, and dB by which one may be
softer than who speaks; guessed."""
_AT_ONCE = 0.2
"""Seconds from the first sound within which a voice is heard that begins with it; guessed."""
_LAST_WORDS = 2.0
"""Seconds up to the last word's end that show how loud the voice was; guessed."""
_MOSTLY = 0.3
"""Share of the time from the rise to the word in which the voice is heard; guessed."""
_BESIDE_WORD = 0.1  # seconds by which recognisers date most words right; guessed
_RISE_BEFORE, _RISE_AFTER = 0.5, 0.3
"""Seconds before and after a word's start, as recognised, in which its sound begins: a first syllable may be missed."""
_AFTER_END = 0.08
"""Seconds after the last sound that still show what noise it was spoken in."""
_FELL_SILENT = 5
"""Frames of silence after the last sound, before a room is heard, that show what it was spoken in where it had no pause; guessed."""
_SOFT_END = 0.2
"""Seconds in which a voice dies away, or another's room opens; guessed."""
_ROOM_FRAMES = 8
"""Frames, the newest, that show what noise follows: 160 ms."""
STOOD = 6.0
"""Seconds before speech in which what sounds all the time is not the room of who speaks then: he picked up later. Guessed."""
_SECONDS = 30
"""Seconds of which the softest frame is kept: those before an opening, and it."""


@dataclass(slots=True)
class _Voice:
    """Where a voice is last louder than `limit` (dBFS), followed frame by frame, and the softest frame (dBFS, seconds) right
    after it. `of`: the start of what is heard and its last word's end; `until`: start of the newest frame."""

    of: tuple[float, float]
    limit: float
    ended: float
    until: float
    softest: tuple[float, float] | None = None

    def hear(self, at: float, level: float) -> None:
        self.until = at
        if level > self.limit and at + FRAME / RATE > self.ended:
            self.ended, self.softest = at + FRAME / RATE, None
        elif self.ended <= at < self.ended + _SOFT_END:
            self.softest = min(self.softest or (level, at), (level, at))


class Levels:
    """Levels in dBFS of the frames since the segment that is heard began."""

    def __init__(self) -> None:
        self._levels: deque[tuple[float, float]] = deque()
        self._voiced: deque[tuple[float, float]] = deque()
        self._softest: deque[tuple[int, float]] = deque(maxlen=_SECONDS)
        self._made_up = False
        self._voice: _Voice | None = None

    def add(self, at: float, level: float, made_up: bool = False, voiced: bool = False, hole: bool = False) -> None:
        """The level of the frame that begins at `at` seconds; `made_up`: it is comfort noise, and nobody's room; `voiced`: it
        sounds like a throat; `hole`: it is a lost packet, and its silence nobody's."""
        if hole:
            return
        self._levels.append((at, level))
        if self._softest and self._softest[-1][0] == int(at):
            level = min(level, self._softest.pop()[1])
        self._softest.append((int(at), level))
        if voiced:
            self._voiced.append((at, level))
        self._made_up = made_up

    def forget(self, before: float) -> None:
        """Drops the frames that begin before a segment does."""
        self._voice = None
        while self._levels and self._levels[0][0] < before:
            self._levels.popleft()
        while self._voiced and self._voiced[0][0] < before:
            self._voiced.popleft()

    def between(self, since: float, until: float = math.inf) -> list[float]:
        """Levels of the frames that begin in a stretch of time."""
        return [level for at, level in self._levels if since <= at < until]

    def stood(self, start: float) -> float:
        """Level of the softest frames in the whole seconds of the `STOOD` before `start`, in this segment or not; but for one
        second, in which the music may have paused."""
        whole = sorted(level for second, level in self._softest if start - STOOD <= second <= start - 1)
        return whole[1] if len(whole) > 1 else QUIETEST

    def curve(self, start: float, end: float) -> Curve:
        """How loud it was over time from `start` to `end` seconds."""
        return curve([frame for frame in self._levels if start <= frame[0] < end], start, end)

    def newest(self) -> list[float]:
        """Levels of the frames that show what follows."""
        return [level for _, level in self._levels][-_ROOM_FRAMES:]

    def loud(self, start: float, end: float) -> float:
        """Level of the loud frames of a stretch: nine of ten are softer."""
        levels = sorted(self.between(start, end))
        return levels[len(levels) * 9 // 10] if levels else QUIETEST

    def says(self, word: Word, since: float, level: float) -> bool:
        """Whether a word that was recognised in speech since an instant is said by who speaks at a level (dBFS), and not made
        of a room that opens."""
        return word.end > since + _OPENS and self.loud(word.start, word.end) > level - _NO_VOICE

    def voice_from(self, start: float, word: float) -> bool:
        """Whether a voice is heard from `start` on, nearly as loud as in the word that begins at `word`, both in seconds: it
        has said something before it."""
        said = [level for at, level in self._voiced if start <= at < min(start + _AT_ONCE, word)]
        if not _AN_ER[0] <= word - start <= _AN_ER[1] or len(said) < _RISEN:
            return False
        near = self.loud(word, word + _LAST_WORDS) - _AS_LOUD
        return sum(level >= near for level in said) >= _RISEN

    def voice_ended(self, start: float, last_word: float) -> float:
        """Seconds at which the voice that is heard since `start` was last nearly as loud as in its last words, the last of
        which ended at `last_word`, and has died away: what sounds on after it is a room."""
        voice = self._voice
        if voice is None or voice.of != (start, last_word):
            since = math.nextafter(max(start, last_word - _LAST_WORDS), -math.inf)
            spoken = sorted(level for at, level in self._after(since) if at < last_word)
            if not spoken:
                return last_word
            voice = _Voice((start, last_word), spoken[len(spoken) * 9 // 10] - _ROOM_UNDER, last_word, since)
            # Before the last word's end has been heard, more frames of it may come.
            self._voice = voice if self._levels[-1][0] >= last_word else None
        for at, level in reversed(self._after(voice.until)):
            voice.hear(at, level)
        return voice.softest[1] if voice.softest else voice.ended

    def _after(self, at: float) -> list[tuple[float, float]]:
        """The frames that begin after an instant, the newest first."""
        after = []
        for frame in reversed(self._levels):
            if frame[0] <= at:
                break
            after.append(frame)
        return after

    def voicelike(self, start: float, end: float) -> bool:
        """Whether a stretch of sound may be a syllable: not as even as a tone or a steady noise is."""
        levels = self.between(start, end)
        if not levels:
            return True
        least = max(levels) - _A_SYLLABLE
        loud = [level for level in levels if level >= least]
        return len(loud) < _TELLS or float(np.std(loud)) >= _EVEN

    def rise(self, word: float, since: float, at_once: bool = False) -> float | None:
        """The first instant after `since`, and not long before `word`, at which the level rises out of a room's to stay
        up until the word; seconds. `at_once`: it may be up from `since` on."""
        near = [(at, level) for at, level in self._levels if max(since, word - _RISE_BEFORE) <= at < word + _RISE_AFTER]
        if len(near) <= _RISEN:
            return None
        low = min(level for _, level in near) + _RISE
        # A room is uneven: only what is near the voice's own level is the voice, and what swells up to it at once.
        loudest = max(level for _, level in near)
        high = max(low, loudest - _VOICE)
        first = 0 if at_once and near[0][0] - since < FRAME / RATE else 1
        for i in range(first, len(near) - _RISEN + 1):
            # Well before the word it must be nearer: others in the room are heard, too.
            least = high if near[i][0] >= word - _BESIDE_WORD else max(low, loudest - _AS_LOUD)
            risen = all(level >= least for _, level in near[i : i + _RISEN])
            if not risen or (i and near[i - 1][1] >= high):
                continue
            up_to_word = [level >= high for at, level in near[i:] if at < word]
            if sum(up_to_word) >= _MOSTLY * len(up_to_word):
                while i > first and low <= near[i - 1][1] < near[i][1] - _SWELLS:
                    i -= 1
                return near[i][0]
        return None

    def room(self, end: float, following: Kind) -> tuple[float, bool]:
        """The floor in dBFS that speech up to `end` stood on, and whether a room is heard only after it.

        A room does not fall silent when somebody in it stops speaking: silence after the speech is its floor, also if a room
        is heard after that.
        """
        following = Kind.SILENCE if self._made_up and following is Kind.NOISE else following
        silent = [level for when, level in self._levels if when >= end + _AFTER_END and level <= ROOM]
        fell_silent = following is Kind.SILENCE or len(silent) >= _FELL_SILENT
        floor = min((level for when, level in self._levels if when < end + _AFTER_END or fell_silent), default=0.0)
        return floor, following is Kind.NOISE and floor <= ROOM < min(self.newest(), default=0.0)
