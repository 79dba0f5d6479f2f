"""What a receiver plays where a packet is missing: the last pitch period again and again, softer and softer.

After ITU-T G.711 Appendix I: the period is found by correlation, the joints are overlapped, and from the second lost
frame on the sound fades; after 60 ms there is silence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from probe.timeline import FRAME, Samples

_HISTORY = 390  # samples: 48.75 ms, as in Appendix I
_SHORTEST, _LONGEST = 40, 120  # samples of a pitch period: 200 to 66 Hz
_JOINT = 30  # samples over which old and new sound are blended: 3.75 ms
_FADE = 0.2 / 80  # of the level lost by each sample from the second lost frame on: 20 % in 10 ms


class Concealment:
    """Follows what was received, and fills in what was not."""

    def __init__(self) -> None:
        self._history = np.zeros(_HISTORY)
        self._lost = 0
        self._period = _SHORTEST
        self._cycle: npt.NDArray[np.float64] = np.zeros(_SHORTEST)

    def received(self, frame: Samples) -> Samples:
        """The next 160 samples as they are played: blended with what was made up before them, if anything was."""
        if not self._lost:
            self._keep(frame)
            return frame
        made_up = self._made_up()[:_JOINT]
        self._lost = 0
        blend = np.arange(_JOINT) / _JOINT
        played = frame.astype(np.float64)
        played[:_JOINT] = (1 - blend) * made_up + blend * played[:_JOINT]
        heard = _as_samples(played)
        self._keep(heard)
        return heard

    def missing(self) -> Samples:
        """What is played instead of the 160 samples that were lost."""
        if self._lost == 0:
            self._find_cycle()
        made_up = self._made_up()
        self._lost += FRAME
        heard = _as_samples(made_up)
        self._keep(heard)
        return heard

    def _keep(self, heard: Samples) -> None:
        self._history[:-FRAME] = self._history[FRAME:]
        self._history[-FRAME:] = heard

    def _find_cycle(self) -> None:
        """The last pitch period, its end overlapped with the end of the one before so that it can be repeated."""
        past = self._history
        newest = past[-160:]
        lags = np.arange(_SHORTEST, _LONGEST + 1)
        before = np.lib.stride_tricks.sliding_window_view(past, newest.size)[past.size - newest.size - lags]
        match = before @ newest / np.sqrt(np.einsum("ij,ij->i", before, before) + 1.0)
        self._period = period = int(lags[int(match.argmax())])
        cycle = past[-period:].copy()
        joint = min(_JOINT, period // 4)
        blend = np.arange(1, joint + 1) / (joint + 1)
        # The next cycle must begin where this one ends: its last samples lean to those before the cycle's first.
        cycle[-joint:] = (1 - blend) * cycle[-joint:] + blend * past[-period - joint : -period]
        self._cycle = cycle

    def _made_up(self) -> npt.NDArray[np.float64]:
        places = np.arange(self._lost, self._lost + FRAME)
        level = np.clip(1 - _FADE * (places - FRAME / 2), 0.0, 1.0)
        made_up: npt.NDArray[np.float64] = self._cycle[places % self._period] * level
        return made_up


def _as_samples(sound: npt.NDArray[np.float64]) -> Samples:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)
