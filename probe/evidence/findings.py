"""What a verification finds, in words: what holds, what does not, and what is only worth knowing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from probe.evidence import canonical
from probe.evidence.chain import Entry
from probe.evidence.timestamp import Stamp
from probe.i18n import tr

Kind = Literal[
    "file_changed",
    "file_missing",
    "file_added",
    "manifest_changed",
    "signature_changed",
    "tombstone_changed",
    "archive_changed",
    "time_stamp_changed",
    "unknown_key",
    "unsealed",
    "renamed",
    "bundle_missing",
    "not_in_chain",
    "chain_changed",
    "chain_missing",
    "chain_order",
    "head_differs",
    "chain_cut",
    "unreadable",
    "note",
]
"""What a finding is about. All but `note` mean that something does not hold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `where`: the file, the field or the place in the chain; `en`, `zh`: what about it."""

    kind: Kind
    where: str
    en: str
    zh: str

    @property
    def broken(self) -> bool:
        """Whether something does not hold."""
        return self.kind != "note"

    def __str__(self) -> str:
        return tr(en=f"{self.where}: {self.en}", zh=f"{self.where}：{self.zh}")


@dataclass(slots=True)
class Bundle:
    """What was found of one call's folder.

    `manifest`: what was sealed, from the bundle's own copy or, if that was changed, from the chain's; None if there is
    neither. `signer`: name of the trusted key, "" if nobody vouches for the key. `own`: the documents that the folder
    itself holds and whose signature holds, by schema; `statements`: tombstone and archive record that can be relied on.
    """

    folder: Path
    manifest: Entry | None = None
    signer: str = ""
    findings: list[Finding] = field(default_factory=list)
    own: dict[str, Entry] = field(default_factory=dict)
    statements: dict[str, Entry] = field(default_factory=dict)
    stamp: Stamp | None = None
    running: bool = False
    files: int = 0
    removed: tuple[str, ...] = ()
    archived: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is sealed and nothing is wrong with it."""
        return self.manifest is not None and not any(finding.broken for finding in self.findings)

    @property
    def broken(self) -> list[Finding]:
        """What does not hold."""
        return [finding for finding in self.findings if finding.broken]

    def add(self, kind: Kind, where: str, en: str, zh: str) -> None:
        """Notes something; `where` is inside the folder, "" for the folder itself."""
        place = f"{self.folder.name}/{where}" if where else self.folder.name
        self.findings.append(Finding(kind, place, en, zh))


def shown(value: Any) -> str:
    """A field's value for a message."""
    text = "nothing" if value is canonical.ABSENT else "null" if value is None else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
