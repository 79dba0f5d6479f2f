"""The limits of a trunk hold for everything on this machine that dials through it: calls at once, and calls a second.

Each channel is a locked file, so a program that dies gives its channels back; the last start is the time written in
another. Programs wait for their turn.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from probe.errors import OurFault, cannot_write
from probe.line.trunk import Trunk

_LOOK = 0.05  # seconds between looks for a free channel


@contextmanager
def channel(trunk: Trunk | None, stop: Callable[[], bool] | None = None, folder: Path | None = None) -> Iterator[float]:
    """Holds a channel of the trunk; yields the seconds waited for it. Without a trunk there is nothing to hold.

    `stop`: whether the user wants to wait no longer. `folder`: where the locks are, this user's if not given.
    Raises OurFault when it cannot write there, or when stopped.
    """
    if trunk is None:
        yield 0.0
        return
    began = time.monotonic()
    locks = (folder or Path(platformdirs.user_data_dir("probe", appauthor=False))) / "trunks" / trunk.name
    try:
        locks.mkdir(parents=True, exist_ok=True)
        held = _taken(locks, trunk, stop)
    except OSError as error:
        raise cannot_write(locks, error) from None
    try:
        _keep_apart(locks, 1 / trunk.calls_per_second, stop)
        yield time.monotonic() - began
    finally:
        os.close(held)


def _taken(locks: Path, trunk: Trunk, stop: Callable[[], bool] | None) -> int:
    """A free channel's file, locked as long as it is open."""
    while True:
        for number in range(trunk.channels):
            file = os.open(locks / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            return file
        _wait(stop)


def _keep_apart(locks: Path, apart: float, stop: Callable[[], bool] | None) -> None:
    """Waits until `apart` seconds have passed since the last call began, and writes down that one begins."""
    file = os.open(locks / "last.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        written = os.pread(file, 64, 0).decode("ascii", "replace")
        last = float(written) if written.replace(".", "", 1).isdigit() else 0.0
        # By the wall clock, since programs share it; one set back must not make a call wait for hours.
        while -1 < time.time() - last < apart:
            _wait(stop)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{time.time():.3f}".encode(), 0)
    finally:
        os.close(file)


def _wait(stop: Callable[[], bool] | None) -> None:
    if stop is not None and stop():
        raise OurFault("stopped while waiting for a channel of the trunk", "等待中继通道时被中止")
    time.sleep(_LOOK)
