"""All calls of a benchmark on all cores: a hotline's calls one after another, hotlines side by side.

    for results in run(series(population(7, 50), calls=4, seed=7)):
        for result in results:
            result.found, result.truth
            for judgement in result.judgements:
                judgement.opening, judgement.verdict, judgement.truth

The results do not depend on the number of workers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from probe.bench import detector as detectors
from probe.bench.calls import Case, Result
from probe.bench.conditions import condition
from probe.bench.placing import Ears, RecognitionClock, place
from probe.bench.prompts import Played
from probe.documents import loads
from probe.navigate.scenario import Scenario
from probe.simulator.hotline import Hotline
from probe.simulator.walks import walk_scenario_yaml

Series = tuple[Case, ...]
"""The calls to one hotline, in order."""


def series(hotlines: Iterable[Hotline], calls: int, seed: int) -> list[Series]:
    """`calls` calls to each hotline, by the scenario that walks its own way to a person, each in its own condition."""
    made = []
    for hotline in hotlines:
        scenario = loads(walk_scenario_yaml(hotline), Scenario, hotline.id)
        made.append(
            tuple(
                Case(f"{hotline.id}#{nth}", hotline, scenario, seed, nth, condition(hotline.id, seed, nth))
                for nth in range(calls)
            )
        )
    return made


def run(
    calls: Sequence[Series],
    detector: str = detectors.OURS,
    *,
    workers: int | None = None,
    made: Callable[[int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[list[Result]]:
    """The results of each series as soon as it is complete, in any order. `made` is told how many calls were made.

    When `stop` says so, no further series is begun, and those that are under way are the last.

    `detector`: `module:factory` (`probe.bench.detector`). Raises UserError when there is no such detector.
    """
    detectors.load(detector)
    spawn = multiprocessing.get_context("spawn")
    counter: Synchronized[int] = spawn.Value("i", 0)
    # The longest series first, so that no core idles at the end.
    ordered = sorted(calls, key=len, reverse=True)
    with ProcessPoolExecutor(
        workers or os.cpu_count() or 1, mp_context=spawn, initializer=_begin, initargs=(counter,)
    ) as pool:
        waiting = {pool.submit(_place_series, one, detector) for one in ordered}
        try:
            while waiting:
                if stop():
                    waiting = {future for future in waiting if not future.cancel()}
                done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                if made:
                    made(counter.value)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def place_series(
    one: Series,
    detector: str = detectors.OURS,
    told: Callable[[], Any] | None = None,
    keep: Path | None = None,
) -> list[Result]:
    """The calls of one series, in this process. The last one is kept as a recording in the folder `keep`."""
    from probe.place import transcriber

    hears = _ears()
    clock = RecognitionClock(transcriber(None, "zh"))
    listens = detectors.load(detector)(clock)
    played = Played()
    results = []
    for case in one:
        results.append(place(case, listens, hears, clock, played, keep if case is one[-1] else None))
        if told:
            told()
    return results


@cache
def _ears() -> Ears:
    """The ears of all simulated hotlines in this process."""
    from probe.place import transcriber

    return Ears(transcriber(None, "zh"))


_counter: Synchronized[int] | None = None


def _begin(counter: Synchronized[int]) -> None:
    global _counter
    _counter = counter
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that counts


def _place_series(one: Series, detector: str) -> list[Result]:
    return place_series(one, detector, _count)


def _count() -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += 1
