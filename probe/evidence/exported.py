"""Files made by `probe export`: opened for verification, and the proof that leads from a bundle to a published head."""

from __future__ import annotations

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from probe.errors import UserError, cannot_read
from probe.evidence import chain
from probe.evidence.findings import Finding

CALLS = "calls"
PROOFS = "proofs"
_LARGEST = 20 * 2**30  # bytes unpacked; a thousand calls of an hour take 115 GB, which nobody exports in one file
_PARTS = re.compile(r"[^/\\\0]+")


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes of the documents from one on to the chain's head at the time of export.

    `trail`: the head before the first of them.
    """

    id: str
    number: int
    trail: str
    digests: tuple[str, ...]

    def text(self) -> str:
        """As a file: the head before, then one document a line."""
        lines = [f"{self.id} {self.number - 1} {self.trail}", *self.digests]
        return "\n".join(lines) + "\n"


def proof_of(recordings: Path, entry: chain.Entry) -> Proof:
    """The proof for a bundle, from the chain's file; raises UserError when the chain is damaged or not there."""
    path = recordings / chain.FOLDER / f"{entry.id}.jsonl"
    digests = []
    try:
        with path.open("rb") as file:
            for raw in file:
                found = chain.entry_of(raw.rstrip(b"\n"))
                if found.number >= entry.number:
                    digests.append(found.digest)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{path}: cannot be read: {reason}", f"{path}：无法读取：{reason}") from None
    return Proof(entry.id, entry.number, str(entry.document["chain"]["trail"]), tuple(digests))


def proofs(folder: Path) -> list[tuple[str, Proof]]:
    """The proofs beside an export's calls: call and proof. Raises UserError."""
    found = []
    for path in sorted((folder.parent / PROOFS).glob("*.txt")):
        try:
            first, *rest = path.read_text(encoding="ascii").splitlines()
            id_, before, trail = first.split()
            found.append((path.stem, Proof(id_, int(before) + 1, trail, tuple(rest))))
        except (OSError, ValueError):
            raise UserError(f"{path}: not a proof", f"{path}：不是有效的证明文件") from None
    return found


def fits(call: str, steps: Proof, manifest: chain.Entry | None) -> Finding | None:
    """What is wrong when a proof does not begin at the bundle of its call; None when it does."""
    start = (manifest.id, manifest.number, manifest.document["chain"]["trail"], manifest.digest) if manifest else None
    if start == (steps.id, steps.number, steps.trail, *steps.digests[:1]):
        return None
    return Finding("chain_changed", f"{PROOFS}/{call}.txt", "does not begin at this call", "不是从本通话开始的")


def check_proof(call: str, steps: Proof, text: str) -> Finding:
    """Whether a call leads to a published head (`CHAIN NUMBER HASH`) of its chain."""
    id_, number, wanted = text.split()[0], int(text.split()[1]), text.split()[2]
    where = f"{call}, chain {id_}, number {number}"
    if id_ != steps.id:
        return Finding(
            "note",
            where,
            f"is a head of another chain ({steps.id} is this call's)",
            f"是另一条链的链头（本通话属于 {steps.id}）",
        )
    if number < steps.number:
        return Finding("note", where, "was published before this call was sealed", "公布于本通话封存之前")
    trail, at = steps.trail, steps.number - 1
    for digest in steps.digests:
        trail, at = chain.head(trail, digest), at + 1
        if at == number:
            break
    if at != number:
        return Finding("chain_cut", where, f"is past the end of the proof ({at})", f"超出证明范围（{at}）")
    if trail != wanted:
        return Finding("head_differs", where, "the proof does not lead to this head", "证明不能导出该链头")
    return Finding(
        "note",
        where,
        "the proof leads to this head: the call was sealed before it was published",
        "证明可导出该链头：本通话封存于其公布之前",
    )


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder of calls in an exported file, unpacked for as long as the block lasts. Raises UserError."""
    with tempfile.TemporaryDirectory(prefix="probe-") as name:
        target = Path(name)
        try:
            with zipfile.ZipFile(path) as packed:
                if sum(info.file_size for info in packed.infolist()) > _LARGEST:
                    raise UserError(f"{path}: too large when unpacked", f"{path}：解压后过大")
                for info in packed.infolist():
                    parts = info.filename.rstrip("/").split("/")
                    link = stat.S_ISLNK(info.external_attr >> 16)
                    if link or any(not _PARTS.fullmatch(part) or part in (".", "..") for part in parts):
                        raise UserError(
                            f"{path}: not a file made by `probe export`: `{info.filename}` leads out of it",
                            f"{path}：不是 `probe export` 生成的文件：“{info.filename}”指向外部",
                        )
                    packed.extract(info, target)
        except OSError as error:
            raise cannot_read(path, error) from None
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise UserError(
                f"{path}: not a file made by `probe export`: {error}",
                f"{path}：不是 `probe export` 生成的文件：{error}",
            ) from None
        except zlib.error as error:
            raise UserError(f"{path}: damaged: {error}", f"{path}：已损坏：{error}") from None
        tops = [target, *(child for child in target.iterdir() if child.is_dir())]
        calls = next((top / CALLS for top in tops if (top / CALLS).is_dir()), None)
        if calls is None:
            raise UserError(f"{path}: no calls in it", f"{path}：其中没有通话")
        yield calls
