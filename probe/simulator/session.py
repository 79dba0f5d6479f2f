"""What the scripts of one call share, and the two things a script can do: say something, and wait.

A script is a generator. It yields a `Wait` and is resumed with what happened first: the sound ended, time ran out, a
key came, the caller began to speak, the caller has said something. So a script reads like the conversation it leads,
and knows nothing of ticks or samples.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from random import Random
from typing import Literal

from probe.line.exchange import Signal
from probe.simulator.ears import Ears, Utterance
from probe.simulator.hotline import Hotline
from probe.simulator.player import Player
from probe.simulator.speaker import Part, Speaker, prompt
from probe.simulator.truth import Spoken, Truth, Who, tick_seconds
from probe.timeline import FRAME

BETWEEN = 0.4
"""Seconds that a machine takes from an input, or the end of one prompt, to the next prompt; guessed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What a script waits for; it is resumed by the first of these that happens."""

    playing: bool = False
    seconds: float | None = None
    keys: bool = False
    speech: bool = False
    onset: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The sound has been played to its end."""


@dataclass(frozen=True, slots=True)
class TimeOut:
    """The time ran out."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class Onset:
    """The caller began to speak."""


Happened = Finished | TimeOut | Pressed | Onset | Utterance
Script = Generator[Wait, Happened, str]
"""Ends with the name of the place to go to next."""


class Session:
    """The state of one call that its scripts share."""

    def __init__(self, hotline: Hotline, truth: Truth, ears: Ears, random: Random, hour: int) -> None:
        self.hotline = hotline
        self.truth = truth
        self.ears = ears
        self.random = random
        self.hour = hour
        self.player = Player()
        self.keys: deque[str] = deque()
        self.signals: list[Signal] = []
        self.menus: list[str] = []
        self.tick = 0

    @property
    def now(self) -> float:
        """Seconds since the INVITE."""
        return tick_seconds(self.tick)

    def note(self, kind: str, detail: str = "") -> None:
        """Note a happening of this instant in the truth."""
        self.truth.happened(kind, self.tick, detail)

    def say(
        self,
        parts: Iterable[Part],
        speaker: Speaker,
        who: Who,
        *,
        interrupted_by: Literal["nothing", "keys", "speech", "keys and speech"] = "nothing",
        over_background: bool = True,
        also: str | None = None,
    ) -> Generator[Wait, Happened, Happened]:
        """Say a prompt to its end, or until interrupted; returns what happened (Finished, Pressed or Onset).

        `also`: a happening noted where the first sound begins.
        """
        spoken = [part for part in parts if part.text]
        sound, ends = prompt(tuple(spoken), speaker)
        if not spoken:
            return Finished()
        start = self.tick
        if also:
            self.note(also)
        self.player.play(sound, over_background)
        text = "，".join(part.text for part in spoken)
        place = len(self.truth.spoken)
        end = start + -(-sound.size // FRAME)
        self.truth.spoken.append(Spoken(tick_seconds(start), tick_seconds(end), text, who))
        happened: Happened = Finished()
        try:
            happened = yield Wait(playing=True, keys="keys" in interrupted_by, onset="speech" in interrupted_by)
        finally:
            if self.player.playing:
                self.player.stop()
                end = min(end, self.tick)
                self.truth.spoken[place] = Spoken(tick_seconds(start), tick_seconds(end), text, who)
            for part, samples in zip(spoken, ends, strict=True):
                if part.means and start + -(-samples // FRAME) <= end:
                    self.truth.happened(part.means, start + -(-samples // FRAME), part.detail)
        return happened

    def take(self, kind: Literal["key", "spoken"], value: str) -> None:
        """Note an input that the hotline accepted."""
        self.truth.steps.append((kind, value))
        self.note("accepted", value)
