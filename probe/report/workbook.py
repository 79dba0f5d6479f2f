"""The report's tables as an Excel workbook: one sheet a table, typed cells, units, filters, a frozen heading.

The first sheet says what the workbook is and explains the columns. Text is always written as text, never as a formula
or a link that a stranger's words could become.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from probe.i18n import tr
from probe.report.tables import described
from probe.report.tables_columns import Column, Table
from probe.report.words import say
from probe.report.workbook_rows import fill

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDEST = 48.0  # characters
_FORMATS = {
    "number": "0.00", "integer": "0", "share": "0.0%", "instant": "yyyy-mm-dd hh:mm:ss", "text": "@",
    "boolean": "General",
}  # fmt: skip


def write_workbook(tables: Sequence[Table], path: Path, about: Sequence[tuple[str, str]], made_at: datetime) -> None:
    """Writes the workbook; `about`: lines of the first sheet (name, value). Raises OSError."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    draft, headed = path.with_name(path.name + ".part"), path.with_name(path.name + ".headed.part")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "nan_inf_to_errors": False, "constant_memory": True}  # fmt: skip
    book = xlsxwriter.Workbook(str(headed), options)
    book.set_properties(
        {"title": tr(en="Hotline test report", zh="热线拨测报告"), "created": made_at.replace(tzinfo=None)}
    )
    try:
        _first(book, book.add_worksheet(tr(en="About", zh="说明")), about, described(tables))
        for table in tables:
            _sheet(book, book.add_worksheet(say(table.title)[:31]), table)
        book.close()
        fill(headed, draft, dict(enumerate(tables, start=2)))
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
    finally:
        headed.unlink(missing_ok=True)
    draft.replace(path)


def _first(book: Workbook, sheet: Worksheet, about: Sequence[tuple[str, str]], columns: Table) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 40)
    sheet.set_column(3, 4, 12)
    for n, (name, value) in enumerate(about):
        sheet.write_string(n, 0, name, bold)
        sheet.write_string(n, 1, value, wrap if len(value) < 80 else None)
    start = len(about) + 1
    for place, column in enumerate(columns.columns):
        sheet.write_string(start, place, say(column.words), bold)
    for n, row in enumerate(columns.frame.itertuples(index=False), start=start + 1):
        for place, value in enumerate(row):
            sheet.write_string(n, place, str(value))


def _sheet(book: Workbook, sheet: Worksheet, table: Table) -> None:
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#173F6B", "font_color": "#FFFFFF", "bottom": 1}
    )
    unit = book.add_format({"italic": True, "font_color": "#55606C", "bottom": 1})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
    formats["link"] = book.add_format({"font_color": "#173F6B", "underline": 1})
    last = len(table.frame) + 1
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(last, 2), len(table.columns) - 1)
    sheet.set_row(0, 32)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column, table.frame), formats[column.type])
        sheet.write_string(0, place, say(column.words), head)
    # Row 2 carries the filter buttons: the names that files use, and the unit.
    for place, column in enumerate(table.columns):
        sheet.write_string(1, place, f"{column.name} [{column.unit}]" if column.unit else column.name, unit)


def _width(column: Column, frame: pd.DataFrame) -> float:
    """Wide enough for the first hundred values; a Chinese character is two wide."""
    texts = [column.name, *(str(value) for value in frame[column.name].head(100).dropna())]
    if column.type == "instant":
        return 19.0
    if column.type in ("number", "share", "integer", "boolean"):
        return 12.0
    return min(_WIDEST, 2 + max(sum(2 if ord(char) > 0x2E7F else 1 for char in text) for text in texts))
