"""Trunks against Kamailio and baresip: registration, digest, TCP, TLS, SRTP, and what `probe trunk check` says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from probe.cli.show_call import show_call
from probe.errors import UserError
from probe.line.trunk import Proxy, Trunk
from probe.place import Order, place_call, transcriber
from probe.trunk.check import Finding, check
from probe.trunk.file import load_trunk
from tests.conformance.others import BARESIP, KAMAILIO, OTHERS, World, can_run, run_row, start, trunk_file
from tests.conformance.rows import Row
from tests.conformance.run import Result
from tests.conformance.sipp import free_port

LOGIN: dict[str, object] = {"register": "true", "credentials": True}
needs_peers = pytest.mark.skipif(not (KAMAILIO and BARESIP), reason="kamailio or baresip is not installed")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        yield start(tmp_path_factory.mktemp("peers"), stack)


@pytest.fixture(scope="module")
def results(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("calls")
    transcriber(None, "zh")
    rows = [(n, row, number) for n, (row, number) in enumerate(OTHERS) if can_run(row)]
    with ThreadPoolExecutor(6) as pool:
        found = pool.map(lambda item: run_row(item[1], item[2], folder / str(item[0]), world), rows)
        return {result.row.name: result for result in found}


@needs_peers
@pytest.mark.parametrize("row", [row for row, _ in OTHERS], ids=lambda row: row.name)
def test_what_the_far_end_did_is_what_was_reported(row: Row, results: dict[str, Result]) -> None:
    if not can_run(row):
        pytest.skip("kamailio's TLS module is not installed")
    assert results[row.name].problem == ""


def findings(settings: dict[str, object], folder: Path, world: World) -> list[Finding]:
    return list(check(load_trunk("far", trunk_file(settings, folder, world)).trunk, "05115550001"))


@needs_peers
def test_a_call_through_a_trunk_leaves_no_secret_in_its_folder(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = trunk_file({**LOGIN, "srtp": "required"}, tmp_path / "trunk", world)
    order = Order(line="sip", uri="10001", trunk="far", trunks=file, listen_for=1.0, recordings=tmp_path / "calls")
    timeline = place_call(order)
    assert [event.kind for event in timeline.events if event.kind in ("answered", "media", "ended")] == [
        "answered",
        "media",
        "ended",
    ]
    assert timeline.call.trunk == "far"
    folder = tmp_path / "calls" / timeline.call.id
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"Proxy-Authorization: Digest realm=" in kept
    for secret in (b"correct-horse", b"response=", b'nonce="', b"inline:W"):
        found = kept.find(secret)
        assert found < 0 or b"Authenticate" in kept[kept.rfind(b"\n", 0, found) : found], secret
    show_call(folder, sip=True)
    shown = capsys.readouterr().out
    assert "407 Proxy Authentication Required" in shown
    assert "INVITE ──" in shown


@needs_peers
def test_a_registration_is_taken_back(world: World, tmp_path: Path) -> None:
    findings(LOGIN, tmp_path, world)
    world.good.wait_for("unregistered alice")


@needs_peers
def test_a_trunk_that_works_is_said_to_work(world: World, tmp_path: Path) -> None:
    registered, options = findings(LOGIN, tmp_path, world)
    assert registered.fine
    assert registered.en.endswith(": registered as alice")
    assert options.fine
    assert "answers OPTIONS (200 OK, kamailio" in options.en


@needs_peers
def test_a_wrong_password_is_one_line(world: World, tmp_path: Path) -> None:
    wrong = [found for found in findings({**LOGIN, "password": "wrong"}, tmp_path, world) if not found.fine]
    assert len(wrong) == 1
    assert "the user name or the password is wrong" in wrong[0].en
    assert "用户名或密码不对" in wrong[0].zh


@needs_peers
def test_an_expired_certificate_is_said_to_be_expired(world: World, tmp_path: Path) -> None:
    if world.expired is None:
        pytest.skip("kamailio's TLS module is not installed")
    settings = {**LOGIN, "transport": "tls", "tls": "{ ca: @CA@ }", "server": "expired", "response": "2 s"}
    found = findings(settings, tmp_path, world)
    assert "certificate has expired" in found[0].en
    assert "证书已过期" in found[0].zh
    assert not any(finding.fine for finding in found)
    good = findings({**settings, "server": "good"}, tmp_path, world)
    assert all(finding.fine for finding in good)
    assert "TLSv1." in good[0].en
    stranger = findings({**settings, "server": "good", "tls": "{ ca: @STRANGER@ }"}, tmp_path, world)
    assert "not accepted" in stranger[0].en


def test_no_route_is_one_line() -> None:
    trunk = Trunk("far", "127.0.0.1", (Proxy("127.0.0.1", free_port()),), response_limit=2.0)
    (found,) = check(trunk, "1")
    assert not found.fine
    assert found.en.endswith(": no route: nobody listens there")


def test_old_openssl_is_not_used_beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    far = Proxy("192.0.2.1", 5061)
    trunk = Trunk("far", "192.0.2.1", (far,), registrar=far, transport="tls")
    monkeypatch.setattr("probe.line.sip.openssl", lambda: "1.0.2k")
    with pytest.raises(UserError, match=r"OpenSSL 1\.0\.2k, which gets no security fixes"):
        next(check(trunk, "1"))
