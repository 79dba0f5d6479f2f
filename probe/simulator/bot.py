"""The voice bot: asks, listens, finds the intent whose words sound most like what it heard, grants or refuses."""

from __future__ import annotations

from probe.simulator.ears import Utterance
from probe.simulator.places import Bot, Intent
from probe.simulator.session import Finished, Onset, Pressed, Script, Session, Wait
from probe.simulator.speaker import Part, Speaker
from probe.speech import text


def understood(place: Bot, heard: str) -> str | None:
    """The name of the intent that `heard` means, by sound, or None."""
    best, score = None, place.similarity
    for name, intent in place.intents.items():
        for words in intent.means:
            similarity = text.similarity(words, heard)
            # Of two that fit equally well, the longer words say more.
            if similarity > score or (similarity == score and best is None):
                best, score = name, similarity
    return best


def bot(session: Session, place: Bot, name: str) -> Script:
    """Talks with the caller until it passes the call on, or gives up."""
    speaker = session.hotline.speaker_of(place)
    session.player.behind(Speaker(speaker.voice, place.noise).noise())
    target = yield from _talk(session, place, name, speaker)
    session.player.behind(None)
    return target


def _talk(session: Session, place: Bot, name: str, speaker: Speaker) -> Script:
    interrupted_by = (
        " and ".join((["keys"] if place.keys else []) + (["speech"] if place.barge_in else [])) or "nothing"
    )
    asked: dict[str, int] = {}
    failures = 0
    says, where = place.asks, "asks"
    while True:
        session.ears.listen(place.barge_in)
        happened = yield from session.say(
            [_part(place, says, where)],
            speaker,
            "bot",
            interrupted_by=interrupted_by,  # type: ignore[arg-type]
        )
        session.ears.listen(True)
        if isinstance(happened, Finished | Onset):
            session.note("asked", name)
            happened = yield Wait(seconds=place.listens, keys=bool(place.keys), speech=True)
        session.ears.listen(False)
        if isinstance(happened, Pressed):
            if happened.key in place.keys:
                session.take("key", happened.key)
                return place.keys[happened.key]
            session.note("invalid_key", happened.key)
            says, where = place.asks_again, "asks_again"
            continue
        if not isinstance(happened, Utterance):
            session.note("timed_out")
            failures += 1
            says, where = place.nothing_heard, "nothing_heard"
        else:
            yield Wait(seconds=session.random.uniform(place.thinks.shortest, place.thinks.longest))
            meant = understood(place, happened.text)
            if meant is not None:
                failures = 0
                intent = place.intents[meant]
                _take(session, intent, happened.text)
                asked[meant] = asked.get(meant, 0) + 1
                if intent.refuse == "forever" or asked[meant] <= intent.refuse:
                    session.note("refused", meant)
                    session.truth.refusals += 1
                    says = (
                        intent.refusals[(asked[meant] - 1) % len(intent.refusals)]
                        if intent.refusals
                        else place.asks_again
                    )
                    where = "refusals"
                    continue
                yield from session.say([Part(intent.says)], speaker, "bot")
                if intent.to is not None:
                    return intent.to
                yield Wait(seconds=session.random.uniform(place.thinks.shortest, place.thinks.longest))
                says, where = place.asks_again, "asks_again"
                continue
            session.note("not_understood", happened.text)
            failures += 1
            says, where = place.not_understood, "not_understood"
        if failures >= place.tries:
            return place.gives_up


def _take(session: Session, intent: Intent, heard: str) -> None:
    if intent.step:
        session.take("spoken", heard)
    else:
        session.note("accepted", heard)
    if intent.offers:
        session.note("human_requested" if intent.offers == "human" else "complaint_requested")


def _part(place: Bot, says: str, where: str) -> Part:
    """A sentence of the bot, with what it offers by being said."""
    for intent in place.intents.values():
        if intent.offers and where in intent.offered_in:
            means = f"{intent.offers}_offered"
            break
    else:
        means = None
    return Part(says, means, audio=place.audio if where == "asks" else None)
