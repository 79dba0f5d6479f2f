"""The navigator that walks through a hotline as a scenario says. Events in, actions out.

Theory of operation
-------------------
A call goes through a few phases, and in each phase only some events matter. `ScriptedNavigator._rules` is the whole
table; an event runs through it from the top, and the first rule that answers with an action ends it.

    DIALING ──answered──▶ LISTENING ──what is awaited is heard──▶ POISED ──its moment──▶ SENDING
                              ▲  │                                                          │
                              │  └──limits, deadlines, circles, `end`──▶ OVER               │
                              └──────────────────────── played ─────────────────────────────┘
    any of these ──a person answers──▶ MEETING ──courtesy played──▶ OVER (or back, if it was none)

LISTENING: the walk says what is awaited: an item or the branches of a `when`, and what follows if the item may be
passed over. Only what came after the caller's last move counts. Half-heard words must hold for two reports, or for
0.4 s, before they are acted on. What fits nothing is ignored: hotlines say a lot.
POISED: it was heard. The act waits for its moment: at once, or the end of the prompt, then the item's own pause.
SENDING: until the line has sent the input. Then LISTENING goes on, and three things can go wrong with the input.
It was lost (repeats.py says when): the same is sent as `again`, which is no step. It was refused: the caller asks
again, which is a step. It leads in circles (a third time): hang up. Deadlines: the sample clock's, looked at on each Tick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from probe.navigate import asking, matching
from probe.navigate.circles import Circles
from probe.navigate.doubt import CHALLENGE, Doubt
from probe.navigate.inputs import hang_up_of, input_of, keyed
from probe.navigate.matching import Match
from probe.navigate.meeting import COURTESY, Meeting
from probe.navigate.menus import MenusWithout
from probe.navigate.patience import Patience
from probe.navigate.repeats import Fate, Sent
from probe.navigate.scenario import Acts, Item, Otherwise, Scenario
from probe.navigate.transcript import Passage, Transcript
from probe.navigate.walk import Awaited, Place, Walk
from probe.timeline import (
    Action,
    Answered,
    Ended,
    Event,
    HangUp,
    HumanAnswered,
    HumanWithdrawn,
    Kind,
    LineFailed,
    MenuOption,
    Outcome,
    Played,
    Press,
    Purpose,
    SegmentEnded,
    Tick,
    WordsHeard,
)

WITHIN = 60.0
"""Seconds an item waits for its prompt if the scenario does not say; not counted in a queue or while speech runs."""
STEADY = 0.4
"""Seconds that half-heard words must hold when no second report of them comes; guessed."""
REACTION = 1.2
"""Seconds from the last sound of an announced option to the key that answers it, at the soonest. Recognition knows an
option 0.5 to 1.2 s after it was spoken (measured), a little sooner or later each time; a caller who always takes as
long measures the hotline and not the recogniser. People take about as long."""
MENU_REPEATS = 6.0
"""Seconds that a menu without the option has to begin again; guessed."""


class Phase(Enum):
    """Where the call is."""

    DIALING = "dialing"
    LISTENING = "listening"
    POISED = "poised"
    SENDING = "sending"
    MEETING = "meeting"
    OVER = "over"


_BEFORE_A_PERSON = frozenset({Phase.DIALING, Phase.LISTENING, Phase.POISED, Phase.SENDING})
_LISTENING = frozenset({Phase.LISTENING})
_HEARD = (WordsHeard, MenuOption, SegmentEnded, Tick)

Rule = tuple[frozenset[Phase], tuple[type[Event], ...], Callable[[Any], Sequence[Action]]]


@dataclass(slots=True)
class Due:
    """An act that waits for its moment; `passage`: the prompt that it answers; `ripe`: when its pause began."""

    acts: Acts
    match: Match | None
    passage: Passage | None
    ripe: float | None = None


class ScriptedNavigator:
    """Walks through one call of a scenario. `react` must see every event of the call, in order."""

    def __init__(self, scenario: Scenario, language: str | None = None) -> None:
        self._scenario = scenario
        self._language = language or scenario.language
        self._phase = self._met_in = Phase.DIALING
        self._walk = Walk(scenario.walk)
        self._ear = Transcript(self._language)
        self._patience = Patience(scenario.limits)
        self._circles = Circles(self._language)
        self._meeting = Meeting(scenario.courtesy or COURTESY[self._language])
        self._since = 0.0  # only what came after this instant is news to the walk
        self._waiting = 0.0  # when the present item began to be waited for
        self._seen: dict[Place, tuple[Passage, int, float]] = {}  # half-heard matches, to be confirmed
        self._due: Due | None = None
        self._sent: Sent | None = None
        self._input_over = 0.0  # when the last input was over, and the start of the prompt that it answered
        self._answered: float | None = None
        self._menus_without = MenusWithout()
        self._doubt = Doubt(scenario.question(CHALLENGE[self._language]))
        self._table = self._rules()

    def _rules(self) -> tuple[Rule, ...]:
        """What happens next, in every phase: the whole table."""
        everywhere = frozenset(Phase)
        return (
            # in these phases                 on these events         do this
            (everywhere,                      (Ended, LineFailed),    self._over),
            (_BEFORE_A_PERSON,                (HumanAnswered,),       self._meet),
            (everywhere - {Phase.OVER},       (Event,),               self._meeting.react),
            (frozenset({Phase.MEETING}),      (HumanWithdrawn,),      self._was_no_person),
            (frozenset({Phase.DIALING}),      (Answered,),            self._begin),
            (_BEFORE_A_PERSON,                (Tick,),                lambda tick: self._patience.run_out(tick, self._ear, self._doubt)),
            (frozenset({Phase.SENDING}),      (Played,),              self._has_sent),
            (_LISTENING,                      _HEARD,                 self._take_what_is_heard),
            (frozenset({Phase.POISED}),       (Tick, SegmentEnded),   self._act_when_due),
            (_LISTENING,                      (SegmentEnded,),        self._mend_by_what_was_said),
            (_LISTENING,                      (SegmentEnded,),        self._notice_a_menu_without_the_option),
            (_LISTENING,                      (SegmentEnded,),        self._notice_circles),
            (_LISTENING,                      (Tick,),                self._ask_who_is_there),
            (_LISTENING,                      (Tick,),                self._mend_by_silence),
            (_LISTENING,                      (Tick,),                self._do_without_the_option),
            (_LISTENING,                      (Tick,),                self._miss_the_deadline),
        )  # fmt: skip

    def react(self, event: Event) -> Sequence[Action]:
        """The caller's answer to an event: usually nothing."""
        self._ear.take(event)
        self._patience.take(event)
        self._circles.take(event, self._patience.queueing)
        self._doubt.take(event)
        for phases, events, rule in self._table:
            if self._phase in phases and isinstance(event, events):
                actions = rule(event)
                if actions:
                    if any(isinstance(action, HangUp) for action in actions):
                        self._phase = Phase.OVER
                    return actions
        return ()

    def _over(self, event: Event) -> Sequence[Action]:
        self._phase = Phase.OVER
        return ()

    def _meet(self, event: HumanAnswered) -> Sequence[Action]:
        self._phase, self._met_in = Phase.MEETING, self._phase
        return ()

    def _was_no_person(self, event: HumanWithdrawn) -> Sequence[Action]:
        self._phase = Phase.LISTENING if self._met_in is Phase.SENDING else self._met_in
        return ()

    def _begin(self, event: Answered) -> Sequence[Action]:
        self._phase, self._waiting = Phase.LISTENING, event.known
        return ()

    # --------------------------------------------------------------------------------------------------------- listening

    def _take_what_is_heard(self, event: Event) -> Sequence[Action]:
        item = self._walk.item
        if item is not None and not item.awaits:
            return self._take(Awaited(item, self._walk.place, False), None, event)
        if isinstance(event, Tick) and not self._seen:
            return ()  # nothing was half-heard, so the passing of time cannot confirm anything
        for awaited in self._walk.awaited():
            match = matching.heard(awaited.acts, self._ear, self._since)
            if match is None:
                self._seen.pop(awaited.place, None)
            elif self._is_steady(awaited.place, match, event.known):
                return self._take(awaited, match, event)
        return ()

    def _is_steady(self, place: Place, match: Match, now: float) -> bool:
        """Whether half-heard words have held long enough; final words and announced options always have."""
        if match.option or match.passage.final:
            return True
        passage, revision, at = self._seen.setdefault(place, (match.passage, match.passage.revision, now))
        if passage is not match.passage:
            self._seen[place] = (match.passage, match.passage.revision, now)
            return False
        return match.passage.revision > revision or now >= at + STEADY

    def _take(self, awaited: Awaited, match: Match | None, event: Event) -> Sequence[Action]:
        """What was awaited has come: the walk moves on, and what it says to do becomes due."""
        self._seen.clear()
        self._menus_without.passages.clear()
        self._sent, self._waiting = None, event.known
        if match:
            self._since = match.until
        if not self._walk.take(awaited):
            return (HangUp(at=event.known, why="looped", note="the scenario's `repeat` has run out"),)
        if not awaited.acts.does and not awaited.acts.wait:
            return self._take_what_is_heard(event)
        self._due = Due(awaited.acts, match, match.passage if match else self._ear.speaking)
        self._phase = Phase.POISED
        return self._act_when_due(event)

    # ------------------------------------------------------------------------------------------------------------ acting

    def _act_when_due(self, event: Event) -> Sequence[Action]:
        due = self._due
        assert due is not None  # POISED has something due
        acts = due.acts
        if due.ripe is None:
            if acts.does and not acts.at_once and due.passage is not None and due.passage.end is None:
                return ()
            due.ripe = event.known
        soonest = due.match.until + REACTION if acts.at_once and due.match and due.match.option else due.ripe
        if event.known < max(soonest, due.ripe + (acts.wait or 0.0)):
            return ()
        self._due = None
        if acts.ends:
            return (hang_up_of(acts, event.known),)
        if acts.press or acts.say:
            return self._input(acts, matching.corrected(due.match), event.known)
        self._phase, self._waiting = Phase.LISTENING, event.known
        return self._take_what_is_heard(event)

    def _input(self, acts: Acts | Otherwise, match: Match | None, now: float) -> Sequence[Action]:
        """Presses or says what an item asks for."""
        passage = match.passage if match else self._ear.last
        action = input_of(acts, match, passage, self._purpose)
        action = replace(action, at=now, answers=self._prompt_answered(passage))
        again = acts if isinstance(acts, Acts) else Acts.model_construct(press=acts.press, say=acts.say)
        self._patience.acted(now)
        return self._send(Sent(again, action, now, action.purpose))

    def _prompt_answered(self, passage: Passage | None) -> float | None:
        """Start of the prompt that is answered, in seconds.

        A hotline that reacts to a key within a pause goes on in the same speech segment, but with another prompt: that
        begins with the first word after the last input.
        """
        if passage is None or passage.start >= self._input_over:
            return passage.start if passage else None
        fresh = passage.after(self._input_over)
        return fresh[0].start if fresh else self._answered

    def _send(self, sent: Sent) -> Sequence[Action]:
        self._sent, self._since, self._phase = sent, sent.at, Phase.SENDING
        self._input_over, self._answered = sent.at, sent.action.answers
        self._patience.spoke(sent.at)
        return (sent.action,)

    def _has_sent(self, event: Played) -> Sequence[Action]:
        sent = self._sent
        if sent is None or event.value != sent.action.value:
            return ()
        sent.played = self._input_over = event.at
        self._phase, self._waiting = Phase.LISTENING, event.known
        self._patience.spoke(event.at)
        if isinstance(sent.action, Press):
            self._since = event.at  # what was spoken while the keys went out belongs to the prompt that they answer
        return self._take_what_is_heard(event)

    def _purpose(self, words: Sequence[str]) -> Purpose:
        return asking.purpose(words, self._scenario.goal, self._language)

    # ---------------------------------------------------------------------------------------- when an input did not work

    def _mend_by_what_was_said(self, event: SegmentEnded) -> Sequence[Action]:
        passage = self._ear.last
        if self._sent is None or passage is None or event.segment.kind is not Kind.SPEECH:
            return ()
        if self._patience.queueing and not asking.excuses(self._ear.join(passage.words), self._language):
            self._sent.told_in_queue(passage)
            return ()
        fate = self._sent.by_passage(passage, self._ear, self._walk.item is None, event.known)
        return self._mend(self._sent, fate, event.known)

    def _mend_by_silence(self, event: Tick) -> Sequence[Action]:
        if self._sent is None or (self._patience.queueing and self._sent.decided != "refused"):
            return ()
        return self._mend(self._sent, self._sent.by_silence(event.known, self._ear), event.known)

    def _mend(self, sent: Sent, fate: Fate | None, now: float) -> Sequence[Action]:
        if fate is None:
            return ()
        remedy = sent.remedy(fate)
        if remedy == "give_up":
            return (HangUp(at=now, why="looped", note=f"asked {sent.refused + 1} times, not granted"),)
        if remedy == "leave":
            return ()
        words = sent.other_words() if remedy == "ask" else None
        why: Purpose = self._purpose((words,)) if words else sent.purpose
        if remedy == "again":
            why, words = "again" if fate == "lost" else why, sent.key_again(self._ear)
        if why != "again":
            self._patience.acted(now)
        return self._send(sent.once_more(remedy, now, why, words, self._prompt_answered(self._ear.last)))

    def _ask_who_is_there(self, event: Tick) -> Sequence[Action]:
        """After the queue or the walk, whoever speaks may be a person."""
        if asked := self._doubt.ask(event.known, self._ear, self._patience.queueing or self._walk.item is None):
            self._patience.spoke(event.known)
            if self._sent is not None:
                self._sent.answered = None  # the silence after the question is our question's
        return asked

    # ----------------------------------------------------------------------------------------------- when it does not come

    def _option_awaited(self) -> tuple[Item, Place] | None:
        """The item, reached by now, that presses an option of its own accord (not as one branch of several)."""
        items = ((a.acts, a.place) for a in self._walk.awaited() if isinstance(a.acts, Item) and a.acts.option)
        return next(items, None)

    def _notice_a_menu_without_the_option(self, event: SegmentEnded) -> Sequence[Action]:
        wanted, passage = self._option_awaited(), self._ear.last
        if wanted is None or passage is None or event.segment.kind is not Kind.SPEECH:
            return ()
        if wanted[0].hear is not None and not matching.hear(wanted[0].hear, self._ear, self._since):
            return ()
        heard_again = self._menus_without.hear(passage, self._since)
        return self._not_offered(*wanted, event.known) if heard_again else ()

    def _do_without_the_option(self, event: Tick) -> Sequence[Action]:
        if not self._menus_without or self._patience.queueing or not self._ear.quiet:
            return ()
        wanted = self._option_awaited()
        if wanted is None or event.known < self._ear.sound_since + MENU_REPEATS:
            return ()
        return self._not_offered(*wanted, event.known)

    def _not_offered(self, item: Item, place: Place, now: float) -> Sequence[Action]:
        """A menu was heard to its end, and again or not, without the option that the item presses."""
        purpose = self._purpose(item.option)
        key = self._menus_without.key_to_try(item.option, purpose, self._since, self._language)
        note = f"no option called {' / '.join(item.option)} in the menu: {self._menus_without.told()}"
        self._walk.place = place
        if item.if_not_offered:
            return self._instead(item.if_not_offered, now)
        if item.optional:
            self._pass_over(now)
            return ()
        if key:
            self._pass_over(now)
            return self._input(keyed(item, key), None, now)
        if leave := self._circles.leave(now):
            return leave
        if self._scenario.goal == "complaint":
            return (HangUp(at=now, why="scenario", outcome=Outcome.NO_HUMAN_OFFERED, note=note),)
        return (HangUp(at=now, why=self._menus_without.why_left(purpose), note=note),)

    def _miss_the_deadline(self, event: Tick) -> Sequence[Action]:
        item, now = self._walk.item, event.known
        within = item.within if item else None
        if within is None:
            if self._patience.queueing:
                self._waiting = now
            if self._ear.speaking:
                return ()
        if now < self._waiting + (within or WITHIN):
            return ()
        if item is None:
            return (HangUp(at=now, why="limit_wait", note="the walk is over and no person answered"),)
        if item.optional:
            self._pass_over(now)
            return ()
        if item.if_not_heard:
            return self._instead(item.if_not_heard, now)
        if (last := self._ear.last) and last.after(self._waiting):
            return (HangUp(at=now, why="lost", note=f"heard last: {self._ear.join(last.words)}"),)
        return (HangUp(at=now, why="limit_wait", note="nothing was said"),)

    def _instead(self, instead: Otherwise, now: float) -> Sequence[Action]:
        if instead.ends:
            return (hang_up_of(instead, now),)
        self._pass_over(now)
        return () if instead.go_on else self._input(instead, None, now)

    def _pass_over(self, now: float) -> None:
        self._walk.pass_over()
        self._seen.clear()
        self._waiting = now

    def _notice_circles(self, event: SegmentEnded) -> Sequence[Action]:
        return self._circles.leave(event.known) if event.segment.kind is Kind.SPEECH else ()
