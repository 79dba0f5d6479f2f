"""Captures of RTP for SIPp to play: a tone in G.711, as a network might deliver it.

SIPp keeps sequence numbers and spacing of the packets, and puts its own addresses and ports in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from random import Random

import numpy as np

from probe.line.pcap import PcapWriter, datagram

PACKET = 0.02


def _mu_law(samples: np.ndarray) -> bytes:
    """ITU-T G.711 µ-law, by its segments."""
    x = np.clip(np.abs(samples.astype(np.int32)), 0, 32635) + 132
    exponent = np.floor(np.log2(x)).astype(np.int32) - 7
    mantissa = (x >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def tone(seconds: float, hertz: float = 600.0) -> list[tuple[float, bytes]]:
    """RTP packets of a steady tone, each with its instant."""
    count = round(seconds / PACKET)
    wave = np.round(6000 * np.sin(2 * np.pi * hertz * np.arange(count * 160) / 8000)).astype(np.int16)
    return _packets(wave)


def audio(samples: np.ndarray) -> list[tuple[float, bytes]]:
    """RTP packets of audio at 8 kHz."""
    return _packets(np.pad(samples, (0, -len(samples) % 160)))


def _packets(wave: np.ndarray, payload: int = 0) -> list[tuple[float, bytes]]:
    packets = []
    for n in range(len(wave) // 160):
        head = struct.pack("!BBHII", 0x80, payload, 100 + n, 160 * n, 0x1234)
        packets.append((n * PACKET, head + _mu_law(wave[160 * n : 160 * n + 160])))
    return packets


def lost(packets: list[tuple[float, bytes]], share: float) -> list[tuple[float, bytes]]:
    """Without a share of them, chosen by chance; the first and the last stay, so that all losses can be known."""
    inner = list(range(1, len(packets) - 1))
    gone = set(Random(7).sample(inner, round(share * len(packets))))
    return [packet for n, packet in enumerate(packets) if n not in gone]


def duplicated(packets: list[tuple[float, bytes]], every: int) -> list[tuple[float, bytes]]:
    return [copy for n, packet in enumerate(packets) for copy in [packet] * (2 if n % every == every - 1 else 1)]


def swapped(packets: list[tuple[float, bytes]], every: int) -> list[tuple[float, bytes]]:
    """Every so many, two change places; the instants stay in order."""
    contents = [content for _, content in packets]
    for n in range(every, len(contents) - 1, every):
        contents[n], contents[n + 1] = contents[n + 1], contents[n]
    return [(at, content) for (at, _), content in zip(packets, contents, strict=True)]


def late(packets: list[tuple[float, bytes]], every: float, by: float) -> list[tuple[float, bytes]]:
    """Every so many seconds the network holds packets back, and then delivers all of them at once."""
    return [(at if at % every >= by or at < by else at - at % every + by, content) for at, content in packets]


def stalled(packets: list[tuple[float, bytes]], start: float, end: float) -> list[tuple[float, bytes]]:
    """Nothing is sent between two instants, and nothing is numbered meanwhile either: a pause."""
    kept = [packet for packet in packets if not start <= packet[0] < end]
    return [(at, content[:2] + struct.pack("!H", 100 + n) + content[4:]) for n, (at, content) in enumerate(kept)]


def switched(packets: list[tuple[float, bytes]], at: float, jump: int, ssrc: int = 0x5678) -> list[tuple[float, bytes]]:
    """From an instant on, another machine of the far end sends: numbers and times of its own, and another SSRC."""

    def other(content: bytes) -> bytes:
        seq, stamp = struct.unpack_from("!HI", content, 2)
        return (
            content[:2] + struct.pack("!HII", (seq + jump) & 0xFFFF, (stamp + 987654) & 0xFFFFFFFF, ssrc) + content[12:]
        )

    return [(when, other(content) if when >= at else content) for when, content in packets]


def write(path: Path, packets: Iterable[tuple[float, bytes]]) -> None:
    """The capture, from and to ports that SIPp replaces."""
    writer = _Ethernet(path)
    for at, content in packets:
        writer.write(1.0 + at, datagram(("127.0.0.1", 6000), ("127.0.0.1", 6000), content))
    writer.close()


class _Ethernet(PcapWriter):
    """SIPp takes captures of Ethernet."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file.seek(20)
        self._file.write(struct.pack("<I", 1))

    def write(self, seconds: float, packet: bytes) -> None:
        super().write(seconds, bytes(12) + b"\x08\x00" + packet)
