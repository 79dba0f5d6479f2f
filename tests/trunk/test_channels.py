"""A trunk's limits hold across threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from probe.errors import OurFault
from probe.line.trunk import Proxy, Trunk
from probe.trunk.channels import channel

TRUNK = Trunk("far", "127.0.0.1", (Proxy("127.0.0.1", 5060),), channels=2, calls_per_second=1000.0)


def test_no_more_calls_at_once_than_channels(tmp_path: Path) -> None:
    running, most, lock = [0], [0], threading.Lock()

    def call() -> None:
        with channel(TRUNK, folder=tmp_path):
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            for _ in range(3):
                threading.Event().wait(0.02)
            with lock:
                running[0] -= 1

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most[0] == 2


def test_calls_begin_no_faster_than_allowed(tmp_path: Path) -> None:
    slow = replace(TRUNK, calls_per_second=5.0)
    began = time.monotonic()
    for _ in range(3):
        with channel(slow, folder=tmp_path):
            pass
    assert time.monotonic() - began >= 0.4


def test_a_program_that_dies_gives_its_channel_back(tmp_path: Path) -> None:
    one = replace(TRUNK, channels=1)
    code = (
        "from pathlib import Path; from probe.line.trunk import *; from probe.trunk.channels import channel\n"
        f"t = Trunk('far', '127.0.0.1', (Proxy('127.0.0.1', 5060),), channels=1, calls_per_second=1000.0)\n"
        f"with channel(t, folder=Path({str(tmp_path)!r})):\n    print('held', flush=True); input()\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(OurFault), channel(one, stop=lambda: True, folder=tmp_path):
        pytest.fail("the channel is taken")
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    with channel(one, folder=tmp_path) as waited:
        assert waited < 5


def test_a_call_without_a_trunk_waits_for_nothing() -> None:
    with channel(None) as waited:
        assert waited == 0.0
