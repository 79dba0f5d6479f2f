"""The SIP messages of a call out of its `sip.txt`: second, direction, peer, and the message, with a blank line after each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_HEAD = re.compile(r"^(\d+\.\d+) ([→←]) (\S+) (\S+)$", re.MULTILINE)
_STATUS = re.compile(r"^SIP/2\.0 (\d{3}) ?(.*)$")
_METHOD = re.compile(r"^([A-Z]+) \S+ SIP/2\.0$")


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `at`: seconds since the INVITE; `summary`: "INVITE", "180 Ringing"; `status`: None of a request."""

    at: float
    direction: Literal["sent", "received"]
    peer: str
    summary: str
    status: int | None
    method: str
    text: str

    @property
    def has_sdp(self) -> bool:
        """Whether media are offered or answered in it."""
        return "application/sdp" in self.text.lower()


def messages(trace: str) -> list[Message]:
    """Every message of a trace, in the order it is written; what is not a message is passed over."""
    heads = list(_HEAD.finditer(trace))
    found = []
    for n, head in enumerate(heads):
        end = heads[n + 1].start() if n + 1 < len(heads) else len(trace)
        text = trace[head.end() : end].strip()
        first = text.split("\n", 1)[0].strip()
        status, method = _STATUS.match(first), _METHOD.match(first)
        sequence = re.search(r"^CSeq:\s*\d+\s+([A-Z]+)", text, re.MULTILINE | re.IGNORECASE)
        if status:
            summary = f"{status[1]} {status[2]}".strip()
        elif method:
            summary = method[1]
        else:
            continue
        found.append(
            Message(
                at=float(head[1]),
                direction="sent" if head[2] == "→" else "received",
                peer=head[4],
                summary=summary,
                status=int(status[1]) if status else None,
                method=method[1] if method else sequence[1] if sequence else "",
                text=text,
            )
        )
    return found
