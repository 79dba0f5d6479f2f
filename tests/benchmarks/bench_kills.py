"""The line process killed at random instants: what is left of each call.

    python -m tests.benchmarks.bench_kills --kills 200

Each call must end at once as our fault, with a WAV and a timeline that hold everything up to then, and leave no process.
`--listening` kills the listening process instead, which writes the recording.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
import wave
from pathlib import Path

from probe.evidence import load
from probe.place import Order
from probe.supervisor import Supervisor
from probe.timeline import Action, Event, LineFailed, Outcome
from tests.benchmarks.far_ends import far_ends
from tests.processes import is_running

_FAR = 13  # far ends of 4 calls each: PJSIP keeps a call whose caller is gone for 32 s
_HANG = 20.0  # seconds after the kill in which a call must be over


def one(supervisor: Supervisor, port: int, recordings: Path, after: float, which: str) -> str:
    """What went wrong with a call whose process is killed so many seconds after its INVITE; "" if nothing."""
    dialed = threading.Event()

    def watch(_: Event | Action) -> None:
        dialed.set()

    future = supervisor.place(Order(line="sip", uri=f"sip:tone@127.0.0.1:{port}", recordings=recordings), watch)
    if not dialed.wait(30):
        return "the call never began"
    began = time.monotonic()
    pids: list[int] = []
    while not pids:  # the load, which names the processes, comes four times a second
        pids = supervisor.pids()[which]
        if time.monotonic() > began + 10:
            return "no process is known"
    time.sleep(max(began + after - time.monotonic(), 0.0))
    killed = time.monotonic()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    try:
        timeline = future.result(_HANG)
    except TimeoutError:
        return "the call hangs"
    told = any(isinstance(event, LineFailed) and "SIGKILL" in event.reason for event in timeline.events)
    if timeline.outcome is not Outcome.OUR_FAULT or not told:
        return f"it ended as {timeline.outcome}: {timeline.why}"
    kept, audio = load(recordings / timeline.call.id)
    if kept.to_json() != timeline.to_json():
        return "the timeline that is written is another"
    with wave.open(str(audio)) as recorded:
        seconds = recorded.getnframes() / 8000
    lasted = killed - began
    if not lasted - 0.5 <= seconds <= lasted + 0.5:
        return f"{seconds:.2f} s are recorded of {lasted:.2f} s"
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > killed + _HANG:
            return "a process is left"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--latest", type=float, default=2.0, help="seconds after the INVITE by which it is killed")
    parser.add_argument("--listening", action="store_true", help="kill the listening process instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, far_ends(_FAR) as ports, Supervisor(listeners=1) as supervisor:
        which = "listening" if options.listening else "lines"
        for n in range(options.kills):
            wrong.append(one(supervisor, ports[n % _FAR], Path(folder), chance.uniform(0.0, options.latest), which))
    wrong = [why for why in wrong if why]
    print(f"{options.kills} kills of the {which} process: {options.kills - len(wrong)} calls kept whole")
    for why in sorted(set(wrong)):
        print(f"  {wrong.count(why)} times: {why}")


if __name__ == "__main__":
    main()
