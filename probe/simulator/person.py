"""The script of a human being: picks up, greets, listens, answers, asks whether anybody is there, gives up."""

from __future__ import annotations

from collections import Counter

from probe.simulator.ears import Utterance
from probe.simulator.people import Persona, meaning
from probe.simulator.places import HANG_UP, PassesOn, Person
from probe.simulator.session import BETWEEN, Script, Session, Wait
from probe.simulator.speaker import Part, Speaker

_TURNS = 6
"""Answers a person gives before ending a talk that leads nowhere; guessed."""
_SILENT_PATIENCE = 45.0
"""Seconds that a silent person stays on the line."""


def person(session: Session, place: Person, persona: Persona) -> Script:
    """One person's side of the talk; ends with hanging up, or passing on, if the caller does not hang up before."""
    if place.announced:
        speaker = session.hotline.speaker_of(place)
        yield from session.say(_announced(place.announced, persona.id), speaker, "recording")
        yield Wait(seconds=BETWEEN)
    session.note("picked_up", place.desk)
    session.player.behind(persona.noise)
    if place.manner == "curt":
        yield Wait(seconds=persona.pause)
        return HANG_UP
    if place.manner in ("silent", "late"):
        # Nothing but the room, until spoken to; who is only late speaks in the end.
        session.ears.listen(True)
        happened = yield Wait(seconds=persona.pause if place.manner == "late" else _SILENT_PATIENCE, speech=True)
        session.ears.listen(False)
        if isinstance(happened, Utterance):
            session.note("caller_said", happened.text)
            yield Wait(seconds=persona.reply_delay[0])
        elif place.manner == "silent":
            return HANG_UP
    else:
        yield Wait(seconds=persona.pause)
    answered: str | None = "human_answered"
    if persona.hesitation:
        yield from session.say([Part(persona.hesitation)], persona.speaker, "human", also=answered)
        answered = None
        yield Wait(seconds=persona.hesitates)
    yield from session.say(persona.opening, persona.speaker, "human", also=answered)
    if place.passes_on:
        return (yield from _pass_on(session, place.passes_on, persona))
    yield from _talk(session, persona)
    return HANG_UP


def _talk(session: Session, persona: Persona) -> Script:
    """Answers the caller until it is over."""
    silences = 0
    said = Counter[str]()

    def part(text: str) -> tuple[list[Part], Speaker]:
        """A line; nobody says one twice in exactly the same way."""
        said[text] += 1
        return [Part(text)], persona.again(said[text] - 1)

    for turn in range(_TURNS):
        session.ears.listen(True)
        happened = yield Wait(seconds=persona.patience[min(silences, 2)], speech=True)
        session.ears.listen(False)
        if isinstance(happened, Utterance):
            silences = 0
            session.note("caller_said", happened.text)
            about = meaning(happened.text)
            yield Wait(seconds=persona.reply_delay[turn])
            reply = persona.replies[about][turn % len(persona.replies[about])]
            yield from session.say(*part(reply), "human")
            if about == "test":
                break
            continue
        if silences == 2:
            break
        yield from session.say(*part(persona.anybody[silences]), "human")
        silences += 1
    if silences == 2:
        yield from session.say(*part(persona.nobody), "human")
    yield Wait(seconds=0.5)
    return HANG_UP


def _pass_on(session: Session, how: PassesOn, persona: Persona) -> Script:
    """Listens to the wish, or waits a little, and passes the caller on."""
    session.ears.listen(True)
    happened = yield Wait(seconds=session.random.uniform(how.after.shortest, how.after.longest), speech=True)
    session.ears.listen(False)
    if isinstance(happened, Utterance):
        session.note("caller_said", happened.text)
        yield Wait(seconds=persona.reply_delay[0])
    yield from session.say([Part(how.says)], persona.speaker, "human")
    session.note("passed_on")
    session.player.behind(None)
    return how.to


def _announced(text: str, agent: str) -> list[Part]:
    """A recording with an agent's number in it, put together from recorded figures."""
    before, placed, after = text.partition("{id}")
    figures = [Part(figure, gap=0.04) for figure in agent] if placed else []
    return [part for part in (Part(before), *figures, Part(after, gap=0.06)) if part.text]
