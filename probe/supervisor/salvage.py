"""What becomes of a call whose listening process died: what it had recorded, completed as our fault."""

from __future__ import annotations

from pathlib import Path

from probe.errors import UserError
from probe.evidence import Recording, load
from probe.evidence.bundle import adopted
from probe.measure import measure
from probe.timeline import CallInfo, LineFailed, Timeline


def salvage(folder: Path, reason: str) -> Timeline:
    """Completes the call in `folder` with a `LineFailed` where its audio ends, measures and writes it; returns it.

    A call whose process died before anything was written gets a timeline of that one event. Its folder is then sealed; if
    somebody has sealed it before as it was, it stays so, and only the timeline returned tells the end.
    """
    with adopted(folder) as open_:
        return _completed(folder, reason, keep=open_)


def _completed(folder: Path, reason: str, *, keep: bool) -> Timeline:
    try:
        timeline, _ = load(folder)
    except UserError:
        timeline = Timeline(CallInfo(id=folder.name))
    recording = Recording(folder, timeline.call, resume=timeline) if keep else None
    at = recording.seconds if recording else max((segment.end for segment in timeline.segments), default=0.0)
    timeline.add(LineFailed(at=at, known=at, reason=reason))
    measure(timeline)
    if recording:
        recording.close(timeline)
    return timeline
