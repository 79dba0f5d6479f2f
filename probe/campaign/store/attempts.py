"""One call dialled: written down before, completed after, found interrupted when its worker died.

`begin` is the gate that every call goes through. In one transaction it gathers the situation, asks the policy, and
writes the attempt down; only a caller that holds the `Ticket` it returns may dial. The attempt's identity is made by the
caller beforehand, so that a transaction whose answer was lost with the connection can be done again and come to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, case, func, insert, select, update

from probe.campaign.policy import Dial, Later, Policy, Refuse, Situation
from probe.campaign.store.contents import keep_contents
from probe.campaign.store.opening import Store
from probe.campaign.store.plans import finish_campaigns, is_stopped, note
from probe.campaign.store.tables import ATTEMPTS, CALLS, CAMPAIGNS, JOURNAL, SCENARIOS, TRUNKS
from probe.measure import CLOCKS, EFFORT
from probe.timeline import Outcome, Timeline

Now = Callable[[Connection], datetime]
"""What time it is, UTC; it may ask the database, which all machines share."""
Bundle = Callable[[str, str], str]
"""Where the folder of an attempt will be, given the campaign's `recordings`."""
_POLICIES: dict[str, Policy] = {}


@dataclass(frozen=True, slots=True)
class Ticket:
    """An attempt that is written down and may be dialled, once. `at`: the hotline's local time."""

    attempt: str
    call: str
    campaign: str
    hotline: str
    number: str
    caller: str
    scenario: str
    scenario_text: str
    nth: int
    n: int
    seed: int
    trunk: str
    dial: str
    simulated: str
    recordings: str
    model: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """The call is not waiting any more: somebody else has it, or it is over."""


def begin(
    store: Store, call: str, attempt: str, worker: str, bundle: Bundle, now: Now
) -> Ticket | Later | Refuse | Gone:
    """Whether a call may be dialled now; if so the attempt is written down when this returns.

    `attempt`: an identity for it that was never used.
    """

    def work(connection: Connection) -> Ticket | Later | Refuse | Gone:
        row = _locked(connection, call)
        if row is None:
            return Gone()
        if row.state == "dialling" and row.attempt == attempt:
            return _ticket(row, attempt, row.call_attempts, now(connection))
        if row.state != "waiting":
            return Gone()
        at = now(connection)
        channel = _free_channel(connection, row)
        situation = _situation(connection, row, at, channel)
        answer = _policy(row.policy).decide(situation)
        match answer:
            case Dial():
                _write_down(connection, row, attempt, worker, channel or 0, bundle(row.recordings, attempt), at)
                return _ticket(row, attempt, row.call_attempts + 1, at)
            case Refuse():
                connection.execute(
                    update(CALLS).where(CALLS.c.id == call).values(state="refused", reason=answer.reason)
                )
                note(connection, at, "refused", worker, campaign=row.campaign, call=call, detail=answer.reason)
                finish_campaigns(connection, at)
        return answer

    return store.write(work)


def put_off(store: Store, call: str, until: datetime) -> None:
    """Has the call asked for again, not before an instant."""
    values = {"next_at": until, "dispatches": CALLS.c.dispatches + 1}
    store.write(lambda connection: connection.execute(update(CALLS).where(CALLS.c.id == call).values(values)))


def complete(
    store: Store, attempt: str, timeline: Timeline, now: Now, *, bundle: str | None = None, stored: bool = True
) -> None:
    """Writes down how an attempt ended, with all that was heard. Whether the call is dialled again is the campaign's
    rule: only when the fault was ours, and not more often than it says. An attempt that was ended by others, who took
    its worker for dead, keeps that end; what it brought is kept beside it."""

    def work(connection: Connection) -> None:
        row = connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt).with_for_update()).one()
        at = now(connection)
        assert timeline.outcome is not None
        values: dict[str, Any] = {
            "why": timeline.why,
            "audio_sha256": (timeline.call.audio or {}).get("sha256"),
            "software": timeline.call.software,
            "model": timeline.call.model,
            "seconds": _seconds(timeline),
            "stored": stored,
        }
        values |= {name: timeline.clocks.get(name) for name in CLOCKS}
        values |= {name: timeline.effort.get(name) for name in EFFORT}
        if bundle is not None:
            values["bundle"] = bundle
        if row.ended_at is None:
            values |= {"ended_at": at, "outcome": timeline.outcome.value}
            _conclude(connection, row, timeline.outcome, timeline.effort.get("agent_seconds") or 0.0, at)
        elif row.outcome != timeline.outcome.value:
            note(
                connection,
                at,
                "late_result",
                row.worker,
                campaign=row.campaign,
                call=row.call,
                attempt=attempt,
                detail=timeline.outcome.value,
            )
        connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt).values(values))
        keep_contents(connection, attempt, row.hotline, row.written_at, timeline)

    store.write(work)


