"""The survey's table from measured calls: the Zhenjiang ten, and what each cell says when the calls do not settle it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from rich.console import Console

from probe.i18n import use
from probe.measure import measure
from probe.report import table
from probe.report.survey import Subject, differences, summarise, survey
from probe.timeline import (
    Answered,
    BotAsked,
    CallInfo,
    Dialed,
    Ended,
    HangUp,
    HumanAnswered,
    Outcome,
    Press,
    Queued,
    Say,
    Timeline,
)
from tests.measure.timelines import at


def call(
    hotline: str, walk: str, *, caller: str = "ordinary", goal: str = "human", wait: float | None = 8.0
) -> Timeline:
    """A call whose walk is written `k` for a key and `s` for a sentence; `wait` None: queued, and nobody answers."""
    timeline = Timeline(CallInfo(id="c", hotline=hotline, caller=caller, goal=goal))
    timeline.events += [at(Dialed, 0.0), at(Answered, 2.0), at(BotAsked, 3.0, text="请问")]
    now = 2.0
    for letter in walk:
        now += 5.0
        timeline.actions.append(
            Press(at=now, value="0") if letter == "k" else Say(at=now, value="转人工", purpose="ask_human")
        )
    timeline.events.append(at(Queued, now + 1, text="转接"))
    if wait is None:
        timeline.actions.append(HangUp(at=now + 75, why="limit_queue"))
        timeline.events.append(at(Ended, now + 75, by="caller"))
    else:
        timeline.events.append(at(HumanAnswered, now + wait, earliest=now + wait, latest=now + wait))
        timeline.events.append(at(Ended, now + wait + 5, by="caller"))
    return measure(timeline)


def unavailable(hotline: str, goal: str = "complaint", **ended: Any) -> Timeline:
    """A call in which no desk was offered, or that was refused when `status` is given."""
    timeline = Timeline(CallInfo(id="c", hotline=hotline, caller="ordinary", goal=goal))
    timeline.events.append(at(Dialed, 0.0))
    if not ended:
        timeline.events += [at(Answered, 2.0), at(BotAsked, 3.0, text="请问")]
        timeline.actions = [HangUp(at=20.0, why="scenario", outcome=Outcome.NO_HUMAN_OFFERED)]
    timeline.events.append(at(Ended, 20.0, by="caller" if not ended else "hotline", **ended))
    return measure(timeline)


TEN = {
    "water": ("k", False, False), "power": ("ks", False, True), "gas": ("k", False, True),
    "sinopec": ("k", False, True), "petrochina": ("k", False, False), "cable": ("k", False, True),
    "mobile": ("ks", True, False), "telecom": ("sss", True, True), "unicom": ("ss", True, True),
    "post": ("s", False, False),
}  # fmt: skip


@pytest.fixture
def zhenjiang() -> tuple[list[Timeline], list[Subject]]:
    timelines, subjects = [], []
    for company, (walk, elderly, complaint) in TEN.items():
        numbers = [f"{company}-{n}" for n in (1, 2)] if company == "sinopec" else [company]
        for hotline in numbers:
            wait = {"sinopec-1": 60.0, "sinopec-2": None}.get(hotline, 8.0)
            subjects.append(Subject(hotline, company))
            timelines.append(call(hotline, walk, wait=wait))
            timelines.append(call(hotline, "" if elderly else walk, caller="elderly", wait=wait))
            timelines.append(call(hotline, "k", goal="complaint", wait=wait) if complaint else unavailable(hotline))
    return timelines, subjects


def test_the_zhenjiang_ten_come_out_as_the_association_reported(
    zhenjiang: tuple[list[Timeline], list[Subject]],
) -> None:
    use("en")
    rows = survey(*zhenjiang)
    found = {row.company: list(table.cells(row).values())[1:6] for row in rows}
    assert found == {
        "water": ["key", "1", "yes", "no", "no"],
        "power": ["key + bot", "2", "yes", "no", "yes"],
        "gas": ["key", "1", "yes", "no", "yes"],
        "sinopec": ["key", "1", "long wait / nobody answers", "no", "yes"],
        "petrochina": ["key", "1", "yes", "no", "no"],
        "cable": ["key", "1", "yes", "no", "yes"],
        "mobile": ["key + bot", "2", "yes", "yes", "no"],
        "telecom": ["bot", "3", "yes", "yes", "yes"],
        "unicom": ["bot", "2", "yes", "yes", "yes"],
        "post": ["bot", "1", "yes", "no", "no"],
    }
    summary = summarise(rows)
    assert (summary.connected, summary.elderly, summary.no_complaint) == (9, 3, 4)
    assert summary.ways == {"key": 5, "key_then_bot": 2, "bot": 3}
    use("zh")
    assert "10 家中有 9 家能顺利接通人工" in table.in_words(summary)
    assert "不确定" not in table.in_words(summary)
    use(None)


def test_companies_of_which_not_all_is_known_are_counted_in_the_sentence() -> None:
    summary = summarise(survey([unavailable("x", "human", status=503)], [Subject("x", "X"), Subject("y", "Y")]))
    assert summary.unsure == 2
    use("en")
    assert "Of 2 not everything is known" in table.in_words(summary)
    use(None)


def test_a_number_that_was_not_reached_for_a_reason_of_its_own_says_unsure() -> None:
    subjects = [Subject("x", "X")]
    for timelines in ([], [unavailable("x", "human", status=486)], [unavailable("x", "human", status=503)]):
        number = survey(timelines, subjects)[0].numbers[0]
        assert (number.way, number.steps, number.reached) == ("unsure", None, "unsure")
        assert (number.elderly, number.complaint) == ("unsure", "unsure")


def test_a_hotline_that_offers_nobody_has_no_way() -> None:
    number = survey([unavailable("x", "human")], [Subject("x", "X")])[0].numbers[0]
    assert (number.way, number.reached) == ("none", "no")


def test_an_undecided_call_does_not_hide_a_decided_one() -> None:
    number = survey([unavailable("x", "human", status=503), call("x", "k")], [Subject("x", "X")])[0].numbers[0]
    assert (number.way, number.steps, number.reached) == ("key", 1, "yes")


def test_a_wait_is_long_after_thirty_seconds_from_the_last_step() -> None:
    def reached(wait: float) -> str:
        return survey([call("x", "ss", wait=wait)], [Subject("x", "X")])[0].numbers[0].reached

    assert (reached(30.0), reached(30.1)) == ("yes", "long_wait")


def test_every_cell_that_differs_is_told(zhenjiang: tuple[list[Timeline], list[Subject]]) -> None:
    rows = survey(*zhenjiang)
    truth = {
        n.hotline: {"way": n.way, "steps": n.steps, "reached": n.reached != "nobody", "elderly": n.elderly == "yes"}
        for row in rows
        for n in row.numbers
    }
    assert differences(rows, truth.__getitem__) == []  # type: ignore[arg-type]
    truth["gas"]["steps"] = 2
    truth["sinopec-2"]["reached"] = True
    told = [(d.hotline, d.cell, d.found, d.expected) for d in differences(rows, truth.__getitem__)]  # type: ignore[arg-type]
    assert told == [("gas", "steps", 1, 2), ("sinopec-2", "reached", "nobody", True)]


@pytest.mark.parametrize(("language", "heading"), [("en", "Way to a person"), ("zh", "转人工方式")])
def test_csv_json_and_terminal_hold_every_company(
    zhenjiang: tuple[list[Timeline], list[Subject]], language: str, heading: str
) -> None:
    use(language)
    rows = survey(*zhenjiang)
    written = list(csv.reader(io.StringIO(table.to_csv(rows).removeprefix("\ufeff"))))
    assert heading in written[0]
    assert [line[0] for line in written[1:]] == list(TEN)
    form = table.to_json(rows)
    assert form["summary"]["connected"] == 9
    assert form["companies"][3]["numbers"][1]["reached"] == "nobody"
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table.rich_table(rows))
    printed = console.export_text()
    assert all(company in printed for company in TEN)
    use(None)
