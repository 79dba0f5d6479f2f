"""Frames are measured in blocks of 100 ms: one block costs a third of its frames one by one.

What was heard is known 40 ms later on average for it. Blocks are counted from the INVITE, so that a replay has the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from probe.listen.features import Features, Meter
from probe.listen.keys import OwnKeys
from probe.listen.transcript import Transcript
from probe.timeline import FRAME, Frame

BLOCK = 5
"""Frames in a block."""
_EXPECTED = 15
"""Frames of a remembered recording's sound that must be due: the block's own, and those after which spectra tell again."""


class Blocks:
    """Measures one call's frames, both what is heard and, for its keys, what is sent."""

    def __init__(self) -> None:
        self.own_keys = OwnKeys()
        self._meter = Meter()
        self._frames: list[Frame] = []
        self.until = 0.0
        """End in seconds of the last frame."""

    def add(self, frame: Frame, transcript: Transcript | None = None) -> Iterator[tuple[Frame, Features, int]]:
        """Takes a frame; when a block is whole, its frames, what was measured, and the loudest sample sent in each.

        `transcript`: of the speech that is heard; while it follows a remembered recording, only levels are measured.
        """
        self._frames.append(frame)
        self.until = frame.end
        if frame.number // FRAME % BLOCK == BLOCK - 1:
            yield from self.rest(transcript is not None and transcript.expects >= _EXPECTED)

    def rest(self, speech: bool = False) -> Iterator[tuple[Frame, Features, int]]:
        """The same for the frames of a block that is not whole; `speech`: they are known to be a recording's words."""
        frames, self._frames = self._frames, []
        if not frames:
            return
        features = self._meter.measure_all(frames[0].at, np.concatenate([frame.heard for frame in frames]), speech)
        said = np.array([frame.said for frame in frames])
        self.own_keys.hear(frames[0].at, said)
        loudest = np.abs(said).max(axis=1).tolist() if said.any() else [0] * len(frames)
        yield from zip(frames, features, loudest, strict=True)
