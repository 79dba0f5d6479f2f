"""Real SIP calls over the loopback, each a second or two long."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probe.errors import UserError
from probe.line.caller import Caller
from probe.line.keys import tones
from probe.line.pipe import pack
from probe.line.process import Child
from probe.line.sip import SipLine
from probe.line.trunk import Proxy, Trunk
from probe.timeline import (
    FRAME,
    RATE,
    Ended,
    Frame,
    HangUp,
    InputLate,
    LineEvent,
    LineFailed,
    Media,
    Press,
    Samples,
    Say,
)
from tests.processes import is_running, until

CALLER = Caller("ordinary", "05115550001")
PROVIDER = Trunk("provider", "192.0.2.1", (Proxy("192.0.2.1", 5060),), registrar=Proxy("192.0.2.1", 5060))
Script = Callable[[SipLine, Frame], None]


def utterance(text: str) -> Samples:
    return np.round(6000 * np.sin(2 * np.pi * 700 * np.arange(1600) / 8000)).astype(np.int16)


class FarEnd:
    """The test endpoint's process."""

    def __init__(self, *codecs: str) -> None:
        self.child = Child("tests.line.sip_far_end")
        self.child.outlet.send(pack({"codecs": codecs or ("PCMU", "PCMA")}))
        self.port = self.told()["port"]

    def told(self) -> dict[str, Any]:
        message = self.child.inlet.take(timeout=20)
        assert message is not None
        return message[0]

    def line(self, user: str, **options: Any) -> SipLine:
        while self.child.inlet.take():
            pass  # what it told of calls before
        return SipLine(f"sip:{user}@127.0.0.1:{self.port}", caller=CALLER, speak=utterance, **options)


@pytest.fixture(scope="module")
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.child.close(5)


def at_tick(tick: int, *actions: Any) -> Script:
    def script(line: SipLine, frame: Frame) -> None:
        if frame.number == tick * FRAME:
            for action in actions:
                line.perform(action)

    return script


def hang_up_at(tick: int) -> Script:
    return at_tick(tick, HangUp(at=0, why="scenario"))


def call(line: SipLine, *scripts: Script) -> list[Frame]:
    frames = []
    try:
        for frame in line:
            frames.append(frame)
            for script in scripts:
                script(line, frame)
    finally:
        line.close()
    assert [frame.number for frame in frames] == list(range(0, len(frames) * FRAME, FRAME))
    return frames


def events(frames: list[Frame]) -> list[LineEvent]:
    found = [event for frame in frames for event in frame.events]
    assert all(event.at == event.known == frame.at for frame in frames for event in frame.events)
    return [event for event in found if not isinstance(event, Media)]


def media(frames: list[Frame]) -> Media | None:
    return next((event for frame in frames for event in frame.events if isinstance(event, Media)), None)


def kinds(frames: list[Frame]) -> list[str]:
    return [event.kind for event in events(frames)]


def heard(frames: list[Frame]) -> Samples:
    return np.concatenate([frame.heard for frame in frames])


def said(frames: list[Frame]) -> Samples:
    return np.concatenate([frame.said for frame in frames])


def breaks_of_the_sine(samples: Samples) -> int:
    """Places where a 400 Hz sine of amplitude 8000 breaks off or jumps."""
    x = samples[np.flatnonzero(samples)[0] : np.flatnonzero(samples)[-1] + 1].astype(float)
    residue = x[2:] - 2 * np.cos(2 * np.pi * 400 / 8000) * x[1:-1] + x[:-2]
    return int((np.abs(residue) > 1500).sum())


def test_a_call_is_dialled_answered_heard_and_hung_up(far: FarEnd) -> None:
    frames = call(far.line("tone"), hang_up_at(60))
    assert kinds(frames) == ["dialed", "ringing", "answered", "ended"]
    assert events(frames)[-1] == Ended(at=frames[-1].at, known=frames[-1].at, by="caller")
    assert breaks_of_the_sine(heard(frames)) == 0
    assert np.count_nonzero(heard(frames)) > 7000
    assert far.told()["from"].startswith(f"<sip:{CALLER.number}@")


@pytest.mark.parametrize("way", ["rfc4733", "info"])
def test_keys_arrive_once_each_and_are_heard_in_the_recording(far: FarEnd, way: Any) -> None:
    frames = call(far.line("tone", keys=way), at_tick(20, Press(at=0, value="1#")), hang_up_at(48))
    assert far.told()["keys"] == "1#"
    assert kinds(frames) == ["dialed", "ringing", "answered", "played", "ended"]
    played = next(frame for frame in frames if "played" in [event.kind for event in frame.events])
    sound = said(frames)
    first = int(np.flatnonzero(sound)[0]) // FRAME * FRAME
    wanted = tones("1#")
    assert np.array_equal(sound[first : first + wanted.size], wanted)
    assert first + wanted.size - 800 <= played.number + FRAME <= first + wanted.size


