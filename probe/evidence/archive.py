"""A bundle's audio replaced by FLAC, with a signed record of it in the bundle and in the chain."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from probe.errors import UserError
from probe.evidence import bundle, canonical, chain, clock, keys
from probe.evidence.flac import FLAC, decoded, encoded
from probe.evidence.recording import AUDIO
from probe.evidence.writing import write_whole

SCHEMA = "probe.archive/1"


def archive(folder: Path, manifest: chain.Entry, rule: str) -> int:
    """Replaces a bundle's WAV by FLAC, with a signed record of it in the chain; returns the bytes saved.

    `manifest`: of this bundle, verified by the caller. Raises UserError when the audio cannot be kept that way.
    """
    audio = folder / AUDIO
    made = encoded(audio)
    digest = next(str(row["sha256"]) for row in manifest.document["files"] if row["name"] == AUDIO)
    if _digest_of(made) != digest:
        raise UserError(
            f"{audio}: cannot be made again from FLAC byte for byte; left as it is",
            f"{audio}：无法由 FLAC 逐字节还原，保持原样",
        )
    size = audio.stat().st_size
    write_whole(folder / FLAC, made)
    row = {"name": FLAC, "bytes": len(made), "sha256": canonical.sha256(made), "decodes_to": AUDIO}

    def compose() -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "call": manifest.call,
            "bundle": manifest.digest,
            "added": [row],
            "rule": rule,
            "sealed_at": clock.read().utc,
        }

    chain.append(folder.parent, keys.signing_key(), compose, lambda entry: bundle.deliver(folder.parent, entry))
    audio.unlink()
    return size - len(made)


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(decoded(data)).hexdigest()
