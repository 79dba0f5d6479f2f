"""Sentences drawn at random from rules, some of which only hotlines to test on may use.

A rule is a list of sentences in `words/*.yaml` under `common`, `train` and `held_out`. `{rule}` in a sentence stands for
another rule's sentence; other names in braces are filled in by the caller, or left. A detector trained on `train` never
saw what is `held_out`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

from ruamel.yaml import YAML

Split = Literal["train", "test"]
_FOLDER = Path(__file__).with_name("words")
_NAME = re.compile(r"\{(\w+)\}")
_HELD_OUT = 0.75  # share of what test hotlines say that nobody else may; guessed
_TRIES = 50


@cache
def documents() -> dict[str, Any]:
    """All word files, by name."""
    yaml = YAML(typ="safe")
    return {path.stem: yaml.load(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.yaml"))}


@cache
def rules() -> dict[str, dict[str, list[str]]]:
    """All rules by name; `enterprises.yaml` holds names, no rules."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, document in documents().items():
        if name != "enterprises":
            found.update(document)
    return found


class Grammar:
    """Draws sentences as hotlines of a split speak them."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self._new = False

    def draw(self, random: Random, rule: str, **names: str) -> str:
        """A sentence of the rule, `names` filled in."""
        sentence = _NAME.sub(lambda found: self._filled(random, found), self._choice(random, rule))
        for name, value in names.items():
            sentence = sentence.replace("{" + name + "}", value)
        return sentence

    def draw_new(self, random: Random, rule: str, **names: str) -> str:
        """The same; in the test split with something in it that is held out."""
        for _ in range(_TRIES):
            self._new = False
            sentence = self.draw(random, rule, **names)
            if self._new or self._split == "train":
                break
        return sentence

    def sample(self, random: Random, rule: str, count: int, **names: str) -> list[str]:
        """Up to `count` different sentences of the rule."""
        drawn = (self.draw(random, rule, **names) for _ in range(8 * count))
        return list(dict.fromkeys(drawn))[:count]

    def _choice(self, random: Random, rule: str) -> str:
        sentences = rules()[rule]
        common, own = sentences.get("common", []), sentences.get("train" if self._split == "train" else "held_out", [])
        if self._split == "train" or not own or not common:
            chosen = random.choice(common + own)
        else:
            chosen = random.choice(own if random.random() < _HELD_OUT else common)
        if self._split == "test" and chosen in own:
            self._new = True
        return chosen

    def _filled(self, random: Random, found: re.Match[str]) -> str:
        name = found[1]
        return self.draw(random, name) if name in rules() else found[0]
