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
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from probe.errors import OurFault, UserError
from probe.evidence.flac import FLAC
from probe.evidence.recording import AUDIO, TIMELINE
from probe.evidence.reviews import Reviews
from probe.register import Register
from probe.report.calls import REGISTERED, TEXTS, CallRow, Filter, values_of
from probe.report.frame import frame_of
from probe.report.index_file import FILE, OWN, discard, open_index
from probe.report.index_query import COLUMNS, FROM, ORDERS, SELECT, condition_of, ordering_of, row_of, unknown_column

__all__ = ["COLUMNS", "FILE", "ORDERS", "Index"]

_BATCH = 1000  # calls a transaction


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
        self._database = open_index(recordings / FILE)

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
                discard(path)
            self._database = open_index(path)
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
        calls = [[values[column] for column in OWN] for _, _, values, _ in read if values is not None]
        words = [(name, text) for name, _, values, text in read if values is not None]
        folders = [(name, stamp, "" if values is not None else text) for name, stamp, values, text in read]
        with self._lock, self._database as database:
            database.executemany("DELETE FROM calls WHERE id = ?", names)
            database.executemany("DELETE FROM words WHERE id = ?", names)
            database.executemany(f"INSERT INTO calls VALUES ({', '.join('?' * len(OWN))})", calls)
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
        where, values = condition_of(which or Filter())
        ((number,),) = self._ask(f"SELECT count(*) FROM calls WHERE {where}", values)
        return int(number)

    def page(
        self, which: Filter | None = None, offset: int = 0, limit: int = 50, order: str = "-started_at"
    ) -> list[CallRow]:
        """Calls from `offset` on, at most `limit`; unknown figures come last. Raises UserError for an unknown order."""
        where, values = condition_of(which or Filter())
        rows = self._ask(
            f"SELECT {SELECT} {FROM} {where} ORDER BY {ordering_of(order)} LIMIT ? OFFSET ?",
            [*values, max(0, limit), max(0, offset)],
        )
        return [row_of(dict(zip(COLUMNS, row, strict=True))) for row in rows]

    def call(self, id_: str) -> CallRow | None:
        """One call, None if there is none of that identity."""
        rows = self._ask(f"SELECT {SELECT} {FROM} calls.id = ?", [id_])
        return row_of(dict(zip(COLUMNS, rows[0], strict=True))) if rows else None

    def frame(self, which: Filter | None = None) -> pd.DataFrame:
        """One row a call, oldest first; the columns are described in `probe.report.frame`."""
        where, values = condition_of(which or Filter())
        rows = self._ask(f"SELECT {SELECT} {FROM} {where} ORDER BY calls.started_at, calls.id", values)
        return frame_of(rows, COLUMNS, self.register)

    def values(self, column: str) -> list[str]:
        """The different values of a column of text, for a filter to choose from; raises UserError if there is none."""
        if column not in (*TEXTS, *REGISTERED):
            raise unknown_column(column, (*TEXTS, *REGISTERED))
        source = "hotlines" if column in REGISTERED else "calls"
        return [value for (value,) in self._ask(f"SELECT DISTINCT {column} FROM {source} ORDER BY 1", [])]

    def unreadable(self) -> list[tuple[str, str]]:
        """Folders that look like a call's but could not be read, with the reason, in English."""
        return [(name, why) for name, why in self._ask("SELECT id, trouble FROM folders WHERE trouble <> ''", [])]

    def _ask(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            file = self.recordings / FILE
            raise OurFault(
                f"{file}: cannot be read ({error}); it is a cache: delete it and try again",
                f"{file}：无法读取（{error}）；它只是缓存，删除后重试即可",
            ) from None


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
    return values | {
        "id": folder.name,
        "audio_present": any((folder / name).is_file() for name in (AUDIO, FLAC)),
    }, words
