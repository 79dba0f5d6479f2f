"""Where a call is sent, and where next when that fails: the trunk's proxies in order, and redirections within limits.

Pure; `probe.line.sip_call` acts on it. Every address is looked at here once more before it is dialled: no emergency
number, nothing beyond this machine without a trunk, nothing beyond the trunk with one.
"""

from __future__ import annotations

from dataclasses import dataclass

from probe.errors import UserError
from probe.line.address import Address, uri
from probe.line.trunk import PORTS, Proxy, Trunk

_REDIRECTS = 3  # followed without a trunk, whose file may say otherwise; guessed


@dataclass(frozen=True, slots=True)
class Target:
    """One attempt: the address asked for, and the proxy it goes through, if any."""

    uri: str
    host: str
    port: int
    proxy: Proxy | None = None

    @property
    def where(self) -> str:
        """Who is asked, for people."""
        return f"{self.host}:{self.port}"


class Route:
    """The attempts of one call. Raises UserError when the first may not be dialled."""

    def __init__(self, address: str, trunk: Trunk | None) -> None:
        self._trunk = trunk
        self._proxies = list(trunk.proxies) if trunk else []
        self._redirects = trunk.redirects if trunk else _REDIRECTS
        self.target = self._target(Address.parse(address), self._proxies.pop(0) if self._proxies else None)
        self._seen = {self.target}

    def fail_over(self) -> Target | None:
        """The same address through the trunk's next proxy; None when there is none left."""
        if not self._proxies:
            return None
        return self._go(self._target(Address.parse(self.target.uri), self._proxies.pop(0)))

    def redirect(self, contacts: tuple[str, ...]) -> Target | str:
        """The first of the addresses a 3xx pointed to that may be followed; else why none is."""
        refused = "it names no address"
        if self._redirects <= 0:
            return "as many redirections as are allowed have been followed"
        for contact in contacts:
            try:
                target = self._followed(Address.parse(contact.partition(";")[0].partition("?")[0]))
            except UserError as error:
                refused = error.en
                continue
            if target in self._seen:
                refused = f"{contact} was called already"
                continue
            self._redirects -= 1
            return self._go(target)
        return refused

    def _followed(self, address: Address) -> Target:
        trunk = self._trunk
        if trunk is None:
            if not address.is_loopback:
                raise UserError(f"{address.host} is not this machine", f"{address.host} 不是本机")
            return self._target(address, None)
        if not trunk.reaches(address.host):
            raise UserError(f"{address.host} is not of this trunk", f"{address.host} 不属于这条中继")
        proxy = Proxy(address.host, address.port)
        return Target(uri(address.user, address.host, address.port), proxy.host, proxy.port, proxy)

    def _target(self, address: Address, proxy: Proxy | None) -> Target:
        if proxy is None or self._trunk is None:
            return Target(address.uri.replace("localhost", "127.0.0.1"), address.host, address.port)
        port = self._trunk.registrar.port
        shown = f":{port}" if port not in (0, PORTS[self._trunk.transport]) else ""
        return Target(f"sip:{address.user}@{self._trunk.domain}{shown}", proxy.host, proxy.port, proxy)

    def _go(self, target: Target) -> Target:
        self.target = target
        self._seen.add(target)
        return target
