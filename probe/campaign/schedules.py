"""Campaigns that start again and again by themselves: cron schedules with a time zone, kept and fired by DBOS.

A schedule names a campaign's file and how many days each round lasts. When it fires, once over all workers, whichever
worker it falls to reads the file as it is then, plans it from that day on under the name `CAMPAIGN-YYYYMMDD`, and starts
it. What is wrong with the file then is written in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dbos import DBOS, DBOSClient, run_dbos_database_migrations
from dbos import error as dbos_error

from probe.campaign.definition import load_campaign
from probe.campaign.plan import plan
from probe.campaign.policy import load_policy
from probe.campaign.queue import system_url
from probe.campaign.store.attempts import Now
from probe.campaign.store.opening import Store
from probe.campaign.store.plans import keep_plan, note, set_state
from probe.errors import UserError
from probe.register import Register

_WORKFLOW = "probe.schedule"
_serving: tuple[Store, Now] | None = None


@DBOS.workflow(name=_WORKFLOW)
def schedule_workflow(at: datetime, context: dict[str, Any]) -> None:
    """Starts one round. Doing it twice comes to the same, since the same text under the same name is one campaign."""
    assert _serving is not None
    start_round(*_serving, at, context)


def serve(store: Store, now: Now) -> None:
    """Has this process, a worker, start the rounds that fall to it."""
    global _serving
    _serving = (store, now)


def start_round(store: Store, now: Now, at: datetime, context: dict[str, Any]) -> str:
    """Plans and starts the round that is due at an instant; returns the campaign's name, "" if it could not be."""
    clock = store.read(now)
    try:
        register, policy, trunks = (  # one kept before there were trunks has none
            Path(context[name]) if context.get(name) else None for name in ("register", "policy", "trunks")
        )
        path = Path(context["file"])
        loaded = load_campaign(path, Register.beside(path, register), trunks)
        day = at.astimezone(ZoneInfo(context["timezone"])).date()
        round_ = loaded.campaign.model_copy(
            update={
                "campaign": f"{loaded.campaign.campaign}-{day:%Y%m%d}",
                "start": day,
                "end": day + timedelta(days=context["days"] - 1),
            }
        )
        rules = load_policy(policy)
        loaded = replace(loaded, campaign=round_)
        keep_plan(store, loaded, plan(loaded, rules), rules, clock)
        set_state(store, round_.campaign, "running", f"schedule {context['name']}", clock)
    except UserError as error:
        why = error.en
        store.write(
            lambda connection: note(connection, clock, "schedule_failed", f"schedule {context['name']}", detail=why)
        )
        return ""
    return round_.campaign


def add(store: Store, name: str, cron: str, timezone: str, days: int, paths: dict[str, Path | None]) -> None:
    """Keeps a schedule; raises UserError when cron or zone make no sense, or the name is taken."""
    context = {
        "name": name,
        "timezone": timezone,
        "days": days,
        **{key: str(path.resolve()) if path else "" for key, path in paths.items()},
    }
    with _client(store) as client:
        try:
            client.create_schedule(
                schedule_name=name,
                workflow_name=_WORKFLOW,
                schedule=cron,
                context=context,
                cron_timezone=timezone,
                automatic_backfill=False,
            )
        except dbos_error.DBOSException as error:
            why = str(error).removeprefix("DBOS Error: ")
            raise UserError(f"schedule `{name}`: {why}", f"定时任务“{name}”：{why}") from None


def remove(store: Store, name: str) -> None:
    """Forgets a schedule; rounds that were started go on. Raises UserError when there is none of that name."""
    with _client(store) as client:
        known = [row["schedule_name"] for row in client.list_schedules(workflow_name=_WORKFLOW)]
        if name not in known:
            names = ", ".join(known) or "-"
            raise UserError(f"no schedule `{name}`; known: {names}", f"没有定时任务“{name}”；已有：{names}")
        client.delete_schedule(name)


def listed(store: Store) -> list[dict[str, Any]]:
    """All schedules: name, cron, timezone, days, file."""
    with _client(store) as client:
        return [
            {
                "name": row["schedule_name"],
                "cron": row["schedule"],
                **{key: row["context"][key] for key in ("timezone", "days", "file")},
            }
            for row in client.list_schedules(workflow_name=_WORKFLOW)
        ]


@contextmanager
def _client(store: Store) -> Iterator[DBOSClient]:
    url = system_url(store)
    run_dbos_database_migrations(system_database_url=url)
    client = DBOSClient(system_database_url=url, application_name="probe")
    try:
        yield client
    finally:
        client.destroy()
