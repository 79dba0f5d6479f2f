"""Whether a call showed what its scenario expects: one line an expectation, with what was found."""

from __future__ import annotations

from typing import Any

from probe.navigate.scenario import Scenario
from probe.timeline import Timeline


def judge(scenario: Scenario, timeline: Timeline) -> list[dict[str, Any]]:
    """Each expectation as {"expectation", "found", "held"}, in the order of the language's keys.

    The timeline must have been measured. A figure that the call does not have (a clock that never stopped) does not
    hold, and is found as None; seconds are rounded to the millisecond.
    """
    expect = scenario.expect
    rows: list[dict[str, Any]] = []
    if expect.outcome:
        wanted = " / ".join(outcome.value for outcome in expect.outcome)
        found = timeline.outcome.value if timeline.outcome else None
        held = timeline.outcome in expect.outcome
        rows.append({"expectation": f"outcome: {wanted}", "found": found, "held": held})
    figures = timeline.effort | timeline.clocks
    for name, bound in expect.bounds.items():
        figure = figures.get(name)
        held = figure is not None and bound.holds(figure)
        shown = None if figure is None else int(figure) if figure == int(figure) else round(figure, 3)
        rows.append({"expectation": f"{name}: {bound.written}", "found": shown, "held": held})
    return rows


def passed(rows: list[dict[str, Any]]) -> bool:
    """Whether every expectation held."""
    return all(row["held"] for row in rows)
