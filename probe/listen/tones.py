"""All tones that machines of the network and the far side send, and which of them is heard now.

features ─▶ bands of the country's plan ─▶ cadences ─▶ ringback, busy, congestion, ...       supervisory.py
        └▶ bursts of one or two lines ─┬▶ special information tones and their meaning         special_information.py
                                       ├▶ fax and modem tones                                 data_tones.py
                                       ├▶ keys                                                keys.py
                                       └▶ tones of no known plan                              regular.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from probe.listen.activity import Sounding
from probe.listen.bursts import Burst, Bursts
from probe.listen.data_tones import DataTone, DataTones
from probe.listen.features import Features
from probe.listen.keys import HeardKey, OwnKeys, heard_key, key_of
from probe.listen.plan_bursts import FRAME_SECONDS
from probe.listen.regular import Regular, RegularTone
from probe.listen.special_information import SpecialInformation
from probe.listen.supervisory import Recognised, Supervisory
from probe.listen.tone_plans import DEFAULT, plan
from probe.timeline import HeardEvent, KeyHeard, Kind, Samples, ToneHeard, ToneMeaning

__all__ = ["FRAME_SECONDS", "NO_TONE", "Tone", "Tones", "What", "heard_tones", "plan"]

_KEY_HELD = 0.04  # seconds of a key's two lines, from which on it is taken for nothing else
_CALL_PAUSE = 3.7  # seconds within which a calling tone comes again


@dataclass(frozen=True, slots=True)
class What:
    """What a recognised tone is, for the timeline: as `probe.timeline.ToneHeard` has it."""

    kind: Kind
    since: float
    frequencies: tuple[float, ...]
    lengths: tuple[float, ...]
    meaning: ToneMeaning = ""


@dataclass(frozen=True, slots=True)
class Tone:
    """What is known after a frame.

    `holding`: a burst, or a pause that may belong to a cadence, is under way; `burst`: it is a burst; `kind`: which tone, once recognised,
    sounding from `since` to `until` (end of the last burst) in seconds; `over`: it has ended. `what`: told once for
    each tone, when it is recognised; `key`: a key that has just ended. `again`: a burst that is not a cadence's first;
    `ghost`: what sounds in the pause may be a codec's doing; `sung`: the burst before the pause was rather a voice's vowel.
    """

    holding: bool = False
    burst: bool = False
    kind: Kind | None = None
    since: float = 0.0
    until: float = 0.0
    over: bool = False
    what: What | None = None
    key: HeardKey | None = None
    again: bool = False
    ghost: bool = False
    sung: bool = False


NO_TONE = Tone()


@dataclass(slots=True)
class _Foreign:
    """A tone that is not of the plan and goes on: `pause` seconds after its last burst it is over."""

    kind: Kind
    since: float
    until: float
    pause: float


class Tones:
    """Listens for all of them; `country`: whose supervisory tones."""

    def __init__(self, country: str = DEFAULT) -> None:
        self.country = country
        self._supervisory = Supervisory(country)
        self._bursts = Bursts()
        self._special = SpecialInformation()
        self._data = DataTones()
        self._regular = Regular()
        self._foreign: _Foreign | None = None
        self._told: tuple[Kind, float] | None = None
        self.sounds: Burst | None = None
        """The burst of pure tone that sounds now, whatever it means; `ended`: the one that has just ended."""
        self.ended: Burst | None = None

    def hear(self, frame: Features, heard: Samples, sounding: Sounding, in_speech: bool = False) -> Tone:
        """Takes the next frame with its 160 samples; `in_speech`: somebody was speaking before what sounds now."""
        ended = self.ended = self._bursts.hear(frame, sounding)
        self.sounds = self._bursts.sounding
        self._regular.hear(sounding.loud)
        self._supervisory.hear(frame, heard, sounding, in_speech)
        if ended is None and self.sounds is None and self._foreign is None and self._supervisory.idle:
            return NO_TONE
        key = heard_key(ended) if ended is not None else None
        tone = self._special_or_foreign(frame, ended) or self._of_the_plan()
        if key is not None or tone.what is not None:
            return replace(tone, key=key)
        if not tone.holding and tone.kind is None and self._holds_key():
            return Tone(holding=True, burst=True)
        return tone

    # -------------------------------------------------------------------------------------------- the plan's

    def _of_the_plan(self) -> Tone:
        over = self._supervisory.over()
        if over is not None:
            return Tone(False, False, over.cadence.kind, over.since, over.until, over=True, what=self._new(over))
        known = self._supervisory.known
        holding, burst = self._supervisory.holding, self._supervisory.sounding
        again, ghost = self._supervisory.again, self._supervisory.ghost
        if known is None:
            sung = not burst and self._supervisory.sung
            return Tone(holding, burst, again=again, ghost=ghost, sung=sung) if holding else NO_TONE
        kind = known.cadence.kind
        return Tone(holding, burst, kind, known.since, known.until, what=self._new(known), again=again, ghost=ghost)

    def _new(self, tone: Recognised) -> What | None:
        cadence = tone.cadence
        if self._told == (cadence.kind, tone.since):
            return None
        self._told = (cadence.kind, tone.since)
        return What(cadence.kind, tone.since, cadence.frequencies, tone.lengths)

    # ------------------------------------------------------------------------------------------------- others

    def _special_or_foreign(self, frame: Features, ended: Burst | None) -> Tone | None:
        """A tone that is not of the plan, or what may become one; None when there is nothing of the kind."""
        if ended is not None:
            special = self._special.ended(ended)
            if special is not None:
                kind = Kind.SPECIAL_INFORMATION_TONE
                meant = What(kind, special.start, special.frequencies, special.lengths, special.meaning)
                return Tone(False, False, kind, special.start, special.end, over=True, what=meant)
        sounds = self._bursts.sounding
        if self._special.holds(sounds):
            return Tone(holding=True, burst=True)
        what = None if self._supervisory.known else self._found(sounds, ended)
        foreign = self._foreign
        if foreign is None:
            return None
        now = frame.at + FRAME_SECONDS
        if sounds is not None and foreign.pause == 0.0 and sounds.start <= foreign.since:
            foreign.until = sounds.end
            return Tone(True, True, foreign.kind, foreign.since, foreign.until, what=what)
        if now - foreign.until <= foreign.pause:
            return Tone(True, sounds is not None, foreign.kind, foreign.since, foreign.until, what=what)
        if foreign.pause > 0.0 and sounds is not None and sounds.start - foreign.until <= foreign.pause:
            return Tone(True, True, foreign.kind, foreign.since, foreign.until, what=what)
        if foreign.pause == 0.0 and ended is not None and ended.start <= foreign.since:
            foreign.until = ended.end
        self._foreign = None
        return Tone(False, False, foreign.kind, foreign.since, foreign.until, over=True, what=what)

    def _found(self, sounds: Burst | None, ended: Burst | None) -> What | None:
        """A fax, modem or unknown tone, told when it is recognised; later bursts of it prolong it."""
        data: DataTone | None = self._data.sounds(sounds)
        regular: RegularTone | None = self._regular.sounds(sounds) if data is None else None
        pause, until = 0.0, sounds.end if sounds is not None else 0.0
        if ended is not None:
            called, again = self._data.ended(ended), self._regular.ended(ended)
            if data is None and called is not None:
                data, pause, until = called, _CALL_PAUSE, ended.end
            elif data is None and regular is None and again is not None and self._foreign_or_none(Kind.UNKNOWN_TONE):
                regular, pause, until = again, again.pause, ended.end
        if data is not None:
            what = What(Kind.FAX_OR_MODEM, data.start, (data.frequency,), data.lengths, data.meaning)
        elif regular is not None:
            what = What(Kind.UNKNOWN_TONE, regular.start, regular.lines, regular.lengths)
        else:
            return None
        if self._foreign is not None and self._foreign.kind is what.kind:
            self._foreign.until, self._foreign.pause = until, pause
            return None
        self._foreign = _Foreign(what.kind, what.since, until, pause)
        return what

    def _foreign_or_none(self, kind: Kind) -> bool:
        return self._foreign is None or self._foreign.kind is kind

    def _holds_key(self) -> bool:
        burst = self._bursts.sounding
        return burst is not None and burst.clean and burst.seconds >= _KEY_HELD and bool(key_of(burst))


def heard_tones(tone: Tone, own: OwnKeys, known: float, country: str) -> Iterable[HeardEvent]:
    """What a tone means, and a key that the far side sent, not the echo of one of our `own`; `known` in seconds."""
    return () if tone.what is None and tone.key is None else _told(tone, own, known, country)


def _told(tone: Tone, own: OwnKeys, known: float, country: str) -> Iterator[HeardEvent]:
    if tone.what is not None:
        what = tone.what
        yield ToneHeard(
            at=what.since,
            known=known,
            tone=what.kind,
            frequencies=tuple(round(f, 1) for f in what.frequencies),
            cadence=tuple(round(length, 3) for length in what.lengths),
            meaning=what.meaning,
            plan=country,
        )
    if tone.key is not None and not own.sent(tone.key.key, tone.key.start):
        key = tone.key
        yield KeyHeard(at=key.start, known=known, key=key.key, seconds=round(key.end - key.start, 3))
