"""A call's folder becomes a bundle: a manifest of every file in it, signed, with its place in the chain.

    manifest.json       what is sealed: files with SHA-256, versions, clock, place in the chain; canonical JSON
    manifest.sig        Ed25519 signature over the bytes of manifest.json: 64 bytes
    manifest.tsr        answer of a time-stamping authority (RFC 3161) about manifest.json, if one was asked
    manifest.tsr.sig    our signature over that answer

A call marks itself as open (`chain/open/<call>`, locked as long as its process lives) and is sealed when it closes. What a
killed process leaves is found by its mark, which nobody holds any more, and sealed by the next start with a note that
says so. Nothing here can lose a call: what goes wrong is told and written to `unsealed.txt`, the recording stays.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from probe.errors import ProbeError, UserError, cannot_read
from probe.evidence import canonical, chain, clock, keys, origin, timestamp
from probe.evidence.recording import AUDIO, TIMELINE
from probe.evidence.writing import write_whole
from probe.i18n import tr

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
TOMBSTONE, TOMBSTONE_SIGNATURE = "tombstone.json", "tombstone.sig"
ARCHIVE, ARCHIVE_SIGNATURE = "archive.json", "archive.sig"
UNSEALED = "unsealed.txt"
SCHEMA = "probe.manifest/1"
FILES_OF: dict[str, tuple[str, str]] = {
    SCHEMA: (MANIFEST, SIGNATURE),
    "probe.tombstone/1": (TOMBSTONE, TOMBSTONE_SIGNATURE),
    "probe.archive/1": (ARCHIVE, ARCHIVE_SIGNATURE),
}
"""Where a bundle keeps its copy of a document of the chain, and the signature."""
SEALS = frozenset({*(name for pair in FILES_OF.values() for name in pair), timestamp.STAMP, timestamp.STAMP_SIGNATURE})
"""Files of a bundle that come after its manifest, so are not in it."""
Late = Literal["interrupted", "afterwards"]
"""Why a call was not sealed when it closed: its program was killed; or sealing failed then, or nobody tried."""
_log = logging.getLogger("probe.evidence")


class OpenCall:
    """The mark of a call that runs. Made before the call's folder; `close` seals the folder."""

    def __init__(self, recordings: Path, call: str) -> None:
        """Marks the call as open and seals what killed programs left behind. Never raises: a call goes before its seal."""
        self._lock = -1
        self._mark: Path | None = None
        self._folder = recordings / call
        self._began = clock.read()
        try:
            seal_interrupted(recordings)
            self._mark, self._lock = _marked(recordings, call, self._began)
        except (OSError, ProbeError) as error:
            _tell(self._folder, error)

    def close(self, model: dict[str, str] | None = None) -> None:
        """Seals the call's folder; `model`: name and digest of what heard it. Never raises."""
        seal_or_tell(self._folder, began=self._began, model=model)
        with suppress(OSError):
            if self._mark is not None:
                self._mark.unlink(missing_ok=True)
        self._release()

    def _release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __del__(self) -> None:
        """A call that was given up, as when the disk was full at its end, is left to whoever seals what is left."""
        self._release()


def seal(
    folder: Path,
    *,
    began: clock.Reading | None = None,
    model: dict[str, str] | None = None,
    late: Late | None = None,
) -> chain.Entry:
    """Seals a call's folder and returns its manifest's place in the chain. Every file in the folder is sealed, whatever it is.

    Raises UserError when the folder is sealed already or there is no usable key, OurFault when the disk refuses.
    """
    folder = folder.resolve()
    if (folder / MANIFEST).exists():
        raise UserError(f"{folder}: sealed already", f"{folder}：已经封存")
    key = keys.signing_key()
    now = clock.read()
    try:
        sealed = list(_files(folder))
    except OSError as error:
        raise cannot_read(folder, error) from None
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "call": folder.name,
        "files": sealed,
        "software": origin.software(),
        "model": model,
        "machine": origin.machine(),
        "clock": clock.described(began, now),
        "late": late,
        "time_stamp": timestamp.authority(),
    }

    def compose() -> dict[str, Any]:
        return document | {"sealed_at": clock.read().utc}

    return chain.append(folder.parent, key, compose, lambda entry: deliver(folder.parent, entry))


def seal_or_tell(folder: Path, **how: Any) -> bool:
    """Seals a folder as `seal` does, and has it time-stamped if an authority is set; what goes wrong is told, never raised."""
    try:
        seal(folder, **how)
    except Exception as error:  # whatever it is, the recording is worth more
        _tell(folder, error)
        return False
    try:
        timestamp.stamp(folder / MANIFEST)
    except Exception as error:
        reason = error if isinstance(error, ProbeError) else f"{type(error).__name__}: {error}"
        _log.warning(
            tr(en=f"{folder}: sealed, but not time-stamped: {reason}", zh=f"{folder}：已封存，但未加时间戳：{reason}")
        )
    return True


