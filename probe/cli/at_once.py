"""Many calls at once, each in a worker process with a speech model of its own.

Calls to one hotline follow each other in the order given, because a hotline draws its chance by the n-th call of a
caller; calls to different hotlines run together. The hotline with the most left to do goes first, so that no long call
is started last.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from queue import Empty
from threading import Thread
from typing import TYPE_CHECKING, Any

from probe.errors import OurFault
from probe.place import Order, place_call
from probe.timeline import Action, Event, SegmentEnded, Timeline

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event as Flag

_PRELOAD = [
    "numpy",
    "probe.place",
    "probe.listen.listener",
    "probe.navigate.scripted",
    "probe.navigate.expect",
    "probe.line.sip",
    "probe.line.simulated",
    "probe.simulator.engine",
    "probe.speech.voice",
    "probe.speech.vosk_transcriber",
]
_LOOK = 0.1  # seconds between two looks at what the workers tell


@dataclass(frozen=True, slots=True)
class News:
    """Something a call told: the number of its order, the call's seconds, and the thing; None when it is over."""

    order: int
    at: float
    thing: Event | Action | None


def place_all(
    orders: Sequence[tuple[str, float, Order]],
    *,
    at_once: int,
    tell: Callable[[News], None],
    stop: Callable[[], bool],
) -> list[Timeline]:
    """Places every order and returns the timelines in the order given, those never begun left out.

    `orders`: hotline, a guess of the call's seconds, and the order. `at_once`: worker processes, so calls at most.
    `tell` is called in this process with what happens. When `stop` says so, running calls are hung up and no others
    are begun. Raises what `place_call` raises, and OurFault when a worker dies.
    """
    # Inherited by the workers: several threads of numerics a process only get in each other's way.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    _start_forkserver()
    told: Queue[News] = context.Queue()
    stopping = context.Event()
    waiting: dict[str, list[int]] = {}
    for number, (hotline, _, _) in enumerate(orders):
        waiting.setdefault(hotline, []).append(number)
    running: dict[Future[Timeline], tuple[str, int]] = {}
    found: dict[int, Timeline] = {}
    with ProcessPoolExecutor(at_once, context, _begin, (told, stopping)) as pool:
        try:
            while waiting or running:
                if stop():
                    stopping.set()
                    waiting.clear()
                busy = {hotline for hotline, _ in running.values()}
                for hotline in sorted(waiting, key=lambda name: -sum(orders[n][1] for n in waiting[name])):
                    if hotline in busy or len(running) >= at_once:
                        continue
                    number = waiting[hotline].pop(0)
                    if not waiting[hotline]:
                        del waiting[hotline]
                    running[pool.submit(_place, number, orders[number][2])] = (hotline, number)
                done, _ = wait(running, _LOOK, FIRST_COMPLETED)
                _pass_on(told, tell)
                for future in done:
                    _, number = running.pop(future)
                    found[number] = future.result()
        except BrokenProcessPool:
            raise OurFault("a worker process died", "一个工作进程意外终止") from None
        finally:
            stopping.set()
        _pass_on(told, tell, patience=_LOOK)
    return [found[number] for number in sorted(found)]


def _start_forkserver() -> None:
    """Starts it deaf to Ctrl-C, which is this process's to handle; it would fall over one while it loads."""
    resource_tracker.ensure_running()  # first, because starting it lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pass_on(told: Queue[News], tell: Callable[[News], None], patience: float = 0.0) -> None:
    """Tells what has been told by now, and waits up to `patience` seconds for each further piece."""
    while True:
        try:
            tell(told.get(timeout=patience) if patience else told.get_nowait())
        except Empty:
            return


# ------------------------------------------------------------------------------------------------- in the workers

_told: Any = None
_stopping: Flag | None = None


def _begin(told: Queue[News], stopping: Flag) -> None:
    """A worker starts. Nothing goes on when the parent dies."""
    global _told, _stopping
    _told, _stopping = told, stopping
    told.cancel_join_thread()
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    Thread(target=end_with_parent, daemon=True).start()


def _place(number: int, order: Order) -> Timeline:
    assert _stopping is not None

    def watch(_: Timeline, thing: Event | Action) -> None:
        if isinstance(thing, Action | SegmentEnded) or thing.kept:
            _told.put(News(number, thing.at, thing))

    try:
        return place_call(order, watch=watch, stop=_stopping.is_set)
    finally:
        _told.put(News(number, 0.0, None))
