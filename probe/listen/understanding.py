"""What the words of one speech segment mean, told as events while they are still being spoken.

Words may be revised while the recogniser listens, so a phrase counts once it is sure: more was said after it, or it was
found twice, or the segment is over. Each meaning is told once a segment, but for what may be said to one input and again to
the next.

Busy people mean two things: "坐席全忙，请耐心等待" is a queue, "坐席繁忙，我也可以为您解答" refuses the caller. What stands
with them decides, or the end of the segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from probe.listen.addressing import greets
from probe.listen.menu import KEY_MISSING, SETTLED, Menu, unheard_person
from probe.listen.spoken import Spoken, spoken
from probe.listen.wording import Phrase, Wording, position
from probe.timeline import (
    Advertised,
    BotAsked,
    ClosedHeard,
    HeardEvent,
    HumanOffered,
    InputRejected,
    MailboxHeard,
    MenuOption,
    NotInServiceHeard,
    PushedElsewhere,
    Queued,
    Word,
)

_HOURS, _PLACE = "hours", "place"
_EVENTS: dict[str, Any] = {
    "queue": Queued,
    "bot_invitation": BotAsked,
    "rejected": InputRejected,
    "elsewhere": PushedElsewhere,
    _PLACE: PushedElsewhere,
    "closed": ClosedHeard,
    _HOURS: ClosedHeard,
    "not_in_service": NotInServiceHeard,
    "voicemail": MailboxHeard,
}
_TOLD_ANEW, _LATER = ("rejected", "elsewhere", _PLACE), 4.0
"""What may be said to one input and to the next in one segment, and the seconds between; guessed."""
_BUSY, _EXCUSE = "busy", "excuse"
_ACCUSES, _SURELY_SAID = ("elsewhere", _PLACE, "closed", _HOURS, "not_in_service"), 0.6
"""Meanings that end a call, and the mean of the recogniser's confidence in their words from which they were surely said: of 33 such
phrases of simulated hotlines 0.65 at least, but 0.63 and less of three that others' words were taken for."""
_MACHINES = ("machine", "bot_name", "bot_invitation", "queue", "busy", "closed", "not_in_service", "voicemail")
_NAMING = ("请问", "例如", "比如", "是不是", "是要", "可以说")
_QUESTIONS = ("请问", "有什么", "help you")
_ASKING = ("agent_opening", "open_question")


_SAME_BREATH, _CARRIED = 0.6, 60
"""Seconds between two segments within which a sentence may go on, shorter than the pause that ends speech; words kept."""
Said = tuple[Word, ...]


