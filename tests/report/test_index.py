"""The index agrees with the folders, whatever happens to them or to it."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from probe.errors import OurFault, UserError
from probe.evidence.reviews import Review, Reviews
from probe.measure import CLOCKS, EFFORT
from probe.register import Register
from probe.report.calls import Filter
from probe.report.index import FILE, Index
from tests.report.calls_made_up import MORNING, leave, many, timeline, unfinished


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Six calls: at two hotlines, by two callers, one not answered, one our fault."""
    leave(tmp_path, timeline("a", wait=12.0))
    leave(tmp_path, timeline("b", wait=30.0, started=MORNING + timedelta(hours=1)))
    leave(tmp_path, timeline("c", wait=None, started=MORNING + timedelta(hours=2)), audio=False)
    leave(tmp_path, timeline("d", hotline="zhenjiang-gas", started=MORNING + timedelta(days=1), text="燃气报修请按一"))
    leave(tmp_path, timeline("e", caller="elderly", wait=5.0, started=MORNING + timedelta(days=2)))
    leave(tmp_path, timeline("f", broken=True, started=MORNING + timedelta(days=3)))
    return tmp_path


def ids(index: Index, which: Filter | None = None, **how: object) -> str:
    return "".join(row.id for row in index.page(which, order="id", **how))  # type: ignore[arg-type]


def test_a_call_is_read_once_and_again_when_it_changed(recordings: Path) -> None:
    index = Index(recordings)
    assert index.refresh() == 6
    assert index.refresh() == 0
    (recordings / "a" / "timeline.json").write_text(timeline("a", wait=50.0).dumps(), encoding="utf-8")
    assert index.refresh() == 1
    assert index.call("a").clocks["requested_to_human"] == 50.0  # type: ignore[union-attr]


def test_the_index_outlives_the_process(recordings: Path) -> None:
    Index(recordings).refresh()
    assert Index(recordings).refresh() == 0
    assert Index(recordings).count() == 6


def test_a_call_that_is_gone_is_forgotten(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    shutil.rmtree(recordings / "b")
    index.refresh()
    assert ids(index) == "acdef"


def test_audio_removed_by_retention_is_seen_and_the_call_stays(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    (recordings / "a" / "call.wav").unlink()
    assert index.refresh() == 1
    assert {row.id for row in index.page() if not row.audio_present} == {"a", "c"}


def test_a_folder_that_cannot_be_read_is_listed_and_not_counted(recordings: Path) -> None:
    (recordings / "a" / "timeline.json").write_text("{", encoding="utf-8")
    (recordings / "b" / "timeline.json").unlink()
    (recordings / "notes").mkdir()
    index = Index(recordings)
    index.refresh()
    assert ids(index) == "cdef"
    assert [name for name, _ in index.unreadable()] == ["a", "b"]
    assert dict(index.unreadable())["b"] == "timeline.json is missing"


def test_a_deleted_damaged_or_older_index_is_made_anew(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    index.close()
    (recordings / FILE).write_bytes(b"not a database" * 100)
    index = Index(recordings)
    assert index.refresh() == 6
    index.close()
    with sqlite3.connect(recordings / FILE) as older:
        older.execute("PRAGMA user_version = 1")
    older.close()
    index = Index(recordings)
    assert index.refresh() == 6
    index.close()
    (recordings / FILE).unlink()
    assert Index(recordings).refresh() == 6


def damaged_inside(recordings: Path) -> None:
    """An index of 300 calls that is right at its beginning and nowhere else."""
    many(recordings, 300)
    index = Index(recordings)
    index.refresh()
    index.close()
    damaged = bytearray((recordings / FILE).read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    (recordings / FILE).write_bytes(damaged)


def test_an_index_damaged_inside_is_made_anew(tmp_path: Path) -> None:
    damaged_inside(tmp_path)
    index = Index(tmp_path)
    assert index.refresh() == 300
    assert index.count() == 300


def test_where_nothing_can_be_written_the_index_is_in_memory(recordings: Path) -> None:
    (recordings / FILE).mkdir()  # root may write anywhere, so a folder is in the way
    index = Index(recordings)
    assert index.refresh() == 6
    assert index.count() == 6


def test_a_damaged_index_is_told_to_who_only_reads(tmp_path: Path) -> None:
    damaged_inside(tmp_path)
    with pytest.raises(OurFault, match="delete it"):
        Index(tmp_path).page()


def test_a_recordings_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match="no such folder"):
        Index(Path("nowhere"))


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Filter(), "abcdef"),
        (Filter(hotline="zhenjiang-gas"), "d"),
        (Filter(enterprise="自来水"), "abcef"),
        (Filter(sector="供气"), "d"),
        (Filter(region="镇江"), "abcdef"),
        (Filter(caller="elderly"), "e"),
        (Filter(scenario="zhenjiang-gas/ordinary"), "d"),
        (Filter(goal="complaint"), ""),
        (Filter(outcome="human_unreachable"), "c"),
        (Filter(outcome="our_fault"), "f"),
        (Filter(since=MORNING + timedelta(days=1)), "def"),
        (Filter(until=MORNING + timedelta(hours=1)), "a"),
        (Filter(text="报修"), "d"),
        (Filter(text="华润"), "d"),
        (Filter(text="051180000003"), "d"),
        (Filter(text="%"), ""),
        (Filter(text="'; DROP TABLE calls; --"), ""),
        (Filter(enterprise="自来水", outcome="human", since=MORNING + timedelta(minutes=1)), "be"),
    ],
)
def test_a_filter_finds_the_calls_it_names(recordings: Path, which: Filter, found: str) -> None:
    index = Index(recordings)
    index.refresh()
    assert ids(index, which) == found
    assert index.count(which) == len(found)
    assert "".join(sorted(index.frame(which)["id"])) == found


