"""What becomes of campaigns when workers are killed, the database hangs up, the disk is full, the clock is set.

    python -m tests.benchmarks.bench_campaign_faults              the whole table: 100 kills, 20 cuts (some minutes)
    python -m tests.benchmarks.bench_campaign_faults --kills 10   a shorter one

Calls are the quick ones of `tests/campaign/quick.py`: real folders with real seals, seen by a witness outside the
store. `lost`: planned calls with no end in the store. `twice`: calls dialled more often than attempts are written down for
them, or again without the campaign's leave. `unverifiable`: folders that `probe verify` finds fault with.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from probe.campaign.store.tables import ATTEMPTS, CALLS
from probe.evidence.ring import Ring
from probe.evidence.verify_chain import verify_folder
from tests.benchmarks.campaign_trials import postgres
from tests.campaign.harness import Trial, all_ended, begin, kill, trial, workers
from tests.campaign.quick import most_at_once, most_at_one_number
from tests.processes import until


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the table."""

    name: str
    faults: int
    planned: int
    attempts: int
    interrupted: int
    lost: int
    twice: int
    at_one_number: int
    over_channels: int
    unverifiable: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--cuts", type=int, default=20)
    options = parser.parse_args()
    print(
        f"{'fault':<42} {'faults':>6} {'planned':>7} {'attempts':>8} {'interr.':>7} {'lost':>5} {'twice':>5} "
        f"{'2 at 1':>6} {'over':>5} {'unverif.':>8} {'s':>5}"
    )
    with tempfile.TemporaryDirectory() as folder, postgres() as database:
        os.environ["PROBE_KEYS"] = str(Path(folder) / "keys")
        half = options.kills // 2
        runs: list[Callable[[Path], Account]] = [
            lambda where: kills("worker killed, SQLite, no retries", where, None, half, retries=0),
            lambda where: kills(
                "worker killed, PostgreSQL, two, retries", where, database(), options.kills - half, retries=3
            ),
            lambda where: cuts(where, database(), options.cuts),
            full_disk,
            lambda where: clock("clock set +1 h and back", where, +1),
            lambda where: clock("clock set -1 h and back", where, -1),
        ]
        for number, run in enumerate(runs):
            found = run(Path(folder) / str(number))
            print(
                f"{found.name:<42} {found.faults:>6} {found.planned:>7} {found.attempts:>8} {found.interrupted:>7} "
                f"{found.lost:>5} {found.twice:>5} {found.at_one_number:>6} {found.over_channels:>5} "
                f"{found.unverifiable:>8} {found.seconds:>5.0f}",
                flush=True,
            )


def account(name: str, found: Trial, faults: int, retries: int, began: float) -> Account:
    """Holds the store, the witness and the folders against each other."""
    store = found.open()
    with store.reading.connect() as connection:
        calls = list(connection.execute(select(CALLS)))
        attempts = list(connection.execute(select(ATTEMPTS)))
    store.close()
    dialled = found.witness.calls()
    written = {attempt.id for attempt in attempts}
    times = Counter(call.attempt for call in dialled)
    beyond = [attempt for attempt in attempts if attempt.n > 1 + retries]
    follows = {(attempt.call, attempt.n): attempt for attempt in attempts}
    unasked = [
        attempt for attempt in attempts if attempt.n > 1 and follows[attempt.call, attempt.n - 1].outcome != "our_fault"
    ]
    verified = verify_folder(found.recordings, Ring.usual())
    bad = sum(not bundle.holds for bundle in verified.bundles) + sum(finding.broken for finding in verified.findings)
    planned = {call.id for call in found.plan.calls}
    ended = {call.id for call in calls if call.state in ("done", "refused")}
    open_ = [attempt for attempt in attempts if attempt.ended_at is None]
    return Account(
        name=name,
        faults=faults,
        planned=len(planned),
        attempts=len(attempts),
        interrupted=sum("interrupted" in attempt.why for attempt in attempts),
        lost=len(planned - ended) + len(open_),
        twice=sum(n - 1 for n in times.values()) + len(set(times) - written) + len(beyond) + len(unasked),
        at_one_number=most_at_one_number(dialled),
        over_channels=max(0, most_at_once(dialled) - found.plan.campaign.trunk.channels),
        unverifiable=bad,
        seconds=time.monotonic() - began,
    )


def kills(name: str, folder: Path, where: str | None, number: int, *, retries: int) -> Account:
    """Workers are killed after a random time, or at a random call, and started again."""
    began, chance = time.monotonic(), random.Random(name)
    found = trial(folder, where, calls=8, retries=retries, seconds=0.3)
    at_a_time = 1 if where is None else 2
    processes = [begin(found, until_done=False) for _ in range(at_a_time)]
    for _ in range(number):
        upto = len(found.witness.lines()) + chance.randint(1, 5)
        enough = time.monotonic() + 20.0
        until(lambda: len(found.witness.lines()) >= upto or time.monotonic() > enough)  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.3))  # anywhere within a call, not only where one begins
        victim = chance.randrange(at_a_time)
        kill(found, processes[victim])
        processes[victim] = begin(found, until_done=False)
    for process in processes:
        kill(found, process)
    with workers(found, 1) as last:
        all_ended(last, 600.0)
    return account(name, found, number + at_a_time, retries, began)


def cuts(folder: Path, where: str, number: int) -> Account:
    """PostgreSQL ends all connections of two workers, again and again."""
    began = time.monotonic()
    found = trial(folder, where, calls=6, seconds=0.2)
    store = found.open()
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with workers(found, 2) as processes:
        for n in range(1, number + 1):
            until(lambda: len(found.witness.calls()) >= 9 * n, 120.0)  # noqa: B023
            store.write(lambda connection: connection.execute(text(end)))
        all_ended(processes, 600.0)
    store.close()
    return account("database connections cut, PostgreSQL, two", found, number, 0, began)


def full_disk(folder: Path) -> Account:
    """The disk of store and recordings is filled while calls run, and emptied again."""
    began = time.monotonic()
    with small_disk(folder) as there:
        if not there:
            return Account("disk full (skipped: cannot mount a small disk)", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0)
        found = trial(folder / "disk", calls=3, seconds=0.2, retries=3, witness=folder / "witness")
        ballast = folder / "disk" / "ballast"
        with workers(found, 1) as processes:
            for n in (1, 2, 3):
                until(lambda: len(found.witness.lines()) >= 30 * n, 120.0)  # noqa: B023
                _fill(ballast)
                full = time.monotonic() + 2.0
                until(lambda: time.monotonic() > full)  # noqa: B023
                ballast.unlink()
            all_ended(processes, 600.0)
        return account("disk full for 2 s, SQLite", found, 3, 3, began)


def _fill(path: Path) -> None:
    """Takes all that is left of a disk."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            return


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of 60 MB at `folder/disk`, where this user may mount one."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    mounted = os.geteuid() == 0 and (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(disk)], capture_output=True).returncode
        == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(disk)], check=False, capture_output=True)


def clock(name: str, folder: Path, hours: int) -> Account:
    """Every process's clock is set while calls run, and set back."""
    began = time.monotonic()
    found = trial(
        folder, calls=2, seconds=0.2, expected="100 min", channels=20
    )  # an hour later each is still within its slot
    right = found.clock.offset()
    with workers(found, 1) as processes:
        for n, offset in enumerate((hours, 0, hours, 0), start=1):
            until(lambda: len(found.witness.calls()) > 12 * n, 120.0)  # noqa: B023
            found.clock.set(right + 3600 * offset)
        all_ended(processes, 600.0)
    return account(name, found, 4, 0, began)


if __name__ == "__main__":
    main()
