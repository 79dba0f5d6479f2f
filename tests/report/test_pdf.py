"""A PDF is printed by a browser that is installed; without one, the user is told what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.errors import OurFault, UserError
from probe.report.document_writing import write_report
from probe.report.pdf import find_browser, write_pdf
from probe.report.profiles import find
from tests.report.calls_made_up import many


def test_without_a_browser_the_user_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_BROWSER", "no-such-browser")
    with pytest.raises(UserError, match="needs Chromium"):
        write_pdf("<p>x", tmp_path / "report.pdf")


def test_without_a_browser_everything_else_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_BROWSER", "no-such-browser")
    many(tmp_path / "calls", 2)
    _, written = write_report(
        tmp_path / "calls", tmp_path / "reports", find("miit-30s"), ["html", "csv", "pdf"], datetime.now(UTC)
    )
    assert {path.suffix for path in written} == {".html", ".csv"}


def test_a_program_that_is_no_browser_fails_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(OurFault, match="failed"):
        write_pdf("<p>x", tmp_path / "report.pdf", browser="/bin/false")


def test_the_page_is_printed_on_a4_and_does_not_tell_where_it_was_made(tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip("no Chromium, Chrome or Edge is installed")
    many(tmp_path / "calls", 3)
    write_report(tmp_path / "calls", tmp_path / "reports", find("miit-30s"), ["pdf"], datetime.now(UTC))
    data = (tmp_path / "reports" / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in data  # A4 in points
    assert b"/Link" in data  # from figures to their calls
    assert b"call.wav" not in data
    assert str(tmp_path).encode() not in data
