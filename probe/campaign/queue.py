"""The queue on DBOS: a durable workflow for each call that is due, one queue a trunk.

DBOS keeps its tables in the same database as the store. The queue of a trunk has the trunk's channels as its global
limit (where machines share it) and one running call a number as its partition's limit, over all workers; a worker's own limit is how many calls it
carries at once. DBOS's rate limiter is not used: it counts by the wall clock, and when that is put back an hour it starts
nothing for an hour; the calls per second are the gate's to keep. A workflow's identity is the call and how often it was
dispatched, so that several workers may dispatch the same call and it is queued once.

The workflow does no work that could be done twice: it asks the store's gate (`attempts.begin`), which has the same rules
as constraints of the database. DBOS decides who asks when; the store decides whether anybody may dial.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Connection, Row, select, update

from probe.campaign import sqlite_clock  # noqa: F401 (teaches every connection that DBOS opens)
from probe.campaign.store.opening import Store
from probe.campaign.store.plans import finish_campaigns, is_stopped, note
from probe.campaign.store.tables import CALLS, CAMPAIGNS, TRUNKS, WAITING

_VERSION = (
    "1"  # of the workflow, which only ever takes the identity of a call; so an update of probe finds what is queued
)
_AHEAD = 200  # calls that are due and queued at a time, at most
_DOUBT = 30.0  # seconds after which a queued call that still waits is looked into
_MEMORY = timedelta(hours=1)
_WORKFLOW = "probe.call"
_ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_carry_out: Callable[[str], None] | None = None


@DBOS.workflow(name=_WORKFLOW)
def call_workflow(call: str) -> None:
    """Carries out one call; the process that runs it has said how."""
    assert _carry_out is not None
    _carry_out(call)


@dataclass(frozen=True, slots=True)
class Due:
    """A call whose time has come."""

    call: str
    dispatches: int
    number: str
    trunk: str


class CallQueue:
    """One process's part in the queue. DBOS is one a process, and so is this."""

    def __init__(self, store: Store, worker: str, *, at_once: int, polling: float) -> None:
        self._store = store
        self._at_once = at_once
        self._polling = polling
        self._known: dict[tuple[str, int], float] = {}
        self._limits: dict[str, int] = {}
        self._doubtful: set[str] = set()
        self._config: DBOSConfig = {
            "name": "probe",
            "system_database_url": system_url(store),
            "executor_id": worker,
            "application_version": _VERSION,
            "log_level": "CRITICAL",
            "console_log_level": "CRITICAL",
            "enable_otlp": False,
            "max_executor_threads": at_once + 8,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": 1.0,
        }

    def launch(self, carry_out: Callable[[str], None]) -> None:
        """Begins to take calls from the queue; those that this worker's predecessor of the same name had are taken up."""
        global _carry_out
        _carry_out = carry_out
        DBOS(config=self._config)
        DBOS.launch()

    def close(self) -> None:
        """Takes no more calls; those that run have been ended before."""
        DBOS.destroy(workflow_completion_timeout_sec=1)

    def dispatch(self, now: datetime) -> int:
        """Queues the calls that are due, refuses those whose slot is over, and returns how many were queued."""
        self._keep_limits()
        queued = 0
        for due in self._store.read(lambda connection: _due(connection, now)):
            key = (due.call, due.dispatches)
            since = self._known.get(key)
            if since is None:
                with SetWorkflowID(_identity(due)), SetEnqueueOptions(queue_partition_key=due.number):
                    DBOS.enqueue_workflow(_queue_name(due.trunk), call_workflow, due.call)
                self._known[key] = time.monotonic()
                queued += 1
            elif time.monotonic() - since > _DOUBT:
                self._look_into(due)
        if self._store.read(lambda connection: _over(connection, now)):
            self._store.write(lambda connection: _expire(connection, now))
        if len(self._known) > 20 * _AHEAD:
            old = time.monotonic() - 10 * _DOUBT
            self._known = {key: since for key, since in self._known.items() if since > old}
        return queued

    def take_over(self, worker: str) -> None:
        """Frees what a dead worker had taken from the queue; calls of it that still wait are dispatched anew."""
        self._free(_pending(worker))

    def sweep(self, worker: str, carried: Collection[str]) -> None:
        """Frees what this worker holds in the queue although it carries it no more: DBOS could not write down that the
        workflow was over, because the disk was full or the database away. Freed when it is found so twice."""
        held = {identity for identity in _pending(worker) if _call_of(identity) not in carried}
        self._free(sorted(held & self._doubtful))
        self._doubtful = held

    def _free(self, identities: list[str]) -> None:
        if not identities:
            return
        DBOS.cancel_workflows(identities)
        calls = [_call_of(identity) for identity in identities]
        again = update(CALLS).where(CALLS.c.id.in_(calls), CALLS.c.state == "waiting")
        self._store.write(lambda connection: connection.execute(again.values(dispatches=CALLS.c.dispatches + 1)))

    def forget(self) -> None:
        """Deletes what DBOS remembers of calls that are long over; the store remembers them better."""
        before = (datetime.now(UTC) - _MEMORY).isoformat()
        over = DBOS.list_workflows(
            status=list(_ENDED),
            name=_WORKFLOW,
            completed_before=before,
            limit=1000,
            load_input=False,
            load_output=False,
        )
        if over:
            DBOS.delete_workflows([workflow.workflow_id for workflow in over])

    def _keep_limits(self) -> None:
        """The queue of each trunk has the trunk's limits of now."""
        for trunk in self._store.read(lambda connection: list(connection.execute(select(TRUNKS)))):
            if self._limits.get(trunk.name) == trunk.channels:
                continue
            DBOS.register_queue(
                _queue_name(trunk.name),
                # With it DBOS asks each number's partition by itself (4 ms a call more). On one machine the workers' own
                # limits and the gate are enough; on several, calls would wait for channels where others could be taken.
                global_concurrency=None if self._store.is_sqlite else trunk.channels,
                worker_concurrency=min(self._at_once, trunk.channels),
                partition_concurrency=1,
                polling_interval_sec=self._polling,
                on_conflict="always_update",
            )
            self._limits[trunk.name] = trunk.channels

    def _look_into(self, due: Due) -> None:
        """A call that waits although it was queued long ago is dispatched anew if its workflow came to an end."""
        status = DBOS.get_workflow_status(_identity(due))
        if status is None or status.status in _ENDED:
            again = update(CALLS).where(CALLS.c.id == due.call, CALLS.c.dispatches == due.dispatches)
            values = {"dispatches": due.dispatches + 1}
            self._store.write(lambda connection: connection.execute(again.values(values)))
        else:
            self._known[due.call, due.dispatches] = time.monotonic()


