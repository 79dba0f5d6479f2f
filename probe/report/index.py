"""The index of a recordings folder: what lists, filters and reports need of every call, without opening every call.

`Index(recordings).refresh()` looks at each call's folder and reads the `timeline.json` of those that are new or have
changed; the rest is remembered in `<recordings>/.index.sqlite`. The file is a cache and nothing else: it may be deleted
at any time, and is made anew when it is damaged, of another version, or cannot be written (then in memory).
A folder that cannot be read as a call is listed by `unreadable()`; it is not passed over in silence.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from probe.errors import UserError
from probe.evidence.recording import AUDIO, TIMELINE
from probe.evidence.reviews import Reviews
from probe.measure import CLOCKS, EFFORT
from probe.report.calls import FIGURES, MARKS, REGISTERED, TEXTS, CallRow, Filter, values_of
from probe.report.frame import frame_of
from probe.report.register import Register

FILE = ".index.sqlite"
_BATCH = 1000  # calls a transaction
_OWN = (*TEXTS, "audio_present", "expected_held", *FIGURES)
_TABLES = f"""
CREATE TABLE calls (
  {", ".join(f"{name} TEXT NOT NULL" for name in TEXTS)},
  audio_present INTEGER NOT NULL, expected_held INTEGER, {", ".join(f"{name} REAL" for name in FIGURES)},
  PRIMARY KEY (id));
