"""Where a call's audio meets Python: once a tick, 20 ms of what the far end sent and 20 ms of what it is to hear.

    stream (jitter buffer, codec, RTP) ◀── StreamPort ──▶ AudioPort.heard, .outgoing      8 kHz, 20 ms: G.711, GSM, speex
    stream ◀── PJSIP's bridge (resamples, cuts) ──▶ AudioPort                              G722, iLBC, other lengths

PJSIP has a bridge that every call's stream is part of, and hands audio to Python by two callbacks a frame and call. For
streams that are 20 ms at 8 kHz anyway the bridge does nothing but copy, and costs more than all the rest of a tick
(measured, docs/load.md). So such a stream is taken out of it: PJSIP offers to put another port in a stream's place
(`onStreamCreated`), which becomes one that does nothing, and the loop moves the stream's audio itself.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import pjsua2 as pj

FRAME_BYTES = 320
"""160 samples of 16 bits: 20 ms at 8 kHz."""
SILENCE = bytes(FRAME_BYTES)

_AUDIO = 1  # PJMEDIA_FRAME_TYPE_AUDIO
_REPLACED = 16  # bytes before `pPort` in `pj::OnStreamCreatedParam`
_RATE, _CHANNELS, _MICROSECONDS, _BITS = 9, 10, 11, 12  # 32-bit words of `pjmedia_port`: its audio format
_PLAIN = (8000, 1, 20000, 16)


class PjFrame(ctypes.Structure):
    """`pjmedia_frame`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buf", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("timestamp", ctypes.c_uint64),
        ("bit_info", ctypes.c_uint32),
    )


@cache
def library() -> Any:
    """PJSIP's own functions, below pjsua2."""
    loaded = ctypes.CDLL(pj._pjsua2.__file__)
    loaded.pjmedia_port_get_frame.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    loaded.pjmedia_port_put_frame.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    loaded.pjmedia_stream_get_port.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
    loaded.pjsua_pool_create.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t)
    loaded.pjsua_pool_create.restype = ctypes.c_void_p
    loaded.pjmedia_null_port_create.argtypes = (ctypes.c_void_p, *4 * (ctypes.c_uint,), ctypes.POINTER(ctypes.c_void_p))
    return loaded


class StreamPort:
    """A stream whose audio the loop moves itself: 20 ms at 8 kHz."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._get = library().pjmedia_port_get_frame
        self._put = library().pjmedia_port_put_frame
        self._in, self._out = ctypes.create_string_buffer(FRAME_BYTES), ctypes.create_string_buffer(FRAME_BYTES)
        self._got = PjFrame(0, ctypes.addressof(self._in), FRAME_BYTES, 0, 0)
        self._given = PjFrame(_AUDIO, ctypes.addressof(self._out), FRAME_BYTES, 0, 0)
        self._got_at, self._given_at = ctypes.addressof(self._got), ctypes.addressof(self._given)
        self._last = SILENCE

    def hear(self) -> bytes | None:
        """The next 20 ms of the far end; None when the jitter buffer has nothing to play."""
        frame = self._got
        frame.size = FRAME_BYTES
        self._get(self._port, self._got_at)
        return self._in.raw if frame.type == _AUDIO and frame.size == FRAME_BYTES else None

    def say(self, audio: bytes) -> None:
        """Sends 20 ms."""
        if audio is not self._last:
            self._out.raw = self._last = audio
        self._given.type, self._given.size = _AUDIO, FRAME_BYTES
        self._put(self._port, self._given_at)


def taken_out(prm: Any) -> StreamPort | None:
    """Takes a new stream out of PJSIP's bridge, if it is 20 ms at 8 kHz; None if it must stay. `prm`: of `onStreamCreated`."""
    port = ctypes.c_void_p()
    library().pjmedia_stream_get_port(int(prm.stream), ctypes.byref(port))
    replaced = ctypes.c_void_p.from_address(int(prm.this) + _REPLACED)
    if port.value is None or replaced.value != port.value:
        return None  # another build of PJSIP: not the structure known here
    words = (ctypes.c_uint32 * 13).from_address(port.value)
    if (words[_RATE], words[_CHANNELS], words[_MICROSECONDS], words[_BITS]) != _PLAIN:
        return None
    replaced.value = _nothing()
    return StreamPort(port.value)


@cache
def _nothing() -> int:
    """The port that stands for taken out streams in the bridge: it gives and takes nothing. Never freed."""
    pool = library().pjsua_pool_create(b"nothing", 512, 512)
    port = ctypes.c_void_p()
    status = library().pjmedia_null_port_create(pool, 8000, 1, FRAME_BYTES // 2, 16, ctypes.byref(port))
    assert status == 0
    assert port.value is not None
    return port.value


class AudioPort:
    """A call's audio: set `outgoing` before a tick; `heard` and `taken` hold what the tick did. Serves call after call."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bridged: _BridgePort | None = None
        self.stream: StreamPort | None = None
        """The stream, if it is not in the bridge."""
        self.rest()

    def rest(self) -> None:
        """Forget the tick before."""
        self.outgoing = self.heard = SILENCE
        self.taken = False

    def connect(self, media: pj.AudioMedia) -> None:
        """Connects it through the bridge with a stream that stayed there."""
        if self._bridged is None:
            self._bridged = _BridgePort(self, self._name)
        media.startTransmit(self._bridged)
        self._bridged.startTransmit(media)

    def move(self) -> None:
        """A tick of a stream that is not in the bridge."""
        assert self.stream
        self.heard = self.stream.hear() or SILENCE
        self.stream.say(self.outgoing)
        self.taken = True


class _BridgePort(pj.AudioMediaPort):  # type: ignore[misc]
    """An `AudioPort`'s place in the bridge. Never freed, because the bridge may still look at it."""

    def __init__(self, port: AudioPort, name: str) -> None:
        super().__init__()
        form = pj.MediaFormatAudio()
        form.init(pj.PJMEDIA_FORMAT_PCM, 8000, 1, 20000, 16)
        self.createPort(name, form)
        self._port = port
        self._buffer = pj.ByteVector(FRAME_BYTES)
        self._address = _data(self._buffer)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802 (PJSIP's name)
        """PJSIP wants 20 ms to send."""
        ctypes.memmove(self._address, self._port.outgoing, FRAME_BYTES)
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = self._buffer
        frame.size = FRAME_BYTES
        self._port.taken = True

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """PJSIP hands over 20 ms received; a frame without audio leaves silence."""
        if frame.size == FRAME_BYTES:
            self._port.heard = ctypes.string_at(_data(frame.buf), FRAME_BYTES)


def _data(vector: Any) -> int:
    """Address of a ByteVector's bytes: the first member of a `std::vector` (copying through it is 6 times faster)."""
    address = ctypes.c_void_p.from_address(int(vector.this)).value
    assert address is not None
    return address
