"""Reading a call's folder back."""

from __future__ import annotations

import json
from pathlib import Path

from probe.errors import UserError, cannot_read
from probe.evidence.recording import AUDIO, TIMELINE
from probe.timeline import Timeline


def load(folder: Path) -> tuple[Timeline, Path]:
    """The timeline in a call's folder and the path of its audio; raises UserError when it is not a call's folder.

    The path may also be that of the timeline or of the audio inside the folder.
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
    for path in (written, audio):
        if not path.is_file():
            raise UserError(
                f"{folder}: not a call's folder, {path.name} is missing",
                f"{folder}：不是通话文件夹，缺少 {path.name}",
            )
    try:
        form = json.loads(written.read_text(encoding="utf-8"))
        return Timeline.from_json(form), audio
    except OSError as error:
        raise cannot_read(written, error) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{written}: not a timeline: {reason}", f"{written}：不是时间线文件：{reason}") from None
