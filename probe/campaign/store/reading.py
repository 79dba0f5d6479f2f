"""What the store says: how a campaign stands, what happened at a hotline, any table as a pandas frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Table, func, select

from probe.campaign.store.opening import Store
from probe.campaign.store.plans import is_stopped, unknown_campaign
from probe.campaign.store.tables import (
    ATTEMPTS,
    CALLS,
    CAMPAIGNS,
    JOURNAL,
    METADATA,
    WAITING,
    WORKERS,
    Instant,
)
from probe.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

TABLES = tuple(sorted(METADATA.tables))


@dataclass(frozen=True, slots=True)
class Status:
    """How a campaign stands. `counts`: calls by state; `outcomes`: of those that are done; `refused`: by reason."""

    name: str
    title: str
    state: str
    started_at: datetime | None
    started_by: str | None
    ended_at: datetime | None
    counts: dict[str, int]
    outcomes: dict[str, int]
    refused: dict[str, int]
    attempts: int
    agent_seconds: float
    next_due: datetime | None
    stopped: bool
    dialling: list[Row[Any]] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return sum(self.counts.values())


def status(store: Store, name: str) -> Status:
    """Raises UserError when there is no such campaign."""

    def work(connection: Connection) -> Status:
        row = connection.execute(select(CAMPAIGNS).where(CAMPAIGNS.c.name == name)).one_or_none()
        if row is None:
            raise unknown_campaign(connection, name)
        grouped = connection.execute(
            select(CALLS.c.state, CALLS.c.outcome, func.count())
            .where(CALLS.c.campaign == name)
            .group_by(CALLS.c.state, CALLS.c.outcome)
        ).all()
        counts: dict[str, int] = {}
        outcomes: dict[str, int] = {}
        for state, outcome, number in grouped:
            counts[state] = counts.get(state, 0) + number
            if state == "done":
                outcomes[outcome] = outcomes.get(outcome, 0) + number
        of_campaign = CALLS.c.campaign == name
        refused: dict[str, int] = {}
        if counts.get("refused"):
            by_reason = select(CALLS.c.reason, func.count()).where(of_campaign, CALLS.c.state == "refused")
            refused = {row[0]: row[1] for row in connection.execute(by_reason.group_by(CALLS.c.reason))}
        going_on = select(ATTEMPTS).where(ATTEMPTS.c.campaign == name, ATTEMPTS.c.ended_at.is_(None))
        next_due = None
        if counts.get("waiting"):
            waiting = select(CALLS.c.next_at).where(of_campaign, WAITING)
            next_due = connection.execute(waiting.order_by(CALLS.c.next_at).limit(1)).scalar()
        return Status(
            name=row.name,
            title=row.title,
            state=row.state,
            started_at=row.started_at,
            started_by=row.started_by,
            ended_at=row.ended_at,
            counts=counts,
            outcomes=outcomes,
            refused=refused,
            attempts=row.attempts,
            agent_seconds=row.agent_seconds,
            next_due=next_due,
            stopped=is_stopped(connection),
            dialling=list(connection.execute(going_on)) if counts.get("dialling") else [],
        )

    return store.read(work)


def campaigns(store: Store) -> list[Row[Any]]:
    """All campaigns, the newest first."""
    listed = select(CAMPAIGNS).order_by(CAMPAIGNS.c.created_at.desc(), CAMPAIGNS.c.name)
    return store.read(lambda connection: list(connection.execute(listed)))


def workers(store: Store) -> list[Row[Any]]:
    """All workers that have not signed off."""
    listed = select(WORKERS).where(WORKERS.c.ended_at.is_(None)).order_by(WORKERS.c.name)
    return store.read(lambda connection: list(connection.execute(listed)))


def history(store: Store, hotline: str, limit: int = 1000) -> list[Row[Any]]:
    """The last attempts at a hotline, the newest first."""
    wanted = select(ATTEMPTS).where(ATTEMPTS.c.hotline == hotline).order_by(ATTEMPTS.c.written_at.desc()).limit(limit)
    return store.read(lambda connection: list(connection.execute(wanted)))


def journal(store: Store, call: str) -> list[Row[Any]]:
    """Everything that was noted of a call, in order."""
    wanted = select(JOURNAL).where(JOURNAL.c.call == call).order_by(JOURNAL.c.id)
    return store.read(lambda connection: list(connection.execute(wanted)))


def bundles(store: Store, campaign: str) -> list[Path]:
    """The folders, on this machine, of a campaign's attempts that are over. Raises UserError when there is no such
    campaign."""
    status(store, campaign)
    wanted = select(ATTEMPTS.c.bundle).where(ATTEMPTS.c.campaign == campaign, ATTEMPTS.c.ended_at.is_not(None))
    found = store.read(lambda connection: list(connection.execute(wanted.order_by(ATTEMPTS.c.written_at)).scalars()))
    return [Path(bundle) for bundle in found if "://" not in bundle and Path(bundle).is_dir()]


def load(table: str = "attempts", store: str | Store | None = None, campaign: str | None = None) -> pd.DataFrame:
    """A table of the store as a pandas frame; instants are in UTC.

    `store`: path or URL, or an open store (None: as `probe campaign` finds it); `campaign`: only its rows. Tables of what
    was heard (`segments`, `verdicts`, `events`, `actions`, `overrides`) carry the attempt's `campaign`, `hotline` and
    `bundle` too, so that each row can be traced. Raises UserError for a table that does not exist.
    """
    import pandas as pd

    from probe.campaign.store.opening import open_store

    if table not in TABLES:
        names = ", ".join(TABLES)
        raise UserError(f"no table `{table}`; choose one of: {names}", f"没有表 `{table}`；可选：{names}")
    opened = store if isinstance(store, Store) else open_store(store, must_exist=True)
    try:
        query = _query(METADATA.tables[table], campaign)
        with opened.reading.connect() as connection:
            result = connection.execute(query)
            frame = pd.DataFrame(result.all(), columns=list(result.keys()))
    finally:
        if not isinstance(store, Store):
            opened.close()
    for column in METADATA.tables[table].columns:
        if isinstance(column.type, Instant):
            frame[column.name] = pd.to_datetime(frame[column.name], utc=True)
    return frame


def _query(table: Table, campaign: str | None) -> Any:
    if "attempt" in table.c and table.name != "calls" and table.name != "journal":
        traced = (ATTEMPTS.c.campaign, ATTEMPTS.c.hotline, ATTEMPTS.c.bundle)
        query = select(*table.c, *traced).join(ATTEMPTS, ATTEMPTS.c.id == table.c.attempt)
        owner: Any = ATTEMPTS.c.campaign
    else:
        query = select(*table.c)
        owner = table.c.get("campaign")
        if table is CAMPAIGNS:
            owner = CAMPAIGNS.c.name
    if campaign is None:
        return query
    if owner is None:
        raise UserError(f"table `{table.name}` is not of one campaign", f"表 `{table.name}` 不属于单个任务")
    return query.where(owner == campaign)
