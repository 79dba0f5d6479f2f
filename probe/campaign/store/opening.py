"""Opening the store: which database, its migrations, and transactions that outlive a lost connection."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from probe.errors import OurFault, ProbeError, UserError

T = TypeVar("T")
DEFAULT = "campaigns.sqlite"
VARIABLE = "PROBE_STORE"
"""Environment variable with the path or URL of the store, so that a password need not be typed or written."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE = 60.0  # seconds that a transaction goes on trying when the database is away; a guess
_LOCK = 7_063_562  # an arbitrary number that PostgreSQL serialises migrations by


class Store:
    """An open database. It may be used from several threads, and from several processes and machines at once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading = engine.execution_options(reading=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def shown(self) -> str:
        """Its URL without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    def write(self, work: Callable[[Connection], T], patience: float = _PATIENCE) -> T:
        """What `work` returns, in one transaction. It is done again from the start when the connection is lost or another
        transaction was in the way, so it must come to the same when it had been done already. Raises OurFault when
        the database is away, or full, for longer than `patience` seconds."""
        return self._again(self.engine, work, patience)

    def read(self, work: Callable[[Connection], T], patience: float = _PATIENCE) -> T:
        """The same for a transaction that only reads."""
        return self._again(self.reading, work, patience)

    def close(self) -> None:
        self.engine.dispose()

    def _again(self, engine: Engine, work: Callable[[Connection], T], patience: float) -> T:
        until, pause = time.monotonic() + patience, 0.02
        while True:
            try:
                with engine.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not _passes(error):
                    raise
                if time.monotonic() >= until:
                    why = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
                    raise OurFault(f"{self.shown}: {why}", f"{self.shown}：{why}") from None
            time.sleep(pause)
            pause = min(1.0, 2 * pause)


def _passes(error: DBAPIError) -> bool:
    """Whether it is worth trying again: the connection was lost, somebody else was in the way, or a disk is full."""
    state = getattr(error.orig, "sqlstate", None) or ""
    # PostgreSQL, appendix A: 08 connection, 40 rollback (serialisation, deadlock), 53 resources, 55P03 lock, 57P shutdown.
    if error.connection_invalidated or state[:2] in ("08", "40", "53") or state[:3] == "57P" or state == "55P03":
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    return isinstance(error, OperationalError) and not state


def open_store(where: str | None = None, *, must_exist: bool = False) -> Store:
    """The store at a path or URL (None: what `PROBE_STORE` says, else `campaigns.sqlite` here), brought up to date.

    Raises UserError when it is no database, cannot be reached, or was made by a newer version.
    """
    url = _url(where or os.environ.get(VARIABLE) or DEFAULT)
    if must_exist and url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise UserError(
            f"{url.database}: no store of campaigns here; `probe campaign start FILE` makes one",
            f"{url.database}：没有任务数据库；`probe campaign start 文件` 会建立",
        )
    store = Store(_engine(url))
    try:
        _migrate(store)
    except ProbeError:
        store.close()
        raise
    except DBAPIError as error:
        store.close()
        why = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
        raise UserError(
            f"{store.shown}: cannot be used as a store: {why}", f"{store.shown}：不能用作任务数据库：{why}"
        ) from None
    return store


def _url(where: str) -> URL:
    try:
        url = make_url(where) if "://" in where else URL.create("sqlite", database=str(Path(where).resolve()))
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("sqlite", "postgresql"):
        raise UserError(
            f"`{where.partition('://')[0]}://...` is not a store; write a path, or postgresql://USER@HOST/DATABASE",
            f"“{where.partition('://')[0]}://……”不是任务数据库；请写路径，或 postgresql://用户@主机/库名",
        )
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=20)
        engine = create_engine(url, pool_size=5, max_overflow=20)
    except NoSuchModuleError as error:
        raise UserError(str(error), str(error)) from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    """Whoever is going to write says so at once: SQLite refuses one who read first and finds others have written."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _migrate(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with store.reading.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with store.engine.begin() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return
        known = {script.revision for script in scripts.walk_revisions()}
        if current is not None and current not in known:
            raise UserError(
                f"{store.shown}: made by a newer version of probe (tables {current}, this one knows {head}); update probe",
                f"{store.shown}：由更新版本的 probe 建立（表结构 {current}，本版本只到 {head}）；请升级 probe",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
