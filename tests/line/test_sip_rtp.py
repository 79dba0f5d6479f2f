"""What the network does to RTP, and what is heard of it. The sender is paced by the frames that the line yields."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from probe.line.sip import SipLine
from probe.timeline import FRAME, Frame, Samples
from tests.line.test_sip import CALLER, breaks_of_the_sine, call, hang_up_at, heard, kinds, utterance
from tests.line.test_sip_faults import Responder

ANSWER = ("200 OK", "", "8 PCMA/8000")
TICKS = 70


def a_law(samples: Samples) -> bytes:
    """G.711 A-law, by looking up the nearest of its 256 values."""
    from probe.line.audio_file import _A_LAW_TABLE

    order = np.argsort(_A_LAW_TABLE)
    values = _A_LAW_TABLE[order].astype(np.int32)
    at = np.clip(np.searchsorted(values, samples), 1, 255)
    nearer = at - (np.abs(values[at - 1] - samples) < np.abs(values[np.minimum(at, 255)] - samples))
    return bytes(order[nearer].astype(np.uint8))


TONE = a_law(np.round(8000 * np.sin(2 * np.pi * 400 * np.arange(160) / 8000)).astype(np.int16))
NOISE = a_law(np.full(160, 20000, np.int16))


class Sender:
    """Sends the n-th packet of the tone."""

    def __init__(self, far: Responder) -> None:
        self.far = far
        self.to: tuple[str, int] | None = None
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.other.bind(("127.0.0.1", 0))

    def packet(self, n: int, payload: bytes = TONE, source: int = 1) -> bytes:
        return struct.pack(">BBHII", 0x80, 8, n & 0xFFFF, n * FRAME & 0xFFFFFFFF, source) + payload

    def send(self, n: int) -> None:
        if self.to:
            self.far.rtp.sendto(self.packet(n), self.to)

    def send_from_elsewhere(self, data: bytes) -> None:
        if self.to:
            self.other.sendto(data, self.to)


@pytest.fixture
def far() -> Iterator[Responder]:
    responder = Responder(ANSWER)
    yield responder
    responder.close()


def listen(far: Responder, does: Callable[[Sender, int], None], ticks: int = TICKS) -> list[Frame]:
    """A call in which `does` is asked once a frame, with the number of the tick, from when our packets come on."""
    sender = Sender(far)
    done = 0

    def script(_: SipLine, frame: Frame) -> None:
        nonlocal done
        if sender.to is None:
            try:
                _, address = far.rtp.recvfrom(2048)
            except BlockingIOError:
                return
            sender.to = address
        does(sender, done)
        done += 1

    line = SipLine(f"sip:x@127.0.0.1:{far.port}", caller=CALLER, speak=utterance)
    frames = call(line, script, hang_up_at(ticks))
    sender.other.close()
    assert kinds(frames)[-1] == "ended"
    return frames


def loud_frames(frames: list[Frame]) -> int:
    return sum(int(np.abs(frame.heard).max() > 4000) for frame in frames)


def test_packets_as_they_should_be_give_an_unbroken_tone(far: Responder) -> None:
    frames = listen(far, lambda sender, n: sender.send(n))
    assert breaks_of_the_sine(heard(frames)) == 0
    assert loud_frames(frames) > TICKS - 15


def test_packets_out_of_order_are_put_in_order(far: Responder) -> None:
    frames = listen(far, lambda sender, n: sender.send(n ^ 1) if n > 3 else sender.send(n))
    assert breaks_of_the_sine(heard(frames)) == 0


def test_packets_that_come_twice_are_heard_once(far: Responder) -> None:
    def twice(sender: Sender, n: int) -> None:
        sender.send(n)
        sender.send(n)

    frames = listen(far, twice)
    assert breaks_of_the_sine(heard(frames)) == 0
    assert loud_frames(frames) <= TICKS + 5  # hanging up takes some


def test_with_a_fifth_of_the_packets_lost_the_others_are_heard_in_their_place(far: Responder) -> None:
    frames = listen(far, lambda sender, n: sender.send(n) if n % 5 != 4 else None)
    assert loud_frames(frames) > 0.7 * (TICKS - 15)
    assert len(frames) >= TICKS


def test_packets_from_a_strange_source_are_not_heard(far: Responder) -> None:
    def both(sender: Sender, n: int) -> None:
        sender.send(n)
        sender.send_from_elsewhere(sender.packet(n, NOISE, source=99))

    frames = listen(far, both)
    assert int(np.abs(heard(frames)).max()) < 10000, "the noise has amplitude 20000"
    assert breaks_of_the_sine(heard(frames)) == 0


def test_a_stream_that_moves_to_another_port_is_still_heard(far: Responder) -> None:
    def move(sender: Sender, n: int) -> None:
        if n < 25:
            sender.send(n)
        else:
            sender.send_from_elsewhere(sender.packet(n))

    frames = listen(far, move)
    assert loud_frames(frames[50:]) > 10


def test_a_pause_in_the_stream_is_heard_as_a_pause(far: Responder) -> None:
    frames = listen(far, lambda sender, n: sender.send(n) if not 20 <= n < 40 else None)
    assert loud_frames(frames[: TICKS // 2]) > 5
    assert loud_frames(frames[TICKS - 15 :]) > 8
    quiet = TICKS - loud_frames(frames)
    assert 20 <= quiet <= 40


def test_a_sender_that_stalled_is_heard_on_time_again_once_there_was_a_pause(far: Responder) -> None:
    """Bursts of 0.2 s every 0.4 s; a stall of 0.5 s, whose packets then come at once: the later bursts are in time."""

    def payload(n: int) -> bytes:
        return TONE if n % 20 < 10 else a_law(np.zeros(160, np.int16))

    def stalling(sender: Sender, n: int) -> None:
        if not 30 <= n < 55:
            for late in range(30, 55) if n == 55 else ():
                sender.far.rtp.sendto(sender.packet(late, payload(late)), sender.to or ("", 0))
            sender.far.rtp.sendto(sender.packet(n, payload(n)), sender.to or ("", 0))

    frames = listen(far, stalling, ticks=260)
    loud = [n for n, frame in enumerate(frames) if np.abs(frame.heard).max() > 4000]
    begins = [n for n in loud if n - 1 not in loud]
    early, late = begins[0] % 20, [n % 20 for n in begins[-3:]]
    assert all(abs((n - early + 10) % 20 - 10) <= 1 for n in late), f"{begins}"
    assert len(loud) >= 250 // 2 - 12