def test_keys_in_band_arrive_as_tones(far: FarEnd) -> None:
    frames = call(far.line("echo", keys="inband"), at_tick(20, Press(at=0, value="5")), hang_up_at(40))
    assert far.told()["keys"] == ""
    spectrum = np.abs(np.fft.rfft(heard(frames), 8000 * 4))
    loudest = {int(n / 4 + 0.5) for n in np.argsort(spectrum)[-6:]}
    assert all(min(abs(f - wanted) for wanted in (770, 1336)) <= 4 for f in loudest)


def test_speech_is_sent_as_it_is_recorded_and_reported_when_it_was_sent(far: FarEnd) -> None:
    frames = call(far.line("echo"), at_tick(20, Say(at=0, value="转人工")), hang_up_at(45))
    assert np.array_equal(said(frames)[np.flatnonzero(said(frames))[0] - 1 :][:1600], utterance(""))
    assert [event.value for event in events(frames) if event.kind == "played"] == ["转人工"]
    lag = np.argmax(np.correlate(heard(frames).astype(float), said(frames).astype(float), "full")) - said(frames).size
    assert 0 < lag < 8000 * 0.3
    far.told()


def test_early_media_is_heard_before_the_answer(far: FarEnd) -> None:
    frames = call(far.line("early"), hang_up_at(42))
    assert kinds(frames) == ["dialed", "ringing", "early_media", "answered", "ended"]
    answered = next(event.at for event in events(frames) if event.kind == "answered")
    assert 0.5 < answered < 0.8
    assert np.count_nonzero(heard(frames)[: int(answered * 8000)]) > 3000
    assert breaks_of_the_sine(heard(frames)) == 0
    far.told()


def test_the_hotline_hanging_up_is_told_with_its_cause(far: FarEnd) -> None:
    frames = call(far.line("goodbye"))
    end = events(frames)[-1]
    assert isinstance(end, Ended)
    assert (end.by, end.status, end.cause) == ("hotline", None, 16)
    far.told()


@pytest.mark.parametrize("status", [404, 486, 488, 603])
def test_a_status_that_was_received_is_the_hotlines(far: FarEnd, status: int) -> None:
    frames = call(far.line(str(status)))
    end = events(frames)[-1]
    assert isinstance(end, Ended)
    assert (end.by, end.status) == ("hotline", status)
    assert kinds(frames) == ["dialed", "ended"]
    far.told()


def test_a_codec_that_the_far_end_lacks_ends_with_its_488() -> None:
    far = FarEnd("PCMA")
    frames = call(far.line("tone", codec="GSM"))
    end = events(frames)[-1]
    far.child.close(5)
    assert isinstance(end, Ended)
    assert (end.by, end.status) == ("hotline", 488)


def test_nobody_listening_is_our_fault() -> None:
    frames = call(SipLine("sip:x@127.0.0.1:9", caller=CALLER, speak=utterance))
    end = events(frames)[-1]
    assert isinstance(end, LineFailed)
    assert end.reason == "127.0.0.1:9: nobody listens there"
    assert kinds(frames) == ["dialed", "line_failed"]
    assert not heard(frames).any()


def test_no_response_at_all_is_our_fault() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        frames = call(SipLine(f"sip:x@127.0.0.1:{port}", caller=CALLER, speak=utterance, response_limit=0.4))
    end = events(frames)[-1]
    assert isinstance(end, LineFailed)
    assert end.reason == f"127.0.0.1:{port}: no response within 0.4 s"


def test_music_while_on_hold_is_heard(far: FarEnd) -> None:
    frames = call(far.line("hold"), hang_up_at(75))
    assert kinds(frames) == ["dialed", "ringing", "answered", "held", "ended"]
    late = heard(frames)[60 * FRAME :]
    assert np.count_nonzero(np.abs(late) > 4000) > 0.4 * late.size
    far.told()


def test_nobody_picking_up_ends_at_the_ring_limit(far: FarEnd) -> None:
    frames = call(far.line("ring", ring_limit=0.4))
    assert events(frames)[-1] == Ended(at=frames[-1].at, known=frames[-1].at, by="caller", reason="ring limit")
    assert 0.4 <= frames[-1].at < 0.6
    far.told()


