"""Line processes and their slots: which call goes into which process, and when a process has served long enough.

A crash inside PJSIP costs every call of its process, and each process costs memory and CPU of its own, so how many calls
share one is a choice: docs/load.md says what it costs. Processes grow a little with every call (PJSIP's pools), so
one is replaced after `_RECYCLED` calls.
"""

from __future__ import annotations

import signal
import tempfile
from threading import Lock
from typing import IO

from probe.line.lateness import Lateness
from probe.line.pipe import Inlet, Message, Outlet
from probe.line.process import Child

_RECYCLED = 200  # calls after which a process is replaced; it grows from 28 to about 32 MB in as many
_CLOSE = 10.0  # seconds for a process to say goodbye, over its own limit of 6 s
_MODULE = "probe.line.sip_process"


class LineProcess:
    """One line process, as its parent sees it."""

    def __init__(self, slots: int) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._child = Child(_MODULE, self._errors, slots)
        self.slots = [Slot(self, inlet, outlet) for inlet, outlet in self._child.extra]
        self.served = 0

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.alive

    def kill(self) -> None:
        """For one that hangs."""
        self._child.kill()

    def how_it_ended(self) -> str:
        """Waits for its end, and says how it came."""
        code = self._child.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        if code == -signal.SIGABRT and lines:  # one of PJSIP's assertions, which says where
            return f"the call's process gave up: {lines[-1]}"
        if code < 0:
            return f"the call's process was killed ({signal.Signals(-code).name})"
        return f"the call's process ended by itself: {lines[-1] if lines else f'exit status {code}'}"

    def close(self) -> None:
        """Hangs up on whoever is left, and ends it."""
        self._child.close(_CLOSE)
        self._errors.close()


class Slot:
    """Room for one call at a time in a line process."""

    def __init__(self, process: LineProcess, inlet: Inlet, outlet: Outlet) -> None:
        self.process = process
        self._in = inlet
        self._out = outlet
        self.taken = False

    @property
    def closed(self) -> bool:
        """Whether the process is gone and all it said was taken."""
        return self._in.closed

    def tell(self, message: bytes, patience: float) -> None:
        """Sends a packed message; waits up to `patience` seconds for the process to take it."""
        self._out.send(message)
        self._out.flush(timeout=patience)

    def take(self, timeout: float = 0.0) -> Message | None:
        """What it says next; None if that is nothing within `timeout` seconds, or when the process is gone."""
        return self._in.take(timeout)

    def fileno(self) -> int:
        """The descriptor that becomes readable when it says something."""
        return self._in.fileno()

    def is_free(self) -> bool:
        """Whether the next call can have it; takes what the call before has left in the pipe."""
        while self.taken and (message := self._in.take()) is not None:
            self.taken = "free" not in message[0]
        return not self.taken


class Lines:
    """The line processes of this process. Safe to use from several threads.

    `calls_each`: calls that share one at most. `alone`: processes up to which a call gets one of its own.
    """

    def __init__(self, calls_each: int = 1, alone: int = 0) -> None:
        self.moved = Lateness()
        """How late the line itself was: from the instant a frame's tick was due until its audio had been moved."""
        self.heard = Lateness()
        """How far listening was behind: from that instant until the frame had been listened to."""
        self._calls_each = calls_each
        self._alone = alone
        self._processes: list[LineProcess] = []
        self._using: set[Slot] = set()
        self._lock = Lock()

    def take(self) -> Slot:
        """A free slot: in a process of its own while few have calls, else where fewest are of those that have some.

        So calls that have become fewer come together again, and the processes left over do next to nothing.
        """
        with self._lock:
            self._tidy()
            free = {process: slots for process in self._processes if (slots := self._free(process))}
            empty = [process for process in free if not self._calls(process)]
            shared = [process for process in free if self._calls(process)]
            busy = sum(self._calls(process) > 0 for process in self._processes)
            if shared and busy >= self._alone:
                slot = free[min(shared, key=self._calls)][0]
            else:
                slot = free[empty[0]][0] if empty else self._start().slots[0]
            slot.taken = True
            slot.process.served += 1
            self._using.add(slot)
            return slot

    def give_back(self, slot: Slot) -> None:
        """The call is over, or given up: hung up already. The slot is free as soon as the process says so."""
        with self._lock:
            self._using.discard(slot)
            self._tidy()

    def close(self) -> None:
        """Ends all processes, and with them what calls are left."""
        with self._lock:
            for process in self._processes:
                process.close()
            self._processes = []

    def pids(self) -> list[int]:
        """Process ids of the line processes."""
        with self._lock:
            return [process.pid for process in self._processes]

    def _start(self) -> LineProcess:
        process = LineProcess(self._calls_each)
        self._processes.insert(0, process)
        return process

    def _free(self, process: LineProcess) -> list[Slot]:
        if process.served >= _RECYCLED or not process.alive:
            return []
        return [slot for slot in process.slots if slot not in self._using and slot.is_free()]

    def _calls(self, process: LineProcess) -> int:
        """Calls that run in it."""
        return sum(slot in self._using for slot in process.slots)

    def _tidy(self) -> None:
        """Ends processes that have served long enough, or are dead, once nobody uses them."""
        for process in list(self._processes):
            used = any(slot in self._using for slot in process.slots)
            done = process.served >= _RECYCLED and all(slot.is_free() for slot in process.slots)
            if not used and (done or not process.alive):
                self._processes.remove(process)
                process.close()
