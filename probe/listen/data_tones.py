"""Tones of fax machines and modems: nobody will ever speak at the other end.

fax calling     CNG    1100 Hz, 0.5 s on, 3 s off                             ITU-T T.30 §4.2
modem calling   CT     1300 Hz, 0.5 to 0.7 s on, 1.5 to 2 s off               ITU-T V.25 §3
answer tone     CED, ANS  2100 Hz ± 15, 2.6 to 4 s (V.25: phase reversals)    ITU-T T.30, V.25
                ANSam  the same, its level modulated by 20 % at 15 Hz         ITU-T V.8 §3.4
                2225 Hz, of North America's older modems                       Bell 103
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probe.listen.bursts import Burst
from probe.timeline import ToneMeaning

_ANSWER, _ANSWER_BELL, _ANSWER_HZ, _ANSWER_SURE = 2100.0, 2225.0, 22.0, 1.5  # Hz, and seconds that make it certain
_CALLS: tuple[tuple[ToneMeaning, float, tuple[float, float], tuple[float, float]], ...] = (
    ("fax_calling", 1100.0, (0.42, 0.58), (2.5, 3.5)),
    ("modem_calling", 1300.0, (0.42, 0.78), (1.3, 2.2)),
)
_CALL_HZ = 40.0  # T.30: ±38 Hz
_BLOCKS = 200  # a second's blocks of 5 ms
_AM_HZ, _AM_LEAST = 15.0, 0.6  # dB of the level's component at 15 Hz; 20 % are 1.7 dB
_DENT = 3.0  # dB
_AM_OTHERS = 2.5  # times that it must exceed other slow changes of the level


@dataclass(frozen=True, slots=True)
class DataTone:
    """Heard since `start` seconds; `frequency` in Hz; `lengths`: seconds on, off, on (calling tones)."""

    start: float
    frequency: float
    meaning: ToneMeaning
    lengths: tuple[float, ...] = ()


class DataTones:
    """Watches bursts for them."""

    def __init__(self) -> None:
        self._call: Burst | None = None
        self._answered: Burst | None = None

    def sounds(self, burst: Burst | None) -> DataTone | None:
        """An answer tone, once, as soon as the burst that sounds is one for certain."""
        if burst is None or burst is self._answered or burst.seconds < _ANSWER_SURE:
            return None
        if not any(burst.is_near(f, within=_ANSWER_HZ) for f in (_ANSWER, _ANSWER_BELL)):
            return None
        self._answered = burst
        meaning: ToneMeaning = "answer_tone_v8" if _modulated(burst) else "answer_tone"
        return DataTone(burst.start, burst.lines[0], meaning)

    def ended(self, burst: Burst) -> DataTone | None:
        """A calling tone, at the end of each of its bursts from the second on."""
        before, self._call = self._call, burst if burst.clean and burst.into == "quiet" else None
        if before is None or self._call is None:
            return None
        pause = burst.start - before.end
        for meaning, frequency, on, off in _CALLS:
            if (
                all(b.is_near(frequency, within=_CALL_HZ) and on[0] <= b.seconds <= on[1] for b in (before, burst))
                and off[0] <= pause <= off[1]
            ):
                return DataTone(before.start, burst.lines[0], meaning, (before.seconds, pause, burst.seconds))
        return None


def _modulated(burst: Burst) -> bool:
    """Whether the level goes up and down 15 times a second."""
    levels = np.array(burst.blocks[-_BLOCKS:])
    time = np.arange(levels.size) * 0.005
    levels = np.clip(levels, np.median(levels) - _DENT, None)  # V.25's phase reversals dent it for a moment
    levels = levels - levels.mean()

    def component(hertz: float) -> float:
        turned = complex(levels @ np.exp(-2j * np.pi * hertz * time))
        return 2 * abs(turned) / float(levels.size)

    here = component(_AM_HZ)
    return here >= _AM_LEAST and here >= _AM_OTHERS * max(component(f) for f in (7.0, 11.0, 21.0, 26.0))
