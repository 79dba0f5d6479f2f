"""Where a call goes: a SIP address, read from what a user typed, and whether it may be dialled."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from probe.errors import UserError
from probe.line.emergency import is_emergency

_FORM = re.compile(
    r"(?P<scheme>sips?):(?:(?P<user>[^@:;?\s<>\"]+)@)?(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?"
    r"(?:;transport=udp)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """`sip:user@host:port` (RFC 3261 §19.1) over UDP."""

    user: str
    host: str
    port: int = 5060

    @property
    def uri(self) -> str:
        return f"sip:{self.user}@{self.host}:{self.port}" if self.user else f"sip:{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this very machine, by its name or address (no look-up)."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Reads an address; raises UserError if it is none, is not SIP over UDP, or calls an emergency service."""
        found = _FORM.fullmatch(uri.strip())
        if not found:
            raise UserError(
                f"`{uri}` is not a SIP address over UDP; write sip:NUMBER@HOST:PORT",
                f"“{uri}”不是 UDP 上的 SIP 地址；请写 sip:号码@主机:端口",
            )
        if found["scheme"].lower() == "sips":
            raise UserError(
                f"`{uri}`: encrypted SIP is not supported; write sip:", f"“{uri}”：不支持加密的 SIP；请写 sip:"
            )
        port = int(found["port"] or 5060)
        if not 0 < port < 65536:
            raise UserError(f"`{uri}`: port {port} is not in 1 to 65535", f"“{uri}”：端口 {port} 不在 1 至 65535 之间")
        user = found["user"] or ""
        if is_emergency(user):
            raise UserError(
                f"`{uri}`: {user} is an emergency number; it is never dialled",
                f"“{uri}”：{user} 是紧急号码，绝不拨打",
            )
        return cls(user, found["host"], port)


def uri(user: str, host: str, port: int, transport: str = "udp") -> str:
    """A SIP address; the transport is named where it is not UDP."""
    at = f"{user}@" if user else ""
    return f"sip:{at}{host}:{port}" + ("" if transport == "udp" else f";transport={transport}")
