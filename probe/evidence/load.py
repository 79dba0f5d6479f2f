"""Reading a call's folder back."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from probe.errors import UserError, cannot_read
from probe.evidence.flac import FLAC, wav
from probe.evidence.recording import AUDIO, TIMELINE
from probe.timeline import Timeline


def load(folder: Path) -> tuple[Timeline, Path]:
    """The timeline in a call's folder and the path of its audio; raises UserError when it is not a call's folder.

    The path may also be that of the timeline or of the audio inside the folder. Audio that was archived is decoded into a
    file elsewhere, which lasts as long as this process.
    """
    if folder.name in (AUDIO, TIMELINE) and folder.is_file():
        folder = folder.parent
    audio, written = folder / AUDIO, folder / TIMELINE
    if not folder.exists():
        raise UserError(f"{folder}: no such folder", f"{folder}：没有这个文件夹")
    if not folder.is_dir():
        raise UserError(
            f"{folder}: not a call's folder; to listen to an audio file, type: probe listen {folder}",
            f"{folder}：不是通话文件夹；要听一个音频文件，请输入：probe listen {folder}",
        )
    if not audio.is_file() and (folder / FLAC).is_file():
        audio = _restored(folder)
    for path in (written, audio):
        if not path.is_file():
            if path == audio and (folder / "tombstone.json").is_file():
                raise UserError(
                    f"{folder}: the audio of this call was removed by a retention rule; tombstone.json says when and by which",
                    f"{folder}：本通话的录音已按保存期限删除；时间和规则见 tombstone.json",
                )
            raise UserError(
                f"{folder}: not a call's folder, {path.name} is missing",
                f"{folder}：不是通话文件夹，缺少 {path.name}",
            )
    try:
        return _read(written), audio
    except OSError as error:
        raise cannot_read(written, error) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{written}: not a timeline: {reason}", f"{written}：不是时间线文件：{reason}") from None


def timeline_of(folder: Path) -> Timeline | None:
    """The timeline in a call's folder, None if there is none that can be read."""
    try:
        return _read(folder / TIMELINE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read(written: Path) -> Timeline:
    return Timeline.from_json(json.loads(written.read_text(encoding="utf-8")))


def _restored(folder: Path) -> Path:
    """The WAV of a call that was archived, for as long as this process lives."""
    try:
        data = wav(folder / FLAC)
    except (ValueError, OSError) as error:
        raise UserError(f"{folder / FLAC}: cannot be decoded: {error}", f"{folder / FLAC}：无法解码：{error}") from None
    target = Path(_kept().name, folder.name)
    target.mkdir(exist_ok=True)
    (target / AUDIO).write_bytes(data)
    return target / AUDIO


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="probe-")
