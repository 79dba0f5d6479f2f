"""One call to a simulated hotline: caller's audio and keys in, hotline's audio and signals out, 20 ms at a time.

The engine knows no socket, file or clock. `step` is one tick; a SIP server calls it every 20 ms, a line in memory as
fast as it can, and both get the same samples. What goes on is led by scripts (`prompts`, `bot`, `person`), one for
each place of the hotline; the engine only resumes a script when what it waits for has happened.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from probe.line.exchange import Answer, HangUp, Progress, Ring, Step
from probe.simulator import music, people, tones
from probe.simulator.bot import bot
from probe.simulator.ears import Ears, Utterance
from probe.simulator.hotline import Hotline, texts_of
from probe.simulator.people import Persona, meet
from probe.simulator.person import person
from probe.simulator.places import HANG_UP, Announcement, Bot, Menu, Person, Place, Queue, Voicemail
from probe.simulator.prompts import announcement, announcements, hold, menu, queue, voicemail
from probe.simulator.seeds import stable
from probe.simulator.session import (
    BETWEEN,
    Finished,
    Happened,
    Onset,
    Pressed,
    Script,
    Session,
    TimeOut,
    Wait,
)
from probe.simulator.speaker import Part, prompt, recorded
from probe.simulator.truth import Truth
from probe.speech.transcriber import Transcriber
from probe.timeline import FRAME, RATE, Samples

_TICKS_A_SECOND = RATE // FRAME
_PICK_UP = 0.4
"""Seconds of silence between the answer and the first sound, while media starts to flow; guessed."""
_PASSED_ON = 0.1
"""Seconds from the last machine to the person; guessed."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call that comes in: the caller ID, the local wall time (for opening hours), and the seed of all chance."""

    number: str
    at: datetime
    seed: int


