"""A singing voice for hold music and colour rings: notes with vibrato, glides and breaths, sung on syllables.

Additive synthesis: the harmonics of the note's pitch, each as loud as the vocal tract lets it pass (resonances at the
vowel's formants, after Fant's source and filter, 1960), and noise for the consonants. Pitch follows the tune: a glide
from note to note, vibrato that sets in late (5 to 6.5 Hz, up to a semitone peak to peak, as singers have it), and a
little wandering. Syllables are made up from the sounds of a language; words and tunes are nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.timeline import RATE

_Wave = npt.NDArray[np.float64]

_STEP = 40  # samples: 5 ms between values of pitch, formants and loudness
_STEPS = RATE // _STEP
_HIGHEST = 3600.0  # Hz of partials
# First three formants in Hz of an adult male tract, near Peterson and Barney's (1952); the rest is the same for all vowels.
_VOWELS = {
    "a": (730, 1150, 2440),
    "e": (530, 1750, 2480),
    "i": (290, 2250, 2950),
    "o": (540, 880, 2410),
    "u": (320, 850, 2240),
    "ə": (500, 1350, 2400),
    "y": (290, 1900, 2300),
}
_BANDWIDTHS = (80.0, 100.0, 140.0)
# Syllables: an onset and a vowel or two, as often as a language has them; guessed.
_SYLLABLES = {
    "zh": (("", "l", "n", "m", "s", "h", "b", "d", "w", "j"), ("a", "i", "u", "o", "ai", "au", "ie", "uo", "y", "ə")),
    "en": (("", "l", "w", "n", "m", "s", "d", "b", "h", "r"), ("a", "i", "u", "o", "e", "ai", "ou", "ə")),
    "ja": (("", "k", "s", "t", "n", "h", "m", "r", "w"), ("a", "i", "u", "e", "o")),
    "la": (("l", "d", "n", ""), ("a", "a", "u", "o")),
}
LANGUAGES = tuple(_SYLLABLES)
_NASAL = frozenset("nm")
_SOFT = frozenset("lrwj")
_HISS = frozenset("sh")  # the others are stops


@dataclass(frozen=True, slots=True)
class Note:
    """`pitch`: MIDI number; `begin`, `seconds`: of the sung note; `tied`: sung on the syllable of the note before."""

    pitch: float
    begin: float
    seconds: float
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Singer:
    """How somebody sings. `tract`: formants relative to a man's; `vibrato`: semitones to each side; `rate` in Hz;
    `glide`: seconds from note to note; `breath`: noise in the voice, relative; `tilt`: dB an octave of the source.
    """

    language: str
    tract: float
    vibrato: float
    rate: float
    glide: float
    breath: float
    tilt: float
    wander: float


def singer(random: np.random.Generator, woman: bool) -> Singer:
    """Somebody; ranges are guessed around what is published of singers."""
    return Singer(
        language=str(random.choice(LANGUAGES)),
        tract=float(random.uniform(1.1, 1.22) if woman else random.uniform(0.94, 1.06)),
        vibrato=float(random.choice([0.0, 0.15, 0.3, 0.5, 0.7], p=[0.15, 0.2, 0.3, 0.25, 0.1])),
        rate=float(random.uniform(4.8, 6.6)),
        glide=float(random.uniform(0.04, 0.16)),
        breath=float(random.uniform(0.01, 0.06)),
        tilt=float(random.uniform(-12, -7)),
        wander=float(random.uniform(0.03, 0.15)),
    )


def sung(notes: Sequence[Note], who: Singer, seconds: float, random: np.random.Generator) -> _Wave:
    """The notes as sung, float, `seconds` long at 8 kHz; level is left to the caller."""
    steps = round(seconds * _STEPS)
    pitch, loud, hiss = _pitch(notes, who, steps, random), np.zeros(steps), np.zeros(steps)
    formants = np.tile(np.array(_VOWELS["ə"], float), (steps, 1))
    nasal = np.zeros(steps)
    onsets, vowels = _SYLLABLES[who.language]
    for number, note in enumerate(notes):
        first, last = round(note.begin * _STEPS), min(round((note.begin + note.seconds) * _STEPS), steps)
        if note.tied and number:
            _hold(loud, formants, first, last)
            continue
        onset, vowel = str(random.choice(onsets)), str(random.choice(vowels))
        starts = _onset(onset, loud, hiss, nasal, first, last)
        _vowel(vowel, loud, formants, starts, last, open_end=_follows(notes, number))
    loud = _smooth(loud, 5) * (1 + 0.1 * _smooth(random.standard_normal(steps), 25) * 5)
    voice = _harmonics(pitch, loud, _smooth_rows(formants, 9) * who.tract, _smooth(nasal, 5), who, random)
    return voice + _noise(_smooth(hiss, 3), random)


def _follows(notes: Sequence[Note], number: int) -> bool:
    """Whether another note follows this one without a pause."""
    if number + 1 >= len(notes):
        return False
    return notes[number + 1].begin - notes[number].begin - notes[number].seconds < 0.05


def _pitch(notes: Sequence[Note], who: Singer, steps: int, random: np.random.Generator) -> _Wave:
    """Semitones (MIDI) at each step: glides that end in the note, then vibrato."""
    pitch = np.full(steps, notes[0].pitch if notes else 60.0)
    time = np.arange(steps) / _STEPS
    for number, note in enumerate(notes):
        first = round(note.begin * _STEPS)
        since = time[first:] - note.begin
        begin = notes[number - 1].pitch if number and _follows(notes, number - 1) else note.pitch - random.uniform(0, 2)
        towards = np.clip(since / who.glide, 0, 1)
        line = begin + (note.pitch - begin) * (0.5 - 0.5 * np.cos(np.pi * towards))
        sets_in = np.clip((since - 0.18) / 0.25, 0, 1) if note.seconds > 0.3 else 0.0
        depth = who.vibrato * random.uniform(0.7, 1.2)
        line = line + depth * sets_in * np.sin(2 * np.pi * who.rate * since + random.uniform(0, 6))
        pitch[first:] = line
    return pitch + who.wander * _smooth(random.standard_normal(steps), 60) * 7


def _onset(sound: str, loud: _Wave, hiss: _Wave, nasal: _Wave, first: int, last: int) -> int:
    """Writes a consonant at `first`; the step at which its vowel begins."""
    room = max((last - first) // 3, 2)
    if not sound:
        return first
    if sound in _NASAL or sound in _SOFT:
        ends = first + min(round(0.07 * _STEPS), room)
        loud[first:ends] = 0.35
        nasal[first:ends] = 1.0 if sound in _NASAL else 0.3
        return ends
    if sound in _HISS:
        ends = first + min(round((0.11 if sound == "s" else 0.07) * _STEPS), room)
        hiss[first:ends] = 0.25 if sound == "s" else 0.1
        loud[first:ends] = 0.0
        return ends
    closed = first + min(round(0.05 * _STEPS), room)
    loud[first:closed] = 0.0
    hiss[closed : closed + 3] = 0.3
    return closed + 2


def _vowel(vowel: str, loud: _Wave, formants: _Wave, first: int, last: int, open_end: bool) -> None:
    """A vowel from `first` on; of two, the second takes the last third."""
    formants[first:last] = _VOWELS[vowel[0]]
    if len(vowel) > 1:
        formants[first + 2 * (last - first) // 3 : last] = _VOWELS[vowel[1]]
    loud[first:last] = 1.0
    if not open_end:
        fall = min(round(0.15 * _STEPS), last - first)
        loud[last - fall : last] = np.linspace(1, 0, fall)


def _hold(loud: _Wave, formants: _Wave, first: int, last: int) -> None:
    formants[first:last] = formants[max(first - 1, 0)]
    loud[first:last] = 1.0


def _harmonics(
    pitch: _Wave, loud: _Wave, formants: _Wave, nasal: _Wave, who: Singer, random: np.random.Generator
) -> _Wave:
    hertz = 440.0 * 2 ** ((pitch - 69) / 12)
    at = np.arange(len(pitch) * _STEP) / _STEP
    steps = np.arange(len(pitch))
    phase = 2 * np.pi * np.cumsum(np.interp(at, steps, hertz)) / RATE
    voice = np.zeros(at.size)
    for number in range(1, int(_HIGHEST / hertz.min()) + 1):
        partial = hertz * number
        gain = _passes(partial, formants) * 10 ** (who.tilt * np.log2(number) / 20) * loud
        gain *= np.where(nasal > 0, 1 / (1 + nasal * (partial / 500) ** 2), 1.0)
        gain[partial > _HIGHEST] = 0.0
        voice += np.interp(at, steps, gain) * np.sin(number * phase)
    breath = random.standard_normal(at.size) * who.breath * np.interp(at, steps, loud)
    return voice + breath * float(np.sqrt(np.mean(voice**2)))


def _passes(hertz: _Wave, formants: _Wave) -> _Wave:
    """How much the tract lets pass at each step: resonances in a row, 1 far below all of them."""
    passes = np.ones(len(hertz))
    for number, width in enumerate(_BANDWIDTHS):
        centre = formants[:, number]
        passes *= centre**2 / np.sqrt((centre**2 - hertz**2) ** 2 + (width * hertz) ** 2)
    return passes


def _noise(hiss: _Wave, random: np.random.Generator) -> _Wave:
    """Hiss over 2 kHz, as loud at each step as told."""
    white = random.standard_normal(len(hiss) * _STEP)
    high: _Wave = white - np.concatenate([white[:1], white[:-1]])
    return high * np.interp(np.arange(high.size) / _STEP, np.arange(len(hiss)), hiss)


def _smooth(values: _Wave, steps: int) -> _Wave:
    smooth: _Wave = np.convolve(values, np.hanning(steps + 2)[1:-1] / np.hanning(steps + 2).sum(), mode="same")
    return smooth


def _smooth_rows(rows: _Wave, steps: int) -> _Wave:
    return np.stack([_smooth(np.pad(column, steps, mode="edge"), steps)[steps:-steps] for column in rows.T], axis=1)
