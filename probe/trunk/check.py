"""Whether a trunk works: what a line process found when it registered and sent OPTIONS, in plain words.

TLS is looked at first by Python's own library, which says why a certificate is not accepted; PJSIP only says that.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from probe.errors import OurFault
from probe.line.address import Address
from probe.line.lines import Lines
from probe.line.pipe import pack
from probe.line.sip import check_reach
from probe.line.trunk import Proxy, Trunk

_PATIENCE = 30.0  # seconds for the line process to start, over all limits of the check itself


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what was found, in both languages; `fine` if nothing is wrong with it."""

    fine: bool
    en: str
    zh: str


def check(trunk: Trunk, number: str) -> Iterator[Finding]:
    """What is found out about a trunk, one thing after the other. Raises UserError where it must not be reached."""
    loopback = check_reach(Address("", trunk.domain), trunk)
    if trunk.transport == "tls":
        for proxy in trunk.proxies:
            yield certificate(trunk, proxy)
    told = _asked(trunk, number, "127.0.0.1" if loopback else "0.0.0.0")
    if told["registration"]:
        yield _registration(trunk, told["registration"])
    for proxy, found in zip(trunk.proxies, told["proxies"], strict=False):
        yield _options(proxy, found)


def certificate(trunk: Trunk, proxy: Proxy) -> Finding:
    """Whether a proxy's certificate is accepted, and if not, why."""
    where = f"{proxy.host}:{proxy.port}"
    context = ssl.create_default_context(cafile=trunk.tls.ca or None)
    try:
        with (
            socket.create_connection((proxy.host, proxy.port), timeout=trunk.response_limit) as plain,
            context.wrap_socket(plain, server_hostname=proxy.host) as secure,
        ):
            until = str((secure.getpeercert() or {}).get("notAfter", ""))
            return Finding(
                True,
                f"{where}: {secure.version()}, certificate valid until {until}",
                f"{where}：{secure.version()}，证书有效期至 {until}",
            )
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message
        return Finding(
            not trunk.tls.verify,
            f"{where}: the certificate is not accepted: {why}",
            f"{where}：证书不被接受：{_in_chinese(why)}",
        )
    except ssl.SSLError as error:
        return Finding(
            False,
            f"{where}: no TLS there: {error.reason or error}",
            f"{where}：对方不支持 TLS：{error.reason or error}",
        )
    except OSError as error:
        why = error.strerror or str(error)
        return Finding(False, f"{where}: cannot be reached: {why}", f"{where}：无法连接：{why}")


def _asked(trunk: Trunk, number: str, bind: str) -> dict[str, Any]:
    lines = Lines()
    with contextlib.closing(lines):
        slot = lines.take()
        order = {"do": "check", "trunk": trunk.settings(), "number": number, "bind": bind}
        slot.tell(pack(order), _PATIENCE)
        limit = trunk.response_limit * (1 + len(trunk.proxies))
        message = slot.take(timeout=_PATIENCE + limit)
        if message is None or "proxies" not in message[0]:
            why = slot.process.how_it_ended() if slot.closed else "the line process does not answer"
            raise OurFault(f"trunk {trunk.name}: {why}", f"中继 {trunk.name}：线路进程故障：{why}")
        return message[0]


def _registration(trunk: Trunk, found: dict[str, Any]) -> Finding:
    where = f"{trunk.registrar.host}:{trunk.registrar.port}"
    status, reason = found["status"], found["reason"]
    if status // 100 == 2:
        return Finding(True, f"{where}: registered as {trunk.username}", f"{where}：已注册为 {trunk.username}")
    text = f"{status} {reason}" if status else reason
    if found["far"] and status in (401, 403, 407):
        return Finding(
            False,
            f"{where}: refuses the registration ({text}): the user name or the password is wrong",
            f"{where}：拒绝注册（{text}）：用户名或密码不对",
        )
    if found["far"]:
        return Finding(False, f"{where}: refuses the registration ({text})", f"{where}：拒绝注册（{text}）")
    return Finding(False, f"{where}: cannot be registered with: {text}", f"{where}：无法注册：{text}")


def _options(proxy: Proxy, found: dict[str, Any]) -> Finding:
    where = f"{proxy.host}:{proxy.port}"
    status, reason = found["status"], found["reason"]
    server = f", {found['server']}" if found["server"] else ""
    text = f"{status} {reason}" if status else reason
    if not found["far"]:
        return Finding(False, f"{where}: no route: {text}", f"{where}：无法到达：{text}")
    if status >= 500:
        return Finding(
            False,
            f"{where}: answers, but is out of order ({text}{server})",
            f"{where}：有应答但不可用（{text}{server}）",
        )
    # Any other answer, even 403 or 404, shows that SIP is spoken there (RFC 3261 §11).
    return Finding(True, f"{where}: answers OPTIONS ({text}{server})", f"{where}：应答 OPTIONS（{text}{server}）")


_CHINESE = {
    "certificate has expired": "证书已过期",
    "self-signed certificate": "自签名证书",
    "self-signed certificate in certificate chain": "证书链中有自签名证书",
    "unable to get local issuer certificate": "签发者不在受信任之列",
    "certificate is not yet valid": "证书尚未生效",
}


def _in_chinese(why: str) -> str:
    return _CHINESE.get(why, why)
