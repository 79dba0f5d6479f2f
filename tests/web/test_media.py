"""Audio by byte range; waveform and spectrogram as the samples have them; the state of the audio."""

from __future__ import annotations

import hashlib
import struct
import wave
import zlib
from pathlib import Path

import numpy as np
import pytest

from probe.evidence.archive import archive
from probe.web import sound, spectrogram, waveform
from probe.web.sound import Sound
from tests.evidence.bundles import entry
from tests.web.conftest import Page

Calls = tuple[Path, str, str]


def tone(hertz: float, seconds: float, rate: int = 8000) -> Sound:
    heard = (np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate) * 16000).astype(np.int16)
    return Sound(np.column_stack((heard, np.zeros_like(heard))), rate)


def pixels(png: bytes) -> np.ndarray:
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        (length,), name = struct.unpack_from(">I", png, at), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(name + body) == struct.unpack_from(">I", png, at + 8 + length)[0]
        if name == b"IHDR":
            size = struct.unpack_from(">II", body)
        if name == b"IDAT":
            data += body
        at += 12 + length
    return np.frombuffer(zlib.decompress(data), np.uint8).reshape(size[1], size[0] + 1)[:, 1:]


# ---------------------------------------------------------------------------------------------------------- audio


def test_audio_comes_by_byte_range(page: Page, calls: Calls) -> None:
    address = f"/calls/{calls[1]}/files/call.wav"
    whole = (calls[0] / calls[1] / "call.wav").read_bytes()
    answer = page.client.get(address, headers={"range": "bytes=1000-1999"})
    assert answer.status_code == 206
    assert answer.content == whole[1000:2000]
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(whole)}"
    assert page.client.get(address, headers={"range": "bytes=-100"}).content == whole[-100:]
    assert page.client.get(address).content == whole


@pytest.mark.parametrize("wanted", ["bytes=99999999999-", "bytes=x-y", "bytes=5-1", "bytes=", "lines=1-2"])
def test_a_range_that_is_none_gets_no_audio_and_no_error(page: Page, calls: Calls, wanted: str) -> None:
    answer = page.client.get(f"/calls/{calls[1]}/files/call.wav", headers={"range": wanted})
    assert answer.status_code in (400, 416)


def test_a_thousand_ranges_do_not_multiply_the_answer(page: Page, calls: Calls) -> None:
    many = "bytes=" + ",".join(f"{n}-{n + 60000}" for n in range(1000))
    size = (calls[0] / calls[1] / "call.wav").stat().st_size
    answer = page.client.get(f"/calls/{calls[1]}/files/call.wav", headers={"range": many})
    assert len(answer.content) < 2 * size


# ------------------------------------------------------------------------------------------------------- waveform


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_bin_is_the_lowest_and_highest_sample_in_it(level: int, tmp_path: Path) -> None:
    samples = np.random.default_rng(1).integers(-32768, 32767, (100_003, 2)).astype(np.int16)
    heard = Sound(samples, 8000)
    data = waveform.tile(heard, level, 0, tmp_path / "kept")
    bins = np.frombuffer(data, np.int8).reshape(-1, 2, 2)
    size = waveform.BINS[level]
    for n in (0, 1, len(bins) - 1) if len(bins) > 1 else (0,):
        part = samples[n * size : (n + 1) * size] >> 8
        assert bins[n, :, 0].tolist() == part.min(axis=0).tolist()
        assert bins[n, :, 1].tolist() == part.max(axis=0).tolist()


@pytest.mark.parametrize("level", [0, 1, 2])
def test_what_is_kept_is_what_is_drawn_without_keeping(level: int, tmp_path: Path) -> None:
    heard = tone(440, 60)
    kept = [waveform.tile(heard, level, number, tmp_path / "kept") for number in range(4)]
    assert kept == [waveform.tile(heard, level, number, None) for number in range(4)]
    assert waveform.tile(heard, level, 99, tmp_path / "kept") == b""


def test_one_channel_and_nothing_at_all_have_a_waveform_too() -> None:
    assert len(waveform.tile(Sound(np.ones((80, 1), np.int16), 8000), 0, 0, None)) == 2 * 4
    assert waveform.tile(Sound(np.zeros((0, 2), np.int16), 8000), 0, 0, None) == b""


