"""The same call over SIP, in memory and from its recording: how far the three agree.

    python -m tests.benchmarks.bench_same_call [--calls 11]

Each hotline of the survey is called twice with the same seed, once over SIP on loopback in real time and once in
memory; then both recordings are replayed. Asserted: same outcome, steps and text; clocks within 60 ms; replays
identical.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from probe import shipped
from probe.cli.compare import differences
from probe.place import Order, place_call, replay
from probe.simulator.hotline import load_hotline
from probe.simulator.server import serve
from probe.speech.chinese import normalise
from probe.timeline import Timeline

CLOCKS = 0.060
"""Seconds by which a clock over SIP may differ from the same in memory."""


def text(timeline: Timeline) -> str:
    """All that was heard, as compared."""
    return "".join(normalise(segment.text) for segment in timeline.segments)


def pairs(names: list[str], folder: Path) -> list[tuple[Timeline, Timeline]]:
    """Each call over SIP and in memory."""
    hotlines = [load_hotline(name) for name in names]
    paths = [shipped.scenarios() / "zhenjiang" / name / "ordinary.yaml" for name in names]
    spawn = multiprocessing.get_context("spawn")
    with serve(hotlines, port=0, seed=1) as served, ProcessPoolExecutor(4, mp_context=spawn) as pool:
        over_sip = [
            Order(scenario=path, line="sip", uri=served.uris[name], recordings=folder / "sip", seed=1)
            for name, path in zip(names, paths, strict=True)
        ]
        sip = list(pool.map(place_call, over_sip))
    # Each with prompts of its own: who says the very same in a second call, to the sample, is a recording.
    memory = [place_call(replace(order, line="simulated", uri="", recordings=folder / "memory")) for order in over_sip]
    return list(zip(sip, memory, strict=True))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=11)
    names = sorted(path.name for path in (shipped.scenarios() / "zhenjiang").iterdir() if path.is_dir())
    names = names[: options.parse_args().calls]
    wrong = 0
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for sip, memory in pairs(names, Path(folder)):
            apart = {name: abs(sip.clocks[name] - memory.clocks[name]) for name in sip.clocks.keys() & memory.clocks}
            same_text = text(sip) == text(memory)
            edits = Levenshtein.distance(text(sip), text(memory))
            kept = zip(("sip", "memory"), (sip, memory), strict=True)
            heard_again = [replay(Path(folder) / line / call.call.id) for line, call in kept]
            replays = [differences(again.kept, again.found) for again in heard_again]
            same = sip.outcome == memory.outcome and sip.effort["steps"] == memory.effort["steps"]
            fine = same and same_text and not any(replays) and sip.clocks.keys() == memory.clocks.keys()
            fine = fine and max(apart.values(), default=0.0) <= CLOCKS
            wrong += not fine
            worst = max(worst, *apart.values())
            print(
                f"{'ok ' if fine else 'NOT'} {sip.call.hotline}: {sip.outcome}/{memory.outcome}, "
                f"steps {sip.effort['steps']:.0f}/{memory.effort['steps']:.0f}, "
                f"characters that differ {edits} of {len(text(memory))}, "
                f"clocks apart at most {max(apart.values(), default=0.0) * 1000:.0f} ms, "
                f"replay differs in {len(replays[0])} and {len(replays[1])} places"
            )
            if not fine:
                print("   sip   ", text(sip))
                print("   memory", text(memory))
                print("   clocks", {name: (sip.clocks.get(name), memory.clocks.get(name)) for name in apart})
                print("   replay", replays)
    print(f"{len(names) - wrong} of {len(names)} calls the same; clocks apart at most {worst * 1000:.0f} ms")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
