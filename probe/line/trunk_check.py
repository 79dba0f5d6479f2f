"""Whether a trunk works, found out in the line process without a call: it registers, and asks each proxy with OPTIONS.

It takes a slot like a call, and answers with one message: {"registration": {...} or null, "proxies": [{...}, ...]},
each {"status", "reason", "far", "server"}: `far` when the far end said it, else PJSIP gave up by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import pjsua2 as pj

from probe.line.account import Identity
from probe.line.address import uri
from probe.line.knock import Knock
from probe.line.pipe import pack
from probe.line.pjsip import TICK, Reply, UserAgent
from probe.line.trunk import Proxy, Trunk

_REFUSED_AFTER = 1.0  # as for calls (probe/line/attempts.py)


@dataclass(frozen=True, slots=True)
class _Found:
    status: int
    reason: str
    far: bool
    server: str = ""


class TrunkCheck:
    """The check of one trunk; it has a call's place in a slot (`probe.line.sip_call.SipCall`)."""

    def __init__(self, agent: UserAgent, form: dict[str, Any]) -> None:
        self._agent = agent
        self._trunk = Trunk.from_settings(form["trunk"])
        self._identity = Identity(form["number"], "", form["bind"], self._trunk)
        self._registration: _Found | None = None
        self._proxies: list[_Found] = []
        self._steps = self._check()
        self._done = False
        self.told = False

    def before(self) -> None:
        """A tick further."""
        if not self._done:
            self._done = next(self._steps, True)

    def after(self, due: float, late: float) -> bytes | None:
        """What was found, once it is."""
        if not self._done:
            return None
        self.told = True
        registration = asdict(self._registration) if self._registration else None
        return pack({"registration": registration, "proxies": [asdict(found) for found in self._proxies]})

    def obey(self, form: dict[str, Any], data: bytes) -> None:
        """Nothing can be asked of it."""

    def hang_up(self, reason: str = "") -> None:
        """Whoever asked is gone."""
        self._done = self.told = True

    def fail(self, reason: str) -> None:
        """What broke is all that was found."""
        self._proxies.append(_Found(0, reason, False))
        self._done = True

    def linger(self) -> bool:
        """There are no last words."""
        return False

    def close(self) -> None:
        """Nothing is held open."""

    def _check(self) -> Iterator[bool]:
        """The whole check; each step is a tick."""
        if self._trunk.register:
            for found in self._until(lambda: self._registered()):
                yield False
                self._registration = found or self._registration
        for proxy in self._trunk.proxies:
            yield from self._ask(proxy)
        yield True

    def _registered(self) -> _Found | None:
        told = self._agent.registration(self._identity)
        return _Found(told.status, told.reason, told.far) if told else None

    def _ask(self, proxy: Proxy) -> Iterator[bool]:
        identity = replace(self._identity, proxy=proxy, trunk=replace(self._trunk, register=0.0))
        before = len(self._agent.replies(identity))
        knock = Knock(proxy.host, proxy.port) if self._trunk.transport == "udp" else None
        waited = 0.0

        def answer() -> _Found | None:
            nonlocal waited
            waited += TICK
            replies = self._agent.replies(identity)[before:]
            if replies:
                return _found(replies[0])
            if knock and waited > _REFUSED_AFTER and knock.is_refused():
                return _Found(0, "nobody listens there", False)
            return None

        self._agent.options(identity, uri("", self._trunk.domain, proxy.port, self._trunk.transport))
        for found in self._until(answer):
            yield False
            if found:
                self._proxies.append(found)
        if knock:
            knock.close()

    def _until(self, look: Any) -> Iterator[_Found | None]:
        """Looks each tick until something is found or the trunk's response limit is over; the last item is found."""
        waited = 0.0
        while True:
            try:
                found = look()
            except pj.Error as error:
                found = _Found(0, error.reason, False)
            waited += TICK
            if found is None and waited > self._trunk.response_limit:
                found = _Found(0, f"no response within {self._trunk.response_limit:g} s", False)
            yield found
            if found:
                return


def _found(reply: Reply) -> _Found:
    server = re.search(r"(?im)^(?:server|user-agent)\s*:\s*(.*?)\s*$", reply.message)
    return _Found(reply.status, reply.reason, bool(reply.message), server[1] if server else "")
