"""A call written down while it runs, so that a process killed at any instant leaves a playable WAV and a valid timeline.

The audio is appended in blocks of 0.1 s; after each block the 44 bytes of the header are written again in one go, so
they never promise more than is there. The timeline goes to a temporary file which then replaces the last one, which
is atomic. Writing it takes a millisecond or so, and a call in virtual time has dozens of events a second, so it is
written at most four times a second of the wall clock.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
from pathlib import Path

import numpy as np

from probe.errors import cannot_write
from probe.timeline import RATE, CallInfo, Frame, Timeline

AUDIO = "call.wav"
TIMELINE = "timeline.json"
_HEADER = 44  # bytes of a canonical PCM WAV header
_SAMPLES = 4  # bytes of one sample of both channels
_BLOCK = 5  # frames a write: 0.1 s, so that a kill loses less than 0.2 s
_INTERVAL = 0.25  # seconds of wall clock between two writes of the timeline


class Recording:
    """Writes one call into `folder`. Raises OurFault when the disk refuses."""

    def __init__(self, folder: Path, call: CallInfo, resume: Timeline | None = None) -> None:
        """Begins; `resume`: the timeline of a process that died, whose audio stays and can be completed by `close`."""
        self.folder = folder
        call.audio = {"path": AUDIO, "rate": RATE}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            anew = 0 if resume else os.O_TRUNC
            self._audio = os.open(folder / AUDIO, os.O_RDWR | os.O_CREAT | anew, 0o644)
            self._bytes = max(os.fstat(self._audio).st_size - _HEADER, 0) // _SAMPLES * _SAMPLES
        except OSError as error:
            raise cannot_write(folder, error) from None
        self._pending: list[Frame] = []
        self._timeline = resume or Timeline(call)
        self._written = (0, 0, 0)
        self._next = 0.0
        self._closed = False
        self._flush()
        self._save()

    @property
    def seconds(self) -> float:
        """Length of the audio written so far."""
        return self._bytes / (_SAMPLES * RATE)

    def write(self, frame: Frame) -> None:
        """Appends a frame's audio, and the timeline if something was added to it and it is time."""
        self._pending.append(frame)
        if len(self._pending) >= _BLOCK:
            self._flush()
        if time.monotonic() >= self._next and self._size() != self._written:
            self._save()

    def keep(self, timeline: Timeline) -> None:
        """Takes note of the timeline, which goes on growing; it is written now or within a quarter of a second."""
        self._timeline = timeline
        if time.monotonic() >= self._next:
            self._save()

    def close(self, timeline: Timeline) -> None:
        """Completes the audio, puts its SHA-256 into the timeline, and writes the timeline for good."""
        self._timeline = timeline
        self._flush()
        if not self._closed:
            os.close(self._audio)
            self._closed = True
        digest = hashlib.sha256((self.folder / AUDIO).read_bytes()).hexdigest()
        timeline.call.audio = {"path": AUDIO, "sha256": digest, "rate": RATE}
        self._save()

    def _flush(self) -> None:
        """Appends what is pending, then the header that covers it."""
        if self._closed:
            return
        data = _interleaved(self._pending)
        self._pending.clear()
        try:
            _write_all(self._audio, data, _HEADER + self._bytes)
            self._bytes += len(data)
            _write_all(self._audio, header(self._bytes), 0)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def _save(self) -> None:
        """Replaces timeline.json atomically."""
        target = self.folder / TIMELINE
        draft = self.folder / (TIMELINE + ".part")
        self._written = self._size()
        try:
            draft.write_text(self._timeline.dumps(), encoding="utf-8")
            draft.replace(target)
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        self._next = time.monotonic() + _INTERVAL

    def _size(self) -> tuple[int, int, int]:
        return len(self._timeline.segments), len(self._timeline.events), len(self._timeline.actions)


def _interleaved(frames: list[Frame]) -> bytes:
    """Left: heard, right: said."""
    if not frames:
        return b""
    heard = np.concatenate([frame.heard for frame in frames])
    said = np.concatenate([frame.said for frame in frames])
    return np.column_stack((heard, said)).astype("<i2").tobytes()


def header(size: int) -> bytes:
    """The canonical WAV header of `size` bytes of two-channel 16-bit PCM at 8 kHz."""
    channels, width = 2, 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", _HEADER - 8 + size, b"WAVE"),
        *(b"fmt ", 16, 1, channels, RATE, RATE * channels * width, channels * width, 8 * width),
        *(b"data", size),
    )


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
