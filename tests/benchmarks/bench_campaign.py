"""Campaigns: what planning, queueing and the store cost, and how that grows.

    python -m tests.benchmarks.bench_campaign plan       CPU seconds to plan 1,000 to 1,000,000 calls
    python -m tests.benchmarks.bench_campaign queue      CPU milliseconds a call from plan to rows, on SQLite, dialling left out
    python -m tests.benchmarks.bench_campaign store      seconds that status and one hotline's history take, 1,000 to 1,000,000 calls
    python -m tests.benchmarks.bench_campaign virtual    300 calls at simulated hotlines: two workers on PostgreSQL, one on SQLite

`virtual` takes some minutes. What becomes of campaigns whose workers die is in `bench_campaign_faults`.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from probe.campaign.definition import Campaign, Cell, Loaded
from probe.campaign.plan import plan
from probe.campaign.policy import Policy
from probe.campaign.store import open_store, reading
from probe.campaign.store.tables import ATTEMPTS, CALLS, CAMPAIGNS, SCENARIOS, TRUNKS
from probe.register import Hotline
from tests.benchmarks.campaign_trials import NullPlace, postgres, run_virtual
from tests.campaign.harness import trial, work


def main() -> None:
    wanted = sys.argv[1:] or ["plan", "queue", "store", "virtual"]
    parts: dict[str, Callable[[], None]] = {"plan": plans, "queue": queue, "store": store, "virtual": virtual}
    for name in wanted:
        parts[name]()


# ---------------------------------------------------------------------------------------------------------- plan


def plans() -> None:
    print("planning, CPU seconds")
    for hotlines in (2, 20, 200, 2000):
        loaded = _big(hotlines)
        began = time.process_time()
        made = plan(loaded, Policy(calls_per_day=1_000_000))
        used = time.process_time() - began
        print(
            f"  {len(made.calls):>9,} calls at {hotlines:>5,} hotlines  {used:7.2f} s  {1e6 * used / len(made.calls):5.1f} us a call"
        )


def _big(hotlines: int) -> Loaded:
    """500 calls a hotline over half a year: two callers, two scenarios, three slots."""
    campaign = Campaign.model_validate(
        {
            "campaign": "big",
            "start": "2026-01-01",
            "end": "2026-06-30",
            "hotlines": "all",
            "scenarios": ["a", "b"],
            "slots": {
                "weekday": {"hours": ["09:00-11:30", "13:30-17:00"], "calls": 75},
                "peak": {"hours": "11:30-13:30", "calls": 25},
                "weekend": {"hours": "09:00-17:00", "calls": 25},
            },
            "trunk": {"channels": 300, "calls_per_second": 50},
        }
    )
    cells = [
        Cell(Hotline(id=f"h{n}", name="", enterprise="", number=f"0511{n:08}"), caller, scenario, Path("x"))
        for n in range(hotlines)
        for scenario in "ab"
        for caller in ("ordinary", "elderly")
    ]
    return Loaded(campaign, "campaign: big\n", Path("big.yaml"), tuple(cells))


# --------------------------------------------------------------------------------------------------------- queue


def queue() -> None:
    """The whole worker process, polling included, less what it takes to start, with a `place` that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        few = _cpu(Path(folder) / "few", calls=1)
        many = _cpu(Path(folder) / "many", calls=10)
    (fewer, less, _), (more, used, took) = few, many
    each = 1000 * (used - less) / (more - fewer)
    print(
        f"queue on SQLite: {more} calls in {took:.1f} s; {each:.1f} ms CPU a call (enqueue, dequeue, gate, attempt, rows)"
    )


