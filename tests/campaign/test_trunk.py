"""A campaign through a trunk of `trunks.yaml`: real SIP to a served hotline, within the trunk's limits."""

from __future__ import annotations

import json
import multiprocessing
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from probe.campaign.definition import load_campaign
from probe.campaign.plan import plan
from probe.campaign.policy import Policy
from probe.campaign.side_by_side import SideBySide
from probe.campaign.store import Store, open_store
from probe.campaign.store.plans import keep_plan, set_state
from probe.campaign.store.tables import ATTEMPTS, TRUNKS
from probe.campaign.worker import Worker
from probe.errors import DocumentError, UserError
from probe.evidence import load
from probe.register import Register
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.server import serve
from tests.campaign.campaigns import written
from tests.campaign.harness import Clock, all_ended

NUMBERS = ("051181000001", "051181000002")
TRUNKS_FILE = """\
trunks:
  office:
    server: 127.0.0.1:{port}
    caller_id: {{ from: "05115559999" }}
    headers: {{ X-Probe-Line: spring }}
    codecs: [PCMA]
    channels: 1
    calls_per_second: 20
    dial: {{ prefix: "9" }}
"""
CAMPAIGN = """\
campaign: real
start: 2026-03-02
end: 2026-03-02
hotlines: all
scenarios: ordinary
slots: {{ weekday: {{ hours: "09:00-21:00", calls: 1 }} }}
gap: 1 ms
trunk: office
recordings: "{folder}/recordings"
"""
SCENARIO = """\
hotline: called-{n}
caller: ordinary
goal: human
walk:
  - hear: 现在是非工作时间
    end: closed
"""


def hotline() -> Hotline:
    """One that is closed, which is soon told."""
    return from_form(
        {
            "hotline": "called",
            "name": "called",
            "network": {"post_dial": 0.1, "ring": 0.2},
            "start": "main",
            "places": {
                "main": {"kind": "announcement", "says": "您好，现在是非工作时间"},
            },
            "truth": {"way": "none", "reached": False},
        }
    )


def started(folder: Path, trunks: Path) -> Store:
    """A campaign of one call at each of two numbers, both due at once."""
    rows = []
    for n, number in enumerate(NUMBERS):
        (folder / f"called-{n}").mkdir()
        (folder / f"called-{n}" / "ordinary.yaml").write_text(SCENARIO.format(n=n), encoding="utf-8")
        rows.append(f'  - {{ id: called-{n}, name: N, enterprise: E, number: "{number}" }}\n')
    (folder / "hotlines.yaml").write_text("hotlines:\n" + "".join(rows), encoding="utf-8")
    path = folder / "campaign.yaml"
    path.write_text(CAMPAIGN.format(folder=folder), encoding="utf-8")
    loaded = load_campaign(path, Register.beside(path), trunks)
    made = plan(loaded, Policy())
    clock = Clock(folder / "clock")
    clock.set((made.calls[-1].due_at - datetime.now(UTC)).total_seconds())
    store = open_store(str(folder / "store.sqlite"))
    keep_plan(store, loaded, made, Policy(), clock())
    set_state(store, "real", "running", "tester", clock())
    return store


def work(folder: Path, trunks: Path) -> None:
    """A worker process's whole life; it has a user's folder of its own, so that it has all the trunk's channels."""
    os.environ["XDG_DATA_HOME"] = str(folder / "user")
    store = open_store(str(folder / "store.sqlite"))
    with closing(SideBySide(2)) as place, closing(store):
        Worker(
            store,
            folder / "spool",
            at_once=2,
            polling=0.05,
            until_done=True,
            place=place,
            trunks=trunks,
            now=Clock(folder / "clock"),
            locks=folder / "locks",
        ).run()


