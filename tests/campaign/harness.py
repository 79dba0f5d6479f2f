"""Workers as processes of their own, over a store and a clock that a test moves."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from probe.campaign.definition import load_campaign
from probe.campaign.plan import Plan, plan
from probe.campaign.policy import Policy
from probe.campaign.store import Store, open_store
from probe.campaign.store.plans import keep_plan, set_state
from probe.campaign.worker import Worker
from probe.register import Register
from tests.campaign.quick import QuickPlace, Witness
from tests.processes import until

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.campaign.harness", "probe.place", "pandas"])


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock, set forward or back by the seconds in a file, so that a test steps it for every process."""

    path: Path

    def set(self, seconds: float) -> None:
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(repr(seconds))
        draft.replace(self.path)

    def offset(self) -> float:
        return float(self.path.read_text())

    def __call__(self, _: Connection | None = None) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset())


@dataclass(frozen=True, slots=True)
class Trial:
    """A campaign whose calls are all due, its store, and what a worker process needs to be told."""

    where: str
    folder: Path
    plan: Plan
    place: QuickPlace
    name: str = "trial"

    @property
    def clock(self) -> Clock:
        return Clock(self.folder / "clock")

    @property
    def witness(self) -> Witness:
        return self.place.witness

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    def open(self) -> Store:
        return open_store(self.where)


WRITTEN = """\
campaign: trial
seed: 11
start: 2026-03-02
end: 2026-03-02
hotlines: all
scenarios: ordinary
slots: {{ weekday: {{ hours: "09:00-21:00", calls: {calls} }} }}
gap: 1 ms
expected_call: {expected}
trunk: {{ channels: {channels}, calls_per_second: 500 }}
retries: {{ our_fault: {retries}, after: 1 ms }}
recordings: "{recordings}"
"""


def trial(
    folder: Path,
    where: str | None = None,
    *,
    calls: int = 1,
    channels: int = 4,
    retries: int = 0,
    seconds: float = 0.05,
    faults: float = 0.0,
    recordings: str = "",
    expected: str = "5 min",
    witness: Path | None = None,
) -> Trial:
    """Plans and starts a campaign of 33 calls times `calls` over the eleven simulated hotlines; the clock stands after
    the last call's time, well within its slot."""
    folder.mkdir(parents=True, exist_ok=True)
    where = where or str(folder / "store.sqlite")
    path = folder / "campaign.yaml"
    path.write_text(
        WRITTEN.format(
            calls=3 * calls,
            channels=channels,
            retries=retries,
            expected=expected,
            recordings=recordings or str(folder / "recordings"),
        )
    )
    loaded = load_campaign(path, Register.shipped())
    policy = Policy(calls_per_hotline_per_day=10_000, calls_per_day=100_000, agent_seconds_per_hotline_per_day=1e9,
                    agent_seconds_per_day=1e9)  # fmt: skip
    made = plan(loaded, policy)
    Clock(folder / "clock").set((made.calls[-1].due_at - datetime.now(UTC)).total_seconds())
    found = Trial(where, folder, made, QuickPlace(Witness(witness or folder / "witness"), seconds, faults))
    store = found.open()
    keep_plan(store, loaded, made, policy, found.clock())
    set_state(store, "trial", "running", "tester", found.clock())
    store.close()
    return found


def work(trial: Trial, at_once: int, until_done: bool, locks: str, polling: float = 0.05) -> None:
    """A worker process's whole life."""
    store = open_store(trial.where)
    Worker(
        store,
        trial.folder / "spool",
        at_once=at_once,
        polling=polling,
        until_done=until_done,
        least_free=4_000_000,
        place=trial.place,
        now=trial.clock,
        locks=Path(locks),
        told=lambda message: trial.witness.tell("told", message=message[:500]),
    ).run()
    store.close()


def begin(trial: Trial, *, at_once: int = 4, until_done: bool = True, machine: str = "m") -> ForkServerProcess:
    """Starts a worker process; workers of one `machine` know of each other's deaths at once."""
    process = _CONTEXT.Process(target=work, args=(trial, at_once, until_done, str(trial.folder / machine)))
    process.start()
    return process


def kill(trial: Trial, process: ForkServerProcess) -> None:
    """SIGKILL, and the witness is told when the process is gone for certain."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    trial.witness.tell("death", dead=process.pid)


@contextmanager
def workers(trial: Trial, number: int, **how: Any) -> Iterator[list[ForkServerProcess]]:
    """Worker processes that are gone when the block is over, come what may."""
    processes = [begin(trial, **how) for _ in range(number)]
    try:
        yield processes
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
            process.join()


def all_ended(processes: list[ForkServerProcess], seconds: float = 120.0) -> None:
    """Waits for the ends of processes, all of which must be in order."""
    until(lambda: not any(process.is_alive() for process in processes), seconds)
    assert [process.exitcode for process in processes] == [0] * len(processes)
