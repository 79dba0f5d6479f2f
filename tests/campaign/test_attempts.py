"""The gate that every call goes through: written down before it is dialled, refused with its reason, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from probe.campaign.dialling import bundle_of, dial
from probe.campaign.policy import Later, Policy, Refuse
from probe.campaign.shelf import check
from probe.campaign.store import Store
from probe.campaign.store.attempts import Gone, Ticket, begin, interrupt, open_attempts
from probe.campaign.store.plans import set_state, stop_all
from probe.campaign.store.tables import ATTEMPTS, CALLS, CAMPAIGNS, JOURNAL
from probe.campaign.wreckage import clear_up
from probe.errors import UserError
from probe.timeline import Timeline
from tests.campaign.harness import Trial, trial


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[tuple[Trial, Store]]:
    found = trial(tmp_path, seconds=0.0)
    store = found.open()
    yield found, store
    store.close()


def ask(found: Trial, store: Store, n: int, attempt: str = "") -> Any:
    """What the gate says to the n-th call."""
    call = found.plan.calls[n].id
    return begin(store, call, attempt or f"{call}-x", "worker", bundle_of, found.clock)


def row(store: Store, table: Any, id_: str) -> Any:
    return store.read(lambda connection: connection.execute(select(table).where(table.c.id == id_)).one())


def other_number(found: Trial, n: int) -> int:
    """The first call after the n-th at another hotline."""
    mine = found.plan.calls[n].cell.hotline.id
    return next(k for k in range(n + 1, len(found.plan.calls)) if found.plan.calls[k].cell.hotline.id != mine)


def same_number(found: Trial, n: int) -> int:
    """The first call after the n-th at the same hotline."""
    mine = found.plan.calls[n].cell.hotline.id
    return next(k for k in range(n + 1, len(found.plan.calls)) if found.plan.calls[k].cell.hotline.id == mine)


def test_a_ticket_is_only_given_with_the_attempt_written_down(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    ticket = ask(found, store, 0)
    assert isinstance(ticket, Ticket)
    written = row(store, ATTEMPTS, ticket.attempt)
    assert (written.ended_at, written.n, written.channel) == (None, 1, 1)
    assert row(store, CALLS, ticket.call).state == "dialling"
    assert written.bundle == str(found.recordings / ticket.attempt)
    assert ticket.scenario_text.startswith("hotline:") or "hotline:" in ticket.scenario_text


def test_asking_again_with_the_same_attempt_gives_the_same_ticket_and_with_another_none(
    ready: tuple[Trial, Store],
) -> None:
    found, store = ready
    first = ask(found, store, 0, "a")
    again = ask(found, store, 0, "a")
    assert isinstance(first, Ticket)
    assert replace(again, at=first.at) == first
    assert ask(found, store, 0, "b") == Gone()
    assert len(open_attempts(store, "worker")) == 1


def test_a_hotline_that_is_being_called_and_a_full_trunk_make_others_wait(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    assert isinstance(ask(found, store, 0), Ticket)
    busy = ask(found, store, same_number(found, 0))
    assert isinstance(busy, Later)
    assert busy.reason == "hotline_busy"
    for n in range(1, len(found.plan.calls)):
        while (answer := ask(found, store, n)) and isinstance(answer, Later) and answer.reason == "rate":
            pass
    waiting = [ask(found, store, k, f"{k}-y") for k in range(len(found.plan.calls))]
    assert {answer.reason for answer in waiting if isinstance(answer, Later)} <= {"hotline_busy", "no_channel", "rate"}
    assert not any(isinstance(answer, Ticket) for answer in waiting)
    assert sorted(each.channel for each in open_attempts(store, "worker")) == [1, 2, 3, 4]


def test_the_database_itself_refuses_a_second_open_attempt(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    ticket = ask(found, store, 0)
    open_ = row(store, ATTEMPTS, ticket.attempt)._asdict()
    for change in ({"channel": 9}, {"number": "1"}):
        second = insert(ATTEMPTS).values(open_ | {"id": "second", "n": 2} | change)
        with pytest.raises(IntegrityError):
            store.write(lambda connection: connection.execute(second))  # noqa: B023


def test_a_refused_call_is_a_row_with_the_reason(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    policy = Policy(calls_per_hotline_per_day=1, calls_per_day=100).model_dump_json()
    store.write(lambda connection: connection.execute(CAMPAIGNS.update().values(policy=policy)))
    ticket = ask(found, store, 0)
    interrupt(store, ticket.attempt, "made up", "tester", found.clock)
    second = same_number(found, 0)
    assert ask(found, store, second) == Refuse("hotline_day_cap")
    refused = row(store, CALLS, found.plan.calls[second].id)
    assert (refused.state, refused.reason, refused.attempts) == ("refused", "hotline_day_cap", 0)
    noted = store.read(lambda connection: list(connection.execute(select(JOURNAL).where(JOURNAL.c.what == "refused"))))
    assert [line.call for line in noted] == [refused.id]


def test_no_call_is_dialled_after_pause_stop_all_or_its_slot(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    set_state(store, "trial", "paused", "tester", found.clock())
    assert ask(found, store, 0).reason == "paused"
    set_state(store, "trial", "running", "tester", found.clock())
    stop_all(store, "tester", "", found.clock())
    assert ask(found, store, 0).reason == "stopped"
    found.clock.set(found.clock.offset() + 24 * 3600)
    assert ask(found, store, 0) == Refuse("too_late")
    with pytest.raises(UserError, match="cannot become"):
        set_state(store, "trial", "planned", "tester", found.clock())


def test_budgets_are_kept_to_while_calls_run(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    store.write(lambda connection: connection.execute(CAMPAIGNS.update().values(budget_calls=1)))
    assert isinstance(ask(found, store, 0), Ticket)
    assert ask(found, store, other_number(found, 0)) == Refuse("budget_calls")


def test_a_place_that_breaks_ends_the_attempt_as_our_fault(ready: tuple[Trial, Store]) -> None:
    found, store = ready

    def broken(order: Any, *, stop: Any = None) -> Timeline:
        raise RuntimeError("no such luck")

    ticket = ask(found, store, 0)
    dial(store, ticket, found.folder / "spool", broken, lambda: False, found.clock)
    ended = row(store, ATTEMPTS, ticket.attempt)
    assert (ended.outcome, ended.why) == ("our_fault", "RuntimeError: no such luck")
    assert row(store, CALLS, ticket.call).state == "done"


def test_what_a_dead_worker_left_open_is_ended_once(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    ticket = ask(found, store, 0)
    assert clear_up(store, "worker", found.folder / "spool", "tester", found.clock) == 1
    assert clear_up(store, "worker", found.folder / "spool", "tester", found.clock) == 0
    ended = row(store, ATTEMPTS, ticket.attempt)
    assert (ended.outcome, ended.why) == ("our_fault", "interrupted")


def test_recordings_go_to_object_storage_by_url(tmp_path: Path) -> None:
    away = f"file://{tmp_path / 'bucket'}"
    found = trial(tmp_path / "t", seconds=0.0, recordings=away)
    store = found.open()
    ticket = ask(found, store, 0)
    dial(store, ticket, found.folder / "spool", found.place, lambda: False, found.clock)
    kept = row(store, ATTEMPTS, ticket.attempt)
    assert (kept.bundle, kept.stored) == (f"{away}/{ticket.attempt}", True)
    here, there = found.folder / "spool" / ticket.attempt, tmp_path / "bucket" / ticket.attempt
    assert {path.name: path.read_bytes() for path in there.iterdir()} == {
        path.name: path.read_bytes() for path in here.iterdir()
    }
    store.close()
    with pytest.raises(UserError, match="nowhere"):
        check("nowhere://bucket")


def test_what_could_not_be_put_away_is_put_away_later(tmp_path: Path) -> None:
    blocked = tmp_path / "bucket"
    blocked.write_text("a file where a folder should be")
    found = trial(tmp_path / "t", seconds=0.0, recordings=f"file://{blocked}")
    store = found.open()
    ticket = ask(found, store, 0)
    dial(store, ticket, found.folder / "spool", found.place, lambda: False, found.clock)
    assert row(store, ATTEMPTS, ticket.attempt).stored in (False, 0)
    blocked.unlink()
    clear_up(store, "worker", found.folder / "spool", "tester", found.clock)
    assert row(store, ATTEMPTS, ticket.attempt).stored
    assert (blocked / ticket.attempt / "timeline.json").is_file()
    store.close()


def test_the_last_calls_end_finishes_the_campaign(ready: tuple[Trial, Store]) -> None:
    found, store = ready
    store.write(
        lambda connection: connection.execute(text("DELETE FROM calls WHERE id <> :id"), {"id": found.plan.calls[0].id})
    )
    ticket = ask(found, store, 0)
    interrupt(store, ticket.attempt, "made up", "tester", found.clock)
    state = store.read(lambda connection: connection.execute(select(CAMPAIGNS.c.state, CAMPAIGNS.c.ended_at)).one())
    assert state.state == "finished"
    assert abs(state.ended_at - found.clock()) < timedelta(minutes=1)
