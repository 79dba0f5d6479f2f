"""A redacted copy of a bundle: which sealed files were withheld, and which masked ones were given in their place.

    redaction.json   signed by who made the copy: `withheld` (name, size, SHA-256 as sealed) and `given`
    redaction.sig    Ed25519 signature over it

It is not in the chain: a copy is nothing that happened to the bundle. The originals stay where they were sealed, and can be
compared with the hashes in the manifest at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probe.evidence import canonical, chain, clock
from probe.evidence.findings import Bundle
from probe.evidence.keys import ALGORITHM, SigningKey
from probe.evidence.ring import Ring

NOTE, SIGNATURE = "redaction.json", "redaction.sig"
SCHEMA = "probe.redaction/1"


def note(folder: Path, manifest: chain.Entry, withheld: Sequence[str], given: Sequence[str], key: SigningKey) -> None:
    """Writes the note into the copy in `folder`. Raises OSError."""
    rows = {str(row["name"]): row for row in manifest.document["files"]}
    document = {
        "schema": SCHEMA,
        "call": manifest.call,
        "bundle": manifest.digest,
        "withheld": [rows[name] for name in withheld],
        "given": [
            {"name": name, "bytes": (folder / name).stat().st_size, "sha256": canonical.sha256_of(folder / name)}
            for name in given
        ],
        "made_at": clock.read().utc,
        "key": {"algorithm": ALGORITHM, "public": key.public.text},
    }
    data = canonical.encode(document)
    (folder / NOTE).write_bytes(data)
    (folder / SIGNATURE).write_bytes(key.sign(data))


def read(found: Bundle, ring: Ring) -> dict[str, Any] | None:
    """The note of a redacted copy if it can be relied on; findings are added for what is wrong with it."""
    try:
        data = (found.folder / NOTE).read_bytes()
    except OSError:
        return None
    try:
        signature = (found.folder / SIGNATURE).read_bytes()
        document = canonical.decode(data)
        key = ring.keys.get(document["key"]["public"])
        named = found.manifest is not None and document["bundle"] == found.manifest.digest
        whole = document["schema"] == SCHEMA and all({"name", "bytes", "sha256"} <= r.keys() for r in document["given"])
        names = [row["name"] for row in document["withheld"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        found.add("file_changed", NOTE, "is not a note of a redaction any more", "已不是有效的脱敏说明")
        return None
    if key is None:
        found.add("unknown_key", NOTE, "signed with a key for which nobody vouches here", "签名密钥在此无人担保")
    elif not key.signed(data, signature):
        found.add("file_changed", NOTE, f"it or {SIGNATURE} was changed", f"该文件或 {SIGNATURE} 被改动")
    elif not named or not whole:
        found.add("file_changed", NOTE, "is about another bundle", "属于另一份证据包")
    else:
        found.add(
            "note",
            "",
            f"a redacted copy: {', '.join(names)} withheld; their hashes are in the manifest",
            f"脱敏副本：未附 {'、'.join(names)}；其哈希见清单",
        )
        return document
    return None
