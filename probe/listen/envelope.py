"""Where a burst of tone begins and ends: by its own level, not by the line's quiet.

A codec rings on after a tone and a lost packet is filled with more of it, all far softer than the tone but far above a
silent line. So once a burst's level is known, what is much softer does not belong to it, until the line is quiet again.
"""

from __future__ import annotations

from probe.listen.activity import Sounding
from probe.listen.features import BLOCK, Features
from probe.timeline import RATE

_SOFTER = 11.0  # dB under the burst: a tone that is switched off is, within 20 ms; the nulls of beats are shorter
_BLOCK_SECONDS = BLOCK / RATE


class Envelope:
    """Follows one call; `level` is set by who knows that a burst sounds."""

    def __init__(self) -> None:
        self.level: float | None = None
        self._was_loud = False
        self._last = 0.0

    def hear(self, frame: Features, sounding: Sounding) -> Sounding:
        """The frame's activity as the burst's level has it; the activity itself where there is no burst."""
        if not sounding.loud:
            self.level = None
        if self.level is None:
            self._was_loud, self._last = sounding.loud, sounding.last
            return sounding
        above = [i for i, level in enumerate(frame.blocks) if level > self.level - _SOFTER]
        onset = None
        if above:
            if not self._was_loud:
                onset = frame.at + above[0] * _BLOCK_SECONDS
            self._last = frame.at + (above[-1] + 1) * _BLOCK_SECONDS
        self._was_loud = bool(above)
        return Sounding(self._was_loud, onset, self._last, sounding.floor)
