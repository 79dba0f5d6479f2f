"""Processes of our own: a module of this package, run with pipes for its input and output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from probe.line.pipe import Inlet, Outlet


def channel() -> tuple[Inlet, Outlet]:
    """The two pipes of a process that `Child` started. What a library prints on stdout from now on is dropped."""
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return Inlet(0), Outlet(out)


def extra_channels() -> list[tuple[int, int]]:
    """File descriptors of the further pipes that `Child` was asked for: those to read and those to write."""
    pairs = (argument.split(":") for argument in sys.argv[1:])
    return [(int(taken), int(given)) for taken, given in pairs]


class Child:
    """A running `python -m module`. Closing its input is the wish that it ends; it also ends when this process dies."""

    def __init__(self, module: str, errors: IO[bytes] | None = None, extra: int = 0) -> None:
        """Starts it; `errors` takes its standard error output (None: it goes where this process's goes).

        `extra`: how many further pairs of pipes it gets; `extra_channels` there, `extra` here.
        """
        pipes = [(os.pipe(), os.pipe()) for _ in range(extra)]
        theirs = [(down[0], up[1]) for down, up in pipes]
        package = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *(f"{taken}:{given}" for taken, given in theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=[fd for pair in theirs for fd in pair],
            # The keyboard's interrupt goes to this process alone, which then closes the pipe: a child that is still
            # loading could do nothing but fall over it.
            process_group=0,
            env={**os.environ, "PYTHONPATH": path},
        )
        for pair in theirs:
            for fd in pair:
                os.close(fd)
        self.extra = [(Inlet(up[0]), Outlet(down[1])) for down, up in pipes]
        """This side of the further pipes: what it tells, what it is told."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._streams = (self._process.stdin, self._process.stdout)
        self.outlet = Outlet(self._process.stdin.fileno())
        self.inlet = Inlet(self._process.stdout.fileno())

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        """Waits for its end, and returns its exit status: negative for the signal that killed it."""
        return self._process.wait()

    def close(self, patience: float) -> None:
        """Tells it to end, and kills it if it has not within `patience` seconds."""
        for stream in self._streams:
            stream.close()
        for inlet, outlet in self.extra:
            inlet.close()
            outlet.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
