"""The file of the index: its tables, and how it is opened, whatever was found in its place."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

from probe.report.calls import FIGURES, TEXTS

FILE = ".index.sqlite"
OWN = (*TEXTS, "audio_present", "expected_held", *FIGURES)
_TABLES = f"""
CREATE TABLE calls (
  {", ".join(f"{name} TEXT NOT NULL" for name in TEXTS)},
  audio_present INTEGER NOT NULL, expected_held INTEGER, {", ".join(f"{name} REAL" for name in FIGURES)},
  PRIMARY KEY (id));
CREATE INDEX calls_started_at ON calls (started_at, id);
CREATE INDEX calls_hotline ON calls (hotline, started_at, id);
CREATE INDEX calls_outcome ON calls (outcome, started_at, id);
CREATE INDEX calls_caller ON calls (caller, started_at, id);
CREATE INDEX calls_scenario ON calls (scenario, started_at, id);
CREATE TABLE words (id TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE folders (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, trouble TEXT NOT NULL);
CREATE TABLE reviewed (id TEXT PRIMARY KEY, outcome TEXT NOT NULL);
CREATE TABLE hotlines (id TEXT PRIMARY KEY, name TEXT, number TEXT, enterprise TEXT, sector TEXT, region TEXT);
"""
_VERSION = zlib.crc32(_TABLES.encode()) & 0x7FFFFFFF  # of these tables; for others the file is made anew


def open_index(path: Path | None) -> sqlite3.Connection:
    """The database at `path`, made anew when it is not usable; in memory when nothing can be written there."""
    for place in (path, path, ":memory:") if path else (":memory:",):
        try:
            database = sqlite3.connect(place, timeout=30, check_same_thread=False)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = OFF")  # a cache: what a power cut takes is read again
            if database.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                _make(database)
            return database
        except sqlite3.DatabaseError:
            if isinstance(place, Path):
                discard(place)
    raise AssertionError("a database in memory cannot fail to open")


def _make(database: sqlite3.Connection) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        if database.execute("PRAGMA user_version").fetchone() == (_VERSION,):
            return  # another process was quicker
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {_VERSION}")


def discard(path: Path) -> None:
    """Removes the file and what SQLite keeps beside it, as far as that is allowed."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        try:
            path.with_name(name).unlink(missing_ok=True)
        except OSError:
            return