def _cpu(folder: Path, calls: int) -> tuple[int, float, float]:
    found = trial(folder, calls=calls, channels=8)
    object.__setattr__(found, "place", NullPlace(found.place.witness))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    child = os.fork()
    if child == 0:
        work(found, 8, True, str(folder / "m"), 1.0)  # the polling of `probe worker`
        os._exit(0)
    os.waitpid(child, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    status = reading.status(found.open(), "trial")
    assert status.counts == {"done": len(found.plan.calls)}, status
    return len(found.plan.calls), used, time.monotonic() - began


# --------------------------------------------------------------------------------------------------------- store


def store() -> None:
    print("store on SQLite: the median of five answers, milliseconds")
    print("      calls   MB   campaign's status   a hotline's last 1,000 calls   all campaigns' frame of one hotline")
    with tempfile.TemporaryDirectory() as folder:
        for calls in (1_000, 10_000, 100_000, 1_000_000):
            path = Path(folder) / f"{calls}.sqlite"
            opened = open_store(str(path))
            _fill(opened, calls)
            status = _median(partial(reading.status, opened, "big"))
            history = _median(partial(reading.history, opened, "h7"))
            everything = _median(partial(reading.history, opened, "h7", limit=10**9))
            print(
                f"  {calls:>9,} {path.stat().st_size / 1e6:>5.0f} {1000 * status:>15.1f} {1000 * history:>25.1f} {1000 * everything:>30.1f}"
            )
            opened.close()
            path.unlink()


def _median(ask: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return sorted(times)[2]


def _fill(opened: Any, calls: int) -> None:
    """A campaign that is nine tenths over, at 200 hotlines, with an attempt for each call that is done."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    hotlines = 200

    def work(connection: Any) -> None:
        connection.execute(insert(TRUNKS).values(name="t", channels=30, calls_per_second=5, dial="", simulated=""))
        connection.execute(insert(SCENARIOS).values(sha256="s", text=""))
        connection.execute(
            insert(CAMPAIGNS).values(
                name="big", title="", state="running", definition="", definition_sha256="", policy="{}", seed=1, trunk="t",
                gap=600, retries=0, retry_after=0, recordings="r", created_at=now, attempts=calls, agent_seconds=0,
            )
        )  # fmt: skip
        for first in range(0, calls, 20_000):
            numbers = range(first, min(first + 20_000, calls))
            connection.execute(insert(CALLS), [_call(n, calls, hotlines, now) for n in numbers])
            done = [_attempt(n, hotlines, now) for n in numbers if n < 0.9 * calls]
            if done:
                connection.execute(insert(ATTEMPTS), done)

    opened.write(work)


def _call(n: int, calls: int, hotlines: int, now: datetime) -> dict[str, Any]:
    done = n < 0.9 * calls
    at = now + timedelta(seconds=20 * n)
    return {
        "id": f"big-{n:07}", "campaign": "big", "hotline": f"h{n % hotlines}", "number": f"0511{n % hotlines:08}",
        "timezone": "Asia/Shanghai", "caller": "ordinary", "scenario": "a", "scenario_sha256": "s", "slot": "weekday",
        "nth": n // hotlines, "day": date(2026, 3, 2), "day_kind": "weekday", "due_at": at, "not_after": at, "next_at": at,
        "state": "done" if done else "waiting", "attempts": int(done), "attempt": f"a{n:07}" if done else None,
        "outcome": ("human", "looped", "hung_up", "unsure", "our_fault")[n % 5] if done else None,
    }  # fmt: skip


def _attempt(n: int, hotlines: int, now: datetime) -> dict[str, Any]:
    at = now + timedelta(seconds=20 * n)
    return {
        "id": f"a{n:07}", "call": f"big-{n:07}", "n": 1, "campaign": "big", "hotline": f"h{n % hotlines}",
        "number": f"0511{n % hotlines:08}", "trunk": "t", "channel": 1 + n % 30, "worker": "w", "written_at": at,
        "ended_at": at + timedelta(seconds=90), "outcome": ("human", "looped", "hung_up", "unsure", "our_fault")[n % 5],
        "bundle": f"/recordings/a{n:07}", "stored": True, "audio_sha256": "0" * 64, "seconds": 90.0,
        "answered_to_human": 30.0 + n % 60, "steps": n % 4,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------- virtual


def virtual() -> None:
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        two = run_virtual(Path(folder) / "postgresql", url(), workers=2)
        one = run_virtual(Path(folder) / "sqlite", None, workers=1)
    same = two.results == one.results
    for name, found in (("two workers on PostgreSQL", two), ("one worker on SQLite", one)):
        print(
            f"{name}: {found.accounted} of {found.planned} calls accounted for in {found.seconds:.0f} s; at most "
            f"{found.at_one_number} at once at a hotline, {found.at_once} on the trunk's {found.channels} channels; {found.outcomes}"
        )
    print(
        f"results the same for the same seed: {'yes' if same else 'NO'} ({len(one.results)} attempts with outcome, clocks and steps)"
    )


if __name__ == "__main__":
    main()
