"""Who answers: a persona drawn anew for each call, with a voice, a room, a way of speaking and words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from probe.simulator import rooms, wording
from probe.simulator.places import Person
from probe.speech import text
from probe.speech.voice import Voice, speak
from probe.timeline import Samples

_VARIANTS = ("m1", "m2", "m3", "m4", "m6", "m7", "f1", "f2", "f3", "f4", "f5")
_SNR = {"quiet": (28.0, 36.0), "office": (17.0, 27.0), "babble": (13.0, 22.0)}
"""Speech above the room, in dB; guessed from what headsets in call centres let through."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One person in one call. Times in seconds; `noise` is the room, to be looped."""

    voice: Voice
    noise: Samples
    pause: float
    hesitation: str
    hesitates: float
    opening: str
    anybody: tuple[str, ...]
    patience: tuple[float, ...]
    nobody: str
    replies: dict[str, tuple[str, ...]]
    reply_delay: tuple[float, ...]

    def lines(self) -> list[tuple[str, Voice]]:
        """Everything this person may say, with the voice."""
        said = [self.hesitation, self.opening, *self.anybody, self.nobody]
        said += [line for lines in self.replies.values() for line in lines]
        return [(line, self.voice) for line in said if line]


def meet(place: Person, seed: int) -> Persona:
    """The person who answers at `place` in the call with this seed; always the same for the same seed."""
    random = Random(seed)
    voice = Voice(
        "cmn",
        random.choice(_VARIANTS),
        rate=random.randint(165, 245),
        pitch=random.randint(30, 72),
        volume_db=random.uniform(-21.0, -13.0),
        warp=random.uniform(0.93, 1.07),
    )
    kind = place.noise if place.noise != "any" else random.choice(("quiet", "office", "office", "babble"))
    level = round(voice.volume_db - random.uniform(*_SNR[kind]))
    surname = random.choice(wording.SURNAMES)
    department = place.department or random.choice(wording.DEPARTMENTS)
    names = {"id": _number(random), "surname": surname, "department": department}
    openings = {"complaint": wording.COMPLAINT_OPENINGS, "elderly": wording.ELDERLY_OPENINGS}.get(
        place.desk, wording.OPENINGS
    )
    hesitant = place.manner == "hesitant"
    pause = (1.8, 3.5) if hesitant else (0.3, 1.3)
    if place.pause:
        pause = place.pause.shortest, place.pause.longest
    return Persona(
        voice=voice,
        noise=rooms.noise(kind, random.randrange(rooms.VARIETIES), level),
        pause=random.uniform(*pause),
        hesitation=random.choice(wording.HESITATIONS) if hesitant else "",
        hesitates=random.uniform(0.5, 1.2),
        opening=_led_in(random.choice(openings).format(**names), random),
        anybody=tuple(random.sample(wording.ANYBODY, 2)),
        patience=tuple(random.uniform(4.0, 6.0) for _ in range(3)),
        nobody=random.choice(wording.NOBODY),
        replies={kind: tuple(random.sample(lines, 3)) for kind, lines in wording.REPLIES.items()},
        reply_delay=tuple(random.uniform(0.25, 0.9) for _ in range(6)),
    )


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
