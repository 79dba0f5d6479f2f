"""Whether speech sounds as earlier speech in the call did: a recording that is played again, be it that noise lets nobody
understand its words.

Compared is how loud it is over time, which noise and lost packets hardly change. Nobody says three seconds twice with every
syllable in its place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from probe.timeline import FRAME, RATE

Curve = npt.NDArray[np.float64]
"""dBFS of every 20 ms; NaN where nothing was received."""

_FRAMES = RATE / FRAME  # a second
_LEAST = round(3.0 * _FRAMES)
"""Frames from which two curves are compared; guessed: a dozen syllables."""
_KEPT, _LONGEST = 24, round(10.0 * _FRAMES)
"""Curves kept, and frames of each: more tells no more; guessed."""
_SHIFTS = range(-4, 5)
"""Frames by which the beginning of one recording may be heard earlier or later; guessed."""
_UNDER_LOUD = 20.0
"""dB under the loud frames below which a curve says nothing: pauses differ in noise; guessed."""
_SAME = 0.8
"""Correlation from which it is the same recording; measured: of 109 pairs of other sentences on training hotlines the likest
had 0.48, of 10 plays of one recording that began alike nine had 0.96 and more."""


def curve(levels: Sequence[tuple[float, float]], start: float, end: float) -> Curve:
    """The curve of a stretch from (seconds, dBFS) of its frames."""
    made = np.full(max(round((end - start) * _FRAMES), 0), np.nan)
    for at, level in levels:
        n = round((at - start) * _FRAMES)
        if 0 <= n < made.size:
            made[n] = level
    return made


class Curves:
    """Those of a call's speech, the newest last."""

    def __init__(self) -> None:
        self._kept: deque[Curve] = deque(maxlen=_KEPT)

    def keep(self, new: Curve) -> None:
        """Takes speech that is over."""
        if new.size >= _LEAST:
            self._kept.append(new[:_LONGEST])

    def again(self, new: Curve) -> bool:
        """Whether a curve is an earlier one, as far as it goes."""
        return any(likeness(new, old) >= _SAME for old in self._kept)


def likeness(one: Curve, other: Curve) -> float:
    """The highest correlation of two curves that begin together, -1..1; 0 where too little of them was heard."""
    return max(_correlation(one[max(s, 0) :], other[max(-s, 0) :]) for s in _SHIFTS)


def _correlation(one: Curve, other: Curve) -> float:
    n = min(one.size, other.size)
    if n < _LEAST:
        return 0.0
    both = np.stack([one[:n], other[:n]])
    both = both[:, ~np.isnan(both).any(axis=0)]
    if both.shape[1] < _LEAST // 2:
        return 0.0
    both = np.maximum(both, np.quantile(both, 0.9, axis=1, keepdims=True) - _UNDER_LOUD)
    both = both - both.mean(axis=1, keepdims=True)
    norm = float(np.sqrt((both**2).sum(axis=1).prod()))
    return float((both[0] * both[1]).sum()) / norm if norm > 0 else 0.0
