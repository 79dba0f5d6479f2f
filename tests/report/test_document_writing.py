"""Writing a report: all formats together, and what is said when it cannot be written."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.errors import OurFault, UserError
from probe.report.document_writing import FORMATS, write_report
from probe.report.profiles import find
from tests.report.calls_made_up import many

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
RULE = find("miit-30s")


def probe(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as a user types it, in English."""
    command = [
        sys.executable,
        "-c",
        "from probe.cli import main; main()",
        "--lang",
        "en",
        "report",
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_format_is_written_by_one_command(tmp_path: Path) -> None:
    many(tmp_path / "calls", 3)
    formats = [part for name in FORMATS if name != "pdf" for part in ("--format", name)]
    done = probe("--recordings", tmp_path / "calls", "--to", tmp_path / "reports", *formats)
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.relative_to(tmp_path / "reports").as_posix() for path in (tmp_path / "reports").rglob("*.*")}
    assert {"report.html", "report.xlsx", "csv/calls.csv", "jsonl/calls.jsonl", "parquet/calls.parquet"} <= names
    assert not [name for name in names if name.endswith(".part")]
    assert "3 calls at 1 hotlines" in done.stdout


def test_a_folder_without_calls_is_the_users_mistake_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    with pytest.raises(UserError, match="no calls in this folder"):
        write_report(tmp_path / "calls", tmp_path / "reports", RULE, ["html"], NOW)
    assert not list((tmp_path / "reports").iterdir())


def test_folders_that_are_no_calls_are_named(tmp_path: Path) -> None:
    (tmp_path / "calls" / "x").mkdir(parents=True)
    (tmp_path / "calls" / "x" / "timeline.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="none of its 1 folders can be read as a call; x"):
        write_report(tmp_path / "calls", tmp_path / "reports", RULE, ["html"], NOW)


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_computed(tmp_path: Path) -> None:
    many(tmp_path / "calls", 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OurFault, match="cannot write"):
        write_report(tmp_path / "calls", tmp_path / "file" / "reports", RULE, ["html"], NOW)


def test_an_unknown_profile_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    many(tmp_path / "calls", 1)
    done = probe("--recordings", tmp_path / "calls", "--to", tmp_path / "reports", "--profile", "miit")
    assert done.returncode == 2
    assert "unknown profile `miit`" in done.stderr
    assert "miit-30s" in done.stderr
    assert not (tmp_path / "reports").exists()


def test_writing_again_replaces_the_report(tmp_path: Path) -> None:
    many(tmp_path / "calls", 2)
    for _ in range(2):
        write_report(tmp_path / "calls", tmp_path / "reports", RULE, ["html", "csv"], NOW)
    assert (tmp_path / "reports" / "csv" / "calls.csv").read_text(encoding="utf-8-sig").count("\n") == 3
