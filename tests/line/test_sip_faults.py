"""Whose fault: far ends that answer the INVITE with exactly these bytes."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from probe.line.sip import SipLine
from probe.timeline import Ended, LineEvent, LineFailed, Press
from tests.line.test_sip import CALLER, at_tick, call, events, hang_up_at, kinds, utterance


class Responder:
    """Answers the first INVITE with the given responses (status line, headers, SDP), and BYE and CANCEL with 200."""

    def __init__(self, *responses: tuple[str, str, str]) -> None:
        self._responses = responses
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        self.rtp.setblocking(False)
        self.port = self._sip.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"end", ("127.0.0.1", self.port))
        self._thread.join()
        self._sip.close()
        self.rtp.close()

    def packets(self) -> list[bytes]:
        found = []
        try:
            while True:
                found.append(self.rtp.recv(2048))
        except BlockingIOError:
            return found

    def _serve(self) -> None:
        responses = self._responses
        while True:
            data, peer = self._sip.recvfrom(65536)
            text = data.decode()
            if text == "end":
                return
            fields = {name.lower(): value for name, value in re.findall(r"(?m)^([\w-]+):\s*(.*?)\r$", text)}
            if text.startswith("INVITE"):
                for response in responses:
                    self._sip.sendto(self._response(fields, *response), peer)
                responses = ()
            elif text.startswith(("BYE", "CANCEL")):
                self._sip.sendto(self._response(fields, "200 OK", "", ""), peer)

    def _response(self, fields: dict[str, str], status: str, headers: str, media: str) -> bytes:
        to = fields["to"] if "tag=" in fields["to"] else fields["to"] + ";tag=far"
        body = ""
        if media:
            codec = media.split()[0]
            body = (
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {self.rtp.getsockname()[1]} RTP/AVP {codec}\r\na=rtpmap:{media}\r\n"
            )
        lines = [f"SIP/2.0 {status}"] + [f"{name}: {fields[name]}" for name in ("via", "from", "call-id", "cseq")]
        lines += [f"To: {to}", f"Contact: <sip:far@127.0.0.1:{self.port}>", *filter(None, [headers])]
        if body:
            lines.append("Content-Type: application/sdp")
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


@pytest.fixture
def responder(request: pytest.FixtureRequest) -> Iterator[Responder]:
    far = Responder(*request.param)
    yield far
    far.close()


def end_of_call(far: Responder, **limits: float) -> LineEvent:
    options: dict[str, Any] = {"ring_limit": 0.5, "response_limit": 0.5} | limits
    line = SipLine(f"sip:x@127.0.0.1:{far.port}", caller=CALLER, speak=utterance, **options)
    return events(call(line))[-1]


@pytest.mark.parametrize(
    ("responder", "status", "cause"),
    [
        ([("503 Service Unavailable", 'Reason: Q.850;cause=34;text="no circuit"', "")], 503, 34),
        ([("100 Trying", "", ""), ("480 Gone", "Reason: SIP;cause=480, Q.850 ;cause=19", "")], 480, 19),
        ([("408 Request Timeout", "", "")], 408, None),
    ],
    indirect=["responder"],
)
def test_a_final_status_on_the_wire_is_the_hotlines_with_its_cause(
    responder: Responder, status: int, cause: int | None
) -> None:
    end = end_of_call(responder)
    assert isinstance(end, Ended)
    assert (end.by, end.status, end.cause) == ("hotline", status, cause)


@pytest.mark.parametrize(
    ("responder", "reason"),
    [
        ([("407 Proxy Authentication Required", 'Proxy-Authenticate: Digest realm="x", nonce="n"', "")], "credentials"),
        ([("200 OK", "", "18 G729/8000")], "no codec in common"),
        ([("200 OK", "", "")], "no codec in common"),
    ],
    indirect=["responder"],
)
def test_what_our_side_lacks_is_our_fault(responder: Responder, reason: str) -> None:
    end = end_of_call(responder)
    assert isinstance(end, LineFailed)
    assert reason in end.reason
    assert "\n" not in end.reason


@pytest.mark.parametrize("responder", [[("100 Trying", "", "")]], indirect=True)
def test_trying_for_ever_is_nobody_picking_up(responder: Responder) -> None:
    end = end_of_call(responder)
    assert isinstance(end, Ended)
    assert (end.by, end.reason) == ("caller", "ring limit")


@pytest.mark.parametrize("responder", [[("200 OK", "", "0 PCMU/8000")]], indirect=True)
def test_an_answered_call_without_audio_packets_is_our_fault(responder: Responder) -> None:
    end = end_of_call(responder, media_limit=0.7)
    assert isinstance(end, LineFailed)
    assert end.reason == "127.0.0.1: no audio packet for 0.7 s"
    assert 0.6 < end.at < 1.0


@pytest.mark.parametrize("responder", [[("200 OK", "", "0 PCMU/8000")]], indirect=True)
def test_keys_go_in_band_where_the_far_end_takes_no_telephone_events(responder: Responder) -> None:
    line = SipLine(f"sip:x@127.0.0.1:{responder.port}", caller=CALLER, speak=utterance)
    frames = call(line, at_tick(10, Press(at=0, value="5")), hang_up_at(30))
    assert kinds(frames) == ["dialed", "answered", "played", "ended"]
    packets = responder.packets()
    assert {packet[1] & 0x7F for packet in packets} == {0}
    quietest = {0xFF, 0x7F}  # µ-law's silence
    loud = [packet for packet in packets if not set(packet[12:]) <= quietest]
    assert 5 <= len(loud) <= 6  # 100 ms of tone
