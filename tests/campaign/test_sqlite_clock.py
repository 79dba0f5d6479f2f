"""Every SQLite tells the time that the queue asks it for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from probe.campaign import sqlite_clock


def milliseconds(folder: Path) -> int:
    """What a table's default of DBOS's making is now."""
    engine = create_engine(f"sqlite:///{folder / 'store.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"))
        connection.execute(text("INSERT INTO t (n) VALUES (1)"))
        found: int = connection.execute(text("SELECT CAST(at AS INTEGER) FROM t")).scalar_one()
    engine.dispose()
    return found


def test_a_row_knows_when_it_was_written(tmp_path: Path) -> None:
    before = time.time_ns() // 1_000_000
    assert before - 1 <= milliseconds(tmp_path) <= time.time_ns() // 1_000_000 + 1


def test_a_sqlite_without_it_is_taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_clock, "_SINCE", (99, 0, 0))
    monkeypatch.setattr(sqlite_clock.time, "time", lambda: 1_234.5678)
    assert milliseconds(tmp_path) == 1_234_568
