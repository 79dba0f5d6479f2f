"""What is left of a call whose process died: its folder is read, completed as `our_fault` where it broke off, and sealed."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from probe.errors import UserError
from probe.evidence import chain, load
from probe.evidence.bundle import MANIFEST, adopted, running, seal_or_tell
from probe.supervisor.salvage import salvage as completed
from probe.timeline import Timeline

INTERRUPTED = "interrupted"


def salvage(folder: Path) -> Timeline | None:
    """The measured timeline of a call's folder; None if there is none. Waits for a process that still writes into it.

    A call that had come to its end before its process died keeps that end. Raises OurFault when the disk refuses.
    """
    if not folder.is_dir():
        return None
    _wait_for_writer(folder)
    ended = _ended(folder)
    if ended is None:
        return completed(folder, INTERRUPTED)
    with adopted(folder):
        return ended


def is_sealed(folder: Path) -> bool:
    """Whether a call's folder is sealed, or never will be because it is not here."""
    if folder.is_dir() and not (folder / MANIFEST).exists() and not running(folder):
        seal_or_tell(folder, late="afterwards")
    return (folder / MANIFEST).exists()


def _wait_for_writer(folder: Path) -> None:
    """The process that records a call holds a lock on the call's mark; it may outlive the worker by a moment."""
    try:
        descriptor = os.open(folder.parent / chain.FOLDER / "open" / folder.name, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _ended(folder: Path) -> Timeline | None:
    """The call, if its recording was closed."""
    try:
        timeline, _ = load(folder)
    except UserError:
        return None
    return timeline if timeline.outcome is not None and (timeline.call.audio or {}).get("sha256") else None
