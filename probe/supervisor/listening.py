"""A listening process: a few threads that lead all its calls, one speech model, and line processes of its own.

    in   ("place", number, order, watched) | ("hang_up",) | ("end",)
    out  ("begins", number, folder) | ("told", number, thing) | ("done", number, timeline) | ("failed", number, error)
         | ("load", Load)

Frames are heard as they come, by whichever of `_WORKERS` threads is free; a call is led by one of them at a time. Two
would do for Python, which runs one at a time anyway, but now and then Vosk takes some 40 ms for one call (a sentence
ends, a search grows), and lets other threads run meanwhile. A thread a call would wake up, and compete, for every frame.
What takes longer than a frame happens beside: putting a call together, dialling, measuring, writing for good. Calls in
memory wait for nobody, so each has a thread of its own and the process takes one at a time. When the parent dies, the
process hangs up on everybody, completes the recordings, and ends.
"""

from __future__ import annotations

import gc
import os
import select
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from probe.line.lateness import Delays
from probe.line.lines import Lines
from probe.line.sip import SipLine
from probe.place import Order, prepare
from probe.placed import Placed
from probe.supervisor import cpu
from probe.supervisor.meter import Meter, Metered
from probe.timeline import Action, Event, SegmentEnded, Timeline

REPORT = 0.25
"""Seconds between two reports of the load."""
_ALONE = 6  # line processes up to which each call has its own: what breaks PJSIP then costs that call alone
_WORKERS = 3  # threads that hear: one in Python, one or two in Vosk; guessed
_SWITCH = 0.001  # seconds a thread may compute in Python before another has its turn; Python's own 5 ms add up
_PRIORITY = -5  # of -20 to 19; line processes have -10
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
    turn: threading.Lock = field(default_factory=threading.Lock)
    over: bool = False


class Listening:
    """The process. `calls_each`: calls that share a line process."""

    def __init__(self, connection: Connection, calls_each: int) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._hang_up = threading.Event()
        self._lines = Lines(calls_each, alone=_ALONE)
        self._meter = Meter()
        self._spent: dict[int, float] = {}
        self._beside = ThreadPoolExecutor(1)
        self._calls: dict[int, _Call] = {}
        self._ready = select.epoll()
        self._unfinished = 0
        self._counting = threading.Lock()
        self._ending: float | None = None

    def run(self) -> None:
        """Until told to end, or the parent is dead."""
        for _ in range(_WORKERS):
            threading.Thread(target=self._work, daemon=True).start()
        report = time.monotonic()
        while self._ending is None or (self._unfinished and time.monotonic() < self._ending):
            if self._ending is not None:
                time.sleep(REPORT)
            elif self._connection.poll(max(report - time.monotonic(), 0.0)):
                self._obey()
            if time.monotonic() >= report:
                report = time.monotonic() + REPORT
                self._beside.submit(self._report)
                for call in list(self._calls.values()):
                    if not call.line.patience:
                        self._hear(call)
        self._lines.close()

    def _obey(self) -> None:
        try:
            wish: Any = self._connection.recv()
        except (EOFError, OSError):
            self._hang_up.set()
            self._ending = time.monotonic() + _LAST
            return
        if wish[0] == "place":
            self._count(1)
            _, number, order, watched = wish
            # A thread of its own: it may have to wait for a channel of the trunk, which another call's end gives back.
            begins = self._dial if order.line == "sip" else self._run_alone
            threading.Thread(target=begins, args=(number, order, watched), daemon=True).start()
        elif wish[0] == "hang_up":
            self._hang_up.set()
        else:
            self._ending = time.monotonic()

    # -------------------------------------------------------------------------------------------- the workers

    def _work(self) -> None:
        while True:
            for descriptor, _ in self._ready.poll(maxevents=1):
                call = self._calls.get(descriptor)
                if call:
                    self._hear(call)

    def _hear(self, call: _Call) -> None:
        """Leads a call through the frames that have come; nobody else is told of it meanwhile (EPOLLONESHOT)."""
        with call.turn:
            if call.over:
                return
            goes_on = all(call.placed.hear(frame) for frame in call.line.frames()) and not call.line.over
            descriptor = call.line.fileno()
            if goes_on:
                self._ready.modify(descriptor, select.EPOLLIN | select.EPOLLONESHOT)
                return
            call.over = True
            self._ready.unregister(descriptor)
            del self._calls[descriptor]
        self._beside.submit(self._finish, call.number, call.placed)

    # ------------------------------------------------------------------------------------------ beside them

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
        self._calls[line.fileno()] = _Call(number, placed, line)
        self._ready.register(line, select.EPOLLIN | select.EPOLLONESHOT)

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
    with suppress(OSError):  # before those that compute, after line processes; only where the system lets it
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    gc.freeze()  # what was loaded stays: collections need not walk through it
    Listening(connection, calls_each).run()
    sys.stderr.flush()
    os._exit(0)
