"""Music on hold: short synthesised pieces, a melody over chords, in several styles; the same piece is the same samples.

The styles of `songs.py` are sung, most of them over instruments.

A piece is made of a scale, a chord progression and a timbre. `tune` picks the notes, so one style has any number of
pieces. The level is near what hotlines play, guessed as −22 dBFS.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from probe.simulator.songs import SONGS, Song, any_scale, voices
from probe.timeline import RATE, Samples

_Wave = npt.NDArray[np.float64]

LENGTH = 32.0
"""Seconds (about) until a piece begins again."""
_LEVEL_DB = -22.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece is built. `decay` in seconds (0: held notes); `harmonics`: amplitudes of the partials."""

    harmonics: tuple[float, ...]
    decay: float
    beat: float
    scale: tuple[int, ...]
    chords: tuple[tuple[int, ...], ...]
    beats_per_chord: int
    root: int
    melody: float  # chance of a melody note on a beat


_MAJOR, _PENTATONIC, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 4, 7, 9), (0, 2, 3, 5, 7, 8, 10)
_POP = ((0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12))
_SAD = ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17))

STYLES: dict[str, Style] = {
    "piano": Style((1, 0.5, 0.25, 0.12, 0.06), 0.7, 0.42, _MAJOR, _POP, 4, 55, 0.75),
    "strings": Style((1, 0.6, 0.45, 0.3, 0.2), 0.0, 0.8, _MINOR, _SAD, 4, 52, 0.6),
    "bells": Style((1, 0.1, 0.5, 0.05, 0.3), 1.2, 0.5, _PENTATONIC, _POP, 4, 64, 0.8),
    "synth": Style((1, 0.7, 0.5, 0.4, 0.3), 0.35, 0.3, _MINOR, _SAD, 8, 48, 0.85),
    "waltz": Style((1, 0.4, 0.2, 0.1), 0.5, 0.36, _MAJOR, _POP, 3, 57, 0.7),
    "pentatonic": Style((1, 0.35, 0.15), 0.9, 0.55, _PENTATONIC, ((0, 7), (9, 16), (7, 14), (5, 12)), 4, 60, 0.85),
}


def _hertz(note: float) -> float:
    return float(440.0 * 2 ** ((note - 69) / 12))


def _note(style: Style, note: int, seconds: float) -> _Wave:
    """One note with its attack and decay; partials above the telephone band are left out."""
    time = np.arange(round(seconds * RATE)) / RATE
    frequency = _hertz(note)
    wave = np.zeros(time.size)
    for number, amplitude in enumerate(style.harmonics, start=1):
        if frequency * number < 3400:
            wave += amplitude * np.sin(2 * np.pi * frequency * number * time)
    attack = np.clip(time / (0.01 if style.decay else 0.12), 0, 1)
    release = np.clip((seconds - time) / 0.05, 0, 1)
    fall = np.exp(-time / style.decay) if style.decay else 1.0
    return wave * attack * release * fall


@lru_cache(maxsize=48)
def piece(style_name: str, tune: int = 0) -> Samples:
    """The piece number `tune` in a style: about half a minute, int16 at 8 kHz, made to be looped."""
    body = _song(SONGS[style_name], style_name, tune) if style_name in SONGS else _instrumental(style_name, tune)
    level = float(np.sqrt(np.mean(body**2)))
    result: Samples = np.clip(body * (32768 * 10 ** (_LEVEL_DB / 20) / level), -32768, 32767).astype(np.int16)
    result.flags.writeable = False
    return result


def _instrumental(style_name: str, tune: int) -> _Wave:
    style = STYLES[style_name]
    random = np.random.default_rng([tune, sorted(STYLES).index(style_name)])
    root = style.root + int(random.integers(-4, 5))
    beat = style.beat * float(random.uniform(0.88, 1.15))
    return _played(style, root, beat, tune, random)


def _song(song: Song, name: str, tune: int) -> _Wave:
    """The voice, and what is played under it in the same key and time."""
    random = np.random.default_rng([tune, len(STYLES) + sorted(SONGS).index(name)])
    root = 57 + int(random.integers(-5, 6))
    beat = song.beat * float(random.uniform(0.85, 1.15))
    style = STYLES[song.plays] if song.plays else None
    scale = style.scale if style else any_scale(random)
    under = _played(replace(style, melody=0.15), root, beat, tune, random) if style else np.zeros(round(LENGTH * RATE))
    voice = voices(song, root, scale, beat, under.size / RATE, random)
    if style is None:
        return voice
    if song.drums:
        under += _drums(under, beat, random)
    loudness = np.sqrt(np.mean(np.square(voice[voice != 0]))) / np.sqrt(np.mean(np.square(under)))
    return voice + under * float(loudness * 10 ** (-song.under / 20))


def _drums(under: _Wave, beat: float, random: np.random.Generator) -> _Wave:
    """A thump and a hiss in turn on each beat, about as loud as what is played."""
    beats = np.zeros(under.size)
    time = np.arange(round(0.11 * RATE)) / RATE
    for number in range(int(under.size / RATE / beat) - 1):
        hit = np.sin(2 * np.pi * 90 * time) if number % 2 == 0 else 0.6 * random.standard_normal(time.size)
        start = round(number * beat * RATE)
        beats[start : start + time.size] += hit * np.exp(-35 * time)
    return beats * float(1.2 * np.sqrt(np.mean(under**2) / np.mean(beats**2)))


def _played(style: Style, root: int, beat: float, tune: int, random: np.random.Generator) -> _Wave:
    """Chords and the melody over them."""
    bars = max(1, round(LENGTH / (beat * style.beats_per_chord)))
    total = np.zeros(round((bars * style.beats_per_chord + 4) * beat * RATE))

    def add(note: int, begin: float, seconds: float, gain: float) -> None:
        wave = _note(style, note, seconds) * gain
        start = round(begin * RATE)
        total[start : start + wave.size] += wave[: total.size - start]

    step = int(random.integers(0, len(style.scale)))
    for bar in range(bars):
        chord = style.chords[(bar + tune) % len(style.chords)]
        begin = bar * style.beats_per_chord * beat
        for interval in chord:
            add(root + interval, begin, style.beats_per_chord * beat, 0.35)
        for index in range(style.beats_per_chord):
            if random.random() < style.melody:
                step = int(np.clip(step + random.integers(-2, 3), 0, 2 * len(style.scale) - 1))
                octave, degree = divmod(step, len(style.scale))
                length = beat * float(random.choice([1.0, 1.0, 2.0]))
                add(root + 12 + 12 * octave + style.scale[degree], begin + index * beat, length, 0.8)
    return total[: round(bars * style.beats_per_chord * beat * RATE)]
