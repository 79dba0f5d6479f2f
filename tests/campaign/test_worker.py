"""Workers as separate processes: every call is accounted for, whatever happens to them."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from probe.campaign.store import Store
from probe.campaign.store.plans import lift_stop, set_state, stop_all
from probe.campaign.store.tables import ATTEMPTS, CALLS
from probe.evidence import load
from tests.campaign.harness import Trial, all_ended, begin, kill, trial, workers
from tests.campaign.quick import most_at_once, most_at_one_number
from tests.processes import until


def rows(store: Store, table: Any) -> list[Any]:
    return store.read(lambda connection: list(connection.execute(select(table))))


def results(store: Store) -> list[tuple[Any, ...]]:
    """What does not depend on who dialled when: each attempt's call, number, outcome and figures."""
    wanted = select(ATTEMPTS.c.call, ATTEMPTS.c.n, ATTEMPTS.c.outcome, ATTEMPTS.c.dialed_to_human)
    return store.read(
        lambda connection: [tuple(row) for row in connection.execute(wanted.order_by(ATTEMPTS.c.call, ATTEMPTS.c.n))]
    )


def check_accounts(found: Trial, store: Store) -> None:
    """Every planned call came to an end; what was dialled is what is written down, each attempt once."""
    calls, attempts = rows(store, CALLS), rows(store, ATTEMPTS)
    assert {call.id for call in calls} == {call.id for call in found.plan.calls}
    assert {call.state for call in calls} <= {"done", "refused"}
    assert all(attempt.ended_at is not None and attempt.outcome for attempt in attempts)
    numbered = Counter(attempt.call for attempt in attempts)
    assert {call.id: call.attempts for call in calls if call.attempts} == dict(numbered)
    dialled = Counter(call.attempt for call in found.witness.calls())
    assert set(dialled.values()) <= {1}, "an attempt was dialled twice"
    assert set(dialled) <= {attempt.id for attempt in attempts}, "something was dialled that is not written down"


def check_bundles(store: Store) -> None:
    """Every folder that an attempt names holds a measured timeline and its audio."""
    for attempt in rows(store, ATTEMPTS):
        folder = Path(attempt.bundle)
        if folder.is_dir():
            timeline, audio = load(folder)
            assert timeline.outcome is not None
            assert audio.stat().st_size >= 44


def test_two_workers_and_one_come_to_the_same_results(tmp_path: Path, database: str) -> None:
    two = trial(tmp_path / "two", database, faults=0.2, retries=1, channels=3)
    with workers(two, 2) as processes:
        all_ended(processes)
    one = trial(tmp_path / "one", faults=0.2, retries=1, channels=3)
    with workers(one, 1) as processes:
        all_ended(processes)
    for found in (two, one):
        store = found.open()
        check_accounts(found, store)
        check_bundles(store)
        dialled = found.witness.calls()
        assert most_at_one_number(dialled) == 1
        assert most_at_once(dialled) <= 3
        store.close()
    assert len({line["pid"] for line in two.witness.lines() if line["what"] == "dial"}) == 2
    stores = [found.open() for found in (two, one)]
    assert results(stores[0]) == results(stores[1])
    assert {row[2] for row in results(stores[0])} == {"human", "our_fault"}
    for store in stores:
        store.close()


def test_workers_that_are_killed_lose_nothing_and_dial_nothing_twice(tmp_path: Path, anywhere: str) -> None:
    found = trial(tmp_path / "t", anywhere, retries=0, seconds=0.2)
    chance = random.Random(4)
    store = found.open()
    for _ in range(3):
        before = len(found.witness.calls())
        process = begin(found, until_done=False)
        upto = before + chance.randint(1, 6)
        until(lambda: len(found.witness.calls()) >= upto)  # noqa: B023 (within the turn)
        kill(found, process)
    with workers(found, 1) as processes:
        all_ended(processes)
    check_accounts(found, store)
    check_bundles(store)
    assert most_at_one_number(found.witness.calls()) == 1
    attempts = rows(store, ATTEMPTS)
    interrupted = [attempt for attempt in attempts if attempt.outcome == "our_fault"]
    assert interrupted
    assert all("interrupted" in attempt.why for attempt in interrupted)
    assert len(attempts) == len(found.plan.calls), "without retries a call is dialled once, come what may"
    store.close()