def test_pages_follow_each_other_and_unknown_figures_come_last(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    assert [row.id for row in index.page(limit=2)] == ["f", "e"]
    assert [row.id for row in index.page(offset=2, limit=2)] == ["d", "c"]
    assert [row.id for row in index.page(order="requested_to_human")][:3] == ["e", "a", "d"]
    assert {row.id for row in index.page(order="-requested_to_human")[-2:]} == {"c", "f"}


def test_an_unknown_order_is_answered_with_the_known_ones(recordings: Path) -> None:
    with pytest.raises(UserError, match="started_at"):
        Index(recordings).page(order="id; DROP TABLE calls")


def test_a_row_says_who_was_called(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    row = index.call("d")
    assert row is not None
    assert (row.enterprise, row.sector, row.region, row.number) == ("华润燃气", "供气", "镇江", "051180000003")
    assert row.started_at == MORNING + timedelta(days=1)
    assert row.reviewed_outcome is None
    assert index.call("nobody") is None
    assert index.values("enterprise") == ["华润燃气", "自来水"]
    assert index.values("caller") == ["elderly", "ordinary"]


def test_the_frame_has_every_clock_and_effort_as_a_number_and_times_in_utc_and_local(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    frame = index.frame()
    assert list(frame["id"]) == list("abcdef")
    assert {str(frame[name].dtype) for name in (*CLOCKS, *EFFORT)} == {"float64"}
    assert str(frame["started_at"].dtype.tz) == "UTC"
    assert frame["local_at"][0].hour == 9
    assert np.isnan(frame["requested_to_human"][2])
    assert frame["audio_present"].tolist() == [True, True, False, True, True, True]


def test_a_changed_register_needs_no_new_reading(recordings: Path) -> None:
    Index(recordings).refresh()
    index = Index(recordings, Register())
    assert index.refresh() == 0
    assert set(index.frame()["enterprise"]) == {"zhenjiang-water", "zhenjiang-gas"}


def test_the_reviewers_last_word_stands_beside_the_machines(recordings: Path) -> None:
    index = Index(recordings)
    index.refresh()
    for says in ("hung_up", "human_unreachable"):
        Reviews(recordings).add(Review("a", "Li", "2026-11-22T05:00:00Z", says, "human", "heard it"))
    index.refresh()
    row = index.call("a")
    assert row is not None
    assert (row.outcome, row.reviewed_outcome) == ("human", "human_unreachable")
    assert index.frame()["reviewed_outcome"].tolist() == ["human_unreachable", *[None] * 5]


def test_no_calls_give_an_empty_frame_with_all_its_columns(tmp_path: Path) -> None:
    index = Index(tmp_path)
    assert index.refresh() == 0
    assert index.page() == []
    frame = index.frame()
    assert len(frame) == 0
    assert {"local_at", "outcome", *CLOCKS, *EFFORT} <= set(frame.columns)


def test_a_call_that_runs_is_there_and_unfinished(tmp_path: Path) -> None:
    leave(tmp_path, unfinished(timeline("a")))
    index = Index(tmp_path)
    index.refresh()
    assert ids(index, Filter(outcome="unfinished")) == "a"


def test_a_call_without_a_time_keeps_its_place_in_the_frame(tmp_path: Path) -> None:
    call = timeline("a")
    call.call.started_at = ""
    leave(tmp_path, call)
    index = Index(tmp_path)
    index.refresh()
    assert index.call("a").started_at is None  # type: ignore[union-attr]
    assert index.frame()["local_at"].isna().all()


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    many(tmp_path, 3)
    told: list[tuple[int, int]] = []
    Index(tmp_path).refresh(lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)


def test_pages_are_served_while_another_thread_refreshes(tmp_path: Path) -> None:
    many(tmp_path, 120)
    index = Index(tmp_path)
    reader = Thread(target=index.refresh)
    reader.start()
    while reader.is_alive():
        assert index.count() in (0, 120)
    reader.join()
    assert len(index.page(limit=200)) == 120
