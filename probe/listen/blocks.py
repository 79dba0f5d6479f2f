"""Frames are measured in blocks: in one of 100 ms a frame costs half of what it costs alone, in one of 400 ms a fifth.

What was heard is known 40 ms later on average for a block of 100 ms. Such blocks are counted from the INVITE, so that a
replay has the same. A block is longer, up to 400 ms, where nothing is about to be decided: where a remembered recording is
heard that goes on for longer, up to where its next words are told or it ends; and where music, a tone or quiet has lasted
for a while and nothing says that it ends. Instants do not depend on blocks, only when they are known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from probe.listen.features import Features, Meter
from probe.listen.keys import OwnKeys
from probe.listen.segments import Segmenter
from probe.listen.transcript import Transcript
from probe.timeline import FRAME, Frame

BLOCK, LONGEST = 5, 20
"""Frames in a block: as a rule, and at most. Whoever interrupts a recording is heard 0.3 s later than else at the worst."""
_AFTER = 10
"""Last frames of a remembered recording that are measured whole: those after which spectra tell again."""
Measured = tuple[tuple[Frame, Features, int], ...]
"""Frames, what was measured on each, and the loudest sample sent in it."""


class Blocks:
    """Measures one call's frames, both what is heard and, for its keys, what is sent."""

    def __init__(self) -> None:
        self.own_keys = OwnKeys()
        self._meter = Meter()
        self._frames: list[Frame] = []
        self._size = BLOCK
        self._known: Sequence[bool] = ()
        self.until = 0.0
        """End in seconds of the last frame."""

    def add(self, frame: Frame, segmenter: Segmenter, transcript: Transcript | None = None) -> Measured:
        """Takes a frame; when a block is whole, what was measured; else nothing.

        `segmenter`, `transcript`: of all that was heard before the block, which tell how long it may be; while a remembered
        recording is followed, only levels are measured.
        """
        if not self._frames:
            self._begin(frame, segmenter, transcript)
        self._frames.append(frame)
        self.until = frame.end
        return self.rest() if len(self._frames) >= self._size else ()

    def rest(self) -> Measured:
        """The same for the frames of a block that is not whole."""
        frames, self._frames = self._frames, []
        if not frames:
            return ()
        heard = np.concatenate([frame.heard for frame in frames])
        features = self._meter.measure_all(frames[0].at, heard, self._known[: len(frames)])
        said = np.array([frame.said for frame in frames])
        self.own_keys.hear(frames[0].at, said)
        loudest = np.abs(said).max(axis=1).tolist() if said.any() else [0] * len(frames)
        return tuple(zip(frames, features, loudest, strict=True))

    def _begin(self, first: Frame, segmenter: Segmenter, transcript: Transcript | None) -> None:
        """Decides how long the block is that begins with a frame."""
        size, self._known = BLOCK - first.number // FRAME % BLOCK, ()
        if transcript is not None:
            known = transcript.foreseen(LONGEST + _AFTER)
            if len(known) >= size:
                size = max(size, min(len(known), LONGEST, transcript.tells_in))
                self._known = [is_known and n < len(known) - _AFTER for n, is_known in enumerate(known[:size])]
            transcript.hears_at_once(size)
        elif segmenter.lasts(first.at):
            size += LONGEST - BLOCK
        self._size = size
