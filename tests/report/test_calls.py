"""What the index keeps of one call's timeline."""

from __future__ import annotations

import dataclasses

import pytest

from probe.report.calls import FIGURES, TEXTS, UNFINISHED, values_of
from tests.report.calls_made_up import timeline, unfinished


def kept(**how: object) -> dict[str, object]:
    return values_of(timeline("a", **how).dumps().encode())[0]  # type: ignore[arg-type]


def test_every_column_has_a_value_and_the_figures_are_those_of_the_timeline() -> None:
    call = timeline("a", wait=20.0)
    values, _ = values_of(call.dumps().encode())
    assert set(values) == {*TEXTS, *FIGURES, "expected_held"}
    assert {name: values[name] for name in call.clocks} == call.clocks
    assert {name: values[name] for name in call.effort} == call.effort
    assert (values["requested_at"], values["human_at"], values["ended_at"]) == (7.0, 27.0, 31.0)
    assert (values["ended_by"], values["stopped_for"]) == ("caller", "goal_reached")


def test_a_figure_that_is_not_known_is_none_and_not_zero() -> None:
    values = kept(wait=None)
    assert (values["outcome"], values["requested_to_human"], values["human_at"]) == ("human_unreachable", None, None)
    assert values["ended_at"] == 101.0


def test_what_was_heard_and_what_the_caller_sent_can_be_looked_for() -> None:
    _, words = values_of(timeline("a", text="人工服务请按零").dumps().encode())
    assert words.splitlines() == ["人工服务请按零", "0"]


def test_a_call_that_still_runs_is_unfinished() -> None:
    values, _ = values_of(unfinished(timeline("a")).dumps().encode())
    assert values["outcome"] == UNFINISHED


def test_a_line_that_failed_ended_the_call() -> None:
    values = kept(broken=True)
    assert (values["outcome"], values["ended_by"]) == ("our_fault", "line")


@pytest.mark.parametrize(("held", "all_held"), [((), None), ((True, True), True), ((True, False), False)])
def test_expectations_hold_when_all_of_them_do(held: tuple[bool, ...], all_held: bool | None) -> None:
    rows = [{"expectation": "x", "found": "y", "held": one} for one in held]
    call = dataclasses.replace(timeline("a"), expected=rows)
    assert values_of(call.dumps().encode())[0]["expected_held"] is all_held


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"schema": "probe.timeline/1"}', b"\xff"])
def test_what_is_not_a_timeline_is_refused(text: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        values_of(text)
