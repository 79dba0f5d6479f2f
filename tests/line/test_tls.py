from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import UserError
from probe.line.address import Address
from probe.line.sip import check_reach
from probe.line.tls import is_old, openssl
from probe.line.trunk import Proxy, Tls, Trunk


def test_the_openssl_under_pjsip_is_known() -> None:
    version = openssl()
    assert version[0].isdigit()
    bundled = list(Path(__import__("pjsua2").__file__).parents[1].glob("pjsua2_python.libs/libssl*"))
    if bundled:
        assert bundled[0].name.endswith(version)


@pytest.mark.parametrize(
    ("version", "old"), [("1.0.2k", True), ("1.1.1w", True), ("3.0.15", False), ("3.5.0", False), ("", True)]
)
def test_series_without_fixes_are_old(version: str, old: bool) -> None:
    assert is_old(version) is old


def trunk(host: str, **more: object) -> Trunk:
    return Trunk("far", host, (Proxy(host, 5061),), registrar=Proxy(host, 5061), transport="tls", **more)  # type: ignore[arg-type]


def test_an_old_one_serves_on_this_machine_and_where_the_trunk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.line.sip.openssl", lambda: "1.0.2k")
    assert check_reach(Address("1", "127.0.0.1"), trunk("127.0.0.1"))
    assert not check_reach(Address("1", "192.0.2.1"), trunk("192.0.2.1", tls=Tls(old_openssl=True)))
    with pytest.raises(UserError, match=r"docs/trunks\.md"):
        check_reach(Address("1", "192.0.2.1"), trunk("192.0.2.1"))


def test_a_maintained_one_needs_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.line.sip.openssl", lambda: "3.0.15")
    assert not check_reach(Address("1", "192.0.2.1"), trunk("192.0.2.1"))
