"""The INVITEs of one call: the one that runs, and those before it, which PJSIP may still be busy with."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pjsua2 as pj

from probe.line.account import Identity
from probe.line.knock import Knock
from probe.line.leg import Leg
from probe.line.pjsip import UserAgent
from probe.line.route import Target

_WAITING = (
    30.0  # seconds in which an unanswered INVITE surely has its transaction: Timer B is 32 s (RFC 3261 §17.1.1.2)
)
_REFUSED_AFTER = 1.0  # seconds without an answer after which a closed port is believed; guessed


class Attempt:
    """One INVITE to one target. Raises pj.Error when it cannot even be sent."""

    def __init__(
        self,
        agent: UserAgent,
        target: Target,
        identity: Identity,
        codecs: Sequence[str],
        log: Callable[[str], None] | None,
        began: float,
    ) -> None:
        self._agent = agent
        self.target = target
        self.began = began
        """Seconds of the call at which it was sent."""
        connected = identity.trunk is not None and identity.trunk.transport != "udp"
        self._knock = None if connected else Knock(target.host, target.port)
        try:
            self.leg: Leg = agent.call(target.uri, identity=identity, codecs=codecs, log=log)
        except pj.Error:
            self._give_back_knock()
            raise

    def silence(self, now: float, limit: float) -> str:
        """Why nothing will come any more, when nothing has; "" while something may."""
        if self.leg.heard_from:
            return ""
        if self._knock and now - self.began >= _REFUSED_AFTER and self._knock.is_refused():
            return "nobody listens there"
        return f"no response within {limit:g} s" if now - self.began >= limit else ""

    @property
    def bye_confirmed(self) -> bool:
        """Whether the far end has confirmed our BYE."""
        return self._agent.dialogue(self.leg).bye_confirmed

    def abandon(self) -> None:
        """Frees its place in PJSIP, if its INVITE still waits for a first answer."""
        dialogue = self._agent.dialogue(self.leg)
        waits = dialogue.invite_sent is not None and time.monotonic() - dialogue.invite_sent < _WAITING
        if waits and not dialogue.heard:  # else PJSIP is done with the transaction, or soon will be
            self.leg.abandon()

    def close(self) -> None:
        """Lets go of it; PJSIP ends it in its own time if it is not over."""
        self.leg.end()
        self._agent.release(self.leg)
        self._give_back_knock()

    def _give_back_knock(self) -> None:
        if self._knock:
            self._knock.close()
            self._knock = None