CREATE INDEX calls_started_at ON calls (started_at, id);
CREATE INDEX calls_hotline ON calls (hotline, started_at, id);
CREATE INDEX calls_outcome ON calls (outcome, started_at, id);
CREATE TABLE words (id TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE folders (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, trouble TEXT NOT NULL);
CREATE TABLE reviewed (id TEXT PRIMARY KEY, outcome TEXT NOT NULL);
CREATE TABLE hotlines (id TEXT PRIMARY KEY, name TEXT, number TEXT, enterprise TEXT, sector TEXT, region TEXT);
"""
_VERSION = zlib.crc32(_TABLES.encode()) & 0x7FFFFFFF  # of these tables; for others the file is made anew
_SELECT = ", ".join(
    (
        *(f"calls.{name}" for name in TEXTS),
        *(f"coalesce(hotlines.{name}, '')" for name in REGISTERED),
        "calls.audio_present",
        "calls.expected_held",
        "reviewed.outcome",
        *(f"calls.{name}" for name in FIGURES),
    )
)
_FROM = (
    "FROM calls LEFT JOIN hotlines ON hotlines.id = calls.hotline LEFT JOIN reviewed ON reviewed.id = calls.id WHERE "
)
COLUMNS = (*TEXTS, *REGISTERED, "audio_present", "expected_held", "reviewed_outcome", *FIGURES)
ORDERS = frozenset({"id", "started_at", "hotline", "enterprise", "caller", "scenario", "outcome", *FIGURES})
"""Columns by which `page` can order; a leading `-` turns the order round."""


class Index:
    """The calls in a folder. One object may be used from several threads; several processes may share the folder."""

    def __init__(self, recordings: Path, register: Register | None = None) -> None:
        """Raises UserError when `recordings` is not a folder."""
        if not recordings.is_dir():
            raise UserError(
                f"{recordings}: no such folder; expected a folder that holds one folder for each call",
                f"{recordings}：没有这个文件夹；应为录音文件夹，其中每通电话一个子文件夹",
            )
        self.recordings = recordings
        self.register = register if register is not None else Register.shipped()
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._reviews: str | None = None
        self._database = _open(recordings / FILE)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    # ------------------------------------------------------------------------------------------------- keeping up

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Reads what is new or changed; returns how many calls that were. `progress(done, of)` is told now and then."""
        with self._refreshing:
            try:
                return self._catch_up(progress)
            except sqlite3.DatabaseError:  # damaged, or the disk is full: begin anew, then do without the disk
                self._begin_anew(self.recordings / FILE)
            try:
                return self._catch_up(progress)
            except sqlite3.DatabaseError:
                self._begin_anew(None)
            return self._catch_up(progress)

    def _begin_anew(self, path: Path | None) -> None:
        with self._lock:
            self._database.close()
            if path is not None:
                _discard(path)
            self._database = _open(path)
            self._reviews = None

    def _catch_up(self, progress: Callable[[int, int], None] | None) -> int:
        with self._lock:
            known = dict(self._database.execute("SELECT id, stamp FROM folders"))
        found = _stamps(self.recordings)
        changed = sorted(name for name, stamp in found.items() if known.get(name) != stamp)
        for start in range(0, len(changed), _BATCH):
            batch = changed[start : start + _BATCH]
            self._keep([(name, found[name], *_read(self.recordings / name)) for name in batch])
            if progress:
                progress(start + len(batch), len(changed))
        self._forget(known.keys() - found.keys())
        self._note_hotlines()
        self._note_reviews()
        return len(changed)

    def _keep(self, read: list[tuple[str, str, dict[str, Any] | None, str]]) -> None:
        names = [(name,) for name, *_ in read]
        calls = [[values[column] for column in _OWN] for _, _, values, _ in read if values is not None]
        words = [(name, text) for name, _, values, text in read if values is not None]
        folders = [(name, stamp, "" if values is not None else text) for name, stamp, values, text in read]
        with self._lock, self._database as database:
            database.executemany("DELETE FROM calls WHERE id = ?", names)
            database.executemany("DELETE FROM words WHERE id = ?", names)
            database.executemany(f"INSERT INTO calls VALUES ({', '.join('?' * len(_OWN))})", calls)
            database.executemany("INSERT INTO words VALUES (?, ?)", words)
            database.executemany("INSERT OR REPLACE INTO folders VALUES (?, ?, ?)", folders)

    def _forget(self, gone: Iterable[str]) -> None:
        names = [(name,) for name in gone]
        with self._lock, self._database as database:
            for table in ("calls", "words", "folders"):
                database.executemany(f"DELETE FROM {table} WHERE id = ?", names)

    def _note_hotlines(self) -> None:
        """Every hotline that was called, as the register has it now."""
        with self._lock, self._database as database:
            called = [hotline for (hotline,) in database.execute("SELECT DISTINCT hotline FROM calls")]
            rows = [(name, self.register[name]) for name in called]
            database.execute("DELETE FROM hotlines")
            database.executemany(
                "INSERT INTO hotlines VALUES (?, ?, ?, ?, ?, ?)",
                [(name, h.name, h.number, h.enterprise, h.sector, h.region) for name, h in rows],
            )

    def _note_reviews(self) -> None:
        """The reviewers' last word on each call's outcome, when somebody has said something since."""
        reviews = Reviews(self.recordings)
        version = reviews.version()
        if version == self._reviews:
            return
        outcomes = reviews.outcomes()
        with self._lock, self._database as database:
            database.execute("DELETE FROM reviewed")
            database.executemany("INSERT INTO reviewed VALUES (?, ?)", outcomes.items())
        self._reviews = version

    # ---------------------------------------------------------------------------------------------------- reading

    def count(self, which: Filter | None = None) -> int:
        """How many calls there are of this kind."""
        where, values = _condition(which or Filter())
        ((number,),) = self._ask(f"SELECT count(*) FROM calls WHERE {where}", values)
        return int(number)

    def page(
        self, which: Filter | None = None, offset: int = 0, limit: int = 50, order: str = "-started_at"
    ) -> list[CallRow]:
        """Calls from `offset` on, at most `limit`; unknown figures come last. Raises UserError for an unknown order."""
        where, values = _condition(which or Filter())
        rows = self._ask(
            f"SELECT {_SELECT} {_FROM} {where} ORDER BY {_ordering(order)} LIMIT ? OFFSET ?",
            [*values, max(0, limit), max(0, offset)],
        )
        return [_row(dict(zip(COLUMNS, row, strict=True))) for row in rows]

    def call(self, id_: str) -> CallRow | None:
        """One call, None if there is none of that identity."""
        rows = self._ask(f"SELECT {_SELECT} {_FROM} calls.id = ?", [id_])
        return _row(dict(zip(COLUMNS, rows[0], strict=True))) if rows else None

    def frame(self, which: Filter | None = None) -> pd.DataFrame:
        """One row a call, oldest first; the columns are described in `probe.report.frame`."""
        where, values = _condition(which or Filter())
        rows = self._ask(f"SELECT {_SELECT} {_FROM} {where} ORDER BY calls.started_at, calls.id", values)
        return frame_of(rows, COLUMNS, self.register)

    def values(self, column: str) -> list[str]:
        """The different values of a column of text, for a filter to choose from; raises UserError if there is none."""
        if column not in (*TEXTS, *REGISTERED):
            raise _unknown_column(column, (*TEXTS, *REGISTERED))
        source = "hotlines" if column in REGISTERED else "calls"
        return [value for (value,) in self._ask(f"SELECT DISTINCT {column} FROM {source} ORDER BY 1", [])]

    def unreadable(self) -> list[tuple[str, str]]:
        """Folders that look like a call's but could not be read, with the reason, in English."""
        return [(name, why) for name, why in self._ask("SELECT id, trouble FROM folders WHERE trouble <> ''", [])]

    def _ask(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()


# ------------------------------------------------------------------------------------------------------------ parts


def _open(path: Path | None) -> sqlite3.Connection:
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
                _discard(place)
    raise AssertionError("a database in memory cannot fail to open")


def _make(database: sqlite3.Connection) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {_VERSION}")


def _discard(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        try:
            path.with_name(name).unlink(missing_ok=True)
        except OSError:
            return


def _stamps(recordings: Path) -> dict[str, str]:
    """Each call's folder, and what changes whenever something in it does."""
    found: dict[str, str] = {}
    try:
        with os.scandir(recordings) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_dir():
                    continue
                timeline, folder = _stat(f"{entry.path}/{TIMELINE}"), _stat(entry.path)
                if timeline is None and not Path(entry.path, AUDIO).is_file():
                    continue  # not a call's folder
                moments = (f"{at.st_mtime_ns}.{at.st_size}" for at in (folder, timeline) if at)
                found[entry.name] = "/".join(moments)
    except OSError as error:
        raise UserError(
            f"{recordings}: cannot be read: {error.strerror}", f"{recordings}：无法读取：{error.strerror}"
        ) from None
    return found


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  a hundred thousand times; Path doubles the time
    except OSError:
        return None


def _read(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """What the index keeps of a call and what was heard in it; or None and why it cannot be read."""
    try:
        values, words = values_of((folder / TIMELINE).read_bytes())
    except FileNotFoundError:
        return None, f"{TIMELINE} is missing"
    except OSError as error:
        return None, f"{TIMELINE} cannot be read: {error.strerror}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"{TIMELINE} is not a timeline: {str(error).splitlines()[0] if str(error) else 'broken'}"
    return values | {"id": folder.name, "audio_present": (folder / AUDIO).is_file()}, words


def _condition(which: Filter) -> tuple[str, list[Any]]:
    """A filter as SQL and the values in it."""
    parts: list[str] = []
    values: list[Any] = []
    for name in ("hotline", "caller", "scenario", "goal", "outcome"):
        if (wanted := getattr(which, name)) is not None:
            parts.append(f"calls.{name} = ?")
            values.append(wanted)
    for name in ("enterprise", "sector", "region"):
        if (wanted := getattr(which, name)) is not None:
            parts.append(f"calls.hotline IN (SELECT id FROM hotlines WHERE {name} = ?)")
            values.append(wanted)
    for sign, instant in ((">=", which.since), ("<", which.until)):
        if instant is not None:
            parts.append(f"calls.started_at {sign} ?")
            values.append(_instant(instant))
    if which.text:
        like = "%" + which.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        parts.append(
            "(calls.id LIKE ? ESCAPE '\\' OR calls.dialed LIKE ? ESCAPE '\\' OR calls.hotline IN (SELECT id FROM "
            "hotlines WHERE id || char(10) || name || char(10) || enterprise || char(10) || number LIKE ? ESCAPE '\\') "
            "OR calls.id IN (SELECT id FROM words WHERE text LIKE ? ESCAPE '\\'))"
        )
        values += [like] * 4
    return " AND ".join(parts) or "1", values


def _instant(at: datetime) -> str:
    """As timelines write it, so that text compares as time; an instant without a zone is taken to be UTC."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ordering(order: str) -> str:
    name, direction = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name not in ORDERS:
        raise _unknown_column(name, sorted(ORDERS))
    column = f"hotlines.{name}" if name in REGISTERED else f"calls.{name}"
    last = f"{column} IS NULL, " if name in FIGURES else ""
    return f"{last}{column} {direction}, calls.id {direction}"


def _unknown_column(name: str, known: Iterable[str]) -> UserError:
    choices = ", ".join(known)
    return UserError(f"unknown column `{name}`; choose one of: {choices}", f"未知的列 `{name}`；可选：{choices}")


def _row(values: dict[str, Any]) -> CallRow:
    def known(names: Iterable[str]) -> dict[str, float]:
        return {name: values[name] for name in names if values[name] is not None}

    texts = {name: values[name] for name in (*TEXTS, *REGISTERED, "reviewed_outcome") if name != "started_at"}
    return CallRow(
        **texts,
        started_at=_moment(values["started_at"]),
        audio_present=bool(values["audio_present"]),
        expected_held=None if values["expected_held"] is None else bool(values["expected_held"]),
        marks=known(MARKS),
        clocks=known(CLOCKS),
        effort=known(EFFORT),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
