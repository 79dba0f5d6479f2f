"""What was drawn once is kept in `<recordings>/.web/`, by call and by the state of its audio; it can be made again.

A folder that cannot be written to keeps nothing, and everything still works, only slower.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FOLDER = ".web"


def place(recordings: Path, call: str, audio: os.stat_result) -> Path:
    """The folder for what is drawn from a call's audio as it is now."""
    return recordings / FOLDER / call / f"{audio.st_mtime_ns:x}-{audio.st_size:x}"


def read(path: Path) -> bytes | None:
    """What was kept, None if nothing was."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write(path: Path, data: bytes) -> bool:
    """Keeps something, whole or not at all; says whether that was possible."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        return False
    return True
