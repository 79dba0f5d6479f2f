"""What time it is, UTC, and whether a clock can be trusted.

Machines that share a PostgreSQL store go by its clock, so a machine whose own is wrong dials at the right time all the
same; with SQLite there is one machine and its clock. How long something has lasted is never asked of these clocks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from probe.campaign.store.opening import Store

JUMP = 2.0  # seconds between wall clock and monotonic clock that are no drift any more; a guess


def store_clock(store: Store) -> Callable[[Connection], datetime]:
    """The clock that all who share a store go by, asked within a transaction."""
    if store.is_sqlite:
        return lambda _: datetime.now(UTC)

    def now(connection: Connection) -> datetime:
        at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)

    return now


class Steps:
    """Notices that a clock was set, by holding it against the machine's monotonic one."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def look(self, now: datetime) -> float:
        """Seconds by which the clock was set since the last look; 0.0 if it was not."""
        offset = now.timestamp() - time.monotonic()
        before, self._offset = self._offset, offset
        step = 0.0 if before is None else offset - before
        return step if abs(step) > JUMP else 0.0
