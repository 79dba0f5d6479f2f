"""Whether a recordings folder is complete: every bundle, and the chain that holds them in their order.

Each line of a chain must be whole, signed, and follow the line before it; each bundle must be in it, and each bundle that
is in it must be in the folder. What is wrong is told by number and by call.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probe.evidence import chain, signed
from probe.evidence.bundle import FILES_OF, SCHEMA, calls
from probe.evidence.chain import START, Entry, entry_of, head, self_consistent
from probe.evidence.findings import Bundle, Finding, Kind
from probe.evidence.ring import Ring, named
from probe.evidence.verify import verify_bundle


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chain that could be read and whose signature holds. `start`, `length`: its bytes in the file."""

    row: int
    start: int
    length: int
    number: int
    id: str
    schema: str
    call: str
    digest: str
    head: str
    previous: str | None
    trail: str
    key: str


@dataclass(slots=True)
class Log:
    """A chain's file. `bad`: rows (from 1) that do not read or whose signature does not hold, with their bytes and why."""

    path: Path
    id: str
    lines: list[Line] = field(default_factory=list)
    bad: list[tuple[int, bytes, str]] = field(default_factory=list)
    by_call: dict[tuple[str, str], Line] = field(default_factory=dict)

    def entry(self, line: Line) -> Entry:
        """A line's document, read again."""
        with self.path.open("rb") as file:
            file.seek(line.start)
            return entry_of(file.read(line.length).rstrip(b"\n"))

    def copy(self, schema: str, call: str) -> Entry | None:
        """The document of a schema about a call, None if there is none whose signature holds."""
        line = self.by_call.get((schema, call))
        return self.entry(line) if line else None


@dataclass(slots=True)
class Folder:
    """What was found of a recordings folder: its bundles, and what is wrong with the chain or between them."""

    recordings: Path
    bundles: list[Bundle] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> list[Finding]:
        """Everything that does not hold, of bundles and chain."""
        inside = [finding for bundle in self.bundles for finding in bundle.broken]
        return inside + [finding for finding in self.findings if finding.broken]

    def add(self, kind: Kind, where: str, en: str, zh: str) -> None:
        """Notes something about the chain."""
        self.findings.append(Finding(kind, where, en, zh))