class Engine:
    """One call. `truth` grows while it goes on."""

    def __init__(self, hotline: Hotline, incoming: Incoming, transcriber: Transcriber | None) -> None:
        self.hotline = hotline
        self.incoming = incoming
        self.truth = Truth(hotline.id, incoming.number, incoming.seed)
        self._session = Session(hotline, self.truth, Ears(transcriber), Random(incoming.seed), incoming.at.hour)
        self._script = self._call()
        self._wait: Wait | None = next(self._script)
        self._since = 0

    def prepare(self) -> None:
        """Synthesise everything that can be known beforehand, so that no later step takes long."""
        for name, place in self.hotline.places.items():
            speaker = self.hotline.speaker_of(place)
            if isinstance(place, Person):
                people.prepare(self._persona(name, place).lines())
            elif isinstance(place, Menu):
                options = (Part(option.says, audio=option.audio) for option in place.options if option.says)
                prompt((Part(place.says, audio=place.audio), *options) if place.says else tuple(options), speaker)
                for said in (place.timeout_says, place.invalid_says):
                    prompt((Part(said),), speaker)
            else:
                for said in texts_of(place):
                    prompt((Part(said),), speaker)
            if isinstance(place, Queue):
                hold(place)
                for part, said_by in announcements(place, speaker):
                    prompt((part,), said_by)

    def step(self, heard: Samples, keys: Sequence[str] = ()) -> Step:
        """One tick: takes 160 samples that the caller sent and the keys received in it; returns 160 for the caller."""
        session = self._session
        utterance = session.ears.hear(heard, session.tick)
        session.keys.extend(keys)
        happened = self._happened(utterance)
        while happened is not None and self._wait is not None:
            self._resume(happened)
            happened = self._happened(None)
        signals = tuple(session.signals)
        session.signals.clear()
        audio = session.player.next()
        session.tick += 1
        return Step(audio, signals)

    def caller_hung_up(self) -> None:
        """The caller ended the call."""
        if self._wait is not None:
            self._wait = None
            self._script.close()
            self._end("caller")

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._wait is None

    # ------------------------------------------------------------------------------------------------- the script

    def _call(self) -> Generator[Wait, Happened, None]:
        """The whole call: alerting, answer, then place after place."""
        session, network = self._session, self.hotline.network
        yield Wait(seconds=network.post_dial)
        if network.alert == "ringing":
            session.note("ringing")
            session.signals.append(Ring())
        else:
            session.note("early_media")
            session.signals.append(Progress())
            yield Wait(seconds=0.1)
        if network.alert == "special_information":
            session.player.play(tones.special_information())
            yield Wait(playing=True)
        if network.alert in ("announcement", "special_information"):
            for _ in range(network.times):
                part = Part(network.says, network.means, audio=network.audio)
                yield from session.say([part], self.hotline.voice.speaker(), "recording")
                yield Wait(seconds=BETWEEN)
        elif network.alert == "ringback":
            session.player.behind(tones.ringback(sum(tones.RINGBACK)))
        elif network.alert == "busy":
            session.player.behind(tones.busy(sum(tones.BUSY) * 4))
        elif network.alert == "music":
            piece = recorded(network.music_audio) if network.music_audio else music.piece(network.music)
            session.player.behind(piece)
        yield Wait(seconds=network.ring)
        session.player.behind(None)
        if network.reject is not None:
            self.truth.status = network.reject
            self._hang_up(network.reject)
            return
        session.note("answered")
        session.signals.append(Answer())
        session.keys.clear()
        yield Wait(seconds=_PICK_UP)
        name = self._first_place()
        while name != HANG_UP:
            name = yield from self._visit(name)
            yield Wait(seconds=_PASSED_ON if isinstance(self.hotline.places.get(name), Person) else BETWEEN)
        self._hang_up(None)

    def _visit(self, name: str) -> Script:
        place: Place = self.hotline.places[name]
        match place:
            case Announcement():
                return (yield from announcement(self._session, place, name))
            case Menu():
                return (yield from menu(self._session, place, name))
            case Queue():
                return (yield from queue(self._session, place, name))
            case Bot():
                return (yield from bot(self._session, place, name))
            case Person():
                return (yield from person(self._session, place, self._persona(name, place)))
            case Voicemail():
                return (yield from voicemail(self._session, place, name))

    def _first_place(self) -> str:
        for route in self.hotline.routes:
            if self.incoming.number in route.callers:
                return route.to
        hours = self.hotline.hours
        if hours:
            at = self.incoming.at
            if at.isoweekday() not in hours.days or not hours.begin <= f"{at:%H:%M}" < hours.end:
                return hours.closed
        return self.hotline.start

    def _persona(self, name: str, place: Person) -> Persona:
        return meet(place, stable(self.incoming.seed, self.hotline.id, name))

    def _hang_up(self, status: int | None) -> None:
        self._session.signals.append(HangUp(status))
        self._end("hotline")

    def _end(self, by: str) -> None:
        self.truth.hung_up_by = "caller" if by == "caller" else "hotline"
        self._session.note("ended", by)

    # ------------------------------------------------------------------------------------------- waiting and waking

    def _happened(self, utterance: Utterance | None) -> Happened | None:
        """What the script waits for, if it has happened."""
        wait, session = self._wait, self._session
        if wait is None:
            return None
        if wait.keys and session.keys:
            return Pressed(session.keys.popleft())
        if wait.speech and utterance is not None:
            return utterance
        if wait.onset and session.ears.speaking:
            return Onset()
        if wait.playing and not session.player.playing:
            return Finished()
        # A caller who has begun to speak in time is heard out.
        heard_out = wait.speech and session.ears.speaking
        ticks = session.tick - self._since
        if wait.seconds is not None and not heard_out and ticks >= _ticks(wait.seconds):
            return TimeOut()
        return None

    def _resume(self, happened: Happened) -> None:
        self._since = self._session.tick
        try:
            self._wait = self._script.send(happened)
        except StopIteration:
            self._wait = None


def _ticks(seconds: float) -> int:
    """A time to wait in ticks; any time at all is at least one, so that waiting always gets on."""
    return max(1, round(seconds * _TICKS_A_SECOND)) if seconds > 0 else 0
