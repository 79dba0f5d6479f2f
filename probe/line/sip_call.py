"""One call of a line process: what it is asked, what it says and hears, and whose fault its end is.

The process calls `before` and `after` around each tick of PJSIP's bridge, and sends the frame that comes out. A call
waits for nobody: every wait for the network has a deadline, counted in its own frames. Its clock starts with the first
INVITE; before that it may wait for a registration, and gives no frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pjsua2 as pj

from probe.errors import UserError
from probe.line.account import Identity
from probe.line.attempts import Attempt
from probe.line.leg import Confirmed, Disconnected, Held, Leg, MediaReady, TransferAsked
from probe.line.media import media_fields
from probe.line.mouth import Mouth, Sending
from probe.line.pjsip import TICK, UserAgent
from probe.line.port import SILENCE
from probe.line.route import Route, Target
from probe.line.trace import Trace
from probe.line.trunk import Trunk
from probe.line.wire import packed

_FRAME = 160
_RARELY = 5 * _FRAME  # samples between two looks at the deadlines of a call that goes on
_ENDING = 2.0  # seconds to wait for the far end's part in hanging up; guessed, over three of SIP's T1
_FORGOTTEN = (
    40.0  # seconds until PJSIP has given up on an INVITE nobody answered: over Timer B, 32 s (RFC 3261 §17.1.1.2)
)
_LINGER = 4.0  # seconds to repeat a BYE nobody has confirmed: 4 transmissions (RFC 3261 §17.1.2.2: T1 0.5 s, doubling)
_TOO_MANY = 70010  # PJ_ETOOMANY: PJSIP has no place for another call
_REGISTERING = 10.0  # seconds that a registration may take before the call is given up; guessed


@dataclass(frozen=True, slots=True)
class Order:
    """What to dial, as whom, and through which trunk, if any."""

    uri: str
    bind: str
    number: str
    display: str
    codecs: tuple[str, ...]
    trace: str | None
    ring_limit: float
    response_limit: float
    media_limit: float
    trunk: Trunk | None = None


def order(form: dict[str, Any]) -> Order:
    """The order in a message of the parent."""
    fields = {name: value for name, value in form.items() if name != "do"}
    trunk = Trunk.from_settings(form["trunk"]) if form["trunk"] else None
    return Order(**fields | {"codecs": tuple(form["codecs"]), "trunk": trunk})


class SipCall:
    """One call from the INVITE to its end."""

    def __init__(self, agent: UserAgent, order: Order) -> None:
        self._agent = agent
        self._order = order
        self._number = 0
        self._events: list[tuple[str, dict[str, Any]]] = [("dialed", {})]
        self._mouth = Mouth(self._played, self._unable)
        self._answered = self._early = self._sent_goodbye = False
        self._status = 0
        self._hanging_up: tuple[float, str] | None = None
        self._lingered = self._waited = 0.0
        self.ended = False
        self.told = False
        """Whether the frame that tells the end has been made."""
        self._trace = Trace(Path(order.trace)) if order.trace else None
        self._attempt: Attempt | None = None
        self._given_up: list[Attempt] = []
        try:
            self._route: Route | None = Route(order.uri, order.trunk)
        except UserError as error:  # looked at before; this is the last moment, and nothing may have changed it
            self._route = None
            self.fail(error.en)

    # ------------------------------------------------------------------------------------------ one tick

    def before(self) -> None:
        """Before the bridge moves: what has happened, and what is to be sent."""
        if self._attempt is None and not self.ended:
            self._begin()
        attempt = self._attempt
        if attempt is not None and not self.told:
            attempt.leg.tick()
            if attempt.leg.signals or not self._answered:
                self._note(attempt.leg)
            if not self._answered or self._hanging_up or self._number % _RARELY == 0:
                self._watch_deadlines(attempt)
            self._mouth.prepare(self._attempt.leg if self._attempt else attempt.leg)

    def after(self, due: float, late: float) -> bytes | None:
        """After audio moved: the packed frame of this tick, which was due and was so late; None before the INVITE."""
        if self._attempt is None and not self.ended:
            return None
        heard = said = SILENCE
        if self._attempt is not None:
            leg = self._attempt.leg
            said = self._mouth.said(leg)
            heard = leg.port.heard if self._answered or self._listens_early else SILENCE
        number, events = self._number, self._events
        self._events = []
        self._number += _FRAME
        self.told = self.ended
        return packed(number, due, late, heard, said, events)

    def linger(self) -> bool:
        """After the last frame: SIP's last words, a tick at a time; False once PJSIP has let go of the call."""
        attempts = [*self._given_up, *([self._attempt] if self._attempt else [])]
        if self._lingered == 0.0:
            for attempt in attempts:
                attempt.leg.end()  # one that failed may still be there
        self._lingered += TICK
        if not all(attempt.leg.over for attempt in attempts):
            return self._lingered < _FORGOTTEN
        waits = self._answered and self._sent_goodbye and self._attempt and not self._attempt.bye_confirmed
        return bool(waits) and self._lingered < _LINGER

    def close(self) -> None:
        """Lets go of it."""
        for attempt in (*self._given_up, *([self._attempt] if self._attempt else [])):
            attempt.close()
        self._given_up, self._attempt = [], None
        if self._trace:
            self._trace.close()

    @property
    def _now(self) -> float:
        return self._number / 8000

    @property
    def _listens_early(self) -> bool:
        return self._order.trunk is None or self._order.trunk.early_media

    # ------------------------------------------------------------------------------------------ where it goes

    def _identity(self, target: Target) -> Identity:
        order = self._order
        return Identity(order.number, order.display, order.bind, order.trunk, target.proxy)

    def _begin(self) -> None:
        """Sends the first INVITE, once the trunk knows us if it must."""
        assert self._route
        target = self._route.target
        try:
            registration = self._agent.registration(self._identity(target))
        except pj.Error as error:
            self.fail(f"{target.where}: cannot register: {error.reason}")
            return
        self._waited += TICK
        text = f"{registration.status} {registration.reason}" if registration else ""
        if registration is not None and registration.status // 100 == 2:
            self._dial(target)
        elif registration is not None and registration.far and registration.status != 503:
            self.fail(f"{target.where}: refuses the registration ({text})")
        elif registration is not None:
            self._register_elsewhere(f"{target.where}: the registration failed ({text})")
        elif self._waited > _REGISTERING:
            self._register_elsewhere(f"{target.where}: no answer to the registration within {_REGISTERING:g} s")

    def _register_elsewhere(self, reason: str) -> None:
        """Registers through the trunk's next proxy; the call fails when there is none."""
        assert self._route
        target = self._route.fail_over()
        if target is None:
            self.fail(reason)
        else:
            self._waited = 0.0
            self._events.append(("rerouted", {"to": target.where, "reason": reason}))

    def _dial(self, target: Target) -> None:
        try:
            try:
                self._attempt = self._sent(target)
            except pj.Error as error:
                if error.status != _TOO_MANY or not self._given_up:
                    raise
                # No place is left: those given up must go at once, though an answer that still comes is then not refused.
                for attempt in self._given_up:
                    attempt.abandon()
                self._attempt = self._sent(target)
        except pj.Error as error:
            self.fail(f"{target.where}: {error.reason}")

    def _sent(self, target: Target) -> Attempt:
        log = self._trace.log if self._trace else None
        return Attempt(self._agent, target, self._identity(target), self._order.codecs, log, self._now)

    def _go_on(self, target: Target, reason: str) -> None:
        """Gives up the attempt that runs, and makes the next."""
        assert self._attempt
        self._given_up.append(self._attempt)
        self._attempt.leg.end()
        self._events.append(("rerouted", {"to": target.where, "reason": reason}))
        self._dial(target)

    def _failed_over(self, reason: str) -> bool:
        """Whether the trunk has another proxy to go to, which is done then."""
        target = self._route.fail_over() if self._route and not self._status and not self._answered else None
        if target is None:
            return False
        self._go_on(target, reason)
        return True

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
                    self._over(seen, leg)
                case MediaReady():
                    pass
                case Held():
                    self._events.append(("held" if seen.on else "resumed", {}))
                case TransferAsked():
                    self._events.append(("transfer_refused", {"to": seen.to}))
                case _:
                    if seen.status > 100 and seen.status != self._status:
                        self._status = seen.status
                        self._events.append(("ringing", {"status": seen.status}))
        # A 200 brings media and answer in the same tick.
        if leg.flowing and self._listens_early and not self._answered and not self._early:
            self._early = True
            self._events.append(("early_media", {}))

    def _over(self, end: Disconnected, leg: Leg) -> None:
        assert self._attempt
        where = self._attempt.target.where
        text = f"{end.status} {end.reason}".strip()
        if self._hanging_up:
            self._end({"by": "caller", "reason": self._hanging_up[1]})
        elif self._answered:
            self._over_after_answer(end, where, text)
        elif end.status in (401, 407) and (end.origin == "far" or leg.heard_from):
            if self._order.trunk is not None and self._order.trunk.username:
                self.fail(f"{where}: refuses the credentials ({text})")
            else:
                self.fail(f"{where}: asks for credentials, and there are none ({text})")
        elif end.origin == "far" and end.status // 100 == 3:
            self._redirected(end, text)
        elif end.origin == "far" and end.status == 503 and self._failed_over(text):
            pass
        elif end.origin == "far":
            self._end(_refused(end))
        elif end.reason.startswith("SDP"):
            self.fail(f"{where}: no codec in common ({text})")
        elif not self._failed_over(text):
            if leg.heard_from:
                self.fail(f"{where}: the call could not go on ({text})")
            else:
                self.fail(f"{where}: no response to the call ({text})")

    def _over_after_answer(self, end: Disconnected, where: str, text: str) -> None:
        if end.origin == "far":
            fields = _refused(end)
            del fields["status"]
            self._end(fields)
        elif end.reason.startswith("SDP"):
            self.fail(f"{where}: no codec in common ({text})")
        else:
            self.fail(f"{where}: the call could not go on ({text})")

    def _redirected(self, end: Disconnected, text: str) -> None:
        assert self._route
        target = self._route.redirect(end.contacts)
        if isinstance(target, Target):
            self._go_on(target, text)
        else:
            self._end(_refused(replace(end, reason=f"{end.reason}; not followed: {target}")))

    def _watch_deadlines(self, attempt: Attempt) -> None:
        if self.ended or self._attempt is not attempt:
            return
        if self._hanging_up:
            if self._now > self._hanging_up[0]:
                self._end({"by": "caller", "reason": self._hanging_up[1]})
        elif silence := attempt.silence(self._now, self._order.response_limit):
            if not self._failed_over(f"{attempt.target.where}: {silence}"):
                self.fail(f"{attempt.target.where}: {silence}")
        elif self._answered:
            if attempt.leg.starved() > self._order.media_limit:
                self.fail(f"{attempt.target.host}: no audio packet for {self._order.media_limit:g} s")
                self._say_goodbye()
        elif self._now >= self._order.ring_limit:
            self.hang_up("ring limit")

    # ---------------------------------------------------------------------------------------- what is asked

    def obey(self, form: dict[str, Any], data: bytes) -> None:
        """Does what the parent asks: `send` keys or speech, or `hang_up`."""
        if form["do"] == "hang_up":
            self.hang_up()
        elif form["do"] == "send":
            self._mouth.add(Sending.of(form, data))

    def hang_up(self, reason: str = "") -> None:
        """Ends the call from our side; the frames go on until the far end has agreed."""
        if self._hanging_up or self.ended:
            return
        self._hanging_up = (self._now + _ENDING, reason)
        self._say_goodbye()
        if self._attempt is None:
            self._end({"by": "caller", "reason": reason})

    def _say_goodbye(self) -> None:
        self._sent_goodbye = True
        if self._attempt is not None:
            self._attempt.leg.end()

    def _played(self, value: str) -> None:
        self._events.append(("played", {"value": value}))

    def _unable(self, reason: str) -> None:
        self.fail(reason)
        self._say_goodbye()

    # ----------------------------------------------------------------------------------------------- the end

    def _end(self, fields: dict[str, Any]) -> None:
        if not self.ended:
            self._finish("ended", fields)

    def fail(self, reason: str) -> None:
        """Ends the call as our fault."""
        if not self.ended:
            self._finish("line_failed", {"reason": reason})

    def _finish(self, kind: str, fields: dict[str, Any]) -> None:
        self.ended = True
        media = media_fields(self._attempt.leg.counted()) if self._attempt else None
        if media:
            self._events.append(("media", media))
        self._events.append((kind, fields))


def _refused(end: Disconnected) -> dict[str, Any]:
    """Fields of `ended` for what the far end said."""
    fields: dict[str, Any] = {"by": "hotline", "reason": end.reason, "status": end.status}
    if end.cause is not None:
        fields["cause"] = end.cause
    if end.retry_after is not None:
        fields["retry_after"] = end.retry_after
    return fields