def _due(connection: Connection, now: datetime) -> list[Due]:
    if is_stopped(connection):
        return []
    wanted = (
        select(CALLS.c.id, CALLS.c.dispatches, CALLS.c.number, CAMPAIGNS.c.trunk)
        .join(CAMPAIGNS, CAMPAIGNS.c.name == CALLS.c.campaign)
        .where(WAITING, CALLS.c.next_at <= now, CAMPAIGNS.c.state == "running")
        .order_by(CALLS.c.next_at)
        .limit(_AHEAD)
    )
    return [Due(*row) for row in connection.execute(wanted)]


def _over(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Calls that wait although their slot is over; a paused campaign's too."""
    over = (
        select(CALLS.c.id, CALLS.c.campaign)
        .join(CAMPAIGNS, CAMPAIGNS.c.name == CALLS.c.campaign)
        .where(WAITING, CALLS.c.next_at <= now, CALLS.c.not_after <= now)
        .where(CAMPAIGNS.c.state.in_(("running", "paused")))
    )
    return list(connection.execute(over))


def _expire(connection: Connection, now: datetime) -> None:
    for row in _over(connection, now):
        connection.execute(update(CALLS).where(CALLS.c.id == row.id).values(state="refused", reason="too_late"))
        note(connection, now, "refused", "", campaign=row.campaign, call=row.id, detail="too_late")
    finish_campaigns(connection, now)


def _pending(worker: str) -> list[str]:
    """Workflows that a worker has taken from the queue and that are not over."""
    taken = DBOS.list_workflows(
        status="PENDING", executor_id=worker, name=_WORKFLOW, load_input=False, load_output=False
    )
    return [workflow.workflow_id for workflow in taken]


def _call_of(identity: str) -> str:
    return identity.rpartition("/")[0]


def _identity(due: Due) -> str:
    return f"{due.call}/{due.dispatches}"


def _queue_name(trunk: str) -> str:
    return f"trunk {trunk}"


def system_url(store: Store) -> str:
    """Where DBOS keeps its tables: in the store's own database."""
    url = store.engine.url
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
