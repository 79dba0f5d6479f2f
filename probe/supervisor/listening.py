"""A listening process: one loop that leads all its calls, one speech model, and line processes of its own.

    in   ("place", number, order, watched) | ("hang_up",) | ("end",)
    out  ("ready",) | ("begins", number, folder) | ("told", number, thing) | ("done", number, timeline)
         | ("failed", number, error) | ("load", Load)

A frame is heard as soon as it comes, recognition included, by one thread: threads that take turns on a call's 20 ms cost
twice the CPU (measured, docs/load.md). What takes longer than a frame happens beside the loop, by a second thread:
putting a call together, dialling, measuring, writing for good. Calls in memory wait for nobody, so each has a thread and
the process takes one at a time. When the parent dies, the process hangs up on everybody, completes the recordings, and
ends.
"""

from __future__ import annotations

import gc
import os
import selectors
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from probe.line.lateness import Delays
from probe.line.lines import Lines
from probe.line.sip import SipLine
from probe.place import Order, Placed, prepare
from probe.supervisor import cpu
from probe.supervisor.meter import Meter, Metered
from probe.timeline import Action, Event, SegmentEnded, Timeline

REPORT = 0.25
"""Seconds between two reports of the load."""
_SWITCH = 0.001  # seconds the thread beside the loop may compute before the loop has its turn; Python's own 5 ms add up
_LAST = 15.0  # seconds that calls have to end when the parent is dead


@dataclass(frozen=True, slots=True)
class Load:
    """What a listening process and its lines have used so far. CPU in seconds.

    `parts`: of listening to calls, by part (`listening`, `recognition`, `recording`); `own`: all of the process;
    `lines`: of its line processes, by process id; `delays`: of all frames listened to.
    """

    own: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    lines: dict[int, float] = field(default_factory=dict)
    delays: Delays = field(default_factory=Delays)


@dataclass(slots=True, eq=False)
class _Call:
    number: int
    placed: Placed
    line: SipLine


class Listening:
    """The process. `calls_each`: calls that share a line process."""

    def __init__(self, connection: Connection, calls_each: int) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._hang_up = threading.Event()
        self._lines = Lines(calls_each)
        self._meter = Meter()
        self._spent: dict[int, float] = {}
        self._beside = ThreadPoolExecutor(1)
        self._dialled: SimpleQueue[_Call] = SimpleQueue()
        self._calls: set[_Call] = set()
        self._unfinished = 0
        self._counting = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._wake_out, self._wake = os.pipe()
        self._ending: float | None = None

    def run(self) -> None:
        """Until told to end, or the parent is dead."""
        self._selector.register(self._connection, selectors.EVENT_READ, self._obey)
        self._selector.register(self._wake_out, selectors.EVENT_READ, self._take_over)
        self._send("ready")
        report = time.monotonic()
        while self._ending is None or (self._unfinished and time.monotonic() < self._ending):
            for key, _ in self._selector.select(REPORT):
                key.data()
            if time.monotonic() >= report:
                report = time.monotonic() + REPORT
                self._beside.submit(self._report)
                for call in list(self._calls):
                    if not call.line.patience:
                        self._hear(call)
        self._lines.close()

    # -------------------------------------------------------------------------------------------- in the loop

    def _obey(self) -> None:
        try:
            wish: Any = self._connection.recv()
        except (EOFError, OSError):
            self._selector.unregister(self._connection)
            self._hang_up.set()
            self._ending = time.monotonic() + _LAST
            return
        if wish[0] == "place":
            self._count(1)
            _, number, order, watched = wish
            if order.line == "sip":
                self._beside.submit(self._dial, number, order, watched)
            else:
                threading.Thread(target=self._run_alone, args=(number, order, watched), daemon=True).start()
        elif wish[0] == "hang_up":
            self._hang_up.set()
        else:
            self._ending = time.monotonic()

    def _take_over(self) -> None:
        """Calls that have been dialled beside the loop are in it from now on."""
        os.read(self._wake_out, 4096)
        try:
            while True:
                call = self._dialled.get_nowait()
                self._calls.add(call)
                self._selector.register(call.line, selectors.EVENT_READ, lambda call=call: self._hear(call))
        except Empty:
            return

    def _hear(self, call: _Call) -> None:
        """Leads a call through the frames that have come."""
        if all(call.placed.hear(frame) for frame in call.line.frames()) and not call.line.over:
            return
        self._selector.unregister(call.line)
        self._calls.discard(call)
        self._beside.submit(self._finish, call.number, call.placed)

    # ------------------------------------------------------------------------------------------ beside the loop

    def _dial(self, number: int, order: Order, watched: bool) -> None:
        try:
            placed = self._prepare(number, order, watched)
        except Exception as error:
            self._failed(number, error)
            return
        line = placed.line
        assert isinstance(line, SipLine)
        try:
            line.dial()
        except Exception as error:
            placed.broke(error)
            self._finish(number, placed)
            return
        self._dialled.put(_Call(number, placed, line))
        os.write(self._wake, b".")

    def _run_alone(self, number: int, order: Order, watched: bool) -> None:
        try:
            placed = self._prepare(number, order, watched)
        except Exception as error:
            self._failed(number, error)
            return
        try:
            for frame in placed.line:
                if not placed.hear(frame):
                    break
        except Exception as error:
            placed.broke(error)
        self._finish(number, placed)

    def _prepare(self, number: int, order: Order, watched: bool) -> Placed:
        def watch(_: Timeline, thing: Event | Action) -> None:
            if isinstance(thing, Action | SegmentEnded) or thing.kept:
                self._send("told", number, thing)

        def begins(folder: Path) -> None:
            self._send("begins", number, folder)

        around = Metered(self._meter, self._lines, begins)
        return prepare(order, watch=watch if watched else None, stop=self._hang_up.is_set, around=around)

    def _finish(self, number: int, placed: Placed) -> None:
        try:
            timeline = placed.conclude()
        except Exception as error:
            self._failed(number, error)
            return
        self._send("done", number, timeline)
        self._count(-1)

    def _failed(self, number: int, error: Exception) -> None:
        self._send("failed", number, error)
        self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self._unfinished += change

    def _report(self) -> None:
        for pid in self._lines.pids():
            self._spent[pid] = max(cpu.used_by(pid), self._spent.get(pid, 0.0))
        spent = self._meter.spent()
        self._send("load", Load(time.process_time(), spent, dict(self._spent), self._lines.lateness.so_far()))

    def _send(self, *message: Any) -> None:
        with self._sending:
            try:
                self._connection.send(message)
            except (BrokenPipeError, ConnectionResetError):
                return  # the parent is dead: the loop sees that, too


def main(connection: Connection, calls_each: int) -> None:
    """The process; ends it."""
    sys.setswitchinterval(_SWITCH)
    gc.freeze()  # what was loaded stays: collections need not walk through it
    Listening(connection, calls_each).run()
    sys.stderr.flush()
    os._exit(0)
