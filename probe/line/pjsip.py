"""A SIP user agent in one thread with its own clock: SIP, RTP, audio and Python all happen in one 20 ms loop.

PJSIP starts no thread here. `UserAgent.poll` handles what the network brought, `UserAgent.tick` moves 20 ms of audio
through the conference bridge, and `pace` calls the loop every 20 ms of the monotonic clock without drift: no sample
is lost or made up, so samples count time. Two consequences:

- Whoever uses it must come back within a few milliseconds; anything slower belongs into another process.
- Each user agent has a process of its own, and ends it with `os._exit` (freeing PJSIP's objects in order is hopeless).

One agent holds several calls, each with its own identity, codecs and log. Compiled limits of the wheel: 4 calls a process; PCMU, PCMA, GSM, iLBC, speex, G722, L16; UDP, TCP and TLS on IPv4.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pjsua2 as pj

from probe.line.account import Identity, account_config, invite, tls_transport
from probe.line.leg import Leg
from probe.line.port import FRAME_BYTES, AudioPort, PjFrame, library
from probe.line.sip_log import Dialogue, Log, SipLog

TICK = 0.02
"""Seconds of audio moved by one tick."""
CALLS = 4
"""Calls a process can hold (compiled into the wheel; `UserAgent.most_calls` is what this build says)."""
_ASKED = 64  # calls asked for; PJSIP gives as many as it was compiled for
CODECS = ("PCMU", "PCMA", "GSM", "iLBC", "speex", "G722")
"""Codecs of the wheel that may be offered; names as in SDP (RFC 3551)."""

_JITTER_MS = 40  # prefetch of the jitter buffer: bridges one late tick at either end; measured, see docs/sip.md
_JITTER_MAX_MS = 2000  # guessed: more than any pause a busy machine makes
_BRIDGE_ANYWAY = 50  # ticks from one of the bridge to the next when no call's audio goes through it; guessed
_PRIORITY = -10  # of -20 to 19; only root, or a user with RLIMIT_NICE, may go below 0


_TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}


@dataclass(frozen=True, slots=True)
class Registration:
    """How registering went: the registrar's final status, or PJSIP's own for none (`far` is False then)."""

    status: int
    reason: str
    far: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """Final answer to a request outside of calls; `message` is empty when PJSIP gave up by itself."""

    status: int
    reason: str
    message: str


class _Account(pj.Account):  # type: ignore[misc]
    def __init__(self, accept: Callable[[int], None]) -> None:
        super().__init__()
        self._accept = accept
        self.registration: Registration | None = None
        self.registered = self.leaving = False
        self.replies: list[Reply] = []

    def onRegState(self, prm: Any) -> None:  # noqa: N802
        # PJSIP keeps no message when it gives up after a second challenge; it never makes these three up itself.
        far = bool(prm.rdata.wholeMsg) or prm.code in (401, 403, 407)
        self.registration = Registration(prm.code, prm.reason, far)
        self.registered = prm.code // 100 == 2 and prm.expiration > 0

    def onSendRequest(self, prm: Any) -> None:  # noqa: N802
        change = prm.e.body.tsxState
        heard = change.src.rdata.wholeMsg if change.type == pj.PJSIP_EVENT_RX_MSG else ""
        self.replies.append(Reply(change.tsx.statusCode, change.tsx.statusText, heard))

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        self._accept(prm.callId)  # at once: PJSIP answers 500 to a call that nobody has taken on return


class UserAgent:
    """A SIP endpoint at `host`:`port` (0: any free port). One a process.

    `incoming`: calls that came in, for the loop to take out and answer through `Leg.reply`.
    `identity`: user part of its address, by which calls come in. `codecs`: those accepted, preferred first.
    `calls`: how many it may hold at once. `log`: gets every line PJSIP logs that belongs to no call of ours.
    Raises pj.Error when the port is taken.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        identity: str = "probe",
        codecs: Sequence[str] = ("PCMU", "PCMA"),
        calls: int = CALLS,
        log: Log | None = None,
    ) -> None:
        with contextlib.suppress(OSError):  # who keeps a clock goes before those that compute, where the system lets it
            os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
        self.incoming: list[Leg] = []
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = _ASKED
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
        self._log = SipLog(log)
        config.logConfig.writer = self._log
        self._endpoint.libInit(config)
        self.most_calls = int(library().pjsua_call_get_max_count())
        """Calls that this build of PJSIP can hold: one given up may still be there when its call goes elsewhere."""
        self._master = int(self._endpoint.audDevManager().setNoDev())
        self._bridge = library().pjmedia_port_get_frame
        self._buffer = ctypes.create_string_buffer(FRAME_BYTES)
        self._mix = PjFrame(0, ctypes.addressof(self._buffer), FRAME_BYTES, 0, 0)
        self._ticks = 0
        self._transports: dict[tuple[Any, ...], tuple[int, int]] = {}
        self._stun: set[str] = set()
        _, self.port = self._transport(Identity(bind=host), port)
        self._endpoint.libStart()
        self._codecs = {codec.codecId: _name(codec.codecId) for codec in self._endpoint.codecEnum2()}
        self._offered: tuple[str, ...] = ()
        self._offer(codecs)
        self._accounts: dict[Identity, _Account] = {}
        self._own = self._account(Identity(number=identity, bind=host))
        self._calls = calls
        self._ports: list[AudioPort] = []
        self._legs: dict[Leg, Dialogue] = {}

    def call(
        self,
        uri: str,
        *,
        identity: Identity | None = None,
        codecs: Sequence[str] = ("PCMU", "PCMA"),
        log: Log | None = None,
    ) -> Leg:
        """Sends an INVITE and returns the call; `log` gets its messages. Raises pj.Error if PJSIP cannot even try."""
        self._offer(codecs)  # the codecs are the endpoint's; those of this instant go into the INVITE
        leg = Leg(self._account(identity) if identity else self._own, self._free_port())
        self._legs[leg] = dialogue = Dialogue(log)
        self._log.dialling(dialogue)
        try:
            leg.makeCall(uri, invite(identity.trunk if identity else None))
        except pj.Error:
            self.release(leg)
            raise
        finally:
            self._log.dialling(None)
        return leg

    def dialogue(self, leg: Leg) -> Dialogue:
        """What the log has shown of a call (its own object hears nothing any more once it hung up)."""
        return self._legs[leg]

    def release(self, leg: Leg) -> None:
        """Gives up a call that is over; its audio port serves the next."""
        self._log.forget(self._legs.pop(leg))

    def _accept(self, call_id: int) -> None:
        if len(self._legs) < self._calls:
            leg = Leg(self._own, self._free_port(), call_id)
            self._legs[leg] = Dialogue()
            self.incoming.append(leg)

    def turn_away(self) -> None:
        """Refuses calls that came in, of which a caller wants none: a trunk that knows us may send some."""
        for leg in self.incoming:
            leg.end(480)
        for leg in [leg for leg in self.incoming if leg.over]:
            self.incoming.remove(leg)
            self.release(leg)

    def _free_port(self) -> AudioPort:
        """One that no call uses: they are never freed, because PJSIP's bridge may still look at them."""
        busy = {id(leg.port) for leg in self._legs}
        free = next((port for port in self._ports if id(port) not in busy), None)
        if free is None:
            free = AudioPort(f"call-{len(self._ports)}")
            self._ports.append(free)
        return free

    def registration(self, identity: Identity) -> Registration | None:
        """How registering an identity went; None while it is not known. Raises pj.Error when it cannot even be tried."""
        if identity.trunk is None or not identity.trunk.register:
            return Registration(200, "", True)
        return self._account(identity).registration

    def leave(self) -> bool:
        """Takes registrations back; to be polled for until it says that all are gone."""
        active = [account for account in self._accounts.values() if account.registered]
        for account in active:
            if not account.leaving:
                account.leaving = True
                with contextlib.suppress(pj.Error):
                    account.setRegistration(False)
        return not active

    def options(self, identity: Identity, uri: str) -> None:
        """Sends OPTIONS to an address (RFC 3261 §11); `replies` has what comes back."""
        prm = pj.SendRequestParam()
        prm.method = "OPTIONS"
        prm.txOption.targetUri = uri
        self._account(identity).sendRequest(prm)

    def replies(self, identity: Identity) -> list[Reply]:
        """Final answers to the requests sent so far."""
        return self._account(identity).replies

    def _account(self, identity: Identity) -> _Account:
        """The account of an identity, made when it is first needed."""
        account = self._accounts.get(identity)
        if account is None:
            stun = identity.trunk.nat.stun if identity.trunk else ""
            if stun and stun not in self._stun:
                self._stun.add(stun)
                self._endpoint.natUpdateStunServers(pj.StringVector(sorted(self._stun)), False)
            account = _Account(self._accept)
            self._accounts[identity] = account
            account.create(account_config(identity, *self._transport(identity)))
        return account

    def _transport(self, identity: Identity, port: int = 0) -> tuple[int, int]:
        """Id and port of the transport that an identity sends by."""
        trunk = identity.trunk
        kind = trunk.transport if trunk else "udp"
        public = trunk.nat.public_address if trunk else ""
        key = (identity.bind, kind, public, trunk.tls if trunk and kind == "tls" else None)
        if key not in self._transports:
            config = tls_transport(trunk.tls) if trunk and kind == "tls" else pj.TransportConfig()
            config.port = port
            config.boundAddress = identity.bind
            config.publicAddress = public
            number = self._endpoint.transportCreate(_TRANSPORTS[kind], config)
            bound = int(self._endpoint.transportGetInfo(number).localName.rpartition(":")[2])
            self._transports[key] = (number, bound)
        return self._transports[key]

    def _offer(self, codecs: Sequence[str]) -> None:
        """Has the next offer or answer list these codecs, in this order."""
        wanted = tuple(codec.lower() for codec in codecs)
        if wanted != self._offered:
            self._offered = wanted
            for codec, name in self._codecs.items():
                self._endpoint.codecSetPriority(codec, 255 - wanted.index(name) if name in wanted else 0)

    def poll(self) -> None:
        """Handles all SIP and RTP that has come in, and SIP's timers."""
        while self._endpoint.libHandleEvents(0) > 0:
            pass

    def tick(self) -> None:
        """Moves 20 ms of audio: takes each port's `outgoing`, leaves its `heard` (silence if nothing came)."""
        self._ticks += 1
        bridged = self._ticks % _BRIDGE_ANYWAY == 0
        for leg in self._legs:
            bridged |= leg.move()
        if bridged:
            self._mix.size = FRAME_BYTES
            self._bridge(self._master, ctypes.addressof(self._mix))


def _name(codec: str) -> str:
    """Name of a codec such as `PCMU/8000/1`, in small letters; "" for one at a rate that lines do not use."""
    name, rate = codec.lower().split("/")[:2]
    return name if rate == "8000" or name == "g722" else ""


def pace(step: Callable[[], bool], start: float | None = None) -> None:
    """Calls `step` every 20 ms from `start` (monotonic clock; None: now) until it returns False; see `ticks`."""
    for _ in ticks(start):
        if not step():
            return


def ticks(start: float | None = None) -> Iterator[float]:
    """Waits for each tick, from `start` (monotonic clock; None: now) on, and yields the instant at which it was due.

    After a delay the ticks come without a pause until they are on time again.
    """
    due = time.monotonic() if start is None else start
    while True:
        yield due
        due += TICK
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
