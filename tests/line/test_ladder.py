"""A trace as people read it, and as Wireshark does."""

from __future__ import annotations

import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from probe.line.ladder import ladder, messages
from probe.line.pcap import PcapWriter, datagram
from probe.line.trace import Trace, masked

TRACE = """0.000 → UDP 127.0.0.1:5060
INVITE sip:10000@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:41000;rport;branch=z9hG4bK1
Contact: <sip:probe@127.0.0.1:41000>

v=0
c=IN IP4 127.0.0.1
m=audio 24100 RTP/AVP 0 8 96
a=rtpmap:96 telephone-event/8000

0.012 ← UDP 127.0.0.1:5060
SIP/2.0 302 Moved Temporarily
Contact: <sip:other@127.0.0.1:5070>

0.014 → UDP 127.0.0.1:5070
INVITE sip:other@127.0.0.1:5070 SIP/2.0

1.500 ← UDP 127.0.0.1:5070
SIP/2.0 486 Busy Here
Reason: Q.850;cause=17

"""


def test_a_ladder_says_who_sent_what_to_whom_when() -> None:
    lines = ladder(messages(TRACE))
    assert [line.split("│")[0].strip() for line in lines if "│" in line] == ["0.000", "0.012", "0.014", "1.500"]
    assert "INVITE ──" in lines[1]
    assert lines[1].endswith("offers PCMU, PCMA, telephone-event at 127.0.0.1:24100")
    assert "◀──" in lines[2]
    assert "302 Moved Temporarily │ Contact: <sip:other@127.0.0.1:5070>" in lines[2]
    assert "127.0.0.1:5070" in lines[3]  # another far end, another head
    assert lines[-1].endswith("486 Busy Here │ Reason: Q.850;cause=17")
    assert len({line.rindex("│") for line in lines if "│" in line}) == 1


@given(st.text())
def test_no_text_breaks_the_ladder(text: str) -> None:
    ladder(messages(text))
    ladder(messages(TRACE + text))


def test_keys_of_encrypted_audio_are_not_kept() -> None:
    line = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20\n"
    assert masked(line) == "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(masked)|2^20\n"


def packets(path: Path) -> list[bytes]:
    """The packets of a capture."""
    data = path.read_bytes()
    assert struct.unpack_from("<IHH", data) == (0xA1B2C3D4, 2, 4)
    found, at = [], 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        found.append(data[at + 16 : at + 16 + length])
        at += 16 + length
    return found


def test_a_capture_holds_the_masked_messages_between_the_two_ends(tmp_path: Path) -> None:
    message = 'INVITE sip:1@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9:41000;rport\nAuthorization: Digest response="abc"\n\n'
    trace = Trace(tmp_path / "sip.txt")
    trace.log(
        f"TX {len(message)} bytes Request msg INVITE/cseq=1 (tdta0x1) to UDP 192.0.2.1:5060:\n{message}\n--end msg--"
    )
    trace.log(
        "RX 20 bytes Response msg 100/INVITE/cseq=1 (rdata0x1) from UDP 192.0.2.1:5060:\nSIP/2.0 100 Trying\n\n--end msg--"
    )
    sent, came = packets(tmp_path / "sip.pcap")  # before it is closed: each packet is written at once
    trace.close()
    assert sent[12:20] == bytes([192, 0, 2, 9, 192, 0, 2, 1])
    assert struct.unpack("!HH", sent[20:24]) == (41000, 5060)
    assert came[12:20] == bytes([192, 0, 2, 1, 192, 0, 2, 9])
    assert sent[28:].startswith(b"INVITE sip:1@192.0.2.1 SIP/2.0\r\n")
    assert sent.endswith(b"\r\n\r\n")
    assert b"abc" not in sent


@given(st.binary(max_size=70000))
def test_a_datagram_says_its_length_and_its_checksum_holds(content: bytes) -> None:
    packet = datagram(("127.0.0.1", 5060), ("host.example", 1), content)
    assert struct.unpack("!H", packet[2:4])[0] == len(packet) <= 65535
    total = sum(struct.unpack("!10H", packet[:20]))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF


def test_instants_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    writer = PcapWriter(tmp_path / "x.pcap")
    writer.write(1000.25, b"x")
    writer.close()
    assert struct.unpack_from("<II", (tmp_path / "x.pcap").read_bytes(), 24) == (1000, 250000)
