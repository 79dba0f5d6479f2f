"""When somebody may have answered: a person must not be left listening to silence, so the caller asks who is there.

Once a call at most: the question takes an agent's time, and a machine would not understand it better the second time.
It is asked when speech that could be a person's is followed by silence, and when the queue gives way to a room in which
nobody speaks, or the call is answered by one, or by silence that goes on: somebody may have picked up and waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probe.navigate.transcript import WAITING_SOUNDS, Transcript
from probe.timeline import Action, Answered, Event, Kind, MailboxHeard, Played, Say, SegmentEnded, VerdictGiven

CHALLENGE: Mapping[str, str] = {
    "zh": "您好，请问是人工客服吗？",
    "en": "Hello, am I speaking to a person?",
}
ANSWERED_BY = 1.5
"""Seconds of silence after which whoever spoke waits for an answer; guessed."""
HARDLY_BY = 3.5
"""The same after what was rather a machine's: a recording that announces an agent's number is followed by the agent, and
our question would fall upon his first words; guessed."""
SILENT_PICK_UP = 3.0
"""Seconds of a room's noise, and nothing else, after the queue's music or ringing, that show a silent person; guessed."""
NO_LONGER_WAITING = 1.5
"""The same at least from when it is known that the music is over, which on a noisy line is seconds later: whoever picks up then is about
to speak; guessed."""
SILENT_ANSWER = 5.0
"""The same after the answer of the call, where a machine may be slow to begin; guessed."""
NOTHING_HEARD = 8.0
"""Seconds from the answer in which nothing was heard, be it that a room is too soft to be heard all the time; guessed."""
_SPEAKS_ON = 2
"""Times that somebody unsure has spoken, and waited, from which the question is asked anywhere; guessed."""
_A_WORD = 0.45
"""Seconds of sound in which no word was recognised that may still be somebody's; shorter is a click or a breath: guessed."""
_SAME_BREATH = 0.3
"""Seconds after a machine's words in which nobody else begins to speak: what comes then is the rest of its sentence, parted by
a noise; guessed."""
_MORE_LIKELY = 0.5
"""Probability of a person from which speech is nobody's rest of a sentence; guessed."""
_REPLY_BY = 6.0
"""Seconds after our question within which a reply to it begins; guessed."""
LIKELY = 0.3
"""Probability of a person from which the question is asked also where the walk still expects prompts; guessed."""


@dataclass(slots=True)
class Doubt:
    """Remembers whether the last speech could not be told to be a person's or a machine's. `words` None: never ask."""

    words: str | None
    unsure: float | None = None
    """Start of that speech segment."""
    times: int = 0
    """How many such segments there were in a row without an answer of ours."""
    likely: bool = False
    """Whether it may well have been a person's."""
    asked: bool = False
    _asked_until: float = 0.0
    """Up to when a reply to our question may begin."""
    _hardly: bool = False
    """Whether it was rather a machine's."""
    _spoke: float = 0.0
    """When what we last said was over: who was silent before it has had an answer."""
    _machine: float | None = None
    """When the words of a machine ended that were the last that was said."""
    _waited: bool = False
    """Whether the last that was heard, but for silence and noise, was hold music or ringing."""
    _answered: float | None = None
    """When the call was answered, as long as nothing but silence, noise and clicks has been heard since."""

    def take(self, event: Event) -> None:
        """Brings itself up to date."""
        if isinstance(event, VerdictGiven):
            if event.verdict.is_ != "unsure":
                self.times = 0
            elif event.start != self.unsure:
                self.times += 1
            unanswered = event.end > self._spoke
            goes_on = self._machine is not None and event.start - self._machine <= _SAME_BREATH
            goes_on = goes_on and (event.verdict.human or 0.0) < _MORE_LIKELY
            unsure = event.verdict.is_ == "unsure" and not goes_on
            self._machine = None if unsure or event.verdict.is_ == "human" else event.end
            self.unsure = event.start if unsure and unanswered else None
            self.likely = (event.verdict.human or 0.0) >= LIKELY
            self._hardly = event.verdict.human is not None and not self.likely
        elif isinstance(event, Played | MailboxHeard):
            self._spoke = event.at
            self._asked_until = event.at + _REPLY_BY if self.asked and not self._asked_until else self._asked_until
            self.unsure, self.times = None, 0  # it has had an answer, or was a mailbox's announcement or beep
        elif isinstance(event, Answered):
            self._answered = event.at
        elif isinstance(event, SegmentEnded) and event.segment.kind in (*WAITING_SOUNDS, Kind.SPEECH):
            segment = event.segment
            if segment.kind not in WAITING_SOUNDS and not segment.text and segment.end - segment.start < _A_WORD:
                return
            self._waited = segment.kind in WAITING_SOUNDS
            if self._answered is not None and segment.end > self._answered:
                self._answered = None

    def ask(self, now: float, ear: Transcript, expected: bool) -> Sequence[Action]:
        """The question, if somebody unsure spoke last and waits; `expected`: a person may answer at this point."""
        if self.words is None or self.asked or not ear.quiet:
            return ()
        last = ear.last
        if (
            last is not None
            and last.end is not None
            and self._unsure_spoke(last.start, last.end, bool(last.words), expected)
        ):
            by = HARDLY_BY if self._hardly else ANSWERED_BY
            waits = now >= last.end + by and ear.sound_since <= last.end + by
        else:
            picked_up = ear.sound is Kind.NOISE and self._waited
            by = max(ear.sound_since + SILENT_PICK_UP, ear.sound_known + NO_LONGER_WAITING)
            waits = expected and picked_up and now >= by
            if self._answered is not None:
                room = ear.sound is Kind.NOISE and now >= max(ear.sound_since, self._answered) + SILENT_ANSWER
                waits |= room or now >= self._answered + NOTHING_HEARD
        if not waits:
            return ()
        self.unsure, self.asked = None, True
        return (Say(at=now, value=self.words, purpose="challenge", answers=last.start if last else None),)

    def pends(self, now: float, ear: Transcript) -> bool:
        """Whether somebody speaks, or is unsure and will be asked, or has been and may yet answer: it may be the person."""
        if ear.speaking is not None:
            return True
        if self.words is None or not self.asked:
            return self.words is not None and self.unsure is not None and ear.quiet
        return now <= self._asked_until or not self._asked_until

    def _unsure_spoke(self, start: float, end: float, words: bool, expected: bool) -> bool:
        """Whether it was somebody unsure who spoke last, from `start` or since, and may be asked at this point."""
        if self.unsure is None or not start <= self.unsure < end or not (words or end - start >= _A_WORD):
            return False
        return expected or self.likely or self.times >= _SPEAKS_ON
