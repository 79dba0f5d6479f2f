"""The supervisory tones of one country's plan, by frequency and cadence: ringback, busy, congestion, ...

A burst is a stretch of sound whose energy lies, frame after frame, in the narrow bands of one tone of the plan. A
cadence is recognised by two bursts and the pause between them, as soon as only one tone of the plan has them (a longer
look tells apart two whose cadences begin alike); a ringback of one long burst already by that burst, if silence stands
around it. Music has pure notes at these pitches too, but not with the lengths and pauses of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from probe.listen.activity import Sounding
from probe.listen.envelope import Envelope
from probe.listen.features import Features
from probe.listen.tone_plans import Cadence, plan
from probe.timeline import FRAME, RATE, Kind, Samples

FRAME_SECONDS = FRAME / RATE

_PURE = 0.9  # share of a window's energy in the tone's bands; speech seldom passes 0.6
_BAND = 18.0  # Hz around a nominal frequency (E.180 allows networks ±15 Hz and more)
_WINDOW = 2 * FRAME  # 40 ms
_NEAR = 75.0  # Hz of the strongest peak to a tone's frequency, before its bands are looked at
_CADENCE = 0.15  # relative deviation allowed in a cadence (E.180 recommends ±10 %)
_CADENCE_LEAST = 0.05  # seconds
_CADENCE_SHORT = 0.3  # relative, of lengths so short that 50 ms would be most of them
_LONE_RING = 0.9  # seconds of pure tone that are a ringback by themselves
_AROUND = 0.3  # seconds of silence before and after a lone ringback burst
_STANDS, _STANDS_DB = 3.0, 2.0  # seconds and dB of a tone that does not stop
_SOFTER_DB = 4.0  # dB by which two bursts' levels may differ from what the plan says
_IMPURE_FRAMES = 4  # frames in a row that a burst survives: what a concealed packet leaves in the window
_BEATS = 3.0  # dB between the loud and the soft tenth of a burst's 5 ms: two frequencies beat, one does not
_KNOWN_LEVEL = 3  # frames after which a burst's level is known
_DROPOUT = 0.07  # seconds of a gap in a burst that lost packets leave
_HISTORY = 8  # bursts kept: two of the longest cadences


@dataclass(frozen=True, slots=True)
class Recognised:
    """A tone of the plan, heard since `since`; `until`: end of its last burst; `lengths`: seconds on, off, on heard."""

    cadence: Cadence
    since: float
    until: float
    lengths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Burst:
    start: float
    end: float
    level: float
    clean: bool

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Supervisory:
    """Listens for the tones of one country."""

    def __init__(self, country: str) -> None:
        self._plan = plan(country).tones
        self._sets = sorted({cadence.frequencies for cadence in self._plan}, key=len)
        self._bands = [_narrow_bands(frequencies) for frequencies in self._sets]
        self._window = np.zeros(_WINDOW)
        self._envelope = Envelope()
        self._onset = 0.0
        self._silence = 0.0
        self._last = 0.0
        self._tone: tuple[float, ...] = ()
        self._since: float | None = None
        self._clean = False
        self._misses: dict[tuple[float, ...], int] = {}
        self._impure_since = 0.0
        self._levels: list[float] = []
        self._blocks: list[float] = []
        self._pitches: list[float] = []
        self._bursts: list[_Burst] = []
        self._known: Cadence | None = None
        self._first = 0.0
        self._over: Recognised | None = None

    @property
    def sounding(self) -> bool:
        """Whether a burst is under way."""
        return self._since is not None

    @property
    def holding(self) -> bool:
        """Whether a burst, or a pause that may belong to a cadence, is under way."""
        return self._since is not None or bool(self._bursts)

    @property
    def known(self) -> Recognised | None:
        """The tone that is being heard, once it is known."""
        if self._known is None:
            return None
        until = self._bursts[-1].end if self._bursts else self._last
        return Recognised(self._known, self._first, until, self._lengths())

    def over(self) -> Recognised | None:
        """The tone that has ended with the last frame, told once."""
        over, self._over = self._over, None
        return over

    def hear(self, frame: Features, heard: Samples, sounding: Sounding) -> None:
        """Takes the next frame with its 160 samples."""
        self._window[:FRAME] = self._window[FRAME:]
        self._window[FRAME:] = heard
        now = frame.at + FRAME_SECONDS
        sounding = self._envelope.hear(frame, sounding)
        if sounding.onset is not None:
            self._onset, self._silence = sounding.onset, sounding.onset - self._last
        self._last = sounding.last
        fitting = self._pure(frame) if sounding.loud else []
        if self._since is not None:
            if sounding.loud:
                self._in_burst(fitting, frame, now)
                return
            self._end_burst(sounding.last)
        if fitting:
            self._begin_burst(frame)
            return
        if not self._bursts:
            return
        gap = now - self._bursts[-1].end
        # A burst is not pure before it fills the window; a sound that stays impure is something else.
        if (sounding.loud and now - self._onset > 3 * FRAME_SECONDS) or gap > self._longest_pause():
            self._forget()
            return
        if self._known is None and gap >= _AROUND:
            self._known = self._lone_ring() or self._recognised(gap)
            if self._known is not None:
                self._first = self._bursts[0].start

    # -------------------------------------------------------------------------------------------- bursts

    def _pure(self, frame: Features) -> list[tuple[float, ...]]:
        """The sets of frequencies whose bands hold the last 40 ms."""
        found: list[tuple[float, ...]] = []
        energy = -1.0
        for frequencies, bands in zip(self._sets, self._bands, strict=True):
            if any(abs(frame.strongest - f) < _NEAR for f in frequencies):
                energy = float(self._window @ self._window) if energy < 0 else energy
                inside = bands @ self._window
                if float(inside @ inside) > _PURE * energy:
                    found.append(frequencies)
        return found

    def _begin_burst(self, frame: Features) -> None:
        # The first frame of a burst fills half the window and may not be pure yet; sound before that is not the tone's.
        fresh = frame.at - self._onset <= 2 * FRAME_SECONDS
        self._levels, self._blocks, self._pitches = [frame.level], list(frame.blocks), [frame.strongest]
        self._misses = dict.fromkeys(self._sets, 0)
        self._since = self._onset if fresh else frame.at - FRAME_SECONDS
        self._clean = fresh and (bool(self._bursts) or self._silence >= _AROUND)
        if self._bursts and fresh and self._since - self._bursts[-1].end < _DROPOUT < self._shortest_pause():
            # Packets were lost in the middle of a burst.
            dropped = self._bursts.pop()
            self._since, self._clean = dropped.start, dropped.clean

    def _in_burst(self, fitting: list[tuple[float, ...]], frame: Features, now: float) -> None:
        assert self._since is not None
        self._levels.append(frame.level)
        if len(self._levels) == _KNOWN_LEVEL:
            self._envelope.level = max(self._levels)
        self._pitches.append(frame.strongest)
        self._blocks.extend(frame.blocks)
        if not fitting and len(self._levels) > 2 and max(self._misses.values(), default=0) == 0:
            self._impure_since = frame.at - FRAME_SECONDS / 2
        for frequencies in list(self._misses):
            if frequencies in fitting:
                self._misses[frequencies] = 0
            else:
                self._misses[frequencies] += 1
                if self._misses[frequencies] > _IMPURE_FRAMES:
                    del self._misses[frequencies]
        if not self._misses:
            if self._known is not None and self._known.continuous:
                self._bursts.append(_Burst(self._since, self._impure_since, 0.0, self._clean))
            self._forget()
            return
        seconds = now - self._since
        forms = [c for c in self._plan if c.frequencies in self._misses]
        if seconds <= max((max(c.on) for c in forms if not c.continuous), default=0.0) * (1 + _CADENCE) + 0.1:
            return
        standing = [c for c in forms if c.continuous and c.frequencies == self._tone_of_burst()]
        if self._bursts or not standing:
            self._forget()
        elif self._known is None and seconds > _STANDS:
            if self._even():
                self._known, self._first, self._tone = standing[0], self._since, standing[0].frequencies
            else:
                self._forget()

    def _even(self) -> bool:
        """Whether the level stays: by means over 200 ms, which beats between two frequencies do not reach."""
        powers = 10 ** (np.array(self._levels[2 : 2 + (len(self._levels) - 2) // 10 * 10]) / 10)
        means = 10 * np.log10(powers.reshape(-1, 10).mean(axis=1))
        return bool(means.max() - means.min() <= _STANDS_DB)

    def _tone_of_burst(self) -> tuple[float, ...]:
        """The frequencies of the burst: where one and several fit, beats tell that there are several."""
        alive = [frequencies for frequencies in self._sets if self._misses.get(frequencies, 9) <= 2]
        pitch = sum(self._pitches) / len(self._pitches)
        single = sorted((f for f in alive if len(f) == 1), key=lambda f: abs(f[0] - pitch))
        several = [frequencies for frequencies in alive if len(frequencies) > 1]
        if single and several:
            inner = sorted(self._blocks[6:-6]) or sorted(self._blocks)
            beats = inner[len(inner) * 9 // 10] - inner[len(inner) // 10] >= _BEATS
            return several[0] if beats else single[0]
        return (single or several or [()])[0]

    def _end_burst(self, end: float) -> None:
        assert self._since is not None
        tone = self._tone_of_burst()
        level = sorted(self._levels)[len(self._levels) // 2]
        burst = _Burst(self._since, end, level, self._clean)
        self._since = None
        if self._known is not None and self._known.continuous:
            self._bursts = [burst]
            self._forget()
            return
        if self._bursts and tone != self._tone:
            self._forget()
        if not tone:
            return
        self._tone = tone
        self._bursts = [*self._bursts, burst][-_HISTORY:]
        found = self._recognised(0.0)
        if found is not None and found is not self._known:
            self._first = self._first_of(found) if self._known is None else self._bursts[-2].start
            self._known = found

    # ---------------------------------------------------------------------------------------- recognition

    def _recognised(self, gap: float) -> Cadence | None:
        """The one tone of the plan that the bursts fit; None if none does, or several of different kinds.

        `gap`: seconds of pause after the last burst so far.
        """
        best: dict[Kind, tuple[float, Cadence]] = {}
        for count in range(len(self._bursts), 1, -1):
            for cadence, off in self._fits(self._bursts[-count:], gap):
                if cadence.kind not in best or off < best[cadence.kind][0]:
                    best[cadence.kind] = (off, cadence)
            if best:
                break
        if not best:
            return None
        ranked = sorted(best.values(), key=lambda found: found[0])
        # Two tones whose cadences begin alike are told apart by what follows; two that are merely near, by the nearer.
        if len(ranked) > 1 and ranked[1][0] < 2 * ranked[0][0] + 0.1:
            return None
        return ranked[0][1]

    def _fits(self, bursts: Sequence[_Burst], gap: float) -> Iterator[tuple[Cadence, float]]:
        """Each cadence that the bursts fit from some place in it on, with the mean relative deviation of its lengths."""
        for cadence in self._plan:
            if cadence.frequencies != self._tone or cadence.continuous:
                continue
            count = len(cadence.on)
            offs = [_deviation(bursts, cadence, place, gap) for place in range(count)]
            fitting = [off for off in offs if off is not None]
            if fitting:
                yield cadence, min(fitting)

    def _first_of(self, found: Cadence) -> float:
        """Start of the earliest burst from which on all fit the cadence that was found."""
        for count in range(len(self._bursts), 1, -1):
            if any(cadence is found for cadence, _ in self._fits(self._bursts[-count:], 0.0)):
                return self._bursts[-count].start
        return self._bursts[-2].start

    def _lone_ring(self) -> Cadence | None:
        burst = self._bursts[-1]
        if len(self._bursts) != 1 or not burst.clean or burst.seconds < _LONE_RING:
            return None
        others = [c for c in self._plan if c.frequencies == self._tone and _close_to_any(burst.seconds, c.on)]
        kinds = {c.kind for c in others}
        ring = next((c for c in others if c.kind is Kind.RINGBACK and len(c.on) == 1), None)
        return ring if kinds == {Kind.RINGBACK} else None

    def _shortest_pause(self) -> float:
        return min((min(c.off) for c in self._plan if c.frequencies == self._tone and c.off), default=0.0)

    def _longest_pause(self) -> float:
        """Seconds after which no further burst of this tone is to be expected; 0 if the last one fits nothing."""
        last = self._bursts[-1].seconds
        pauses = [
            pause
            for c in self._plan
            if c.frequencies == self._tone and (self._known is None or c.kind is self._known.kind)
            for on, pause in zip(c.on, c.off, strict=True)
            if _close(last, on)
        ]
        return max((p * (1 + _CADENCE) + 0.1 for p in pauses), default=0.0)

    def _lengths(self) -> tuple[float, ...]:
        heard = [burst for burst in self._bursts if burst.start >= self._first - 0.001][:4]
        lengths: list[float] = []
        for before, after in pairwise(heard):
            lengths += [before.seconds, after.start - before.end]
        return (*lengths, heard[-1].seconds) if heard else ()

    def _forget(self) -> None:
        if self._known is not None:
            self._over = self.known
        self._tone, self._since, self._clean, self._misses = (), None, False, {}
        self._bursts, self._known, self._first = [], None, 0.0


def _deviation(bursts: Sequence[_Burst], cadence: Cadence, place: int, gap: float) -> float | None:
    """Mean relative deviation of the bursts' lengths, pauses and levels from a cadence begun at `place`; None: no fit."""
    count = len(cadence.on)
    total = lengths = 0.0
    for i, burst in enumerate(bursts):
        at = (place + i) % count
        pairs = [(burst.seconds, cadence.on[at])]
        if i + 1 < len(bursts):
            pairs.append((bursts[i + 1].start - burst.end, cadence.off[at]))
        elif gap > cadence.off[at] + max(_CADENCE * cadence.off[at], _CADENCE_LEAST) + FRAME_SECONDS:
            return None
        for length, nominal in pairs:
            if not _close(length, nominal):
                return None
            total += abs(length - nominal) / nominal
            lengths += 1
        softer = bursts[0].level - burst.level
        if abs(softer - (cadence.softer[at] - cadence.softer[place])) > _SOFTER_DB:
            return None
    return total / lengths


def _close(length: float, nominal: float) -> bool:
    return abs(length - nominal) <= max(_CADENCE * nominal, min(_CADENCE_LEAST, _CADENCE_SHORT * nominal))


def _close_to_any(length: float, nominal: Sequence[float]) -> bool:
    return any(_close(length, n) for n in nominal)


def _narrow_bands(frequencies: Sequence[float]) -> npt.NDArray[np.float64]:
    """Orthonormal rows that span all signals of 40 ms within the bands around `frequencies`."""
    time = np.arange(_WINDOW) / RATE
    grid = np.concatenate([np.linspace(f - _BAND, f + _BAND, 9) for f in frequencies])
    waves = np.concatenate([np.cos(2 * np.pi * grid[:, None] * time), np.sin(2 * np.pi * grid[:, None] * time)])
    _, strength, rows = np.linalg.svd(waves, full_matrices=False)
    kept: npt.NDArray[np.float64] = np.ascontiguousarray(rows[strength > 0.08 * strength[0]])
    return kept
