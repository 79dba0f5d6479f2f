"""A call is held against what its scenario expects."""

from __future__ import annotations

from probe.navigate.expect import judge, passed
from probe.navigate.scenario import loads_scenario
from probe.timeline import CallInfo, Outcome, Timeline

SCENARIO = loads_scenario(
    "hotline: a\nexpect:\n  outcome: [human, busy]\n  steps: at most 2\n  answered_to_human: at most 60 s\n"
)


def measured(outcome: Outcome, steps: int, **clocks: float) -> Timeline:
    return Timeline(CallInfo(id="x"), outcome=outcome, clocks=dict(clocks), effort={"steps": steps})


def test_every_expectation_is_told_with_what_was_found() -> None:
    rows = judge(SCENARIO, measured(Outcome.HUMAN, 3, answered_to_human=59.99951))
    assert rows == [
        {"expectation": "outcome: human / busy", "found": "human", "held": True},
        {"expectation": "steps: at most 2", "found": 3, "held": False},
        {"expectation": "answered_to_human: at most 60 s", "found": 60.0, "held": True},
    ]
    assert not passed(rows)


def test_a_clock_that_never_stopped_does_not_hold() -> None:
    rows = judge(SCENARIO, measured(Outcome.LOOPED, 1))
    assert [row["held"] for row in rows] == [False, True, False]
    assert rows[2]["found"] is None


def test_a_scenario_that_expects_nothing_is_passed() -> None:
    assert passed(judge(loads_scenario("hotline: a"), measured(Outcome.BUSY, 0)))
