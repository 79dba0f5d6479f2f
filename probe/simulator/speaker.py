"""Who says the words of a prompt: a voice, and the room in which it was recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from probe.line.audio_file import read_audio
from probe.line.resample import resample
from probe.simulator import rooms
from probe.simulator.rooms import RoomKind
from probe.simulator.seeds import stable
from probe.speech.voice import Voice, speak
from probe.timeline import RATE, Samples


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice in a room; `none` is a studio.

    `varies`: says each text at a speed and pitch a little of its own, the same at each time, as people do who record
    one sentence after another; without it, words that two prompts have in common sound exactly alike.
    """

    voice: Voice
    room: RoomKind = "none"
    varies: bool = False

    def voice_for(self, text: str) -> Voice:
        """The voice for one text."""
        if not self.varies:
            return self.voice
        chance = stable(text, self.voice)
        rate, pitch = self.voice.rate + chance % 13 - 6, self.voice.pitch + chance // 13 % 7 - 3
        return replace(self.voice, rate=rate, pitch=min(max(pitch, 0), 99))

    def noise(self) -> Samples | None:
        """The room that is heard under the voice, to be looped; None in a studio."""
        if self.room == "none":
            return None
        seed = stable(self.voice, self.room)
        low, high = rooms.SNR[self.room]
        above = low + (high - low) * (seed % 1000) / 1000
        return rooms.noise(self.room, seed % rooms.VARIETIES, round(self.voice.volume_db - above))


@lru_cache(maxsize=128)
def recorded(path: Path) -> Samples:
    """An audio file as it is played: its first channel, int16 at 8 kHz. Raises UserError when it cannot be read."""
    audio = read_audio(path)
    sound = resample(np.ascontiguousarray(audio.samples[:, 0]), audio.rate).copy()
    sound.flags.writeable = False
    return sound


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a prompt; `means` is noted in the truth, with `detail`, once it has been heard to its end.

    `audio`: the recording of it, instead of the speaker's voice. `gap`: seconds of pause before it, unless it is first.
    """

    text: str
    means: str | None = None
    detail: str = ""
    audio: Path | None = None
    gap: float = 0.22  # guessed

    def sound(self, voice: Voice) -> Samples:
        """The piece alone: int16 at 8 kHz."""
        return recorded(self.audio) if self.audio else speak(self.text, voice)


@lru_cache(maxsize=256)
def prompt(parts: tuple[Part, ...], speaker: Speaker) -> tuple[Samples, tuple[int, ...]]:
    """The parts of a prompt spliced together, in the speaker's room: samples, and where each part ends."""
    pieces: list[Samples] = []
    ends: list[int] = []
    size = 0
    for part in parts:
        if pieces:
            pieces.append(np.zeros(round(part.gap * RATE), np.int16))
            size += pieces[-1].size
        pieces.append(part.sound(speaker.voice_for(part.text)))
        size += pieces[-1].size
        ends.append(size)
    sound = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
    noise = speaker.noise()
    if noise is not None and sound.size:
        sound = np.clip(sound.astype(np.int32) + np.resize(noise, sound.size), -32768, 32767).astype(np.int16)
    sound.flags.writeable = False
    return sound, tuple(ends)
