"""The supervisor: takes orders, starts each call when there is room for it, and gives back its timeline."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from probe.errors import OurFault
from probe.line.lateness import Delays
from probe.measure.notes import in_chinese
from probe.place import Order
from probe.supervisor import cpu
from probe.supervisor.forked import start
from probe.supervisor.headroom import BEHIND, EARLY_SIGN, Headroom, Reading
from probe.supervisor.listening import REPORT, Load
from probe.supervisor.salvage import salvage
from probe.timeline import Action, Event, Timeline

Watch = Callable[[Event | Action], None]

CALLS_EACH = 4
"""Calls that share a line process, unless told otherwise; what that costs and saves is in docs/load.md."""
_LOOK = 0.05  # seconds between two looks whether a waiting call may start
_HANG_UP = 15.0  # seconds that calls have to hang up and complete their recordings
_LAST = 20.0  # seconds for a listening process to end its lines, over the 10 s these have


@dataclass(slots=True, eq=False)
class _Call:
    """An order and what came of it so far."""

    order: Order
    watch: Watch | None
    future: Future[Timeline] = field(default_factory=Future)
    folder: Path | None = None


@dataclass(slots=True, eq=False)
class _Listener:
    """A listening process as seen from here."""

    process: Any
    connection: Connection
    calls: dict[int, _Call] = field(default_factory=dict)
    load: Load = field(default_factory=Load)


class Supervisor:
    """Runs calls side by side; a context manager. Safe to use from several threads.

    `at_once`: calls at most (None: as many as are heard in time). `listeners`: listening processes (None: one a core).
    `calls_each`: calls that share a line process. In-memory calls take a core each, so of these each listening process
    runs one at a time.
    """

    def __init__(
        self, *, at_once: int | None = None, listeners: int | None = None, calls_each: int = CALLS_EACH
    ) -> None:
        cores = os.cpu_count() or 1
        self._at_once = at_once
        self._wanted = listeners or cores
        self._calls_each = calls_each
        self._headroom = Headroom(cores)
        self._waiting: deque[_Call] = deque()
        self._listeners: list[_Listener] = []
        self._retired = Load()
        self._number = 0
        self._lock = threading.RLock()
        self._hang_up_at: float | None = None
        self._stopping = self._ended = False
        self._next_reading = 0.0
        self._thread: threading.Thread | None = None
        self._poke_out, self._poke = os.pipe()

    # ------------------------------------------------------------------------------------------- what users call

    def place(self, order: Order, watch: Watch | None = None) -> Future[Timeline]:
        """Places a call as soon as there is room for it, in the order of asking, and returns at once.

        The future gives the measured timeline: one of outcome `our_fault` if anything fails on our side, a dead process
        included. It raises what `place_call` raises for a wrong order, and CancelledError if the call was never begun
        (`future.cancel()`, or `stop`). `watch` is called, in another thread, with what happens in the call; it should
        be quick. Raises OurFault after `stop`.
        """
        with self._lock:
            if self._stopping:
                raise OurFault("no call is placed any more", "已停止，不再拨打")
            call = _Call(order, watch)
            self._waiting.append(call)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
                self._thread.start()
        os.write(self._poke, b".")
        return call.future

    @property
    def running(self) -> int:
        """Calls that run now."""
        return sum(len(listener.calls) for listener in self._listeners)

    @property
    def waiting(self) -> int:
        """Calls that have not begun."""
        return len(self._waiting)

    @property
    def missing(self) -> str:
        """What one more call lacks, in words; "" when one placed now would start now."""
        with self._lock:
            if self._at_once is not None and self.running >= self._at_once:
                return f"{self._at_once} calls run already"
            return self._headroom.missing(time.monotonic(), self.running)

    @property
    def load(self) -> Load:
        """What all calls so far have used, and how late their frames were."""
        with self._lock:
            return _sum([self._retired, *(listener.load for listener in self._listeners)])

    def pids(self) -> dict[str, list[int]]:
        """Process ids: of listening processes under `listening`, of their line processes under `lines`."""
        with self._lock:
            lines = [pid for listener in self._listeners for pid in listener.load.lines if cpu.used_by(pid)]
            return {"listening": [listener.process.pid for listener in self._listeners], "lines": lines}

    def stop(self, within: float | None = 0.0) -> None:
        """Begins no call any more; returns at once. Running ones are hung up after `within` seconds (None: never)."""
        with self._lock:
            self._stopping = True
            for call in self._waiting:
                call.future.cancel()
                call.future.set_running_or_notify_cancel()  # or who waits for several would wait for ever
            self._waiting.clear()
            if within is not None:
                at = time.monotonic() + within
                self._hang_up_at = at if self._hang_up_at is None else min(at, self._hang_up_at)
        os.write(self._poke, b".")

    def close(self, within: float | None = None) -> None:
        """Stops, waits until the running calls are over, and ends all processes."""
        self.stop(within)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            os.close(self._poke_out)
            os.close(self._poke)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(None if error is None else 0.0)

    # ---------------------------------------------------------------------------------------------- its thread

    def _run(self) -> None:
        killed_at: float | None = None
        while True:
            self._start_what_may()
            with self._lock:
                if self._stopping and not self._waiting and not self.running:
                    break
                connections: list[Any] = [listener.connection for listener in self._listeners]
            for ready in wait([*connections, self._poke_out], _LOOK if self._waiting else REPORT):
                if ready == self._poke_out:
                    os.read(self._poke_out, 4096)
                else:
                    self._hear(next(one for one in self._listeners if one.connection is ready))
            self._read()
            if self._hang_up_at is not None and time.monotonic() >= self._hang_up_at:
                if killed_at is None:
                    killed_at = time.monotonic() + _HANG_UP
                    for listener in self._listeners:
                        _tell(listener, "hang_up")
                elif time.monotonic() >= killed_at:
                    for listener in self._listeners:
                        listener.process.kill()
        self._end()

    def _start_what_may(self) -> None:
        with self._lock:
            while self._waiting and not (self._at_once is not None and self.running >= self._at_once):
                call = self._waiting[0]
                listener = self._place_for(call.order)
                if listener is None:
                    return
                self._waiting.popleft()
                if not call.future.set_running_or_notify_cancel():
                    continue
                self._number += 1
                listener.calls[self._number] = call
                self._headroom.started(time.monotonic())
                _tell(listener, "place", self._number, call.order, call.watch is not None)

    def _place_for(self, order: Order) -> _Listener | None:
        """The listening process with the fewest calls, if the call may start."""
        listeners = self._listeners
        if order.line == "sip":
            if self._headroom.missing(time.monotonic(), self.running):
                return None
        elif len(listeners) >= self._wanted and all(listener.calls for listener in listeners):
            return None
        idle = next((listener for listener in listeners if not listener.calls), None)
        if idle is None and len(listeners) < self._wanted:
            process, connection = start(self._calls_each)
            idle = _Listener(process, connection)
            listeners.append(idle)
        return idle or min(listeners, key=lambda listener: len(listener.calls))

    def _hear(self, listener: _Listener) -> None:
        """Takes one message of a listening process, or its death."""
        try:
            message: Any = listener.connection.recv()
        except (EOFError, OSError):
            self._mourn(listener)
            return
        match message:
            case ("load", load):
                listener.load = load
            case ("begins", number, folder):
                listener.calls[number].folder = folder
            case ("told", number, thing):
                self._pass_on(listener.calls[number], thing)
            case ("done", number, timeline):
                self._pop(listener, number).future.set_result(timeline)
            case ("failed", number, error):
                self._pop(listener, number).future.set_exception(error)

    def _pop(self, listener: _Listener, number: int) -> _Call:
        with self._lock:
            return listener.calls.pop(number)

    def _pass_on(self, call: _Call, thing: Event | Action) -> None:
        if call.watch is None:
            return
        try:
            call.watch(thing)
        except Exception as error:  # who watches must not end the calls
            call.watch = None
            warnings.warn(f"watching a call failed: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=1)

    def _mourn(self, listener: _Listener) -> None:
        """A listening process died: its calls end as our fault, with what they had recorded."""
        listener.process.join()
        code = listener.process.exitcode or 0
        if code < 0:
            reason = f"the listening process was killed ({signal.Signals(-code).name})"
        else:
            reason = f"the listening process ended by itself (exit status {code})"
        with self._lock:
            self._listeners.remove(listener)
            self._retired = _sum([self._retired, listener.load])
        for call in listener.calls.values():
            folder = call.folder
            try:
                if folder is None:
                    raise OurFault(reason, in_chinese(reason))
                call.future.set_result(salvage(folder, reason))
            except Exception as error:
                call.future.set_exception(error)

    def _read(self) -> None:
        """Takes a reading for the headroom, every `REPORT` seconds."""
        now = time.monotonic()
        if now < self._next_reading:
            return
        self._next_reading = now + REPORT
        load = self.load
        late, behind = load.moved.over(EARLY_SIGN), load.heard.over(BEHIND)
        ours = load.own + sum(load.lines.values())
        self._headroom.note(Reading(now, self.running, load.heard.frames, late, behind, ours, cpu.idle()))

    def _end(self) -> None:
        for listener in self._listeners:
            _tell(listener, "end")
        until = time.monotonic() + _LAST
        for listener in self._listeners:
            listener.process.join(max(until - time.monotonic(), 0.1))
            if listener.process.is_alive():
                listener.process.kill()
                listener.process.join()
            listener.connection.close()
        with self._lock:
            self._retired = self.load
            self._listeners = []


def _tell(listener: _Listener, *message: Any) -> None:
    try:
        listener.connection.send(message)
    except (BrokenPipeError, ConnectionResetError):
        return  # it is dead, which the loop sees next


def _sum(loads: list[Load]) -> Load:
    parts: dict[str, float] = {}
    lines: dict[int, float] = {}
    for load in loads:
        for name, spent in load.parts.items():
            parts[name] = parts.get(name, 0.0) + spent
        lines |= load.lines
    moved = sum((load.moved for load in loads), Delays())
    heard = sum((load.heard for load in loads), Delays())
    return Load(sum(load.own for load in loads), parts, lines, moved, heard)
