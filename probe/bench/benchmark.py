"""A whole benchmark: a population, its calls, one or more detectors on the same calls, and their figures."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from probe import __version__
from probe.bench import detector as detectors
from probe.bench.bounds import Bound, bounds
from probe.bench.figures import Figures, figures
from probe.bench.rows import Row, row
from probe.bench.runner import Series, run, series
from probe.errors import UserError
from probe.simulator.grammar import Split
from probe.simulator.hotline import Hotline

POPULATION = "probe.simulator.population:population"
"""The population that comes with the project."""
SCHEMA = "probe.bench/1"

Population = Callable[[int, int, Split], Sequence[Hotline]]
"""`population(seed, n, split)` gives `n` hotlines; those of the two splits must have nothing in common."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: `calls` in all, spread evenly over the hotlines."""

    hotlines: int = 100
    calls: int = 2000
    seed: int = 1
    split: Split = "test"
    population: str = POPULATION

    @property
    def calls_each(self) -> int:
        """Calls to each hotline, one at least."""
        return max(1, self.calls // self.hotlines)

    def series(self) -> list[Series]:
        """All calls; raises UserError when there is no such population."""
        made = load_population(self.population)(self.seed, self.hotlines, self.split)
        return series(made, self.calls_each, self.seed)


@dataclass(frozen=True, slots=True)
class Measured:
    """A detector's figures. `took`: seconds of the wall clock."""

    detector: str
    rows: tuple[Row, ...]
    figures: Figures
    bounds: tuple[Bound, ...]
    took: float

    @property
    def met(self) -> bool:
        """Whether no bound is missed."""
        return all(bound.met is not False for bound in self.bounds)


def load_population(name: str) -> Population:
    """The population called `module:function`; raises UserError when there is none."""
    module, _, attribute = name.partition(":")
    try:
        found: Population = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(
            f"no population `{name}` ({error}); write module:function, such as {POPULATION}",
            f"没有热线群“{name}”（{error}）；请写 模块:函数，例如 {POPULATION}",
        ) from None
    return found


def measure(
    plan: Plan,
    detector: str = detectors.OURS,
    *,
    workers: int | None = None,
    made: Callable[[int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Measured:
    """Makes all calls of the plan and works out the figures. `made` is told how many calls were made so far.

    When `stop` says so, the figures are of the hotlines called until then.
    """
    began = time.monotonic()
    calls = run(plan.series(), detector, workers=workers, made=made, stop=stop)
    rows = [row(result) for results in calls for result in results]
    rows.sort(key=lambda one: (one.hotline, one.nth))
    found = figures(rows)
    return Measured(detector, tuple(rows), found, bounds(found), time.monotonic() - began)


def only(plan: Plan, name: str) -> Series:
    """The call called `name` and all calls to its hotline before it; raises UserError when there is none.

    A call of the project's own population says itself which population it is of: `SPLIT-SEED-HOTLINE#CALL`.
    """
    hotline, _, nth = name.rpartition("#")
    parts = hotline.split("-")
    if plan.population == POPULATION and len(parts) == 3 and parts[0] in ("train", "test"):
        split: Split = "train" if parts[0] == "train" else "test"
        if parts[1].isdigit() and parts[2].isdigit():
            plan = dataclasses.replace(plan, seed=int(parts[1]), split=split, hotlines=int(parts[2]) + 1)
    for one in load_population(plan.population)(plan.seed, plan.hotlines, plan.split):
        if one.id == hotline and nth.isdigit():
            return series([one], int(nth) + 1, plan.seed)[0]
    raise UserError(
        f"no call `{name}`; names are as `probe bench` prints them, such as test-1-37#4",
        f"没有通话“{name}”；名称如 `probe bench` 所列，例如 test-1-37#4",
    )


def to_json(plan: Plan, found: Sequence[Measured]) -> dict[str, Any]:
    """All figures and calls as plain data."""
    return {
        "schema": SCHEMA,
        "software": f"probe {__version__}",
        "cores": os.cpu_count(),
        "plan": dataclasses.asdict(plan),
        "detectors": [
            {
                "detector": one.detector,
                "took": round(one.took, 1),
                "bounds": [_bound(bound) for bound in one.bounds],
                "segments": [[*key, count] for key, count in sorted(one.figures.segments.items())],
                "answers": dict(one.figures.answers),
                "outcomes": [[*key, count] for key, count in sorted(one.figures.outcomes.items())],
                "brier": one.figures.calibration.brier,
                "ece": one.figures.calibration.ece,
                "calls": [dataclasses.asdict(call) for call in one.rows],
            }
            for one in found
        ],
    }


def _bound(bound: Bound) -> dict[str, Any]:
    share = {} if bound.share is None else {"k": bound.share.k, "n": bound.share.n}
    return {
        "name": bound.name,
        bound.sense.replace(" ", "_"): bound.bound,
        "unit": bound.unit,
        "measured": bound.measured,
        "met": bound.met,
    } | share
