"""SQLite's `unixepoch('subsec')` where SQLite is older than 3.42, which brought it.

DBOS asks for it wherever Python is 3.12 or newer, whatever SQLite that Python was built with: Debian 12 has 3.40. There
the function gives NULL, and no worker could start.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, event

_SINCE = (3, 42, 0)


@event.listens_for(Engine, "connect")
def teach(connection: Any, _: Any) -> None:
    """Gives a connection to SQLite the function; it takes part wherever this module is imported."""
    if isinstance(connection, sqlite3.Connection) and sqlite3.sqlite_version_info < _SINCE:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float | None:
    """Seconds since 1970, to the millisecond."""
    return round(time.time(), 3) if modifier in ("subsec", "subsecond") else None
