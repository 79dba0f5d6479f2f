"""Files of a bundle removed by a rule, with a signed tombstone: what they were, when and by which rule they went.

The tombstone has its own place in the chain, so it cannot be dated back, and taking it away is found. It is written before
the files go; if the machine dies in between, the files are still there and the next run removes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probe.errors import cannot_write
from probe.evidence import bundle, canonical, chain, clock, keys
from probe.evidence.bundle import ARCHIVE, TOMBSTONE

SCHEMA = "probe.tombstone/1"


def remove(folder: Path, manifest: chain.Entry, names: Sequence[str], rule: str) -> list[str]:
    """Removes files of a bundle that the caller has verified; returns the names of those that were there.

    `names`: files of the bundle, those not there passed over. Raises OurFault when the disk refuses.
    """
    there = [name for name in names if (folder / name).is_file()]
    if not there:
        return []
    if not (folder / TOMBSTONE).exists():
        rows = [row for row in _rows(folder, manifest) if row["name"] in there]

        def compose() -> dict[str, Any]:
            return {
                "schema": SCHEMA,
                "call": manifest.call,
                "bundle": manifest.digest,
                "removed": rows,
                "rule": rule,
                "sealed_at": clock.read().utc,
            }

        chain.append(folder.parent, keys.signing_key(), compose, lambda entry: bundle.deliver(folder.parent, entry))
    try:
        for name in there:
            (folder / name).unlink()
    except OSError as error:
        raise cannot_write(folder, error) from None
    return there


def _rows(folder: Path, manifest: chain.Entry) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of every file, as sealed or as archived."""
    rows = [dict(row) for row in manifest.document["files"]]
    if (folder / ARCHIVE).is_file():
        rows += canonical.decode((folder / ARCHIVE).read_bytes())["added"]
    return rows
