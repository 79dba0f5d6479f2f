"""How often a call is measured right: at least 200 virtual calls with different seeds, each against the truth.

    python -m tests.benchmarks.bench_accuracy [--calls-of-a-survey 3] [--population 120] [--seed 7]

Prints the figures and every miss. Three parts: the survey's 33 scenarios with several seeds, the hotlines with one hard
behaviour each, and hotlines made up at random, which nobody wrote a scenario or a rule for.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from probe import shipped
from probe.bench.calls import Case, Result
from probe.bench.runner import place_series
from probe.documents import loads
from probe.navigate.scenario import Scenario, load_scenario
from probe.simulator.hotline import load_hotline
from probe.simulator.hotline import shipped as shipped_hotlines
from probe.simulator.population import population
from probe.simulator.walks import walk_scenario_yaml
from probe.timeline import Outcome

RIGHT = 0.98
"""Share of calls whose outcome, and whose steps, must be right."""
ANSWER_ERROR = 0.150
"""Seconds, 95th percentile, of the error of the instant of the person's answer."""


def cases(seeds: int, random_hotlines: int, seed: int) -> Iterator[Case]:
    """The calls of all three parts."""
    folder = shipped.scenarios() / "zhenjiang"
    for path in sorted(folder.glob("*/*.yaml")):
        scenario = load_scenario(path)
        hotline = load_hotline(scenario.hotline)
        for n in range(seeds):
            yield Case(f"{path.parent.name}/{path.stem}#{n}", hotline, scenario, seed + n)
    for hotline in shipped_hotlines():
        if hotline.id.startswith("lab-"):
            yield Case(hotline.id, hotline, loads(walk_scenario_yaml(hotline), Scenario, hotline.id), seed)
    for hotline in population(seed, random_hotlines):
        yield Case(hotline.id, hotline, loads(walk_scenario_yaml(hotline), Scenario, hotline.id), seed)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the benchmark asserts, and the rest of what it prints."""

    calls: int
    outcome: float
    steps: float
    false_humans: int
    missed_humans: int
    unsure: int
    error_95: float


def judge(results: list[Result]) -> Figures:
    """The figures of a set of calls."""
    errors = np.abs([error for r in results if (error := r.answer_error) is not None])
    human = Outcome.HUMAN
    return Figures(
        calls=len(results),
        outcome=sum(r.right_outcome for r in results) / len(results),
        steps=sum(r.right_steps for r in results) / len(results),
        false_humans=sum(r.found.outcome is human and r.true_outcome is not human for r in results),
        missed_humans=sum(r.found.outcome is not human and r.true_outcome is human for r in results),
        unsure=sum(r.found.outcome is Outcome.UNSURE for r in results),
        error_95=float(np.percentile(errors, 95)) if errors.size else 0.0,
    )


def describe(result: Result) -> str:
    """A miss in one line."""
    error = result.answer_error
    return (
        f"  {result.case.name}: found {result.found.outcome} in {result.found.effort.get('steps')} steps, "
        f"truly {result.true_outcome} in {result.true_steps}"
        + (f", answer {error * 1000:+.0f} ms" if error is not None else "")
        + f" ({result.found.why})"
    )


def run(seeds: int, random_hotlines: int, seed: int, workers: int = 2) -> list[Result]:
    """Places all calls, on two cores."""
    todo = list(cases(seeds, random_hotlines, seed))
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(_place, todo, chunksize=4))


def _place(case: Case) -> Result:
    return place_series((case,))[0]


def report(results: list[Result]) -> Figures:
    """Prints the figures and every miss."""
    figures = judge(results)
    print(
        f"{figures.calls} calls to {len({r.case.hotline.id for r in results})} hotlines\n"
        f"outcome right {figures.outcome:.2%}, steps right {figures.steps:.2%} (at least {RIGHT:.0%})\n"
        f"person found where there was none: {figures.false_humans}; person missed: {figures.missed_humans}; "
        f"unsure: {figures.unsure}"
    )
    errors = sorted(error for r in results if (error := r.answer_error) is not None)
    low, middle, high = np.percentile(errors, [2.5, 50, 97.5]) * 1000
    print(
        f"instant of the answer over {len(errors)} people: 95th percentile of the error {figures.error_95 * 1000:.0f} ms "
        f"(at most {ANSWER_ERROR * 1000:.0f}); median {middle:+.0f} ms, 95 % within {low:+.0f}..{high:+.0f} ms"
    )
    agent = [r.found.effort["agent_seconds"] for r in results if "agent_seconds" in r.found.effort]
    print(f"agent's time used: median {np.median(agent):.1f} s, longest {max(agent):.1f} s")
    print("outcomes, true → found:")
    for (true, found), count in sorted(Counter((r.true_outcome, r.found.outcome) for r in results).items()):
        print(f"  {true:18} → {found or 'none':18} {count}")
    misses = [r for r in results if not (r.right_outcome and r.right_steps) or abs(r.answer_error or 0) > ANSWER_ERROR]
    print(f"misses: {len(misses)}")
    for miss in misses:
        print(describe(miss))
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls-of-a-survey", type=int, default=3)
    options.add_argument("--population", type=int, default=120)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    figures = report(run(given.calls_of_a_survey, given.population, given.seed))
    right = figures.outcome >= RIGHT and figures.steps >= RIGHT and figures.error_95 <= ANSWER_ERROR
    raise SystemExit(0 if right and figures.calls >= 200 else 1)


if __name__ == "__main__":
    main()
