"""The table of calls that scores, waiting times and comparisons are computed from: one row a call.

| column | type | what |
| --- | --- | --- |
| `id`, `hotline`, `scenario`, `caller`, `goal`, `dialed`, `line`, `outcome`, `why`, `ended_by`, `stopped_for`, `model`, `software` | text | as in `probe.report.calls` |
| `number`, `enterprise`, `sector`, `region` | text | from the register of hotlines |
| `started_at` | datetime, UTC | NaT in a recording from elsewhere |
| `local_at` | datetime without zone | the same by the clock on the hotline's wall |
| `audio_present` | bool | False once retention has removed the audio |
| `expected_held` | boolean or missing | whether all that the scenario expects held |
| `reviewed_outcome` | text or None | the reviewers' last word |
| `answered_at`, ... `ended_at` | float | marks, seconds since the INVITE |
| every clock, every figure of effort | float | NaN where it is not known |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from probe.register import Register
from probe.report.calls import FIGURES


def frame_of(rows: Sequence[Sequence[Any]], columns: Sequence[str], register: Register) -> pd.DataFrame:
    """The table, from rows of values in the order of `columns`."""
    filled: dict[str, Any] = {}
    by_column = zip(*rows, strict=True) if rows else ((),) * len(columns)
    for name, values in zip(columns, by_column, strict=True):
        if name in FIGURES:
            filled[name] = np.array(values, dtype=np.float64)
        elif name == "started_at":
            filled[name] = pd.to_datetime(pd.Series(values, dtype=object), utc=True, format="ISO8601", errors="coerce")
        elif name == "audio_present":
            filled[name] = np.array(values, dtype=bool)
        elif name == "expected_held":
            filled[name] = pd.array([None if v is None else bool(v) for v in values], dtype="boolean")
        else:
            same: dict[Any, Any] = {}  # each text once in memory, however many calls have it
            filled[name] = pd.Series([same.setdefault(v, v) for v in values], dtype=object)
    frame = pd.DataFrame(filled)
    frame.insert(frame.columns.get_loc("started_at") + 1, "local_at", _local(frame, register))
    return frame


def _local(frame: pd.DataFrame, register: Register) -> pd.Series:
    """`started_at` by the clock on each hotline's wall."""
    local = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    zones = {hotline: register[hotline].timezone for hotline in frame["hotline"].unique()}
    zone_of = frame["hotline"].map(zones)
    for zone in set(zones.values()):
        there = zone_of == zone
        local[there] = frame.loc[there, "started_at"].dt.tz_convert(zone).dt.tz_localize(None)
    return local
