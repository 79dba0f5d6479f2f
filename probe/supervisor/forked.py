"""Starting listening processes: forked from a process that has loaded everything already, so that they share memory."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from probe.supervisor import listening

_PRELOAD = [
    "numpy",
    "probe.place",
    "probe.supervisor.listening",
    "probe.listen.listener",
    "probe.navigate.scripted",
    "probe.navigate.expect",
    "probe.line.sip",
    "probe.line.simulated",
    "probe.simulator.engine",
    "probe.speech.voice",
    "probe.speech.vosk_transcriber",
]


def start(calls_each: int) -> tuple[ForkServerProcess, Connection]:
    """A new listening process and the connection to it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    _start_forkserver()
    ours, theirs = context.Pipe()
    process = context.Process(target=listening.main, args=(theirs, calls_each), name="listening")
    process.start()
    theirs.close()
    return process, ours


def _start_forkserver() -> None:
    """Starts it deaf to Ctrl-C, which is this process's to handle; it would fall over one while it loads."""
    resource_tracker.ensure_running()  # first, because starting it lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
