"""The SIP trace of a call: every message as it came or went, in a text file that people read.

    0.000 → UDP 127.0.0.1:5060
    INVITE sip:10086@127.0.0.1:5060 SIP/2.0
    ...

The number is seconds since the INVITE, the first message; `→` was sent, `←` received. Secrets are masked before anything is written:
credentials of Authorization and Proxy-Authorization (only the digest's public fields stay), passwords in addresses.
PJSIP logs the messages; it cuts one that is longer than about 4000 bytes.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

_LOGGED = re.compile(r"(?s)(?P<way>TX|RX) \d+ bytes .*? (?:to|from) (?P<peer>\w+ \S+):\n(?P<message>.*?)\n?--end msg--")
_CREDENTIALS = re.compile(r"(?im)^((?:proxy-)?authorization\s*:\s*)(.*(?:\r?\n[ \t].*)*)")
_PUBLIC = re.compile(r"(?i)\b(realm|algorithm|qop|uri)=(\"[^\"]*\"|[^,\s]+)")
_PASSWORD = re.compile(r"(?i)(sips?:[^\s:@;<>]+):[^\s@<>]+@")


def masked(message: str) -> str:
    """The message without secrets: who may use an account stays known, what proves it does not."""

    def public(found: re.Match[str]) -> str:
        scheme = found[2].partition(" ")[0]
        fields = [f"{name}={value}" for name, value in _PUBLIC.findall(found[2])]
        return f"{found[1]}{scheme} {', '.join([*fields, '(masked)'])}"

    return _PASSWORD.sub(r"\1:(masked)@", _CREDENTIALS.sub(public, message))


class Trace:
    """Writes the messages among PJSIP's log lines to a file, each at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._start: float | None = None

    def log(self, line: str) -> None:
        """Takes one log line of PJSIP; only SIP messages are kept."""
        found = _LOGGED.match(line)
        if not found:
            return
        now = time.monotonic()
        self._start = now if self._start is None else self._start
        arrow = "→" if found["way"] == "TX" else "←"
        message = masked(found["message"].replace("\r\n", "\n")).rstrip("\n")
        self._file.write(f"{now - self._start:.3f} {arrow} {found['peer']}\n{message}\n\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
