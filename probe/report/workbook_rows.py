"""Rows of a worksheet as SpreadsheetML (ECMA-376 part 1, §18.3.1), put into a workbook that has only its headings yet.

Cell by cell, XlsxWriter took 3.8 s for 20,000 calls of 38 columns; as text the rows take 0.9 s. What XlsxWriter makes
stays: styles, headings, filters, frozen panes. Only `<sheetData>` and `<dimension>` of each sheet are filled in.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from probe.report.tables_columns import Column, Table

FIRST = 3
"""The row, from 1, of a table's first row of values: two rows of headings are above it."""
_LONGEST = 32_767  # characters in a cell, by Excel's own limit
_CHUNK = 5_000  # rows that are made at once
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 has no way to write them
_EPOCH = np.datetime64("1899-12-30", "ms")  # day 0 of Excel's calendar, with its leap year 1900
_DAY = 86_400_000.0  # milliseconds

Cells = Callable[[str, int, Any], str]


def fill(headed: Path, target: Path, sheets: dict[int, Table]) -> None:
    """Copies a workbook; sheet number n (from 1) gets the rows of `sheets[n]`. Raises OSError."""
    with zipfile.ZipFile(headed) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for item in source.infolist():
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", item.filename)
            table = sheets.get(int(number[1])) if number else None
            if table is None or not len(table.frame):
                with source.open(item) as file, book.open(item.filename, "w") as copy:
                    shutil.copyfileobj(file, copy)
                continue
            head, tail = _around(source.read(item).decode("utf-8"), table)
            styles = _styles(head, len(table.columns))
            with book.open(item.filename, "w") as sheet:
                sheet.write(head.encode("utf-8"))
                for part in rows(table, styles):
                    sheet.write(part.encode("utf-8"))
                sheet.write(tail.encode("utf-8"))


def rows(table: Table, styles: Sequence[str]) -> Iterator[str]:
    """The rows of a table as text, some thousand at a time; `styles`: the number of each column's style."""
    letters = [letter(place) for place in range(len(table.columns))]
    for start in range(0, len(table.frame), _CHUNK):
        part = table.frame.iloc[start : start + _CHUNK]
        numbers = range(FIRST + start, FIRST + start + len(part))
        made = [
            _cells(column, part[column.name], letters[place], styles[place], numbers)
            for place, column in enumerate(table.columns)
        ]
        yield "".join(
            f'<row r="{number}">{"".join(cells)}</row>' for number, cells in zip(numbers, zip(*made, strict=True), strict=True)
        )  # fmt: skip


def letter(place: int) -> str:
    """The name of a column, from 0: A, B, ... Z, AA, ..."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _cells(column: Column, values: pd.Series, name: str, style: str, numbers: range) -> list[str]:
    """A column's cells; nothing where there is no value."""
    about = f'" s="{style}"'
    if column.type in ("text", "link"):
        known: dict[str, str] = {}
        write = _link if column.type == "link" else _text
        bodies = [known.get(v) or known.setdefault(v, write(v)) if isinstance(v, str) and v else "" for v in values]
        return [f'<c r="{name}{n}{about} {body}</c>' if body else "" for n, body in zip(numbers, bodies, strict=True)]
    if column.type == "boolean":
        flags = values.astype("boolean").to_numpy(dtype=object, na_value=None)
        return [
            "" if v is None else f'<c r="{name}{n}{about} t="b"><v>{int(v)}</v></c>'
            for n, v in zip(numbers, flags, strict=True)
        ]
    figures = (
        _days(values) if column.type == "instant" else values.astype("Float64").to_numpy(np.float64, na_value=np.nan)
    )
    known_figures = np.isfinite(figures).tolist()
    form = "{:.0f}" if column.type == "integer" else "{!r}"
    return [
        f'<c r="{name}{n}{about}><v>{form.format(v)}</v></c>' if known_ else ""
        for n, v, known_ in zip(numbers, figures.tolist(), known_figures, strict=True)
    ]


def _days(values: pd.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Instants as Excel's days, without a zone, to the millisecond."""
    naive = values.dt.tz_localize(None) if values.dt.tz is not None else values
    since = naive.to_numpy("datetime64[ms]") - _EPOCH
    return np.where(np.isnat(since), np.nan, since.astype(np.int64) / _DAY)


def _text(value: str) -> str:
    return f't="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is>'


def _link(value: str) -> str:
    """An address to click on: the one formula that a workbook has. We wrote the address, percent-encoded."""
    address = _escaped(value)
    return f't="str"><f>HYPERLINK("{address}")</f><v>{address}</v>'


def _escaped(value: str) -> str:
    return escape(_UNPRINTABLE.sub("", value[:_LONGEST]), {'"': "&quot;"})


def _styles(head: str, columns: int) -> list[str]:
    """The number of each column's style; 0, the default, where the sheet names none."""
    styles = ["0"] * columns
    for about in re.findall(r"<col ([^>]*)/>", head):
        named = dict(re.findall(r'(\w+)="([^"]*)"', about))
        for place in range(int(named["min"]) - 1, min(int(named["max"]), columns)):
            styles[place] = named.get("style", "0")
    return styles


def _around(sheet: str, table: Table) -> tuple[str, str]:
    """The sheet's text before and after where its rows go, with the extent that it will have."""
    last = f"{letter(len(table.columns) - 1)}{FIRST + len(table.frame) - 1}"
    sheet = re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>', sheet, count=1)
    head, end, tail = sheet.partition("</sheetData>")
    return head, end + tail
