"""Campaigns in the store: written with all their calls at once, then started, paused, resumed, stopped."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from probe.campaign.definition import THROUGH, Loaded
from probe.campaign.plan import Plan, Planned
from probe.campaign.policy import Policy
from probe.campaign.store.opening import Store
from probe.campaign.store.tables import CALLS, CAMPAIGNS, JOURNAL, SCENARIOS, STOPS, TRUNKS
from probe.errors import UserError
from probe.navigate.scenario import written_out

State = Literal["planned", "running", "paused", "stopped", "finished"]
_BATCH = 5000  # rows an INSERT statement is given at a time
_FROM: dict[State, tuple[State, ...]] = {
    "running": ("planned", "paused"),
    "paused": ("running",),
    "stopped": ("planned", "running", "paused"),
}
"""Which states a campaign can come from."""


def keep_plan(store: Store, loaded: Loaded, plan: Plan, policy: Policy, now: datetime) -> None:
    """Writes a campaign with all its calls, in one transaction. Raises UserError when it is there with another plan."""
    campaign = loaded.campaign
    digest = hashlib.sha256(loaded.text.encode()).hexdigest()

    def work(connection: Connection) -> None:
        known = connection.execute(
            select(CAMPAIGNS.c.definition_sha256).where(CAMPAIGNS.c.name == campaign.campaign)
        ).scalar()
        if known == digest:
            _keep_trunk(connection, loaded)
            return
        if known is not None:
            raise UserError(
                f"campaign `{campaign.campaign}` is in the store already, from another file; give this one another name",
                f"任务“{campaign.campaign}”已在数据库中，且文件不同；请换一个名称",
            )
        _keep_trunk(connection, loaded)
        connection.execute(
            insert(CAMPAIGNS).values(
                name=campaign.campaign,
                title=campaign.title,
                state="planned",
                definition=loaded.text,
                definition_sha256=digest,
                policy=policy.model_dump_json(),
                seed=campaign.seed,
                trunk=campaign.trunk.name,
                gap=campaign.gap,
                retries=campaign.retries.our_fault,
                retry_after=campaign.retries.after,
                budget_calls=campaign.budget.calls,
                budget_agent_seconds=campaign.budget.agent_seconds,
                recordings=campaign.recordings,
                model=campaign.model,
                created_at=now,
            )
        )
        scenarios = _keep_scenarios(connection, loaded)
        rows = (_row(campaign.campaign, call, scenarios[call.cell.path]) for call in plan.calls)
        while batch := list(islice(rows, _BATCH)):
            connection.execute(insert(CALLS), batch)
        note(connection, now, "planned", "", campaign=campaign.campaign, detail=f"{len(plan.calls)} calls")

    store.write(work)


def _keep_trunk(connection: Connection, loaded: Loaded) -> None:
    """The trunk's limits are the last that a campaign named; campaigns that run share them. Raises UserError when a
    simulated trunk would become one of `trunks.yaml`, or the other way: calls planned for one would go to the other."""
    trunk = loaded.campaign.trunk
    kept = connection.execute(select(TRUNKS.c.dial).where(TRUNKS.c.name == trunk.name)).scalar()
    if kept is not None and (kept == THROUGH) != trunk.is_real:
        raise loaded.mistake(
            ("trunk",),
            f"trunk `{trunk.name}` is in the store already, {'simulated' if trunk.is_real else 'as one of trunks.yaml'}; "
            "give this one another name",
            f"数据库中已有{'模拟的' if trunk.is_real else ' trunks.yaml 的'}中继“{trunk.name}”；请换一个名称",
        )
    limits = trunk.model_dump(exclude={"name"})
    if not connection.execute(update(TRUNKS).where(TRUNKS.c.name == trunk.name).values(limits)).rowcount:
        connection.execute(insert(TRUNKS).values(name=trunk.name, **limits))


def _keep_scenarios(connection: Connection, loaded: Loaded) -> dict[Path, str]:
    """The text of each scenario, so that every machine walks what was planned; returns their SHA-256."""
    digests: dict[Path, str] = {}
    for path in dict.fromkeys(cell.path for cell in loaded.cells):
        text = written_out(path)
        digests[path] = digest = hashlib.sha256(text.encode()).hexdigest()
        if not connection.execute(select(SCENARIOS.c.sha256).where(SCENARIOS.c.sha256 == digest)).first():
            connection.execute(insert(SCENARIOS).values(sha256=digest, text=text))
    return digests


def _row(campaign: str, call: Planned, scenario: str) -> dict[str, Any]:
    hotline = call.cell.hotline
    return {
        "id": call.id,
        "campaign": campaign,
        "hotline": hotline.id,
        "number": hotline.number,
        "timezone": hotline.timezone,
        "caller": call.cell.caller,
        "scenario": call.cell.scenario,
        "scenario_sha256": scenario,
        "slot": call.slot,
        "nth": call.nth,
        "day": call.day,
        "day_kind": hotline.kind_of(call.day),
        "due_at": call.due_at,
        "not_after": call.not_after,
        "next_at": call.due_at,
        "state": "waiting",
    }


def set_state(store: Store, name: str, state: State, who: str, now: datetime) -> None:
    """Starts, pauses, resumes or stops a campaign. Calls that are being dialled go on; calls that are not yet dialled
    are held at once, since each looks at the campaign's state in the transaction that writes its attempt down.
    Raises UserError when there is no such campaign, or it cannot come to that state from the one it is in."""

    def work(connection: Connection) -> None:
        row = connection.execute(
            select(CAMPAIGNS.c.state, CAMPAIGNS.c.started_at).where(CAMPAIGNS.c.name == name).with_for_update()
        ).one_or_none()
        if row is None:
            raise unknown_campaign(connection, name)
        if row.state == state:
            return
        if row.state not in _FROM.get(state, ()):
            raise UserError(
                f"campaign `{name}` is {row.state}; it cannot become {state}",
                f"任务“{name}”的状态是 {row.state}，不能变为 {state}",
            )
        values: dict[str, Any] = {"state": state}
        if state == "running" and row.started_at is None:
            values |= {"started_at": now, "started_by": who}
        if state == "stopped":
            values |= {"ended_at": now}
            waiting = (CALLS.c.campaign == name) & (CALLS.c.state == "waiting")
            connection.execute(update(CALLS).where(waiting).values(state="refused", reason="campaign_stopped"))
        connection.execute(update(CAMPAIGNS).where(CAMPAIGNS.c.name == name).values(values))
        note(connection, now, state, who, campaign=name)

    store.write(work)


def finish_campaigns(connection: Connection, now: datetime) -> None:
    """Campaigns that run and have no call left to make are finished."""
    left = select(CALLS.c.id).where(CALLS.c.campaign == CAMPAIGNS.c.name, CALLS.c.state.in_(("waiting", "dialling")))
    over = CAMPAIGNS.c.state.in_(("running", "paused")) & ~left.exists()
    names = connection.execute(select(CAMPAIGNS.c.name).where(over)).scalars().all()
    for name in names:
        connection.execute(update(CAMPAIGNS).where(CAMPAIGNS.c.name == name).values(state="finished", ended_at=now))
        note(connection, now, "finished", "", campaign=name)


def stop_all(store: Store, who: str, reason: str, now: datetime) -> None:
    """Throws the kill switch: nothing is dialled, and calls that are going on are hung up, on every machine."""

    def work(connection: Connection) -> None:
        if not is_stopped(connection):
            connection.execute(insert(STOPS).values(at=now, by=who, reason=reason))
            note(connection, now, "stop_all", who, detail=reason)

    store.write(work)


def lift_stop(store: Store, who: str, now: datetime) -> bool:
    """Takes the kill switch back; whether it was thrown."""

    def work(connection: Connection) -> bool:
        lifted = connection.execute(
            update(STOPS).where(STOPS.c.lifted_at.is_(None)).values(lifted_at=now, lifted_by=who)
        ).rowcount
        if lifted:
            note(connection, now, "stop_lifted", who)
        return bool(lifted)

    return store.write(work)


def is_stopped(connection: Connection) -> bool:
    """Whether the kill switch is thrown."""
    return connection.execute(select(STOPS.c.id).where(STOPS.c.lifted_at.is_(None)).limit(1)).first() is not None


def note(
    connection: Connection,
    at: datetime,
    what: str,
    who: str,
    *,
    campaign: str | None = None,
    call: str | None = None,
    attempt: str | None = None,
    detail: str = "",
) -> None:
    """A line in the journal, in the transaction of what it tells of."""
    connection.execute(
        insert(JOURNAL).values(at=at, what=what, who=who, campaign=campaign, call=call, attempt=attempt, detail=detail)
    )


def unknown_campaign(connection: Connection, name: str) -> UserError:
    known = ", ".join(connection.execute(select(CAMPAIGNS.c.name).order_by(CAMPAIGNS.c.name)).scalars()) or "-"
    return UserError(f"no campaign `{name}` in the store; known: {known}", f"数据库中没有任务“{name}”；已有：{known}")
