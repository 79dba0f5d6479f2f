"""Schedules: a round is planned from its day on, once; what is wrong with its file is noted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from probe.campaign import schedules
from probe.campaign.store import open_store, reading
from probe.campaign.store.tables import CALLS, JOURNAL
from probe.errors import UserError
from tests.campaign.campaigns import written

MONDAY = datetime(2026, 3, 8, 23, 0, tzinfo=UTC)  # 07:00 on Monday the 9th in Zhenjiang


def test_a_round_is_planned_from_its_local_day_on_and_only_once(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.sqlite"))
    context = {
        "name": "weekly",
        "timezone": "Asia/Shanghai",
        "days": 5,
        "file": str(written(tmp_path)),
        "register": "",
        "policy": "",
    }
    for _ in range(2):
        assert schedules.start_round(store, lambda _: MONDAY, MONDAY, context) == "spring-20260309"
    status = reading.status(store, "spring-20260309")
    assert (status.state, status.calls, status.started_by) == ("running", 16, "schedule weekly")
    days = store.read(lambda connection: set(connection.execute(select(CALLS.c.day)).scalars()))
    assert min(days).isoformat() >= "2026-03-09"
    assert max(days).isoformat() <= "2026-03-13"
    store.close()


def test_a_round_whose_file_is_gone_is_noted(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.sqlite"))
    context = {
        "name": "w",
        "timezone": "UTC",
        "days": 1,
        "file": str(tmp_path / "x.yaml"),
        "register": "",
        "policy": "",
    }
    assert schedules.start_round(store, lambda _: MONDAY, MONDAY, context) == ""
    line = store.read(lambda connection: connection.execute(select(JOURNAL)).one())
    assert line.what == "schedule_failed"
    assert "no such file" in line.detail
    store.close()


def test_schedules_are_kept_listed_and_forgotten(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.sqlite"))
    paths: dict[str, Path | None] = {"file": written(tmp_path), "register": None, "policy": None}
    schedules.add(store, "weekly", "0 7 * * 1", "Asia/Shanghai", 7, paths)
    assert [(row["name"], row["cron"], row["days"]) for row in schedules.listed(store)] == [("weekly", "0 7 * * 1", 7)]
    for name, cron, zone, told in (
        ("weekly", "0 7 * * 1", "UTC", "already exists"),
        ("other", "0 7 * *", "UTC", "cron"),
        ("other", "0 7 * * 1", "Mars", "timezone"),
    ):
        with pytest.raises(UserError, match=told):
            schedules.add(store, name, cron, zone, 7, paths)
    schedules.remove(store, "weekly")
    with pytest.raises(UserError, match="no schedule `weekly`"):
        schedules.remove(store, "weekly")
    store.close()
