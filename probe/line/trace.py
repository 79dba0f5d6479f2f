"""The SIP trace of a call: every message as it came or went, in a text file that people read.

    0.000 → UDP 127.0.0.1:5060
    INVITE sip:10086@127.0.0.1:5060 SIP/2.0
    ...

The number is seconds since the INVITE, the first message; `→` was sent, `←` received. Secrets are masked before anything is written:
credentials of Authorization and Proxy-Authorization (only the digest's public fields stay), passwords in addresses, keys
of encrypted audio. The same messages go into a packet capture beside it (`sip.pcap`), as UDP whatever they came by.
PJSIP logs the messages; it cuts one that is longer than about 4000 bytes.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from probe.line.pcap import Endpoint, PcapWriter, datagram

_LOGGED = re.compile(r"(?s)(?P<way>TX|RX) \d+ bytes .*? (?:to|from) (?P<peer>\w+ \S+):\n(?P<message>.*?)\n?--end msg--")
_CREDENTIALS = re.compile(r"(?im)^((?:proxy-)?authorization\s*:\s*)(.*(?:\r?\n[ \t].*)*)")
_PUBLIC = re.compile(r"(?i)\b(realm|algorithm|qop|uri)=(\"[^\"]*\"|[^,\s]+)")
_SRTP_KEY = re.compile(r"(?im)^(a=crypto:.*?\binline:)[^\s|]+")
_SENT_BY = re.compile(r"(?im)^via\s*:\s*SIP/2\.0/\w+ ([\w.-]+)(?::(\d+))?")
_PASSWORD = re.compile(r"(?i)(sips?:[^\s:@;<>]+):[^\s@<>]+@")


def masked(message: str) -> str:
    """The message without secrets: who may use an account stays known, what proves it does not."""

    def public(found: re.Match[str]) -> str:
        scheme = found[2].partition(" ")[0]
        fields = [f"{name}={value}" for name, value in _PUBLIC.findall(found[2])]
        return f"{found[1]}{scheme} {', '.join([*fields, '(masked)'])}"

    return _SRTP_KEY.sub(r"\1(masked)", _PASSWORD.sub(r"\1:(masked)@", _CREDENTIALS.sub(public, message)))


class Trace:
    """Writes the messages among PJSIP's log lines to a file and to a capture beside it, each at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        self._capture = PcapWriter(path.with_suffix(".pcap"))
        self._own: Endpoint = ("0.0.0.0", 5060)
        self._start: float | None = None

    def log(self, line: str) -> None:
        """Takes one log line of PJSIP; only SIP messages are kept."""
        found = _LOGGED.match(line)
        if not found:
            return
        now = time.monotonic()
        self._start = now if self._start is None else self._start
        sent = found["way"] == "TX"
        message = masked(found["message"].replace("\r\n", "\n")).rstrip("\n")
        self._file.write(f"{now - self._start:.3f} {'→' if sent else '←'} {found['peer']}\n{message}\n\n")
        self._file.flush()
        self._keep_packet(sent, found["peer"], message)

    def _keep_packet(self, sent: bool, peer: str, message: str) -> None:
        if sent and not message.startswith("SIP/2.0") and (by := _SENT_BY.search(message)):
            self._own = (by[1], int(by[2] or 5060))  # where we send from, as our own Via says
        host, _, port = peer.partition(" ")[2].rpartition(":")
        far: Endpoint = (host, int(port) if port.isdigit() else 0)
        ends = (self._own, far) if sent else (far, self._own)
        head, apart, body = message.partition("\n\n")
        text = (head + "\n\n" + body + ("\n" if body else "") if apart else head + "\n\n").replace("\n", "\r\n")
        self._capture.write(time.time(), datagram(*ends, text.encode()))

    def close(self) -> None:
        """Closes both files."""
        self._file.close()
        self._capture.close()
