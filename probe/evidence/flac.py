"""Audio kept as FLAC: half the space, not a sample lost, and the WAV's own hash stays verifiable.

A call's WAV is a canonical header and the samples; FLAC gives the samples back, so the WAV can be made again byte for byte,
and is compared with the hash that was sealed. Anything else is not archived.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

from probe.errors import UserError
from probe.evidence.recording import header

FLAC = "call.flac"


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
    return decoded(flac.read_bytes())


def sealed_digest(flac: Path) -> str:
    """SHA-256 of the WAV that a FLAC was made from. Raises ValueError when it does not decode."""
    return hashlib.sha256(wav(flac)).hexdigest()


def decoded(data: bytes) -> bytes:
    """The WAV that these bytes of a FLAC were made from. Raises ValueError when they do not decode."""
    import soundfile

    try:
        samples, _ = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
    pcm: bytes = np.ascontiguousarray(samples, dtype="<i2").tobytes()
    return header(len(pcm)) + pcm
