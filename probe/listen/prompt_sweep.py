"""Searching all remembered prompts for what is heard over music, wherever it begins.

The bits that the music turns differ by chance, and no pause shows where a voice sets in. So a cumulative sum of the agreement
(Page, "Continuous inspection schemes", Biometrika 1954) is kept for every place of the memory at once: it rises from the
frame on from which what is heard agrees with what is remembered there, and falls back to nothing where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from probe.listen.prompt_memory import Prompt
from probe.listen.prompt_search import Library

_AGREES = 7
"""Marked bits of a frame that may differ for it to speak for a place: 37 %; music elsewhere in its piece leaves 10 % on average
and 25 % in one of ten announcements, other words and music alone differ in 43 %."""
_ENOUGH = 135
"""Sum from which a place is found. Measured on 22 announcements that two calls heard over the same music: reached after 41 frames
of 95 of 100; the 30,600 places of other hotlines' prompts came to 120 at most in two minutes of music and speech over it."""
_LAST = 20  # frames that lie mostly in the prompt that is found; guessed
_NEAR = 0.8  # share of the best sum from which another place may be meant as well; guessed
_NEIGHBOURS = 10  # places that are still the same place


class Sweep:
    """Compares all frames heard with all places of the library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._bits = library.bits
        self._sums = np.zeros(self._bits.size, np.int16)
        self._next = np.zeros_like(self._sums)
        self._outside = np.array([0, *library.ends])
        self._differ = np.empty_like(self._bits)
        self._counts = np.empty(self._bits.size, np.uint8)
        self.sounding = 0

    def hear(self, bits: int, marks: int, sounds: bool) -> None:
        if not sounds:
            self._next[1:] = self._sums[:-1]
        else:
            np.bitwise_xor(self._bits, bits, out=self._differ)
            np.bitwise_and(self._differ, marks, out=self._differ)
            np.bitwise_count(self._differ, out=self._counts)
            np.subtract(self._sums[:-1], self._counts[1:], out=self._next[1:])
            self._next += _AGREES
            np.maximum(self._next, 0, out=self._next)
            self.sounding += 1
        self._next[self._outside] = 0
        self._sums, self._next = self._next, self._sums

    @property
    def best(self) -> float:
        """How near the best place is to being found: 1 if it is."""
        return int(self._sums.max()) / _ENOUGH

    def found(self) -> Iterator[tuple[Prompt, int]]:
        """The prompts found, and the frame of each that the newest frame is; the best first, then others hardly worse."""
        if self.best < 1:
            return
        sums = self._sums.copy()
        least = max(_ENOUGH, round(_NEAR * int(sums.max())))
        while int(sums.max()) >= least:
            place = int(sums.argmax())
            there = self._library.at(place - _LAST + 1, _LAST)
            if there is not None:
                yield there[0], there[1] + _LAST - 1
            sums[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS + 1] = 0

    def reset(self) -> None:
        """Begins anew."""
        self._sums[:] = 0
        self.sounding = 0
