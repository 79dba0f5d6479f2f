"""Many calls at once: which call follows which, and what is told of them meanwhile.

Calls to one hotline follow each other in the order given, because a hotline draws its chance by the n-th call of a
caller; calls to different hotlines run together. The hotline with the most left to do goes first, so that no long call
is started last. Whether there is room for one more call is the supervisor's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from probe.place import Order
from probe.supervisor import Supervisor
from probe.timeline import Action, Event, Timeline

_LOOK = 0.1  # seconds between two looks at what the calls tell


@dataclass(frozen=True, slots=True)
class News:
    """Something a call told: the number of its order, the call's seconds, and the thing.

    When the call is over, the thing is None, and `timeline` is what came of it (None if it never began).
    """

    order: int
    at: float
    thing: Event | Action | None
    timeline: Timeline | None = None


def place_all(
    orders: Sequence[tuple[str, float, Order]],
    *,
    at_once: int | None,
    tell: Callable[[News], None],
    stop: Callable[[], bool],
) -> list[Timeline]:
    """Places every order and returns the timelines in the order given, those never begun left out.

    `orders`: hotline, a guess of the call's seconds, and the order. `at_once`: calls at most; None: as many as are heard
    in time. `tell` is called in this thread with what happens. When `stop` says so, running calls are hung up and no
    others are begun. Raises what `place_call` raises.
    """
    told: SimpleQueue[News] = SimpleQueue()
    waiting: dict[str, list[int]] = {}
    for number, (hotline, _, _) in enumerate(orders):
        waiting.setdefault(hotline, []).append(number)
    running: dict[Future[Timeline], tuple[str, int]] = {}
    found: dict[int, Timeline] = {}
    stopped = False
    with Supervisor(at_once=at_once, listeners=_listeners(orders, at_once)) as supervisor:
        while waiting or running:
            if stop() and not stopped:
                stopped = True
                supervisor.stop()
                waiting.clear()
            busy = {hotline for hotline, _ in running.values()}
            for hotline in sorted(waiting, key=lambda name: -sum(orders[n][1] for n in waiting[name])):
                if hotline in busy:
                    continue
                number = waiting[hotline].pop(0)
                if not waiting[hotline]:
                    del waiting[hotline]

                def watch(thing: Event | Action, number: int = number) -> None:
                    told.put(News(number, thing.at, thing))

                running[supervisor.place(orders[number][2], watch)] = (hotline, number)
            done, _ = wait(running, _LOOK, FIRST_COMPLETED)
            _pass_on(told, tell)
            for future in done:
                _, number = running.pop(future)
                try:
                    found[number] = future.result()
                except CancelledError:
                    continue
                finally:
                    tell(News(number, 0.0, None, found.get(number)))
    return [found[number] for number in sorted(found)]


def _listeners(orders: Sequence[tuple[str, float, Order]], at_once: int | None) -> int | None:
    """In memory a call takes all of a core, so `at_once` says how many processes there are."""
    return at_once if any(order.line == "simulated" for _, _, order in orders) else None


def _pass_on(told: SimpleQueue[News], tell: Callable[[News], None]) -> None:
    """Tells what has been told by now."""
    while True:
        try:
            tell(told.get_nowait())
        except Empty:
            return
