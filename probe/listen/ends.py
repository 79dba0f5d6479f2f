"""Where a word really ended: the sound's own end, since recognisers give a word's end early and not the same each time.

Measured on the shipped hotlines: the recogniser's end lies 0 to 0.21 s before the sound's, and moves by up to 0.1 s
when the audio moves by milliseconds. The sound's end moves with the audio.
"""

from __future__ import annotations

from collections import deque

from probe.listen.activity import BLOCK_SECONDS
from probe.listen.features import Features

_KEPT = 800  # blocks of 5 ms: 4 s, longer than it takes to be sure of an option
_REST = 10  # blocks that must be quiet: 50 ms, longer than the gaps inside a low voice
_BEFORE, _AFTER = 0.06, 0.45  # seconds before and after the recogniser's end within which the rest begins
_UNDER = 42.0  # dB under the loudest sound nearby that are quiet; a voice dies away over 0.1 s and 30 dB (measured)
_OVER_FLOOR = 6.0  # dB over the line's noise that are quiet too
_NEARBY = 0.5  # seconds


class Ends:
    """Remembers how loud the last seconds were."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=_KEPT)
        self._end = 0.0
        self._floor = -90.0

    def hear(self, frame: Features, floor: float) -> None:
        """Takes the next frame; `floor`: the line's noise, dBFS."""
        self._floor = floor
        self._levels.extend(frame.blocks)
        self._end = frame.at + len(frame.blocks) * BLOCK_SECONDS

    def near(self, at: float) -> float:
        """The end of the sound that a word ending at about `at` (seconds) belongs to; `at` itself if it has none."""
        begin = self._end - len(self._levels) * BLOCK_SECONDS
        first = max(round((at - _NEARBY - begin) / BLOCK_SECONDS), 0)
        last = round((at + _NEARBY - begin) / BLOCK_SECONDS)
        levels = list(self._levels)[first:last]
        if not levels:
            return at
        limit = max(max(levels) - _UNDER, self._floor + _OVER_FLOOR)
        lowest = (at - _BEFORE - begin) / BLOCK_SECONDS - first
        highest = (at + _AFTER - begin) / BLOCK_SECONDS - first
        quiet = 0
        for index, level in enumerate(levels):
            quiet = quiet + 1 if level < limit else 0
            if quiet == _REST and lowest <= (start := index - _REST + 1) <= highest:
                return begin + (first + start) * BLOCK_SECONDS
        return at
