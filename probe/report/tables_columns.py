"""Columns and tables: what every export is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from probe.report.words import Pair

Type = Literal["text", "integer", "number", "share", "boolean", "instant", "link"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its heading (English, Chinese), its unit ("" for none) and its type."""

    name: str
    words: Pair
    type: Type = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; `frame` has exactly the columns' names, in their order."""

    name: str
    title: Pair
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def table(name: str, title: Pair, columns: tuple[Column, ...], rows: Sequence[Sequence[Any]]) -> Table:
    """A table from rows; each column gets the type that its values have even if there are none."""
    types = {"text": "object", "link": "object", "integer": "Int64", "number": "float64", "share": "float64"}
    filled = {}
    for n, column in enumerate(columns):
        values = [row[n] for row in rows]
        if column.type == "instant":
            filled[column.name] = pd.to_datetime(pd.Series(values, dtype=object), utc=True)
        elif column.type == "boolean":
            filled[column.name] = pd.Series(pd.array(values, dtype="boolean"))
        else:
            filled[column.name] = pd.Series(values, dtype=types[column.type])
    return Table(name, title, columns, pd.DataFrame(filled))
