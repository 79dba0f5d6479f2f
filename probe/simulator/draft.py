"""A hotline that is being made up: what has been decided so far, and how it draws words, voices and lengths."""

from __future__ import annotations

from random import Random
from typing import Any

from probe.simulator.grammar import Grammar, Split, documents
from probe.simulator.music import STYLES
from probe.simulator.songs import SUNG_INSTEAD

Form = dict[str, Any]

_SUNG_FROM = 7  # of ten tunes, those that are sung where the style has a song

VOICES: dict[Split, tuple[str, ...]] = {
    "train": (
        "m1", "m3", "m4", "m7", "f1", "f2", "f3", "Alex", "Andy", "Denis", "Diogo", "Mario", "Storm", "adam", "linda",
        "rob", "paul", "benjamin",
    ),
    "test": (
        "m2", "m5", "m6", "m8", "f4", "f5", "Hugo", "Michael", "Mike", "Annie", "max", "john", "robert", "steph",
        "quincy", "Gene", "victor", "edward",
    ),
}  # fmt: skip
"""espeak-ng's variants, those that the recogniser reads about equally well (measured); no voice is in both splits."""


class Draft:
    """One hotline to be. `truth`: whether a person is reached, and the outcome; `traps`: what makes it hard."""

    def __init__(self, seed: int, split: Split) -> None:
        self.random = Random(seed)
        self.split: Split = split
        self.grammar = Grammar(split)
        enterprises = documents()["enterprises"]
        prefixes = enterprises["prefixes"]["train" if split == "train" else "held_out"]
        self.sector = self.choice(sorted(enterprises["sectors"]))
        sector = enterprises["sectors"][self.sector]
        self.name: str = self.choice(prefixes) + self.choice(sector["names"])
        self.topics: list[str] = self.random.sample(sector["topics"], len(sector["topics"]))
        self.bot = self.says("bot_name")
        self.recorded = self.voice()
        self.places: dict[str, Form] = {}
        self.inputs: list[Form] = []
        self.traps: list[str] = []
        self.network: Form = {}
        self.hours: Form | None = None
        self.truth: Form = {"reached": True, "outcome": "human"}

    def choice(self, options: Any) -> Any:
        """One of several."""
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        """True in that share of hotlines."""
        return self.random.random() < share

    def between(self, low: float, high: float) -> float:
        """A length of time, to the tenth of a second."""
        return round(self.random.uniform(low, high), 1)

    def says(self, rule: str, **names: str) -> str:
        """A sentence of this hotline."""
        return self.grammar.draw(
            self.random, rule, name=self.name, bot=getattr(self, "bot", ""), surname=self.choice("王李张刘陈"), **names
        )

    def several(self, rule: str, count: int, **names: str) -> list[str]:
        """Some different sentences of this hotline."""
        return self.grammar.sample(self.random, rule, count, name=self.name, bot=self.bot, **names)

    def voice(self) -> Form:
        """A voice of a machine; some recordings were made in a room."""
        return {
            "variant": self.choice(VOICES[self.split]),
            "rate": self.random.randint(175, 230),
            "pitch": self.random.randint(35, 68),
            "volume_db": self.between(-20, -11),
            "warp": round(self.random.uniform(0.94, 1.06), 3),
            "varies": True,
            "noise": self.random.choices(("none", "quiet", "office"), (8, 1.5, 0.5))[0],
        }

    def music(self) -> Form:
        """A style of music, and a tune; now and then it is sung (a share that is guessed)."""
        style, tune = self.choice(sorted(STYLES)), self.random.randint(0, 9)
        return {"music": SUNG_INSTEAD.get(style, style) if tune >= _SUNG_FROM else style, "tune": tune}

    def fails(self, outcome: str) -> None:
        """Nobody is reached at this hotline."""
        self.truth = {"reached": False, "outcome": outcome}

    def trap(self, name: str) -> None:
        """Note what makes this hotline hard."""
        if name not in self.traps:
            self.traps.append(name)
