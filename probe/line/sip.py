"""A telephone line over SIP. The call itself runs in a line process; here its frames come out of a pipe.

So nothing that listening does can disturb the clock of the call, and if the process dies, all that it sent is kept and
the call ends with `LineFailed`. Whose fault an end is:

- a final status that really came back from the network, or a BYE: the hotline's (`Ended` with the status);
- no answer to our INVITE at all, nobody listening, a host that cannot be found, a broken transport, no codec in common,
  credentials that we lack, RTP that stops, a process that died: ours (`LineFailed`), whatever status PJSIP made up for it;
- nobody picks up within `ring_limit`: `Ended` by the caller, reason "ring limit".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from probe.errors import UserError
from probe.line import keys as telephone_keys
from probe.line.address import Address
from probe.line.caller import Caller
from probe.line.lines import Lines, Slot
from probe.line.pipe import pack
from probe.timeline import (
    EVENTS,
    FRAME,
    RATE,
    Action,
    Dialed,
    Frame,
    HangUp,
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
_STALL = 10.0  # seconds without a frame after which the process counts as dead; guessed


class SipLine:
    """One SIP call (implements `probe.call.Line`): iterate once to dial and hear it.

    `uri`: `sip:NUMBER@HOST:PORT`. `trace`: file for the SIP messages. `keys`: how keys are sent: RFC 4733 events
    (where the far end does not take them, in-band instead), SIP INFO, or in-band tones. `codec`: the only one offered.
    `ring_limit`: seconds from the INVITE to give up if nobody picks up; `response_limit`: seconds to any response;
    `media_limit`: seconds without an RTP packet, once answered, after which the connection counts as lost.
    `beyond_loopback`: whether hosts other than this machine may be dialled.
    `trunk`: settings of the trunk it goes through, by name, for `probe.line.account`. `lines`: where it gets its line
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
        keys: Literal["rfc4733", "info", "inband"] = "rfc4733",
        codec: str | None = None,
        ring_limit: float = 60.0,
        response_limit: float = 8.0,
        media_limit: float = 10.0,
        beyond_loopback: bool = False,
        trunk: Mapping[str, Any] | None = None,
        lines: Lines | None = None,
    ) -> None:
        address = Address.parse(uri)
        if not (address.is_loopback or beyond_loopback):
            raise UserError(
                f"`{uri}`: {address.host} is not this machine; only 127.0.0.1 and localhost may be dialled",
                f"“{uri}”：{address.host} 不是本机；目前只允许拨打 127.0.0.1 和 localhost",
            )
        if codec is not None and codec.lower() not in map(str.lower, CODECS):
            raise UserError(
                f"no codec `{codec}`; write one of {', '.join(CODECS)}", f"没有编码“{codec}”；可写 {'、'.join(CODECS)}"
            )
        self._order = {
            "uri": address.uri.replace("localhost", "127.0.0.1"),
            "host": address.host,
            "port": address.port,
            "bind": "127.0.0.1" if address.is_loopback else "0.0.0.0",
            "number": caller.number,
            "display": caller.display,
            "codecs": [codec] if codec else ["PCMU", "PCMA"],
            "trace": str(trace) if trace else None,
            "ring_limit": ring_limit,
            "response_limit": response_limit,
            "media_limit": media_limit,
            "trunk": dict(trunk or {}),
        }
        self._speak = speak
        self._keys = keys
        self._shared = lines
        self._lines = lines or Lines()
        self._slot: Slot | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the call's line process while there is one."""
        return self._slot.process.pid if self._slot else None

    def __iter__(self) -> Iterator[Frame]:
        slot = self._slot = self._lines.take()
        self._command({"do": "dial", **self._order})
        number = 0
        late = self._lines.lateness
        while True:
            message = slot.take(timeout=_STALL if number else _START)
            if message is None:
                yield self._broken(slot, number)
                return
            form, audio = message
            number = form["number"]
            at = number / RATE
            events: tuple[LineEvent, ...] = tuple(_event(kind, at, fields) for kind, fields in form["events"])
            heard, said = np.frombuffer(audio, np.int16).reshape(2, FRAME)
            yield Frame(number, heard, said, events)
            late.note(time.monotonic() - form["due"])  # the frame has been listened to
            if any(event.kind in ("ended", "line_failed") for event in events):
                return
            number += FRAME

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
                self._command({"do": "send", "value": action.value, "ends": ends, **form}, audio.tobytes())
            case Say():
                audio = self._speak(action.value)
                form = {"keys": "", "by": "audio", "spacing": 0}
                self._command({"do": "send", "value": action.value, "ends": len(audio), **form}, audio.tobytes())
            case HangUp():
                self._command({"do": "hang_up"})

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


def _event(kind: str, at: float, fields: dict[str, Any]) -> LineEvent:
    event = EVENTS[kind](at=at, known=at, **fields)
    assert isinstance(event, LineEvent)
    return event
