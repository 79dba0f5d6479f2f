"""What is left of a call whose process died: its folder is read, and completed as `our_fault` where it broke off."""

from __future__ import annotations

import hashlib
import os
import wave
from pathlib import Path

from probe.errors import ProbeError
from probe.evidence import load
from probe.evidence.recording import AUDIO, TIMELINE
from probe.measure import measure
from probe.timeline import LineFailed, Timeline

INTERRUPTED = "interrupted"


def salvage(folder: Path) -> Timeline | None:
    """The measured timeline of a call's folder, completed on disk if it had broken off; None if there is no call in it.

    A call that had come to its end before its process died keeps that end. Raises OSError when the disk refuses.
    """
    try:
        timeline, audio = load(folder)
    except ProbeError:
        return None
    if timeline.outcome is not None and (timeline.call.audio or {}).get("sha256"):
        return timeline
    if timeline.outcome is None:
        at = _length(audio)
        timeline.add(LineFailed(at=at, known=at, reason=INTERRUPTED))
        measure(timeline)
    digest = hashlib.sha256(audio.read_bytes()).hexdigest()
    timeline.call.audio = {**(timeline.call.audio or {}), "path": AUDIO, "sha256": digest}
    draft = folder / (TIMELINE + ".part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(timeline.dumps())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / TIMELINE)
    return timeline


def _length(audio: Path) -> float:
    """Seconds of audio that the header promises; 0.0 if there is none."""
    try:
        with wave.open(str(audio), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (wave.Error, EOFError):
        return 0.0
