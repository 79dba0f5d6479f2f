"""The audio of a call as an array, also while it is still being recorded.

The header is not asked how long the file is: a call that is running grows, and one that was cut off may be longer than
its header says.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_PCM, _EXTENSIBLE = 1, 0xFFFE
_LARGEST_HEADER = 65536  # bytes in which the data of any WAV that we write or import begins


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples of shape (n, channels), int16; channel 0 is what was heard, channel 1 what was said. `rate` in Hz."""

    samples: npt.NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def read(path: Path) -> Sound:
    """The sound in a WAV file, mapped and not copied. Raises ValueError when it is not 16-bit PCM, OSError as open does."""
    with path.open("rb") as file:
        head = file.read(_LARGEST_HEADER)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise ValueError("not a WAV file")
    at, layout = 12, None
    while at + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"fmt " and at + 16 <= len(head):
            layout = struct.unpack_from("<HHIIHH", head, at)
        elif name == b"data":
            return _mapped(path, at, layout)
        at += size + size % 2
    raise ValueError("no audio in it")


def _mapped(path: Path, start: int, layout: tuple[int, ...] | None) -> Sound:
    if layout is None or layout[0] not in (_PCM, _EXTENSIBLE) or layout[5] != 16 or layout[1] not in (1, 2):
        raise ValueError("not 16-bit PCM of one or two channels")
    channels, rate = layout[1], layout[2]
    frames = max(0, path.stat().st_size - start) // (2 * channels)
    if not frames or not rate:
        return Sound(np.zeros((0, channels), np.int16), rate or 8000)
    return Sound(np.memmap(path, np.dtype("<i2"), "r", offset=start, shape=(frames, channels)), rate)
