"""Tables of campaigns for the terminal. Times are the hotlines' own."""

from __future__ import annotations

from datetime import date

from rich.table import Table

from probe.campaign.plan import Plan
from probe.i18n import tr

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
