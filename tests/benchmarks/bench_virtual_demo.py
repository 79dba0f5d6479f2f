"""How much faster than real time the whole demo runs in memory, recognition included, and whether its table is right.

    python -m tests.benchmarks.bench_virtual_demo

Runs `probe demo --virtual` as a user does, start-up and loading of models included, and divides the seconds of audio
of all calls by the seconds it took. Asserted: at least 40 times, every cell equal to the truth.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

TIMES_REAL_TIME = 40.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", "from probe.cli import main; main()", "demo", "--virtual", "--json"],
            cwd=folder,
            stdout=subprocess.PIPE,
            check=False,
        )
        took = time.perf_counter() - began
    timelines = json.loads(done.stdout)
    audio = sum(event["at"] for call in timelines for event in call["events"] if event["kind"] == "ended")
    print(
        f"{len(timelines)} calls, {audio:.0f} s of audio in {took:.1f} s on {os.cpu_count()} cores: "
        f"{audio / took:.1f} times real time (at least {TIMES_REAL_TIME:.0f}); "
        f"table {'equals the truth' if done.returncode == 0 else 'differs from the truth'}"
    )
    raise SystemExit(0 if done.returncode == 0 and audio / took >= TIMES_REAL_TIME else 1)


if __name__ == "__main__":
    main()
