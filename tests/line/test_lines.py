"""Several calls in one line process: each has its own frames, and the process is reused, replaced and mourned."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from probe.line import lines as lines_module
from probe.line.lines import Lines
from probe.line.sip import SipLine
from probe.line.trunk import Proxy, Trunk
from probe.timeline import Frame, LineFailed, Press, Say
from tests.line.test_sip import (
    CALLER,
    FarEnd,
    at_tick,
    breaks_of_the_sine,
    call,
    events,
    hang_up_at,
    heard,
    kinds,
    utterance,
)
from tests.processes import is_running, until


@pytest.fixture(scope="module")
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.child.close(5)


@pytest.fixture
def four() -> Iterator[Lines]:
    lines = Lines(calls_each=4)
    yield lines
    pids = lines.pids()
    lines.close()
    assert not any(is_running(pid) for pid in pids)


def test_four_calls_share_a_process_and_each_hears_its_own(far: FarEnd, four: Lines, tmp_path: Path) -> None:
    wanted = ["tone", "echo", "486", "early"]
    traces = [tmp_path / f"{user}.txt" for user in wanted]
    made = [far.line(user, lines=four, trace=trace) for user, trace in zip(wanted, traces, strict=True)]

    def place(n: int) -> list[Frame]:
        return call(made[n], at_tick(25, Say(at=0, value="x")), at_tick(30, Press(at=0, value="7")), hang_up_at(60))

    with ThreadPoolExecutor(4) as pool:
        tone, echo, busy, early = pool.map(place, range(4))
    assert len(four.pids()) == 1
    assert kinds(tone) == ["dialed", "ringing", "answered", "played", "played", "ended"]
    assert kinds(busy) == ["dialed", "ended"]
    assert kinds(early)[:4] == ["dialed", "ringing", "early_media", "answered"]
    assert breaks_of_the_sine(heard(tone)) == 0
    spectrum = np.abs(np.fft.rfft(heard(echo), 8000))
    assert 695 <= int(np.argmax(spectrum)) <= 705  # what it said itself, and nobody else's 400 Hz
    for user, trace in zip(wanted, traces, strict=True):
        text = trace.read_text(encoding="utf-8")
        assert text.startswith("0.000 →")
        assert {line.split("@")[0] for line in text.splitlines() if line.startswith("INVITE ")} == {
            f"INVITE sip:{user}"
        }


def test_a_slot_serves_one_call_after_the_other(far: FarEnd, four: Lines) -> None:
    for _ in range(6):
        assert kinds(call(far.line("tone", lines=four), hang_up_at(12)))[-1] == "ended"
    assert len(four.pids()) == 1


def test_a_process_that_has_served_long_enough_is_replaced(
    far: FarEnd, four: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "_RECYCLED", 2)
    pids = []
    for _ in range(4):
        call(far.line("486", lines=four))
        pids += four.pids()
    assert len(set(pids)) >= 2

    def gone() -> bool:
        four.give_back(four.take())
        return not is_running(pids[0])

    until(gone)


def test_a_killed_process_costs_its_calls_and_the_next_call_gets_another(far: FarEnd, four: Lines) -> None:
    line = far.line("tone", lines=four)

    def kill(_: object, frame: Frame) -> None:
        if frame.number == 3200 and line.pid:
            os.kill(line.pid, signal.SIGKILL)

    end = events(call(line, kill))[-1]
    assert isinstance(end, LineFailed)
    assert "SIGKILL" in end.reason
    assert kinds(call(far.line("486", lines=four))) == ["dialed", "ended"]


def test_calls_that_fill_a_process_all_go_on_when_the_first_proxy_is_dead() -> None:
    """PJSIP would keep the place of an INVITE that nobody answers for 32 s, and there are no more places than calls."""
    far = FarEnd()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, contextlib.closing(Lines(4)) as lines:
        silent.bind(("127.0.0.1", 0))
        proxies = Proxy("127.0.0.1", silent.getsockname()[1]), Proxy("127.0.0.1", far.port)
        trunk = Trunk("far", "127.0.0.1", proxies, response_limit=0.5)

        def one(_: int) -> list[str]:
            line = SipLine("sip:tone@127.0.0.1", caller=CALLER, speak=utterance, trunk=trunk, lines=lines)
            return kinds(call(line, hang_up_at(75)))

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(one, range(4)))
        assert len(lines.pids()) == 1
    far.child.close(5)
    assert found == [["dialed", "rerouted", "ringing", "answered", "ended"]] * 4


def test_few_calls_have_processes_of_their_own_and_more_are_spread(far: FarEnd) -> None:
    lines = Lines(calls_each=4, alone=2)
    slots = [lines.take() for _ in range(5)]
    shares = sorted([slot.process.pid for slot in slots].count(pid) for pid in lines.pids())
    lines.close()
    assert shares == [2, 3]
    assert len({slot.process.pid for slot in slots[:2]}) == 2


def test_a_call_that_cannot_even_begin_is_told_at_once(far: FarEnd, four: Lines, tmp_path: Path) -> None:
    (tmp_path / "trace.txt").mkdir()
    (end,) = [
        event
        for event in events(call(far.line("tone", lines=four, trace=tmp_path / "trace.txt")))
        if isinstance(event, LineFailed)
    ]
    assert end.reason.startswith("the call's process: IsADirectoryError")
    assert kinds(call(far.line("486", lines=four))) == ["dialed", "ended"]
