"""Special information tones: three rising notes before an announcement of the network, and what their coding means.

ITU-T E.180: 950, 1400 and 1800 Hz, ±50 Hz, 0.33 s ± 0.07 each, at most 0.03 s between them. North America codes in
the first two notes why the call failed (Telcordia SR-2275; first published by the Bell System, 1983): each is low or
high in its band, and short or long. The third is always 1776.7 Hz and long.
"""

from __future__ import annotations

from dataclasses import dataclass

from probe.listen.bursts import Burst
from probe.timeline import ToneMeaning

_NOTES = (950.0, 1400.0, 1800.0)
_WITHIN = 60.0  # Hz; Austria sends 1450 and 1850
_SHORTEST, _LONGEST, _GAP = 0.22, 0.46, 0.06  # seconds; E.180's, and 40 ms for what packets do to them
_LOW, _HIGH, _CODED_HZ = (913.8, 1370.6), (985.2, 1428.5), 14.0  # Hz
_SHORT, _LONG, _CODED_SECONDS = 0.274, 0.38, 0.026  # seconds: ±5 % and half a frame

MEANINGS: dict[str, ToneMeaning] = {
    "low short, low short": "intercept",
    "high long, low short": "vacant",
    "low short, high long": "reorder",
    "high short, low long": "reorder",  # between exchange areas
    "high long, high long": "no_circuit",
    "low long, low long": "no_circuit",  # between exchange areas
}
"""The coded meanings; two more codes are reserved, and E.180's plain 0.33 s mean nothing in particular."""


@dataclass(frozen=True, slots=True)
class SpecialTone:
    """A special information tone from `start` to `end` seconds."""

    start: float
    end: float
    frequencies: tuple[float, ...]
    lengths: tuple[float, ...]
    meaning: ToneMeaning


class SpecialInformation:
    """Puts bursts together."""

    def __init__(self) -> None:
        self._notes: list[Burst] = []

    def holds(self, sounding: Burst | None) -> bool:
        """Whether what sounds may be, or go on to be, such a tone."""
        if sounding is None or not self._fits(sounding, len(self._following(sounding))):
            return False
        return len(self._following(sounding)) > 0 or sounding.seconds >= 0.12

    def ended(self, burst: Burst) -> SpecialTone | None:
        """Takes a finished burst; the tone, when it was the third note."""
        notes = self._following(burst)
        if not (self._fits(burst, len(notes)) and burst.seconds >= _SHORTEST):
            notes = []
            if not (self._fits(burst, 0) and burst.seconds >= _SHORTEST):
                self._notes = []
                return None
        self._notes = [*notes, burst]
        if len(self._notes) < 3:
            return None
        heard, self._notes = self._notes, []
        frequencies = tuple(note.lines[0] for note in heard)
        lengths = tuple(note.seconds for note in heard)
        return SpecialTone(heard[0].start, heard[-1].end, frequencies, lengths, _meaning(frequencies, lengths))

    def _following(self, burst: Burst) -> list[Burst]:
        return self._notes if self._notes and burst.start - self._notes[-1].end <= _GAP else []

    def _fits(self, burst: Burst, place: int) -> bool:
        return place < 3 and burst.is_near(_NOTES[place], within=_WITHIN) and burst.seconds <= _LONGEST


def _meaning(frequencies: tuple[float, ...], lengths: tuple[float, ...]) -> ToneMeaning:
    code = []
    for frequency, length, low, high in zip(frequencies, lengths, _LOW, _HIGH, strict=False):
        pitch = _nearest(frequency, {"low": low, "high": high}, _CODED_HZ)
        time = _nearest(length, {"short": _SHORT, "long": _LONG}, _CODED_SECONDS)
        code.append(f"{pitch} {time}")
    return MEANINGS.get(", ".join(code), "")


def _nearest(value: float, names: dict[str, float], within: float) -> str:
    return next((name for name, nominal in names.items() if abs(value - nominal) <= within), "?")
