"""What is left of a call whose process died: its folder is read, completed as `our_fault` where it broke off, and sealed."""

from __future__ import annotations

from pathlib import Path

from probe.errors import UserError
from probe.evidence import load
from probe.evidence.bundle import adopted
from probe.supervisor.salvage import salvage as completed
from probe.timeline import Timeline

INTERRUPTED = "interrupted"


def salvage(folder: Path) -> Timeline | None:
    """The measured timeline of a call's folder; None if there is none. Waits for a process that still writes into it.

    A call that had come to its end before its process died keeps that end. Raises OurFault when the disk refuses.
    """
    if not folder.is_dir():
        return None
    with adopted(folder):
        ended = _ended(folder)
    return ended or completed(folder, INTERRUPTED)


def _ended(folder: Path) -> Timeline | None:
    """The call, if its recording was closed."""
    try:
        timeline, _ = load(folder)
    except UserError:
        return None
    return timeline if timeline.outcome is not None and (timeline.call.audio or {}).get("sha256") else None
