"""Evidence: 1,000 single changes to bundles, chain and tombstones, and what sealing and verifying cost.

python -m tests.benchmarks.bench_evidence [--changes 1000] [--bundles 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.evidence.bundles import edit, flip, found, population, record, sealed, verified


def tamper(recordings: Path, changes: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Makes single changes, one at a time, and counts what was found and named; and the changes that were not."""
    chance = random.Random(seed)
    population(recordings)
    before = verified(recordings)
    assert not before.broken, before.broken
    count: Counter[str] = Counter()
    missed = []
    for n in range(changes):
        kind = "bits" if n % 2 else "fields"
        change = flip(recordings, chance) if n % 2 else edit(recordings, chance)
        result = verified(recordings)
        change.undo()
        seen, named = found(change, result)
        count[f"{kind} changed"] += 1
        count[f"{kind} found"] += seen
        count[f"{kind} named"] += named
        if not named:
            missed.append(f"{change.what}: {[str(f) for f in result.broken]}")
    assert not verified(recordings).broken
    return count, missed


def cost(recordings: Path, bundles: int) -> None:
    """CPU seconds and wall seconds to seal and to verify."""
    seconds = 60.0
    frames = int(seconds * 50)
    began = _now()
    for n in range(20):
        record(recordings / "unsealed", f"call-{n:05}", frames)
    between = _now()
    for n in range(20):
        sealed(recordings / "sealed", f"call-{n:05}", frames)
    after = _now()
    cpu = (after[0] - between[0]) - (between[0] - began[0])
    wall = (after[1] - between[1]) - (between[1] - began[1])
    print(f"sealing a call of {seconds:.0f} s: {1000 * cpu / 20:.1f} ms CPU, {1000 * wall / 20:.1f} ms")
    began = _now()
    assert not verified(recordings / "sealed").broken
    after = _now()
    print(f"verifying it: {1000 * (after[0] - began[0]) / 20:.1f} ms CPU, {1000 * (after[1] - began[1]) / 20:.1f} ms")
    began = _now()
    for n in range(bundles):
        sealed(recordings / "many", f"call-{n:05}", 10)
    after = _now()
    print(f"{bundles} short calls recorded and sealed: {after[0] - began[0]:.1f} s CPU, {after[1] - began[1]:.1f} s")
    began = _now()
    result = verified(recordings / "many")
    after = _now()
    assert not result.broken
    print(
        f"{bundles} bundles verified: {after[0] - began[0]:.1f} s CPU, {after[1] - began[1]:.1f} s on {os.cpu_count()} cores"
    )
    size = sum(path.stat().st_size for path in (recordings / "many" / "chain").glob("*.jsonl"))
    print(
        f"chain of {bundles}: {size / 1e6:.1f} MB; memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB"
    )


def _now() -> tuple[float, float]:
    return time.process_time(), time.monotonic()


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--bundles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["PROBE_KEYS"] = f"{name}/keys"
        count, missed = (
            tamper(Path(name, "tampered"), options.changes, options.seed) if options.changes else (Counter(), [])
        )
        for what, number in sorted(count.items()):
            print(f"{what}: {number}")
        for line in missed[:50]:
            print("NOT NAMED", line)
        if options.bundles:
            cost(Path(name, "cost"), options.bundles)


if __name__ == "__main__":
    main()
