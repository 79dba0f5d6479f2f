"""What has happened in the call so far that bears on who is speaking now."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapidfuzz import fuzz

from probe.listen.opening import Opening
from probe.listen.wording import Phrase
from probe.timeline import Kind, Verdict

ROOM = -68.0
"""dBFS of a pause above which a room is heard, not only the line."""

_JUST_NOW = 6.0  # seconds within which music or ringback still came "just before"
_AFTER_REQUEST = 90.0  # seconds after our asking for a person
_SAME_TEXT = 92.0  # rapidfuzz ratio from which a long text is the same recording's
_SAME_SHORT_TEXT = 95.0
_REMAINS = 0.25  # share of a text that may be new where the rest was heard earlier; guessed
_LONG_TEXT = 8  # characters of a text that is looked for within a longer one
_SAME_LENGTH = 0.05  # seconds by which two plays of one recording may be measured to differ
_TURN_GAP = 8.0  # seconds between a person's first sound and the words that give the person away
_HESITATION, _HESITATION_GAP = 1.5, 4.0  # seconds, where no room noise says that it is the same person
_SAME_ROOM = 8.0  # dB


@dataclass(frozen=True, slots=True)
class Spoke:
    """A finished speech segment, as later ones are compared with it."""

    start: float
    end: float
    text: str
    verdict: Verdict
    floor: float


@dataclass(slots=True)
class Course:
    """Kept up to date by the listener."""

    answered: bool = False
    human: bool = False
    queued: bool = False
    requested_at: float | None = None
    human_keys: set[str] = field(default_factory=set)
    talks_with_bot: bool = False
    _ended: dict[Kind, float] = field(default_factory=dict)
    _machine_floor: float | None = None
    _spoke: list[Spoke] = field(default_factory=list)

    def said(self, value: str, at: float) -> None:
        """We sent keys or words; noted if they ask for a person."""
        if "人工" in value or "agent" in value.lower() or value in self.human_keys:
            self.requested_at = at

    def segment(self, kind: Kind, end: float) -> None:
        """A segment that is not speech is complete."""
        self._ended[kind] = end

    def spoke(self, start: float, end: float, text: str, verdict: Verdict, floor: float) -> None:
        """A speech segment is complete; `floor`: its softest pause, dBFS."""
        self._spoke.append(Spoke(start, end, text, verdict, floor))
        if verdict.is_ in ("recording", "bot"):
            self._machine_floor = floor if self._machine_floor is None else min(floor, self._machine_floor)
            self.human = False

    def opening(
        self,
        start: float,
        end: float,
        now: float,
        text: str,
        phrases: list[Phrase],
        options: int,
        floor: float,
        *,
        music_after: bool = False,
        room_after: bool = False,
    ) -> Opening:
        """A speech segment in its circumstances, to be judged."""
        return Opening(
            text=text,
            phrases=phrases,
            length=end - start,
            silence_after=now - end,
            floor=floor,
            floor_before=self._machine_floor,
            options=options,
            after_queue=self.queued,
            after_music=self._just_before(Kind.MUSIC, start),
            after_ringback=self._just_before(Kind.RINGBACK, start) and self.answered,
            after_request=self.requested_at is not None and start - self.requested_at < _AFTER_REQUEST,
            after_human=self.human,
            same_room=floor > ROOM and self.first_sound(start, floor) < start,
            music_after=music_after,
            room_after=room_after,
            heard_before=self._heard_before(text, end - start),
            answered=self.answered,
            talks_with_bot=self.talks_with_bot,
        )

    def first_sound(self, start: float, floor: float) -> float:
        """Start of the person's turn: of what led up to the words that began at `start`, said in a room of `floor`.

        That is speech that was not a machine's, with the same room's noise under it; where no noise tells, only a
        short sound of hesitation.
        """
        for spoke in reversed(self._spoke):
            machine = spoke.verdict.is_ in ("recording", "bot")
            others = (Kind.MUSIC, Kind.RINGBACK, Kind.BUSY, Kind.CONGESTION)
            parted = any(spoke.end < self._ended.get(kind, -1.0) <= start + 0.01 for kind in others)
            gap = start - spoke.end
            if min(floor, spoke.floor) > ROOM:
                near = gap <= _TURN_GAP and abs(floor - spoke.floor) <= _SAME_ROOM
            else:
                near = gap <= _HESITATION_GAP and spoke.end - spoke.start <= _HESITATION and floor <= ROOM
            if machine or parted or not near:
                break
            start = spoke.start
        return start

    def _just_before(self, kind: Kind, start: float) -> bool:
        ended = self._ended.get(kind)
        return ended is not None and start - ended < _JUST_NOW

    def _heard_before(self, text: str, length: float) -> bool:
        """Whether a text is an earlier one again, or put together from earlier ones."""
        for spoke in self._spoke:
            alike = fuzz.ratio(text, spoke.text)
            if len(text) >= 10 and alike >= _SAME_TEXT:
                return True
            if len(text) >= 4 and alike >= _SAME_SHORT_TEXT and abs(spoke.end - spoke.start - length) < _SAME_LENGTH:
                return True
        new = text
        whole = dict.fromkeys(spoke.text for spoke in self._spoke if len(spoke.text) >= _LONG_TEXT)
        for earlier in sorted(whole, key=len, reverse=True):
            while len(new) >= _LONG_TEXT:
                again = fuzz.partial_ratio_alignment(earlier, new, score_cutoff=_SAME_TEXT)
                # An earlier text that is longer than this one is another recording that ends or begins alike.
                if again is None or len(earlier) > len(new) / (1 - _REMAINS):
                    break
                new = new[: again.dest_start] + new[again.dest_end :]
        return len(new) <= _REMAINS * len(text)
