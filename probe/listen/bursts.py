"""Bursts of pure tone: stretches in which one or two spectral lines hold nearly all of the sound, and stand still.

Signals that machines send (special information tones, keys, fax and modem tones, any network's supervisory tones) are
made of such bursts. Voices and instruments have more partials than two, and move. What a burst means is for others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from probe.listen.activity import Sounding
from probe.listen.envelope import Envelope
from probe.listen.features import WINDOW, Features
from probe.timeline import FRAME, RATE

FRAME_SECONDS = FRAME / RATE

_PURE = 0.88  # share of the band's power in the lines; noise 15 dB below leaves 0.97, speech seldom has 0.8
_SECOND = 0.03  # share from which the second line counts: 15 dB under the first
_STILL = 14.0  # Hz that a line may stray from its mean; a voice's harmonic moves more within 60 ms
_IMPURE_FRAMES = 6  # impure frames that a burst survives: what a concealed packet leaves in the spectrum's window
_EDGE_FRAMES = 3  # impure frames after which a first pure one meant nothing
_KNOWN_LEVEL = 3  # frames after which a burst's level is known
_FRESH = 3 * FRAME_SECONDS  # an onset so recent is the burst's own
_CENTRE = FRAME_SECONDS - WINDOW / RATE / 2 - FRAME_SECONDS / 2
"""Seconds from a frame's start to where one tone gave way to another, if this frame's spectrum is the first to show it."""


@dataclass(slots=True)
class Burst:
    """A burst, finished or still sounding.

    `start`, `end` in seconds; `lines`: mean Hz of its one or two lines, low to high; `level`: dBFS, mean; `clean`: it
    began out of the quiet; `into`: what followed it ("" while it sounds).
    """

    start: float
    lines: tuple[float, ...]
    clean: bool
    end: float = 0.0
    into: str = ""
    frames: int = 1
    level: float = 0.0
    blocks: list[float] = field(default_factory=list)
    ratio: float = 0.0
    """dB of the second line over the first, by frequency; 0 for a single one."""
    strays: float = 0.0
    """Hz between the lowest and the highest place at which its first line was."""
    _lowest: float = math.inf
    _highest: float = 0.0

    def stray_to(self, line: float) -> None:
        """Notes where its first line is in a frame."""
        self._lowest, self._highest = min(self._lowest, line), max(self._highest, line)
        self.strays = self._highest - self._lowest

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return self.end - self.start

    @property
    def unrest(self) -> float:
        """dB between the loudest and the softest 5 ms, the edges left out; 0 when it is too short to tell."""
        inner = self.blocks[6:-6]
        return max(inner) - min(inner) if inner else 0.0

    def is_near(self, *frequencies: float, within: float) -> bool:
        """Whether these are its lines, each within so many Hz."""
        return len(frequencies) == len(self.lines) and all(
            abs(line - f) <= within for line, f in zip(self.lines, frequencies, strict=True)
        )


class Bursts:
    """Finds them, frame by frame."""

    def __init__(self) -> None:
        self.sounding: Burst | None = None
        """The burst that sounds now."""
        self._envelope = Envelope()
        self._pending: list[float] = []
        self._impure = 0
        self._impure_since = 0.0
        self._onset = 0.0
        self._quiet_before = False
        self._last = 0.0

    def hear(self, frame: Features, sounding: Sounding) -> Burst | None:
        """Takes the next frame; a burst that has just ended."""
        sounding = self._envelope.hear(frame, sounding)
        if sounding.onset is not None:
            self._onset, self._quiet_before = sounding.onset, sounding.onset - self._last > FRAME_SECONDS
        self._last = sounding.last
        burst, lines = self.sounding, _pure(frame)
        if burst is not None and not sounding.loud:
            return self._finish(burst, sounding.last, "quiet")
        if not sounding.loud:
            return None
        if burst is None:
            if lines:
                self._begin(frame, lines)
            return None
        if burst.frames == 1 and not burst.is_near(*lines, within=_STILL):
            self._take_back(frame, burst, lines)
            return None
        if not lines:
            return self._unclear(frame, burst)
        if len(lines) == len(burst.lines) and burst.is_near(*lines, within=_STILL):
            self._continue(frame, burst, lines)
            return None
        if any(abs(old - new) <= 2 * _STILL for old in burst.lines for new in lines):
            # One tone gives way to another, or begins or ends: the window holds some of both.
            return self._unclear(frame, burst)
        turned = frame.at + _CENTRE
        ended = self._finish(burst, (self._impure_since + turned) / 2 if self._impure else turned, "tone")
        self._begin(frame, lines)
        if self.sounding is not None:
            self.sounding.start = ended.end
        return ended

    def _begin(self, frame: Features, lines: tuple[float, ...]) -> None:
        fresh = frame.at + FRAME_SECONDS - self._onset <= _FRESH + FRAME_SECONDS
        start = self._onset if fresh else frame.at + _CENTRE
        self.sounding = burst = Burst(start, lines, fresh and self._quiet_before)
        burst.end, burst.level, burst.ratio = frame.at + FRAME_SECONDS, frame.level, _ratio(frame, lines)
        burst.stray_to(lines[0])
        burst.blocks.extend(frame.blocks)
        self._impure = 0

    def _take_back(self, frame: Features, burst: Burst, lines: tuple[float, ...]) -> None:
        """The burst's first frame showed lines that the next does not: it was an edge, and the burst is what comes now."""
        start, clean = burst.start, burst.clean
        if not lines:
            self._impure += 1
            if self._impure > _EDGE_FRAMES:
                self.sounding = None
            return
        self._begin(frame, lines)
        assert self.sounding is not None
        self.sounding.start, self.sounding.clean = start, clean

    def _continue(self, frame: Features, burst: Burst, lines: tuple[float, ...]) -> None:
        burst.frames += 1
        burst.stray_to(lines[0])
        if burst.frames == _KNOWN_LEVEL:
            self._envelope.level = max(burst.level, frame.level)
        burst.end = frame.at + FRAME_SECONDS
        weight = 1 / min(burst.frames, 8)
        burst.lines = tuple(mean + weight * (line - mean) for mean, line in zip(burst.lines, lines, strict=True))
        burst.level += (frame.level - burst.level) / burst.frames
        burst.ratio += (_ratio(frame, lines) - burst.ratio) / burst.frames
        burst.blocks.extend((*self._pending, *frame.blocks))
        self._pending.clear()
        self._impure = 0

    def _unclear(self, frame: Features, burst: Burst) -> Burst | None:
        if self._impure == 0:
            self._impure_since = frame.at + _CENTRE
        self._impure += 1
        self._pending.extend(frame.blocks)
        if self._impure <= _IMPURE_FRAMES:
            return None
        return self._finish(burst, self._impure_since, "sound")

    def _finish(self, burst: Burst, end: float, into: str) -> Burst:
        burst.end, burst.into = max(end, burst.start), into
        self.sounding = None
        self._impure = 0
        self._pending.clear()
        return burst


def _pure(frame: Features) -> tuple[float, ...]:
    """The one or two lines that are nearly all of a frame, low to high; nothing otherwise."""
    if not frame.lines:
        return ()
    (first, share), *rest = frame.lines
    if rest and rest[0][1] >= _SECOND:
        second, more = rest[0]
        if share + more >= _PURE:
            return (min(first, second), max(first, second))
        return ()
    return (first,) if share >= _PURE else ()


def _ratio(frame: Features, lines: tuple[float, ...]) -> float:
    if len(lines) < 2:
        return 0.0
    (low, low_share), (_, high_share) = sorted(frame.lines[:2])
    return 10 * float(np.log10(high_share / low_share)) if low else 0.0
