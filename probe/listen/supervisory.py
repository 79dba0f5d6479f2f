"""The supervisory tones of one country's plan, by frequency and cadence: ringback, busy, congestion, ...

A cadence is recognised by two bursts and the pause between them (three of 0.1 s), as soon as only one tone of the plan has them (a
longer look tells apart two whose cadences begin alike); a ringback of one long burst already by that burst, if silence stands
around it; a tone that does not stop by standing. Music has pure notes at these pitches too, but not with the lengths
and pauses of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from probe.listen.activity import SOFTEST, Sounding
from probe.listen.features import Features
from probe.listen.plan_bursts import FRAME_SECONDS, Frequencies, PlanBurst, PlanBursts
from probe.listen.tone_plans import Cadence, plan
from probe.timeline import Kind, Samples

_CADENCE = 0.15  # relative deviation allowed in a cadence (E.180 recommends ±10 %)
_CADENCE_LEAST, _CADENCE_SHORT = 0.05, 0.3  # seconds; relative, of lengths so short that 50 ms would be most of them
_LOOSE, _LOOSE_SHORT = 0.09, 0.4  # the same where nothing fits closer: what lost packets do to an edge
_SPAN = 0.45  # seconds of a cadence from which it is known: two syllables are two bursts of 0.1 s by chance; guessed
_LONE_RING = 0.9  # seconds of pure tone that are a ringback by themselves
_AROUND = 0.3  # seconds of silence after a lone ringback burst
_STANDS = 3.0  # seconds of a tone that does not stop
_SOFTER_DB = 4.0  # dB by which two bursts' levels may differ from what the plan says
_SYLLABLE, _SYLLABLES = 0.15, 4
"""Seconds of a burst that may be a syllable, and how many of a cadence are none if they do not come after a silence; guessed."""
_OTHER_PITCH = 10.0  # Hz between two bursts that are no tone of one frequency; guessed: syllables of a voice had 18
_DROPOUT = 0.16  # seconds after which even a burst that fits nothing is over: lost packets part one burst so long
_HISTORY = 8  # bursts kept: two of the longest cadences
_GHOST_BEGINS, _GHOST_SECONDS = 0.1, 0.24  # GSM makes a hum of the silence after a tone: so soon, until then; measured
_BLIP = 0.12  # seconds of something else that lost packets put into a cadence
_FAR_SOFTER = 25.0  # dB under the tone: so soft a sound is the line's noise
_PAUSE_SOFTER = (
    4.0  # dB by which a pause is softer than its tone at least; on the verge of hearing a note comes and goes by 2
)
_OTHER = 3 * FRAME_SECONDS  # a burst is not pure before it fills the window; what stays impure is something else


@dataclass(frozen=True, slots=True)
class Recognised:
    """A tone of the plan, heard since `since`; `until`: end of its last burst; `lengths`: seconds on, off, on heard."""

    cadence: Cadence
    since: float
    until: float
    lengths: tuple[float, ...]


class Supervisory:
    """Listens for the tones of one country."""

    def __init__(self, country: str) -> None:
        tones = plan(country).tones
        self._plan = (*tones, *(faint for tone in tones for faint in tone.faint(SOFTEST)))
        self._finder = PlanBursts(sorted({cadence.frequencies for cadence in self._plan}, key=len))
        self.ghost = False
        """Whether what sounds in the pause may be what a codec makes of a tone that has just stopped."""
        self._other_since: float | None = None
        self._rest = 0.0
        self._bursts: list[PlanBurst] = []
        self._known: Cadence | None = None
        self._first = 0.0
        self._over: Recognised | None = None

    @property
    def sounding(self) -> bool:
        """Whether a burst is under way."""
        return self._finder.since is not None

    @property
    def again(self) -> bool:
        """Whether a burst is under way that is not a cadence's first."""
        return self.sounding and bool(self._bursts)

    @property
    def holding(self) -> bool:
        """Whether a burst, or a pause that may belong to a cadence, is under way."""
        return self.sounding or bool(self._bursts)

    @property
    def idle(self) -> bool:
        """Whether nothing that may be a tone has been heard lately."""
        return self._finder.since is None and not self._bursts and self._known is None and self._over is None

    @property
    def known(self) -> Recognised | None:
        """The tone that is being heard, once it is known."""
        if self._known is None:
            return None
        until = self._bursts[-1].end if self._bursts else self._first
        return Recognised(self._known, self._first, until, self._lengths())

    def over(self) -> Recognised | None:
        """The tone that has ended with the last frame, told once."""
        over, self._over = self._over, None
        return over

    @property
    def sung(self) -> bool:
        """Whether what is waited on to come again was rather a voice's vowel: it came without a silence, and moved in pitch."""
        last = self._bursts[-1] if self._known is None and self._bursts else None
        return last is not None and not last.alone and not last.still and all(len(f) == 1 for f in last.fits)

    def hear(self, frame: Features, heard: Samples, sounding: Sounding, in_speech: bool = False) -> None:
        """Takes the next frame with its 160 samples; `in_speech`: somebody was speaking before what sounds now."""
        now = frame.at + FRAME_SECONDS
        was_sounding = self._finder.since
        ended = self._finder.hear(frame, heard, sounding)
        if self._finder.since is not None:
            self.ghost = False
            if was_sounding is None and self._bursts:
                last = self._bursts[-1]
                if not self._may_pause(last, self._finder.since) and self._finder.resume(last):
                    self._bursts.pop()
                elif self._rest > last.level - _PAUSE_SOFTER:
                    self._forget()
            self._in_burst(now)
            return
        if ended is not None:
            self._end_burst(ended)
        if self._bursts:
            self._in_pause(frame, sounding, now, in_speech)

    # -------------------------------------------------------------------------------------- bursts and pauses

    def _in_burst(self, now: float) -> None:
        assert self._finder.since is not None
        seconds = now - self._finder.since
        forms = self._forms(self._finder.fits())
        longest = max((max(c.on) for c in forms if not c.continuous), default=0.0)
        if seconds <= longest * (1 + _CADENCE) + 0.1 or (self._known is not None and self._known.continuous):
            return
        standing = [c for c in forms if c.continuous]
        if self._bursts or self._known is not None:
            self._forget()
        elif standing and seconds > _STANDS and self._finder.steady():
            # Several that stand are told apart by how few frequencies do: more bands have room for fewer.
            self._known, self._first = min(standing, key=lambda c: len(c.frequencies)), self._finder.since

    def _end_burst(self, burst: PlanBurst) -> None:
        self._rest = burst.level
        if self._known is not None and self._known.continuous:
            self._bursts = [burst]
            self._forget()
            return
        sung = not burst.even and all(len(frequencies) == 1 for frequencies in burst.fits)
        if self._finder.broken or sung or not burst.fits:
            if burst.seconds > _BLIP:
                self._forget()
            return
        if self._bursts and not _of_one_tone(self._bursts[-1], burst):
            self._forget()
        self._bursts = [*self._bursts, burst][-_HISTORY:]
        self._other_since = None
        found = self._recognised(0.0)
        if found is not None and found is not self._known:
            self._first = self._first_of(found) if self._known is None else self._bursts[-2].start
            self._known = found

    def _in_pause(self, frame: Features, sounding: Sounding, now: float, in_speech: bool) -> None:
        gap = now - self._bursts[-1].end
        self._rest = min(self._rest, frame.level)
        self.ghost = sounding.loud and gap <= _GHOST_SECONDS and (self.ghost or gap <= _GHOST_BEGINS)
        soft = frame.level < self._bursts[-1].level - _FAR_SOFTER
        if not sounding.loud or soft or self.ghost:
            self._other_since = None
        elif self._other_since is None:
            self._other_since = frame.at
        other = self._other_since is not None and now - self._other_since > _OTHER
        if other or gap > self._longest_pause():
            self._forget()
            return
        if self._known is None and gap >= _AROUND:
            self._known = self._lone_ring(in_speech) or self._recognised(gap)
            if self._known is not None:
                self._first = self._bursts[0].start if len(self._bursts) == 1 else self._first_of(self._known)

    # ---------------------------------------------------------------------------------------- recognition

    def _recognised(self, gap: float) -> Cadence | None:
        """The one tone of the plan that the bursts fit; None if none does, or several of different kinds.

        `gap`: seconds of pause after the last burst so far.
        """
        best: dict[Kind, tuple[float, Cadence]] = {}
        for loose in (False, True):
            for count in range(len(self._bursts), 1, -1):
                for cadence, off in self._fits(self._bursts[-count:], gap, loose):
                    if cadence.kind not in best or off < best[cadence.kind][0]:
                        best[cadence.kind] = (off, cadence)
                if best:
                    break
            if best:
                break
        ranked = sorted(best.values(), key=lambda found: found[0])
        # Two tones whose cadences begin alike are told apart by what follows; two that are merely near, by the nearer.
        if not ranked or (len(ranked) > 1 and ranked[1][0] < 2 * ranked[0][0] + 0.1):
            return None
        return ranked[0][1]

    def _fits(self, bursts: Sequence[PlanBurst], gap: float, loose: bool) -> Iterator[tuple[Cadence, float]]:
        """Each cadence that the bursts fit from some place in it on, with the mean relative deviation of its lengths."""
        for cadence in self._forms(frozenset.intersection(*(burst.fits for burst in bursts))):
            offs = [_deviation(bursts, cadence, place, gap, loose) for place in range(len(cadence.on))]
            fitting = [off for off in offs if off is not None]
            if fitting:
                yield cadence, min(fitting)

    def _first_of(self, found: Cadence) -> float:
        """Start of the earliest burst from which on all fit the cadence that was found."""
        for count in range(len(self._bursts), 1, -1):
            if any(cadence is found for cadence, _ in self._fits(self._bursts[-count:], 0.0, True)):
                return self._bursts[-count].start
        return self._bursts[-2].start

    def _lone_ring(self, in_speech: bool) -> Cadence | None:
        burst = self._bursts[-1]
        # Music holds a note as long; right after an announcement it is none.
        by_itself = burst.alone or (in_speech and burst.still)
        if len(self._bursts) != 1 or not by_itself or burst.seconds < _LONE_RING:
            return None
        forms = [c for c in self._forms(burst.fits) if any(_close(burst.seconds, on) for on in c.on)]
        rings = [c for c in forms if c.kind is Kind.RINGBACK and len(c.on) == 1]
        return rings[0] if rings and len({c.kind for c in forms}) == 1 else None

    def _forms(self, fits: frozenset[Frequencies]) -> list[Cadence]:
        return [c for c in self._plan if c.frequencies in fits]

    def _may_pause(self, burst: PlanBurst, until: float) -> bool:
        """Whether a tone of the plan pauses so long after such a burst; else what parted two bursts was lost packets."""
        return any(
            _close(burst.seconds, on, loose=True) and _close(until - burst.end, off, loose=True)
            for c in self._forms(burst.fits)
            for on, off in zip(c.on, c.off, strict=True)
        )

    def _longest_pause(self) -> float:
        """Seconds after which no further burst of this tone is to be expected; little if the last one fits nothing."""
        last = self._bursts[-1].seconds
        pauses = [
            pause
            for c in self._forms(self._bursts[-1].fits)
            if self._known is None or c.kind is self._known.kind
            for on, pause in zip(c.on, c.off, strict=True)
            if _close(last, on, loose=True)
        ]
        return max((p * (1 + _CADENCE) + 0.1 for p in pauses), default=_DROPOUT)

    def _lengths(self) -> tuple[float, ...]:
        heard = [burst for burst in self._bursts if burst.start >= self._first - 0.001][:4]
        lengths: list[float] = []
        if self._known is None or self._known.continuous or not heard:
            return ()
        for before, after in pairwise(heard):
            lengths += [before.seconds, after.start - before.end]
        return (*lengths, heard[-1].seconds)

    def _forget(self) -> None:
        if self._known is not None:
            self._over = self.known
        self._bursts, self._known, self._first, self._other_since = [], None, 0.0, None


