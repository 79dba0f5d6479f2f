"""A SIP user agent in one thread with its own clock: SIP, RTP, audio and Python all happen in one 20 ms loop.

PJSIP starts no thread here. `UserAgent.poll` handles what the network brought, `UserAgent.tick` moves 20 ms of audio
through the conference bridge, and `pace` calls the loop every 20 ms of the monotonic clock without drift: no sample
is lost or made up, so samples count time. Two consequences:

- Whoever uses it must come back within a few milliseconds; anything slower belongs into another process.
- Each user agent has a process of its own, and ends it with `os._exit` (freeing PJSIP's objects in order is hopeless).

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
from typing import Any

import pjsua2 as pj

from probe.line.leg import FRAME_BYTES, SILENCE, AudioPort, Leg

TICK = 0.02
"""Seconds of audio moved by one tick."""
CALLS = 4
"""Calls a process can hold (compiled into the wheel)."""
CODECS = ("PCMU", "PCMA", "GSM", "iLBC", "speex", "G722")
"""Codecs of the wheel that may be offered; names as in SDP (RFC 3551)."""

_JITTER_MS = 40  # prefetch of the jitter buffer: bridges one late tick at either end; measured, see docs/sip.md
_JITTER_MAX_MS = 2000  # guessed: more than any pause a busy machine makes
_PRIORITY = -10  # of -20 to 19; only root, or a user with RLIMIT_NICE, may go below 0


class _Frame(ctypes.Structure):
    """`pjmedia_frame`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buf", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("timestamp", ctypes.c_uint64),
        ("bit_info", ctypes.c_uint32),
    )


class _Account(pj.Account):  # type: ignore[misc]
    def __init__(self, accept: Callable[[int], None]) -> None:
        super().__init__()
        self._accept = accept

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        self._accept(prm.callId)  # at once: PJSIP answers 500 to a call that nobody has taken on return


_INVITE_SENT = re.compile(r"TX \d+ bytes Request msg INVITE/")
_BYE_CONFIRMED = re.compile(r"RX \d+ bytes Response msg [2-6]\d\d/BYE")


class _LogWriter(pj.LogWriter):  # type: ignore[misc]
    def __init__(self, log: Callable[[str], None] | None) -> None:
        super().__init__()
        self._log = log
        self.bye_confirmed = False
        self.invite_sent: float | None = None

    def write(self, entry: Any) -> None:
        try:
            if self.invite_sent is None and _INVITE_SENT.match(entry.msg):
                self.invite_sent = time.monotonic()
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
        with contextlib.suppress(OSError):  # who keeps a clock goes before those that compute, where the system lets it
            os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
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

    @property
    def invite_sent(self) -> float | None:
        """When the first INVITE went out, by the monotonic clock."""
        return self._log.invite_sent

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


def pace(step: Callable[[], bool], start: float | None = None) -> None:
    """Calls `step` every 20 ms from `start` (monotonic clock; None: now) until it returns False.

    After a delay it calls without a pause until it is on time again.
    """
    due = time.monotonic() if start is None else start
    while step():
        due += TICK
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
