"""A stretch of sound of which it is not known yet whether it is speech, music or nothing."""

from __future__ import annotations

from dataclasses import dataclass

VOICED_FRAMES = 3  # 60 ms of voice make a sound speech
_STRONG_FRAMES = 6  # of a short creaky word, which shows no pitch; clicks last 40 ms


@dataclass(slots=True)
class Sound:
    """`start`: seconds; of its loud frames, `voiced`: how many have a voice; `strong`: are far over the noise; `near`: both,
    in a room that is known."""

    start: float
    voiced: int = 0
    strong: int = 0
    near: int = 0

    @property
    def may_be_a_syllable(self) -> bool:
        """Whether it may be somebody's: of an "er" over a room's noise no more is heard, at times, than 60 ms of its vowel."""
        clipped = self.near >= 1 and self.voiced >= VOICED_FRAMES - 1 and self.strong >= VOICED_FRAMES
        return self.voiced >= VOICED_FRAMES or self.strong >= _STRONG_FRAMES or clipped
