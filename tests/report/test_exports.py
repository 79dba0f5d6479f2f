"""Files for other programs hold the same values as the calls, with their types."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from probe import i18n
from probe.evidence.reviews import Review, Reviews
from probe.report.exports import write_csv, write_json_lines, write_parquet
from probe.report.tables import tables
from probe.report.tables_columns import Table
from tests.report.calls_made_up import leave, many, timeline
from tests.report.test_document import material_of, varied


@pytest.fixture
def content(tmp_path: Path) -> list[Table]:
    varied(tmp_path / "calls")
    return tables(material_of(tmp_path / "calls"), lambda id_: f"../calls/{id_}/call.wav")


def named(content: list[Table], name: str) -> Table:
    return next(table for table in content if table.name == name)


def test_each_table_has_exactly_its_columns_and_each_column_its_words(content: list[Table]) -> None:
    for table in content:
        assert list(table.frame.columns) == [column.name for column in table.columns]
        assert all(all(column.words) for column in table.columns)
        assert len(table.frame.columns) == len(set(table.frame.columns))


def test_csv_opens_with_a_byte_order_mark_and_has_every_call(content: list[Table], tmp_path: Path) -> None:
    write_csv(content, tmp_path / "csv")
    raw = (tmp_path / "csv" / "calls.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    calls = named(content, "calls").frame
    assert [row["id"] for row in rows] == list(calls["id"])
    assert [row["requested_to_human"] for row in rows] == [
        "" if pd.isna(value) else repr(float(value)) for value in calls["requested_to_human"]
    ]
    assert {row["started_at"] for row in rows if row["id"] == "call-0"} == {"2026-11-02T01:00:00Z"}
    assert {row["local_at"] for row in rows if row["id"] == "call-0"} == {"2026-11-02T09:00:00"}


def test_a_transcript_that_looks_like_a_formula_stays_text_in_csv(tmp_path: Path) -> None:
    leave(tmp_path / "calls", timeline("=cmd|x", text="=HYPERLINK(1)"))
    write_csv(tables(material_of(tmp_path / "calls"), str), tmp_path / "csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "csv" / "calls.csv").read_text(encoding="utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert "'=cmd|x" in rows[1]


def test_json_lines_have_one_object_a_row_with_numbers_as_numbers(content: list[Table], tmp_path: Path) -> None:
    write_json_lines(content, tmp_path / "jsonl")
    for table in content:
        lines = (tmp_path / "jsonl" / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(table.frame)
    rows = [json.loads(line) for line in (tmp_path / "jsonl" / "calls.jsonl").read_text("utf-8").splitlines()]
    never = next(row for row in rows if row["id"] == "never")
    assert never["requested_to_human"] is None
    assert never["steps"] == 1
    assert never["expected_held"] is None
    assert next(row for row in rows if row["id"] == "call-3")["requested_to_human"] == 13.0


def test_parquet_keeps_types_units_and_both_languages(content: list[Table], tmp_path: Path) -> None:
    write_parquet(content, tmp_path / "parquet")
    read = pq.read_table(tmp_path / "parquet" / "calls.parquet")
    field = read.schema.field("requested_to_human")
    assert field.type == pa.float64()
    assert field.metadata == {b"unit": b"s", b"en": b"requested to person", b"zh": "请求至人工".encode()}
    assert read.schema.field("started_at").type == pa.timestamp("ms", tz="UTC")
    assert read.schema.field("steps").type == pa.int64()
    assert (
        read.column("requested_to_human").null_count == named(content, "calls").frame["requested_to_human"].isna().sum()
    )


def test_tables_without_rows_are_written_with_their_columns(tmp_path: Path) -> None:
    many(tmp_path / "calls", 1)
    empty = [table for table in tables(material_of(tmp_path / "calls"), str) if not len(table.frame)]
    assert empty
    write_parquet(empty, tmp_path / "parquet")
    write_csv(empty, tmp_path / "csv")
    write_json_lines(empty, tmp_path / "jsonl")
    for table in empty:
        assert pq.read_table(tmp_path / "parquet" / f"{table.name}.parquet").column_names == list(table.frame.columns)
        assert (tmp_path / "jsonl" / f"{table.name}.jsonl").read_text() == ""


def test_the_hotlines_table_counts_every_call_exactly_once(content: list[Table]) -> None:
    hotlines = named(content, "hotlines").frame
    outcomes = [name for name in hotlines.columns if name in ("human", "human_unreachable", "our_fault", "unsure")]
    assert hotlines["calls"].sum() == len(named(content, "calls").frame)
    assert hotlines[outcomes].sum().sum() == hotlines["calls"].sum() - 1  # the one that still runs has no outcome


def test_values_do_not_depend_on_the_language(tmp_path: Path) -> None:
    varied(tmp_path / "calls")
    found = {}
    for language in ("zh", "en"):
        i18n.use(language)
        found[language] = tables(material_of(tmp_path / "calls"), str)
    i18n.use(None)
    for zh, en in zip(found["zh"], found["en"], strict=True):
        if zh.name != "menu_changes":  # its one sentence is in the user's language
            pd.testing.assert_frame_equal(zh.frame, en.frame)


def test_a_review_is_in_the_calls_and_in_a_table_of_its_own(tmp_path: Path) -> None:
    many(tmp_path / "calls", 2)
    review = Review("call-0001", "Li", "2026-11-22T03:00:00Z", "hung_up", "human", "a recording")
    Reviews(tmp_path / "calls").add(review)
    content = tables(material_of(tmp_path / "calls"), str)
    (row,) = named(content, "reviews").frame.to_dict("records")
    assert (row["call"], row["reviewer"], row["says"], row["machine"]) == ("call-0001", "Li", "hung_up", "human")
    calls = named(content, "calls").frame.set_index("id")
    assert calls.loc["call-0001", ["outcome", "reviewed_outcome"]].to_list() == ["human", "hung_up"]


def test_no_interval_of_a_wait_is_claimed_from_fewer_than_five(tmp_path: Path) -> None:
    many(tmp_path / "few", 4)
    many(tmp_path / "enough", 5)
    few, enough = (tables(material_of(tmp_path / name), str) for name in ("few", "enough"))
    for name, low in (("hotlines", "median_low"), ("waiting", "low")):
        assert named(few, name).frame[low].isna().all()
        assert named(enough, name).frame[low].notna().any()
