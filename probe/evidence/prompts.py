"""Prompt memories beside the recordings: `<recordings>/prompts/<hotline>.jsonl`, one file a hotline (`probe.prompts/1`).

Several processes call the same hotline: whoever learns holds the hotline's lock, reads what is there by then, adds its
call and puts a new file in the old one's place, which is atomic. A call that is being made has read the file already,
and keeps a copy of exactly that in its own folder, for its replay. A file that cannot be read is set aside under another
name, and said so; it never stops a call.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from probe.errors import ProbeError, UserError, cannot_read, cannot_write
from probe.listen.prompt_file import dumps, loads
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory, Take
from probe.timeline import CallInfo

FOLDER = "prompts"
"""Folder in a recordings folder."""
COPY = "prompts.jsonl"
"""What a call's folder keeps of the memory it heard with."""
_SUFFIX = ".jsonl"
_LONGEST = 120  # bytes of a file's name
_UNSAFE = re.compile(r"[^\w.@+-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A hotline's memory as it was found. `damaged`: where a file went that could not be read, and why; None: none."""

    memory: Memory
    damaged: tuple[Path, str] | None = None


class Remembered:
    """The prompt memory of a call's hotline: read before the call, copied to its folder, grown after it."""

    def __init__(self, recordings: Path, hotline: str) -> None:
        self._recordings, self._hotline = recordings, hotline
        self._kept = recall(recordings, hotline)
        self.memory = self._kept.memory

    def copy_to(self, folder: Path) -> dict[str, Any]:
        """What the timeline says of the memory that the call is heard with."""
        told = keep_copy(folder, self.memory)
        if self._kept.damaged is not None:
            path, why = self._kept.damaged
            told["damaged"] = f"{path.name}: {why}"
        return told

    def learn(self, info: CallInfo, takes: Sequence[Take], music: float = 0.0) -> None:
        """Adds the call. That it cannot be remembered spoils no call: its timeline says so. `music`: as in `grown`."""
        try:
            change(
                self._recordings, self._hotline, lambda memory: grown(memory, info.id, info.started_at, takes, music)
            )
        except ProbeError as error:
            info.memory["not_learned"] = error.en


def path_of(recordings: Path, hotline: str) -> Path:
    """The file of a hotline's memory; `hotline`: its name, or the address dialled if it has none."""
    name = _UNSAFE.sub("_", hotline).strip(".")
    if name != hotline or len(name.encode()) > _LONGEST:
        # Names that are not file names stay apart by a piece of their digest.
        name = name.encode()[:_LONGEST].decode(errors="ignore") + "-" + hashlib.sha256(hotline.encode()).hexdigest()[:8]
    return recordings / FOLDER / (name + _SUFFIX)


def all_of(recordings: Path) -> list[Path]:
    """The files of all memories, by name."""
    folder = recordings / FOLDER
    return sorted(folder.glob("*" + _SUFFIX)) if folder.is_dir() else []


def recall(recordings: Path, hotline: str) -> Kept:
    """What is remembered of a hotline, nothing if it was never called. A damaged file is set aside."""
    path = path_of(recordings, hotline)
    try:
        return Kept(loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Kept(Memory(hotline))
    except OSError as error:
        raise cannot_read(path, error) from None
    except ValueError as error:
        with _locked(path):
            return _set_aside(path, hotline, str(error))


def read(path: Path) -> Memory:
    """The memory in a file; raises UserError when there is none in it."""
    try:
        return loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise cannot_read(path, error) from None
    except ValueError as error:
        why = " ".join(str(error).split())
        raise UserError(f"{path}: not a prompt memory: {why}", f"{path}：不是提示音记忆文件：{why}") from None


def change(recordings: Path, hotline: str, grow: Callable[[Memory], Memory]) -> Memory:
    """Replaces a hotline's memory by what `grow` makes of it; nobody else changes it meanwhile. Returns the new one."""
    path = path_of(recordings, hotline)
    with _locked(path):
        try:
            before = loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            before = Memory(hotline)
        except OSError as error:
            raise cannot_read(path, error) from None
        except ValueError as error:
            before = _set_aside(path, hotline, str(error)).memory
        after = grow(before)
        if after is not before:
            write(path, after)
        return after


def write(path: Path, memory: Memory) -> None:
    """Writes a memory; the file is complete at every instant. Raises OurFault when it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(dumps(memory))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise cannot_write(path, error) from None


def keep_copy(folder: Path, memory: Memory) -> dict[str, Any]:
    """Writes the memory that a call hears with into its folder; returns what its timeline says of it."""
    write(folder / COPY, memory)
    digest = hashlib.sha256((folder / COPY).read_bytes()).hexdigest()
    return {"path": COPY, "sha256": digest, "prompts": len(memory.prompts), "calls": len(memory.calls)}


def copied(folder: Path, kept: dict[str, Any]) -> Memory | None:
    """The memory that a call was heard with, None if it had none; raises UserError when it is not what it was."""
    if not kept.get("path"):
        return None
    path = folder / str(kept["path"])
    memory = read(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != kept.get("sha256"):
        raise UserError(
            f"{path}: not the memory that the call was heard with: its SHA-256 is another one",
            f"{path}：不是该通话当时所用的提示音记忆：SHA-256 不符",
        )
    return memory


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a hotline's lock; it goes with the process, however that ends."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise cannot_write(lock, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_aside(path: Path, hotline: str, why: str) -> Kept:
    """Renames a file that cannot be read. Another process may have done so, or have written a new one, meanwhile."""
    try:
        return Kept(loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Kept(Memory(hotline))
    except (OSError, ValueError):
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        aside = path.with_name(f"{path.stem}.damaged-{stamp}")
        try:
            path.replace(aside)
        except OSError as error:
            raise cannot_write(path, error) from None
        return Kept(Memory(hotline), (aside, " ".join(why.split())))
