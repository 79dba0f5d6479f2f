"""One call of a line process: what it is asked, what it says and hears, and whose fault its end is.

The process calls `before` and `after` around each tick of PJSIP's bridge, and sends the frame that comes out. A call
waits for nobody: every wait for the network has a deadline, counted in its own frames.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pjsua2 as pj

from probe.line.account import Identity
from probe.line.knock import Knock
from probe.line.leg import FRAME_BYTES, SILENCE, Confirmed, Disconnected, Leg, MediaReady
from probe.line.pipe import pack
from probe.line.pjsip import TICK, UserAgent
from probe.line.trace import Trace

_FRAME = 160
_REFUSED_AFTER = 1.0  # seconds without an answer after which a closed port is believed; guessed
_ENDING = 2.0  # seconds to wait for the far end's part in hanging up; guessed, over three of SIP's T1
_FORGOTTEN = (
    40.0  # seconds until PJSIP has given up on an INVITE nobody answered: over Timer B, 32 s (RFC 3261 §17.1.1.2)
)
_LINGER = 4.0  # seconds to repeat a BYE nobody has confirmed: 4 transmissions (RFC 3261 §17.1.2.2: T1 0.5 s, doubling)


@dataclass(frozen=True, slots=True)
class Order:
    """What to dial. `host` and `port` are only for messages and for the look whether anybody listens there.

    `trunk`: settings of the trunk that the call goes through, by name; see `probe.line.account`.
    """

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
    trunk: dict[str, Any] = field(default_factory=dict)


def order(form: dict[str, Any]) -> Order:
    """The order in a message of the parent."""
    fields = {name: value for name, value in form.items() if name != "do"}
    return Order(**fields | {"codecs": tuple(form["codecs"])})


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


class SipCall:
    """One call from the INVITE to its end."""

    def __init__(self, agent: UserAgent, order: Order) -> None:
        self._agent = agent
        self._order = order
        self._number = 0
        self._events: list[tuple[str, dict[str, Any]]] = [("dialed", {})]
        self._queue: deque[Sending] = deque()
        self._sending: Sending | None = None
        self._shown = SILENCE
        self._answered = self._early = self._sent_goodbye = False
        self._status = 0
        self._hanging_up: tuple[float, str] | None = None
        self._lingered = 0.0
        self.ended = False
        self.told = False
        """Whether the frame that tells the end has been made."""
        self._trace = Trace(Path(order.trace)) if order.trace else None
        self._knock = Knock(order.host, order.port)
        self._leg: Leg | None = None
        identity = Identity(order.number, order.display, order.bind, order.trunk)
        try:
            log = self._trace.log if self._trace else None
            self._leg = agent.call(order.uri, identity=identity, codecs=order.codecs, log=log)
        except pj.Error as error:
            self.fail(f"{order.host}: {error.reason}")

    # ------------------------------------------------------------------------------------------ one tick

    def before(self) -> None:
        """Before the bridge moves: what has happened, and what is to be sent."""
        if self._leg is not None and not self.told:
            self._note(self._leg)
            self._watch_deadlines(self._leg)
            self._prepare(self._leg)

    def after(self, due: float) -> bytes:
        """After the bridge moved: the packed frame of this tick, which was due then."""
        heard, said = (self._leg.port.heard, self._said(self._leg)) if self._leg is not None else (SILENCE, SILENCE)
        form = {"number": self._number, "due": round(due, 5), "events": self._events}
        self._events = []
        self._number += _FRAME
        self.told = self.ended
        return pack(form, heard + said)

    def linger(self) -> bool:
        """After the last frame: SIP's last words, a tick at a time; False once PJSIP has let go of the call."""
        leg = self._leg
        if leg is None:
            return False
        if self._lingered == 0.0:
            leg.end()  # one that failed may still be there
        self._lingered += TICK
        if not leg.over:
            return self._lingered < _FORGOTTEN
        waits = self._answered and self._sent_goodbye and not self._agent.dialogue(leg).bye_confirmed
        return waits and self._lingered < _LINGER

    def close(self) -> None:
        """Lets go of it."""
        if self._leg is not None:
            self._leg.end()
            self._agent.release(self._leg)
            self._leg = None
        self._knock.close()
        if self._trace:
            self._trace.close()

    def _prepare(self, leg: Leg) -> None:
        """Sets what goes out in this tick, and how people should hear it in the recording."""
        self._sending = sending = self._queue[0] if self._queue and leg.flowing and not leg.over else None
        leg.port.outgoing = self._shown = SILENCE
        if not sending:
            return
        while sending.keys and sending.keys[0][0] <= sending.done:
            _, key = sending.keys.popleft()
            if not leg.press(key, "info" if sending.by == "info" else "rfc4733", 100):
                sending.by = "audio"  # the far end takes no telephone events: the tones themselves must do
                sending.keys.clear()
        start = 2 * sending.done
        self._shown = sending.audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        if sending.by == "audio":
            leg.port.outgoing = self._shown

    def _said(self, leg: Leg) -> bytes:
        """What was sent in this tick, as people should hear it."""
        sending = self._sending
        if sending is None or not leg.port.taken:
            return SILENCE
        sending.done += _FRAME
        if sending.done >= sending.ends and not sending.told:
            self._queue_played(sending)
        if sending.done * 2 >= len(sending.audio):
            self._queue.popleft()
        return self._shown

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
            self.fail(f"{where}: asks for credentials, and there are none ({text})")
        elif end.origin == "far":
            fields: dict[str, Any] = {"by": "hotline", "reason": end.reason}
            if not self._answered:
                fields["status"] = end.status
            if end.cause is not None:
                fields["cause"] = end.cause
            self._end(fields)
        elif self._leg is not None and not self._leg.heard_from:
            self.fail(f"{where}: no response to the call ({text})")
        elif end.reason.startswith("SDP"):
            self.fail(f"{where}: no codec in common ({text})")
        else:
            self.fail(f"{where}: the call could not go on ({text})")

    def _watch_deadlines(self, leg: Leg) -> None:
        now = self._number / 8000
        if self.ended:
            return
        if self._hanging_up:
            if now > self._hanging_up[0]:
                self._end({"by": "caller", "reason": self._hanging_up[1]})
        elif not leg.heard_from:
            refused = now >= _REFUSED_AFTER and self._knock.is_refused()
            if refused or now >= self._order.response_limit:
                why = "nobody listens there" if refused else f"no response within {self._order.response_limit:g} s"
                self.fail(f"{self._order.host}:{self._order.port}: {why}")
        elif self._answered:
            if leg.starved() > self._order.media_limit:
                self.fail(f"{self._order.host}: no audio packet for {self._order.media_limit:g} s")
                self._say_goodbye()
        elif now >= self._order.ring_limit:
            self.hang_up("ring limit")

    # ---------------------------------------------------------------------------------------- what is asked

    def obey(self, form: dict[str, Any], data: bytes) -> None:
        """Does what the parent asks: `send` keys or speech, or `hang_up`."""
        if form["do"] == "hang_up":
            self.hang_up()
        elif form["do"] == "send":
            keys = deque((n * form["spacing"], key) for n, key in enumerate(form["keys"]))
            sending = Sending(form["value"], data, keys, form["by"], form["ends"])
            if data:
                self._queue.append(sending)
            else:
                self._queue_played(sending)

    def hang_up(self, reason: str = "") -> None:
        """Ends the call from our side; the frames go on until the far end has agreed."""
        if self._hanging_up or self.ended:
            return
        self._hanging_up = (self._number / 8000 + _ENDING, reason)
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        self._sent_goodbye = True
        if self._leg is not None:
            self._leg.end()

    def _end(self, fields: dict[str, Any]) -> None:
        if not self.ended:
            self.ended = True
            self._events.append(("ended", fields))

    def fail(self, reason: str) -> None:
        """Ends the call as our fault."""
        if not self.ended:
            self.ended = True
            self._events.append(("line_failed", {"reason": reason}))