def interrupt(store: Store, attempt: str, why: str, who: str, now: Now) -> None:
    """Ends an attempt whose worker died and left nothing to read: our fault, interrupted."""

    def work(connection: Connection) -> None:
        row = connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt).with_for_update()).one()
        if row.ended_at is not None:
            return
        at = now(connection)
        ended = {"ended_at": at, "outcome": Outcome.OUR_FAULT.value, "why": why}
        connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt).values(ended))
        note(connection, at, "interrupted", who, campaign=row.campaign, call=row.call, attempt=attempt, detail=why)
        _conclude(connection, row, Outcome.OUR_FAULT, 0.0, at)

    store.write(work)


def open_attempts(store: Store, worker: str) -> list[Row[Any]]:
    """Attempts that a worker has begun and nobody has ended."""
    of_worker = select(ATTEMPTS).where(ATTEMPTS.c.worker == worker, ATTEMPTS.c.ended_at.is_(None))
    return store.read(lambda connection: list(connection.execute(of_worker)))


def unstored_attempts(store: Store, worker: str) -> list[Row[Any]]:
    """Attempts of a worker that are over and whose folders are not where they belong yet."""
    of_worker = select(ATTEMPTS).where(
        ATTEMPTS.c.worker == worker, ATTEMPTS.c.ended_at.is_not(None), ~ATTEMPTS.c.stored
    )
    return store.read(lambda connection: list(connection.execute(of_worker)))


# ------------------------------------------------------------------------------------------------ within begin


def _locked(connection: Connection, call: str) -> Row[Any] | None:
    """The call with its campaign and trunk, which nobody else changes until the transaction is over.

    The trunk's row is taken first by everybody, so nobody waits for each other in a ring.
    """
    trunk = select(CAMPAIGNS.c.trunk).join(CALLS, CALLS.c.campaign == CAMPAIGNS.c.name).where(CALLS.c.id == call)
    connection.execute(select(TRUNKS.c.name).where(TRUNKS.c.name == trunk.scalar_subquery()).with_for_update())
    wanted = (
        select(
            CALLS,
            CALLS.c.attempts.label("call_attempts"),
            CAMPAIGNS.c.state.label("campaign_state"),
            CAMPAIGNS.c.attempts.label("campaign_attempts"),
            CAMPAIGNS.c.agent_seconds.label("campaign_agent_seconds"),
            CAMPAIGNS.c.policy,
            CAMPAIGNS.c.seed,
            CAMPAIGNS.c.gap,
            CAMPAIGNS.c.budget_calls,
            CAMPAIGNS.c.budget_agent_seconds,
            CAMPAIGNS.c.recordings,
            CAMPAIGNS.c.model,
            TRUNKS.c.name.label("trunk"),
            TRUNKS.c.channels,
            TRUNKS.c.calls_per_second,
            TRUNKS.c.dial,
            TRUNKS.c.simulated,
            SCENARIOS.c.text,
            TRUNKS.c.last_dialled,
        )
        .join(CAMPAIGNS, CAMPAIGNS.c.name == CALLS.c.campaign)
        .join(TRUNKS, TRUNKS.c.name == CAMPAIGNS.c.trunk)
        .join(SCENARIOS, SCENARIOS.c.sha256 == CALLS.c.scenario_sha256)
        .where(CALLS.c.id == call)
        .with_for_update(of=[CALLS, CAMPAIGNS])
    )
    return connection.execute(wanted).one_or_none()


def _free_channel(connection: Connection, row: Row[Any]) -> int | None:
    """The lowest channel of the trunk on which no attempt is open."""
    used = set(
        connection.execute(
            select(ATTEMPTS.c.channel).where(ATTEMPTS.c.trunk == row.trunk, ATTEMPTS.c.ended_at.is_(None))
        ).scalars()
    )
    return next((channel for channel in range(1, row.channels + 1) if channel not in used), None)


def _situation(connection: Connection, row: Row[Any], at: datetime, channel: int | None) -> Situation:
    zone = ZoneInfo(row.timezone)
    since, until = _local_day(at, zone)
    mine = ATTEMPTS.c.hotline == row.hotline
    spent = func.coalesce(ATTEMPTS.c.agent_seconds, 0.0)
    sums = select(
        func.count(),
        func.coalesce(func.sum(spent), 0.0),
        func.coalesce(func.sum(case((mine, 1), else_=0)), 0),
        func.coalesce(func.sum(case((mine, spent), else_=0.0)), 0.0),
    ).where(ATTEMPTS.c.written_at >= since, ATTEMPTS.c.written_at < until)
    calls, seconds, calls_here, seconds_here = connection.execute(sums).one()
    last = connection.execute(
        select(ATTEMPTS.c.ended_at)
        .where(ATTEMPTS.c.hotline == row.hotline)
        .order_by(ATTEMPTS.c.written_at.desc())
        .limit(1)
    ).one_or_none()
    busy = connection.execute(
        select(ATTEMPTS.c.id).where(ATTEMPTS.c.number == row.number, ATTEMPTS.c.ended_at.is_(None)).limit(1)
    ).first()
    return Situation(
        now=at,
        number=row.number,
        zone=zone,
        day_kind=row.day_kind,
        due_at=row.next_at,
        not_after=row.not_after,
        stopped=is_stopped(connection),
        campaign_state=row.campaign_state,
        hotline_calls_today=calls_here,
        calls_today=calls,
        hotline_agent_seconds_today=seconds_here,
        agent_seconds_today=seconds,
        campaign_calls=row.campaign_attempts,
        campaign_agent_seconds=row.campaign_agent_seconds,
        budget_calls=row.budget_calls,
        budget_agent_seconds=row.budget_agent_seconds,
        gap=row.gap,
        last_ended=_not_ahead(connection, last.ended_at if last else None, at),
        busy=busy is not None,
        free_channels=0 if channel is None else 1,
        last_dialled=_not_ahead(connection, row.last_dialled, at),
        spacing=1 / row.calls_per_second,
    )


