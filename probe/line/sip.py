"""A telephone line over SIP. The call itself runs in a line process; here its frames come out of a pipe.

So nothing that listening does can disturb the clock of the call, and if the process dies, all that it sent is kept and
the call ends with `LineFailed`. Whose fault an end is:

- a final status that really came back from the network, or a BYE: the hotline's (`Ended` with the status);
- no answer to our INVITE at all, nobody listening, a host that cannot be found, a broken transport, no codec in common,
  credentials that we lack, RTP that stops, a process that died: ours (`LineFailed`), whatever status PJSIP made up for it;
- nobody picks up within `ring_limit`: `Ended` by the caller, reason "ring limit".
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from probe.errors import UserError
from probe.line import keys as telephone_keys
from probe.line.address import Address
from probe.line.caller import Caller
from probe.line.lines import Lines, Slot
from probe.line.pipe import pack
from probe.line.tls import is_old, openssl
from probe.line.trunk import Keys, Trunk
from probe.line.wire import unpacked
from probe.timeline import (
    EVENTS,
    FRAME,
    RATE,
    Action,
    Dialed,
    Frame,
    HangUp,
    InputLate,
    LineEvent,
    LineFailed,
    Press,
    Samples,
    Say,
)

Speak = Callable[[str], Samples]
"""How an utterance becomes audio: int16 at 8 kHz."""

CODECS = ("PCMU", "PCMA", "GSM", "iLBC", "speex", "G722")
"""Codecs that a line can be told to offer alone; without a choice it offers PCMU and PCMA (G.711)."""

_START = 30.0  # seconds the process may take to its first frame, on a machine under load; guessed
_RESPONSE = 8.0  # seconds to any response of an address dialled without a trunk; guessed
_LATE = 0.5  # seconds from which it is told that an input went out late; guessed
_STALL = 10.0  # seconds without a frame after which the process counts as dead; guessed


class SipLine:
    """One SIP call (implements `probe.call.Line`): iterate once to dial and hear it.

    `uri`: `sip:NUMBER@HOST:PORT`. `trace`: file for the SIP messages. `keys`: how keys are sent: `auto` sends RFC 4733
    events, or in-band tones where the far end does not take them; `rfc4733` only events; `info`, `inband`. `codec`: the only one offered.
    `ring_limit`: seconds from the INVITE to give up if nobody picks up; `response_limit`: seconds to any response;
    `media_limit`: seconds without an RTP packet, once answered, after which the connection counts as lost.
    `trunk`: what it goes through; `uri` is then an address on it. Without one, only this machine is dialled. A trunk's
    codecs, response limit and way of sending keys hold where none is named here. `lines`: where it gets its line
    process from (None: one of its own, which ends with it).
    Raises UserError for an address that cannot or must not be dialled, or an unknown codec.
    """

    def __init__(
        self,
        uri: str,
        *,
        caller: Caller,
        speak: Speak,
        trace: Path | None = None,
        keys: Keys | None = None,
        codec: str | None = None,
        ring_limit: float = 60.0,
        response_limit: float | None = None,
        media_limit: float = 10.0,
        trunk: Trunk | None = None,
        lines: Lines | None = None,
    ) -> None:
        address = Address.parse(uri)
        loopback = check_reach(address, trunk)
        if codec is not None and codec.lower() not in map(str.lower, CODECS):
            raise UserError(
                f"no codec `{codec}`; write one of {', '.join(CODECS)}", f"没有编码“{codec}”；可写 {'、'.join(CODECS)}"
            )
        usual = trunk.codecs if trunk else ("PCMU", "PCMA")
        self._order = {
            "uri": address.uri.replace("localhost", "127.0.0.1"),
            "bind": "127.0.0.1" if loopback else "0.0.0.0",
            "number": caller.number,
            "display": caller.display,
            "codecs": [codec] if codec else list(usual),
            "trace": str(trace) if trace else None,
            "ring_limit": ring_limit,
            "response_limit": response_limit or (trunk.response_limit if trunk else _RESPONSE),
            "media_limit": media_limit,
            "trunk": trunk.settings() if trunk else None,
        }
        self._speak = speak
        self._keys = keys or (trunk.keys if trunk else "auto")
        self._shared = lines
        self._lines = lines or Lines()
        self._slot: Slot | None = None
        self._number = 0
        self._asked = self._due = 0.0
        self._sent_late: list[tuple[str, float]] = []  # inputs, not told yet, and by how many seconds
        self.over = False
        """Whether the last frame has been given."""

    @property
    def pid(self) -> int | None:
        """Process id of the call's line process while there is one."""
        return self._slot.process.pid if self._slot else None

    def __iter__(self) -> Iterator[Frame]:
        self.dial()
        while not self.over:
            select.select([self], [], [], self.patience)
            yield from self.frames()

    def dial(self) -> None:
        """Gets a line process, and has it send the INVITE. Then `frames` gives what has come, whenever asked."""
        self._slot = self._lines.take()
        self._asked = time.monotonic()
        self._command({"do": "dial", **self._order})

    def fileno(self) -> int:
        """The descriptor that becomes readable when frames have come; only between `dial` and `close`."""
        assert self._slot
        return self._slot.fileno()

    @property
    def patience(self) -> float:
        """Seconds left until the line process counts as dead if nothing comes from it."""
        limit = _STALL if self._number else _START
        return max(self._asked + limit - time.monotonic(), 0.0)

    def frames(self) -> Iterator[Frame]:
        """The frames that have come since last asked, not waiting for more; the last one when `patience` is over."""
        slot = self._slot
        assert slot
        while not self.over and (message := slot.take()) is not None:
            number, self._due, late, heard, said, told = unpacked(message)
            self._asked = time.monotonic()
            events: tuple[LineEvent, ...] = ()
            if told or self._sent_late:
                at = number / RATE
                events = (*self._input_late(at), *(_event(kind, at, fields) for kind, fields in told))
                self.over = any(event.kind in ("ended", "line_failed") for event in events)
            self._number = number + FRAME
            yield Frame(number, heard, said, events)
            self._lines.moved.note(late)
            self._lines.heard.note(time.monotonic() - self._due)  # the frame has been listened to
        if not self.over and (slot.closed or not self.patience):
            self.over = True
            yield self._broken(slot, self._number)

    def perform(self, action: Action) -> None:
        """Sends keys, speaks, or hangs up; returns at once (after `speak`)."""
        match action:
            case Press():
                keys = telephone_keys.check(action.value)
                spacing = round((telephone_keys.ON + telephone_keys.OFF) * RATE)
                audio = telephone_keys.tones(keys)
                ends = len(audio) - round(telephone_keys.OFF * RATE)
                in_band = self._keys == "inband"
                form = {"keys": "" if in_band else keys, "by": "audio" if in_band else self._keys, "spacing": spacing}
                self._send(action.value, ends, form, audio)
            case Say():
                audio = self._speak(action.value)
                self._send(action.value, len(audio), {"keys": "", "by": "audio", "spacing": 0}, audio)
            case HangUp():
                self._command({"do": "hang_up"})

    def _send(self, value: str, ends: int, form: dict[str, Any], audio: Samples) -> None:
        """Gives the line keys or speech to send, and notes how long after the audio that they answer."""
        self._command({"do": "send", "value": value, "ends": ends, **form}, audio.tobytes())
        late = time.monotonic() - self._due
        if late >= _LATE:
            self._sent_late.append((value, round(late, 3)))

    def _input_late(self, at: float) -> list[LineEvent]:
        late, self._sent_late = self._sent_late, []
        return [InputLate(at=at, known=at, value=value, seconds=seconds) for value, seconds in late]

    def close(self) -> None:
        """Hangs up if need be, and gives the line process back."""
        slot, self._slot = self._slot, None
        if slot:
            slot.tell(pack({"do": "hang_up"}), patience=0.0)
            self._lines.give_back(slot)
        if self._shared is None:
            self._lines.close()

    def _command(self, form: dict[str, Any], audio: bytes = b"") -> None:
        if self._slot:
            self._slot.tell(pack(form, audio), _STALL)

    def _broken(self, slot: Slot, number: int) -> Frame:
        """The frame that ends a call whose process died or hangs."""
        reason = f"the call's process gave no audio for {_STALL:g} s"
        if slot.closed:
            reason = slot.process.how_it_ended()
        else:
            slot.process.kill()
        at = number / RATE
        events: list[LineEvent] = [LineFailed(at=at, known=at, reason=reason)]
        if number == 0:
            events.insert(0, Dialed(at=at, known=at))
        silence = np.zeros(FRAME, np.int16)
        return Frame(number, silence, silence, tuple(events))


