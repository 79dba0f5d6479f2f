"""Audio kept as FLAC: half the space, not a sample lost, and the WAV's own hash stays verifiable.

A call's WAV is a canonical header and the samples; FLAC gives the samples back, so the WAV can be made again byte for byte,
and is compared with the hash that was sealed. Anything else is not archived.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from probe.errors import UserError
from probe.evidence import bundle, canonical, chain, clock, keys
from probe.evidence.recording import AUDIO, header
from probe.evidence.writing import write_whole

FLAC = "call.flac"
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


def encoded(audio: Path) -> bytes:
    """A WAV of 16-bit samples as FLAC. Raises UserError."""
    import soundfile

    try:
        samples, rate = soundfile.read(audio, dtype="int16", always_2d=True)
        made = io.BytesIO()
        soundfile.write(made, samples, rate, format="FLAC", subtype="PCM_16")
    except (soundfile.SoundFileError, OSError, ValueError) as error:
        raise UserError(f"{audio}: cannot be read as audio: {error}", f"{audio}：无法读取音频：{error}") from None
    return made.getvalue()


def wav(flac: Path) -> bytes:
    """The WAV that a FLAC was made from. Raises ValueError when it does not decode."""
    return _wav(flac.read_bytes())


def sealed_digest(flac: Path) -> str:
    """SHA-256 of the WAV that a FLAC was made from. Raises ValueError when it does not decode."""
    return hashlib.sha256(wav(flac)).hexdigest()


def _wav(data: bytes) -> bytes:
    import soundfile

    try:
        samples, _ = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
    pcm: bytes = np.ascontiguousarray(samples, dtype="<i2").tobytes()
    return header(len(pcm)) + pcm


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(_wav(data)).hexdigest()
