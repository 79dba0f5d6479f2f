"""Short versions of the benchmarks: processes killed at random instants, and calls in a row."""

from __future__ import annotations

import random
from pathlib import Path

from probe.supervisor import Supervisor
from tests.benchmarks import bench_endurance, bench_kills
from tests.benchmarks.far_ends import far_ends


def test_a_line_process_killed_at_any_instant_leaves_a_valid_call(tmp_path: Path) -> None:
    chance = random.Random(3)
    with far_ends(1) as (port,), Supervisor(listeners=1) as supervisor:
        for _ in range(3):
            assert bench_kills.one(supervisor, port, tmp_path, chance.uniform(0.0, 1.0), "lines") == ""


def test_calls_in_a_row_leave_no_descriptor_open_and_none_is_lost() -> None:
    first, last, lost, _, _ = bench_endurance.run(calls=24, at_once=4, settled=8, seconds=0.2)
    assert lost == 0
    assert last.descriptors <= first.descriptors + 1
