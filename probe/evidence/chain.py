"""The chain: every document that this machine ever signed for a recordings folder, one a line, each naming the one before.

    recordings/chain/<machine>.jsonl      {"document": {...}, "signature": "..."}

Theory of operation. A document (the manifest of a bundle, a tombstone, a record of archiving) is composed and signed while
the chain is locked, so that numbers have no gaps and no doubles, whatever runs at the same time. Its place is in it:

    "chain": {"id": "0123456789ab", "number": 17, "previous": <SHA-256 of document 16>, "trail": <head of 16>}

The head of document n is SHA-256 over the head of n - 1 followed by the SHA-256 of document n, both in hexadecimal; before
the first it is 64 zeros. So one head vouches for every document up to it, and a list of hashes is enough to follow a
document to a head without seeing the others.

The line is written and synced first; it is the redo log. The bundle's own copy (`manifest.json`, `manifest.sig`) is
written next, and if the machine dies in between, whoever locks the chain next writes it. A line that was cut off by such a
death is set aside in `<machine>.torn`. If the last line is damaged otherwise, the chain is left as it is, for
`probe verify` to tell, and another is begun (`<machine>.2.jsonl`): sealing goes on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.errors import cannot_write
from probe.evidence import canonical
from probe.evidence.keys import ALGORITHM, SigningKey, public_key
from probe.evidence.origin import machine_id
from probe.evidence.writing import sync_folder

FOLDER = "chain"
START = "0" * 64
"""The head of a chain with nothing in it."""
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A signed document and its place. `data`: the canonical bytes that were signed."""

    document: dict[str, Any]
    data: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the document."""
        return canonical.sha256(self.data)

    @property
    def id(self) -> str:
        """The chain it is in."""
        return str(self.document["chain"]["id"])

    @property
    def number(self) -> int:
        """Its number in the chain, from 1."""
        return int(self.document["chain"]["number"])

    @property
    def head(self) -> str:
        """The chain's head when this was its last document."""
        return head(str(self.document["chain"]["trail"]), self.digest)

    @property
    def call(self) -> str:
        """The call it is about."""
        return str(self.document["call"])

    def line(self) -> bytes:
        """As it stands in the chain's file."""
        return canonical.encode({"document": self.document, "signature": self.signature.hex()}) + b"\n"


def head(trail: str, digest: str) -> str:
    """The head after a document."""
    return hashlib.sha256((trail + digest).encode()).hexdigest()


def entry_of(line: bytes) -> Entry:
    """The entry of a line without its line feed; raises ValueError when it is not one. The signature is not looked at."""
    form = canonical.decode(line)
    if form.keys() != {"document", "signature"}:
        raise ValueError("not a line of a chain")
    document, signature = form["document"], form["signature"]
    if not isinstance(document, dict) or not isinstance(signature, str):
        raise ValueError("not a line of a chain")
    place = document.get("chain")
    if not isinstance(place, dict) or type(place.get("number")) is not int or not isinstance(document.get("call"), str):
        raise ValueError("the document has no place in a chain")
    raw = bytes.fromhex(signature)
    if raw.hex() != signature:
        raise ValueError("signature not in canonical form")
    return Entry(document, canonical.encode(document), raw)


def self_consistent(entry: Entry) -> bool:
    """Whether the signature is by the key that the document names; whose key that is, is another question."""
    try:
        key = public_key(str(entry.document["key"]["public"]))
    except (KeyError, TypeError, ValueError):
        return False
    return key.signed(entry.data, entry.signature)


def files(recordings: Path) -> list[Path]:
    """The chains of a recordings folder: one a machine, or more if one was damaged."""
    return sorted((recordings / FOLDER).glob("*.jsonl"))


