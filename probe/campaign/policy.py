"""What may be dialled, when, how often and by whom: all of it, in this file.

`Policy` is the file `policy.yaml` (or the defaults below). Three questions are asked of it, all without a clock, a
database or a network, so that each rule can be tested by itself:

    refuse_number(number)     before a plan is made, and again before a call is dialled
    refuse_start(user)        before a campaign is started
    decide(situation)         before each call is dialled, in the transaction that writes the attempt down

`decide` answers `Dial`, `Later` (ask again, not before an instant) or `Refuse` (never; the reason is kept in the call's
row). The order of its rules is the order of their weight: what must never happen is looked at first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from probe import documents
from probe.documents import SourceMistake
from probe.hours import DayKind, Week, within
from probe.line.emergency import is_emergency

FILE = Path("policy.yaml")

Reason = Literal[
    "never_dial",
    "stopped",
    "paused",
    "campaign_stopped",
    "too_late",
    "not_yet",
    "outside_hours",
    "hotline_day_cap",
    "day_cap",
    "hotline_agent_seconds",
    "agent_seconds",
    "budget_calls",
    "budget_agent_seconds",
    "gap",
    "hotline_busy",
    "no_channel",
    "rate",
]
"""Why a call is not dialled, or not now."""

REASONS: dict[Reason, tuple[str, str]] = {
    "never_dial": ("the number is never dialled", "该号码绝不拨打"),
    "stopped": ("everything is stopped (probe stop-all)", "已全部停止（probe stop-all）"),
    "paused": ("the campaign is paused", "任务已暂停"),
    "campaign_stopped": ("the campaign was stopped", "任务已停止"),
    "too_late": ("its time slot is over", "时段已过"),
    "not_yet": ("its time has not come", "时间未到"),
    "outside_hours": ("outside the hours in which the policy allows calls", "不在规则允许拨打的时间内"),
    "hotline_day_cap": ("as many calls at this hotline today as the policy allows", "当日对该热线的拨打次数已达上限"),
    "day_cap": ("as many calls today as the policy allows", "当日拨打总次数已达上限"),
    "hotline_agent_seconds": (
        "this hotline's people were kept as long today as allowed",
        "当日占用该热线人工的时间已达上限",
    ),
    "agent_seconds": ("people were kept as long today as the policy allows", "当日占用人工的总时间已达上限"),
    "budget_calls": ("the campaign's budget of calls is used up", "任务的拨打次数预算已用完"),
    "budget_agent_seconds": ("the campaign's budget of agents' seconds is used up", "任务的人工时间预算已用完"),
    "gap": ("too soon after the last call at this hotline", "距上次拨打该热线的时间太短"),
    "hotline_busy": ("another call at this hotline is going on", "正在拨打该热线"),
    "no_channel": ("all channels of the trunk are in use", "中继通道已全部占用"),
    "rate": ("the trunk's calls per second are used up", "中继每秒拨打次数已达上限"),
}
"""Each reason in English and Chinese."""

_DAYTIME = Week.model_validate(dict.fromkeys(("weekday", "weekend", "holiday"), "08:00-21:00"))


class Policy(BaseModel):
    """The file. The defaults are guesses at what is gentle; no standard sets them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    never_dial: tuple[str, ...] = Field(
        default=(),
        description="Numbers, in quotes; a * at the end stands for any digits. Emergency numbers always are.",
    )
    allowed_hours: Week = Field(default=_DAYTIME, description="When calls may be made, local to the hotline.")
    calls_per_hotline_per_day: int = Field(default=50, ge=1)
    calls_per_day: int = Field(default=5000, ge=1, description="At all hotlines together.")
    agent_seconds_per_hotline_per_day: float = Field(default=1800.0, gt=0)
    agent_seconds_per_day: float = Field(default=36_000.0, gt=0, description="At all hotlines together.")
    may_start: tuple[str, ...] = Field(default=(), description="Who may start campaigns, by login; empty: anybody.")

    @field_validator("never_dial")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        for position, number in enumerate(numbers):
            if not re.fullmatch(r"\+?\d+\*?", number):
                raise SourceMistake(
                    f'`{number}` is not a number; write digits in quotes, such as "12345", or "4008*"',
                    f'“{number}”不是号码；请写带引号的数字，例如 "12345" 或 "4008*"',
                    within=(position,),
                )
        return numbers

    def refuse_number(self, number: str) -> bool:
        """Whether a number is never dialled."""
        if is_emergency(number):
            return True
        digits = re.sub(r"\D", "", number)
        return any(
            digits.startswith(listed.lstrip("+")[:-1]) if listed.endswith("*") else digits == listed.lstrip("+")
            for listed in self.never_dial
        )

    def refuse_start(self, user: str) -> bool:
        """Whether somebody may not start campaigns."""
        return bool(self.may_start) and user not in self.may_start

    def decide(self, call: Situation) -> Dial | Later | Refuse:
        """What becomes of a call now."""
        for rule in _RULES:
            answer = rule(self, call)
            if answer is not None:
                return answer
        return Dial()


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is known at the instant when a call would be dialled. Instants are UTC; "today" is the hotline's day.

    `last_ended`: end of the last call at the hotline, None if there was none; `busy`: one is going on there.
    `free_channels` of the trunk; `last_dialled`: when the trunk last began a call; `spacing`: seconds between two.
    """

    now: datetime
    number: str
    zone: ZoneInfo
    day_kind: DayKind
    due_at: datetime
    not_after: datetime
    stopped: bool = False
    campaign_state: str = "running"
    hotline_calls_today: int = 0
    calls_today: int = 0
    hotline_agent_seconds_today: float = 0.0
    agent_seconds_today: float = 0.0
    campaign_calls: int = 0
    campaign_agent_seconds: float = 0.0
    budget_calls: int | None = None
    budget_agent_seconds: float | None = None
    gap: float = 0.0
    last_ended: datetime | None = None
    busy: bool = False
    free_channels: int = 1
    last_dialled: datetime | None = None
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Dial:
    """It may be dialled now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; not before `at`."""

    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never."""

    reason: Reason


