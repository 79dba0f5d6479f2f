"""`probe serve` as it is typed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from probe import i18n
from probe.cli import main

Calls = tuple[Path, str, str]
PROBE = [sys.executable, "-c", "from probe.cli import main; main()"]


@contextmanager
def serving(*arguments: str, lines: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command once it has printed so many lines."""
    environment = os.environ | {"PROBE_LANG": "en"}
    command = [*PROBE, "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout
    try:
        yield process, [process.stdout.readline() for _ in range(lines)]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()


def test_it_serves_this_machine_and_its_links_survive_a_restart(calls: Calls, tmp_path: Path) -> None:
    arguments = ("--recordings", str(calls[0]), "--reviewer", "复核员甲", "--tokens", str(tmp_path / "tokens.yaml"))
    with serving(*arguments, lines=2) as (_, said):
        address = re.search(r"http://127\.0\.0\.1:\d+", said[0])
        assert address
        assert httpx.get(address[0], timeout=60).status_code == 200
        token = said[1].strip().rpartition("#")[2]
    with serving(*arguments, lines=1) as (_, said):
        again = re.search(r"http://127\.0\.0\.1:\d+", said[0])
        assert again
        answer = httpx.post(f"{again[0]}/sign-in", data={"token": token}, timeout=60)
        assert answer.status_code == 303


def test_beyond_this_machine_everybody_needs_a_token(calls: Calls) -> None:
    with serving("--recordings", str(calls[0]), "--host", "0.0.0.0", lines=3) as (_, said):
        port = re.search(r":(\d+)/", said[0])
        assert port
        assert "sign-in#" in said[1]
        assert "HTTPS" in said[2]
        answer = httpx.get(f"http://127.0.0.1:{port[1]}/", timeout=60)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n",
    ],
    ids=[
        "garbage",
        "tls",
        "version",
        "no-host",
        "two-hosts",
        "large-header",
        "long-address",
        "negative",
        "smuggled",
        "null",
    ],
)
def test_what_is_no_request_is_refused_and_the_page_lives_on(server_address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(server_address, timeout=60) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while more := connection.recv(65536):
                answer += more
        except ConnectionResetError:
            pass  # it does not listen to the end of what is too long
    assert answer == b"" or re.match(rb"HTTP/1\.1 4\d\d ", answer)
    assert b"Traceback" not in answer
    assert httpx.get(f"http://127.0.0.1:{server_address[1]}/sign-in", timeout=60).status_code == 200


@pytest.fixture(scope="module")
def server_address(placed: Calls) -> Iterator[tuple[str, int]]:
    """Where the command serves."""
    with serving("--recordings", str(placed[0]), lines=1) as (_, said):
        port = re.search(r":(\d+)/", said[0])
        assert port
        yield "127.0.0.1", int(port[1])


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    """Runs the command line in this process, in an empty folder; gives its exit code and what it says on standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROBE_LANG", "en")
    interrupt = signal.getsignal(signal.SIGINT)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["probe", *arguments])
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            i18n.use(None)
            signal.signal(signal.SIGINT, interrupt)
        return int(ended.value.code or 0), capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--recordings", "nowhere"], 2, "nowhere: no such folder"),
        (["--recordings", ".", "--behind", "http://x"], 2, "https://"),
        (["--recordings", ".", "--host", "203.0.113.77"], 3, "cannot listen there"),
        (["--recordings", ".", "--tokens", "."], 2, "expected a YAML file"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    tmp_path: Path, typed: Typed, arguments: list[str], code: int, message: str
) -> None:
    ended, said = typed("serve", "--port", "0", *arguments)
    assert ended == code
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_port_that_is_taken_is_said_in_one_line(typed: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended, said = typed("serve", "--recordings", ".", "--port", str(taken.getsockname()[1]))
    assert ended == 3
    assert "cannot listen there" in said
