"""Calls of a worker side by side: the supervisor's processes behind the signature of `place_call`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotYet

from probe.errors import OurFault
from probe.place import Order
from probe.supervisor import Supervisor
from probe.timeline import Timeline

_LOOK = 0.2  # seconds between two looks whether to hang up


class SideBySide:
    """Places calls in other processes; safe to use from several threads. A context manager."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._supervisor: Supervisor | None = None

    def __call__(self, order: Order, *, stop: Callable[[], bool] | None = None) -> Timeline:
        """As `place_call`. When `stop` says so, every call of the worker is hung up; those begun later run again."""
        with self._lock:
            if self._supervisor is None:
                self._supervisor = Supervisor(at_once=self._at_once)
            supervisor = self._supervisor
            future = supervisor.place(order)
        while True:
            try:
                return future.result(timeout=_LOOK)
            except NotYet:
                if stop is not None and stop():
                    self._hang_up(supervisor)
            except CancelledError:
                raise OurFault("stopped before it was dialled", "拨打之前已停止") from None

    def _hang_up(self, supervisor: Supervisor) -> None:
        with self._lock:
            if self._supervisor is supervisor:
                supervisor.stop()
                self._supervisor = None

    def close(self) -> None:
        """Hangs up what runs and ends all processes."""
        with self._lock:
            supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.close(within=0.0)
