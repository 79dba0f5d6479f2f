"""A SIP user agent in one thread with its own clock: SIP, RTP, audio and Python all happen in one 20 ms loop.

PJSIP starts no thread here. `UserAgent.poll` handles what the network brought, `UserAgent.tick` moves 20 ms of audio
through the conference bridge, and `pace` calls the loop every 20 ms of the monotonic clock without drift: no sample
is lost or made up, so samples count time. Two consequences:

- Whoever uses it must come back within a few milliseconds; anything slower belongs into another process.
- Each user agent has a process of its own, and ends it with `os._exit` (freeing PJSIP's objects in order is hopeless).

Callbacks only write down what happened (`Leg.signals`, `Leg.keys`, `UserAgent.incoming`); the loop acts on it.
Compiled limits of the wheel: 4 calls a process; PCMU, PCMA, GSM, iLBC, speex, G722, L16; UDP and TCP on IPv4.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pjsua2 as pj

TICK = 0.02
"""Seconds of audio moved by one tick."""
FRAME_BYTES = 320
"""160 samples of 16 bits: 20 ms at 8 kHz."""
SILENCE = bytes(FRAME_BYTES)
CALLS = 4
"""Calls a process can hold (compiled into the wheel)."""
CODECS = ("PCMU", "PCMA", "GSM", "iLBC", "speex", "G722")
"""Codecs of the wheel that may be offered; names as in SDP (RFC 3551)."""

_JITTER_MS = 40  # prefetch of the jitter buffer: bridges one late tick at either end; measured, see docs/sip.md
_JITTER_MAX_MS = 2000  # guessed: more than any pause a busy machine makes
_PRIORITY = -10  # of -20 to 19; only root, or a user with RLIMIT_NICE, may go below 0
_DTMF_IS_UPDATE = 1  # pjmedia_stream_dtmf_event_flags


@dataclass(frozen=True, slots=True)
class Provisional:
    """A provisional response to our INVITE (100 to 199)."""

    status: int


@dataclass(frozen=True, slots=True)
class MediaReady:
    """Audio can flow (again): SDP was negotiated."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The call is answered and acknowledged."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The call is over.

    `origin`: `far` when a message of the far end ended it (a final response, BYE, CANCEL), `stack` when PJSIP gave up
    by itself (time-out, transport error, no codec in common), so `status` was made here and never was on the wire.
    `cause`: Q.850 cause of a Reason header (RFC 3326), if there was one.
    """

    status: int
    reason: str
    origin: Literal["far", "stack"]
    cause: int | None


Signal = Provisional | MediaReady | Confirmed | Disconnected


class _Frame(ctypes.Structure):
    """`pjmedia_frame`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buf", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("timestamp", ctypes.c_uint64),
        ("bit_info", ctypes.c_uint32),
    )


class AudioPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Where a call's audio meets Python: set `outgoing` before a tick; `heard` and `taken` hold what the tick did."""

    def __init__(self, name: str) -> None:
        super().__init__()
        form = pj.MediaFormatAudio()
        form.init(pj.PJMEDIA_FORMAT_PCM, 8000, 1, 20000, 16)
        self.createPort(name, form)
        self._buffer = pj.ByteVector(FRAME_BYTES)
        self._address = _data(self._buffer)
        self.rest()

    def rest(self) -> None:
        """Forget the tick before."""
        self.outgoing = SILENCE
        self.heard = SILENCE
        self.taken = False

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802 (PJSIP's name)
        """PJSIP wants 20 ms to send."""
        ctypes.memmove(self._address, self.outgoing, FRAME_BYTES)
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = self._buffer
        frame.size = FRAME_BYTES
        self.taken = True

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """PJSIP hands over 20 ms received; a frame without audio leaves silence."""
        if frame.size == FRAME_BYTES:
            self.heard = ctypes.string_at(_data(frame.buf), FRAME_BYTES)


def _data(vector: Any) -> int:
    """Address of a ByteVector's bytes: the first member of a `std::vector` (copying through it is 6 times faster)."""
    address = ctypes.c_void_p.from_address(int(vector.this)).value
    assert address is not None
    return address


class Leg(pj.Call):  # type: ignore[misc]
    """One call as this user agent sees it. The loop reads and empties `signals` and `keys`."""

    def __init__(self, account: pj.Account, port: AudioPort, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.port = port
        self.signals: list[Signal] = []
        self.keys: list[str] = []
        self.heard_from = False
        """Whether any message of the far end has come back."""
        self.flowing = False
        """Whether audio is connected."""
        self.over = False
        self._cause: int | None = None
        port.rest()

    def press(self, key: str, method: Literal["rfc4733", "info"], milliseconds: int) -> bool:
        """Sends one key; False if the far end cannot take it that way."""
        prm = pj.CallSendDtmfParam()
        prm.digits = key
        prm.duration = milliseconds
        prm.method = pj.PJSUA_DTMF_METHOD_RFC2833 if method == "rfc4733" else pj.PJSUA_DTMF_METHOD_SIP_INFO
        try:
            self.sendDtmf(prm)
        except pj.Error:
            return False
        return True

    def reply(self, status: int, reason: str = "") -> None:
        """Answers an incoming call: 18x, 200 or a final status."""
        prm = pj.CallOpParam()
        prm.statusCode = status
        prm.reason = reason
        self.answer(prm)

    def end(self, status: int = 0) -> None:
        """Hangs up: BYE, CANCEL, or `status` to a call not yet answered. Calling it again does no harm."""
        prm = pj.CallOpParam()
        prm.statusCode = status
        try:
            self.hangup(prm)
        except pj.Error:
            return

    def packets(self) -> int:
        """RTP packets received so far; 0 without media."""
        try:
            return int(self.getStreamStat(0).rtcp.rxStat.pkt)
        except pj.Error:
            return 0

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802
        """SDP was negotiated: comes again with 183, 200 and every re-INVITE; each time the audio is connected anew."""
        try:
            info = self.getInfo()  # kept alive: its media list is freed with it
            for index, media in enumerate(info.media):
                # Who puts the other side on hold plays music to it.
                if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in (
                    pj.PJSUA_CALL_MEDIA_ACTIVE,
                    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD,
                    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
                ):
                    audio = self.getAudioMedia(index)
                    audio.startTransmit(self.port)
                    self.port.startTransmit(audio)
                    self.flowing = True
                    self.signals.append(MediaReady())
        except Exception as error:
            self._failed(error)

    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        """A transaction moved: provisional responses, and the Reason header of a BYE."""
        try:
            change = prm.e.body.tsxState
            if change.type != pj.PJSIP_EVENT_RX_MSG:
                return
            self.heard_from = True
            self._cause = _q850(change.src.rdata.wholeMsg) or self._cause
            if change.tsx.method == "INVITE" and change.tsx.role == pj.PJSIP_ROLE_UAC and change.tsx.statusCode < 200:
                self.signals.append(Provisional(change.tsx.statusCode))
        except Exception as error:
            self._failed(error)

    def onCallState(self, prm: Any) -> None:  # noqa: N802
        """The call moved: answered, or over."""
        try:
            info = self.getInfo()
            if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
                self.signals.append(Confirmed())
            elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
                self.over = True
                self.flowing = False
                message = _message(prm.e)
                status = _status(message)
                self._cause = _q850(message) or self._cause
                if status >= 300:
                    reason = message.partition("\r")[0].split(" ", 2)[-1]
                    self.signals.append(Disconnected(status, reason, "far", self._cause))
                else:
                    origin: Literal["far", "stack"] = "far" if message.startswith(("BYE ", "CANCEL ")) else "stack"
                    self.signals.append(Disconnected(info.lastStatusCode, info.lastReason, origin, self._cause))
        except Exception as error:
            self._failed(error)

    def onDtmfEvent(self, prm: Any) -> None:  # noqa: N802
        """A key arrives (RFC 4733 or INFO): counted once, at its start."""
        if not prm.flags & _DTMF_IS_UPDATE:
            self.keys.append(prm.digit)

    def _failed(self, error: Exception) -> None:
        """PJSIP prints and drops an exception out of a callback, so it becomes the end of the call instead."""
        self.signals.append(Disconnected(0, f"{type(error).__name__}: {error}", "stack", None))


def _message(event: Any) -> str:
    """The message of the far end that an event of PJSIP is about; "" when PJSIP itself is at the bottom of it."""
    if event.type == pj.PJSIP_EVENT_TSX_STATE and event.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
        return str(event.body.tsxState.src.rdata.wholeMsg)
    if event.type == pj.PJSIP_EVENT_RX_MSG:
        return str(event.body.rxMsg.rdata.wholeMsg)
    return ""


def _status(message: str) -> int:
    """The status of a response; 0 for anything else."""
    found = re.match(r"SIP/2\.0 (\d{3})\b", message)
    return int(found.group(1)) if found else 0


def _q850(message: str) -> int | None:
    """The Q.850 cause in a message's Reason header (RFC 3326), if any."""
    found = re.search(r"(?im)^reason\s*:.*\bq\.850\b[^\r\n]*?;\s*cause\s*=\s*(\d+)", message)
    return int(found.group(1)) if found else None


class _Account(pj.Account):  # type: ignore[misc]
    def __init__(self, accept: Callable[[int], None]) -> None:
        super().__init__()
        self._accept = accept

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        self._accept(prm.callId)  # at once: PJSIP answers 500 to a call that nobody has taken on return


_BYE_CONFIRMED = re.compile(r"RX \d+ bytes Response msg [2-6]\d\d/BYE")


class _LogWriter(pj.LogWriter):  # type: ignore[misc]
    def __init__(self, log: Callable[[str], None] | None) -> None:
        super().__init__()
        self._log = log
        self.bye_confirmed = False

    def write(self, entry: Any) -> None:
        try:
            if _BYE_CONFIRMED.match(entry.msg):
                self.bye_confirmed = True
            if self._log:
                self._log(entry.msg)
        except Exception as error:  # a full disk must not end the call
            print(f"{type(error).__name__}: {error}", file=sys.stderr)


class UserAgent:
    """A SIP endpoint at `host`:`port` (0: any free port). One a process.

    `incoming`: calls that came in, for the loop to take out and answer through `Leg.reply`.
    `identity`: user part of its address, which the far end sees as the number calling; `display`: the name with it.
    `codecs`: those offered and accepted, preferred first. `log`: gets every line PJSIP logs, messages included.
    Raises pj.Error when the port is taken.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        identity: str = "probe",
        display: str = "",
        codecs: Sequence[str] = ("PCMU", "PCMA"),
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.incoming: list[Leg] = []
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = CALLS
        config.uaConfig.userAgent = "probe"
        config.medConfig.hasIoqueue = False
        config.medConfig.threadCnt = 0
        config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        # A fixed prefetch and no discarding: what was said is heard at its own speed, to the sample.
        config.medConfig.jbInit = _JITTER_MS
        config.medConfig.jbMinPre = config.medConfig.jbMaxPre = _JITTER_MS
        config.medConfig.jbMax = _JITTER_MAX_MS
        # SWIG wraps this enumeration as a pointer: its value (0: PJMEDIA_JB_DISCARD_NONE) is written through it.
        algorithm = config.medConfig.jbDiscardAlgo
        algorithm.disown()
        ctypes.c_int.from_address(int(algorithm)).value = 0
        config.medConfig.jbDiscardAlgo = algorithm
        config.logConfig.level = config.logConfig.consoleLevel = 4  # the level that shows messages
        config.logConfig.decor = 0
        self._log = _LogWriter(log)
        config.logConfig.writer = self._log
        self._endpoint.libInit(config)
        self._master = int(self._endpoint.audDevManager().setNoDev())
        self._bridge = ctypes.CDLL(pj._pjsua2.__file__).pjmedia_port_get_frame
        self._bridge.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Frame))
        self._buffer = ctypes.create_string_buffer(FRAME_BYTES)
        self._mix = _Frame(0, ctypes.addressof(self._buffer), FRAME_BYTES, 0, 0)
        transport = pj.TransportConfig()
        transport.port = port
        transport.boundAddress = host
        number = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.port = int(self._endpoint.transportGetInfo(number).localName.rpartition(":")[2])
        self._endpoint.libStart()
        for codec in self._endpoint.codecEnum2():
            name = codec.codecId.split("/")[0]
            wanted = codec.codecId.split("/")[1] == "8000" or name == "G722"
            rank = [c.lower() for c in codecs].index(name.lower()) if name.lower() in map(str.lower, codecs) else -1
            self._endpoint.codecSetPriority(codec.codecId, 255 - rank if rank >= 0 and wanted else 0)
        account = pj.AccountConfig()
        address = f"<sip:{identity}@{host}:{self.port}>"
        account.idUri = f'"{display}" {address}' if display else address
        account.mediaConfig.transportConfig.boundAddress = host
        account.mediaConfig.transportConfig.port = 20000
        account.mediaConfig.transportConfig.portRange = 20000
        account.mediaConfig.transportConfig.randomizePort = True
        self._account = _Account(self._accept)
        self._account.create(account)
        self._ports = [AudioPort(f"call-{n}") for n in range(CALLS)]
        self._legs: list[Leg] = []

    def call(self, uri: str) -> Leg:
        """Sends an INVITE and returns the call. Raises pj.Error if PJSIP cannot even try."""
        leg = Leg(self._account, self._free_port())
        self._legs.append(leg)
        leg.makeCall(uri, pj.CallOpParam(True))
        return leg

    @property
    def bye_confirmed(self) -> bool:
        """Whether the far end has confirmed a BYE (the call object hears nothing any more once it hung up)."""
        return self._log.bye_confirmed

    def _accept(self, call_id: int) -> None:
        if len(self._legs) < CALLS:
            leg = Leg(self._account, self._free_port(), call_id)
            self._legs.append(leg)
            self.incoming.append(leg)

    def release(self, leg: Leg) -> None:
        """Gives up a call that is over; its audio port serves the next."""
        self._legs.remove(leg)

    def _free_port(self) -> AudioPort:
        busy = {id(leg.port) for leg in self._legs}
        return next(port for port in self._ports if id(port) not in busy)

    def poll(self) -> None:
        """Handles all SIP and RTP that has come in, and SIP's timers."""
        while self._endpoint.libHandleEvents(0) > 0:
            pass

    def tick(self) -> None:
        """Moves 20 ms of audio: takes each port's `outgoing`, leaves its `heard` (silence if nothing came)."""
        for port in self._ports:
            port.heard, port.taken = SILENCE, False
        self._mix.size = FRAME_BYTES
        self._bridge(self._master, ctypes.byref(self._mix))


def pace(step: Callable[[], bool]) -> None:
    """Calls `step` every 20 ms until it returns False; after a delay it calls without a pause until it is on time.

    A process that keeps a clock goes before those that only compute, where the system lets it.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    due = time.monotonic()
    while step():
        due += TICK
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
