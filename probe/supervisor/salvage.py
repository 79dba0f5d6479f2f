"""What becomes of a call whose listening process died: what it had recorded, completed as our fault."""

from __future__ import annotations

from pathlib import Path

from probe.errors import UserError
from probe.evidence import Recording, load
from probe.measure import measure
from probe.timeline import CallInfo, LineFailed, Timeline


def salvage(folder: Path, reason: str) -> Timeline:
    """Completes the call in `folder` with a `LineFailed` where its audio ends, measures and writes it; returns it.

    A call whose process died before anything was written gets a timeline of that one event.
    """
    try:
        timeline, _ = load(folder)
    except UserError:
        timeline = Timeline(CallInfo(id=folder.name))
    recording = Recording(folder, timeline.call, resume=timeline)
    at = recording.seconds
    timeline.add(LineFailed(at=at, known=at, reason=reason))
    measure(timeline)
    recording.close(timeline)
    return timeline