def _not_ahead(connection: Connection, then: datetime | None, now: datetime) -> datetime | None:
    """An instant in the past, as the clock has it now. One that seems to lie ahead was written before the clock was put
    back; since a worker noted that, at least as much time has passed as since the thing itself was written."""
    if then is None or then <= now:
        return then
    noted = select(func.max(JOURNAL.c.at)).where(JOURNAL.c.what == "clock_set", JOURNAL.c.at <= now)
    return connection.execute(noted).scalar() or then


def _local_day(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From local midnight to the next, as UTC."""
    day: date = at.astimezone(zone).date()
    return tuple(  # type: ignore[return-value]
        datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )


def _policy(written: str) -> Policy:
    """The policy that a campaign was planned under, read once."""
    if written not in _POLICIES:
        _POLICIES[written] = Policy.model_validate_json(written)
    return _POLICIES[written]


def _write_down(
    connection: Connection, row: Row[Any], attempt: str, worker: str, channel: int, bundle: str, at: datetime
) -> None:
    n = row.call_attempts + 1
    connection.execute(
        insert(ATTEMPTS).values(
            id=attempt,
            call=row.id,
            n=n,
            campaign=row.campaign,
            hotline=row.hotline,
            number=row.number,
            trunk=row.trunk,
            channel=channel,
            worker=worker,
            written_at=at,
            bundle=bundle,
        )
    )
    connection.execute(
        update(CALLS).where(CALLS.c.id == row.id).values(state="dialling", reason="", attempts=n, attempt=attempt)
    )
    connection.execute(
        update(CAMPAIGNS).where(CAMPAIGNS.c.name == row.campaign).values(attempts=CAMPAIGNS.c.attempts + 1)
    )
    connection.execute(update(TRUNKS).where(TRUNKS.c.name == row.trunk).values(last_dialled=at))


def _ticket(row: Row[Any], attempt: str, n: int, at: datetime) -> Ticket:
    return Ticket(
        attempt=attempt,
        call=row.id,
        campaign=row.campaign,
        hotline=row.hotline,
        number=row.number,
        caller=row.caller,
        scenario=row.scenario,
        scenario_text=row.text,
        nth=row.nth,
        n=n,
        seed=row.seed,
        trunk=row.trunk,
        dial=row.dial,
        simulated=row.simulated,
        recordings=row.recordings,
        model=row.model,
        at=at.astimezone(ZoneInfo(row.timezone)).replace(tzinfo=None, microsecond=0),
    )


# ------------------------------------------------------------------------------------------------ within complete


def _conclude(connection: Connection, row: Row[Any], outcome: Outcome, agent_seconds: float, at: datetime) -> None:
    """What the end of an attempt means for its call and its campaign."""
    connection.execute(select(TRUNKS.c.name).where(TRUNKS.c.name == row.trunk).with_for_update())  # as `begin` does
    rules = select(CAMPAIGNS.c.state, CAMPAIGNS.c.retries, CAMPAIGNS.c.retry_after)
    campaign = connection.execute(rules.where(CAMPAIGNS.c.name == row.campaign).with_for_update()).one()
    ends = select(CALLS.c.not_after).where(CALLS.c.id == row.call)
    call = connection.execute(ends.with_for_update()).one()
    spent = CAMPAIGNS.c.agent_seconds + agent_seconds
    connection.execute(update(CAMPAIGNS).where(CAMPAIGNS.c.name == row.campaign).values(agent_seconds=spent))
    again = at + timedelta(seconds=campaign.retry_after)
    if (
        outcome is Outcome.OUR_FAULT
        and row.n <= campaign.retries
        and campaign.state in ("running", "paused")
        and again < call.not_after
    ):
        values = {"state": "waiting", "next_at": again, "dispatches": CALLS.c.dispatches + 1, "reason": "our_fault"}
        note(connection, at, "again", row.worker, campaign=row.campaign, call=row.call, attempt=row.id)
    else:
        values = {"state": "done", "outcome": outcome.value, "reason": ""}
    connection.execute(update(CALLS).where(CALLS.c.id == row.call).values(values))
    finish_campaigns(connection, at)


def _seconds(timeline: Timeline) -> float:
    """How long the call was, by the last thing that happened in it."""
    ends = [event.at for event in timeline.events] + [segment.end for segment in timeline.segments]
    return round(max(ends, default=0.0), 6)
