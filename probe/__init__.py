"""An automated hotline tester: dials, walks menus, listens, and times the wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.1.0"


def load(table: str = "attempts", store: str | None = None, campaign: str | None = None) -> pd.DataFrame:
    """A table of the store of campaigns as a pandas frame, instants in UTC; docs/store.md explains tables and columns.

    `store`: path or URL (None: `PROBE_STORE`, else `campaigns.sqlite` here); `campaign`: only its rows.
    """
    from probe.campaign.store.reading import load as from_store

    return from_store(table, store, campaign)