def test_a_folder_that_cannot_be_written_to_still_shows_its_waveform(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    heard = tone(440, 5)
    assert waveform.tile(heard, 1, 0, tmp_path / "file" / "kept") == waveform.tile(heard, 1, 0, None)


# ---------------------------------------------------------------------------------------------------- spectrogram


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("hertz", [450, 1000, 3000])
def test_a_tone_is_brightest_in_its_row(level: int, hertz: int) -> None:
    shown = pixels(spectrogram.tile(tone(hertz, 20), level, 0) or b"")
    assert shown.shape == (spectrogram.ROWS, spectrogram.COLUMNS)
    row = int(shown[:, 3].argmax())
    assert abs((spectrogram.ROWS - row) * 4000 / spectrogram.ROWS - hertz) <= 40


def test_beyond_the_end_it_is_quiet_and_then_nothing() -> None:
    shown = pixels(spectrogram.tile(tone(1000, 2), 0, 0) or b"")
    assert shown[:, 190].max() > 150
    assert shown[:, 210:].max() == 0
    assert spectrogram.tile(tone(1000, 2), 0, 1) is None


def test_drawings_are_kept_by_the_state_of_the_audio_and_not_in_the_calls_folder(page: Page, calls: Calls) -> None:
    before = sorted(path.name for path in (calls[0] / calls[1]).iterdir())
    found = (calls[0] / calls[1] / "call.wav").stat()
    version = f"{found.st_mtime_ns:x}-{found.st_size:x}"
    address = f"/api/calls/{calls[1]}/spectrogram/{version}/1/0.png"
    first = page.client.get(address)
    assert "max-age" in first.headers["cache-control"]
    assert list((calls[0] / ".web" / calls[1] / version).iterdir())
    assert page.client.get(address).content == first.content
    assert sorted(path.name for path in (calls[0] / calls[1]).iterdir()) == before
    other = page.client.get(f"/api/calls/{calls[1]}/spectrogram/other/1/0.png")
    assert other.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "waveform/v/3/0",
        "waveform/v/-1/0",
        "waveform/v/0/-1",
        "waveform/v/0/x",
        "spectrogram/v/9/0.png",
        "waveform/v/0/999999999",
    ],
)
def test_a_tile_that_cannot_be_is_refused(page: Page, calls: Calls, path: str) -> None:
    assert page.client.get(f"/api/calls/{calls[1]}/{path}").status_code == 422


# ------------------------------------------------------------------------------------------------------------ sound


def test_audio_longer_than_its_header_says_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "growing.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(4000))
    with path.open("ab") as more:
        more.write(bytes(4000))
    assert sound.read(path).seconds == pytest.approx(2000 / 8000)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"not audio at all", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"],
)
def test_what_is_not_audio_is_said_and_not_drawn(page: Page, calls: Calls, content: bytes) -> None:
    (calls[0] / calls[1] / "call.wav").write_bytes(content)
    assert page.client.get(f"/api/calls/{calls[1]}/waveform/v/0/0").status_code == 422
    assert page.client.get(f"/calls/{calls[1]}").status_code == 200


# -------------------------------------------------------------------------------------------------------- integrity


def test_the_audio_of_the_call_is_intact(page: Page, calls: Calls) -> None:
    digest = hashlib.sha256((calls[0] / calls[1] / "call.wav").read_bytes()).hexdigest()
    assert page.client.get(f"/api/calls/{calls[1]}/integrity").json() == {"state": "intact", "sha256": digest}


def test_one_altered_sample_is_seen(page: Page, calls: Calls) -> None:
    path = calls[0] / calls[1] / "call.wav"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(bytes(data))
    assert page.client.get(f"/api/calls/{calls[1]}/integrity").json()["state"] == "altered"


def test_audio_that_was_removed_is_told_from_audio_that_was_altered(page: Page, calls: Calls) -> None:
    (calls[0] / calls[1] / "call.wav").unlink()
    assert page.client.get(f"/api/calls/{calls[1]}/integrity").json()["state"] == "removed"
    text = page.client.get(f"/calls/{calls[1]}").text
    assert "no longer kept" in text


def test_the_seal_is_said_in_words_in_the_readers_language(page: Page, calls: Calls) -> None:
    form = page.client.get(f"/api/calls/{calls[2]}/seal").json()
    assert form["state"] == "holds"
    assert any("(this machine)" in line for line in form["lines"])
    assert any("number 2 of chain" in line for line in form["lines"])
    page.client.headers["accept-language"] = "zh"
    assert "签名正确" in page.client.get(f"/api/calls/{calls[2]}/seal").json()["short"]


def test_what_does_not_hold_of_a_seal_is_named(page: Page, calls: Calls) -> None:
    path = calls[0] / calls[2] / "timeline.json"
    path.write_text(path.read_text(encoding="utf-8").replace("human", "humam"), encoding="utf-8")
    form = page.client.get(f"/api/calls/{calls[2]}/seal").json()
    assert form["state"] == "broken"
    assert f"✗ {calls[2]}/timeline.json: changed since it was sealed" in form["lines"][0]


def test_a_call_without_a_seal_is_said_to_have_none(page: Page, calls: Calls) -> None:
    for name in ("manifest.json", "manifest.sig"):
        (calls[0] / calls[2] / name).unlink()
    (calls[0] / "chain").rename(calls[0] / ".chain-elsewhere")
    assert page.client.get(f"/api/calls/{calls[2]}/seal").json()["state"] == "unsealed"


def test_archived_audio_is_played_as_the_wav_that_it_was(page: Page, calls: Calls) -> None:
    folder = calls[0] / calls[2]
    before = (folder / "call.wav").read_bytes()
    archive(folder, entry(folder), "flac after 30 days")
    assert page.client.get(f"/calls/{calls[2]}/files/call.wav").content == before
    assert page.client.get(f"/api/calls/{calls[2]}/integrity").json()["state"] == "intact"
    form = page.client.get(f"/api/calls/{calls[2]}/seal").json()
    assert form["state"] == "holds", form
    assert any("FLAC" in line for line in form["lines"])
    page.site.index.refresh()
    row = page.site.index.call(calls[2])
    assert row is not None
    assert row.audio_present
