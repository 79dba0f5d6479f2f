"""Who answers: a persona drawn anew for each call, with a voice, a room, a way of speaking and words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from probe.simulator import rooms, wording
from probe.simulator.places import Person
from probe.simulator.rooms import RoomKind
from probe.simulator.speaker import Part, Speaker
from probe.speech import text
from probe.speech.voice import Voice, speak
from probe.timeline import Samples

_VARIANTS = ("m1", "m2", "m3", "m4", "m6", "m7", "f1", "f2", "f3", "f4", "f5")
_PAUSES = {"hesitant": (1.8, 3.5), "late": (4.0, 9.0)}
"""Seconds from picking up to the first word, drawn evenly; guessed."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One person in one call. Times in seconds; `noise` is the room, to be looped; `id` the agent's number as spoken."""

    id: str
    voice: Voice
    noise: Samples | None
    pause: float
    hesitation: str
    hesitates: float
    opening: tuple[Part, ...]
    anybody: tuple[str, ...]
    patience: tuple[float, ...]
    nobody: str
    replies: dict[str, tuple[str, ...]]
    reply_delay: tuple[float, ...]

    def lines(self) -> list[tuple[str, Voice]]:
        """Everything this person may say, with the voice; recordings are left out."""
        said = [self.hesitation, *(part.text for part in self.opening if not part.audio), *self.anybody, self.nobody]
        said += [line for lines in self.replies.values() for line in lines]
        return [(line, self.voice) for line in said if line]

    @property
    def speaker(self) -> Speaker:
        """This person's voice; the room is heard behind it all the time, not with the voice alone."""
        return Speaker(self.voice)

    def again(self, times: int) -> Speaker:
        """The voice for a line that was said `times` times before: a little quicker or slower, higher or lower."""
        quicker, higher = (0, 7, -8, 12, -4)[times % 5], (0, 2, -3, 4, -2)[times % 5]
        return Speaker(replace(self.voice, rate=self.voice.rate + quicker, pitch=self.voice.pitch + higher))


def meet(place: Person, seed: int) -> Persona:
    """The person who answers at `place` in the call with this seed; always the same for the same seed."""
    random = Random(seed)
    flat = place.manner == "flat"
    voice = Voice(
        "cmn",
        random.choice(place.variants or _VARIANTS),
        rate=random.randint(195, 225) if flat else random.randint(165, 245),
        pitch=random.randint(30, 72),
        volume_db=random.uniform(-21.0, -13.0),
        warp=random.uniform(0.93, 1.07),
    )
    any_room: tuple[RoomKind, ...] = ("quiet", "office", "office", "babble")
    kind = place.noise if place.noise != "any" else "none" if flat else random.choice(any_room)
    surname = random.choice(wording.SURNAMES)
    department = place.department or random.choice(wording.DEPARTMENTS)
    agent = _number(random)
    names = {"id": agent, "surname": surname, "department": department}
    hesitant = place.manner == "hesitant"
    pause = _PAUSES.get(place.manner, (0.3, 1.3))
    if place.pause:
        pause = place.pause.shortest, place.pause.longest
    replies: dict[str, tuple[str, ...]] = wording.REPLIES | {
        str(about): lines for about, lines in place.replies.items()
    }
    return Persona(
        id=agent,
        voice=voice,
        noise=_noise(kind, voice, random),
        pause=random.uniform(*pause),
        hesitation=random.choice(wording.HESITATIONS) if hesitant else "",
        hesitates=random.uniform(0.5, 1.2),
        opening=_opening(place, names, flat, random),
        anybody=tuple(random.sample(place.anybody or wording.ANYBODY, 2)),
        patience=tuple(random.uniform(4.0, 6.0) for _ in range(3)),
        nobody=random.choice(place.nobody or wording.NOBODY),
        replies={kind: tuple(random.sample(lines, min(3, len(lines)))) for kind, lines in replies.items()},
        reply_delay=tuple(random.uniform(0.25, 0.9) for _ in range(6)),
    )


def _noise(kind: RoomKind, voice: Voice, random: Random) -> Samples | None:
    if kind == "none":
        return None
    level = round(voice.volume_db - random.uniform(*rooms.SNR[kind]))
    return rooms.noise(kind, random.randrange(rooms.PEOPLES), level)


def _opening(place: Person, names: dict[str, str], flat: bool, random: Random) -> tuple[Part, ...]:
    """What this person says first: a recording, or one of the hotline's openings in pieces, with pauses of their own."""
    if place.audio:
        chosen = random.choice(place.audio)
        return (Part(chosen.stem, audio=chosen),)
    usual = {"complaint": wording.COMPLAINT_OPENINGS, "elderly": wording.ELDERLY_OPENINGS}.get(
        place.desk, wording.OPENINGS
    )
    text = random.choice(place.openings or usual).format(**names)
    if not place.openings:
        return (Part(_led_in(text, random)),)
    if flat or random.random() < 0.5:
        return (Part(text),)
    # People pause between clauses, shorter or longer; a part each. Their texts are joined by commas again.
    return tuple(Part(clause, gap=random.uniform(0.05, 0.4)) for clause in text.split("，") if clause)


def meaning(heard: str) -> str:
    """What a person takes the caller's words to be about: a key of `wording.REPLIES`."""
    for name, phrases in wording.MEANINGS.items():
        if any(text.find(phrase, heard, 0.8) for phrase in phrases):
            return name
    return "other"


def prepare(lines: Sequence[tuple[str, Voice]]) -> None:
    """Synthesise lines beforehand, so that none has to be waited for."""
    for line, voice in lines:
        speak(line, voice)


def _number(random: Random) -> str:
    """An agent's number of three to six figures, as spoken: figure by figure, 1 as 一 or 幺."""
    one = random.choice("一幺")
    figures = "零" + one + "二三四五六七八九"
    return "".join(random.choice(figures) for _ in range(random.choice((3, 4, 4, 4, 5, 6))))


def _led_in(opening: str, random: Random) -> str:
    """An opening, sometimes with a sound before it that no recording makes."""
    lead = random.choice(("", "", "", "", *wording.LEADS))
    return lead + opening if opening.startswith(("您好", "你好")) else opening
