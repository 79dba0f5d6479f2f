"""The policy, a rule at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from probe.campaign.policy import REASONS, Dial, Later, Policy, Reason, Refuse, Situation, load_policy
from probe.errors import DocumentError
from probe.hours import Week

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Zhenjiang, a Monday
MINUTE = timedelta(minutes=1)
FINE = Situation(
    now=NOW,
    number="051180000001",
    zone=ZoneInfo("Asia/Shanghai"),
    day_kind="weekday",
    due_at=NOW - MINUTE,
    not_after=NOW + 60 * MINUTE,
)
POLICY = Policy(
    calls_per_hotline_per_day=3, calls_per_day=5, agent_seconds_per_hotline_per_day=60, agent_seconds_per_day=90
)


def test_a_call_that_no_rule_speaks_against_is_dialled() -> None:
    assert POLICY.decide(FINE) == Dial()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number": "110"}, "never_dial"),
        ({"number": "0511-110"}, "never_dial"),
        ({"campaign_state": "stopped"}, "campaign_stopped"),
        ({"not_after": NOW}, "too_late"),
        ({"hotline_calls_today": 3}, "hotline_day_cap"),
        ({"calls_today": 5}, "day_cap"),
        ({"hotline_agent_seconds_today": 60.0}, "hotline_agent_seconds"),
        ({"agent_seconds_today": 90.5}, "agent_seconds"),
        ({"budget_calls": 10, "campaign_calls": 10}, "budget_calls"),
        ({"budget_agent_seconds": 9.0, "campaign_agent_seconds": 9.0}, "budget_agent_seconds"),
        ({"now": NOW + timedelta(hours=11), "not_after": NOW + timedelta(hours=12)}, "outside_hours"),
    ],
)
def test_what_must_not_be_is_refused_with_its_reason(change: dict[str, Any], reason: str) -> None:
    assert POLICY.decide(replace(FINE, **change)) == Refuse(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "reason", "minutes"),
    [
        ({"due_at": NOW + 5 * MINUTE}, "not_yet", 5),
        ({"now": NOW - timedelta(hours=3), "due_at": NOW - timedelta(hours=4)}, "outside_hours", -120),
        ({"gap": 600.0, "last_ended": NOW - 4 * MINUTE}, "gap", 6),
    ],
)
def test_what_can_be_later_is_put_off_until_then(change: dict[str, Any], reason: str, minutes: float) -> None:
    assert POLICY.decide(replace(FINE, **change)) == Later(reason, NOW + minutes * MINUTE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stopped": True}, "stopped"),
        ({"campaign_state": "paused"}, "paused"),
        ({"busy": True}, "hotline_busy"),
        ({"free_channels": 0}, "no_channel"),
        ({"spacing": 1.0, "last_dialled": NOW - timedelta(seconds=0.4)}, "rate"),
    ],
)
def test_what_may_change_at_any_moment_is_looked_at_again_soon(change: dict[str, Any], reason: str) -> None:
    answer = POLICY.decide(replace(FINE, **change))
    assert isinstance(answer, Later)
    assert answer.reason == reason
    assert NOW < answer.at <= NOW + timedelta(seconds=5)


def test_a_clock_put_back_an_hour_delays_a_hotline_by_its_gap_and_not_by_an_hour() -> None:
    answer = POLICY.decide(replace(FINE, gap=600.0, last_ended=NOW + 60 * MINUTE))
    assert isinstance(answer, Later)
    assert NOW + 9 * MINUTE < answer.at < NOW + 11 * MINUTE


def test_listed_numbers_are_never_dialled_however_they_are_written() -> None:
    policy = Policy(never_dial=("12345", "4008*"))
    assert policy.refuse_number("1-2345")
    assert policy.refuse_number("4008123456")
    assert not policy.refuse_number("123456")
    assert not policy.refuse_number("051180000001")


def test_only_those_listed_may_start_campaigns() -> None:
    assert not Policy().refuse_start("anybody")
    assert Policy(may_start=("li",)).refuse_start("anybody")
    assert not Policy(may_start=("li",)).refuse_start("li")


def test_allowed_hours_are_the_hotlines_own() -> None:
    policy = Policy(allowed_hours=Week.model_validate({"weekday": "09:00-17:00"}))
    assert policy.decide(FINE) == Dial()
    assert isinstance(policy.decide(replace(FINE, zone=ZoneInfo("Europe/Madrid"))), Refuse | Later)


def test_a_policy_kept_as_json_is_the_same_policy() -> None:
    assert Policy.model_validate_json(POLICY.model_dump_json()) == POLICY


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASONS) == set(get_args(Reason))
    assert all(en and zh for en, zh in REASONS.values())


def test_the_file_is_read_and_its_mistakes_are_told_at_their_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text('never_dial: ["12345"]\nallowed_hours:\n  weekday: "09:00-17:00"\n')
    assert load_policy(path).never_dial == ("12345",)
    path.write_text('calls_per_day: 5\nnever_dial: ["12345", "twelve"]\n')
    with pytest.raises(DocumentError, match="not a number") as mistake:
        load_policy(path)
    assert mistake.value.line == 2