def test_calls_go_through_the_named_trunk_and_within_its_channels(tmp_path: Path) -> None:
    truth, trunks = tmp_path / "truth.jsonl", tmp_path / "providers.yaml"
    with serve([hotline()], port=0, truth=truth) as served:
        port = served.uris["called"].rpartition(":")[2]
        trunks.write_text(TRUNKS_FILE.format(port=port), encoding="utf-8")
        with closing(started(tmp_path, trunks)) as store:
            process: ForkServerProcess = multiprocessing.get_context("forkserver").Process(
                target=work, args=(tmp_path, trunks)
            )
            process.start()
            try:
                all_ended([process])
            finally:
                process.kill()
                process.join()
            order = select(ATTEMPTS).order_by(ATTEMPTS.c.written_at)
            attempts = store.read(lambda connection: list(connection.execute(order)))
            row = store.read(lambda connection: connection.execute(select(TRUNKS)).one())
    assert (row.name, row.channels, row.calls_per_second) == ("office", 1, 20.0)
    assert [(attempt.outcome, attempt.trunk, attempt.channel) for attempt in attempts] == [("closed", "office", 1)] * 2
    assert attempts[0].ended_at <= attempts[1].written_at, "the store held the second call back"
    spans = []
    for attempt in attempts:
        timeline, audio = load(Path(attempt.bundle))
        assert (timeline.call.line, timeline.call.trunk, timeline.call.dialed) == ("sip", "office", attempt.number)
        trace = (audio.parent / "sip.txt").read_text(encoding="utf-8")
        assert f"INVITE sip:9{attempt.number}@127.0.0.1" in trace, "the trunk's dial plan"
        assert f"127.0.0.1:{port}" in trace
        assert "X-Probe-Line: spring" in trace
        began = datetime.fromisoformat(timeline.call.started_at)
        spans.append((began, began + timedelta(seconds=timeline.events[-1].at)))
    assert {attempt.number for attempt in attempts} == set(NUMBERS)
    assert spans[0][1] <= spans[1][0], "one channel, one call"
    told = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    assert [call["caller"] for call in told] == ["05115559999"] * 2, "the trunk's caller ID, not the caller's own"


def test_a_worker_that_cannot_dial_through_a_running_campaigns_trunk_does_not_start(tmp_path: Path) -> None:
    trunks, others = tmp_path / "providers.yaml", tmp_path / "others.yaml"
    trunks.write_text(TRUNKS_FILE.format(port=9), encoding="utf-8")
    others.write_text("trunks:\n  home: { server: 127.0.0.1:9 }\n", encoding="utf-8")
    with closing(started(tmp_path, trunks)) as store:
        worker = Worker(store, tmp_path / "spool", trunks=others, locks=tmp_path / "locks", until_done=True)
        with pytest.raises(UserError, match="no trunk `office`"):
            worker.run()
        others.write_text(
            "trunks:\n  office:\n    server: 127.0.0.1:9\n"
            "    credentials: { username: $PROBE_NOT_SET, password: $PROBE_NOT_SET }\n",
            encoding="utf-8",
        )
        with pytest.raises(UserError, match="PROBE_NOT_SET is not set"):
            worker.run()
        assert not store.read(lambda connection: connection.execute(select(ATTEMPTS)).first())


def test_a_simulated_trunk_never_becomes_a_real_one_of_the_same_name(tmp_path: Path) -> None:
    trunks = tmp_path / "trunks.yaml"
    trunks.write_text("trunks:\n  office: { server: 127.0.0.1:9, channels: 3 }\n", encoding="utf-8")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with closing(open_store(str(tmp_path / "store.sqlite"))) as store:

        def keep(name: str, trunk: str) -> None:
            path = written(tmp_path, campaign=f"campaign: {name}", trunk=f"trunk: {trunk}")
            loaded = load_campaign(path, Register.shipped(), trunks)
            keep_plan(store, loaded, plan(loaded, Policy()), Policy(), at)

        keep("first", "office")
        with pytest.raises(DocumentError, match=r"`office` is in the store already, as one of trunks\.yaml"):
            keep("second", "{ name: office }")
        trunks.write_text("trunks:\n  office: { server: 127.0.0.1:9, channels: 2 }\n", encoding="utf-8")
        keep("first", "office")
        assert store.read(lambda connection: connection.execute(select(TRUNKS.c.channels)).scalar()) == 2
        keep("third", "{ name: elsewhere }")
        trunks.write_text("trunks:\n  elsewhere: { server: 127.0.0.1:9 }\n", encoding="utf-8")
        with pytest.raises(DocumentError, match="simulated"):
            keep("fourth", "elsewhere")
