"""Frames: 20 ms of a call, as every line yields them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.timeline.event import LineEvent

RATE = 8000
"""Samples a second of every line: the telephone network's."""
FRAME = 160
"""Samples in a frame: 20 ms, the usual packet of RTP audio."""
Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of a call.

    `number`: sample number, since the INVITE, of the first sample; `heard` and `said`: 160 samples each, int16, what
    came from the hotline and what was sent to it in the same 20 ms; `events`: what the line reports with this frame.
    """

    number: int
    heard: Samples
    said: Samples
    events: tuple[LineEvent, ...] = ()

    @property
    def at(self) -> float:
        """Start of the frame in seconds since the INVITE."""
        return self.number / RATE

    @property
    def end(self) -> float:
        """End of the frame in seconds since the INVITE: what it holds is known from then on."""
        return (self.number + FRAME) / RATE