def check_reach(address: Address, trunk: Trunk | None) -> bool:
    """Whether a call stays on this machine; raises UserError when it goes where it must not."""
    if trunk is None:
        if not address.is_loopback:
            raise UserError(
                f"`{address.uri}`: {address.host} is not this machine; to dial further, use a trunk (--trunk NAME)",
                f"“{address.uri}”：{address.host} 不是本机；拨打其他地址须经中继（--trunk 名称）",
            )
        return True
    if not trunk.reaches(address.host):
        raise UserError(
            f"`{address.uri}`: {address.host} is not of trunk {trunk.name}; write the number alone",
            f"“{address.uri}”：{address.host} 不属于中继 {trunk.name}；请只写号码",
        )
    loopback = all(Address("", proxy.host).is_loopback for proxy in (*trunk.proxies, trunk.registrar) if proxy.host)
    if trunk.transport == "tls" and not loopback and not trunk.tls.old_openssl and is_old(openssl()):
        version = openssl() or "unknown"
        raise UserError(
            f"trunk {trunk.name}: TLS would use OpenSSL {version}, which gets no security fixes any more; build PJSIP "
            "against a current one (docs/trunks.md), or write `tls: { old_openssl: accept }`",
            f"中继 {trunk.name}：TLS 将使用已停止安全更新的 OpenSSL {version}；请用新版 OpenSSL 编译 PJSIP"
            "（见 docs/trunks.md），或写 `tls: { old_openssl: accept }`",
        )
    return loopback


def _event(kind: str, at: float, fields: dict[str, Any]) -> LineEvent:
    event = EVENTS[kind](at=at, known=at, **fields)
    assert isinstance(event, LineEvent)
    return event
