"""The spectrogram in tiles: 512 columns by 128 rows of 31.25 Hz, at three resolutions, each made when it is looked at.

A column is the mean power of up to eight windows of 32 ms inside it, so the coarsest tile costs little more than the
finest. Power is shown from -90 to -20 dBFS (a guess at what telephone audio spans).
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

from probe.web.sound import Sound

HOPS = (80, 640, 5120)
"""Samples in a column of each level: 10, 80 and 640 ms at 8 kHz."""
COLUMNS = 512
ROWS = 128
_WINDOW = 2 * ROWS
_AVERAGED = 8  # windows in a column at most
_QUIET, _LOUD = -90.0, -20.0  # dBFS
_STOPS = np.array(
    [(13, 17, 33), (28, 38, 84), (38, 92, 140), (52, 154, 150), (170, 206, 120), (250, 232, 150), (255, 252, 240)],
    np.float64,
)  # from quiet to loud: night blue, teal, straw; even steps in lightness


def tile(sound: Sound, level: int, number: int) -> bytes | None:
    """A tile as PNG, low frequencies at the bottom; None after the end of the sound. Beyond the end it is quiet."""
    hop = HOPS[level]
    first = number * COLUMNS * hop
    if first >= len(sound.samples):
        return None
    heard: npt.NDArray[np.float32] = np.asarray(sound.samples[first : first + COLUMNS * hop + _WINDOW, 0], np.float32)
    columns = min(COLUMNS, -(-(len(sound.samples) - first) // hop))
    needed = columns * hop + _WINDOW
    if len(heard) < needed:
        heard = np.concatenate([heard, np.zeros(needed - len(heard), np.float32)])
    power = _power(heard / np.float32(32768), columns, hop)
    level_db = 10 * np.log10(power + 1e-12)
    shade = np.zeros((ROWS, COLUMNS), np.uint8)
    shade[:, :columns] = np.clip((level_db - _QUIET) / (_LOUD - _QUIET) * 255, 0, 255).astype(np.uint8).T[::-1]
    return _png(shade)


def _power(heard: npt.NDArray[np.float32], columns: int, hop: int) -> npt.NDArray[np.float32]:
    """Mean power of each column, relative to a full-scale sine: shape (columns, ROWS)."""
    step = max(80, hop // _AVERAGED)
    each = hop // step
    starts = np.arange(columns * each) * step
    windows = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[starts]
    hann = np.hanning(_WINDOW).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(windows * hann, axis=1))[:, 1:] / (hann.sum() / 2)
    mean: npt.NDArray[np.float32] = (spectrum**2).reshape(columns, each, ROWS).mean(axis=1).astype(np.float32)
    return mean


def _palette() -> bytes:
    at = np.linspace(0, len(_STOPS) - 1, 256)
    colours = [np.interp(at, np.arange(len(_STOPS)), _STOPS[:, channel]) for channel in range(3)]
    return np.stack(colours, axis=1).round().astype(np.uint8).tobytes()


_PALETTE = _palette()


def _png(shade: npt.NDArray[np.uint8]) -> bytes:
    """Shades 0 to 255 as a PNG with a palette (ISO/IEC 15948)."""
    rows, columns = shade.shape
    lines = np.zeros((rows, columns + 1), np.uint8)
    lines[:, 1:] = shade  # the first byte of a line says: not filtered
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", _PALETTE),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 4)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