def test_a_killed_call_is_dialled_again_when_the_campaign_says_so_and_leaves_a_trace(tmp_path: Path) -> None:
    found = trial(tmp_path, retries=3, seconds=0.3)
    process = begin(found, until_done=False)
    until(lambda: len(found.witness.calls()) >= 3)
    kill(found, process)
    with workers(found, 1) as processes:
        all_ended(processes)
    store = found.open()
    check_accounts(found, store)
    assert {call.outcome for call in rows(store, CALLS)} == {"human"}
    again = [attempt for attempt in rows(store, ATTEMPTS) if attempt.n == 2]
    assert again
    noted = store.read(lambda connection: set(connection.execute(text("SELECT what FROM journal")).scalars()))
    assert "again" in noted
    store.close()


def test_a_paused_campaign_dials_nothing_more_and_a_resumed_one_all_the_rest(tmp_path: Path) -> None:
    found = trial(tmp_path, seconds=0.1)
    store = found.open()
    with workers(found, 1) as processes:
        until(lambda: len(found.witness.calls()) >= 3)
        set_state(store, "trial", "paused", "tester", found.clock())
        dialled = len(found.witness.calls())
        written = len(rows(store, ATTEMPTS))
        until(lambda: all(attempt.ended_at for attempt in rows(store, ATTEMPTS)))
        assert len(rows(store, ATTEMPTS)) == written
        assert dialled <= len(found.witness.calls()) <= written < len(found.plan.calls)
        set_state(store, "trial", "running", "tester", found.clock())
        all_ended(processes)
    check_accounts(found, store)
    assert len(rows(store, ATTEMPTS)) == len(found.plan.calls)
    store.close()


def test_the_kill_switch_holds_every_worker_until_it_is_lifted(tmp_path: Path, database: str) -> None:
    found = trial(tmp_path, database, seconds=0.1)
    store = found.open()
    with workers(found, 2) as processes:
        until(lambda: len(found.witness.calls()) >= 3)
        stop_all(store, "tester", "enough", found.clock())
        until(lambda: all(attempt.ended_at for attempt in rows(store, ATTEMPTS)))
        assert len(found.witness.calls()) == len(rows(store, ATTEMPTS)) < len(found.plan.calls)
        assert lift_stop(store, "tester", found.clock())
        all_ended(processes)
    check_accounts(found, store)
    store.close()


def test_a_database_that_hangs_up_on_its_workers_loses_nothing(tmp_path: Path, database: str, postgres: Any) -> None:
    found = trial(tmp_path, database, seconds=0.1)
    store = found.open()

    def hang_up(connection: Connection) -> None:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    with workers(found, 1) as processes:
        for n in range(1, 4):
            until(lambda: len(found.witness.calls()) >= 8 * n)  # noqa: B023 (within the turn)
            store.write(hang_up)
        all_ended(processes)
    check_accounts(found, store)
    assert len(rows(store, ATTEMPTS)) == len(found.plan.calls)
    assert {call.outcome for call in rows(store, CALLS)} == {"human"}
    store.close()


def test_a_clock_that_is_stepped_an_hour_either_way_loses_nothing(tmp_path: Path) -> None:
    found = trial(tmp_path, seconds=0.1, expected="100 min", channels=12)
    store = found.open()
    right = found.clock.offset()
    with workers(found, 1) as processes:
        for n, hours in enumerate((1, 0, -1, 0), start=1):
            until(lambda: len(found.witness.calls()) >= 5 * n)  # noqa: B023 (within the turn)
            found.clock.set(right + 3600 * hours)
            wanted = "SELECT count(*) FROM journal WHERE what = 'clock_set'"
            until(lambda: (store.read(lambda connection: connection.execute(text(wanted)).scalar()) or 0) >= n)  # noqa: B023
        all_ended(processes)
    check_accounts(found, store)
    assert len(rows(store, ATTEMPTS)) == len(found.plan.calls)
    assert most_at_one_number(found.witness.calls()) == 1
    store.close()
