"""Hotlines served over SIP, called by the SIP line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probe.errors import UserError
from probe.line.caller import Caller
from probe.line.sip import SipLine
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.seeds import call_seed
from probe.simulator.server import ServedHotlines, serve
from probe.timeline import FRAME, Frame, HangUp, LineEvent, Press
from tests.processes import is_running, until

CALLER = Caller("ordinary", "05115550001")


def hotline(name: str, **network: Any) -> Hotline:
    menu = {"kind": "menu", "says": "您好", "options": [{"key": "1", "says": "查询请按一", "to": "answer"}]}
    return from_form(
        {
            "hotline": name,
            "name": name,
            "network": {"post_dial": 0.1, "ring": 0.2} | network,
            "start": "main",
            "places": {"main": menu, "answer": {"kind": "announcement", "says": "再见"}},
            "truth": {"way": "none", "reached": False},
        }
    )


class Served:
    def __init__(self, served: ServedHotlines, truth: Path) -> None:
        self.served = served
        self._truth = truth

    def line(self, name: str, number: str) -> SipLine:
        return SipLine(self.served.uris[name], caller=Caller("", number), speak=lambda text: np.zeros(0, np.int16))

    def call(self, name: str, number: str = CALLER.number, press_at: float = 0, hang_up_at: float = 0) -> list[Frame]:
        line = self.line(name, number)
        frames = []
        for frame in line:
            frames.append(frame)
            if press_at and frame.number == round(press_at * 50) * FRAME:
                line.perform(Press(at=0, value="1"))
            if hang_up_at and frame.number == round(hang_up_at * 50) * FRAME:
                line.perform(HangUp(at=0, why="scenario"))
        line.close()
        return frames

    def truths(self, name: str, number: str = CALLER.number, at_least: int = 1) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            lines = self._truth.read_text(encoding="utf-8").splitlines() if self._truth.exists() else []
            rows = [json.loads(line) for line in lines]
            return [row for row in rows if (row["hotline"], row["caller"]) == (name, number)]

        until(lambda: len(found()) >= at_least)
        return found()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    truth = tmp_path_factory.mktemp("served") / "truth.jsonl"
    hotlines = [hotline("menu"), hotline("busy", reject=486), hotline("ringback", alert="ringback", ring=0.8)]
    with serve(hotlines, port=0, seed=7, truth=truth) as running:
        yield Served(running, truth)


def events(frames: list[Frame]) -> list[LineEvent]:
    return [event for frame in frames for event in frame.events if event.kind != "media"]


def kinds(frames: list[Frame]) -> list[str]:
    return [event.kind for event in events(frames)]


def test_a_key_is_taken_and_the_truth_is_told_on_the_callers_clock(served: Served) -> None:
    frames = served.call("menu", press_at=1.6)
    truth = served.truths("menu")[0]
    assert kinds(frames) == ["dialed", "ringing", "answered", "played", "ended"]
    assert truth["steps"] == [{"kind": "key", "value": "1"}]
    assert truth["hung_up_by"] == "hotline"
    answered = next(event.at for event in events(frames) if event.kind == "answered")
    assert abs(answered - next(event["at"] for event in truth["events"] if event["kind"] == "answered")) <= 0.06
    loud = np.flatnonzero(np.abs(np.concatenate([frame.heard for frame in frames]).astype(int)) > 300)
    assert 0 <= loud[0] / 8000 - truth["spoken"][0]["start"] <= 0.15
    assert [spoken["text"] for spoken in truth["spoken"]][-1] == "再见"


def test_a_refused_call_ends_with_the_hotlines_status(served: Served) -> None:
    end = events(served.call("busy"))[-1]
    assert (end.kind, getattr(end, "by", ""), getattr(end, "status", 0)) == ("ended", "hotline", 486)
    assert served.truths("busy")[0]["status"] == 486


def test_early_media_is_heard_before_the_answer(served: Served) -> None:
    frames = served.call("ringback", hang_up_at=1.2)
    assert kinds(frames) == ["dialed", "ringing", "early_media", "answered", "ended"]
    before = np.concatenate([frame.heard for frame in frames[:45]])
    spectrum = np.abs(np.fft.rfft(before.astype(float), 8000 * 4))
    assert abs(np.argmax(spectrum) / 4 - 450) < 3


def test_each_call_of_a_caller_has_its_own_seed_and_its_own_truth(served: Served) -> None:
    for _ in range(2):
        served.call("menu", number="03", hang_up_at=0.5)
    rows = served.truths("menu", "03", at_least=2)
    assert [row["seed"] for row in rows] == [call_seed(7, "menu", "03", n) for n in range(2)]
    assert [row["hung_up_by"] for row in rows] == ["caller", "caller"]


def test_four_callers_are_served_at_once_and_the_fifth_is_refused(served: Served) -> None:
    settled: set[str] = set()

    def one(number: str) -> list[str]:
        """Hangs up once each of the five was either answered or refused, however long their processes take to start."""
        line = served.line("menu", number)
        found: list[str] = []
        hung_up = False
        for frame in line:
            found += kinds([frame])
            if {"answered", "ended"} & set(found):
                settled.add(number)
            if len(settled) == 5 and not hung_up:
                hung_up = True
                line.perform(HangUp(at=0, why="scenario"))
        line.close()
        return found

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(one, [f"1{n}" for n in range(5)]))
    assert sum("answered" in found for found in results) == 4
    assert ["dialed", "ended"] in results


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as mistake, serve([hotline("menu")], port=port):
            pass
    assert mistake.value.en.startswith(f"port {port} of 127.0.0.1 cannot be used")
    assert "\n" not in mistake.value.en


def test_no_server_is_left_when_the_block_ends_or_the_parent_dies() -> None:
    program = """
import os, signal
from tests.simulator.test_server import hotline, serve
with serve([hotline("menu")], port=0) as served:
    first = served.pids["menu"]
with serve([hotline("menu")], port=0) as served:
    print(first, served.pids["menu"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=root, timeout=60, check=False)
    for pid in map(int, run.stdout.split()):
        until(lambda: not is_running(pid))  # noqa: B023 (within the turn)
