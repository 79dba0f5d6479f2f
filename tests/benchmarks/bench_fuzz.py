"""Broken SIP and RTP at the line: how many calls it costs, and what becomes of the program that calls.

    python -m tests.benchmarks.bench_fuzz --messages 100000

Only on the loopback, to our own caller. A call that PJSIP's process does not survive must end as our fault, alone.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import Counter

from probe.line.lines import Lines
from probe.line.sip import SipLine
from probe.timeline import Ended, HangUp, LineFailed
from tests.line.fuzz import FuzzingFarEnd
from tests.line.test_sip import CALLER, utterance

_LONGEST = 30.0  # seconds in which a call must be over


def one(far: FuzzingFarEnd, lines: Lines, frames: int) -> str:
    """How a call of so many frames ended: `ended`, `our fault`, `crash`, or `hang`."""
    line = SipLine(
        f"sip:x@127.0.0.1:{far.port}",
        caller=CALLER,
        speak=utterance,
        ring_limit=3.0,
        response_limit=2.0,
        media_limit=2.0,
        lines=lines,
    )
    began = time.monotonic()
    end = "hang"
    try:
        for frame in line:
            if frame.number == frames * 160:
                line.perform(HangUp(at=frame.at, why="scenario"))
            for event in frame.events:
                if isinstance(event, Ended):
                    end = "ended"
                elif isinstance(event, LineFailed):
                    dead = "process" in event.reason
                    end = f"crash: {event.reason}" if dead else "our fault"
            if time.monotonic() - began > _LONGEST:
                return "hang"
    finally:
        line.close()
    return end


def run(messages: int, seed: int, at_once: int, frames: int = 25, packets: int = 200) -> tuple[int, Counter[str]]:
    """Messages and packets sent, and how the calls ended."""
    ends: Counter[str] = Counter()
    sent = [0] * at_once
    lines = Lines(calls_each=1)

    def work(n: int) -> None:
        far = FuzzingFarEnd(seed + n, packets)
        while far.sent < messages / at_once:
            ends[one(far, lines, frames)] += 1
        sent[n] = far.sent
        far.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines.close()
    return sum(sent), ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=4)
    options = parser.parse_args()
    began = time.monotonic()
    sent, ends = run(options.messages, options.seed, options.at_once)
    print(f"{sent} broken messages and packets, {sum(ends.values())} calls, {time.monotonic() - began:.0f} s")
    for how, times in ends.most_common():
        print(f"  {times} {how}")


if __name__ == "__main__":
    main()
