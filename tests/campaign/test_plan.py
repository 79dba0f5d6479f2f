"""Plans: within their windows, spaced, spread evenly, the same for the same seed, and never more than the trunk takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.campaign.plan import Plan, plan
from probe.campaign.policy import Policy
from probe.errors import UserError
from probe.hours import Week
from tests.campaign.campaigns import made


def planned(hotlines: int = 3, *, policy: Policy | None = None, **keys: Any) -> Plan:
    return plan(made(hotlines, **keys), policy or Policy())


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    times = [[call.due_at for call in planned(seed=seed).calls] for seed in (7, 7, 8)]
    assert times[0] == times[1] != times[2]


@settings(max_examples=40, deadline=None)
@given(
    hotlines=st.integers(1, 5),
    calls=st.integers(1, 6),
    gap=st.sampled_from(["1 min", "10 min", "30 min"]),
    channels=st.integers(1, 3),
    seed=st.integers(0, 9),
)
def test_what_is_planned_keeps_every_rule(hotlines: int, calls: int, gap: str, channels: int, seed: int) -> None:
    slots = {
        "weekday": {"hours": ["09:00-11:30", "13:30-17:00"], "calls": calls},
        "peak": {"hours": "11:30-13:30", "calls": 1},
        "weekend": {"hours": "10:00-16:00", "calls": 1},
    }
    keys = {"slots": slots, "gap": gap, "seed": seed, "trunk": {"channels": channels, "calls_per_second": 0.5}}
    try:
        found = planned(hotlines, **keys)
    except UserError:
        return  # it did not fit, and was told
    campaign = found.campaign
    length = timedelta(seconds=campaign.expected_call)
    assert len(found.calls) == hotlines * 2 * (calls + 2)
    assert len({call.id for call in found.calls}) == len(found.calls)
    assert found.most_at_once() <= channels
    last: dict[str, datetime] = {}
    for call in found.calls:
        local = call.due_at.astimezone(call.cell.hotline.zone)
        spans = campaign.slots[call.slot].hours
        assert any(span.start <= 60 * local.hour + local.minute < span.end for span in spans)
        assert call.cell.hotline.kind_of(local.date()) in campaign.slots[call.slot].days
        assert call.due_at + length <= call.not_after + timedelta(seconds=1)
        if (before := last.get(call.cell.hotline.id)) is not None:
            assert call.due_at - before >= length + timedelta(seconds=campaign.gap)
        last[call.cell.hotline.id] = call.due_at
    cells = Counter((call.cell.hotline.id, call.cell.scenario, call.slot) for call in found.calls)
    assert set(cells.values()) <= {calls, 1}


def test_each_cell_has_a_call_in_each_part_of_the_campaign() -> None:
    found = planned(2, end="2026-03-29", slots={"weekday": {"hours": "09:00-17:00", "calls": 4}}, seed=3)
    by_cell = defaultdict(list)
    for call in found.calls:
        by_cell[call.cell.hotline.id, call.cell.scenario].append((call.day - date(2026, 3, 2)).days // 7)
    assert all(weeks == [0, 1, 2, 3] for weeks in by_cell.values())


def test_times_of_day_are_spread_over_the_slot() -> None:
    found = planned(40, slots={"weekday": {"hours": "09:00-17:00", "calls": 5}}, trunk={"channels": 50})
    hours = Counter(call.due_at.astimezone(call.cell.hotline.zone).hour for call in found.calls)
    # 400 calls, 50 an hour if uniform; five standard deviations of a binomial are 33.
    assert set(hours) == set(range(9, 17))
    assert all(17 < calls < 83 for calls in hours.values())


def test_a_slot_keeps_its_local_hours_across_a_change_of_the_clocks() -> None:
    keys: dict[str, Any] = {"start": "2026-03-23", "end": "2026-04-05", "zone": "Europe/Madrid"}
    found = planned(1, slots={"weekday": {"hours": "09:00-10:00", "calls": 9}}, gap="1 min", **keys)
    offsets = set()
    for call in found.calls:
        local = call.due_at.astimezone(call.cell.hotline.zone)
        offsets.add(local.utcoffset())
        assert local.hour == 9
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}


def test_a_window_that_the_change_of_the_clocks_leaves_out_has_no_calls() -> None:
    week = Week.model_validate({"weekday": "00:00-24:00", "weekend": "00:00-24:00"})
    with pytest.raises(UserError, match="only 0 fit"):
        planned(
            1,
            start="2026-03-29",
            end="2026-03-29",
            zone="Europe/Madrid",
            policy=Policy(allowed_hours=week),
            slots={"weekend": {"hours": "02:00-03:00", "calls": 1}},
        )


def test_opening_hours_of_the_register_are_kept_to_when_asked() -> None:
    opening = Week.model_validate({"weekday": "09:00-10:00"})
    found = planned(2, opening=opening, in_opening_hours=True)
    assert {call.due_at.astimezone(call.cell.hotline.zone).hour for call in found.calls} == {9}


def test_the_policys_hours_and_caps_bound_the_plan() -> None:
    week = Week.model_validate({"weekday": "16:00-17:00"})
    found = planned(2, policy=Policy(allowed_hours=week))
    assert {call.due_at.astimezone(call.cell.hotline.zone).hour for call in found.calls} == {16}
    capped = planned(1, policy=Policy(calls_per_hotline_per_day=2))
    assert max(counts.total() for counts in capped.by_day().values()) <= 2
    with pytest.raises(UserError, match="only 5 fit"):
        planned(1, policy=Policy(calls_per_hotline_per_day=1))
    with pytest.raises(UserError, match="the policy allows 1 a day"):
        planned(3, policy=Policy(calls_per_day=1))


def test_more_calls_than_the_trunk_takes_do_not_fit() -> None:
    with pytest.raises(UserError, match="channels"):
        planned(40, start="2026-03-02", end="2026-03-02", slots={"weekday": {"hours": "09:00-10:00", "calls": 2}})