SOON = timedelta(seconds=2)
"""When to look again at what may change at any moment. A guess."""


def _number(policy: Policy, call: Situation) -> Refuse | None:
    return Refuse("never_dial") if policy.refuse_number(call.number) else None


def _switches(_: Policy, call: Situation) -> Later | Refuse | None:
    if call.campaign_state == "stopped":
        return Refuse("campaign_stopped")
    if call.now >= call.not_after:
        return Refuse("too_late")
    if call.stopped:
        return Later("stopped", call.now + SOON)
    return Later("paused", call.now + SOON) if call.campaign_state != "running" else None


def _time(policy: Policy, call: Situation) -> Later | Refuse | None:
    if call.now < call.due_at:
        return Later("not_yet", call.due_at)
    if within(call.now, policy.allowed_hours, call.zone, call.day_kind):
        return None
    opens = _opens(policy, call)
    return Later("outside_hours", opens) if opens and opens < call.not_after else Refuse("outside_hours")


def _opens(policy: Policy, call: Situation) -> datetime | None:
    """The next allowed minute of this local day."""
    local = call.now.astimezone(call.zone)
    midnight = datetime.combine(local.date(), time(), call.zone)
    minute = 60 * local.hour + local.minute
    starts = [span.start for span in policy.allowed_hours.of(call.day_kind) if span.start > minute]
    return (midnight + timedelta(minutes=starts[0])).astimezone(UTC) if starts else None


def _caps(policy: Policy, call: Situation) -> Refuse | None:
    used: tuple[tuple[Reason, float, float | None], ...] = (
        ("budget_calls", call.campaign_calls, call.budget_calls),
        ("budget_agent_seconds", call.campaign_agent_seconds, call.budget_agent_seconds),
        ("hotline_day_cap", call.hotline_calls_today, policy.calls_per_hotline_per_day),
        ("day_cap", call.calls_today, policy.calls_per_day),
        ("hotline_agent_seconds", call.hotline_agent_seconds_today, policy.agent_seconds_per_hotline_per_day),
        ("agent_seconds", call.agent_seconds_today, policy.agent_seconds_per_day),
    )
    return next((Refuse(reason) for reason, have, most in used if most is not None and have >= most), None)


def _gentleness(_: Policy, call: Situation) -> Later | None:
    """A clock that was put back makes a last call seem to lie ahead; it is then kept away from all the same."""
    if call.busy:
        return Later("hotline_busy", call.now + SOON)
    if call.last_ended is not None:
        free = call.last_ended + timedelta(seconds=call.gap)
        if call.now < free:
            return Later("gap", min(free, call.now + timedelta(seconds=call.gap) + SOON))
    if call.free_channels < 1:
        return Later("no_channel", call.now + SOON)
    if call.last_dialled is not None and call.spacing:
        free = call.last_dialled + timedelta(seconds=call.spacing)
        if call.now < free:
            return Later("rate", min(free, call.now + timedelta(seconds=call.spacing)))
    return None


_RULES: tuple[Callable[[Policy, Situation], Later | Refuse | None], ...] = (
    _number,
    _switches,
    _time,
    _caps,
    _gentleness,
)


def load_policy(path: Path | None = None) -> Policy:
    """The policy in a file; without one, `policy.yaml` in the working folder if there is one, else the defaults."""
    if path is None and not FILE.is_file():
        return Policy()
    return documents.load(path or FILE, Policy)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a policy."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()}


if __name__ == "__main__":
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
