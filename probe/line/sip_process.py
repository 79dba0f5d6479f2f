"""The process that makes one SIP call: frames out on stdout, commands in on stdin, a 20 ms clock in between.

    in   {"do": "dial", ...}                                       once, first: see `Order`
         {"do": "send", "value", "keys", "by", "ends"} + samples   keys or speech
         {"do": "hang_up"}                                         or end of file: the parent is gone
    out  {"number", "events": [[kind, {fields}], ...]} + 320 bytes heard + 320 bytes said

The clock starts when the INVITE goes out and never waits for the parent. Every wait for the network has a deadline.
"""

from __future__ import annotations

import os
import socket
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pjsua2 as pj

from probe.line.leg import FRAME_BYTES, SILENCE, Confirmed, Disconnected, Leg, MediaReady
from probe.line.pipe import Inlet, Outlet, pack
from probe.line.pjsip import TICK, UserAgent, pace
from probe.line.process import channel
from probe.line.trace import Trace

_FRAME = 160
_REFUSED_AFTER = 1.0  # seconds without an answer after which a closed port is believed; guessed
_ENDING = 2.0  # seconds to wait for the far end's part in hanging up; guessed, over three of SIP's T1
_LINGER = 4.0  # seconds to repeat a BYE nobody has confirmed: 4 transmissions (RFC 3261 §17.1.2.2: T1 0.5 s, doubling)
_BACKLOG = 64 << 20  # bytes the parent may be behind (half an hour of frames) before the call is given up; guessed


@dataclass(frozen=True, slots=True)
class Order:
    """What to dial. `host` and `port` are only for messages and for the look whether anybody listens there."""

    uri: str
    host: str
    port: int
    bind: str
    number: str
    display: str
    codecs: tuple[str, ...]
    trace: str | None
    ring_limit: float
    response_limit: float
    media_limit: float


@dataclass(slots=True)
class Sending:
    """Keys or speech on their way out.

    `audio` is what people hear in the recording; it is sent as audio unless `by` says that `keys` are sent as events
    ("rfc4733") or messages ("info"), each at its offset. `ends`: samples after which it counts as played (a pause may
    follow).
    """

    value: str
    audio: bytes
    keys: deque[tuple[int, str]]
    by: str
    ends: int
    done: int = 0
    told: bool = False


