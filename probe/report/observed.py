"""What each call tells about a wait: that a person answered after so long, that the caller gave up, or was denied one.

    reached    a person answered: the wait is known
    gave up    the caller's patience ran out: the wait is at least what was observed (right-censored)
    denied     the hotline ended it (hung up, sent the caller elsewhere, looped, was closed, offered nobody): nobody
               would ever have come

`our_fault`, `unsure` and unfinished calls say nothing about the hotline; they, and calls in which the clock never
started, are counted and left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from probe.errors import UserError
from probe.measure import CLOCKS
from probe.report.calls import STARTS, UNFINISHED

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ends = npt.NDArray[np.int8]

GAVE_UP, REACHED, DENIED = 0, 1, 2
"""How a wait ended, in arrays of `Ends`."""
SET_ASIDE = ("our_fault", "unsure", UNFINISHED)
"""Outcomes that say nothing about the hotline; counted and shown, never in the curve."""
OUT_OF_PATIENCE = ("human_unreachable", "no_answer")
"""Outcomes in which the caller's patience ran out, unless the hotline ended the call."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits in seconds and how each ended."""

    seconds: Floats
    ends: Ends

    def __len__(self) -> int:
        return len(self.seconds)

    def __getitem__(self, which: Flags | npt.NDArray[np.intp] | slice) -> Waits:
        """Some of them."""
        return Waits(self.seconds[which], self.ends[which])

    def number(self, end: int) -> int:
        """How many ended so."""
        return int((self.ends == end).sum())

    def longest(self) -> float:
        """The longest in seconds, 0 if there is none."""
        return float(self.seconds.max(initial=0.0))

    def until(self, horizon: float) -> Waits:
        """As they would have been seen by somebody who stopped looking at `horizon` seconds."""
        later = self.seconds > horizon
        return Waits(np.minimum(self.seconds, horizon), np.where(later, GAVE_UP, self.ends).astype(np.int8))


@dataclass(frozen=True, slots=True)
class Observed:
    """The waits of the calls that count; `calls`: their place in the frame; `set_aside`: calls left out, by outcome;
    `not_started`: calls in which the clock never started."""

    waits: Waits
    calls: npt.NDArray[np.intp]
    set_aside: dict[str, int]
    not_started: int


def observe(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> Observed:
    """What each call tells about a clock. Raises UserError for an unknown clock."""
    waits = endings(frame, clock, or_clock)
    outcome = frame["outcome"].to_numpy(dtype=object)
    aside = frame["outcome"].isin(SET_ASIDE).to_numpy(dtype=bool)
    started = ~np.isnan(waits.seconds)
    counted = started & ~aside
    return Observed(
        waits[counted], np.flatnonzero(counted), dict(Counter(outcome[aside].tolist())), int((~started & ~aside).sum())
    )


def endings(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> Waits:
    """Every call's wait by a clock, those too that do not count; NaN seconds where the clock never started."""
    seconds, stopped = timed(frame, clock, or_clock)
    return Waits(seconds, np.where(stopped, REACHED, np.where(gave_up(frame), GAVE_UP, DENIED)).astype(np.int8))


def timed(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> tuple[Floats, Flags]:
    """Each call's seconds by a clock, and whether the clock stopped; else the seconds are how long it was seen to run.

    `or_clock` stands in where `clock` never started. NaN where neither did, and where it ran on although a person
    answered (nobody was offered to a caller who was put straight through). Raises UserError for an unknown clock.
    """
    if clock not in CLOCKS:
        known = ", ".join(CLOCKS)
        raise UserError(f"unknown clock `{clock}`; choose one of: {known}", f"未知的时钟 `{clock}`；可选：{known}")
    start = STARTS[clock]
    began = np.zeros(len(frame)) if start is None else frame[start].to_numpy(dtype=np.float64)
    seconds = frame[clock].to_numpy(dtype=np.float64, copy=True)
    stopped = ~np.isnan(seconds)
    ran = np.where(frame["outcome"] == "human", np.nan, frame["ended_at"].to_numpy(dtype=np.float64) - began)
    seconds = np.where(stopped, seconds, np.where(ran >= 0, ran, np.nan))
    if or_clock is not None:
        other, other_stopped = timed(frame, or_clock)
        missing = np.isnan(seconds)
        seconds, stopped = np.where(missing, other, seconds), np.where(missing, other_stopped, stopped)
    return seconds, stopped


def gave_up(frame: pd.DataFrame) -> Flags:
    """Which calls ended because the caller's patience ran out."""
    flags: Flags = (frame["outcome"].isin(OUT_OF_PATIENCE) & (frame["ended_by"] != "hotline")).to_numpy(dtype=bool)
    return flags


def longest(frame: pd.DataFrame, clock: str, or_clock: str | None = None) -> float:
    """The longest wait seen by a clock in seconds, 0 if there is none: a horizon for all sets of calls in a frame."""
    return observe(frame, clock, or_clock).waits.longest()


@dataclass(frozen=True, slots=True)
class Weighed:
    """Waits for the Kaplan-Meier estimator: seconds, whether a person answered, and how many calls each stands for."""

    seconds: Floats
    reached: Flags
    weights: Floats


def weighed(waits: Waits, horizon: float) -> Weighed:
    """The waits with each denied call kept waiting until its caller's patience would have run out.

    When that would have been is not known, so the call is shared out over the times at which others gave up later, as
    their curve has it; what is left waits to the end (`horizon` or the longest wait, whichever is later). The
    Kaplan-Meier estimator of this is that of Aalen and Johansen, with denial as the competing event: Geskus 2011,
    Biometrics 67:39. Where nobody gave up, a denied call simply waits to the end.
    """
    denied = waits.ends == DENIED
    if not denied.any():
        return Weighed(waits.seconds, waits.ends == REACHED, np.ones(len(waits)))
    times, place = np.unique(waits.seconds, return_inverse=True)
    patience = np.bincount(place, weights=waits.ends == GAVE_UP)
    refused = np.bincount(place, weights=denied)
    present = len(waits) - np.concatenate(([0], np.cumsum(np.bincount(place))[:-1]))
    # Who was answered or denied at an instant was not there any more to give up at it.
    patient = present - np.bincount(place, weights=waits.ends != GAVE_UP)
    stayed = 1 - np.divide(patience, patient, out=np.zeros_like(patience), where=patient > 0)
    after = np.cumprod(stayed)
    before = np.concatenate(([1.0], after[:-1]))
    waiting = np.cumsum(np.divide(refused, before, out=np.zeros_like(refused), where=refused > 0))
    shares = np.append((before - after) * waiting, after[-1] * waiting[-1])
    places = np.append(times, max(horizon, float(times[-1])))
    kept, some = ~denied, shares > 0
    return Weighed(
        np.concatenate((waits.seconds[kept], places[some])),
        np.concatenate((waits.ends[kept] == REACHED, np.zeros(int(some.sum()), dtype=bool))),
        np.concatenate((np.ones(int(kept.sum())), shares[some])),
    )
