"""The recordings folder as the page may see it: calls by name, and nothing that lies anywhere else.

A call's name comes from an address that anybody may type. It is one name of a folder directly inside, hidden ones and
links out of it excepted; a file is one of a few known names inside that folder, again no link out of it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from probe.evidence.flac import FLAC, wav
from probe.evidence.recording import AUDIO, TIMELINE
from probe.timeline import Timeline
from probe.web import kept

SIP, SCENARIO = "sip.txt", "scenario.yaml"
FILES: dict[str, str] = {
    AUDIO: "audio/wav",
    TIMELINE: "application/json",
    SCENARIO: "text/plain; charset=utf-8",
    SIP: "text/plain; charset=utf-8",
}
"""The files of a call that are served, with their types."""
_LARGEST = 64 * 2**20  # bytes of a timeline; an hour's is about two million
_LONGEST_NAME = 255
_STILL = 15.0  # seconds without a new byte of audio after which an unfinished call is not taken to be running; guessed


class NotACall(Exception):
    """There is no such call."""


class BrokenCall(Exception):
    """There is such a folder, and it cannot be read as a call; says why, in English."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call's folder."""

    name: str
    folder: Path

    def file(self, name: str) -> Path | None:
        """One of `FILES` if it is there and really in this folder; audio that was archived, as the WAV that it was."""
        path = self.folder / name
        if name not in FILES or path.is_symlink():
            return None
        if name == AUDIO and not path.exists():
            return self._from_archive()
        return path if path.is_file() else None

    def _from_archive(self) -> Path | None:
        """The WAV of a call whose audio was archived, made again and kept with what is drawn from it."""
        source = self.folder / FLAC
        target = self.folder.parent / kept.FOLDER / self.name / "archived.wav"
        if source.is_symlink() or not source.is_file():
            return None
        try:
            if not target.is_file() and not kept.write(target, wav(source)):
                return None
        except (OSError, ValueError):
            return None
        return target

    def timeline(self) -> Timeline:
        """What the folder's timeline says; raises BrokenCall when it is missing or not a timeline."""
        path = self.file(TIMELINE)
        if path is None:
            raise BrokenCall(f"{TIMELINE} is missing")
        try:
            if path.stat().st_size > _LARGEST:
                raise BrokenCall(f"{TIMELINE} is too large")
            return Timeline.from_json(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise BrokenCall(f"{TIMELINE} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise BrokenCall(f"{TIMELINE} is not a timeline: {reason}") from None

    def version(self) -> str:
        """Changes whenever the timeline, the SIP trace or (of a running call) the audio does."""
        return "-".join(_stamp(self.folder / name) for name in (TIMELINE, SIP, AUDIO))

    def running(self, timeline: Timeline) -> bool:
        """Whether the call seems to go on: it has no outcome yet, and its folder was written to a moment ago."""
        return timeline.outcome is None and self.written_to()

    def written_to(self) -> bool:
        """Whether somebody wrote into the folder a moment ago."""
        last = max(_modified(self.folder / name) for name in (AUDIO, TIMELINE))
        return time.time() - last < _STILL


class Folder:
    """The recordings folder."""

    def __init__(self, recordings: Path) -> None:
        self.path = recordings.resolve()

    def call(self, name: str) -> Call:
        """The call of that name; raises NotACall when there is none."""
        if not name or len(name.encode()) > _LONGEST_NAME or name.startswith(".") or not name.isprintable():
            raise NotACall
        if "/" in name or "\\" in name:
            raise NotACall
        folder = self.path / name
        if folder.is_symlink() or not folder.is_dir():
            raise NotACall
        if not any((folder / file).is_file() for file in (TIMELINE, AUDIO)):
            raise NotACall
        return Call(name, folder)


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "0"
    return f"{found.st_mtime_ns:x}.{found.st_size:x}"


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