def _of_one_tone(before: PlanBurst, burst: PlanBurst) -> bool:
    """Whether two bursts have the same frequencies; of one frequency, the very same pitch, which a voice's vowels have not."""
    both = before.fits & burst.fits
    single = all(len(frequencies) == 1 for frequencies in both)
    return bool(both) and (not single or abs(before.pitch - burst.pitch) <= _OTHER_PITCH)


def _deviation(bursts: Sequence[PlanBurst], cadence: Cadence, place: int, gap: float, loose: bool) -> float | None:
    """Mean relative deviation of the bursts' lengths, pauses and levels from a cadence begun at `place`; None: no fit.

    `loose`: allows for edges that lost packets have moved.
    """
    if bursts[0].level > cadence.below:
        return None
    count = len(cadence.on)
    syllables = min(cadence.on[(place + i) % count] for i in range(len(bursts))) < _SYLLABLE
    if syllables and len(bursts) < _SYLLABLES and not bursts[0].alone:
        return None
    total, span, lengths = 0.0, 0.0, 0
    for i, burst in enumerate(bursts):
        at = (place + i) % count
        pairs = [(burst.seconds, cadence.on[at])]
        if i + 1 < len(bursts):
            pairs.append((bursts[i + 1].start - burst.end, cadence.off[at]))
        elif gap > cadence.off[at] + max(_CADENCE * cadence.off[at], _CADENCE_LEAST) + FRAME_SECONDS:
            return None
        for length, nominal in pairs:
            if not _close(length, nominal, loose):
                return None
            total += abs(length - nominal) / nominal
            span += nominal
            lengths += 1
        softer = bursts[0].level - burst.level
        if abs(softer - (cadence.softer[at] - cadence.softer[place])) > _SOFTER_DB:
            return None
    return total / lengths if span >= _SPAN else None


def _close(length: float, nominal: float, loose: bool = False) -> bool:
    least = min(_LOOSE, _LOOSE_SHORT * nominal) if loose else min(_CADENCE_LEAST, _CADENCE_SHORT * nominal)
    return abs(length - nominal) <= max(_CADENCE * nominal, least)