def deliver(recordings: Path, entry: chain.Entry) -> None:
    """Writes a bundle's own copy of a document of the chain, if it is not there. Raises OSError."""
    names = FILES_OF.get(str(entry.document.get("schema")))
    folder = recordings / Path(entry.call).name
    if names is None or not folder.is_dir():
        return
    for name, data in ((names[1], entry.signature), (names[0], entry.data)):
        for draft in folder.glob(f".{name}-*"):  # left by a program that was killed while it delivered
            draft.unlink(missing_ok=True)
        if not (folder / name).exists():
            write_whole(folder / name, data)


def is_call(folder: Path) -> bool:
    """Whether a folder looks like a call's, sealed or not."""
    return any((folder / name).is_file() for name in (MANIFEST, TIMELINE, AUDIO))


def calls(recordings: Path) -> list[Path]:
    """Every call's folder in a recordings folder, by name. Raises UserError."""
    try:
        with os.scandir(recordings) as found:
            names = sorted(entry.name for entry in found if not entry.name.startswith(".") and entry.is_dir())
    except OSError as error:
        raise cannot_read(recordings, error) from None
    return [recordings / name for name in names if name != chain.FOLDER and is_call(recordings / name)]


def complete(folder: Path) -> bool:
    """Whether a call was measured before its program ended: its timeline has an outcome."""
    try:
        return bool(json.loads((folder / TIMELINE).read_bytes())["outcome"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def contents(folder: Path) -> list[Path]:
    """Every file below a call's folder, links included, seals not, by name. Raises OSError."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in found if path.relative_to(folder).as_posix() not in SEALS)


def running(folder: Path) -> bool:
    """Whether the call of this folder goes on at this moment, on this machine."""
    mark = folder.parent / chain.FOLDER / "open" / folder.name
    try:
        descriptor = os.open(mark, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def seal_interrupted(recordings: Path) -> list[Path]:
    """Seals the calls that killed programs left open, and returns their folders."""
    sealed = []
    try:
        marks = sorted((recordings / chain.FOLDER / "open").iterdir())
    except OSError:
        return []
    for mark in marks:
        try:
            descriptor = os.open(mark, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_nlink:
                continue  # somebody else was quicker
            folder = recordings / mark.name
            if is_call(folder) and not (folder / MANIFEST).exists():
                if not seal_or_tell(folder, began=_began(descriptor), late="interrupted"):
                    continue
                sealed.append(folder)
            mark.unlink(missing_ok=True)
        except OSError:
            continue
        finally:
            os.close(descriptor)
    return sealed


@contextmanager
def adopted(folder: Path) -> Iterator[bool]:
    """For whoever completes a call whose process died: whether that may still be done. If so, the folder is sealed at the
    end of the block, as interrupted; if it was sealed before, it must stay as it is."""
    mark = folder.parent / chain.FOLDER / "open" / folder.name
    try:
        descriptor = os.open(mark, os.O_RDWR)
    except OSError:
        descriptor = -1
    try:
        if descriptor >= 0:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        sealed = (folder / MANIFEST).exists()
        yield not sealed
        if not sealed and folder.is_dir():
            seal_or_tell(folder, began=_began(descriptor) if descriptor >= 0 else None, late="interrupted")
        with suppress(OSError):
            mark.unlink(missing_ok=True)
    finally:
        if descriptor >= 0:
            os.close(descriptor)


# ------------------------------------------------------------------------------------------------------------ parts


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    """Every file with its size and SHA-256, by name; each is on the disk before it is vouched for."""
    for path in contents(folder):
        if path.is_symlink() or not path.is_file():
            continue  # what is not in the folder cannot be sealed; `probe verify` tells of it
        with path.open("rb") as file:
            os.fsync(file.fileno())
        size = path.stat().st_size
        yield {"name": path.relative_to(folder).as_posix(), "bytes": size, "sha256": canonical.sha256_of(path)}


def _marked(recordings: Path, call: str, began: clock.Reading) -> tuple[Path, int]:
    """The mark of a call and the lock on it; it is locked before it can be seen."""
    marks = recordings / chain.FOLDER / "open"
    marks.mkdir(parents=True, exist_ok=True)
    draft = marks.parent / f".open-{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(descriptor, json.dumps({"wall": began.wall, "steady": began.steady}).encode())
        draft.replace(marks / call)
    except OSError:
        os.close(descriptor)
        draft.unlink(missing_ok=True)
        raise
    return marks / call, descriptor


def _began(descriptor: int) -> clock.Reading | None:
    """What the clocks said when a call was marked as open; None after the machine was started again, or if not known."""
    try:
        form = json.loads(os.pread(descriptor, 4096, 0))
        reading = clock.Reading(float(form["wall"]), float(form["steady"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return reading if reading.steady <= clock.read().steady else None


def _tell(folder: Path, error: Exception) -> None:
    en = error.en if isinstance(error, ProbeError) else f"{type(error).__name__}: {error}"
    reason = error if isinstance(error, ProbeError) else en
    _log.warning(
        tr(
            en=f"{folder}: the recording is kept, but it is not sealed: {reason}; later: probe seal {folder}",
            zh=f"{folder}：录音已保存，但未能封存：{reason}；之后可执行：probe seal {folder}",
        )
    )
    with suppress(OSError):
        if folder.is_dir() and not (folder / MANIFEST).exists():
            (folder / UNSEALED).write_text(f"{clock.read().utc} {en}\n", encoding="utf-8")