def append(
    recordings: Path,
    key: SigningKey,
    compose: Callable[[], dict[str, Any]],
    deliver: Callable[[Entry], None],
) -> Entry:
    """Signs a document and adds it to this machine's chain, then has it delivered to its bundle.

    `compose` gives the document without its place and key; it is called with the chain locked, so it should be quick.
    `deliver` writes the bundle's copy; it is also called for the last document before, if that may not have arrived.
    Raises OurFault when the disk refuses, and what `compose` and `deliver` raise.
    """
    try:
        with _locked(recordings) as folder:
            path, last = _last(folder)
            if last is not None:
                deliver(last)
            document = compose() | {
                "chain": {
                    "id": path.name.removesuffix(".jsonl"),
                    "number": last.number + 1 if last else 1,
                    "previous": last.digest if last else None,
                    "trail": last.head if last else START,
                },
                "key": {"algorithm": ALGORITHM, "public": key.public.text},
            }
            data = canonical.encode(document)
            entry = Entry(document, data, key.sign(data))
            _add(path, entry.line())
            deliver(entry)
    except OSError as error:
        raise cannot_write(recordings / FOLDER, error) from None
    return entry


def find(path: Path, number: int) -> Entry | None:
    """The document of that number in a chain's file, by bisection; None if it is not where it should be."""
    try:
        with path.open("rb") as file:
            low, high = 0, file.seek(0, os.SEEK_END)
            while low < high:
                middle = (low + high) // 2
                start, line = _line_at(file, middle)
                try:
                    entry = entry_of(line.rstrip(b"\n"))
                except ValueError:
                    return None
                if entry.number == number:
                    return entry
                if entry.number < number:
                    low = start + len(line)
                else:
                    high = start
    except OSError:
        pass
    return None


def last(path: Path) -> Entry | None:
    """The last whole document in a chain's file, None if there is none that can be read."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            return entry_of(_line_at(file, end - 1)[1].rstrip(b"\n")) if end else None
    except (OSError, ValueError):
        return None


# ------------------------------------------------------------------------------------------------------------ parts


@contextmanager
def _locked(recordings: Path) -> Iterator[Path]:
    """The chain's folder while nobody else, in this process or another, may add to it."""
    folder = recordings / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def _last(folder: Path) -> tuple[Path, Entry | None]:
    """The file that this machine adds to now and its last document."""
    machine = machine_id()
    n = 1
    while True:
        path = folder / (f"{machine}.jsonl" if n == 1 else f"{machine}.{n}.jsonl")
        following = folder / f"{machine}.{n + 1}.jsonl"
        if following.exists():
            n += 1
            continue
        if not path.exists() or path.stat().st_size == 0:
            return path, None
        _mend(path)
        entry = last(path)
        if entry is not None and entry.id == path.name.removesuffix(".jsonl") and self_consistent(entry):
            return path, entry
        if path.stat().st_size == 0:
            return path, None
        return following, None


def _mend(path: Path) -> None:
    """Sets aside what a death in the middle of a line left at the end."""
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        start, line = _line_at(file, end - 1)
        if line.endswith(b"\n"):
            return
        with path.with_suffix(".torn").open("ab") as torn:
            torn.write(line + b"\n")
            torn.flush()
            os.fsync(torn.fileno())
        file.truncate(start)
        os.fsync(file.fileno())


def _add(path: Path, line: bytes) -> None:
    """Appends a line so that it stays: all of it, on the disk, and in a folder that knows of the file."""
    fresh = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        before = os.fstat(descriptor).st_size
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)  # a full disk took half a line: as if nothing had been said
            raise
    finally:
        os.close(descriptor)
    if fresh:
        sync_folder(path.parent)


def _line_at(file: Any, position: int) -> tuple[int, bytes]:
    """Where the line around a position begins, and the line with its line feed (if it has one)."""
    start = position
    while start > 0:
        begin = max(0, start - _BLOCK)
        file.seek(begin)
        found = file.read(start - begin).rfind(b"\n")
        if found >= 0:
            start = begin + found + 1
            break
        start = begin
    file.seek(start)
    return start, file.readline()
