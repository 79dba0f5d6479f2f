"""SIPp as the far end: what it does, written as steps, becomes one of its XML scenarios; SIPp itself is Debian's."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

SIPP = shutil.which("sipp")

SDP = """v=0
o=far [seq] [seq] IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port{plus}] {profile} {codecs}
{attributes}"""
_MAPS = {"0": "PCMU/8000", "8": "PCMA/8000", "3": "GSM/8000", "18": "G729/8000", "101": "telephone-event/8000"}


def sdp(codecs: str = "0 101", *more: str, port: int = 0, version: int = 1) -> str:
    """A session description that offers or answers these payload types."""
    maps = [f"a=rtpmap:{payload} {_MAPS[payload]}" for payload in codecs.split()]
    text = SDP.format(
        plus=f"+{port}" if port else "", profile="RTP/AVP", codecs=codecs, attributes="\n".join([*maps, *more])
    )
    return text.replace("[seq]", str(version))


def recv(what: str, *, optional: bool = False, timeout: int | None = 8000, actions: str = "") -> str:
    """Expects a request or a status."""
    kind = "response" if what.isdigit() else "request"
    extra = ' optional="true"' if optional else f' timeout="{timeout}"' if timeout else ""
    inner = actions
    if what == "INVITE":
        extra += ' rrs="true"'
        inner += (
            '<ereg regexp="[^\\r\\n]*" search_in="hdr" header="From:" assign_to="from"/>'
            '<ereg regexp="[^\\r\\n]*" search_in="hdr" header="To:" assign_to="to"/>'
            '<ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" assign_to="contact"/>'
            '<ereg regexp="[^\\r\\n]*" search_in="hdr" header="CSeq:" assign_to="cseq"/>'
            '<ereg regexp="[^\\r\\n]*" search_in="hdr" header="Via:" assign_to="via"/>'
        )
    return f'<recv {kind}="{what}"{extra}>' + (f"<action>{inner}</action>" if inner else "") + "</recv>"


def send(
    status: str, body: str = "", *headers: str, tag: str = "far", contact: str = "<sip:far@[local_ip]:[local_port]>"
) -> str:
    """Answers the request that came last."""
    lines = [
        f"SIP/2.0 {status}",
        "[last_Via:]",
        "[last_From:]",
        f"[last_To:];tag={tag}" if tag else "[last_To:]",
        "[last_Call-ID:]",
        "[last_CSeq:]",
        *([f"Contact: {contact}"] if contact else []),
        *headers,
    ]
    return _message(lines, body)


def send_later(status: str, body: str = "", tag: str = "far") -> str:
    """Answers the INVITE when other requests have come since."""
    lines = ["Via:[$via]", "From:[$from]", f"To:[$to];tag={tag}", "Call-ID: [call_id]", "CSeq:[$cseq]"]
    return _message([f"SIP/2.0 {status}", *lines, "Contact: <sip:far@[local_ip]:[local_port]>"], body)


def answer(status: str = "200 OK", body: str = "", *headers: str) -> str:
    """Answers a request within the dialogue, whose To has a tag already."""
    return send(status, body, *headers, tag="")


def request(method: str, cseq: int, body: str = "", *headers: str, tag: str = "far", branch: str = "") -> str:
    """Sends a request within the dialogue."""
    lines = [
        f"{method} [$contact] SIP/2.0",
        f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-{branch or cseq}-{method if not branch else ''}",
        f"From:[$to];tag={tag}",
        "To:[$from]",
        "Call-ID: [call_id]",
        f"CSeq: {cseq} {method}",
        "Max-Forwards: 70",
        "Contact: <sip:far@[local_ip]:[local_port]>",
        *headers,
    ]
    return _message(lines, body)


def ack(cseq: int, branch: str = "") -> str:
    """Acknowledges the answer to our own re-INVITE (with its branch, if it was refused)."""
    return request("ACK", cseq, branch=branch)


def wants(header: str, pattern: str) -> str:
    """An INVITE that must have a header (or, without its name, a body) like this."""
    where = f'search_in="hdr" header="{header}:"' if header else 'search_in="body"'
    check = f'<ereg regexp="{pattern}" {where} check_it="true" assign_to="checked"/>'
    return recv("INVITE", actions=check)


def pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(1000 * seconds)}"/>'


def play(capture: str) -> str:
    """Starts to play a capture; goes on at once."""
    return f'<nop><action><exec play_pcap_audio="{capture}"/></action></nop>'


def _message(lines: Sequence[str], body: str) -> str:
    rows = [*lines]
    if body:
        rows.append("Content-Type: application/sdp")
    rows += ["Content-Length: [len]", "", body] if body else ["Content-Length: 0", "", ""]
    text = "\n".join(rows).replace("]]>", "")
    return f"<send><![CDATA[\n{text}\n]]></send>" if body else f"<send><![CDATA[\n{text}]]></send>"


def xml(name: str, steps: Sequence[str]) -> str:
    """The scenario, as SIPp reads it."""
    rows = "\n".join(steps)
    names = [
        name
        for name in ("from", "to", "contact", "cseq", "via", "checked")
        if f'assign_to="{name}"' in rows and f"[${name}]" not in rows
    ]
    reference = f'<Reference variables="{",".join(names)}"/>' if names else ""
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="{escape(name)}">\n{rows}\n{reference}</scenario>\n'


@dataclass
class Peer:
    """A running SIPp that serves one scenario `calls` times."""

    name: str
    steps: Sequence[str]
    folder: Path
    transport: str = "u1"
    calls: int = 1
    options: Sequence[str] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> Peer:
        assert SIPP
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        scenario = self.folder / "scenario.xml"
        scenario.write_text(xml(self.name, self.steps), encoding="utf-8")
        command = [
            SIPP,
            "-sf",
            str(scenario),
            "-i",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-mi",
            "127.0.0.1",
            "-mp",
            str(free_port(4)),  # audio, video two ports on, and the control of both
        ]
        command += [
            "-t",
            self.transport,
            "-m",
            str(self.calls),
            "-nostdin",
            "-timeout",
            "90s",
            "-trace_err",
            "-trace_msg",
            "-nd",
            *self.options,
        ]
        with (self.folder / "output.txt").open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        return self

    def wait(self, seconds: float) -> int | None:
        """Its exit status: 0 if every step came as expected; None if it is still waiting for one."""
        assert self.process
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def output(self) -> str:
        """What SIPp printed."""
        path = self.folder / "output.txt"
        return path.read_text(errors="replace") if path.exists() else ""

    def errors(self) -> str:
        """What SIPp complained about."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*_errors.log"))


_given: set[int] = set()
_giving = threading.Lock()


def free_port(ports: int = 1) -> int:
    """The first of so many UDP and TCP ports in a row that nobody has (an even one if several are wanted).

    They are below those that the system gives to whoever asks for any port (from 32768 on) and below our calls' media
    ports (from 20000 on): nobody who asks for any takes one before a peer that is still starting has bound it. None is given
    twice: the first peer may not have bound it yet.
    """
    while True:
        first = random.SystemRandom().randrange(10000, 20000 - ports, 1 if ports == 1 else 2)
        with _giving:
            if not _given.isdisjoint(range(first, first + ports)):
                continue
            _given.update(range(first, first + ports))
        with ExitStack() as stack, suppress(OSError):
            for port in range(first, first + ports):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            return first
