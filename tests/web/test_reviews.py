"""The log of reviews: only ever added to, and whoever alters it is seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from probe.errors import OurFault, UserError
from probe.evidence.reviews import FILE, Review, Reviews

REVIEW = Review(
    call="a-call",
    reviewer="复核员甲",
    at="2026-11-22T02:00:00Z",
    says="human",
    machine="unsure",
    reason="听到坐席报工号",
)


def test_a_review_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    about_a_segment = replace(REVIEW, says="bot", machine="bot", segment_start=5.02)
    Reviews(tmp_path).add(REVIEW)
    Reviews(tmp_path).add(about_a_segment)
    assert Reviews(tmp_path).of("a-call") == [REVIEW, about_a_segment]
    assert not REVIEW.confirms
    assert about_a_segment.confirms


def test_the_last_word_on_a_call_counts_and_the_first_stays_in_the_log(tmp_path: Path) -> None:
    log = Reviews(tmp_path)
    log.add(REVIEW)
    log.add(replace(REVIEW, says="hung_up"))
    log.add(replace(REVIEW, says="bot", segment_start=1.0))
    assert log.outcomes() == {"a-call": "hung_up"}
    assert [review.says for review in log.all()] == ["human", "hung_up", "bot"]


def test_a_log_that_nobody_wrote_to_is_empty_and_whole(tmp_path: Path) -> None:
    assert Reviews(tmp_path).all() == []
    assert Reviews(tmp_path).broken() is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(REVIEW, says="excellent"),
        replace(REVIEW, says="busy", segment_start=1.0),
        replace(REVIEW, reviewer=" "),
        replace(REVIEW, reason=""),
        replace(REVIEW, reason="x" * 2001),
    ],
)
def test_what_cannot_be_said_is_not_written(tmp_path: Path, wrong: Review) -> None:
    with pytest.raises(UserError):
        Reviews(tmp_path).add(wrong)
    assert not (tmp_path / FILE).exists()


def test_an_altered_line_is_found(tmp_path: Path) -> None:
    log = Reviews(tmp_path)
    for reason in ("one", "two", "three"):
        log.add(replace(REVIEW, reason=reason))
    assert log.broken() is None
    log.path.write_text(log.path.read_text().replace("two", "2wo"))
    assert log.broken() == 3, "the third line no longer follows the second"


def test_a_removed_line_is_found(tmp_path: Path) -> None:
    log = Reviews(tmp_path)
    for reason in ("one", "two", "three"):
        log.add(replace(REVIEW, reason=reason))
    first, _, third = log.path.read_text().splitlines()
    log.path.write_text(f"{first}\n{third}\n")
    assert log.broken() == 2


def test_after_a_line_that_was_cut_off_the_log_goes_on(tmp_path: Path) -> None:
    log = Reviews(tmp_path)
    log.add(REVIEW)
    with log.path.open("a") as file:
        file.write('{"call": "half of a li')
    log.add(replace(REVIEW, reason="afterwards"))
    assert [review.reason for review in log.all()] == [REVIEW.reason, "afterwards"]
    assert log.broken() == 2


def test_reviewers_who_write_at_the_same_time_all_get_their_line(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Reviews(tmp_path).add(replace(REVIEW, reason=f"reason {n}")), range(40)))
    assert len(Reviews(tmp_path).all()) == 40
    assert Reviews(tmp_path).broken() is None


def test_a_disk_that_refuses_is_our_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(OurFault, match="cannot write"):
        Reviews(tmp_path / "nowhere").add(REVIEW)
