"""Short versions of the benchmarks: processes killed at random instants, and calls in a row."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from probe.evidence import load
from probe.supervisor import Supervisor
from tests.benchmarks import bench_endurance, bench_kills
from tests.benchmarks.far_ends import far_ends
from tests.processes import is_running, until


def test_a_line_process_killed_at_any_instant_leaves_a_valid_call(tmp_path: Path) -> None:
    chance = random.Random(3)
    with far_ends(1) as (port,), Supervisor(listeners=1) as supervisor:
        for _ in range(3):
            assert bench_kills.one(supervisor, port, tmp_path, chance.uniform(0.0, 1.0), "lines") == ""


def test_calls_in_a_row_leave_no_descriptor_open_and_none_is_lost() -> None:
    first, last, lost, _, _ = bench_endurance.run(calls=24, at_once=4, settled=8, seconds=0.2)
    assert lost == 0
    assert last.descriptors <= first.descriptors + 1


def test_when_the_program_dies_its_calls_are_hung_up_and_complete(tmp_path: Path) -> None:
    program = f"""
import os, signal, sys, time
from pathlib import Path
from probe.place import Order
from probe.supervisor import Supervisor
if __name__ == "__main__":
    supervisor = Supervisor(listeners=1)
    supervisor.place(Order(line="sip", uri=sys.argv[1], recordings=Path({str(tmp_path)!r}), listen_for=60.0))
    while supervisor.load.heard.frames < 50:
        time.sleep(0.02)
    pids = supervisor.pids()
    print(*pids["listening"], *pids["lines"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    with far_ends(1) as (port,):
        arguments = [sys.executable, "-c", program, f"sip:tone@127.0.0.1:{port}"]
        run = subprocess.run(arguments, capture_output=True, cwd=root, timeout=60, check=False)
        pids = [int(pid) for pid in run.stdout.split()]
        assert len(pids) == 2, run.stderr.decode()
        until(lambda: not any(is_running(pid) for pid in pids))
    (folder,) = (path for path in tmp_path.iterdir() if (path / "timeline.json").is_file())
    timeline, _ = load(folder)
    assert timeline.why.startswith("the user stopped the call")
    assert "sha256" in timeline.call.audio
