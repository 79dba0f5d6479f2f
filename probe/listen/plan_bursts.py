"""Bursts of the tones of a plan: sound whose energy lies, frame after frame, in the narrow bands of their frequencies.

Two frequencies 40 Hz apart are one line to a spectrum of 64 ms, so these bursts are found by projection on what 40 ms
of just those frequencies can be, not by spectral lines (`bursts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.listen.activity import Sounding
from probe.listen.envelope import Envelope
from probe.listen.features import Features
from probe.timeline import FRAME, RATE, Samples

FRAME_SECONDS = FRAME / RATE
Frequencies = tuple[float, ...]

_PURE = (
    0.85  # share of a window's energy in the tone's bands; speech seldom passes 0.6, a tone through GSM is over 0.85
)
_BAND = 18.0  # Hz around a nominal frequency (E.180 allows networks ±15 Hz and more)
_WINDOW = 2 * FRAME  # 40 ms
_NEAR = 75.0  # Hz of the strongest peak to a tone's frequency, before its bands are looked at
_MOST = 0.6  # share of a burst's frames that must fit: lost packets spoil some
_IMPURE_FRAMES = 6  # frames in a row that a burst survives: what concealed packets leave in the window
_KNOWN_LEVEL = 3  # frames after which a burst's level is known
_DROPOUT = 0.15  # seconds of a gap in a burst that lost packets leave: nine in a row, of which concealment fills some
_AROUND = 0.3  # seconds of silence that stand before a burst which begins by itself
_STILL, _STILL_SHARE, _EDGE = 5.0, 0.85, 2
"""Hz from its middle pitch, and share of a burst's frames there, its edges' frames left out: tones through eleven lines had
0.94 and more, a voice glides."""
_EVEN_DB, _EVEN_SHARE = 4.0, 0.6
"""dB from its level, and share of a burst's frames there, its edges left out: lost packets spoil some; a voice whose vowels are all in one
harmonic had 0.4. Guessed."""
_STANDS_DB, _STANDS_SHARE = 2.0, 0.8  # range of the level, and share of stretches of 200 ms in it, of a steady tone


@dataclass(frozen=True, slots=True)
class PlanBurst:
    """`start`, `end` in seconds; `level`: dBFS, upper quartile (lost packets are softer); `alone`: silence stood before it;
    `fits`: which tones' frequencies; `pitch`: Hz; `still`: it kept to that pitch (of two frequencies, now this, now that is it).
    `even`: it kept to its level, as one frequency does, and no voice.
    """

    start: float
    end: float
    level: float
    alone: bool
    fits: frozenset[Frequencies]
    pitch: float
    still: bool
    even: bool = True

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


class PlanBursts:
    """Finds them, frame by frame, for all sets of frequencies of a plan."""

    def __init__(self, sets: Sequence[Frequencies]) -> None:
        self._sets = list(sets)
        self._bands = [_narrow_bands(frequencies) for frequencies in self._sets]
        self._near = (
            min(f for frequencies in sets for f in frequencies) - _NEAR,
            max(f for frequencies in sets for f in frequencies) + _NEAR,
        )
        self._before = self._newest = np.zeros(FRAME, np.int16)
        self._envelope = Envelope()
        self._onset = self._silence = self._last = 0.0
        self.since: float | None = None
        """Start of the burst that sounds now."""
        self._alone = False
        self._impure = 0
        self._pure_until = 0.0
        self._levels: list[float] = []
        self._levels_before: list[float] = []
        self._pitches: list[float] = []
        self._fits: dict[Frequencies, int] = {}
        self._frames = 0
        self.broken = False
        """Whether the burst that has just ended turned into another sound."""

    def hear(self, frame: Features, heard: Samples, sounding: Sounding) -> PlanBurst | None:
        """Takes the next frame with its 160 samples; a burst that has just ended."""
        self._before, self._newest = self._newest, heard
        self.broken = False
        sounding = self._envelope.hear(frame, sounding)
        if sounding.onset is not None:
            self._onset, self._silence = sounding.onset, sounding.onset - self._last
        self._last = sounding.last
        fitting = self._fitting(frame) if sounding.loud else []
        if self.since is None:
            if fitting:
                self._begin(frame, fitting)
            return None
        if not sounding.loud:
            return self._finish(min(sounding.last, self._pure_until + FRAME_SECONDS / 2))
        self._go_on(frame, fitting)
        if self._impure <= _IMPURE_FRAMES:
            return None
        self.broken = True
        return self._finish(self._pure_until)

    def resume(self, burst: PlanBurst) -> bool:
        """Whether the burst under way may be the one before it, parted only by lost packets; it goes on then."""
        if self.since is None or self._frames > 1 or self.since - burst.end >= _DROPOUT:
            return False
        self.since, self._alone = burst.start, burst.alone
        self._levels = [*self._levels_before, *self._levels]
        return True

    def fits(self) -> frozenset[Frequencies]:
        """Which tones' frequencies the burst under way has."""
        return frozenset(f for f, count in self._fits.items() if count >= _MOST * max(self._frames - 1, 1))

    def steady(self) -> bool:
        """Whether the level of the burst stays: by means over 200 ms, which beats between two frequencies do not reach."""
        whole = (len(self._levels) - 2) // 10 * 10
        if whole < 20:
            return False
        powers = 10 ** (np.array(self._levels[2 : 2 + whole]) / 10)
        means = 10 * np.log10(powers.reshape(-1, 10).mean(axis=1))
        even = np.abs(means - np.median(means)) <= _STANDS_DB / 2
        return bool(even.mean() >= _STANDS_SHARE)

    def _fitting(self, frame: Features) -> list[Frequencies]:
        """The sets of frequencies whose bands hold the last 40 ms."""
        found: list[Frequencies] = []
        lowest, highest = self._near
        if not lowest < frame.strongest < highest:
            return found
        window, energy = np.concatenate([self._before, self._newest]).astype(np.float64), -1.0
        for frequencies, bands in zip(self._sets, self._bands, strict=True):
            if any(abs(frame.strongest - f) < _NEAR for f in frequencies):
                energy = float(window @ window) if energy < 0 else energy
                inside = bands @ window
                if float(inside @ inside) > _PURE * energy:
                    found.append(frequencies)
        return found

    def _begin(self, frame: Features, fitting: list[Frequencies]) -> None:
        # The first frame of a burst fills half the window and may not be pure yet; sound before that is not the tone's.
        fresh = frame.at - self._onset <= 2 * FRAME_SECONDS
        self.since = self._onset if fresh else frame.at - FRAME_SECONDS
        self._alone = fresh and self._silence >= _AROUND
        self._fits, self._frames, self._impure = dict.fromkeys(self._sets, 0), 0, 0
        self._levels, self._pitches = [], []
        self._go_on(frame, fitting)

    def _go_on(self, frame: Features, fitting: list[Frequencies]) -> None:
        self._frames += 1
        self._levels.append(frame.level)
        self._pitches.append(frame.strongest)
        if self._frames == _KNOWN_LEVEL:
            self._envelope.level = max(self._levels)
        for frequencies in fitting:
            self._fits[frequencies] += 1
        if fitting:
            self._impure, self._pure_until = 0, frame.at + FRAME_SECONDS
        else:
            self._impure += 1

    def _finish(self, end: float) -> PlanBurst:
        assert self.since is not None
        level = sorted(self._levels)[len(self._levels) * 3 // 4]
        pitch = sorted(self._pitches)[len(self._pitches) // 2]
        inner = self._pitches[_EDGE:-_EDGE] or self._pitches
        still = sum(abs(at - pitch) < _STILL for at in inner) >= _STILL_SHARE * len(inner)
        levels = self._levels[_EDGE:-_EDGE]
        even = sum(abs(at - level) <= _EVEN_DB for at in levels) >= _EVEN_SHARE * len(levels)
        burst = PlanBurst(self.since, max(end, self.since), level, self._alone, self.fits(), pitch, still, even)
        self.since, self._levels_before = None, self._levels
        return burst


def _narrow_bands(frequencies: Sequence[float]) -> npt.NDArray[np.float64]:
    """Orthonormal rows that span all signals of 40 ms within the bands around `frequencies`."""
    time = np.arange(_WINDOW) / RATE
    grid = np.concatenate([np.linspace(f - _BAND, f + _BAND, 9) for f in frequencies])
    waves = np.concatenate([np.cos(2 * np.pi * grid[:, None] * time), np.sin(2 * np.pi * grid[:, None] * time)])
    _, strength, rows = np.linalg.svd(waves, full_matrices=False)
    kept: npt.NDArray[np.float64] = np.ascontiguousarray(rows[strength > 0.08 * strength[0]])
    return kept
