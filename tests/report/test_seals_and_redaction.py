"""The report says which calls are sealed and which seals do not hold; a redacted one names nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.evidence.bundle import calls
from probe.evidence.glance import glance
from probe.evidence.reviews import Review, Reviews
from probe.report.document_writing import write_report
from probe.report.profiles import find
from tests.evidence.bundles import record, sealed
from tests.exhibit.test_exhibit import personal

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECRETS = ("幺零二四", "我姓王", "13812345678")


def written(recordings: Path, reports: Path, *, mask: bool) -> str:
    """Everything that a report says, as one text."""
    formats = ["html", "csv", "jsonl"]
    write_report(recordings, reports, find("miit-30s"), formats, NOW, mask=mask)  # type: ignore[arg-type]
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in sorted(reports.rglob("*.*")))


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    personal(tmp_path / "r")
    review = Review("personal", "甲", "2026-01-01T00:00:00Z", "human", "human", "她说电话是13812345678")
    Reviews(tmp_path / "r").add(review)
    return tmp_path / "r"


def test_a_redacted_report_names_nobody_and_leads_to_no_audio(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE_LANG", "zh")
    plain, masked = (written(recordings, tmp_path / str(mask), mask=mask) for mask in (False, True))
    assert any(secret in plain for secret in SECRETS)
    assert not [secret for secret in SECRETS if secret in masked]
    assert "█" in masked
    assert "call.wav" in plain
    assert "call.wav" not in masked
    assert "timeline.json" not in masked


def test_the_report_names_the_seals_that_do_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_LANG", "en")
    for name in ("a", "b", "c"):
        sealed(tmp_path / "r", name)
    record(tmp_path / "r", "unsealed")
    text = re.sub(r"\s+", " ", written(tmp_path / "r", tmp_path / "1", mask=False))
    assert "3 of 4 calls are sealed; signature and timeline of 3 were checked for this report: all hold" in text
    path = tmp_path / "r" / "b" / "timeline.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"steps": 1', '"steps": 2'), encoding="utf-8")
    assert "these do NOT hold: b" in written(tmp_path / "r", tmp_path / "2", mask=False)


def test_of_very_many_seals_some_are_looked_at(tmp_path: Path) -> None:
    for n in range(9):
        sealed(tmp_path, f"c{n}", 3)
    names = [folder.name for folder in calls(tmp_path)]
    found = glance(tmp_path, names, 4)
    assert (found.calls, found.sealed, found.checked, found.wrong) == (9, 9, 3, ())
    (tmp_path / "c3" / "manifest.sig").write_bytes(b"\0" * 64)
    assert glance(tmp_path, names, 4).wrong == ("c3",)
