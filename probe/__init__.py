"""An automated hotline tester: dials, walks menus, listens, and times the wait for a person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.1.0"

# One thread for numerics, in this process and all that it starts; read when NumPy is loaded. Our matrices are small, and threads
# that wait for each other by spinning only get in the way of what else runs. Measured on two busy cores: the products of
# 20 frames of listening take 0.05 ms with one thread, 0.8 to 2.6 ms with two.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")


def load(table: str = "attempts", store: str | None = None, campaign: str | None = None) -> pd.DataFrame:
    """A table of the store of campaigns as a pandas frame, instants in UTC; docs/store.md explains tables and columns.

    `store`: path or URL (None: `PROBE_STORE`, else `campaigns.sqlite` here); `campaign`: only its rows.
    """
    from probe.campaign.store.reading import load as from_store

    return from_store(table, store, campaign)
