from __future__ import annotations

from pathlib import Path

from probe.line.trace import Trace, masked

REGISTER = """REGISTER sip:trunk.example.com SIP/2.0
From: <sip:alice:hunter2@trunk.example.com>;tag=1
Authorization: Digest username="alice", realm="trunk", nonce="abc", uri="sip:trunk.example.com",
 response="6629fae49393a05397450978507c4ef1", algorithm=MD5
proxy-authorization: Digest username="alice", realm="proxy", response="0123456789abcdef"
Content-Length: 0
"""


def test_no_credential_stays_in_a_message() -> None:
    shown = masked(REGISTER)
    for secret in ("hunter2", "6629fae49393a05397450978507c4ef1", "0123456789abcdef", "nonce"):
        assert secret not in shown
    assert "sip:alice:(masked)@trunk.example.com" in shown
    assert 'Authorization: Digest realm="trunk", uri="sip:trunk.example.com", algorithm=MD5, (masked)' in shown
    assert shown.endswith("Content-Length: 0\n")


def test_a_message_without_secrets_is_kept_as_it_is() -> None:
    message = "SIP/2.0 200 OK\nContact: <sip:probe@127.0.0.1:5060>\nCSeq: 1 INVITE\n"
    assert masked(message) == message


def test_a_message_logged_with_its_credentials_is_written_without_and_at_once(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.txt")
    trace.log("pjsua_core.c .PJSUA state changed\n")
    trace.log(
        f"TX {len(REGISTER)} bytes Request msg REGISTER/cseq=1 (tdta0x1) to UDP 192.0.2.1:5060:\n{REGISTER}\n--end msg--"
    )
    written = (tmp_path / "trace.txt").read_text(encoding="utf-8")
    trace.close()
    assert written.startswith("0.00")
    assert "→ UDP 192.0.2.1:5060\nREGISTER sip:trunk.example.com SIP/2.0\n" in written
    assert "hunter2" not in written
    assert "state changed" not in written
