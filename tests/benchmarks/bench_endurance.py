"""Short calls in a row: whether memory or file descriptors grow, and whether any call is lost.

    python -m tests.benchmarks.bench_endurance --calls 1000

Every call is dialled over SIP, answered, heard for a moment with recognition on, hung up, measured and written. Growth is
that of this program and its listening process after the first hundred calls; line processes are replaced as always.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from probe.place import Order
from probe.supervisor import Supervisor, cpu
from probe.timeline import Answered, Ended, Outcome, Timeline
from tests.benchmarks.far_ends import far_ends


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes (PSS) and open descriptors of the listening process, bytes of each line process."""

    memory: int
    descriptors: int
    lines: list[int]


def size(supervisor: Supervisor) -> Size:
    pids = supervisor.pids()
    listening = pids["listening"][0]
    return Size(
        cpu.memory(listening),
        len(list(Path(f"/proc/{listening}/fd").iterdir())),
        [cpu.memory(pid) for pid in pids["lines"]],
    )


def lost(timeline: Timeline) -> bool:
    """Whether a call was not answered, or not ended by us as it should be."""
    kinds = {type(event) for event in timeline.events}
    return timeline.outcome is Outcome.OUR_FAULT or not {Answered, Ended} <= kinds


def run(calls: int, at_once: int, settled: int, seconds: float) -> tuple[Size, Size, int, list[int], float]:
    """Size after `settled` calls and at the end, calls lost, processes that served, seconds it took."""
    first: Size | None = None
    gone = done_calls = 0
    served: set[int] = set()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        far_ends(-(-at_once // 4)) as ports,
        Supervisor(listeners=1, at_once=at_once) as supervisor,
    ):
        recordings = Path(folder)
        uris = [f"sip:tone@127.0.0.1:{port}" for port in ports for _ in range(4)][:at_once]
        free = list(uris)
        left = itertools.count()
        running: dict[Future[Timeline], str] = {}
        placed = 0
        while done_calls < calls:
            while free and placed < calls:
                uri = free.pop()
                order = Order(line="sip", uri=uri, listen_for=seconds, recordings=recordings / str(next(left) // 100))
                running[supervisor.place(order)] = uri
                placed += 1
            done, _ = wait(running, 60, FIRST_COMPLETED)
            assert done, "no call ended within a minute"
            for future in done:
                free.append(running.pop(future))
                done_calls += 1
                gone += lost(future.result())
                if done_calls % 100 == 0:
                    served |= set(supervisor.pids()["lines"])
                    shutil.rmtree(recordings / str(done_calls // 100 - 2), ignore_errors=True)
            if first is None and done_calls >= settled:
                first = size(supervisor)
        assert first
        until = time.monotonic() + 5
        while supervisor.running and time.monotonic() < until:
            time.sleep(0.1)
        last = size(supervisor)
    return first, last, gone, sorted(served), time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--settled", type=int, default=100, help="calls after which growth is counted")
    parser.add_argument("--seconds", type=float, default=0.5, help="seconds that each call listens")
    options = parser.parse_args()
    first, last, gone, served, took = run(options.calls, options.at_once, options.settled, options.seconds)
    print(f"{options.calls} calls in {took:.0f} s, lost: {gone}")
    print(
        f"listening process: {first.memory / 2**20:.1f} MB after {options.settled} calls, {last.memory / 2**20:.1f} MB at "
        f"the end: {last.memory / first.memory - 1:+.1%}"
    )
    print(f"its descriptors: {first.descriptors}, {last.descriptors}: {last.descriptors / first.descriptors - 1:+.1%}")
    print(
        f"line processes: {len(served)} seen; largest {max(first.lines) / 2**20:.1f} MB, {max(last.lines) / 2**20:.1f} MB"
    )


if __name__ == "__main__":
    main()
