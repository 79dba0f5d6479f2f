"""One call of a user agent: what SIP says of it.

PJSIP calls back in the middle of its work. The callbacks here act on nothing: they write down what happened (`Leg.
signals`, `Leg.keys`), and the 20 ms loop acts on it. Its audio is in `probe.line.port`.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import Any, Literal

import pjsua2 as pj

from probe.line.backlog import Backlog
from probe.line.media import Stream
from probe.line.port import SILENCE, AudioPort, library, taken_out

_LOOK = 25  # ticks from one look at the statistics to the next
_CONTACT = re.compile(r"(?im)^(?:contact|m)\s*:\s*(.*)$")
_ADDRESS = re.compile(r"<?(sips?:[^\s<>,]+)>?([^,]*)")
_RETRY_AFTER = re.compile(r"(?im)^retry-after\s*:\s*(\d{1,9})")
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
    `cause`: Q.850 cause of a Reason header (RFC 3326), if there was one. `contacts`: addresses a 3xx points to, best
    first. `retry_after`: seconds of a Retry-After header.
    """

    status: int
    reason: str
    origin: Literal["far", "stack"]
    cause: int | None
    contacts: tuple[str, ...] = ()
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The far end holds us (`on`), or no longer does."""

    on: bool


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The far end asked us to call somebody else (REFER), and was refused."""

    to: str


Signal = Provisional | MediaReady | Confirmed | Disconnected | Held | TransferAsked


class Leg(pj.Call):  # type: ignore[misc]
    """One call as this user agent sees it. The loop reads and empties `signals` and `keys`."""

    takes_out = True
    """Whether streams are taken out of PJSIP's bridge where they can be (`probe.line.port`)."""

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
        self.held = False
        """Whether the far end holds us."""
        self.streams: list[Stream] = []
        """What was counted of the streams that are over."""
        self.backlog: Backlog | None = None
        """How far the far end's stream is ahead of what is heard of it."""
        self._invite = 0  # address of our INVITE's transaction while nothing has come back
        self._cause: int | None = None
        self._stream = Stream()
        self._ticks = self._looked = self._came = 0
        port.stream = None
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

    def abandon(self) -> None:
        """Gives up an INVITE to which nothing has come at all, at once: PJSIP would keep its place for 32 s (Timer B)."""
        if self._invite:
            terminate = library().pjsip_tsx_terminate
            terminate.argtypes = (ctypes.c_void_p, ctypes.c_int)
            terminate(self._invite, 408)
            self._invite = 0

    def counted(self) -> list[Stream]:
        """What has been counted of all its streams so far."""
        if self.flowing:
            self._look()
        return [*self.streams, self._stream]

    def tick(self) -> None:
        """To be called every tick: looks at the stream's counters now and then."""
        self._ticks += 1
        if self.flowing and self._ticks - self._looked >= _LOOK:
            before = self._stream.packets
            self._look()
            if self.backlog:
                self.backlog.note(self._stream.over)
            if self._stream.packets != before:
                self._came = self._ticks

    def starved(self) -> float:
        """Seconds for which no RTP packet has come (PJSIP tells nothing when RTP stops)."""
        return (self._ticks - self._came) / 50

    def move(self) -> bool:
        """Moves 20 ms of audio: `port.outgoing` is sent, `port.heard` was received. True if the bridge must do it."""
        port = self.port
        if not self.flowing or port.stream is None:
            port.heard, port.taken = SILENCE, False
            return self.flowing
        port.move()
        if self.backlog and self.backlog.frames:
            port.heard = self.backlog.catch_up(port.heard)
        return False

    def _look(self) -> None:
        try:
            self._stream.look(self, 0, (self._ticks - self._looked) / 50)
        except pj.Error:
            return
        self._looked = self._ticks

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
                    if self.port.stream is None:
                        self.port.connect(self.getAudioMedia(index))
                    self.flowing = True
                    self.signals.append(MediaReady())
                    held = media.status == pj.PJSUA_CALL_MEDIA_REMOTE_HOLD
                    if held != self.held:
                        self.held = held
                        self.signals.append(Held(held))
        except Exception as error:
            self._failed(error)

    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        """A transaction moved: provisional responses, and the Reason header of a BYE."""
        try:
            change = prm.e.body.tsxState
            if change.tsx.method == "INVITE" and change.tsx.role == pj.PJSIP_ROLE_UAC:
                calling = change.tsx.state == pj.PJSIP_TSX_STATE_CALLING
                self._invite = int(change.tsx.pjTransaction) if calling else 0
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
                    self.signals.append(_refusal(status, message, self._cause))
                else:
                    origin: Literal["far", "stack"] = "far" if message.startswith(("BYE ", "CANCEL ")) else "stack"
                    self.signals.append(Disconnected(info.lastStatusCode, info.lastReason, origin, self._cause))
        except Exception as error:
            self._failed(error)

    def onStreamCreated(self, prm: Any) -> None:  # noqa: N802
        """A stream begins: it is taken out of PJSIP's bridge if it can be."""
        self.port.stream = self.backlog = None
        try:
            self.port.stream = taken_out(prm) if self.takes_out else None
        except Exception as error:
            self._failed(error)
        if self.port.stream:  # of others (30 ms, 16 kHz) the bridge keeps parts
            self.backlog = Backlog(self.port.stream)

    def onStreamDestroyed(self, prm: Any) -> None:  # noqa: N802
        """A stream is over: the last chance to ask what came on it."""
        self.port.stream = self.backlog = None
        try:
            self._look()
            self.streams.append(self._stream)
            self._stream = Stream()
        except Exception as error:
            self._failed(error)

    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802
        """REFER: a test call stays with the hotline it measures, so it calls nobody else (docs/sip.md)."""
        prm.statusCode = 603
        self.signals.append(TransferAsked(str(prm.dstUri)))

    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        """INVITE with Replaces: nobody takes a test call over."""
        prm.statusCode = 603

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


def _refusal(status: int, message: str, cause: int | None) -> Disconnected:
    """A final response that refused the call, with what it says of other addresses and other times."""
    head = message.partition("\r\n\r\n")[0]
    reason = head.partition("\r")[0].split(" ", 2)[-1]
    contacts = (
        [address for line in _CONTACT.findall(head) for address in _ADDRESS.findall(line)] if status < 400 else []
    )
    ranked = sorted(contacts, key=lambda found: -_preference(found[1]))
    wait = _RETRY_AFTER.search(head)
    return Disconnected(status, reason, "far", cause, tuple(a for a, _ in ranked), int(wait[1]) if wait else None)


def _preference(parameters: str) -> float:
    """The q value of a Contact (RFC 3261 §20.10); 1 if it has none."""
    found = re.search(r"(?i);\s*q\s*=\s*([01](?:\.\d*)?)", parameters)
    return float(found[1]) if found else 1.0


def _q850(message: str) -> int | None:
    """The Q.850 cause in a message's Reason header (RFC 3326), if any."""
    found = re.search(r"(?im)^reason\s*:.*\bq\.850\b[^\r\n]*?;\s*cause\s*=\s*(\d+)", message)
    return int(found.group(1)) if found else None
