"""A listening process: a few threads that lead all its calls, one speech model, and line processes of its own.

    in   ("place", number, order, watched) | ("hang_up",) | ("end",)
    out  ("begins", number, folder) | ("told", number, thing) | ("done", number, timeline) | ("failed", number, error)
         | ("load", Load)

Calls take turns at the process's own 20 ms clock, whenever frames may have come, each turn led by whichever of `_WORKERS`
threads is free. Two would do for Python, which runs one at a time anyway, but now and then Vosk takes some 40 ms for one
call (a sentence ends, a search grows), and lets other threads run meanwhile. A turn costs nearly as much for one frame as
for several: so with more calls each has its turn more rarely, and hears more frames in it (`_frames_a_turn`).
What takes longer than a frame happens beside: putting a call together, dialling, measuring, writing for good. Calls in
memory wait for nobody, so each has a thread of its own and the process takes one at a time. When the parent dies, the
process hangs up on everybody, completes the recordings, and ends.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from probe.line.lateness import Delays
from probe.line.lines import Lines
from probe.line.sip import SipLine
from probe.place import Order, prepare
from probe.placed import Placed
from probe.supervisor import cpu
from probe.supervisor.meter import Meter, Metered
from probe.timeline import FRAME, RATE, Action, Event, SegmentEnded, Timeline

REPORT = 0.25
"""Seconds between two reports of the load."""
_ALONE = 4  # line processes up to which each call has its own: what breaks PJSIP then costs that call alone. As many as
# are needed for 16 calls anyway, half of what two cores hear (docs/load.md)
_MOST = 4  # frames of one turn: 80 ms, within what is heard in time (`headroom.BEHIND`)
_FEW = 4  # calls up to which each is heard frame by frame; guessed
_WORKERS = 3  # threads that hear: one in Python, one or two in Vosk; guessed
_FORGIVEN = 0.2  # seconds behind which the turns' clock does not make up for what it missed; guessed
_SWITCH = 0.001  # seconds a thread may compute in Python before another has its turn; Python's own 5 ms add up
_PRIORITY = -5  # of -20 to 19; line processes have -10
_LAST = 15.0  # seconds that calls have to end when the parent is dead


def frames_a_turn(calls: int) -> int:
    """Frames that a call hears in one turn, when so many are heard in this process (why: docs/load.md)."""
    return min(-(-calls // _FEW), _MOST) or 1


@dataclass(frozen=True, slots=True)
class Load:
    """What a listening process and its lines have used so far. CPU in seconds.

    `parts`: of leading calls, by part (`probe.supervisor.meter.Spent`); `own`: all of the process;
    `lines`: of its line processes, by process id. Of all frames, `moved`: how late the line was, `heard`: how late they had
    been listened to.
    """

    own: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    lines: dict[int, float] = field(default_factory=dict)
    moved: Delays = field(default_factory=Delays)
    heard: Delays = field(default_factory=Delays)


@dataclass(slots=True, eq=False)
class _Call:
    number: int
    placed: Placed
    line: SipLine
    waits: bool = True
    """Whether nobody leads it, nor is about to."""


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
        self._ready: SimpleQueue[_Call] = SimpleQueue()
        self._unfinished = 0
        self._counting = threading.Lock()
        self._ending: float | None = None

    def run(self) -> None:
        """Until told to end, or the parent is dead."""
        for work in (self._give_turns, *_WORKERS * (self._work,)):
            threading.Thread(target=work, daemon=True).start()
        report = time.monotonic()
        while self._ending is None or (self._unfinished and time.monotonic() < self._ending):
            if self._ending is not None:
                time.sleep(REPORT)
            elif self._connection.poll(max(report - time.monotonic(), 0.0)):
                self._obey()
            if time.monotonic() >= report:
                report = time.monotonic() + REPORT
                self._beside.submit(self._report)
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

    def _give_turns(self) -> None:
        """Every 20 ms, the calls whose turn it is; one that still has its last goes on with what has come meanwhile."""
        due = time.monotonic()
        for tick in count():
            calls = list(self._calls.values())
            every = frames_a_turn(len(calls))
            for call in calls:
                if call.waits and (call.number + tick) % every == 0:
                    call.waits = False
                    self._ready.put(call)
            due = max(due + FRAME / RATE, time.monotonic() - _FORGIVEN)
            time.sleep(max(due - time.monotonic(), 0.0))

    def _work(self) -> None:
        while True:
            call = self._ready.get()
            if self._hear(call):
                call.waits = True
            else:
                del self._calls[call.number]
                self._beside.submit(self._meter.around, self._finish, call.number, call.placed)

    def _hear(self, call: _Call) -> bool:
        """Leads a call through the frames that have come; False when no more are to follow."""
        return all(call.placed.hear(frame) for frame in call.line.frames()) and not call.line.over

    # ------------------------------------------------------------------------------------------ beside them

    def _dial(self, number: int, order: Order, watched: bool) -> None:
        self._meter.around(self._begin, number, order, watched)

    def _begin(self, number: int, order: Order, watched: bool) -> None:
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
        self._calls[number] = _Call(number, placed, line)

    def _run_alone(self, number: int, order: Order, watched: bool) -> None:
        try:
            placed = self._prepare(number, order, watched)
        except Exception as error:
            self._failed(number, error)
            return
        placed.lead()
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
        self._send(
            "load",
            Load(time.process_time(), spent, dict(self._spent), self._lines.moved.so_far(), self._lines.heard.so_far()),
        )

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
