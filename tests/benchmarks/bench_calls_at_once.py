"""How many calls are heard in time on this machine, with recognition on and the far ends on the same cores.

    python -m tests.benchmarks.bench_calls_at_once --seconds 600

The hotlines have been called before, so their prompts are known, as in a campaign after its first calls (`--heard-before
0`: they are not). Calls follow each other without a pause; how many run at once is the supervisor's own decision. Then a
bare pjsua2 loop carries as many calls to the same far ends, so that both are measured in one run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from pathlib import Path

from probe.line.lateness import LATE
from probe.line.pipe import pack
from probe.line.process import Child
from probe.place import Order
from probe.supervisor import Supervisor, cpu
from probe.supervisor.headroom import BEHIND, Headroom
from probe.supervisor.listening import Load
from probe.timeline import Kind, Media, Outcome, Timeline
from tests.benchmarks.peers import NAMES, Peers, peers, scenario_of

_REST = 2.0  # seconds for a far end to let go of a call
_OTHER_SEED = 1000  # the served hotlines have 1: the same prompts, other people


@dataclass(frozen=True, slots=True)
class Snapshot:
    at: float
    load: Load
    peers: float
    idle: float


@dataclass(frozen=True, slots=True)
class Run:
    """`at_once`: calls running, a second apart; `memory`: bytes of listening and line processes when most ran."""

    first: Snapshot
    last: Snapshot
    at_once: list[int]
    memory: tuple[int, int]
    processes: tuple[int, int]
    timelines: list[Timeline]
    held_back: list[str]


class _Boundless(Headroom):
    def missing(self, now: float, running: int) -> str:
        return ""


def snapshot(supervisor: Supervisor, far: Peers) -> Snapshot:
    return Snapshot(time.monotonic(), supervisor.load, sum(map(cpu.used_by, far.pids)), cpu.idle() or 0.0)


def remember(folder: Path, times: int) -> None:
    """Has the prompts of the hotlines in memory, as a campaign has that calls them again and again."""
    with Supervisor() as supervisor:
        for nth in range(times):
            orders = [Order(scenario=scenario_of(name), recordings=folder, seed=_OTHER_SEED, nth=nth) for name in NAMES]
            for future in [supervisor.place(order) for order in orders]:
                future.result()


def keep_calling(
    far: Peers, seconds: float, warm_up: float, calls: int | None, each: int, folder: Path, force: bool
) -> Run:
    running: dict[Future[Timeline], int] = {}
    free = list(range(len(far.orders)))  # a heap: far ends are filled one after the other, as they cost least
    resting: deque[tuple[float, int]] = deque()
    timelines: list[Timeline] = []
    at_once: list[int] = []
    held_back: list[str] = []
    memory = processes = (0, 0)
    first: Snapshot | None = None
    with Supervisor(at_once=calls, calls_each=each) as supervisor:
        if force:
            supervisor._headroom = _Boundless(1)
        began = time.monotonic()
        until = began + warm_up + seconds
        second = began
        while time.monotonic() < until:
            while free and supervisor.waiting < 2:
                n = heappop(free)
                running[supervisor.place(replace(far.orders[n], recordings=folder))] = n
            done, _ = wait(running, 0.1, FIRST_COMPLETED)
            for future in done:
                resting.append((time.monotonic() + _REST, running.pop(future)))
                timelines.append(future.result())
            while resting and resting[0][0] <= time.monotonic():
                heappush(free, resting.popleft()[1])
            if first is None and time.monotonic() >= began + warm_up:
                first = snapshot(supervisor, far)
            if time.monotonic() >= second:
                second += 1.0
                if first is not None:
                    at_once.append(supervisor.running)
                    held_back.append(supervisor.missing)
        assert first
        last = snapshot(supervisor, far)
        pids = supervisor.pids()
        memory = sum(map(cpu.memory, pids["listening"])), sum(map(cpu.memory, pids["lines"]))
        processes = len(pids["listening"]), len(pids["lines"])
        supervisor.stop()
        for future in list(running):
            if not future.cancelled():
                future.exception(timeout=60)
    return Run(first, last, at_once, memory, processes, timelines, held_back)


def bare(far: Peers, calls: int, each: int, seconds: float) -> float:
    """CPU seconds a second that bare loops take with so many calls."""
    uris = [order.uri for order in far.orders][:calls]
    loops = [Child("tests.benchmarks.bare_loop") for _ in range(0, calls, each)]
    for n, loop in enumerate(loops):
        loop.outlet.send(pack({"uris": uris[n * each : n * each + each], "seconds": seconds}))
    told = [loop.inlet.take(timeout=seconds + 60) for loop in loops]
    for loop in loops:
        loop.close(5)
    return sum(message[0]["cpu"] for message in told if message) / seconds


def print_report(run: Run, each: int) -> float:
    """Prints what was measured; returns the mean number of calls."""
    seconds = run.last.at - run.first.at
    calls = sum(run.at_once) / len(run.at_once)
    moved = run.last.load.moved - run.first.load.moved
    heard = run.last.load.heard - run.first.load.heard
    parts = {name: (spent - run.first.load.parts.get(name, 0.0)) for name, spent in run.last.load.parts.items()}
    own = run.last.load.own - run.first.load.own
    line = sum(spent - run.first.load.lines.get(pid, 0.0) for pid, spent in run.last.load.lines.items())
    parts = {"line": line, "loop": own - sum(parts.values()), **parts, "peers": run.last.peers - run.first.peers}
    cores = (os.cpu_count() or 1) - (run.last.idle - run.first.idle) / seconds
    total = sum(parts.values()) / seconds
    peers_share = parts["peers"] / seconds
    failed = sum(timeline.outcome is Outcome.OUR_FAULT for timeline in run.timelines)
    print(f"{seconds:.0f} s, {each} calls a line process, {run.processes[0]} + {run.processes[1]} processes")
    print(f"calls at once: {calls:.1f} on average, {min(run.at_once)} to {max(run.at_once)}")
    print(f"without the peers' share: {calls * total / (total - peers_share):.1f}")
    print(f"calls completed: {len(run.timelines)}, our fault: {failed}")
    for why, times in Counter(t.why for t in run.timelines if t.outcome is Outcome.OUR_FAULT).most_common(5):
        print(f"  {times} times {why}")
    media = [event for timeline in run.timelines for event in timeline.events if isinstance(event, Media)]
    print(
        f"frames: {heard.frames}; RTP packets of the {len(media)} calls completed: {sum(m.packets for m in media)}, "
        f"lost {sum(m.lost for m in media)}, too late for the jitter buffer {sum(m.late for m in media)}"
    )
    for what, delays in (("line", moved), ("listening", heard)):
        late = delays.over(LATE) / max(delays.frames, 1)
        lag = delays.over(BEHIND) / max(delays.frames, 1)
        quantiles = ", ".join(f"p{q} {delays.quantile(q / 100) * 1000:.0f} ms" for q in (50, 99, 99.9))
        print(
            f"  {what:9} behind its clock: over 40 ms {late:.3%}, over {BEHIND * 1000:g} ms {lag:.3%}, {quantiles}, "
            f"worst {delays.worst * 1000:.0f} ms"
        )
    speech = [part for timeline in run.timelines for part in timeline.segments if part.kind is Kind.SPEECH]
    known = sum(part.end - part.start for part in speech if part.prompt)
    print(f"speech heard: {sum(part.end - part.start for part in speech):.0f} s, of known prompts {known:.0f} s")
    print(f"busy: {cores:.2f} cores, of which ours and the peers' {total:.2f}")
    for name, spent in parts.items():
        print(f"  {name:12} {spent / seconds:6.3f} cores, {spent / seconds / calls:7.4f} a call")
    listening, lines = run.memory
    print(
        f"memory (PSS): listening {listening / 2**20:.0f} MB, lines {lines / 2**20:.0f} MB: "
        f"{(listening + lines) / 2**20 / run.at_once[-1]:.1f} MB a call, models included"
    )
    reasons = Counter(
        "nothing"
        if not why
        else "late lines"
        if "come" in why
        else "late listening"
        if "later" in why
        else "idle time or number"
        for why in run.held_back
    )
    print("held back by, seconds: " + ", ".join(f"{why} {times}" for why, times in reasons.most_common()))
    print(f"line and loop: {(parts['line'] + parts['loop']) / seconds:.3f} cores", flush=True)
    return calls


def cores_of(run: Run) -> tuple[float, float, float]:
    """Cores taken by the line; by the loop, which is what no part claims; by deciding, beginning and ending calls."""
    seconds = run.last.at - run.first.at
    line = sum(s - run.first.load.lines.get(p, 0.0) for p, s in run.last.load.lines.items())
    parts = {name: spent - run.first.load.parts.get(name, 0.0) for name, spent in run.last.load.parts.items()}
    loop = run.last.load.own - run.first.load.own - sum(parts.values())
    return line / seconds, loop / seconds, (parts["deciding"] + parts["around"]) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds before the measuring begins")
    parser.add_argument("--heard-before", type=int, default=2, help="calls to each hotline before, in memory")
    parser.add_argument("--calls", type=int, default=None, help="calls at once at most")
    parser.add_argument("--peers", type=int, default=56, help="calls that the far ends can take")
    parser.add_argument("--calls-each", type=int, default=4, help="calls that share a line process")
    parser.add_argument("--bare", type=float, default=20.0, help="seconds of the bare loop")
    parser.add_argument("--force", action="store_true", help="start calls whether they can be heard in time or not")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, peers(options.peers) as far:
        remember(Path(folder), options.heard_before)
        run = keep_calling(
            far, options.seconds, options.warm_up, options.calls, options.calls_each, Path(folder), options.force
        )
        calls = print_report(run, options.calls_each)
        if options.bare:
            used = bare(far, round(calls), options.calls_each, options.bare)
            line, loop, rest = (spent / used for spent in cores_of(run))
            print(
                f"bare loop with {round(calls)} calls: {used:.3f} cores; line {line:.2f} times that, line and loop "
                f"{line + loop:.2f}, with deciding and the calls' beginnings and ends {line + loop + rest:.2f}"
            )


if __name__ == "__main__":
    main()
