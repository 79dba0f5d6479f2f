"""A process that dials: takes calls from the queue, places them, writes down what came of them.

A worker has a name, its machine and a number there, and holds a lock file of that name while it lives. Whoever gets the
lock knows that the last worker of that name is dead, without any clock, and clears up after it: what it had begun is
completed from the folders it left. A worker on another machine is taken for dead when its beat, a counter in the store,
stood still for `LEASE` seconds of one's own monotonic clock; it hangs up by itself before that when it loses the store.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import platformdirs
from sqlalchemy import Connection, insert, select, update

from probe.campaign import schedules
from probe.campaign.clock import Steps, store_clock
from probe.campaign.definition import THROUGH
from probe.campaign.dialling import Place, bundle_of, dial, folder_of
from probe.campaign.policy import Later, Reason
from probe.campaign.queue import CallQueue
from probe.campaign.store.attempts import Now, Ticket, begin, put_off
from probe.campaign.store.opening import Store
from probe.campaign.store.plans import is_stopped, note
from probe.campaign.store.tables import CALLS, CAMPAIGNS, TRUNKS, WORKERS
from probe.campaign.wreckage import clear_up, put_away_left
from probe.errors import OurFault, ProbeError
from probe.i18n import tr
from probe.place import place_call
from probe.trunk.file import load_trunk

LEASE = 120.0
"""Seconds without a beat after which a worker on another machine counts as dead. A guess: longer than a database takes
to come back."""
_HANG_UP = 90.0  # seconds without the store after which a worker hangs up, so that it is silent when its lease ends
_BEAT = 5.0  # seconds
_TIDY = 60.0  # seconds between two times that what is left over is put away
_BRIEF: frozenset[Reason] = frozenset({"no_channel", "rate", "hotline_busy"})
_NO_ROOM = timedelta(seconds=5)
_AFTER_A_MISTAKE = timedelta(minutes=1)
_PATIENCE = 20.0  # seconds a call waits for a channel before it goes back into the queue


@dataclass
class Worker:
    """One worker; `run` returns when `stop` is set, or, `until_done`, when no campaign that runs has a call left.

    `trunks`: file of the trunks (None: found as `probe run --trunk` finds it).

    `least_free`: bytes that must be free where calls are recorded (64 MB is a good hour of audio). `polling`: seconds between two looks at queue and switches. `place`: what dials; `now`: the clock (the store's);
    `locks`: folder of the lock files; `told`: takes what goes wrong and passes; `wants_to_stop`: whether the user does.
    """

    store: Store
    spool: Path
    at_once: int = 4
    polling: float = 1.0
    until_done: bool = False
    least_free: int = 64_000_000
    place: Place = place_call
    trunks: Path | None = None
    now: Now | None = None
    locks: Path | None = None
    told: Callable[[str], None] = lambda _: None
    wants_to_stop: Callable[[], bool] = lambda: False
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Works. Raises OurFault when the store stays away at the start, UserError when a trunk of a campaign that runs
        is not known here, or lacks its secrets."""
        self._now = self.now or store_clock(self.store)
        self._stopped = False
        self._seen = time.monotonic()
        self._peers: dict[str, tuple[int, float]] = {}
        self._steps = Steps()
        self._roots = {self.spool}
        self._carried: set[str] = set()
        for trunk in self.store.read(_real_trunks):
            load_trunk(trunk, self.trunks)
        with _Name(self.locks) as name:
            self._name = name
            self._queue = CallQueue(self.store, name.text, at_once=self.at_once, polling=self.polling)
            clear_up(self.store, name.text, self.spool, name.text, self._now)
            self._register()
            schedules.serve(self.store, self._now)
            self._queue.launch(self._carry_out)
            try:
                self._queue.take_over(name.text)
                self._loop()
            finally:
                self.stop.set()
                self._queue.close()
                with suppress(ProbeError):
                    put_away_left(self.store, self._name.text, self.spool, self._now)
                    self.store.write(self._sign_off, patience=2.0)

    # ------------------------------------------------------------------------------------------------ the pulse

    def _loop(self) -> None:
        beat = forget = 0.0
        while not self.stop.is_set() and not self.wants_to_stop():
            try:
                now = self.store.read(self._look, patience=2.0)
                if step := self._steps.look(now):
                    self.store.write(lambda connection: self._note_step(connection, step))
                if time.monotonic() >= beat:
                    self.store.write(self._beat, patience=2.0)
                    self._watch_peers()
                    self._queue.sweep(self._name.text, frozenset(self._carried))
                    beat = time.monotonic() + _BEAT
                if time.monotonic() >= forget:
                    self._queue.forget()
                    put_away_left(self.store, self._name.text, self.spool, self._now)
                    forget = time.monotonic() + _TIDY
                self._queue.dispatch(now)
                self._seen = time.monotonic()
                if self.until_done and not self.store.read(_work_left):
                    return
            except OurFault as fault:
                self.told(str(fault))
            except Exception as error:  # DBOS raises what its driver does when the database is away
                self.told(f"{type(error).__name__}: {error}")
            self.stop.wait(self.polling)

    def _look(self, connection: Connection) -> datetime:
        self._stopped = is_stopped(connection)
        return self._now(connection)

    def _must_hang_up(self) -> bool:
        return self._stopped or self.stop.is_set() or self.wants_to_stop() or time.monotonic() - self._seen > _HANG_UP

    def _register(self) -> None:
        def work(connection: Connection) -> None:
            now = self._now(connection)
            row = {
                "machine": socket.gethostname(),
                "pid": os.getpid(),
                "at_once": self.at_once,
                "started_at": now,
                "seen_at": now,
                "ended_at": None,
            }
            mine = update(WORKERS).where(WORKERS.c.name == self._name.text)
            if not connection.execute(mine.values(**row, beat=WORKERS.c.beat + 1)).rowcount:
                connection.execute(insert(WORKERS).values(name=self._name.text, beat=1, **row))

        self.store.write(work)

    def _beat(self, connection: Connection) -> None:
        mine = update(WORKERS).where(WORKERS.c.name == self._name.text)
        connection.execute(mine.values(beat=WORKERS.c.beat + 1, seen_at=self._now(connection)))

    def _sign_off(self, connection: Connection) -> None:
        mine = update(WORKERS).where(WORKERS.c.name == self._name.text)
        connection.execute(mine.values(ended_at=self._now(connection)))

    def _note_step(self, connection: Connection, step: float) -> None:
        note(connection, self._now(connection), "clock_set", self._name.text, detail=f"{step:+.1f} s")

    def _watch_peers(self) -> None:
        """Clears up after workers that died: at once on this machine, after their lease elsewhere."""
        alive = select(WORKERS.c.name, WORKERS.c.beat).where(WORKERS.c.ended_at.is_(None))
        for name, count in self.store.read(lambda connection: connection.execute(alive).all()):
            if name == self._name.text:
                continue
            before, since = self._peers.get(name, (None, 0.0))
            if before != count:
                self._peers[name] = (count, time.monotonic())
            if self._name.is_dead(name) or (before == count and time.monotonic() - since > LEASE):
                self._bury(name)

    def _bury(self, name: str) -> None:
        clear_up(self.store, name, self.spool, self._name.text, self._now)
        self._queue.take_over(name)
        ended = update(WORKERS).where(WORKERS.c.name == name)
        self.store.write(lambda connection: connection.execute(ended.values(ended_at=self._now(connection))))
        self._peers.pop(name, None)

    # ------------------------------------------------------------------------------------------------ one call

    def _carry_out(self, call: str) -> None:
        """What a workflow does."""
        self._carried.add(call)
        try:
            self._ask_and_dial(call)
        finally:
            self._carried.discard(call)

    def _ask_and_dial(self, call: str) -> None:
        """Asks the gate, waits briefly for a channel, dials; never raises for what can pass."""
        waits_until = time.monotonic() + _PATIENCE
        while not self.stop.is_set():
            try:
                if (short := self._short_of_room()) is not None:
                    self.told(short)
                    put_off(self.store, call, self.store.read(self._now) + _NO_ROOM)
                    return
                attempt = _identity(call)
                answer = begin(self.store, call, attempt, self._name.text, bundle_of, self._now)
                if isinstance(answer, Ticket):
                    self._roots.add(folder_of(answer.recordings, self.spool))
                    dial(self.store, answer, self.spool, self.place, self._must_hang_up, self._now, self.trunks)
                    return
                if not isinstance(answer, Later):
                    return
                if answer.reason not in _BRIEF or time.monotonic() > waits_until:
                    put_off(self.store, call, answer.at)
                    return
            except OurFault as fault:
                self.told(str(fault))
            except Exception as error:  # a mistake of ours must not spin, and the call must not be lost
                self.told(f"{call}: {type(error).__name__}: {error}")
                put_off(self.store, call, self.store.read(self._now) + _AFTER_A_MISTAKE)
                return
            self.stop.wait(min(0.2, self.polling))

    def _short_of_room(self) -> str | None:
        """What is wrong when a disk that calls are recorded on is as good as full: a call that cannot be kept is not placed."""
        for root in list(self._roots):
            with suppress(OSError):
                if shutil.disk_usage(root).free < self.least_free:
                    return tr(en=f"{root}: the disk is full; nothing is dialled", zh=f"{root}：磁盘已满，暂停拨打")
        return None


def _identity(call: str) -> str:
    """The identity of a new attempt, which is also the name of its folder."""
    return f"{call}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"


def _real_trunks(connection: Connection) -> list[str]:
    """The trunks of `trunks.yaml` that campaigns which run dial through."""
    running = (TRUNKS.c.dial == THROUGH) & CAMPAIGNS.c.state.in_(("running", "paused"))
    names = select(TRUNKS.c.name).join(CAMPAIGNS, CAMPAIGNS.c.trunk == TRUNKS.c.name).where(running).distinct()
    return list(connection.execute(names).scalars())


def _work_left(connection: Connection) -> bool:
    left = (
        select(CALLS.c.id)
        .join(CAMPAIGNS, CAMPAIGNS.c.name == CALLS.c.campaign)
        .where(CAMPAIGNS.c.state.in_(("running", "paused")), CALLS.c.state.in_(("waiting", "dialling")))
    )
    return connection.execute(left.limit(1)).first() is not None


class _Name:
    """A name that no other living worker of this machine has: the machine's identity, and the first free number."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder or Path(platformdirs.user_state_dir("probe")) / "workers"

    def __enter__(self) -> _Name:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._machine = f"{socket.gethostname()}-{_machine(self._folder / 'machine')}"
        for number in range(1000):
            held = _hold(self._path(f"{self._machine}-{number}"))
            if held is not None:
                self._held = held
                self.text = f"{self._machine}-{number}"
                return self
        raise OurFault("1000 workers run on this machine already", "本机已运行 1000 个工作进程")

    def __exit__(self, *_: object) -> None:
        os.close(self._held)

    def is_dead(self, name: str) -> bool:
        """Whether a worker of this machine is dead for certain; False for those of other machines."""
        if not name.startswith(f"{self._machine}-"):
            return False
        held = _hold(self._path(name))
        if held is not None:
            os.close(held)
        return held is not None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def _hold(path: Path) -> int | None:
    """The descriptor of a lock file that is now ours alone; None if somebody holds it. The system frees it at our death."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _machine(path: Path) -> str:
    """What tells this machine from others of the same host name; made up once."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(3))
    return path.read_text().strip()
