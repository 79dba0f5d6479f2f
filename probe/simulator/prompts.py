"""The scripts of places that are machines without understanding: announcements, menus and queues."""

from __future__ import annotations

from math import ceil, inf

from probe.simulator import music, tones
from probe.simulator.places import BACK, REPEAT, Announce, Announcement, Menu, Queue, Voicemail
from probe.simulator.session import BETWEEN, Finished, Pressed, Script, Session, Wait
from probe.simulator.speaker import Part, Speaker, recorded
from probe.timeline import Samples


def announcement(session: Session, place: Announcement, name: str) -> Script:
    """Says it and goes on."""
    if place.early_keys == "dropped":
        session.keys.clear()
    if place.music:
        session.player.behind(music.piece(place.music))
    means = place.means if place.means != "advert" else None
    speaker = session.hotline.speaker_of(place)
    happened = yield from session.say(
        [Part(place.says, means, audio=place.audio)],
        speaker,
        "recording",
        interrupted_by="keys" if place.barge_in else "nothing",
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
    speaker = session.hotline.speaker_of(place)
    offered = {"human": "human_offered", "complaint": "complaint_offered", None: None}
    parts = [
        Part(place.says, audio=place.audio),
        *(Part(option.says, offered[option.offers], option.key, option.audio) for option in place.options),
    ]
    before: list[Part] = []
    plays = invalid = 0
    while True:
        plays += 1
        happened = yield from session.say(
            [*before, *parts], speaker, "recording", interrupted_by="keys" if place.barge_in else "nothing"
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
    speaker = session.hotline.speaker_of(place)
    yield from session.say([Part(place.says, audio=place.audio)], speaker, "recording")
    session.player.behind(hold(place))
    begun = session.now
    length = _length(session, place)
    over = begun + length
    if place.gives_up:
        over = min(over, begun + place.gives_up.after)
    upcoming = begun + place.announce.every if place.announce else inf
    announced = 0
    while session.now < over:
        until = min(over, upcoming)
        yield Wait(seconds=until - session.now if until < inf else None)
        if place.announce and session.now < over:
            share = (session.now - begun) / length if length < inf else 0.0
            position = max(1, ceil((place.position or 1) * (1 - share)))
            part, said_by = _announced(place.announce, announced, position, speaker)
            announced += 1
            yield from session.say([part], said_by, "recording", over_background=place.announce.over_music)
            upcoming = session.now + place.announce.every
    session.player.behind(None)
    if place.gives_up and over < begun + length:
        yield from session.say([Part(place.gives_up.says)], speaker, "recording")
        return place.gives_up.to
    if place.rings:
        session.player.play(tones.ringback(place.rings))
        yield Wait(playing=True)
    yield from session.say([Part(place.connects_says)], speaker, "recording")
    return place.to


def voicemail(session: Session, place: Voicemail, name: str) -> Script:
    """Asks for a message, beeps and records in silence."""
    yield from session.say([Part(place.says, audio=place.audio)], session.hotline.speaker_of(place), "recording")
    session.note("voicemail")
    yield Wait(seconds=BETWEEN)
    session.player.play(tones.beep())
    yield Wait(playing=True)
    yield Wait(seconds=place.records)
    return place.then


def hold(place: Queue) -> Samples:
    """The music of a queue: a recording or a synthetic piece, to be looped."""
    return recorded(place.music_audio) if place.music_audio else music.piece(place.music, place.tune)


def announcements(place: Queue, speaker: Speaker) -> list[tuple[Part, Speaker]]:
    """Everything that a queue may announce, one for each position, with who says it."""
    announce = place.announce
    if not announce:
        return []
    positions = range(1, (place.position or 1) + 1)
    parts = [_announced(announce, n, p, speaker) for n in range(len(announce.says)) for p in positions]
    return list(dict.fromkeys(parts))


def _announced(announce: Announce, nth: int, position: int, speaker: Speaker) -> tuple[Part, Speaker]:
    """The `nth` announcement from 0: its sentences in turn."""
    turn = nth % len(announce.says)
    audio = announce.audio[turn] if turn < len(announce.audio) else None
    said_by = announce.voice.speaker() if announce.voice else speaker
    return Part(announce.says[turn].format(position=position), audio=audio), said_by


def _length(session: Session, place: Queue) -> float:
    """How long this caller waits, in seconds."""
    if place.never_answered:
        return inf
    span = place.length
    for hours in place.by_hour:
        if hours.begin <= session.hour < hours.end:
            span = hours.length
    return session.random.uniform(span.shortest, span.longest)
