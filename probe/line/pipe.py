"""Messages over a pipe between a process and the one that started it, never waiting for the other side.

A message is a JSON object and some bytes: `<I` length of the JSON, `<I` length of the bytes, JSON, bytes. The empty object
is written as no JSON at all. A pipe whose reader is slow or gone must not stall the 20 ms clock of its writer, so an
`Outlet` keeps what does not fit.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import select
import struct
import time
from collections import deque
from typing import Any

_HEAD = struct.Struct("<II")
_PIPE_BYTES = 1 << 20  # half a minute of frames held by the kernel; Linux's limit for an ordinary user

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `dumps` would make one a message
Message = tuple[dict[str, Any], bytes]


def pack(form: dict[str, Any], data: bytes = b"") -> bytes:
    """One message as it goes over the pipe."""
    # What came over the network need not be text.
    text = _json(form).encode("utf-8", "replace") if form else b""
    return _HEAD.pack(len(text), len(data)) + text + data


class Inlet:
    """The reading end. `closed` once the writer is gone and everything it sent was taken."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._buffer = b""
        self._taken = 0  # bytes of it
        self._ended = False

    @property
    def closed(self) -> bool:
        return self._ended

    def close(self) -> None:
        """Gives the descriptor back."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._ended = -1, True

    def fileno(self) -> int:
        """The descriptor that becomes readable when something comes, or the writer is gone."""
        return self._fd

    def take(self, timeout: float = 0.0) -> Message | None:
        """The next message; None if none is complete after `timeout` seconds, or the pipe is closed."""
        deadline = time.monotonic() + timeout if timeout else 0.0
        while True:
            message = self._next()
            if message is not None or self._ended:
                return message
            try:
                chunk = os.read(self._fd, 65536)
            except BlockingIOError:
                wait = deadline - time.monotonic() if timeout else 0.0
                if wait <= 0 or not select.select([self._fd], [], [], wait)[0]:
                    return None
                continue
            self._ended = not chunk
            self._buffer = self._buffer[self._taken :] + chunk
            self._taken = 0

    def _next(self) -> Message | None:
        buffer, begin = self._buffer, self._taken + _HEAD.size
        if len(buffer) < begin:
            return None
        text, data = _HEAD.unpack_from(buffer, self._taken)
        between, end = begin + text, begin + text + data
        if len(buffer) < end:
            return None
        self._taken = end
        return json.loads(buffer[begin:between]) if text else {}, buffer[between:end]


class Outlet:
    """The writing end. `closed` once the reader is gone; what is sent after that is dropped."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError as error:  # over the user's quota of pipe memory: the default size serves, the rest waits here
            if error.errno not in (errno.EPERM, errno.EBUSY):
                raise
        self._fd = fd
        self._waiting: deque[bytes] = deque()
        self.backlog = 0
        """Bytes that wait for the reader."""
        self.closed = False

    def close(self) -> None:
        """Gives the descriptor back; what waits is dropped."""
        self._give_up()
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def send(self, message: bytes) -> None:
        """Writes a packed message, or as much as fits now; the rest goes with the next call of `send` or `flush`."""
        if not self.closed:
            self._waiting.append(message)
            self.backlog += len(message)
            self.flush()

    def flush(self, timeout: float = 0.0) -> None:
        """Writes what waits, for at most `timeout` seconds."""
        if not self._waiting:
            return
        deadline = time.monotonic() + timeout
        while self._waiting and not self.closed:
            try:
                written = os.write(self._fd, self._waiting[0])
            except BlockingIOError:
                wait = deadline - time.monotonic()
                if wait <= 0 or not select.select([], [self._fd], [], wait)[1]:
                    return
                continue
            except OSError:
                self._give_up()
                return
            self.backlog -= written
            rest = self._waiting[0][written:]
            if rest:
                self._waiting[0] = rest
            else:
                self._waiting.popleft()

    def _give_up(self) -> None:
        self.closed = True
        self._waiting.clear()
        self.backlog = 0
