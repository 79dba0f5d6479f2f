"""The tones of each country's telephone network, from `tones.yaml`, which names its sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from probe.errors import UserError
from probe.timeline import Kind

DEFAULT = "CN"
"""The country whose tones are expected when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """One tone of a plan.

    `frequencies` in Hz; `on` and `off` in seconds, in turn (both empty: it does not stop); `softer`: dB by which each
    burst is softer than the cadence's first; `below`: dBFS of the first, at or over which it does not sound like this.
    """

    kind: Kind
    frequencies: tuple[float, ...]
    on: tuple[float, ...]
    off: tuple[float, ...]
    softer: tuple[float, ...] = ()
    below: float = 0.0

    @property
    def continuous(self) -> bool:
        """Whether it sounds without a pause."""
        return not self.on

    def faint(self, softest: float) -> Iterator[Cadence]:
        """It as it sounds on so soft a line that its softer bursts are under `softest` (dBFS): they are pauses there."""
        softer = max(self.softer, default=0.0)
        if not softer:
            return
        on, off = list[float](), list[float]()
        for sounds, rests, by in zip(self.on, self.off, self.softer, strict=True):
            if by:
                off[-1] += sounds + rests
            else:
                on.append(sounds)
                off.append(rests)
        yield replace(self, on=tuple(on), off=tuple(off), softer=(0.0,) * len(on), below=softest + softer)


@dataclass(frozen=True, slots=True)
class Plan:
    """A country's tones. `source`: where the values come from."""

    country: str
    name_en: str
    name_zh: str
    source: str
    tones: tuple[Cadence, ...]


@cache
def plans() -> dict[str, Plan]:
    """All plans by country: ISO 3166 code, or EU for the harmonised tones of Europe."""
    text = resources.files("probe.listen").joinpath("tones.yaml").read_text(encoding="utf-8")
    return {country: _plan(country, row) for country, row in YAML(typ="safe").load(text).items()}


def plan(country: str) -> Plan:
    """A country's plan; raises UserError for one without."""
    if country not in plans():
        known = ", ".join(plans())
        raise UserError(
            f"no plan of tones for {country!r}; write one of {known}", f"没有“{country}”的信号音方案；可写：{known}"
        )
    return plans()[country]


def _plan(country: str, row: dict[str, Any]) -> Plan:
    tones = tuple(
        _cadence(Kind(kind), form)
        for kind, forms in row["tones"].items()
        for form in (forms if isinstance(forms, list) else [forms])
    )
    return Plan(country, row["name"]["en"], row["name"]["zh"], row["source"], tones)


def _cadence(kind: Kind, form: dict[str, Any]) -> Cadence:
    lengths = [] if form["cadence"] == "continuous" else form["cadence"]
    on, off = tuple(map(float, lengths[::2])), tuple(map(float, lengths[1::2]))
    softer = tuple(map(float, form.get("softer", [0] * len(on))))
    return Cadence(kind, tuple(map(float, form["frequencies"])), on, off, softer)