def verify_folder(
    recordings: Path,
    ring: Ring,
    *,
    roots: list[bytes] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Folder:
    """What holds of every bundle in a recordings folder and of its chains. Raises UserError when it cannot be listed."""
    found = Folder(recordings)
    found.logs = [read_log(path) for path in chain.files(recordings)]
    folders = calls(recordings)

    def copy(schema: str, call: str) -> Entry | None:
        return next((entry for log in found.logs if (entry := log.copy(schema, call)) is not None), None)

    # Hashing lets go of the interpreter, so threads use every core.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        checked = pool.map(lambda folder: verify_bundle(folder, ring, roots=roots, copy=copy), folders)
        for done, bundle in enumerate(checked, start=1):
            found.bundles.append(bundle)
            if progress:
                progress(done, len(folders))
    for log in found.logs:
        _order(found, log)
        _signers(found, log, ring)
    _damage(found)
    _match(found)
    return found


def read_log(path: Path) -> Log:
    """Every line of a chain's file, checked by itself: canonical, signed by the key that it names, of this chain."""
    log = Log(path, path.name.removesuffix(".jsonl"))
    start = 0
    with path.open("rb") as file:
        for row, raw in enumerate(file, start=1):
            try:
                if not raw.endswith(b"\n"):
                    raise ValueError("cut off")
                entry = entry_of(raw[:-1])
                if not self_consistent(entry):
                    raise ValueError("its signature does not hold")
                place: dict[str, Any] = entry.document["chain"]
                line = Line(
                    *(row, start, len(raw), entry.number, entry.id, str(entry.document["schema"]), entry.call),
                    *(entry.digest, entry.head, place["previous"], str(place["trail"])),
                    str(entry.document["key"]["public"]),
                )
            except (ValueError, KeyError, TypeError) as error:
                log.bad.append((row, raw, str(error) or type(error).__name__))
            else:
                log.lines.append(line)
                log.by_call.setdefault((line.schema, line.call), line)
            start += len(raw)
    return log


def check_head(found: Sequence[Folder], text: str) -> Finding:
    """Compares a published head (`CHAIN NUMBER HASH`) with the chains of these folders."""
    parts = text.split()
    id_, number, wanted = parts[0], int(parts[1]), parts[2]
    where = f"chain {id_}, number {number}"
    log = next((log for folder in found for log in folder.logs if log.id == id_), None)
    if log is None:
        return Finding("chain_missing", where, "this chain is not here", "此处没有这条链")
    line = next((line for line in log.lines if line.number == number), None)
    highest = max((line.number for line in log.lines), default=0)
    if line is None and number > highest:
        return Finding(
            "chain_cut",
            where,
            f"the head that was published is past the end: the chain ends at {highest}, the last {number - highest} "
            "documents were cut off",
            f"公布的链头超出现有范围：链止于第 {highest} 号，末尾 {number - highest} 份被截去",
        )
    if line is None or line.head != wanted:
        return Finding(
            "head_differs",
            where,
            "is not the head that was published: something up to there was changed, removed, inserted or signed anew",
            "与公布的链头不符：此前有内容被改动、删除、插入或重新签名",
        )
    return Finding(
        "note",
        where,
        f"is the head that was published: nothing up to there has changed since; {highest - number} documents came later",
        f"与公布的链头一致：此前内容自公布后未变；其后另有 {highest - number} 份",
    )


# ------------------------------------------------------------------------------------------------------------ parts


def _where(log: Log, number: int) -> str:
    return f"chain/{log.path.name}, number {number}"


def _order(found: Folder, log: Log) -> None:
    """Numbers one after the other, each line naming the one before."""
    bad = {row for row, _, _ in log.bad}
    if not log.lines and not log.bad:
        found.add("chain_changed", f"chain/{log.path.name}", "is empty", "是空的")
    expected, digest, trail, known = 1, None, START, True
    before_row = 0
    for line in log.lines:
        # A line that does not read stands for one document, whose hash cannot be known.
        skipped = sum(row in bad for row in range(before_row + 1, line.row))
        expected += skipped
        known = known and not skipped
        where = _where(log, line.number)
        if line.number > expected:
            missing = f"{expected}" if line.number == expected + 1 else f"{expected} to {line.number - 1}"
            found.add(
                "chain_missing",
                _where(log, line.number),
                f"document {missing} before it is missing",
                f"其前第 {missing.replace(' to ', ' 至 ')} 号缺失",
            )
        elif line.number < expected:
            found.add(
                "chain_order",
                where,
                f"stands where number {expected} should be: lines were reordered or doubled",
                f"位于第 {expected} 号处：次序被打乱或重复",
            )
        elif known and (line.previous != digest or line.trail != trail):
            found.add(
                "chain_changed",
                where,
                "does not name the document before it: one of them was exchanged",
                "未指向前一份文件：其中之一被调换",
            )
        if line.id != log.id:
            found.add("chain_changed", where, "belongs to another chain", "属于另一条链")
        expected, digest, trail, known = line.number + 1, line.digest, head(line.trail, line.digest), True
        before_row = line.row


def _signers(found: Folder, log: Log, ring: Ring) -> None:
    strangers: dict[str, int] = {}
    for line in log.lines:
        if line.key not in ring.keys:
            strangers[line.key] = strangers.get(line.key, 0) + 1
    for text, count in strangers.items():
        line = next(line for line in log.lines if line.key == text)
        found.add(
            "unknown_key",
            f"chain/{log.path.name}",
            f"{count} documents are signed with key {named(log.entry(line))}, for which nobody vouches here",
            f"有 {count} 份由密钥 {named(log.entry(line))} 签名，此处无人为其担保",
        )


def _damage(found: Folder) -> None:
    """Lines that do not read or hold, compared with the copy that the bundle has, to say what was changed."""
    for log in found.logs:
        present = {line.number: line for line in log.lines}
        own = {(entry.id, entry.number): entry for bundle in found.bundles for entry in bundle.own.values()}
        expected_of = _expected(log)
        for row, raw, why in log.bad:
            number = expected_of[row]
            where = f"chain/{log.path.name}, number {number}"
            kept = own.get((log.id, number)) if number not in present else None
            told = signed.changes(kept.line().rstrip(b"\n"), raw.rstrip(b"\n")) if kept else []
            about = f" (call {kept.call})" if kept else ""
            about_zh = f"（通话 {kept.call}）" if kept else ""
            if kept and not raw.endswith(b"\n") and raw == kept.line()[:-1]:
                found.add("chain_changed", where, f"its line end was changed{about}", f"行尾被改动{about_zh}")
                continue
            if not told:
                found.add("chain_changed", where, f"was changed: {why}{about}", f"被改动：{why}{about_zh}")
            for field_, en, zh in told:
                found.add("chain_changed", f"{where}{about}" + (f", {field_}" if field_ else ""), en, zh)


def _expected(log: Log) -> dict[int, int]:
    """The number that each bad row should have, from the good rows around it."""
    numbers = {line.row: line.number for line in log.lines}
    result: dict[int, int] = {}
    last = 0
    for row in range(1, 1 + max([*numbers, *(row for row, _, _ in log.bad)], default=0)):
        last = numbers.get(row, last + 1)
        result[row] = last
    return result


def _match(found: Folder) -> None:
    """Every bundle in the chain, every bundle of the chain in the folder."""
    folders = {bundle.folder.name: bundle for bundle in found.bundles}
    placed: dict[tuple[str, int], tuple[str, str]] = {}
    lines = {(log.id, line.number): line for log in found.logs for line in log.lines}
    damaged = set()
    for log in found.logs:
        expected_of = _expected(log) if log.bad else {}
        damaged |= {(log.id, expected_of[row]) for row, _, _ in log.bad}
    present = {log.id for log in found.logs}
    missing: set[str] = set()
    for bundle in found.bundles:
        for schema, entry in bundle.own.items():
            where = f"{bundle.folder.name}/{FILES_OF[schema][0]}"
            spot = (entry.id, entry.number)
            if spot in placed and placed[spot][1] != entry.digest:
                found.add(
                    "chain_order",
                    where,
                    f"claims number {entry.number} of chain {entry.id}, as {placed[spot][0]} does",
                    f"与 {placed[spot][0]} 同为链 {entry.id} 的第 {entry.number} 号",
                )
            placed.setdefault(spot, (where, entry.digest))
            line = lines.get(spot)
            if entry.id in missing:
                continue
            if entry.id not in present:
                missing.add(entry.id)
                found.add(
                    "chain_missing",
                    f"chain/{entry.id}.jsonl",
                    "is missing; " + where + " is in it",
                    "缺失；" + where + " 在其中",
                )
            elif line is None and spot not in damaged:
                found.add(
                    "not_in_chain",
                    where,
                    f"is number {entry.number} of chain {entry.id}, but the chain does not have it",
                    f"应为链 {entry.id} 的第 {entry.number} 号，但链中没有",
                )
            elif line is not None and line.digest != entry.digest:
                for field_, en, zh in _against(found, line, entry):
                    found.add(
                        "not_in_chain", f"{where}, {field_}", f"differs from the chain: {en}", f"与链中不同：{zh}"
                    )
    for log in found.logs:
        for line in log.lines:
            name = FILES_OF.get(line.schema, ("", ""))[0]
            there = folders.get(line.call)
            if line.schema == SCHEMA and there is None:
                found.add(
                    "bundle_missing",
                    f"{_where(log, line.number)}, call {line.call}",
                    "this bundle was sealed and its folder is gone",
                    "该证据包曾封存，其文件夹已不在",
                )
            elif line.schema not in FILES_OF:
                found.add(
                    "chain_changed",
                    _where(log, line.number),
                    f"of a kind that this version does not know: {line.schema}",
                    f"本版本不认识的类型：{line.schema}",
                )
            elif there is not None and line.schema == SCHEMA and SCHEMA not in there.own and there.manifest is None:
                found.add("manifest_changed", f"{line.call}/{name}", "was removed", "已被删除")


def _against(found: Folder, line: Line, entry: Entry) -> list[tuple[str, str, str]]:
    log = next(log for log in found.logs if log.id == entry.id)
    rows = signed.changes(log.entry(line).data, entry.data)
    return [(field_ or "whole", en, zh) for field_, en, zh in rows if not field_.startswith("field chain.")] or [
        ("whole", "other content", "内容不同")
    ]