def test_a_killed_process_ends_the_call_as_our_fault_and_loses_nothing(far: FarEnd) -> None:
    def kill(line: SipLine, frame: Frame) -> None:
        if frame.number == 30 * FRAME:
            assert line.pid
            os.kill(line.pid, signal.SIGKILL)

    frames = call(far.line("tone"), kill)
    assert events(frames)[-1] == LineFailed(
        at=frames[-1].at, known=frames[-1].at, reason="the call's process was killed (SIGKILL)"
    )
    assert len(frames) >= 31


def test_a_slow_listener_gets_every_frame(far: FarEnd) -> None:
    def work(line: SipLine, frame: Frame) -> None:
        if frame.number == 30 * FRAME:
            listened = time.monotonic() + 0.5
            while time.monotonic() < listened:
                pass

    frames = call(far.line("tone"), work, hang_up_at(58))
    assert breaks_of_the_sine(heard(frames)) == 0
    far.told()


def test_an_input_that_a_slow_listener_sends_late_is_told(far: FarEnd) -> None:
    def work(line: SipLine, frame: Frame) -> None:
        if frame.number == 30 * FRAME:
            time.sleep(0.6)
            line.perform(Press(at=0, value="5"))

    frames = call(far.line("tone"), work, at_tick(70, Press(at=0, value="6")), hang_up_at(90))
    late = [event for event in events(frames) if isinstance(event, InputLate)]
    assert [event.value for event in late].count("5") == 1
    assert all(event.seconds >= 0.5 for event in late), "what goes out at once is not told"
    assert late[0].at == pytest.approx(31 * FRAME / RATE)
    assert late[0].seconds >= 0.6
    far.told()


def test_a_call_given_up_in_the_middle_is_hung_up(far: FarEnd) -> None:
    line = far.line("tone")
    for frame in line:
        if frame.number == 20 * FRAME:
            break
    pid = line.pid
    line.close()
    assert far.told()["user"] == "tone"
    assert pid
    assert not is_running(pid)


def test_no_process_is_left_when_the_parent_dies(far: FarEnd) -> None:
    program = f"""
import os, signal
from tests.line.test_sip import CALLER, utterance
from probe.line.sip import SipLine
from probe.line.trunk import Proxy, Trunk
line = SipLine("sip:tone@127.0.0.1:{far.port}", caller=CALLER, speak=utterance)
for frame in line:
    if frame.number == 3200:
        print(line.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=root, timeout=30, check=False)
    pid = int(run.stdout)
    assert far.told()["user"] == "tone"  # it said goodbye, too
    until(lambda: not is_running(pid))


def test_the_trace_has_every_message_with_its_time_and_way(far: FarEnd, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    call(far.line("tone", trace=trace), hang_up_at(20))
    lines = trace.read_text(encoding="utf-8").splitlines()
    starts = [line for line in lines if line.endswith(f" UDP 127.0.0.1:{far.port}")]
    assert lines[0] == f"0.000 → UDP 127.0.0.1:{far.port}"
    assert [line.split()[1] for line in starts[:2]] == ["→", "←"]
    assert [float(line.split()[0]) for line in starts] == sorted(float(line.split()[0]) for line in starts)
    for first in ("INVITE sip:tone@", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "ACK sip:", "BYE sip:"):
        assert any(line.startswith(first) for line in lines)
    far.told()


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("sip:10086@192.0.2.1:5060", "not this machine"),
        ("sip:10086@pbx.example.com", "not this machine"),
        ("sip:110@127.0.0.1", "emergency"),
        ("sip:%31%31%30@127.0.0.1", "emergency"),
        ("sip:+86-0511-119@127.0.0.1", "emergency"),
        ("sip:9911@127.0.0.1", "emergency"),
        ("tel:10086", "not a SIP address"),
        ("sips:10086@127.0.0.1", "encrypted"),
        ("sip:10086@127.0.0.1:70000", "port"),
    ],
)
def test_an_address_that_must_not_or_cannot_be_dialled_is_the_users_mistake(uri: str, word: str) -> None:
    with pytest.raises(UserError) as mistake:
        SipLine(uri, caller=CALLER, speak=utterance)
    assert word in mistake.value.en
    assert "\n" not in mistake.value.en


def test_no_setting_allows_an_emergency_number() -> None:
    with pytest.raises(UserError, match="emergency"):
        SipLine("sip:119@192.0.2.1", caller=CALLER, speak=utterance, trunk=PROVIDER)


@pytest.mark.parametrize("uri", ["sip:95598@127.0.0.1", "sip:10010@127.0.0.1:5060", "sip:12345@localhost"])
def test_hotlines_with_short_numbers_may_be_dialled(uri: str) -> None:
    SipLine(uri, caller=CALLER, speak=utterance)


def test_an_unknown_codec_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="Opus"):
        SipLine("sip:1@127.0.0.1", caller=CALLER, speak=utterance, codec="Opus")
