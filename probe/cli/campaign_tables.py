"""Tables of campaigns for the terminal. Times are the hotlines' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.table import Table

from probe.campaign.plan import Plan
from probe.campaign.policy import REASONS
from probe.campaign.store.reading import Status
from probe.i18n import tr
from probe.report.words import OUTCOMES, say

_WEEKDAYS = (("Mon", "一"), ("Tue", "二"), ("Wed", "三"), ("Thu", "四"), ("Fri", "五"), ("Sat", "六"), ("Sun", "日"))


def calendar(plan: Plan) -> Table:
    """Calls of each day by slot."""
    slots = list(plan.campaign.slots)
    table = Table(box=None)
    table.add_column(tr(en="day", zh="日期"), no_wrap=True)
    for name in (*slots, tr(en="calls", zh="合计")):
        table.add_column(name, justify="right")
    for day, counts in plan.by_day().items():
        cells = [str(counts[name] or "") for name in slots]
        table.add_row(_day(day), *cells, str(counts.total()))
    return table


def load(plan: Plan) -> str:
    """The expected load in words."""
    campaign = plan.campaign
    hotlines = len({call.cell.hotline.id for call in plan.calls})
    hours, minutes = plan.expected_seconds / 3600, plan.expected_agent_seconds / 60
    return tr(
        en=f"{len(plan.calls)} calls at {hotlines} hotlines in {len(plan.by_day())} days; about {hours:.1f} h on the line, "
        f"people kept for about {minutes:.0f} min; at most {plan.most_at_once()} calls at once on trunk "
        f"{campaign.trunk.name}, which has {campaign.trunk.channels} channels.",
        zh=f"共 {len(plan.calls)} 通，{hotlines} 个热线，{len(plan.by_day())} 天；预计通话 {hours:.1f} 小时，"
        f"占用人工约 {minutes:.0f} 分钟；中继 {campaign.trunk.name} 有 {campaign.trunk.channels} 个通道，最多同时 "
        f"{plan.most_at_once()} 通。",
    )


def listed(plan: Plan) -> Table:
    """Every call with its local time."""
    table = Table(box=None)
    for name in (
        tr(en="call", zh="编号"),
        tr(en="local time", zh="当地时间"),
        tr(en="hotline", zh="热线"),
        tr(en="caller", zh="主叫"),
        tr(en="scenario", zh="场景"),
        tr(en="slot", zh="时段"),
    ):
        table.add_column(name, no_wrap=True)
    for call in plan.calls:
        at = call.due_at.astimezone(call.cell.hotline.zone).strftime("%Y-%m-%d %H:%M:%S %z")
        table.add_row(call.id, at, call.cell.hotline.id, call.cell.caller, call.cell.scenario, call.slot)
    return table


def _day(day: date) -> str:
    en, zh = _WEEKDAYS[day.weekday()]
    return f"{day.isoformat()} {tr(en=en, zh=zh)}"


_WHY: Mapping[str, tuple[str, str]] = {reason: words for reason, words in REASONS.items()}  # noqa: C416 (a dict of str)
STATES = {
    "planned": ("planned", "已计划"),
    "running": ("running", "进行中"),
    "paused": ("paused", "已暂停"),
    "stopped": ("stopped", "已停止"),
    "finished": ("finished", "已完成"),
    "waiting": ("waiting", "待拨打"),
    "dialling": ("being dialled", "正在拨打"),
    "done": ("done", "已完成"),
    "refused": ("refused", "未拨打"),
}
"""States of campaigns and calls, in both languages."""


def campaigns(found: Sequence[Status]) -> Table:
    """A line for each campaign."""
    table = Table(box=None)
    for name in (tr(en="campaign", zh="任务"), tr(en="state", zh="状态")):
        table.add_column(name, no_wrap=True)
    for state in ("done", "dialling", "waiting", "refused"):
        table.add_column(say(STATES[state]), justify="right")
    for each in found:
        counts = [str(each.counts.get(state, 0)) for state in ("done", "dialling", "waiting", "refused")]
        table.add_row(each.name, say(STATES[each.state]), *counts)
    return table


def status(found: Status) -> str:
    """How one campaign stands, in lines."""
    lines = [f"{found.name}: {say(STATES[found.state])}" + (f" ({found.title})" if found.title else "")]
    if found.stopped:
        lines.append(tr(en="Everything is stopped (probe stop-all).", zh="已全部停止（probe stop-all）。"))
    counts = [f"{say(STATES[state])} {number}" for state, number in sorted(found.counts.items())]
    lines.append(tr(en="calls: ", zh="通话：") + tr(en=", ", zh="，").join(counts))
    outcomes = [f"{say(OUTCOMES[name])} {number}" for name, number in sorted(found.outcomes.items())]
    if outcomes:
        lines.append(tr(en="outcomes: ", zh="结果：") + tr(en=", ", zh="，").join(outcomes))
    for reason, number in sorted(found.refused.items()):
        en, zh = _WHY.get(reason, (reason, reason))
        lines.append(tr(en=f"refused {number}: {en}", zh=f"未拨打 {number}：{zh}"))
    lines.append(
        tr(
            en=f"attempts: {found.attempts}; people kept for {found.agent_seconds:.0f} s",
            zh=f"拨打次数：{found.attempts}；占用人工 {found.agent_seconds:.0f} 秒",
        )
    )
    for row in found.dialling:
        lines.append(f"  {row.hotline}  {row.id}  {row.worker}")
    if found.next_due is not None:
        due = found.next_due.strftime("%Y-%m-%d %H:%M:%S UTC")
        lines.append(tr(en=f"next call: {due}", zh=f"下一通：{due}"))
    return "\n".join(lines)


def workers(rows: Sequence[Any]) -> Table:
    """A line for each worker that has not signed off."""
    table = Table(box=None)
    for name in (
        tr(en="worker", zh="工作进程"),
        tr(en="machine", zh="机器"),
        tr(en="last seen (UTC)", zh="最近活动（UTC）"),
    ):
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(row.name, row.machine, row.seen_at.strftime("%Y-%m-%d %H:%M:%S"))
    return table
