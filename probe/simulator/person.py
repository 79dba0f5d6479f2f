"""The script of a human being: picks up, greets, listens, answers, asks whether anybody is there, gives up."""

from __future__ import annotations

from probe.simulator.ears import Utterance
from probe.simulator.people import Persona, meaning
from probe.simulator.places import HANG_UP, Person
from probe.simulator.session import Part, Script, Session, Wait

_TURNS = 6
"""Answers a person gives before ending a talk that leads nowhere; guessed."""
_SILENT_PATIENCE = 45.0
"""Seconds that a silent person stays on the line."""


def person(session: Session, place: Person, persona: Persona) -> Script:
    """One person's side of the talk; always ends with hanging up, if the caller does not before."""
    session.note("picked_up", place.desk)
    session.player.behind(persona.noise)
    answered: str | None = "human_answered"
    if place.manner == "silent":
        # Nothing but the room, until spoken to.
        session.ears.listen(True)
        happened = yield Wait(seconds=_SILENT_PATIENCE, speech=True)
        session.ears.listen(False)
        if not isinstance(happened, Utterance):
            return HANG_UP
        session.note("caller_said", happened.text)
        yield Wait(seconds=persona.reply_delay[0])
    else:
        yield Wait(seconds=persona.pause)
    if persona.hesitation:
        yield from session.say([Part(persona.hesitation)], persona.voice, "human", also=answered)
        answered = None
        yield Wait(seconds=persona.hesitates)
    yield from session.say([Part(persona.opening)], persona.voice, "human", also=answered)
    silences = 0
    for turn in range(_TURNS):
        session.ears.listen(True)
        happened = yield Wait(seconds=persona.patience[min(silences, 2)], speech=True)
        session.ears.listen(False)
        if isinstance(happened, Utterance):
            silences = 0
            session.note("caller_said", happened.text)
            about = meaning(happened.text)
            yield Wait(seconds=persona.reply_delay[turn])
            yield from session.say([Part(persona.replies[about][turn % 3])], persona.voice, "human")
            if about == "test":
                break
            continue
        if silences == 2:
            break
        yield from session.say([Part(persona.anybody[silences])], persona.voice, "human")
        silences += 1
    if silences == 2:
        yield from session.say([Part(persona.nobody)], persona.voice, "human")
    yield Wait(seconds=0.5)
    return HANG_UP
