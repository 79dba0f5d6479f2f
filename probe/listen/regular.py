"""Tones of no known plan: pure bursts that come again and again with the same length and pause, or do not stop.

A network somewhere plays them; what they mean is not guessed. A melody has pure notes too, but not one note four times
with the same pauses of quiet, nor one that stands for seconds without its level moving. A recording that is played again
and again has the same vowel each time, with the same words in between.
"""

from __future__ import annotations

from dataclasses import dataclass

from probe.listen.bursts import Burst
from probe.timeline import FRAME, RATE

_TIMES = 4  # bursts that make a cadence
_ALIKE, _ALIKE_LEAST = 0.12, 0.03  # relative, seconds: by how much lengths of one cadence differ
_SAME_HZ = 8.0
_SAME_DB = 3.0  # of their levels; the notes of a melody are not as equal
_SHORTEST, _LONGEST, _PAUSE = 0.08, 6.0, (0.06, 6.5)  # seconds
_LOWEST, _HIGHEST = 300.0, 1900.0  # Hz of supervisory tones, with room
_QUIET_PAUSE, _EDGES = (
    0.25,
    0.1,
)  # share of a pause in which something sounds, and seconds that a burst's edges add; guessed
_STANDS, _STANDS_DB = 5.0, 2.0  # seconds and dB of a tone that does not stop


@dataclass(frozen=True, slots=True)
class RegularTone:
    """A cadence or a standing tone heard since `start`; `lines` in Hz; `lengths`: seconds on, off, on, ..."""

    start: float
    lines: tuple[float, ...]
    lengths: tuple[float, ...]
    pause: float
    """Seconds within which the next burst is to be expected; 0: it does not stop."""


class Regular:
    """Remembers the last bursts."""

    def __init__(self) -> None:
        self._bursts: list[Burst] = []
        self._stood: Burst | None = None
        self._loud = 0

    def hear(self, loud: bool) -> None:
        """Takes the next frame: whether anything sounds in it, told before what else it gives away."""
        self._loud += loud

    def sounds(self, burst: Burst | None) -> RegularTone | None:
        """A standing tone, once."""
        if burst is None or burst is self._stood or burst.seconds < _STANDS or not _in_band(burst):
            return None
        if burst.unrest > _STANDS_DB:
            return None
        self._stood = burst
        return RegularTone(burst.start, burst.lines, (), 0.0)

    def ended(self, burst: Burst) -> RegularTone | None:
        """A cadence, at the end of each of its bursts from the fourth on."""
        others, self._loud = self._loud * FRAME / RATE - burst.seconds - _EDGES, 0
        if not (burst.clean and burst.into == "quiet" and _SHORTEST <= burst.seconds <= _LONGEST and _in_band(burst)):
            self._bursts = []
            return None
        if self._bursts and not (
            _same(self._bursts[-1], burst) and others <= _QUIET_PAUSE * (burst.start - self._bursts[-1].end)
        ):
            self._bursts = []
        self._bursts = [*self._bursts[1 - _TIMES :], burst]
        if len(self._bursts) < _TIMES:
            return None
        ons = [b.seconds for b in self._bursts]
        offs = [after.start - before.end for before, after in zip(self._bursts, self._bursts[1:], strict=False)]
        if not (_alike(ons) and _alike(offs) and _PAUSE[0] <= offs[0] <= _PAUSE[1]):
            return None
        return RegularTone(self._bursts[0].start, burst.lines, (ons[0], offs[0]), max(offs) * (1 + _ALIKE) + 0.1)


def _in_band(burst: Burst) -> bool:
    return all(_LOWEST <= line <= _HIGHEST for line in burst.lines)


def _same(before: Burst, after: Burst) -> bool:
    return before.is_near(*after.lines, within=_SAME_HZ) and abs(before.level - after.level) <= _SAME_DB


def _alike(lengths: list[float]) -> bool:
    middle = sorted(lengths)[len(lengths) // 2]
    return all(abs(length - middle) <= max(_ALIKE * middle, _ALIKE_LEAST) for length in lengths)
