"""The instants of a call that clocks run between, each in seconds since the INVITE, None when it is not known.

A recording from elsewhere has no signalling: nobody dialled it and nothing says when it was answered, so those marks
stay unknown and the clocks that need them are left out rather than guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from probe.timeline import (
    Action,
    Answered,
    BotAsked,
    Dialed,
    Ended,
    Event,
    HangUp,
    HumanAnswered,
    HumanOffered,
    HumanWithdrawn,
    InputRejected,
    Kind,
    LineFailed,
    MenuOption,
    Press,
    Queued,
    Ringing,
    Say,
    Timeline,
)

STEP_PURPOSES = frozenset({"walk", "ask_human", "ask_complaint"})
"""Inputs that the hotline required. A repeat into silence, courtesy and a challenge to find out who is there are ours."""
REQUEST_PURPOSES = frozenset({"ask_human", "ask_complaint"})
CUT_OFF = 0.7
"""Seconds after an input in which words still belong to the prompt that it cut off; guessed, machines take 0.3 s and more."""
_EVERY_MENU = ("重复", "重听", "返回", "退出", "to repeat", "to hear", "to return")
"""What the names of options begin with that every menu has."""
_WAITED_FOR = 2.5  # seconds of silence in which an answer is waited for; guessed
_RINGING = 180  # SIP 180 is the alert itself; 181, 182 and 183 only say that the call makes progress


@dataclass(frozen=True, slots=True)
class Marks:
    """When things first happened.

    `progress`: the first ring (SIP 180), sound, or answer. `requested`: the first input that asks for a person.
    `queued`: the first transfer or queue wording since the last such request, since one that had to be repeated led to
    no queue. `human`: the first sound of the person, if that was known before the caller hung up. `ended`: the end of
    the call, or of what was recorded of it.
    """

    dialed: float | None = None
    progress: float | None = None
    answered: float | None = None
    offered: float | None = None
    requested: float | None = None
    queued: float | None = None
    human: float | None = None
    ended: float | None = None


def marks(timeline: Timeline) -> Marks:
    """The marks of a call. The order of the lists in the timeline does not matter."""
    answered = _first(timeline.events, Answered)
    since = answered if answered is not None else 0.0
    human = _human(timeline, since)
    queued = _queued(timeline, since, human)
    ends = [event.at for event in timeline.events if isinstance(event, Ended | LineFailed)]
    return Marks(
        dialed=_first(timeline.events, Dialed),
        progress=_progress(timeline, answered),
        answered=answered,
        offered=_first(timeline.events, HumanOffered, since),
        requested=_requested(timeline, queued, human),
        queued=queued,
        human=human,
        ended=max(ends or [segment.end for segment in timeline.segments], default=None),
    )


def steps(timeline: Timeline, before: float | None = None) -> list[Press | Say]:
    """The caller's inputs that the hotline required, in order, up to `before` (seconds; None: all).

    Keys sent in several actions in answer to one prompt are one step: the first of them is returned. A key that the
    hotline calls invalid, and that no repetition made valid, is none.
    """
    taken: list[Press | Say] = []
    for action in sorted(timeline.actions, key=lambda action: action.at):
        if not isinstance(action, Press | Say):
            continue
        if action.purpose not in STEP_PURPOSES and not _taken_for_a_request(timeline, action):
            continue
        if before is not None and action.at >= before:
            continue
        last = taken[-1] if taken else None
        if (
            isinstance(action, Press)
            and isinstance(last, Press)
            and action.answers is not None
            and action.answers == last.answers
        ):
            continue
        if isinstance(action, Press) and _never_accepted(timeline, action):
            continue
        taken.append(action)
    return taken


def _never_accepted(timeline: Timeline, key: Press) -> bool:
    """Whether the hotline said that a key was invalid, and also that its repetitions were: that took no step."""
    inputs = sorted((a for a in timeline.actions if isinstance(a, Press | Say)), key=lambda action: action.at)
    since = inputs.index(key)
    for i in range(since, len(inputs)):
        if i > since and inputs[i].purpose != "again":
            return True
        until = inputs[i + 1].at if i + 1 < len(inputs) else float("inf")
        said = [e for e in timeline.events if inputs[i].at < e.at <= until]
        rejected = min((e.at for e in said if isinstance(e, InputRejected)), default=None)
        if rejected is not None and _spoke_first(timeline, inputs[i].at, rejected):
            return False  # something else was said to the key: that nothing was heard is said of what was asked then
        if rejected is not None and _another_menu(timeline, inputs[i].at, until):
            return False  # what sounded like a rejection is a part of the next menu
        repeated = i + 1 < len(inputs) and inputs[i + 1].purpose == "again"
        if rejected is None and repeated and not any(isinstance(e, BotAsked | Queued) for e in said):
            continue  # nothing followed it: what follows its repetition tells
        if rejected is None or any(isinstance(e, BotAsked | Queued) and e.at < rejected for e in said):
            return False  # a bot that asks, and then hears nothing, has taken the key
    return True


def _another_menu(timeline: Timeline, since: float, until: float) -> bool:
    """Whether a menu was read between an input and the next one of which the caller had heard no option before."""
    options = [e for e in timeline.events if isinstance(e, MenuOption)]
    before = {option.label for option in options if option.at <= since}
    after = {option.label for option in options if since + CUT_OFF < option.at <= until}
    after = {label for label in after if not label.startswith(_EVERY_MENU)}
    return bool(before and after) and not before & after


def _spoke_first(timeline: Timeline, since: float, rejected: float) -> bool:
    """Whether something was said from `since` on, and an answer was waited for, before the words that something was rejected."""
    spoken = [s for s in timeline.segments if s.kind is Kind.SPEECH and since <= s.start <= rejected]
    return any(spoken[-1].start - said.end >= _WAITED_FOR for said in spoken[:-1])


def _taken_for_a_request(timeline: Timeline, action: Press | Say) -> bool:
    """Whether a bot took our question who is there ("请问是人工客服吗") for a request, and put us in the queue for it."""
    if action.purpose != "challenge":
        return False
    until = min((other.at for other in timeline.actions if other.at > action.at), default=float("inf"))
    heard = sorted(
        (e for e in timeline.events if isinstance(e, Queued | HumanAnswered) and action.at < e.at <= until),
        key=lambda event: event.at,
    )
    queued_before = any(isinstance(e, Queued) and e.at <= action.at for e in timeline.events)
    held_before = any(
        segment.kind in (Kind.MUSIC, Kind.RINGBACK) and not segment.early_media and segment.start < action.at
        for segment in timeline.segments
    )
    return bool(heard) and isinstance(heard[0], Queued) and not (queued_before or held_before)


def asks_for_human(timeline: Timeline, action: Action) -> bool:
    """Whether an input asks for a person: its purpose says so, or its key stood for a person when it was sent."""
    if isinstance(action, Press | Say) and action.purpose in REQUEST_PURPOSES:
        return True
    if not isinstance(action, Press):
        return False
    offers = [
        event.at
        for event in timeline.events
        if isinstance(event, HumanOffered) and event.key == action.value and event.at <= action.at
    ]
    if not offers:
        return False
    # The key may mean something else in a menu heard since.
    options = sorted(
        (event for event in timeline.events if isinstance(event, MenuOption) and event.key == action.value),
        key=lambda option: option.at,
    )
    offered = max(offers)
    meant = {option.label for option in options if option.at <= offered}
    return not any(offered < option.at <= action.at and option.label not in meant for option in options)


def _human(timeline: Timeline, since: float) -> float | None:
    """What was found to be a person only after the caller hung up was not reached by this call; nor what turned out to
    be none."""
    return _first(people(timeline.events, timeline.actions), HumanAnswered, since)


def people(events: Iterable[Event], actions: Iterable[Action]) -> list[HumanAnswered]:
    """Who was told to have answered before the caller hung up, and was not taken back after that (some are told again later)."""
    events = list(events)
    withdrawn = {event.at: event.known for event in events if isinstance(event, HumanWithdrawn)}
    left = min((action.at for action in actions if isinstance(action, HangUp)), default=math.inf)
    told = (event for event in events if isinstance(event, HumanAnswered) and event.known <= left)
    return [event for event in told if event.known > withdrawn.get(event.at, -math.inf)]


def _queued(timeline: Timeline, since: float, human: float | None) -> float | None:
    last = max(_requests(timeline, human), default=since)
    after = _first(timeline.events, Queued, max(last, since))
    return after if after is not None else _first(timeline.events, Queued, since)


def _requests(timeline: Timeline, human: float | None) -> list[float]:
    """When the caller asked for a person, before one answered."""
    return [
        action.at
        for action in timeline.actions
        if asks_for_human(timeline, action) and (human is None or action.at < human)
    ]


def _first(events: Iterable[Event], kind: type[Event], since: float = 0.0) -> float | None:
    return min((event.at for event in events if isinstance(event, kind) and event.at >= since), default=None)


def _progress(timeline: Timeline, answered: float | None) -> float | None:
    """The first ring, sound before the answer, or answer, when there is signalling to tell."""
    if not any(isinstance(event, Dialed) for event in timeline.events):
        return None
    instants = [event.at for event in timeline.events if isinstance(event, Ringing) and event.status == _RINGING]
    quiet = (Kind.SILENCE, Kind.NOISE)
    instants += [segment.start for segment in timeline.segments if segment.kind not in quiet]
    if answered is not None:
        instants.append(answered)
    return min(instants, default=None)


def _requested(timeline: Timeline, queued: float | None, human: float | None) -> float | None:
    """The first request for a person; if none is marked as one, the last step before it was granted."""
    requests = _requests(timeline, human)
    if requests:
        return min(requests)
    granted = min((at for at in (queued, human) if at is not None), default=None)
    if granted is None:
        return None
    taken = steps(timeline, granted)
    return taken[-1].at if taken else None
