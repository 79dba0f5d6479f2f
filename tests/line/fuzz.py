"""A far end that answers with broken SIP and RTP: what it sends is a proper message or packet, changed a little.

Only ever to 127.0.0.1, to the caller that dialled it.
"""

from __future__ import annotations

import random
import re
import socket
import struct
import threading
from collections.abc import Callable

_STATUS = (
    "100 Trying",
    "180 Ringing",
    "183 Session Progress",
    "200 OK",
    "302 Moved",
    "401 Unauthorized",
    "486 Busy Here",
)
_WORDS = (
    b"",
    b"\0",
    b"\xff" * 8,
    b"-1",
    b"0",
    b"4294967296",
    b"99999999999999999999",
    b"%s%n",
    b"A" * 300,
    b"\r\n",
    b";=,",
    b"<>",
    b'"',
)
_FOLLOWS = 20  # messages that go out each time the caller says something


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four changes: bits flipped, pieces cut, doubled, moved, replaced by what parsers dislike."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not changed:
            break
        at = chance.randrange(len(changed))
        end = min(at + chance.choice((1, 2, 4, 16, 64)), len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at:end]
            case 2:
                changed[at:at] = changed[at:end]
            case 3:
                changed[at:end] = chance.choice(_WORDS)
            case 4:
                del changed[at:]
            case _:
                changed[at:end] = chance.randbytes(end - at)
    return bytes(changed)


def mutated_lines(text: bytes, chance: random.Random) -> bytes:
    """The message with its lines shuffled, doubled, dropped, or their values replaced."""
    lines = text.split(b"\r\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 1:
                del lines[at]
            case 2:
                chance.shuffle(lines)
            case 3:
                name, sign, _ = lines[at].partition(b":" if b":" in lines[at] else b"=")
                lines[at] = name + sign + chance.choice(_WORDS)
            case _:
                lines[at] = lines[at] + chance.choice(_WORDS)
        if not lines:
            return b""
    return b"\r\n".join(lines)


class FuzzingFarEnd:
    """Listens on `port`; `sent` counts mutated messages and packets."""

    def __init__(self, seed: int, packets: int = 200) -> None:
        """`packets`: RTP packets that follow each burst of messages."""
        self._chance = random.Random(seed)
        self._packets = packets
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind(("127.0.0.1", 0))
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self.port: int = self.sip.getsockname()[1]
        self.sent = 0
        self._number = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"end", ("127.0.0.1", self.port))
        self._thread.join()
        self.sip.close()
        self._rtp.close()

    def _serve(self) -> None:
        while True:
            data, peer = self.sip.recvfrom(65536)
            if data == b"end":
                return
            if peer[0] == "127.0.0.1" and data.strip():
                self._answer(data.decode("utf-8", "replace"), peer)

    def _answer(self, text: str, peer: tuple[str, int]) -> None:
        """A burst of broken responses and packets, then a proper answer, so that the call goes on and gets further."""
        fields = {name.lower(): value for name, value in re.findall(r"(?m)^([\w-]+):\s*(.*?)\r?$", text)}
        method = text.partition(" ")[0]
        if method not in ("INVITE", "BYE", "CANCEL", "ACK") or "cseq" not in fields:
            return
        for _ in range(_FOLLOWS):
            kind = self._chance.choice(_STATUS)
            message = self._response(fields, kind, media=kind.startswith(("18", "200")))
            if method == "ACK":
                message = self._request(
                    fields, self._chance.choice(("INVITE", "UPDATE", "INFO", "REFER", "OPTIONS", "NOTIFY")), peer
                )
            change: Callable[[bytes, random.Random], bytes] = self._chance.choice((mutated, mutated_lines))
            self._send(self.sip, change(message, self._chance), peer)
        if method == "INVITE":
            self.sip.sendto(self._response(fields, "200 OK", media=True), peer)
            found = re.search(r"(?m)^m=audio (\d+)", text)
            if found:
                self._flood(("127.0.0.1", int(found[1])))
        elif method != "ACK":
            self.sip.sendto(self._response(fields, "200 OK", media=False), peer)

    def _flood(self, peer: tuple[str, int]) -> None:
        for _ in range(self._packets):
            self._number += 1
            kind = self._chance.choice((0, 8, 101, 13, 96))
            head = struct.pack(">BBHII", 0x80, kind, self._number & 0xFFFF, self._number * 160 & 0xFFFFFFFF, 1)
            packet = mutated(head + self._chance.randbytes(160), self._chance)
            if self._chance.random() < 0.1:  # RTCP's port
                self._send(self._rtp, packet, (peer[0], peer[1] + 1))
            else:
                self._send(self._rtp, packet, peer)

    def _send(self, through: socket.socket, data: bytes, peer: tuple[str, int]) -> None:
        through.sendto(data[:8000], peer)
        self.sent += 1

    def _response(self, fields: dict[str, str], status: str, *, media: bool) -> bytes:
        to = fields.get("to", "")
        to = to if "tag=" in to else to + ";tag=far"
        lines = [f"SIP/2.0 {status}"] + [
            f"{name}: {fields.get(name, '')}" for name in ("via", "from", "call-id", "cseq")
        ]
        lines += [f"To: {to}", f"Contact: <sip:far@127.0.0.1:{self.port}>", "Reason: Q.850;cause=16"]
        return self._with_body(lines, media)

    def _request(self, fields: dict[str, str], method: str, peer: tuple[str, int]) -> bytes:
        lines = [
            f"{method} sip:probe@127.0.0.1:{peer[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{self._chance.randrange(1 << 30)}",
            f"From: {fields.get('to', '')}",
            f"To: {fields.get('from', '')}",
            f"Call-ID: {fields.get('call-id', '')}",
            f"CSeq: {self._chance.randrange(1, 9)} {method}",
            f"Contact: <sip:far@127.0.0.1:{self.port}>",
            "Max-Forwards: 70",
            "Refer-To: <sip:127.0.0.1:9>",
        ]
        return self._with_body(lines, method in ("INVITE", "UPDATE"))

    def _with_body(self, lines: list[str], media: bool) -> bytes:
        body = ""
        if media:
            body = (
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {self._rtp.getsockname()[1]} RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
                "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n"
            )
            lines = [*lines, "Content-Type: application/sdp"]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
