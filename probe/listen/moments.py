"""When speech that still goes on is judged.

A turn ends with a pause, and nothing is gained by judging in the middle of a sentence: whoever speaks is heard out.
But a pause is not waited for where none can come, as over music or in a loud room: there the words' own end, or much
time, is as good.
"""

from __future__ import annotations

from dataclasses import dataclass

PAUSES = (0.24, 0.5)
"""Seconds of silence at which a segment is judged before it ends (at 0.7 s). People take their turn after about 0.2 s
(Stivers et al., "Universals and cultural variation in turn-taking in conversation", PNAS 2009)."""
AGAIN = 0.8
"""Seconds of silence after which speech that could not be judged is judged again: whoever waits so long expects us."""
LONGER = 1.0
"""The same once more, when a machine in a queue would have gone on; before somebody is asked who is there."""
_WORDLESS = 1.6  # seconds of sound without words that show that the turn is over; recognition lags by up to 1 s
_LONG, _EVERY = 6.0, 1.0  # seconds of speech without a pause from which it is judged anyway, and how often; guessed


@dataclass(slots=True)
class Moments:
    """Kept for one speech segment, which began at `start` seconds."""

    start: float
    _passed: int = 0
    _wordless_after: float = -1.0
    _judged: float = 0.0
    _paused: bool = False
    _had_pause: bool = False

    def pauses(self, now: float, last_sound: float) -> bool:
        """Whether a pause has just become so long that somebody else may speak, whatever was said."""
        before, self._paused = self._paused, now - last_sound >= PAUSES[-1]
        return self._paused and not before

    def due(self, now: float, ended: float, last_sound: float, last_word: float | None, heard_until: float) -> bool:
        """Whether to judge now. `ended`: end of the last sound, or of the voice, where a room sounds on until `last_sound`;
        `last_word`: end of the last word; `heard_until`: end of what was searched for words. Who waits in a room that
        sounds on is looked at once more; in a pause without sound, the segment's end is waited for."""
        pause = now - ended
        looks = PAUSES if last_sound <= ended else (*PAUSES, AGAIN, LONGER)
        if pause < PAUSES[0]:
            self._passed = 0
        if self._passed < len(looks) and pause >= looks[self._passed]:
            self._passed += 1
            self._had_pause = True
            return self._note(now)
        if last_word is None:
            return False
        if last_word > self._wordless_after and heard_until - last_word >= _WORDLESS:
            self._wordless_after = last_word
            return self._note(now)
        if not self._had_pause and now - self.start >= _LONG and now - self._judged >= _EVERY:
            return self._note(now)
        return False

    def _note(self, now: float) -> bool:
        self._judged = now
        return True
