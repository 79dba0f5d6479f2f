"""The workbook says the same as the tables: typed cells, units, filters, a frozen heading; also to LibreOffice."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from probe import i18n
from probe.report.document_calls import Addresses
from probe.report.tables import tables
from probe.report.tables_columns import Table
from probe.report.words import say
from probe.report.workbook import write_workbook
from probe.report.workbook_rows import letter
from tests.report.calls_made_up import leave, timeline
from tests.report.test_document import material_of, varied

MADE = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def content(tmp_path: Path) -> list[Table]:
    varied(tmp_path / "calls")
    return tables(material_of(tmp_path / "calls"), lambda id_: f"../calls/{id_}/call.wav")


@pytest.fixture
def book(content: list[Table], tmp_path: Path) -> Path:
    i18n.use("en")
    write_workbook(content, tmp_path / "report.xlsx", [("Calls", "17")], MADE)
    i18n.use(None)
    return tmp_path / "report.xlsx"


def test_each_table_has_a_sheet_with_a_frozen_heading_and_filters(content: list[Table], book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["About", *(table.title[0] for table in content)]
    for sheet, table in zip(opened.worksheets[1:], content, strict=True):
        assert sheet.freeze_panes == "B3"
        assert sheet.auto_filter.ref is not None
        assert [cell.value for cell in sheet[1]] == [column.words[0] for column in table.columns]
        units = [column.unit for column in table.columns]
        assert all(f"[{unit}]" in str(cell.value) for cell, unit in zip(sheet[2], units, strict=True) if unit)


def test_every_cell_holds_the_tables_value_with_its_type(content: list[Table], book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    for sheet, table in zip(opened.worksheets[1:], content, strict=True):
        rows = list(sheet.iter_rows(min_row=3, max_row=2 + len(table.frame)))
        assert len(rows) == len(table.frame)
        for place, column in enumerate(table.columns):
            for row, value in zip(rows, table.frame[column.name], strict=True):
                cell = row[place]
                if pd.isna(value) or value == "":
                    assert cell.value is None
                elif column.type == "instant":
                    assert abs(cell.value - value.to_pydatetime().replace(tzinfo=None)).total_seconds() < 0.01
                elif column.type in ("number", "share", "integer"):
                    assert cell.value == pytest.approx(float(value))
                    assert cell.number_format in ("0.00", "0", "0.0%")
                elif column.type == "link":
                    assert cell.value == f'=HYPERLINK("{value}")'
                else:
                    assert cell.value == value


def test_text_of_strangers_is_never_a_formula(tmp_path: Path) -> None:
    leave(tmp_path / "calls", timeline('=1+1")&x', text="=HYPERLINK(1)"))
    addresses = Addresses(tmp_path / "calls", tmp_path, 1)
    write_workbook(
        tables(material_of(tmp_path / "calls"), addresses.audio), tmp_path / "report.xlsx", [("=2+2", "=3+3")], MADE
    )
    sheets = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets
    formulas = [
        str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas == ['=HYPERLINK("calls/%3D1%2B1%22%29%26x/call.wav")']


def test_characters_that_xml_cannot_write_are_left_out(tmp_path: Path) -> None:
    leave(tmp_path / "calls", timeline("call", text="人工\x00\x1f\ufffe<&>服务"))
    write_workbook(tables(material_of(tmp_path / "calls"), str), tmp_path / "report.xlsx", [], MADE)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[7]
    assert "人工<&>服务" in [cell.value for row in sheet.iter_rows() for cell in row]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_excel_names_them(place: int, name: str) -> None:
    assert letter(place) == name == openpyxl.utils.get_column_letter(place + 1)


def test_headings_are_in_the_users_language(content: list[Table], tmp_path: Path) -> None:
    i18n.use("zh")
    write_workbook(content, tmp_path / "zh.xlsx", [], MADE)
    opened = openpyxl.load_workbook(tmp_path / "zh.xlsx")
    assert [cell.value for cell in opened["通话明细"][1]] == [say(column.words) for column in content[-1].columns]
    i18n.use(None)


def test_libreoffice_reads_the_same_numbers(content: list[Table], book: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "--outdir", tmp_path / "csv", book],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    calls = content[-1].frame
    text = (tmp_path / "csv" / f"report-{content[-1].title[0]}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    place = list(calls.columns).index("requested_to_human")
    read = [float(row[place]) if row[place] else None for row in rows[2:]]
    assert read == [None if pd.isna(value) else pytest.approx(value) for value in calls["requested_to_human"]]
