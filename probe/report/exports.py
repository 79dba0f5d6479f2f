"""The report's tables as files for other programs: CSV, JSON Lines, Parquet. One file a table, raw values.

CSV has a byte order mark, so that spreadsheets read the Chinese in it, and instants in ISO 8601. What was heard on the
telephone was spoken by strangers: a text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from probe.report.tables_columns import Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet compute a cell (OWASP, CSV injection)."""
_CHUNK = 5_000  # rows that are made into JSON at once: pandas needs about 10 kB of memory for each


def write_csv(tables: Sequence[Table], folder: Path) -> list[Path]:
    """`folder/NAME.csv` for each table; returns the files. Raises OSError."""

    def write(table: Table, path: Path) -> None:
        frame = _readable(table)
        for column in table.columns:
            if column.type in ("text", "link"):
                frame[column.name] = frame[column.name].map(_harmless, na_action="ignore")
            elif column.type == "boolean":
                frame[column.name] = frame[column.name].map({True: "true", False: "false"})
        frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")

    return _each(tables, folder, "csv", write)


def write_json_lines(tables: Sequence[Table], folder: Path) -> list[Path]:
    """`folder/NAME.jsonl` for each table, one object a line; returns the files. Raises OSError."""

    def write(table: Table, path: Path) -> None:
        frame = _readable(table)
        with path.open("w", encoding="utf-8") as file:
            for start in range(0, len(frame), _CHUNK):
                rows = frame.iloc[start : start + _CHUNK]
                file.write(rows.to_json(orient="records", lines=True, force_ascii=False, double_precision=6))

    return _each(tables, folder, "jsonl", write)


def write_parquet(tables: Sequence[Table], folder: Path) -> list[Path]:
    """`folder/NAME.parquet` for each table, with unit and type of each column in its field's metadata. Raises OSError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "text": pa.string(), "link": pa.string(), "integer": pa.int64(), "number": pa.float64(),
        "share": pa.float64(), "boolean": pa.bool_(), "instant": pa.timestamp("ms", tz="UTC"),
    }  # fmt: skip

    def write(table: Table, path: Path) -> None:
        fields = []
        for column in table.columns:
            kind = pa.timestamp("ms") if column.unit == "local" else types[column.type]
            about = {"unit": column.unit, "en": column.words[0], "zh": column.words[1]}
            fields.append(pa.field(column.name, kind, metadata=about))
        schema = pa.schema(fields, metadata={"en": table.title[0], "zh": table.title[1]})
        pq.write_table(pa.Table.from_pandas(table.frame, schema=schema, preserve_index=False, safe=False), path)

    return _each(tables, folder, "parquet", write)


def _each(tables: Sequence[Table], folder: Path, suffix: str, write: Callable[[Table, Path], None]) -> list[Path]:
    """Each file is written under another name first, so that a reader never finds half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in tables:
        path = folder / f"{table.name}.{suffix}"
        draft = path.with_name(path.name + ".part")
        write(table, draft)
        draft.replace(path)
        written.append(path)
    return written


def _readable(table: Table) -> pd.DataFrame:
    """The table with instants as ISO 8601 text: `Z` for UTC, nothing for the time on the hotline's wall."""
    frame = table.frame.copy()
    for column in table.columns:
        if column.type == "instant":
            zone = "" if column.unit == "local" else "Z"
            frame[column.name] = frame[column.name].dt.strftime(f"%Y-%m-%dT%H:%M:%S{zone}")
    return frame


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text
