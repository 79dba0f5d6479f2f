"""Real recordings that nobody here made: the prompts and the hold music that Debian packages for PBXs carry.

`asterisk-core-sounds-*-wav`, `asterisk-prompt-it-menardi-wav` (professional voices, 8 kHz) and `asterisk-moh-opsound-wav`
(music). Where they are not installed, tests skip with a reason.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from probe.timeline import RATE, Samples

_ROOT = Path("/usr/share/asterisk")
_NOT_SPEECH = ("silence", "beep", "tt-monkeys", "tt-weasels", "ascending", "descending", "confbridge-", "conf-")
"""Files that are no voice, or in which a beep is part of it."""

needs_prompts = pytest.mark.skipif(
    not any((_ROOT / "sounds").rglob("*.wav")), reason="needs Debian's asterisk-core-sounds-en-wav"
)
needs_music = pytest.mark.skipif(
    not any((_ROOT / "moh").glob("*.wav")), reason="needs Debian's asterisk-moh-opsound-wav"
)


def voices() -> list[str]:
    """The speakers whose prompts are installed, such as `en_US_f_Allison`."""
    return sorted(path.name for path in (_ROOT / "sounds").glob("*_*_*_*") if path.is_dir())


@cache
def prompts(voice: str, seconds: float = 1e9) -> tuple[Samples, ...]:
    """A speaker's prompts in the order of their names, no more than `seconds` in all."""
    found, length = [], 0.0
    for path in sorted((_ROOT / "sounds" / voice).rglob("*.wav")):
        if path.name.startswith(_NOT_SPEECH) or length >= seconds:
            continue
        audio = read(path)
        if audio.size >= RATE // 2:
            found.append(audio)
            length += audio.size / RATE
    return tuple(found)


def music() -> Iterator[tuple[str, Samples]]:
    """Each piece of hold music with its name."""
    for path in sorted((_ROOT / "moh").glob("*.wav")):
        yield path.stem, read(path)


def read(path: Path) -> Samples:
    """A mono 8 kHz 16-bit WAV file."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, 2), path
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").copy()


def in_a_row(pieces: tuple[Samples, ...], pause: float = 0.6) -> Samples:
    """One after another, with silence between."""
    gap = np.zeros(round(pause * RATE), np.int16)
    return np.concatenate([part for piece in pieces for part in (piece, gap)])
