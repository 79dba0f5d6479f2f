"""What it costs that calls do not share a line process: CPU and memory for 1 to 4 calls each, a bare pjsua2 loop beside.

    python -m tests.benchmarks.bench_line_processes

Calls that nobody listens to, the ways of sharing one after the other, twice, in one run.
"""

from __future__ import annotations

import argparse
import threading
import time

from probe.line.lines import Lines
from probe.line.pipe import pack
from probe.line.process import Child
from probe.line.sip import SipLine
from probe.supervisor import cpu
from probe.timeline import HangUp
from tests.benchmarks.far_ends import far_ends
from tests.line.test_sip import CALLER, utterance


def cost(ports: list[int], calls: int, each: int, seconds: float) -> tuple[float, float, int]:
    """CPU seconds a second of the line processes, their bytes (PSS), and how many there are."""
    lines = Lines(calls_each=each)
    done = threading.Event()

    def listen(n: int) -> None:
        line = SipLine(f"sip:tone@127.0.0.1:{ports[n // 4]}", caller=CALLER, speak=utterance, lines=lines)
        for frame in line:
            if done.is_set():
                line.perform(HangUp(at=frame.at, why="scenario"))
        line.close()

    threads = [threading.Thread(target=listen, args=(n,)) for n in range(calls)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    pids = lines.pids()
    before, began = sum(map(cpu.used_by, pids)), time.monotonic()
    time.sleep(seconds)
    used = (sum(map(cpu.used_by, pids)) - before) / (time.monotonic() - began)
    memory = sum(map(cpu.memory, pids))
    done.set()
    for thread in threads:
        thread.join()
    lines.close()
    return used, memory, len(pids)


def bare(ports: list[int], calls: int, seconds: float) -> float:
    """CPU seconds a second of bare loops with four calls each."""
    loops = [Child("tests.benchmarks.bare_loop") for _ in range(0, calls, 4)]
    for port, loop in zip(ports, loops, strict=True):
        loop.outlet.send(pack({"uris": [f"sip:tone@127.0.0.1:{port}"] * 4, "seconds": seconds}))
    told = [loop.inlet.take(timeout=seconds + 60) for loop in loops]
    for loop in loops:
        loop.close(5)
    return sum(message[0]["cpu"] for message in told if message) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=8, help="a multiple of 4")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with far_ends(-(-options.calls // 4)) as ports:
        for each in (1, 2, 4, 1, 2, 4):
            used, memory, processes = cost(ports, options.calls, each, options.seconds)
            print(
                f"{each} calls each, {processes} processes: {used / options.calls:.4f} cores and "
                f"{memory / 2**20 / options.calls:.1f} MB a call",
                flush=True,
            )
            if each == 4:
                used = bare(ports, options.calls, options.seconds)
                print(f"bare loops, 4 calls each: {used / options.calls:.4f} cores a call", flush=True)


if __name__ == "__main__":
    main()
