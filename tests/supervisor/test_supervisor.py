"""Calls side by side in real processes, over SIP to simulated hotlines; a few seconds each."""

from __future__ import annotations

import os
import signal
import wave
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path

import pytest

from probe import shipped
from probe.errors import OurFault, UserError
from probe.evidence import load
from probe.place import Order
from probe.simulator.hotline import load_hotline
from probe.simulator.server import serve
from probe.supervisor import Supervisor
from probe.timeline import Action, Answered, Event, LineFailed, Outcome
from tests.processes import is_running, until

ZHENJIANG = shipped.scenarios() / "zhenjiang"
DEADLINE = 60.0


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    hotline = load_hotline("zhenjiang-mobile")
    with serve([hotline], port=0) as served:
        yield served.uris[hotline.id]


def listening(uri: str, recordings: Path, seconds: float = 3.0) -> Order:
    """A call that listens for some seconds and hangs up."""
    return Order(line="sip", uri=uri, listen_for=seconds, recordings=recordings)


def memory(recordings: Path, name: str = "elderly") -> Order:
    return Order(scenario=ZHENJIANG / "zhenjiang-mobile" / f"{name}.yaml", recordings=recordings)


def test_few_calls_side_by_side_have_one_listening_process_and_a_line_process_each(uri: str, tmp_path: Path) -> None:
    told: list[Event | Action] = []
    with Supervisor(listeners=1) as supervisor:
        futures = [supervisor.place(listening(uri, tmp_path), told.append) for _ in range(3)]
        until(lambda: sum(isinstance(thing, Answered) for thing in told) == 3)
        until(lambda: supervisor.load.heard.frames > 100)
        pids = supervisor.pids()
        timelines = [future.result(DEADLINE) for future in futures]
    assert (len(pids["listening"]), len(pids["lines"])) == (1, 3)
    assert len({timeline.call.id for timeline in timelines}) == 3
    assert all(timeline.outcome is not Outcome.OUR_FAULT for timeline in timelines)
    load_ = supervisor.load
    assert load_.heard.frames == load_.moved.frames >= 3 * 100
    assert set(load_.parts) >= {"listening", "recording"}
    assert not any(is_running(pid) for group in pids.values() for pid in group)


def test_a_killed_listening_process_costs_its_calls_which_keep_what_they_recorded(uri: str, tmp_path: Path) -> None:
    told: list[Event | Action] = []
    with Supervisor(listeners=1) as supervisor:
        futures = [supervisor.place(listening(uri, tmp_path, 30.0), told.append) for _ in range(2)]
        until(lambda: supervisor.load.heard.frames > 150)
        pids = supervisor.pids()
        os.kill(pids["listening"][0], signal.SIGKILL)
        timelines = [future.result(DEADLINE) for future in futures]
        after = supervisor.place(listening(uri, tmp_path)).result(DEADLINE)
    for timeline in timelines:
        assert timeline.outcome is Outcome.OUR_FAULT
        end = timeline.events[-1]
        assert isinstance(end, LineFailed)
        assert end.reason == "the listening process was killed (SIGKILL)"
        kept, audio = load(tmp_path / timeline.call.id)
        assert kept.to_json() == timeline.to_json()
        with wave.open(str(audio)) as recorded:
            assert recorded.getnframes() / 8000 == end.at > 0.5
    assert after.outcome is not Outcome.OUR_FAULT
    until(lambda: not any(is_running(pid) for group in pids.values() for pid in group))


def test_no_more_calls_at_once_than_wished(tmp_path: Path, uri: str) -> None:
    most = 0
    with Supervisor(at_once=2, listeners=1) as supervisor:
        futures = [supervisor.place(listening(uri, tmp_path, 0.4)) for _ in range(4)]
        until(lambda: supervisor.running == 2)
        assert supervisor.missing == "2 calls run already"
        while not all(future.done() for future in futures):
            most = max(most, supervisor.running)
            wait(futures, 0.02)
    assert most == 2


def test_stop_hangs_up_on_running_calls_and_never_begins_the_waiting(tmp_path: Path, uri: str) -> None:
    with Supervisor(at_once=1, listeners=1) as supervisor:
        told: list[Event | Action] = []
        first = supervisor.place(listening(uri, tmp_path, 60.0), told.append)
        second = supervisor.place(listening(uri, tmp_path, 60.0))
        until(lambda: any(isinstance(thing, Answered) for thing in told))
        supervisor.stop()
        assert second in wait([second], DEADLINE).done
        assert first.result(DEADLINE).why.startswith("the user stopped the call")
        with pytest.raises(CancelledError):
            second.result(DEADLINE)
        with pytest.raises(OurFault):
            supervisor.place(listening(uri, tmp_path))
    assert len(list(tmp_path.glob("2*"))) == 1


def test_running_calls_may_end_by_themselves_within_a_deadline(tmp_path: Path, uri: str) -> None:
    supervisor = Supervisor(listeners=1)
    future = supervisor.place(listening(uri, tmp_path, 1.0))
    until(future.running)
    supervisor.close(within=30.0)
    assert not future.result().why.startswith("the user stopped the call")


def test_calls_in_memory_take_a_process_each(tmp_path: Path) -> None:
    with Supervisor(listeners=2) as supervisor:
        futures = [supervisor.place(memory(tmp_path)) for _ in range(4)]
        until(lambda: supervisor.running)
        most = supervisor.running
        while not all(future.done() for future in futures):
            most = max(most, supervisor.running)
            wait(futures, 0.02)
        assert {future.result().outcome for future in futures} == {Outcome.HUMAN}
    assert most == 2


def test_a_wrong_order_is_the_users_mistake(tmp_path: Path) -> None:
    with Supervisor(listeners=1) as supervisor:
        future = supervisor.place(Order(scenario=tmp_path / "missing.yaml", recordings=tmp_path))
        with pytest.raises(UserError, match=r"missing\.yaml: no such file"):
            future.result(DEADLINE)
