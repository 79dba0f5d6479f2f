"""A sender that stalled and then sent what it owed: how hearing catches up with it.

While nothing comes, the jitter buffer has nothing to play, and silence is heard. When the late packets come after all,
the buffer, which throws nothing away, holds them: from then on everything would be heard later than it was said, by the
length of the stall, to the end of the call. So while the buffer holds more than it should, frames that are silent are left
out, and the next is heard in their place: no sound is lost, a pause after the stall is as much shorter as the stall made
one longer, and the clock goes on counting one frame for 20 ms. Sound without any pause stays late until it has one.
"""

from __future__ import annotations

import ctypes

import numpy as np
import pjsua2 as pj

_FRAME_BYTES = 320
_TOO_FULL = 2  # frames over the buffer's prefetch that are no jitter any more; guessed
_SILENT = 100  # amplitude up to which a frame counts as silent: -50 dBFS, under any speech that is understood
_AUDIO = 1  # PJMEDIA_FRAME_TYPE_AUDIO


class _Frame(ctypes.Structure):
    """`pjmedia_frame`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buf", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("timestamp", ctypes.c_uint64),
        ("bit_info", ctypes.c_uint32),
    )


class Backlog:
    """What a stream's jitter buffer holds too much. `stream`: address of PJSIP's stream."""

    def __init__(self, stream: int) -> None:
        library = ctypes.CDLL(pj._pjsua2.__file__)
        port = ctypes.c_void_p()
        library.pjmedia_stream_get_port.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
        self._get = library.pjmedia_port_get_frame
        self._get.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Frame))
        library.pjmedia_stream_get_port(stream, ctypes.byref(port))
        self._port = port
        self._seen = 0
        self.frames = 0
        """Frames that what is heard lags behind."""
        self.left_out = 0
        """Silent frames left out so far."""

    def note(self, size: int, prefetch: int) -> None:
        """Takes how many frames the buffer holds, now and then: what it holds twice running is no jitter."""
        over = size - prefetch
        self.frames = min(over, self._seen) if min(over, self._seen) >= _TOO_FULL else 0
        self._seen = over

    def catch_up(self, heard: bytes) -> bytes:
        """The frame to hear in place of `heard`: the next one, if that is silent and there is a backlog."""
        if not self.frames or int(np.abs(np.frombuffer(heard, np.int16)).max()) > _SILENT:
            return heard
        buffer = ctypes.create_string_buffer(_FRAME_BYTES)
        frame = _Frame(0, ctypes.addressof(buffer), _FRAME_BYTES, 0, 0)
        self._get(self._port, ctypes.byref(frame))
        if frame.type != _AUDIO or frame.size != _FRAME_BYTES:
            self.frames = 0
            return heard
        self.frames -= 1
        self.left_out += 1
        return buffer.raw
