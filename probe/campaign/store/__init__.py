"""The database of campaigns: SQLite in one file by default, PostgreSQL by URL.

    opening      which database, its migrations, transactions that outlive a lost connection
    tables       what is kept
    plans        campaigns and their calls: written, paused, stopped
    attempts     a call dialled: written down before, completed after, found interrupted
    contents     a timeline as rows
    reading      status, history, frames for pandas

The calls' folders are the evidence; each row of an attempt names the folder it was read from.
"""

from __future__ import annotations

from probe.campaign.store.opening import Store, open_store

__all__ = ["Store", "open_store"]
