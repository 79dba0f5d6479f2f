"""The store: opened, brought up to date, refused; what is read from it; every column explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

import probe
from probe.campaign.store import Store, open_store, reading
from probe.campaign.store.overrides import keep_reviews
from probe.campaign.store.tables import CALLS, METADATA, OVERRIDES
from probe.errors import OurFault, UserError
from probe.evidence.reviews import Review, Reviews
from tests.campaign.harness import Trial, trial
from tests.campaign.placed import place_all

DOCS = Path(__file__).parents[2] / "docs" / "store.md"


def test_the_migrations_make_the_tables(anywhere: str) -> None:
    store = open_store(anywhere)
    with store.reading.connect() as connection:
        differs = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differs == []
    store.close()
    again = open_store(anywhere)
    assert again.read(lambda connection: connection.execute(text("SELECT count(*) FROM calls")).scalar()) == 0
    again.close()


def test_a_database_from_a_newer_version_is_refused(anywhere: str) -> None:
    store = open_store(anywhere)
    store.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    with pytest.raises(UserError, match="newer version of probe"):
        open_store(anywhere)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("mysql://probe@db/probe", "is not a store"),
        ("postgresql://probe:secret@127.0.0.1:1/probe", "cannot be used"),
    ],
)
def test_what_is_no_store_is_told_without_its_password(where: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as mistake:
        open_store(where)
    assert "secret" not in mistake.value.en


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be taken for one" * 50)
    with pytest.raises(UserError, match="cannot be used as a store"):
        open_store(str(tmp_path / "notes.txt"))
    with pytest.raises(UserError, match="no store of campaigns here"):
        open_store(str(tmp_path / "nothing.sqlite"), must_exist=True)


@pytest.fixture
def dialled(tmp_path: Path) -> Iterator[tuple[Trial, Store]]:
    found = trial(tmp_path, seconds=0.0)
    store = found.open()
    place_all(found, store)
    yield found, store
    store.close()


def test_status_accounts_for_every_call(dialled: tuple[Trial, Store]) -> None:
    found, store = dialled
    status = reading.status(store, "trial")
    assert status.calls == len(found.plan.calls) == 33
    assert status.counts == {"done": 33}
    assert status.outcomes == {"human": 33}
    assert (status.state, status.attempts) == ("finished", 33)
    assert status.agent_seconds == pytest.approx(probe.load("attempts", found.where).agent_seconds.sum())
    with pytest.raises(UserError, match="known: trial"):
        reading.status(store, "other")


def test_every_row_can_be_traced_to_its_bundle(dialled: tuple[Trial, Store]) -> None:
    found, store = dialled
    attempts = probe.load("attempts", found.where, "trial")
    assert len(attempts) == 33
    assert str(attempts.written_at.dtype).endswith("UTC]")
    assert all((Path(bundle) / "timeline.json").is_file() for bundle in attempts.bundle)
    for table in ("segments", "events", "actions", "verdicts", "overrides"):
        frame = probe.load(table, found.where, "trial")
        assert {"campaign", "hotline", "bundle"} <= set(frame.columns)
    events = probe.load("events", found.where)
    assert set(events.bundle) == set(attempts.bundle)
    assert {"dialed", "answered", "human_answered", "ended"} <= set(events.kind)
    assert [row.id for row in reading.history(store, "zhenjiang-water")] == list(
        attempts[attempts.hotline == "zhenjiang-water"].sort_values("written_at", ascending=False).id
    )
    assert reading.bundles(store, "trial")
    with pytest.raises(UserError, match="no table"):
        probe.load("nothing", found.where)
    with pytest.raises(UserError, match="not of one campaign"):
        probe.load("workers", found.where, "trial")


def test_a_review_stands_beside_the_verdict_and_is_kept_once(dialled: tuple[Trial, Store]) -> None:
    found, store = dialled
    attempt = probe.load("attempts", found.where).id[0]
    reviews = Reviews(found.recordings)
    reviews.add(Review(attempt, "Li", "2026-03-02T10:00:00+00:00", "unsure", "human", "hard to hear"))
    assert keep_reviews(store, found.recordings) == 1
    assert keep_reviews(store, found.recordings) == 0
    kept = store.read(lambda connection: connection.execute(select(OVERRIDES)).one())
    assert (kept.attempt, kept.machine, kept.says) == (attempt, "human", "unsure")
    assert set(probe.load("attempts", found.where).outcome) == {"human"}


def test_every_table_and_column_is_explained() -> None:
    documented = DOCS.read_text(encoding="utf-8")
    for table in METADATA.tables.values():
        assert f"`{table.name}`" in documented, table.name
        for column in table.columns:
            assert f"`{column.name}`" in documented, f"{table.name}.{column.name}"


def test_a_call_is_one_row_whatever_the_store(anywhere: str, tmp_path: Path) -> None:
    found = trial(tmp_path / "t", anywhere)
    store = found.open()
    rows = store.read(lambda connection: list(connection.execute(select(CALLS).order_by(CALLS.c.id))))
    assert [(row.id, row.due_at, row.not_after) for row in rows] == [
        (call.id, call.due_at, call.not_after) for call in found.plan.calls
    ]
    store.close()


def test_a_store_that_is_away_is_our_fault(tmp_path: Path, database: str) -> None:
    store = open_store(database)
    with pytest.raises(OurFault):
        store.write(lambda connection: connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())"), 0.0)
    store.close()
