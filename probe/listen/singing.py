"""Singing, and other music with a voice's sound, against speech: whether what sounds is held, as notes are.

One frame of a sung vowel is like one of a spoken one. Over a second the two part: a note keeps its strongest partial
and its spectrum, through vibrato too, and its level; syllables do none of it for long, in a language of gliding tones
least. Each sounding frame gives a log likelihood ratio of a stretch that is all like it, so that a stretch's ratio is
the mean of its frames'.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from probe.listen.features import Features

# Fitted by logistic regression on stretches of 1 s of songs and pieces of the simulator, recorded hold music, nine voices
# reading prompts (five of them real speakers), and those over music 4 to 12 dB softer; each through three lines.
_ALIKE, _HELD, _JUMP, _STEADY, _CONSTANT = 4.1, 7.8, -1.2, 6.0, -5.05
_ALIKE_FROM, _STEADY_FROM = 0.5, 0.5
_HELD_FRAMES, _SAME = 5, 2 ** (1.2 / 12)  # 100 ms, and the ratio of 1.2 semitones, which vibrato seldom passes in that
_JUMP_AT_MOST = 10.0  # dB of level from frame to frame

_LONG = 100  # frames of sound, 2 s, on which speech is taken for singing
# ... with this ratio: of such stretches none of speech alone had 0; of 3,300 over music 0.3 % had 2, none had 4.
_SUNG, _SUNG_OVER = 2.0, 4.0
_SHORT = 20  # frames that a stretch must have to be judged at all
# Ratio at which a change of the music is not somebody speaking: 0.2 % of 0.4 s of speech alone have it.
_NOT_SPOKEN = 0.0
_NOT_SPOKEN_OVER, _NOT_SPOKEN_CLEARLY = -2.0, 1.0
"""The same over music that goes on, and over music that is so even by itself that another sound in it is clear. Of voices 2 to 12 dB
over music 474 of 533 (even pieces), 251 of 305 (songs) and 151 of 162 (real hold music) come to no more within 2 s; of changes in songs
alone 21 of 402, in real hold music alone 27 of 102, in even pieces none."""
_WORD, _WORDLY = 8, -2.0  # frames and ratio of the shortest words; beats of drums have 7 frames, lone notes more than 0
_EDGE = 0.02  # seconds: an onset may lie in its frame
_ROUNDING = 1e-3  # far more than what a call's length adds to the running sum
_VOICED, _BEATEN = 0.4, 0.4  # voicing, and share of frames under it: voices over music have 0.1 to 0.25 of them


class Singing:
    """Follows the sounding frames of a call."""

    def __init__(self) -> None:
        self._strongest: deque[float] = deque(maxlen=_HELD_FRAMES)
        self._ratios: deque[tuple[float, float]] = deque(maxlen=_LONG)
        self._toneless: deque[bool] = deque(maxlen=_LONG)
        self._level = 0.0
        self._sum = 0.0

    def hear(self, frame: Features) -> None:
        """Takes the next frame that sounds."""
        before = self._strongest[0] if len(self._strongest) == _HELD_FRAMES else 0.0
        held = before < frame.strongest * _SAME and frame.strongest < before * _SAME
        ratio = _CONSTANT + _JUMP * min(abs(frame.level - self._level), _JUMP_AT_MOST)
        ratio += _ALIKE * (frame.alike > _ALIKE_FROM) + _HELD * held + _STEADY * (frame.steady > _STEADY_FROM)
        self._strongest.append(frame.strongest)
        self._level = frame.level
        self._sum += ratio - (self._ratios[0][1] if len(self._ratios) == _LONG else 0.0)
        self._ratios.append((frame.at, ratio))
        self._toneless.append(frame.voicing < _VOICED)

    def not_spoken(self, since: float) -> bool:
        """Whether what has sounded since then (seconds) is held too much to be somebody who speaks."""
        return self._is_held(since, _NOT_SPOKEN)

    def spoken_over(self, since: float, clear: bool) -> bool:
        """Whether somebody has spoken since then where music goes on: not held too much, nor mostly without pitch (drums).
        `clear`: otherwise it is clear that what is heard is not this music alone."""
        ratios = [ratio for at, ratio in self._ratios if at >= since]
        most = _NOT_SPOKEN_CLEARLY if clear else _NOT_SPOKEN_OVER
        spoken = len(ratios) >= _SHORT and sum(ratios) <= most * len(ratios)
        return spoken and not self._is_beaten(since, _SHORT)

    def no_voice_over(self, since: float) -> bool:
        """Whether what began then over music is no voice: drums, or what is held too much for as long as that can be told.
        A short announcement is more held in its first half second than in all of it."""
        return self._is_beaten(since, _SHORT) or sum(at >= since for at, _ in self._ratios) >= _LONG - 1

    def a_word(self, since: float) -> bool:
        """Whether what has sounded since then is as short a word as "喂": not held, with a pitch, longer than a beat."""
        ratios = [ratio for at, ratio in self._ratios if at >= since - _EDGE]
        return (
            len(ratios) >= _WORD and sum(ratios) < _WORDLY * len(ratios) and not self._is_beaten(since - _EDGE, _WORD)
        )

    def _is_held(self, since: float, ratio: float) -> bool:
        ratios = [one for at, one in self._ratios if at >= since]
        return len(ratios) >= _SHORT and sum(ratios) > ratio * len(ratios)

    def _is_beaten(self, since: float, least: int) -> bool:
        toneless = [no for (at, _), no in zip(self._ratios, self._toneless, strict=True) if at >= since]
        return len(toneless) >= least and sum(toneless) > _BEATEN * len(toneless)

    def sung_since(self, start: float, over_music: bool = False) -> float | None:
        """Since when (seconds) the speech that began at `start` is singing; None while it is not.

        `over_music`: it was taken for speech over music that is known, whose notes are held under the words, too.
        """
        if len(self._ratios) < _LONG or self._ratios[0][0] < start:
            return None
        enough = (_SUNG_OVER if over_music else _SUNG) * _LONG
        # The running sum is rounded a little otherwise than the sum, which costs a hundred times as much.
        if self._sum < enough - _ROUNDING or sum(ratio for _, ratio in self._ratios) <= enough:
            return None
        # Where the sum of the ratios so far is least, it began to grow: what came before was speech.
        total, least, since = 0.0, 0.0, self._ratios[0][0]
        for (_, ratio), (at, _) in zip(self._ratios, islice(self._ratios, 1, None), strict=False):
            total += ratio
            if total < least:
                least, since = total, at
        return since
