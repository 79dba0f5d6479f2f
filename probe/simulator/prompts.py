"""The scripts of places that are machines without understanding: announcements, menus and queues."""

from __future__ import annotations

from math import ceil, inf

from probe.simulator import music, tones
from probe.simulator.places import BACK, REPEAT, Announcement, Menu, Queue
from probe.simulator.session import BETWEEN, Finished, Part, Pressed, Script, Session, Wait


def announcement(session: Session, place: Announcement, name: str) -> Script:
    """Says it and goes on."""
    if place.early_keys == "dropped":
        session.keys.clear()
    if place.music:
        session.player.behind(music.piece(place.music))
    means = place.means if place.means != "advert" else None
    voice = session.hotline.voice_of(place).voice()
    happened = yield from session.say(
        [Part(place.says, means)], voice, "recording", interrupted_by="keys" if place.barge_in else "nothing"
    )
    if isinstance(happened, Pressed):
        session.keys.appendleft(happened.key)
    session.player.behind(None)
    return place.then


def menu(session: Session, place: Menu, name: str) -> Script:
    """Speaks its options until a key is chosen, or patience is at an end."""
    if not session.menus or session.menus[-1] != name:
        session.menus.append(name)
    options = {option.key: option for option in place.options}
    voice = session.hotline.voice_of(place).voice()
    offered = {"human": "human_offered", "complaint": "complaint_offered", None: None}
    parts = [
        Part(place.says),
        *(Part(option.says, offered[option.offers], option.key) for option in place.options),
    ]
    before: list[Part] = []
    plays = invalid = 0
    while True:
        plays += 1
        happened = yield from session.say(
            [*before, *parts], voice, "recording", interrupted_by="keys" if place.barge_in else "nothing"
        )
        if isinstance(happened, Finished):
            if place.early_keys == "dropped":
                session.keys.clear()
            session.note("asked", name)
            happened = yield Wait(seconds=place.timeout, keys=True)
        if not isinstance(happened, Pressed):
            session.note("timed_out")
            if plays >= place.plays:
                return place.on_timeout
            before = [Part(place.timeout_says)]
            continue
        option = options.get(happened.key)
        if option is None:
            session.note("invalid_key", happened.key)
            invalid += 1
            if invalid >= place.invalid_tries:
                return place.on_invalid
            before, plays = [Part(place.invalid_says)], 0
            yield Wait(seconds=BETWEEN)
            continue
        session.take("key", option.key)
        if option.offers:
            session.note("human_requested" if option.offers == "human" else "complaint_requested")
        if option.to == BACK:
            session.menus.pop()
            return session.menus[-1] if session.menus else name
        if option.to != REPEAT:
            return option.to
        before, plays = [], 0
        yield Wait(seconds=BETWEEN)


def queue(session: Session, place: Queue, name: str) -> Script:
    """Says that the caller must wait, plays music and announcements, and gives over to a person in the end, or not."""
    session.note("queued")
    voice = session.hotline.voice_of(place).voice()
    yield from session.say([Part(place.says)], voice, "recording")
    session.player.behind(music.piece(place.music, place.tune))
    begun = session.now
    length = _length(session, place)
    over = begun + length
    if place.gives_up:
        over = min(over, begun + place.gives_up.after)
    upcoming = begun + place.announce.every if place.announce else inf
    while session.now < over:
        until = min(over, upcoming)
        yield Wait(seconds=until - session.now if until < inf else None)
        if place.announce and session.now < over:
            share = (session.now - begun) / length if length < inf else 0.0
            position = max(1, ceil((place.position or 1) * (1 - share)))
            text = place.announce.says.format(position=position)
            yield from session.say([Part(text)], voice, "recording", over_background=place.announce.over_music)
            upcoming = session.now + place.announce.every
    session.player.behind(None)
    if place.gives_up and over < begun + length:
        yield from session.say([Part(place.gives_up.says)], voice, "recording")
        return place.gives_up.to
    if place.rings:
        session.player.play(tones.ringback(place.rings))
        yield Wait(playing=True)
    yield from session.say([Part(place.connects_says)], voice, "recording")
    return place.to


def announcements(place: Queue) -> list[str]:
    """Everything that a queue may announce, one text for each position."""
    if not place.announce:
        return []
    texts = [place.announce.says.format(position=position) for position in range(1, (place.position or 1) + 1)]
    return list(dict.fromkeys(texts))


def _length(session: Session, place: Queue) -> float:
    """How long this caller waits, in seconds."""
    if place.never_answered:
        return inf
    span = place.length
    for hours in place.by_hour:
        if hours.begin <= session.hour < hours.end:
            span = hours.length
    return session.random.uniform(span.shortest, span.longest)
