"""Songs: tunes made up on a scale, in phrases with breaths between them, for one voice or several.

A style says who sings and what plays under it; `tune` picks the notes, the singer and the language. As with the pieces
of `music.py` the same song is the same samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.simulator.singing import Note, Singer, singer, sung
from probe.timeline import RATE


@dataclass(frozen=True, slots=True)
class Song:
    """How a song is made. `plays`: style of the accompaniment (None: nobody plays), `under`: dB by which it is softer
    than the voice; `voices`: how many sing together; `beat` in seconds; `drums`: whether they beat time; `rests`: share
    of its phrases in which only the instruments are heard.
    """

    plays: str | None
    under: float
    voices: int
    beat: float
    drums: bool = False
    rests: float = 0.2


SONGS: dict[str, Song] = {
    "ballad": Song("piano", 6.0, 1, 0.62),
    "choir": Song("strings", 8.0, 4, 0.8, rests=0.0),
    "folk": Song(None, 0.0, 1, 0.5, rests=0.0),
    "pop": Song("synth", 3.0, 1, 0.42, drums=True),
}
SUNG_INSTEAD = {"pentatonic": "folk", "piano": "ballad", "strings": "choir", "synth": "pop"}
"""The song that may be heard where such instruments would play."""
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 4, 7, 9), (0, 2, 3, 5, 7, 8, 10))
_PHRASE = 8  # beats, of which the last is a breath


def voices(
    song: Song, root: int, scale: tuple[int, ...], beat: float, seconds: float, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The sung part alone, `seconds` long; `root`: MIDI number of the key's first note; `beat` in seconds."""
    first = singer(random, woman=bool(random.random() < 0.5))
    tune = _tune(song, beat, seconds, random)
    total = np.zeros(round(seconds * RATE))
    for number in range(song.voices):
        who = first if number == 0 else singer(random, woman=bool(number % 2))
        low = _lowest(root, who)
        shift = 0 if number == 0 else 2 * (number % 3)  # others a third or a fifth above
        late = 0.0 if number == 0 else float(random.uniform(0, 0.03))
        notes = [
            Note(low + _degree(scale, step + shift), begin + late, length, tied) for step, begin, length, tied in tune
        ]
        part = sung(notes, who, seconds, random)
        total[: part.size] += part[: total.size]
    return total


def any_scale(random: np.random.Generator) -> tuple[int, ...]:
    """One of the scales."""
    return _SCALES[int(random.integers(len(_SCALES)))]


def _lowest(root: int, who: Singer) -> int:
    """The key's first note where this singer's range begins (A2 to A3, by the length of the tract)."""
    lowest = 55 if who.tract > 1.08 else 45
    return lowest + (root - lowest) % 12


def _degree(scale: tuple[int, ...], step: int) -> int:
    octave, degree = divmod(step, len(scale))
    return 12 * octave + scale[degree]


def _tune(song: Song, beat: float, seconds: float, random: np.random.Generator) -> list[tuple[int, float, float, bool]]:
    """Steps on the scale with their begin and length in seconds, and whether they share the syllable before."""
    tune: list[tuple[int, float, float, bool]] = []
    step, begin = int(random.integers(2, 6)), beat
    while begin + _PHRASE * beat < seconds:
        if random.random() >= song.rests:
            at = 0.0
            while at < _PHRASE - 1:
                length = min(float(random.choice([0.5, 1.0, 1.0, 1.5, 2.0, 3.0])), _PHRASE - 1 - at)
                step = int(np.clip(step + random.integers(-2, 3), 0, 9))
                ends = at + length >= _PHRASE - 1
                held = length * beat * (0.9 if ends else 1.0)
                tune.append((step, begin + at * beat, held, bool(at > 0 and random.random() < 0.12)))
                at += length
        begin += _PHRASE * beat
    return tune