class CallProcess:
    """One call from the INVITE to its end."""

    def __init__(self, order: Order, inlet: Inlet, outlet: Outlet) -> None:
        self._order = order
        self._in = inlet
        self._out = outlet
        self._number = 0
        self._events: list[tuple[str, dict[str, Any]]] = [("dialed", {})]
        self._queue: deque[Sending] = deque()
        self._answered = self._early = self._ended = self._sent_goodbye = False
        self._status = 0
        self._hanging_up: tuple[float, str] | None = None
        self._trace = trace = Trace(Path(order.trace)) if order.trace else None
        self._agent = UserAgent(
            host=order.bind,
            identity=order.number,
            display=order.display,
            codecs=order.codecs,
            log=trace.log if trace else None,
        )
        self._knock = _knock(order.host, order.port)
        self._leg: Leg | None = None
        try:
            self._leg = self._agent.call(order.uri)
        except pj.Error as error:
            self._fail(f"{order.host}: {error.reason}")

    def run(self) -> None:
        """The call, then a while for SIP's last words."""
        pace(self._step, start=self._agent.invite_sent)
        left = _LINGER

        def last_words() -> bool:
            nonlocal left
            left -= TICK
            self._agent.poll()
            self._out.flush()
            return left > 0 and not self._agent.bye_confirmed

        if self._answered and self._sent_goodbye:
            pace(last_words)
        self._out.flush(timeout=_ENDING)
        if self._trace:
            self._trace.close()

    # ------------------------------------------------------------------------------------------ one tick

    def _step(self) -> bool:
        self._agent.poll()
        self._obey()
        said = SILENCE
        heard = SILENCE
        if self._leg is not None:
            self._note(self._leg)
            self._watch_deadlines(self._leg)
            said, heard = self._exchange(self._leg)
        form = {"number": self._number, "events": self._events}
        self._out.send(pack(form, heard + said))
        self._events = []
        self._number += _FRAME
        return not self._ended

    def _exchange(self, leg: Leg) -> tuple[bytes, bytes]:
        """20 ms of audio both ways: what was said, as people should hear it, and what was heard."""
        sending = self._queue[0] if self._queue and leg.flowing and not leg.over else None
        shown = SILENCE
        if sending:
            while sending.keys and sending.keys[0][0] <= sending.done:
                _, key = sending.keys.popleft()
                if not leg.press(key, "info" if sending.by == "info" else "rfc4733", 100):
                    sending.by = "audio"  # the far end takes no telephone events: the tones themselves must do
                    sending.keys.clear()
            start = 2 * sending.done
            shown = sending.audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
            leg.port.outgoing = shown if sending.by == "audio" else SILENCE
        else:
            leg.port.outgoing = SILENCE
        self._agent.tick()
        if sending and leg.port.taken:
            sending.done += _FRAME
            if sending.done >= sending.ends and not sending.told:
                self._queue_played(sending)
            if sending.done * 2 >= len(sending.audio):
                self._queue.popleft()
        else:
            shown = SILENCE
        return shown, leg.port.heard

    def _queue_played(self, sending: Sending) -> None:
        sending.told = True
        self._events.append(("played", {"value": sending.value}))

    # ------------------------------------------------------------------------------------ what happened

    def _note(self, leg: Leg) -> None:
        """Turns what PJSIP saw into events."""
        signals, leg.signals = leg.signals, []
        for seen in signals:
            match seen:
                case Confirmed():
                    if not self._answered:
                        self._answered = True
                        self._events.append(("answered", {}))
                case Disconnected():
                    self._over(seen)
                case MediaReady():
                    pass
                case _:
                    if seen.status > 100 and seen.status != self._status:
                        self._status = seen.status
                        self._events.append(("ringing", {"status": seen.status}))
        if leg.flowing and not self._answered and not self._early:  # a 200 brings media and answer in the same tick
            self._early = True
            self._events.append(("early_media", {}))

    def _over(self, end: Disconnected) -> None:
        where = f"{self._order.host}:{self._order.port}"
        text = f"{end.status} {end.reason}".strip()
        if self._hanging_up:
            self._end({"by": "caller", "reason": self._hanging_up[1]})
        elif end.origin == "far" and not self._answered and end.status in (401, 407):
            self._fail(f"{where}: asks for credentials, and there are none ({text})")
        elif end.origin == "far":
            fields: dict[str, Any] = {"by": "hotline", "reason": end.reason}
            if not self._answered:
                fields["status"] = end.status
            if end.cause is not None:
                fields["cause"] = end.cause
            self._end(fields)
        elif self._leg is not None and not self._leg.heard_from:
            self._fail(f"{where}: no response to the call ({text})")
        elif end.reason.startswith("SDP"):
            self._fail(f"{where}: no codec in common ({text})")
        else:
            self._fail(f"{where}: the call could not go on ({text})")

    def _watch_deadlines(self, leg: Leg) -> None:
        now = self._number / 8000
        if self._ended:
            return
        if self._hanging_up:
            if now > self._hanging_up[0]:
                self._end({"by": "caller", "reason": self._hanging_up[1]})
        elif not leg.heard_from:
            refused = self._knock is not None and now >= _REFUSED_AFTER and _is_refused(self._knock)
            if refused or now >= self._order.response_limit:
                why = "nobody listens there" if refused else f"no response within {self._order.response_limit:g} s"
                self._fail(f"{self._order.host}:{self._order.port}: {why}")
        elif self._answered:
            if leg.starved() > self._order.media_limit:
                self._fail(f"{self._order.host}: no audio packet for {self._order.media_limit:g} s")
                self._say_goodbye()
        elif now >= self._order.ring_limit:
            self._hang_up("ring limit")

    # ---------------------------------------------------------------------------------------- what is asked

    def _obey(self) -> None:
        while (message := self._in.take()) is not None:
            form, data = message
            if form["do"] == "hang_up":
                self._hang_up("")
            elif form["do"] == "send":
                keys = deque((n * form["spacing"], key) for n, key in enumerate(form["keys"]))
                sending = Sending(form["value"], data, keys, form["by"], form["ends"])
                if data:
                    self._queue.append(sending)
                else:
                    self._queue_played(sending)
        if self._in.closed or self._out.closed or self._out.backlog > _BACKLOG:
            self._hang_up("")

    def _hang_up(self, reason: str) -> None:
        if self._hanging_up or self._ended:
            return
        self._hanging_up = (self._number / 8000 + _ENDING, reason)
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        self._sent_goodbye = True
        if self._leg is not None:
            self._leg.end()

    def _end(self, fields: dict[str, Any]) -> None:
        if not self._ended:
            self._ended = True
            self._events.append(("ended", fields))

    def _fail(self, reason: str) -> None:
        if not self._ended:
            self._ended = True
            self._events.append(("line_failed", {"reason": reason}))


def _knock(host: str, port: int) -> socket.socket | None:
    """A connected UDP socket that has sent an empty line (RFC 5626 §3.5.1): it learns when nobody listens there.

    PJSIP's own socket is not connected, so the network's "port unreachable" never reaches it. None for a host name.
    """
    try:
        knock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        knock.setblocking(False)
        knock.connect((socket.inet_ntoa(socket.inet_aton("127.0.0.1" if host == "localhost" else host)), port))
        knock.send(b"\r\n\r\n")
    except OSError:
        return None
    return knock


def _is_refused(knock: socket.socket) -> bool:
    try:
        knock.recv(1)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def main() -> None:
    """Runs the call ordered on stdin; ends the process."""
    inlet, outlet = channel()
    message = inlet.take(timeout=60)
    if message:
        form = message[0]
        form["codecs"] = tuple(form["codecs"])
        CallProcess(Order(**form), inlet, outlet).run()
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:
        print(f"{type(error).__name__}: {getattr(error, 'reason', '') or error}", file=sys.stderr, flush=True)
        os._exit(1)
