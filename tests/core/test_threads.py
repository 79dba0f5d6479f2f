"""Numerics take one thread of a process, whoever starts it."""

from __future__ import annotations

import os
import subprocess
import sys

_COUNT = "import probe.listen.features, os; print(len(os.listdir('/proc/self/task')))"


def test_listening_has_one_thread() -> None:
    chosen = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    env = {name: value for name, value in os.environ.items() if name not in chosen}
    told = subprocess.run([sys.executable, "-c", _COUNT], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "1"
