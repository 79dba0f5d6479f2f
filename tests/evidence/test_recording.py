"""A call killed at any instant leaves a playable WAV and a valid timeline."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from probe.errors import OurFault, UserError
from probe.evidence import Recording, load
from probe.timeline import FRAME, RATE, Answered, CallInfo, Dialed, Frame, Kind, Press, Segment, Timeline

WRITER = """
import sys
import numpy as np
from pathlib import Path
from probe.evidence import Recording
from probe.timeline import *

timeline = Timeline(CallInfo(id="c", hotline="热线"))
recording = Recording(Path(sys.argv[1]), timeline.call)
for n in range(1_000_000):
    audio = np.full(FRAME, n % 30000, np.int16)
    recording.write(Frame(n * FRAME, audio, -audio))
    if n % 7 == 0:
        timeline.add(Played(at=n / 50, known=n / 50, value="按键"))
        recording.keep(timeline)
    if n % 50 == 0:
        print(n, flush=True)
"""


def frame(number: int, value: int = 1) -> Frame:
    audio = np.full(FRAME, value, np.int16)
    return Frame(number * FRAME, audio, -audio)


@pytest.mark.parametrize("printed", [1, 2, 3, 5, 8, 13, 40, 120])
def test_a_call_killed_at_any_instant_leaves_audio_and_timeline(tmp_path: Path, printed: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "c")], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    written = 0
    with writer.stdout:
        for _ in range(printed):
            written = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    with wave.open(str(tmp_path / "c" / "call.wav")) as audio:
        assert (audio.getnchannels(), audio.getframerate(), audio.getsampwidth()) == (2, RATE, 2)
        count = audio.getnframes()
        samples = np.frombuffer(audio.readframes(count), "<i2").reshape(-1, 2)
    assert len(samples) == count, "the header promises no more than is there"
    assert count >= (written + 1) * FRAME - 0.2 * RATE
    assert np.array_equal(samples[:, 0], np.arange(count) // FRAME % 30000)
    assert np.array_equal(samples[:, 1], -samples[:, 0])
    timeline, path = load(tmp_path / "c")
    assert (timeline.call.hotline, path.name) == ("热线", "call.wav")


def test_a_closed_recording_holds_every_frame_and_its_hash(tmp_path: Path) -> None:
    timeline = Timeline(CallInfo(id="c"))
    recording = Recording(tmp_path / "c", timeline.call)
    for number in range(13):
        recording.write(frame(number))
    timeline.add(Dialed(at=0.0, known=0.0))
    recording.close(timeline)
    back, audio = load(tmp_path / "c")
    assert audio.stat().st_size == 44 + 13 * FRAME * 4
    assert back.call.audio == {
        "path": "call.wav",
        "sha256": hashlib.sha256(audio.read_bytes()).hexdigest(),
        "rate": RATE,
    }
    assert back.events == timeline.events
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["call.wav", "timeline.json"]


def test_what_is_kept_within_a_quarter_of_a_second_is_written_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    timeline = Timeline(CallInfo(id="c"))
    recording = Recording(tmp_path / "c", timeline.call)
    timeline.add(Dialed(at=0.0, known=0.0))
    recording.keep(timeline)
    assert load(tmp_path / "c")[0].events == []
    now[0] += 0.3
    recording.write(frame(0))
    assert load(tmp_path / "c")[0].events == timeline.events
    timeline.segments.append(Segment(Kind.SILENCE, 0.0, 1.0))  # a segment is kept without a further `keep`
    now[0] += 0.3
    recording.write(frame(1))
    assert load(tmp_path / "c")[0].segments == timeline.segments


def test_keeping_a_timeline_is_cheap_however_often_it_is_done(tmp_path: Path) -> None:
    timeline = Timeline(CallInfo(id="c"))
    recording = Recording(tmp_path / "c", timeline.call)
    writes = 0
    original = recording._save

    def counted() -> None:
        nonlocal writes
        writes += 1
        original()

    recording._save = counted  # type: ignore[method-assign]
    for number in range(2000):
        timeline.add(Answered(at=number / 50, known=number / 50))
        recording.keep(timeline)
        recording.write(frame(number))
    assert writes < 40


def test_a_folder_that_is_not_a_call_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    broken = tmp_path / "broken"
    Recording(broken, CallInfo(id="c")).close(Timeline(CallInfo(id="c")))
    for text in ("{", "[]", "{}", json.dumps({"schema": "probe.timeline/1", "call": {}}), "\x00"):
        (broken / "timeline.json").write_text(text)
        with pytest.raises(UserError, match="not a timeline"):
            load(broken)
    for name, message in (("none", "no such folder"), ("empty", "is missing"), ("file", "probe listen")):
        with pytest.raises(UserError, match=message):
            load(tmp_path / name)


def test_actions_come_back_as_they_were(tmp_path: Path) -> None:
    timeline = Timeline(CallInfo(id="c"))
    timeline.did(Press(at=1.0, value="0", option="人工", answers=0.5))
    Recording(tmp_path / "c", timeline.call).close(timeline)
    assert load(tmp_path / "c" / "timeline.json")[0].actions == timeline.actions


def test_a_disk_that_refuses_is_our_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OurFault, match="cannot write"):
        Recording(tmp_path / "file" / "c", CallInfo(id="c"))
