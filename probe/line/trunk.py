"""The settings of a trunk as the line process needs them: where it is reached, as whom, and how.

`probe.trunk` reads them from a file that people write; here they are plain values that cross the pipe to the line
process as JSON (`asdict`, `settings`). The password is in them, so they are never logged or kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Transport = Literal["udp", "tcp", "tls"]
Keys = Literal["auto", "rfc4733", "info", "inband"]
Srtp = Literal["no", "optional", "required"]
PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""Ports of SIP (RFC 3261 §19.1.2)."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where requests are sent: a host, and the port there."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the far end is told of the caller, where it differs from the caller's own number.

    `from_` and `display`: user part and name of the From header; `asserted`: number of P-Asserted-Identity (RFC 3325);
    `private`: asks the network not to show the number (Privacy: id, RFC 3323).
    """

    from_: str = ""
    display: str = ""
    asserted: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Tls:
    """`ca`: file of the certificates that are trusted, "" for the system's; `verify`: whether the server must prove who
    it is; `old_openssl`: whether an end-of-life OpenSSL may be used beyond this machine."""

    ca: str = ""
    verify: bool = True
    old_openssl: bool = False


@dataclass(frozen=True, slots=True)
class Nat:
    """What helps through address translation: a STUN server (`host:port`), the address the world sees, whether Contact
    and Via are rewritten to what the far end saw, ICE, and seconds between keep-alives (0: none)."""

    stun: str = ""
    public_address: str = ""
    rewrite: bool = True
    ice: bool = False
    keep_alive: float = 15.0


@dataclass(frozen=True, slots=True)
class Trunk:
    """A SIP provider that calls go through.

    `domain`: host part of its addresses. `proxies`: where requests go, in order; the next is tried when one does not
    answer or says 503. `registrar`: where it registers. `register`: seconds that a registration lasts; 0: none is needed. `realm`: which challenge the
    credentials answer, `*` for any. `headers`: further headers of the INVITE. `early_media`: whether what is heard
    before the answer is kept. `session_timer`: seconds between refreshes (RFC 4028), 0: none asked for.
    `response_limit`: seconds that a proxy has for any response. `redirects`: how many 3xx are followed.
    """

    name: str
    domain: str
    proxies: tuple[Proxy, ...]
    transport: Transport = "udp"
    registrar: Proxy = Proxy("", 0)
    register: float = 0.0
    username: str = ""
    password: str = field(default="", repr=False)
    realm: str = "*"
    caller_id: CallerId = CallerId()
    headers: tuple[tuple[str, str], ...] = ()
    codecs: tuple[str, ...] = ("PCMU", "PCMA")
    keys: Keys = "auto"
    srtp: Srtp = "no"
    tls: Tls = Tls()
    nat: Nat = Nat()
    early_media: bool = True
    session_timer: float = 0.0
    response_limit: float = 8.0
    redirects: int = 3
    channels: int = 1
    calls_per_second: float = 1.0

    def settings(self) -> dict[str, Any]:
        """As a dictionary that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_settings(cls, form: dict[str, Any]) -> Trunk:
        """Back from `settings`."""
        values = {f.name: form[f.name] for f in fields(cls) if f.name in form}
        return cls(
            **values
            | {
                "registrar": Proxy(**form["registrar"]),
                "proxies": tuple(Proxy(**proxy) for proxy in form["proxies"]),
                "caller_id": CallerId(**form["caller_id"]),
                "headers": tuple((name, value) for name, value in form["headers"]),
                "codecs": tuple(form["codecs"]),
                "tls": Tls(**form["tls"]),
                "nat": Nat(**form["nat"]),
            }
        )

    def reaches(self, host: str) -> bool:
        """Whether a host is one of the trunk's own: its domain or a proxy."""
        return host.lower() in {self.domain.lower(), *(proxy.host.lower() for proxy in self.proxies)}
