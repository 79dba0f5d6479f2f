"""Recordings of real speakers that Debian packages for PBXs (asterisk-core-sounds-*), as calls that play them."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from probe.line.resample import resample
from probe.timeline import FRAME, RATE, Answered, Frame, Samples

SOUNDS = Path("/usr/share/asterisk/sounds")
PAUSE = 2.0
"""Seconds of silence after each recording."""


def speakers() -> list[Path]:
    """The folders of recordings, one a speaker."""
    return sorted(path for path in SOUNDS.glob("*_*_*") if any(path.glob("*.wav"))) if SOUNDS.is_dir() else []


def recordings(speaker: Path, at_most: int, shortest: float = 2.0) -> list[Samples]:
    """Some of a speaker's recordings of whole sentences, spread over all of them, int16 at 8 kHz."""
    long = [audio for path in sorted(speaker.glob("*.wav")) if (audio := _read(path)).size >= shortest * RATE]
    return long[:: max(len(long) // at_most, 1)][:at_most]


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        audio = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
        return audio if file.getframerate() == RATE else resample(audio, file.getframerate())


def call(played: Sequence[Samples], noise: float | None = None, seed: int = 1) -> Iterator[Frame]:
    """The frames of a call that is answered and plays recordings; `noise`: a room's, dBFS, from the answer on."""
    gap = np.zeros(round(PAUSE * RATE), np.int16)
    whole = np.concatenate([gap, *(part for audio in played for part in (audio, gap))]).astype(float)
    if noise is not None:
        whole += np.random.default_rng(seed).normal(0, 32768 * 10 ** (noise / 20), whole.size)
    audio = np.clip(whole, -32768, 32767).astype(np.int16)
    silence = np.zeros(FRAME, np.int16)
    for number in range(0, audio.size - FRAME + 1, FRAME):
        at = number / RATE
        events = (Answered(at=at, known=at),) if number == 0 else ()
        yield Frame(number, audio[number : number + FRAME], silence, events)
