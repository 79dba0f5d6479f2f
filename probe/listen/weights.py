"""What each cue is worth: the readable file `verdict.yaml`, written by `probe verdict train`.

Two logistic models, each a bias and one weight a cue: is it a person; and if not, is it a bot. The file is the model:
its `version` and the hash of its text are named in every timeline, so a verdict can be worked out again years later.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from probe.errors import UserError
from probe.listen.cues import SIGNS, Cue


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model. All weights are log odds for a cue that is fully there.

    `human_from`: probability of a person from which speech that is over is a person's; `early_from`: the same while it
    may go on; `machine_from`: probability of a person under which it is a machine's; `most`: no probability is higher,
    since nobody can be surer than the number of calls that were learnt from.
    """

    version: int
    bias: float
    person: Mapping[str, float]
    bot_bias: float
    bot: Mapping[str, float]
    human_from: float
    early_from: float
    machine_from: float
    most: float
    digest: str = ""

    @property
    def name(self) -> str:
        """What a timeline calls it: version and the beginning of the file's SHA-256."""
        return f"verdict {self.version} ({self.digest[:12]})"

    def human(self, cues: Sequence[Cue]) -> float:
        """Probability of a person."""
        return min(max(_logistic(self.bias + self._sum(self.person, cues)), 1 - self.most), self.most)

    def is_bot(self, cues: Sequence[Cue]) -> float:
        """Probability that a machine is a bot and not a recording."""
        return _logistic(self.bot_bias + self._sum(self.bot, cues))

    def worth(self, cue: Cue) -> float:
        """Log odds for a person that a cue adds."""
        return self.person.get(cue.name, 0.0) * cue.value

    @staticmethod
    def _sum(weights: Mapping[str, float], cues: Sequence[Cue]) -> float:
        return sum(weights.get(cue.name, 0.0) * cue.value for cue in cues)


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(min(total, 60.0), -60.0)))


def loads(text: str, name: str = "verdict.yaml") -> Weights:
    """The model in a file's text; raises UserError when it is not one."""
    form = YAML(typ="safe").load(text)
    try:
        weights = Weights(
            version=int(form["version"]),
            bias=float(form["person"]["bias"]),
            person=_checked(form["person"]["weights"]),
            bot_bias=float(form["bot"]["bias"]),
            bot=_checked(form["bot"]["weights"], signs=False),
            human_from=float(form["human_from"]),
            early_from=float(form["early_from"]),
            machine_from=float(form["machine_from"]),
            most=float(form["most_certain"]),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"{name} is no verdict model: {error}; write one with `probe verdict train`",
            f"{name} 不是判定模型：{error}；请用 `probe verdict train` 生成",
        ) from None
    if not 0 <= weights.machine_from < weights.human_from <= weights.most <= 1:
        raise UserError(
            f"{name}: machine_from must be below human_from, and that not above most_certain",
            f"{name}：machine_from 须小于 human_from，且 human_from 不大于 most_certain",
        )
    return weights


def _checked(form: Any, signs: bool = True) -> dict[str, float]:
    found = {str(name): float(value) for name, value in form.items()}
    for name, value in found.items():
        if name not in SIGNS:
            raise ValueError(f"there is no cue called {name}")
        if signs and SIGNS[name] * value < 0:
            raise ValueError(f"{name} can only speak {'for' if SIGNS[name] > 0 else 'against'} a person, not {value}")
    return found


@cache
def shipped() -> Weights:
    """The model that comes along."""
    return loads(resources.files("probe.listen").joinpath("verdict.yaml").read_text(encoding="utf-8"))


def dumps(weights: Weights, trained: Mapping[str, Any]) -> str:
    """The file's text; `trained`: what it was trained on and how it did on hotlines held out, for whoever reads it."""
    lines = [
        "# What each piece of evidence is worth, in log odds for a person (docs/verdict.md). Written by",
        "# `probe verdict train`; read it, and train it anew rather than edit it: its hash is named in every timeline.",
        f"version: {weights.version}",
        "trained:",
        *(f"  {name}: {value}" for name, value in trained.items()),
        "# Probability of a person from which speech that is over, or goes on, is a person's; and under which a machine's.",
        f"human_from: {weights.human_from:.4f}",
        f"early_from: {weights.early_from:.4f}",
        f"machine_from: {weights.machine_from:.4f}",
        "# No verdict is surer than this.",
        f"most_certain: {weights.most:.5f}",
        "# Is it a person?",
        *_section("person", weights.bias, weights.person),
        "# Is a machine a bot (and not a recording)?",
        *_section("bot", weights.bot_bias, weights.bot),
    ]
    return "\n".join(lines) + "\n"


def _section(name: str, bias: float, weights: Mapping[str, float]) -> list[str]:
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    rows = [f"    {cue}: {value:.2f}" for cue, value in ordered if abs(value) >= 0.005]
    return [f"{name}:", f"  bias: {bias:.2f}", "  weights:", *rows]
