"""Packet captures that Wireshark and tshark read: messages put into UDP over IPv4, since only their text is known.

The file format is libpcap's (draft-ietf-opsawg-pcap, link type 101: raw IP). Each packet is written at once, so a call
that is killed leaves a file that ends with a whole packet.
"""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path

_MAGIC, _SNAPLEN, _RAW_IP = 0xA1B2C3D4, 65535, 101
_UDP = 17
_MOST = 65535 - 28  # bytes of a UDP packet's content

Endpoint = tuple[str, int]
"""IPv4 address and port."""


def datagram(source: Endpoint, target: Endpoint, content: bytes) -> bytes:
    """An IPv4 packet with a UDP datagram. A host name, which is no address, becomes 0.0.0.0."""
    content = content[:_MOST]
    udp = struct.pack("!HHHH", source[1], target[1], 8 + len(content), 0)  # checksum 0: none (RFC 768)
    length = 20 + len(udp) + len(content)
    head = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, 0, 64, _UDP, 0) + _address(source[0]) + _address(target[0])
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return head[:10] + struct.pack("!H", checksum) + head[12:] + udp + content


def _address(host: str) -> bytes:
    try:
        return ipaddress.IPv4Address(host).packed
    except ValueError:
        return bytes(4)


class PcapWriter:
    """Writes packets to a file; raises OSError when it cannot."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._file.write(struct.pack("<IHHiIII", _MAGIC, 2, 4, 0, 0, _SNAPLEN, _RAW_IP))

    def write(self, seconds: float, packet: bytes) -> None:
        """Adds a packet that was seen at `seconds` since 1970."""
        whole = int(seconds)
        head = struct.pack("<IIII", whole, round((seconds - whole) * 1e6) % 1_000_000, len(packet), len(packet))
        self._file.write(head + packet)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
