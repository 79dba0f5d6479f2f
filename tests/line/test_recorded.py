"""A recording gives the frames of a call, from whatever file it is in, and says in one line why it cannot."""

from __future__ import annotations

import shutil
import struct
import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from probe.errors import UserError
from probe.line.recorded import RecordedLine
from probe.line.resample import resample
from probe.timeline import FRAME, Answered, CallInfo, Dialed, Ended, HumanAnswered, Timeline


def tone(rate: int, hertz: float, seconds: float = 1.0, peak: float = 10000) -> npt.NDArray[np.int16]:
    time = np.arange(int(rate * seconds)) / rate
    return np.rint(peak * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


def write_wav(path: Path, rate: int, *channels: npt.NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.column_stack(channels).astype("<i2").tobytes())
    return path


def heard(line: RecordedLine) -> npt.NDArray[np.int16]:
    return np.concatenate([frame.heard for frame in line])


def level(audio: npt.NDArray[np.int16], hertz: float) -> float:
    """Peak of the component at `hertz` of 8 kHz audio, edges left out."""
    inner = audio[400:-400].astype(np.float64)
    wave_ = np.exp(-2j * np.pi * hertz * np.arange(len(inner)) / 8000)
    return float(2 * abs(np.mean(inner * wave_)))


def test_an_8_khz_recording_comes_through_sample_for_sample(tmp_path: Path) -> None:
    audio = tone(8000, 440, 1.01)
    frames = list(RecordedLine(write_wav(tmp_path / "a.wav", 8000, audio)))
    assert [frame.number for frame in frames] == list(range(0, 51 * FRAME, FRAME))
    assert all(len(frame.heard) == len(frame.said) == FRAME and not frame.events for frame in frames)
    joined = np.concatenate([frame.heard for frame in frames])
    assert np.array_equal(joined[: len(audio)], audio)
    assert not joined[len(audio) :].any()


@pytest.mark.parametrize("rate", [6000, 11025, 16000, 22050, 44100, 48000])
def test_the_telephone_band_survives_resampling_and_what_is_above_does_not_fold_into_it(rate: int) -> None:
    kept = resample(tone(rate, 1000), rate)
    assert len(kept) == 8000
    assert level(kept, 1000) == pytest.approx(10000, rel=0.001)
    if rate > 12000:
        folded = resample(tone(rate, 5000), rate)[400:-400]
        assert np.abs(folded).max() <= 10


def test_resampling_keeps_every_instant_in_place() -> None:
    click = np.zeros(44100, np.int16)
    click[22050] = 30000
    assert int(np.argmax(resample(click, 44100))) == 4000


def test_44_khz_stereo_gives_the_channel_that_was_asked_for(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "s.wav", 44100, tone(44100, 500), tone(44100, 1500))
    assert level(heard(RecordedLine(path)), 500) == pytest.approx(10000, rel=0.01)
    assert level(heard(RecordedLine(path, channel="left")), 1500) < 10
    assert level(heard(RecordedLine(path, channel="right")), 1500) == pytest.approx(10000, rel=0.01)
    mix = heard(RecordedLine(path, channel="mix"))
    assert [level(mix, 500), level(mix, 1500)] == pytest.approx([5000, 5000], rel=0.01)


@pytest.mark.parametrize("bits", [8, 24, 32])
def test_other_widths_of_pcm_are_read(tmp_path: Path, bits: int) -> None:
    audio = tone(8000, 500).astype(np.int32)
    scaled = {8: lambda: (audio // 256 + 128).astype("u1"), 32: lambda: (audio << 16).astype("<i4")}
    data = (
        b"".join(int(value << 8).to_bytes(3, "little", signed=True) for value in audio)
        if bits == 24
        else scaled[bits]().tobytes()
    )
    with wave.open(str(tmp_path / "w.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(bits // 8)
        file.setframerate(8000)
        file.writeframes(data)
    assert level(heard(RecordedLine(tmp_path / "w.wav")), 500) == pytest.approx(10000, rel=0.03)


def raw_wav(path: Path, tag: int, bits: int, data: bytes) -> Path:
    header = struct.pack(
        "<4sIHHIIHH4sI", b"fmt ", 16, tag, 1, 8000, 8000 * bits // 8, bits // 8, bits, b"data", len(data)
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(header) + len(data)) + b"WAVE" + header + data)
    return path


def test_g711_and_float_in_wav_are_read(tmp_path: Path) -> None:
    # Codes of ITU-T G.711: the largest magnitudes, and the smallest.
    mu = raw_wav(tmp_path / "mu.wav", 7, 8, bytes([0x80, 0x00, 0xFF, 0x7F] * 100))
    assert heard(RecordedLine(mu))[:4].tolist() == [32124, -32124, 0, 0]
    a = raw_wav(tmp_path / "a.wav", 6, 8, bytes([0xAA, 0x2A, 0xD5, 0x55] * 100))
    assert heard(RecordedLine(a))[:4].tolist() == [32256, -32256, 8, -8]
    f = raw_wav(tmp_path / "f.wav", 3, 32, np.array([0.5, -1.0, 2.0, float("nan")] * 100, "<f4").tobytes())
    assert heard(RecordedLine(f))[:4].tolist() == [16384, -32767, 32767, 0]


def test_a_replay_gives_the_lines_events_back_with_their_frames_and_what_was_said(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", 8000, tone(8000, 500), tone(8000, 800))
    timeline = Timeline(CallInfo(id="c"))
    timeline.events = [
        Dialed(at=0.0, known=0.0),
        Answered(at=0.5, known=0.5),
        HumanAnswered(at=0.6, known=0.9, earliest=0.6, latest=0.7),
        Ended(at=3.0, known=3.0, by="caller"),
    ]
    frames = list(RecordedLine(path, timeline=timeline))
    carried = {frame.number: [event.kind for event in frame.events] for frame in frames if frame.events}
    assert carried == {0: ["dialed"], 4000: ["answered"], 49 * FRAME: ["ended"]}
    assert level(np.concatenate([frame.said for frame in frames]), 800) == pytest.approx(10000, rel=0.01)


def spoil(path: Path, kind: str) -> Path:
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("这不是声音\n" * 100, encoding="utf-8")
    elif kind == "zero_length":
        write_wav(path, 8000, np.zeros(0, np.int16))
    elif kind == "cut_short":
        whole = write_wav(path, 8000, tone(8000, 500)).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "header_only":
        whole = write_wav(path, 8000, tone(8000, 500)).read_bytes()
        path.write_bytes(whole[:20])
    elif kind == "garbage_after_riff":
        path.write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)) * 8)
    elif kind == "picture":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    return path


SPOILED = {
    "missing": "no such file",
    "folder": "folder",
    "empty": "empty",
    "text": "not an audio file",
    "picture": "not an audio file",
    "zero_length": "0 s",
    "cut_short": "cut short, only 50%",
    "header_only": "damaged",
    "garbage_after_riff": "damaged",
}


@pytest.mark.parametrize("kind", SPOILED)
def test_a_file_that_is_no_recording_is_told_in_one_line(tmp_path: Path, kind: str) -> None:
    path = spoil(tmp_path / "bad.wav", kind)
    with pytest.raises(UserError) as error:
        RecordedLine(path)
    assert error.value.en.startswith(f"{path}: ")
    assert SPOILED[kind] in error.value.en
    assert "\n" not in error.value.en + error.value.zh


def test_the_right_channel_of_a_mono_file_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one channel only"):
        RecordedLine(write_wav(tmp_path / "m.wav", 8000, tone(8000, 500)), channel="right")


def test_a_size_that_the_recorder_never_filled_in_is_no_fault_of_the_file(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "stream.wav", 8000, tone(8000, 500))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert RecordedLine(path).seconds == pytest.approx(1.0)


def test_a_format_that_needs_ffmpeg_says_so_when_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (tmp_path / "a.mp3").write_bytes(b"ID3\x04" + bytes(500))
    with pytest.raises(UserError, match="MP3 needs ffmpeg"):
        RecordedLine(tmp_path / "a.mp3")


@pytest.mark.skipif(not (shutil.which("ffmpeg") and shutil.which("ffprobe")), reason="ffmpeg is not installed")
@pytest.mark.parametrize("suffix", ["mp3", "m4a", "ogg"])
def test_compressed_recordings_are_read_with_ffmpeg(tmp_path: Path, suffix: str) -> None:
    wav = write_wav(tmp_path / "a.wav", 44100, tone(44100, 700, 2.0), tone(44100, 700, 2.0))
    out = tmp_path / f"a.{suffix}"
    subprocess.run(["ffmpeg", "-loglevel", "error", "-i", wav, out], check=True)
    assert level(heard(RecordedLine(out)), 700) > 5000
