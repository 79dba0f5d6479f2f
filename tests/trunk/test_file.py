"""trunks.yaml: what may be written, and what is said of mistakes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from probe.documents import parse
from probe.errors import DocumentError, UserError
from probe.line.trunk import CallerId, Nat, Proxy, Tls, Trunk
from probe.trunk.file import found, json_schema, load_trunk, load_trunks

DOCS = Path(__file__).parents[2] / "docs"
WHOLE = """trunks:
  office:
    server: sip.example.com
    proxies: [edge1.example.com, "192.0.2.7:5080"]
    transport: tls
    register: 10 min
    credentials: { username: $OFFICE_USER, password: "${OFFICE_PASSWORD}", realm: example.com }
    caller_id: { from: "05115550001", display: Test, asserted: "+8651155500001", private: true }
    headers: { X-Account: "42" }
    codecs: [PCMA, GSM]
    keys: info
    srtp: required
    tls: { ca: ca.pem, old_openssl: accept }
    nat: { stun: "stun.example.com:3478", keep_alive: false, ice: true }
    early_media: false
    session_timer: 30 min
    channels: 8
    calls_per_second: 0.5
    response: 3 s
    redirects: 1
    dial: { country: CN, numbers: plus, rules: [{ number: "95xxx", send: "0511{number}" }] }
"""
ENVIRONMENT = {"OFFICE_USER": "alice", "OFFICE_PASSWORD": "correct horse"}


def write(folder: Path, text: str) -> Path:
    path = folder / "trunks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_can_be_written_comes_out(tmp_path: Path) -> None:
    trunk = load_trunk("office", write(tmp_path, WHOLE), ENVIRONMENT).trunk
    assert trunk == Trunk(
        name="office",
        domain="sip.example.com",
        proxies=(Proxy("edge1.example.com", 5061), Proxy("192.0.2.7", 5080)),
        transport="tls",
        registrar=Proxy("sip.example.com", 5061),
        register=600.0,
        username="alice",
        password="correct horse",
        realm="example.com",
        caller_id=CallerId("05115550001", "Test", "+8651155500001", True),
        headers=(("X-Account", "42"),),
        codecs=("PCMA", "GSM"),
        keys="info",
        srtp="required",
        tls=Tls("ca.pem", True, True),
        nat=Nat("stun.example.com:3478", "", True, True, 0.0),
        early_media=False,
        session_timer=1800.0,
        response_limit=3.0,
        redirects=1,
        channels=8,
        calls_per_second=0.5,
    )


def test_a_trunk_crosses_to_the_line_process_whole(tmp_path: Path) -> None:
    trunk = load_trunk("office", write(tmp_path, WHOLE), ENVIRONMENT).trunk
    assert Trunk.from_settings(json.loads(json.dumps(trunk.settings()))) == trunk


def test_a_password_is_not_shown_with_a_trunk(tmp_path: Path) -> None:
    trunk = load_trunk("office", write(tmp_path, WHOLE), ENVIRONMENT).trunk
    assert "correct horse" not in repr(trunk)
    assert trunk != replace(trunk, password="")


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="variable OFFICE_PASSWORD is not set"):
        load_trunk("office", write(tmp_path, WHOLE), {"OFFICE_USER": "alice"})


def test_an_unknown_trunk_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="known: office"):
        load_trunk("home", write(tmp_path, WHOLE), ENVIRONMENT)


BROKEN = [
    (
        "server: sip.example.com\n    credentials: { username: $U, password: hunter2 }",
        "password",
        "environment variable",
    ),
    ("server: 'sip.example.com:99999'", "server", "is not a server"),
    ("server: a.example\n    register: true", "register", "write `credentials`"),
    ("server: a.example\n    register: 10", "register", "has no unit"),
    ("server: a.example\n    codecs: [Opus]", "- or [", "no codec `Opus`"),
    ("server: a.example\n    tls: { verify: false }", "tls", "`transport: tls`"),
    ("server: a.example\n    headers: { Via: x }", "Via", "not a header that can be added"),
    ('server: a.example\n    headers: { X-A: "1\\r\\nRoute: x" }', "X-A", "one line"),
    ("server: a.example\n    caller_id: { from: 5115550001 }", "from", "in quotes"),
    ("server: a.example\n    dial: { country: China }", "country", "country"),
    ("server: a.example\n    dial: { rules: [{ number: '9[0-9]', send: '1' }] }", "number", "not a pattern"),
    ("server: a.example\n    dial: { rules: [{ number: '95x', send: '{digits}' }] }", "send", "not a number to send"),
    ("server: a.example\n    proxy: b.example", "proxy", "unknown key `proxy`; did you mean `proxies`?"),
    ("transport: udp", "office", "`server` is missing"),
]


@pytest.mark.parametrize(("lines", "where", "what"), BROKEN)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, lines: str, where: str, what: str) -> None:
    path = write(tmp_path, f"trunks:\n  office:\n    {lines}\n")
    with pytest.raises(DocumentError) as mistake:
        load_trunks(path)
    assert what in mistake.value.en
    assert "hunter2" not in str(mistake.value)
    assert "\n" not in mistake.value.en


def test_the_schema_is_published_and_accepts_what_is_accepted() -> None:
    published = (DOCS / "trunks.schema.json").read_text(encoding="utf-8")
    assert published == json_schema(), "write it anew: python -m probe.trunk.file > docs/trunks.schema.json"
    plain = json.loads(json.dumps(parse(WHOLE)))
    jsonschema.validate(plain, json.loads(published))


def test_every_key_is_explained() -> None:
    guide = (DOCS / "trunks.md").read_text(encoding="utf-8")
    keys = {
        key for part in json.loads(json_schema())["$defs"].values() for key in part.get("properties", {})
    }  # fmt: skip
    assert {key for key in keys if f"`{key}`" not in guide} == set()


def test_the_shipped_example_stays_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_trunk("lab", found(), {}).trunk.domain == "127.0.0.1"
    write(tmp_path, WHOLE)
    assert found() == Path("trunks.yaml")
