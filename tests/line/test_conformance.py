"""The conformance table against SIPp: every row right. docs/figures.md; `python -m tests.benchmarks.bench_conformance`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.rows import ROWS, Row
from tests.conformance.run import Result, run
from tests.conformance.sipp import SIPP

pytestmark = pytest.mark.skipif(SIPP is None, reason="SIPp is not installed (Debian's sip-tester)")

QUICK = [row for row in ROWS if not row.slow]


def can_run(row: Row) -> bool:
    return not row.needs_root or os.geteuid() == 0


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """All rows, each a call of its own. No more at once than two cores carry beside the rest of the suite: a call that is
    not heard in time is our fault, and says so."""
    folder: Path = tmp_path_factory.mktemp("conformance")
    return {result.row.name: result for result in run([row for row in QUICK if can_run(row)], folder, at_once=4)}


@pytest.mark.parametrize("row", QUICK, ids=lambda row: row.name)
def test_what_the_far_end_did_is_what_was_reported(row: Row, results: dict[str, Result]) -> None:
    if not can_run(row):
        pytest.skip("SIPp plays audio through a raw socket, which only root may open")
    assert results[row.name].problem == ""


def test_no_two_rows_have_one_name() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
