"""A listening process: a thread a call, one speech model for all of them, and line processes of its own.

    in   ("place", number, order, watched) | ("hang_up",) | ("end",)
    out  ("ready",) | ("begins", number, folder) | ("told", number, thing) | ("done", number, timeline)
         | ("failed", number, error) | ("load", Load)

Most of a call's work is in Vosk, which lets other threads run meanwhile; what is Python takes a thousandth of a core a
call. When the parent dies, the process hangs up on everybody, completes the recordings, and ends.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from probe.line.lateness import Delays
from probe.line.lines import Lines
from probe.place import Order, place_call
from probe.supervisor import cpu
from probe.supervisor.meter import Meter, Metered
from probe.timeline import Action, Event, SegmentEnded, Timeline

REPORT = 0.25
"""Seconds between two reports of the load."""
_SWITCH = 0.001  # seconds a thread may compute in Python before another gets its turn; Python's own 5 ms add up
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


class Listening:
    """The process's side of the connection. `lines` makes the line processes."""

    def __init__(self, connection: Connection, calls_each: int) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._hang_up = threading.Event()
        self._lines = Lines(calls_each)
        self._meter = Meter()
        self._spent: dict[int, float] = {}
        self._running = 0
        self._counting = threading.Lock()

    def run(self) -> None:
        """Until told to end, or the parent is dead."""
        threading.Thread(target=self._report, daemon=True).start()
        self._send("ready")
        try:
            while True:
                wish: Any = self._connection.recv()
                if wish[0] == "place":
                    self._begin(*wish[1:])
                elif wish[0] == "hang_up":
                    self._hang_up.set()
                else:
                    break
        except (EOFError, OSError):
            self._hang_up.set()
            until = time.monotonic() + _LAST
            while self._running and time.monotonic() < until:
                time.sleep(REPORT)
        self._lines.close()

    def _begin(self, number: int, order: Order, watched: bool) -> None:
        with self._counting:
            self._running += 1
        threading.Thread(target=self._place, args=(number, order, watched), daemon=True).start()

    def _place(self, number: int, order: Order, watched: bool) -> None:
        def watch(_: Timeline, thing: Event | Action) -> None:
            if isinstance(thing, Action | SegmentEnded) or thing.kept:
                self._send("told", number, thing)

        def begins(folder: Path) -> None:
            self._send("begins", number, folder)

        around = Metered(self._meter, self._lines, begins)
        try:
            timeline = place_call(order, watch=watch if watched else None, stop=self._hang_up.is_set, around=around)
            self._send("done", number, timeline)
        except Exception as error:
            self._send("failed", number, error)
        finally:
            with self._counting:
                self._running -= 1

    def _send(self, *message: Any) -> None:
        with self._sending:
            try:
                self._connection.send(message)
            except (BrokenPipeError, ConnectionResetError):
                return  # the parent is dead: `run` sees that, too

    def _report(self) -> None:
        while True:
            time.sleep(REPORT)
            for pid in self._lines.pids():
                self._spent[pid] = max(cpu.used_by(pid), self._spent.get(pid, 0.0))
            load = Load(time.process_time(), self._meter.spent(), dict(self._spent), self._lines.lateness.so_far())
            self._send("load", load)


def main(connection: Connection, calls_each: int) -> None:
    """The process; ends it."""
    sys.setswitchinterval(_SWITCH)
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    Listening(connection, calls_each).run()
    sys.stderr.flush()
    os._exit(0)
