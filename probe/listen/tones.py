"""Supervisory tones by frequency and cadence: ringback, busy, congestion, and the special information tone.

A burst is a stretch of sound whose energy lies, frame after frame, in the narrow bands of one tone of the country's
plan (`tones.yaml`). A cadence is recognised by two bursts and the pause between them; a ringback of one long burst
already by that burst, if silence stands around it. Music has pure notes at these pitches too, but not with the lengths
and pauses of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from probe.errors import UserError
from probe.listen.activity import Sounding
from probe.listen.features import Features
from probe.timeline import FRAME, RATE, Kind, Samples

FRAME_SECONDS = FRAME / RATE

_PURE = 0.9  # share of a window's energy in the tone's bands; speech seldom passes 0.6
_BAND = 18.0  # Hz around a nominal frequency (E.180 allows networks ±15 Hz and more)
_WINDOW = 2 * FRAME  # 40 ms
_CADENCE = 0.15  # relative deviation allowed in a cadence (E.180 recommends ±10 %)
_CADENCE_LEAST = 0.05  # seconds
_LONE_RING = 0.9  # seconds of pure tone that are a ringback by themselves
_AROUND = 0.3  # seconds of silence before and after a lone ringback burst
_SPECIAL = (950.0, 1400.0, 1800.0)  # Hz (E.180: ±50 Hz), 0.33 s ± 0.07 each
_SPECIAL_HZ = 50.0


@dataclass(frozen=True, slots=True)
class Cadence:
    """One tone of a plan: `frequencies` in Hz; `on` and `off` in seconds, in turn."""

    kind: Kind
    frequencies: tuple[float, ...]
    on: tuple[float, ...]
    off: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tone:
    """What is known after a frame.

    `holding`: a burst, or a pause that may belong to a cadence, is under way; `burst`: it is a burst; `kind`: which tone, once recognised,
    sounding from `since` to `until` (end of the last burst) in seconds; `over`: it has ended.
    """

    holding: bool = False
    burst: bool = False
    kind: Kind | None = None
    since: float = 0.0
    until: float = 0.0
    over: bool = False


NO_TONE = Tone()


@cache
def plan(country: str) -> tuple[Cadence, ...]:
    """The tones of a country (ISO 3166 code, or EU for most of Europe); raises UserError for one without a plan."""
    plans = YAML(typ="safe").load(resources.files("probe.listen").joinpath("tones.yaml").read_text(encoding="utf-8"))
    if country not in plans:
        known = ", ".join(plans)
        raise UserError(
            f"no plan of tones for {country!r}; write one of {known}", f"没有“{country}”的信号音方案；可写：{known}"
        )
    return tuple(
        Cadence(
            Kind(kind), tuple(map(float, row["frequencies"])), tuple(row["cadence"][::2]), tuple(row["cadence"][1::2])
        )
        for kind, row in plans[country].items()
    )


class Tones:
    """Listens for the tones of one country."""

    def __init__(self, country: str = "CN") -> None:
        self._plan = plan(country)
        sets = sorted({cadence.frequencies for cadence in self._plan}, key=len)
        self._bands = [(frequencies, _narrow_bands(frequencies)) for frequencies in sets]
        self._near = tuple(f for frequencies in sets for f in frequencies)
        self._window = np.zeros(_WINDOW)
        self._special = _SpecialInformation()
        self._onset = 0.0
        self._silence = 0.0
        self._last = 0.0
        self._tone: tuple[float, ...] = ()
        self._since: float | None = None
        self._impure = 0
        self._bursts: list[tuple[float, float]] = []
        self._kind: Kind | None = None
        self._first = 0.0
        self._silence_before = False

    def hear(self, frame: Features, heard: Samples, sounding: Sounding) -> Tone:
        """Takes the next frame with its 160 samples."""
        special = self._special.hear(frame, sounding)
        if special.holding or special.kind:
            return special
        self._window[:FRAME] = self._window[FRAME:]
        self._window[FRAME:] = heard
        now = frame.at + FRAME_SECONDS
        if sounding.onset is not None:
            self._onset, self._silence = sounding.onset, sounding.onset - self._last
        self._last = sounding.last
        tone = self._pure(frame) if sounding.loud else None
        if self._since is not None:
            if sounding.loud:
                return self._in_burst(tone, now)
            self._end_burst(sounding.last)
        if tone is not None:
            if self._bursts and not set(tone) >= set(self._tone):
                ended = self._ended()
                self._forget()
                self._begin_burst(tone, frame)
                return ended
            self._begin_burst(tone, frame)
            return self._known(holding=True)
        if not self._bursts:
            return NO_TONE
        gap = now - self._bursts[-1][1]
        # A burst is not pure before it fills the window; a sound that stays impure is something else.
        if (sounding.loud and now - self._onset > 3 * FRAME_SECONDS) or gap > self._longest_pause():
            ended = self._ended()
            self._forget()
            return ended
        if self._kind is None and gap >= _AROUND and self._lone_ring():
            self._kind, self._first = Kind.RINGBACK, self._bursts[0][0]
        return self._known(holding=True)

    # -------------------------------------------------------------------------------------------- bursts

    def _pure(self, frame: Features) -> tuple[float, ...] | None:
        """The frequencies whose bands hold the last 40 ms, if any do."""
        if not any(abs(frame.strongest - f) < 60 for f in self._near):
            return None
        energy = float(self._window @ self._window)
        for frequencies, bands in self._bands:
            inside = bands @ self._window
            if float(inside @ inside) > _PURE * energy:
                return frequencies
        return None

    def _begin_burst(self, tone: tuple[float, ...], frame: Features) -> None:
        # The first frame of a burst fills half the window and may not be pure yet; sound before that is not the tone's.
        fresh = frame.at - self._onset <= 2 * FRAME_SECONDS
        self._tone, self._impure = self._tone or tone, 0
        self._since = self._onset if fresh else frame.at - FRAME_SECONDS
        if not self._bursts:
            self._silence_before = fresh and self._silence >= _AROUND

    def _in_burst(self, tone: tuple[float, ...] | None, now: float) -> Tone:
        assert self._since is not None
        if tone is not None and set(tone) < set(self._tone) and not self._bursts:
            self._tone = tone  # the burst's edge filled more bands than the tone itself
        # A tone of more frequencies has room for one of fewer.
        self._impure = 0 if tone is not None and set(tone) >= set(self._tone) else self._impure + 1
        longest = max(max(c.on) for c in self._plan if c.frequencies == self._tone)
        if self._impure > 3 or now - self._since > longest * (1 + _CADENCE) + 0.1:
            ended = self._ended()
            self._forget()
            return ended
        return self._known(holding=True)

    def _end_burst(self, end: float) -> None:
        assert self._since is not None
        self._bursts.append((self._since, end))
        self._since = None
        kind = self._recognised()
        if kind is not None and self._kind is None:
            self._first = self._bursts[-2][0]
            self._kind = kind
        elif kind is not None and kind != self._kind:
            self._kind, self._first = kind, self._bursts[-2][0]

    # ---------------------------------------------------------------------------------------- recognition

    def _recognised(self) -> Kind | None:
        """The tone whose cadence the last two bursts and the pause between them have."""
        if len(self._bursts) < 2:
            return None
        (start, end), (again, last) = self._bursts[-2:]
        for cadence in self._plan:
            count = len(cadence.on)
            if cadence.frequencies == self._tone and any(
                _close(end - start, cadence.on[i])
                and _close(again - end, cadence.off[i])
                and _close(last - again, cadence.on[(i + 1) % count])
                for i in range(count)
            ):
                return cadence.kind
        return None

    def _lone_ring(self) -> bool:
        start, end = self._bursts[-1]
        return (
            len(self._bursts) == 1
            and self._silence_before
            and end - start >= _LONE_RING
            and any(
                c.kind is Kind.RINGBACK
                and c.frequencies == self._tone
                and len(c.on) == 1
                and _close(end - start, c.on[0])
                for c in self._plan
            )
        )

    def _longest_pause(self) -> float:
        """Seconds after which no further burst of this tone is to be expected; 0 if the last one fits nothing."""
        start, end = self._bursts[-1]
        pauses = [
            pause
            for c in self._plan
            if c.frequencies == self._tone and (self._kind is None or c.kind is self._kind)
            for on, pause in zip(c.on, c.off, strict=True)
            if _close(end - start, on)
        ]
        return max((p * (1 + _CADENCE) + 0.1 for p in pauses), default=0.0)

    def _known(self, holding: bool) -> Tone:
        until = self._bursts[-1][1] if self._bursts else 0.0
        return Tone(holding, self._since is not None, self._kind, self._first if self._kind else 0.0, until)

    def _ended(self) -> Tone:
        if self._kind is None or not self._bursts:
            return NO_TONE
        return Tone(False, False, self._kind, self._first, self._bursts[-1][1], over=True)

    def _forget(self) -> None:
        self._tone, self._since, self._impure = (), None, 0
        self._bursts, self._kind, self._first, self._silence_before = [], None, 0.0, False


class _SpecialInformation:
    """Three rising tones of a third of a second: what follows is an announcement of the network."""

    def __init__(self) -> None:
        self._stage = 0
        self._frames = 0
        self._since = 0.0
        self._misses = 0

    def hear(self, frame: Features, sounding: Sounding) -> Tone:
        """Takes the next frame."""
        is_here = sounding.loud and 0 < frame.peaks <= 6
        if is_here and abs(frame.strongest - _SPECIAL[self._stage]) <= _SPECIAL_HZ:
            if self._stage == 0 and self._frames == 0:
                self._since = sounding.onset if sounding.onset is not None else frame.at
            self._frames += 1
            self._misses = 0
        elif (
            self._stage < 2
            and 12 <= self._frames <= 24
            and is_here
            and abs(frame.strongest - _SPECIAL[self._stage + 1]) <= _SPECIAL_HZ
        ):
            self._stage, self._frames, self._misses = self._stage + 1, 1, 0
        elif self._frames:
            self._misses += 1
            if self._stage == 2 and 12 <= self._frames <= 24 and self._misses >= 2:
                self._stage = self._frames = self._misses = 0
                until = sounding.last if not sounding.loud else frame.at - FRAME_SECONDS
                return Tone(False, False, Kind.SPECIAL_INFORMATION_TONE, self._since, until, over=True)
            if self._misses > 4:
                self._stage = self._frames = self._misses = 0
        if self._frames > 24:
            self._stage = self._frames = self._misses = 0
        here = self._stage > 0 or self._frames >= 6
        return Tone(holding=here, burst=here)


def _close(length: float, nominal: float) -> bool:
    return abs(length - nominal) <= max(_CADENCE * nominal, _CADENCE_LEAST)


def _narrow_bands(frequencies: Sequence[float]) -> npt.NDArray[np.float64]:
    """Orthonormal rows that span all signals of 40 ms within the bands around `frequencies`."""
    time = np.arange(_WINDOW) / RATE
    grid = np.concatenate([np.linspace(f - _BAND, f + _BAND, 9) for f in frequencies])
    waves = np.concatenate([np.cos(2 * np.pi * grid[:, None] * time), np.sin(2 * np.pi * grid[:, None] * time)])
    _, strength, rows = np.linalg.svd(waves, full_matrices=False)
    kept: npt.NDArray[np.float64] = np.ascontiguousarray(rows[strength > 0.08 * strength[0]])
    return kept
