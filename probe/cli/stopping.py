"""Ctrl-C (or SIGTERM) ends calls in good order: the first asks them to hang up, the second does not wait for it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from probe.cli import INTERRUPTED
from probe.i18n import tr


class Stop:
    """Whether the user wants everything to stop; call it to know."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked


@contextmanager
def stoppable(doing: str = "") -> Iterator[Stop]:
    """Within the block, Ctrl-C sets the `Stop`; after it, a call that was stopped ends the program with 130.

    `doing`: what the user is told to be happening then; hanging up, if not given.
    """
    stop = Stop()
    doing = doing or tr(en="hanging up ...", zh="正在挂断……")

    def interrupted(*_: Any) -> None:
        if stop.asked:
            sys.exit(INTERRUPTED)
        stop.asked = True
        print(tr(en="probe: ", zh="probe：") + doing, file=sys.stderr)

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if stop.asked:
        sys.exit(INTERRUPTED)
