"""What the caller has heard so far, in a form that a walk can ask questions of.

Speech comes in passages, one a speech segment. Each keeps its words with their times, the menu options announced in
it, and what kind of thing was said. What was heard before the caller's last move is behind it: questions are asked
about what came after an instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from probe.timeline import (
    Answered,
    BotAsked,
    Event,
    HumanOffered,
    InputRejected,
    Kind,
    MenuOption,
    PushedElsewhere,
    Queued,
    SegmentEnded,
    SegmentStarted,
    Word,
    WordsHeard,
)

NEVER = -1.0
_QUIET = (Kind.SILENCE, Kind.NOISE)
WAITING_SOUNDS = (Kind.MUSIC, Kind.RINGBACK)
"""What a caller hears who is to wait for a person."""
_KEPT = 12  # passages looked back at: more than any menu that is still to be answered


@dataclass(slots=True)
class Passage:
    """One speech segment. Times in seconds since the INVITE; `end` is None while it goes on."""

    start: float
    end: float | None = None
    words: tuple[Word, ...] = ()
    final: bool = False
    revision: int = 0
    options: list[MenuOption] = field(default_factory=list)
    asked: float = NEVER
    """When a bot last invited the caller to speak in it; likewise the three below."""
    rejected: float = NEVER
    queued: float = NEVER
    pushed: float = NEVER
    unheard: float = NEVER
    """When a person was offered by a key that was not understood."""

    def after(self, since: float) -> tuple[Word, ...]:
        """The words spoken after an instant; one under way counts when most of it came after."""
        return tuple(word for word in self.words if (word.start + word.end) / 2 > since)


@dataclass(slots=True)
class Transcript:
    """All that was heard, up to date with the last event that `take` was given."""

    language: str = "zh"
    passages: list[Passage] = field(default_factory=list)
    sound: Kind = Kind.SILENCE
    """The kind of the segment that runs now."""
    sound_since: float = 0.0
    sound_known: float = 0.0
    """When it was known that it began."""
    loud_since: float = 0.0
    """When the last segment that was not silence or noise began."""

    @property
    def quiet(self) -> bool:
        """Whether there is silence or noise now."""
        return self.sound in _QUIET

    @property
    def speaking(self) -> Passage | None:
        """The passage that goes on now."""
        return self.passages[-1] if self.passages and self.passages[-1].end is None else None

    @property
    def last(self) -> Passage | None:
        """The newest passage."""
        return self.passages[-1] if self.passages else None

    def join(self, words: tuple[Word, ...]) -> str:
        """Words as text."""
        return ("" if self.language == "zh" else " ").join(word.word for word in words)

    def take(self, event: Event) -> None:
        """Brings the transcript up to date."""
        match event:
            case Answered():
                self.passages.clear()  # what was said before was the network's or ringback music, not the hotline's
            case SegmentStarted():
                self._begins(event.segment, event.at, event.known)
            case WordsHeard():
                passage = self._passage(event.start)
                passage.words, passage.final = event.words, event.final
                passage.revision += 1
            case SegmentEnded():
                self._ends(event)
            case MenuOption() if self.last:
                self.last.options.append(event)
            case HumanOffered(unheard=True) if self.last:
                self.last.unheard = event.at
            case BotAsked() if self.last:
                self.last.asked = event.at
            case InputRejected() if self.last:
                self.last.rejected = event.at
            case Queued() if self.last:
                self.last.queued = event.at
            case PushedElsewhere() if self.last:
                self.last.pushed = event.at
            case _:
                pass

    def _begins(self, kind: Kind, at: float, known: float) -> None:
        self.sound, self.sound_since, self.sound_known = kind, at, known
        if kind not in _QUIET:
            self.loud_since = at
        if kind is Kind.SPEECH:
            self._passage(at)

    def _ends(self, event: SegmentEnded) -> None:
        segment = event.segment
        if segment.kind is self.sound:
            self.sound, self.sound_since, self.sound_known = Kind.SILENCE, segment.end, event.known
        if segment.kind is Kind.SPEECH:
            passage = self._passage(segment.start)
            passage.end = segment.end
            if not passage.final:
                passage.words, passage.final = segment.words or passage.words, True
                passage.revision += 1

    def _passage(self, start: float) -> Passage:
        for passage in reversed(self.passages):
            if passage.start == start:
                return passage
        for passage in self.passages:
            if passage.end is None:
                passage.end, passage.final = start, True
        self.passages.append(Passage(start))
        del self.passages[:-_KEPT]
        return self.passages[-1]