class Understanding:
    """Reads one speech segment."""

    def __init__(
        self, language: str, ends: Callable[[float], float] = float, menu: Menu | None = None, said: Said = ()
    ) -> None:
        """`ends`: gives the instant at which the sound of a word really ended, for the recogniser's (seconds).

        `menu`: that of the segment before, and what was `said` there, if this one goes on in the same breath.
        """
        self._ends = ends
        self.phrases: list[Phrase] = []
        self.options = 0
        self.human_keys: set[str] = set()
        self.queued = False
        self._language = language
        self._wording = Wording(language)
        self._menu = menu or Menu()
        self._before, self._said = said, Said()
        self._told: set[str] = set()
        self._last: dict[str, float] = {}
        self._seen: set[tuple[str, str]] = set()
        self._words: Spoken = spoken((), language)

    def next(self, start: float) -> Understanding:
        """That of the segment that begins at `start` seconds. What parted the two may be no pause of the speaker's: noise
        on the line between "人工服务" and "请按零"; then one menu goes on."""
        said = (*self._before, *self._said)[-_CARRIED:]
        if not said or not -_SAME_BREATH <= start - said[-1].end <= _SAME_BREATH:
            return Understanding(self._language, self._ends)
        return Understanding(self._language, self._ends, self._menu, said)

    @property
    def only_machines_say(self) -> bool:
        """Whether what was said so far is a machine's whatever follows: then there is no hurry."""
        return self.options > 0 or any(phrase.meaning in _MACHINES for phrase in self.phrases)

    @property
    def text(self) -> str:
        """The words read so far, normalised."""
        return self._words.text

    @property
    def hands_over(self) -> bool:
        """Whether the last words hand the turn to the other side ("请问有什么可以帮您")."""
        return any(p.meaning == "turn_end" and p.end == len(self._words.text) for p in self.phrases)

    def read(self, words: tuple[Word, ...], known: float, until: float, final: bool = False) -> Iterator[HeardEvent]:
        """New events in all the words so far; `known`: now; `until`: seconds up to which the words are known."""
        new = spoken(words, self._language)
        since = 0 if final else _same(self._words.text, new.text)
        self._words, self._said = new, words
        if not new.text:
            return
        whole = spoken((*self._before, *words), self._language) if self._before else new
        for option in self._menu.read(whole, until, final):
            self.options += 1
            at = min(self._ends(option.at), known)
            yield MenuOption(at=at, known=known, key=option.key, label=option.label)
            if option.human:
                self.human_keys.add(option.key)
                yield HumanOffered(at=at, known=known, key=option.key)
        found = self._wording.search(new, since)
        kept = [] if final else [p for p in self.phrases if p.end <= since and p not in found]
        # By everything that tells two apart: the order of a set differs from one process to the next.
        self.phrases = sorted({*kept, *found}, key=lambda p: (p.start, p.end, p.meaning, p.phrase))
        for phrase in found:
            mark = (phrase.meaning, phrase.phrase)
            settled = until - new.ends[min(phrase.end, len(new.ends)) - 1] >= SETTLED
            if final or phrase.end < len(new.text) or settled or mark in self._seen:
                yield from self._tell(phrase, known, final)
            self._seen.add(mark)
        if final:
            yield from self._busy(known)
            yield from self._unheard_person(new, known)
        if self.queued and "position" not in self._told and (place := position(new.text)) is not None and final:
            self._told.add("position")
            yield Queued(at=min(new.ends[-1], known), known=known, text=new.text, position=place)

    def _busy(self, known: float) -> Iterator[HeardEvent]:
        """What it means at the segment's end that people are busy, as far as nothing has been told yet."""
        busy = [phrase for phrase in self.phrases if phrase.meaning == _BUSY]
        excuses = [phrase for phrase in self.phrases if phrase.meaning == _EXCUSE]
        if busy and excuses:
            yield from self._tell(replace(excuses[0], meaning="rejected"), known)
        elif busy:
            yield from self._tell(replace(busy[0], meaning="queue"), known)

    def _unheard_person(self, words: Spoken, known: float) -> Iterator[HeardEvent]:
        """A person was offered in a menu by a key that was not understood: "人工服务请 ... 缴费请按二", "人工服务请按"."""
        at = unheard_person(words)
        if (
            at is not None
            and (self.options or words.text[at:] in KEY_MISSING)
            and not self.human_keys
            and "human_offered" not in self._told
        ):
            yield HumanOffered(at=min(self._ends(words.ends[at - 1]), known), known=known, unheard=True)

    def question(self, known: float) -> Iterator[HeardEvent]:
        """For a segment that was no person's: the question that a bot ended it with, if it did."""
        asked = [p for p in self.phrases if p.meaning in _ASKING and any(word in p.phrase for word in _QUESTIONS)]
        if asked and not self._told & {"bot_invitation", "queue"}:
            self._told.add("bot_invitation")
            yield BotAsked(at=self._end(asked[-1], known), known=known, text=self._words.text)

    def advertised(self, known: float) -> Iterator[HeardEvent]:
        """For a segment that was no person's: the clauses that advertise, neighbours as one."""
        spans: list[tuple[int, int]] = []
        for phrase in self.phrases:
            if phrase.meaning != "advertising":
                continue
            start, end = self._words.clause_start(phrase.start + 1), self._words.clause_end(phrase.end - 1)
            if spans and start <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(end, spans[-1][1])
            else:
                spans.append((start, end))
        for start, end in spans:
            until = min(self._ends(self._words.ends[end - 1]), known)
            at = min(self._words.starts[start], until)
            yield Advertised(at=at, known=known, until=until, text=self._words.text[start:end])

    def _only_named(self, phrase: Phrase) -> bool:
        """Whether a place stands in a question, or as an example of what may be said: "请问是网点电话吗" sends nobody there."""
        start = self._words.clause_start(phrase.start + 1)
        return any(word in self._words.text[start : phrase.start] for word in _NAMING)

    def _may_be_a_mailbox(self, final: bool) -> bool:
        """Whether what sounds like the network's announcement is a mailbox's, or may still turn out to be."""
        return not final or any(phrase.meaning == "voicemail" for phrase in self.phrases)

    def _tell(self, phrase: Phrase, known: float, final: bool = True) -> Iterator[HeardEvent]:
        if phrase.meaning == "presented" and not greets(self._words.text):
            phrase = replace(phrase, meaning="queue")  # people greet before they say so
        if phrase.meaning in self._told and not self._anew(phrase):
            return
        if phrase.meaning in _ACCUSES and self._confidence(phrase) < _SURELY_SAID:
            return
        if phrase.meaning == "not_in_service" and self._may_be_a_mailbox(final):
            return
        if phrase.meaning in ("elsewhere", _PLACE) and self._only_named(phrase):
            return
        if phrase.meaning == _PLACE and self._end(phrase, known) - self._last.get("elsewhere", -_LATER) < _LATER:
            return
        at = self._end(phrase, known)
        text = self._words.text
        self._last[phrase.meaning] = at
        if phrase.meaning == "human_offered":
            self._told.add(phrase.meaning)
            yield HumanOffered(at=at, known=known)
        elif phrase.meaning in _EVENTS:
            self._told.add(phrase.meaning)
            if phrase.meaning == "queue":
                self.queued = True
                place = position(text)
                if place is not None:
                    self._told.add("position")
                yield Queued(at=at, known=known, text=text, position=place)
            elif phrase.meaning == _HOURS:
                yield ClosedHeard(at=at, known=known, text=text, hours=True)
            else:
                yield _EVENTS[phrase.meaning](at=at, known=known, text=text)

    def _anew(self, phrase: Phrase) -> bool:
        """Whether it is said another time: a hotline that answers keys at once speaks on in the same segment."""
        words = self._words
        at = words.ends[min(phrase.end, len(words.ends)) - 1]
        return phrase.meaning in _TOLD_ANEW and at - self._last.get(phrase.meaning, at) >= _LATER

    def _confidence(self, phrase: Phrase) -> float:
        """How sure the recogniser is of a phrase's words, by their characters; 1 if it has none."""
        start, end = self._words.starts[phrase.start], self._words.ends[min(phrase.end, len(self._words.ends)) - 1]
        said = [word for word in self._said if word.end > start and word.start < end]
        letters = sum(len(word.word) for word in said)
        return sum(len(word.word) * word.confidence for word in said) / letters if letters else 1.0

    def _end(self, phrase: Phrase, known: float) -> float:
        return min(self._ends(self._words.ends[min(phrase.end, len(self._words.ends)) - 1]), known)


def _same(old: str, new: str) -> int:
    """Number of leading characters that are the same."""
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
