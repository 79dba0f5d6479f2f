"""The waveform at three resolutions, so that half an hour and half a second are both a few kilobytes to draw.

A bin is the lowest and the highest sample of a short stretch, as int8. Bins of 40 samples are reduced to bins of 320 and
of 2560. The file is the three levels one after the other; in a level, bin after bin, in a bin the channels, each with
its lowest and its highest.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from probe.web import kept
from probe.web.sound import Sound

BINS = (40, 320, 2560)
"""Samples in a bin of each level: 5, 40 and 320 ms at 8 kHz."""
TILE = 4096
"""Bins in what is fetched at a time: 20 s, 164 s and 22 min."""
_CHANNELS = 2
_BYTES = 2 * _CHANNELS  # of a bin
_AT_ONCE = 40 * 8 * 8 * 400  # samples reduced at a time: about 100 s, whole bins of every level


def tile(sound: Sound, level: int, number: int, keep: Path | None) -> bytes:
    """The bins from `number * TILE` on, at most `TILE` of them, 4 bytes each; none after the end of the sound.

    `keep`: the file in which all levels are kept, made at the first use; None: nothing is kept, as for a running call.
    """
    bins = [-(-len(sound.samples) // size) for size in BINS]
    first, last = number * TILE, min((number + 1) * TILE, bins[level])
    if first >= last:
        return b""
    if keep is None:
        part = sound.samples[first * BINS[level] : last * BINS[level]]
        return _reduced(part, BINS[level]).tobytes()
    if not keep.is_file() or keep.stat().st_size != sum(bins) * _BYTES:
        levels = _levels(sound)
        if not kept.write(keep, b"".join(level.tobytes() for level in levels)):
            return levels[level][first:last].tobytes()
    with keep.open("rb") as file:
        file.seek((sum(bins[:level]) + first) * _BYTES)
        return file.read((last - first) * _BYTES)


def _levels(sound: Sound) -> list[npt.NDArray[np.int8]]:
    parts = [
        _reduced(sound.samples[start : start + _AT_ONCE], BINS[0]) for start in range(0, len(sound.samples), _AT_ONCE)
    ]
    levels = [np.concatenate(parts)]
    for finer, coarser in pairwise(BINS):
        levels.append(_joined(levels[-1], coarser // finer))
    return levels


def _reduced(samples: npt.NDArray[np.int16], size: int) -> npt.NDArray[np.int8]:
    """Lowest and highest of every `size` samples: shape (bins, channels, 2), the last bin of what is left over."""
    n = -(-len(samples) // size)
    found = np.zeros((n, _CHANNELS, 2), np.int8)
    for channel in range(samples.shape[1]):
        one = np.ascontiguousarray(samples[:, channel]) >> 8
        if len(one) < n * size:
            one = np.concatenate([one, np.full(n * size - len(one), one[-1], one.dtype)])
        rows = one.astype(np.int8).reshape(n, size)
        found[:, channel, 0], found[:, channel, 1] = rows.min(axis=1), rows.max(axis=1)
    return found


def _joined(bins: npt.NDArray[np.int8], factor: int) -> npt.NDArray[np.int8]:
    """Every `factor` bins as one."""
    n = -(-len(bins) // factor)
    short = n * factor - len(bins)
    if short:
        bins = np.concatenate([bins, np.repeat(bins[-1:], short, axis=0)])
    rows = bins.reshape(n, factor, _CHANNELS, 2)
    return np.stack([rows[..., 0].min(axis=1), rows[..., 1].max(axis=1)], axis=-1)
