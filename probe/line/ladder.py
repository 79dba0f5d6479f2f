"""A call's SIP trace as a ladder: who sent what to whom when, a message a line. Pure: text in, lines out.

   us                                        127.0.0.1:5060
0.000 │ INVITE ─────────────────────────────────────▶ │ offers PCMU, PCMA, telephone-event at 127.0.0.1:24100
0.012 │ ◀───────────────────────────────── 100 Trying │
1.034 │ ◀───────────────────────────────────── 200 OK │ PCMU, telephone-event at 127.0.0.1:6000
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = re.compile(r"(?m)^(\d+\.\d{3}) ([→←]) (\w+) (\S+)\n")
_WIDE = 46
_SHOWN = ("reason", "retry-after", "contact", "refer-to", "warning")
_PAYLOADS = {"0": "PCMU", "3": "GSM", "8": "PCMA", "9": "G722", "18": "G729"}
"""Names of payload types that need no rtpmap (RFC 3551 §6)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a trace. `at`: seconds since the first; `sent`: by us; `transport` and `peer` as the trace has them."""

    at: float
    sent: bool
    transport: str
    peer: str
    text: str

    @property
    def first_line(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def label(self) -> str:
        """Method of a request, status and reason of a response."""
        if self.first_line.startswith("SIP/2.0 "):
            return self.first_line[8:].strip()
        return self.first_line.partition(" ")[0]

    def header(self, name: str) -> str:
        """Value of the first header of this name; "" if there is none."""
        found = re.search(rf"(?im)^{re.escape(name)}\s*:\s*(.*)$", self.text.partition("\n\n")[0])
        return found[1].strip() if found else ""

    @property
    def media(self) -> str:
        """Codecs, address and direction in its session description; "" if it has none."""
        body = self.text.partition("\n\n")[2]
        audio = re.search(r"(?m)^m=audio (\d+) \S+ ([\d ]+)", body)
        if not audio:
            return ""
        names = dict(re.findall(r"(?m)^a=rtpmap:(\d+) ([^/\s]+)", body))
        codecs = [names.get(payload) or _PAYLOADS.get(payload, payload) for payload in audio[2].split()]
        host = re.search(r"(?m)^c=IN IP4 (\S+)", body)
        way = re.search(r"(?m)^a=(sendonly|recvonly|inactive)\b", body)
        where = f"{host[1] if host else '?'}:{audio[1]}"
        return f"{', '.join(codecs)} at {where}" + (f", {way[1]}" if way else "")


def messages(trace: str) -> list[Message]:
    """The messages in the text of a trace (`probe.line.trace`)."""
    found = list(_HEAD.finditer(trace))
    ends = [*(match.start() for match in found), len(trace)][1:]
    return [
        Message(float(m[1]), m[2] == "→", m[3], m[4], trace[m.end() : end].rstrip("\n"))
        for m, end in zip(found, ends, strict=True)
    ]


def ladder(trace: Sequence[Message]) -> list[str]:
    """The lines of the ladder; a new head where another far end takes part."""
    lines: list[str] = []
    peer = ""
    for message in trace:
        if message.peer != peer:
            peer = message.peer
            lines.append(f"{'us':>10}{message.transport + ' ' + peer:>{_WIDE + 2}}")
        room = _WIDE - len(message.label) - 3
        stroke = "─" * max(1, room)
        arrow = f" {message.label} {stroke}▶" if message.sent else f" ◀{stroke} {message.label}"
        lines.append(f"{message.at:9.3f} │{arrow:<{_WIDE}} │ {_notes(message)}".rstrip())
    return lines


def _notes(message: Message) -> str:
    """What is particular about a message."""
    notes = []
    if message.media:
        offers = "offers " if message.label in ("INVITE", "UPDATE") else ""
        notes.append(offers + message.media)
    shown = _SHOWN if not message.label.startswith(("INVITE", "1", "2", "UPDATE")) else ("reason", "retry-after")
    notes += [f"{name.title()}: {value}" for name in shown if (value := message.header(name))]
    return "; ".join(notes)
