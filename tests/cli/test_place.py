"""One call put together: what goes wrong on our side is a timeline, not a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from probe import place, shipped
from probe.errors import UserError
from probe.evidence import load
from probe.place import Order, place_call
from probe.timeline import FRAME, Action, Answered, Dialed, Frame, Outcome

ELDERLY = shipped.scenarios() / "zhenjiang" / "zhenjiang-mobile" / "elderly.yaml"


class BreakingLine:
    """A line that gives half a second of a call and then breaks."""

    def __iter__(self) -> Iterator[Frame]:
        silence = np.zeros(FRAME, np.int16)
        yield Frame(0, silence, silence, (Dialed(at=0.0, known=0.0),))
        for number in range(1, 25):
            at = number * FRAME / 8000
            yield Frame(number * FRAME, silence, silence, (Answered(at=at, known=at),) if number == 5 else ())
        raise OSError("the cable\nwas cut")

    def perform(self, action: Action) -> None:
        """Nobody is there."""

    def close(self) -> None:
        """Nothing is open."""


def test_a_program_that_breaks_in_a_call_is_our_fault_and_keeps_what_was_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_line", lambda *_: BreakingLine())
    timeline = place_call(Order(scenario=ELDERLY, recordings=tmp_path))
    assert timeline.outcome is Outcome.OUR_FAULT
    assert timeline.why == "our line failed at 0.50 s: OSError: the cable was cut"
    kept, audio = load(tmp_path / timeline.call.id)
    assert [event.kind for event in kept.events] == ["dialed", "answered", "line_failed"]
    assert audio.stat().st_size == 44 + 25 * FRAME * 4
    assert "Traceback" in (audio.parent / "fault.txt").read_text(encoding="utf-8")


def test_the_same_order_gives_the_same_call(tmp_path: Path) -> None:
    first, second = (place_call(Order(scenario=ELDERLY, recordings=tmp_path, memory=False)) for _ in range(2))
    assert first.call.id != second.call.id
    assert first.to_json() | {"call": None} == second.to_json() | {"call": None}
    other = place_call(Order(scenario=ELDERLY, recordings=tmp_path, seed=2))
    assert other.clocks != first.clocks


def test_the_scenario_that_is_kept_needs_no_other_file(tmp_path: Path) -> None:
    from probe.navigate.scenario import load_scenario

    timeline = place_call(Order(scenario=ELDERLY, recordings=tmp_path))
    kept = tmp_path / timeline.call.id / "scenario.yaml"
    assert load_scenario(kept) == load_scenario(ELDERLY)


def test_a_call_is_named_after_instant_hotline_and_scenario(tmp_path: Path) -> None:
    timeline = place_call(Order(scenario=ELDERLY, recordings=tmp_path))
    instant, rest = timeline.call.id.split("-", 1)
    assert timeline.call.started_at.startswith(f"{instant[:4]}-{instant[4:6]}-{instant[6:8]}T")
    assert rest[:-4] == "zhenjiang-mobile-elderly-"
    assert (timeline.call.caller, timeline.call.goal, timeline.call.line) == ("elderly", "human", "simulated")


def test_a_call_over_sip_needs_an_address(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs an address"):
        place_call(Order(scenario=ELDERLY, line="sip", recordings=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_call_can_be_stopped_at_any_instant(tmp_path: Path) -> None:
    heard = 0

    def stop() -> bool:
        nonlocal heard
        heard += 1
        return heard > 200

    timeline = place_call(Order(scenario=ELDERLY, recordings=tmp_path), stop=stop)
    assert timeline.outcome is Outcome.UNSURE
    assert timeline.why.startswith("the user stopped the call at 4.0")
