"""The list, a call, two calls and the log of reviews, as whoever reads them gets them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Page

Calls = tuple[Path, str, str]


def change(calls: Calls, name: str, **values: Any) -> None:
    """Writes other values into a call's timeline."""
    path = calls[0] / name / "timeline.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def listed(page: Page, query: str = "") -> str:
    """The list once the index has read what the folder holds."""
    page.site.index.refresh()
    answer = page.client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.text


# ------------------------------------------------------------------------------------------------------------ list


def test_the_list_names_each_call_its_hotline_outcome_and_clock(page: Page, calls: Calls) -> None:
    text = listed(page)
    form = json.loads((calls[0] / calls[1] / "timeline.json").read_text())
    assert calls[1] in text
    assert calls[2] in text
    assert "中国移动江苏公司镇江分公司" in text
    assert "a person answered" in text
    assert f"{form['clocks']['answered_to_human']:.1f}" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?outcome=busy", {2}),
        ("?outcome=human", {1}),
        ("?hotline=zhenjiang-mobile", {1, 2}),
        ("?hotline=nobody", set()),
        ("?caller=elderly", set()),
        ("?text=%E6%99%BA%E8%83%BD%E8%AF%AD%E9%9F%B3", {1, 2}),
        ("?text=100%25", set()),
        ("?since=2020-01-01&until=2020-12-31", set()),
        ("?since=2020-01-01", {1, 2}),
    ],
)
def test_a_filter_shows_the_calls_that_fit_it(page: Page, calls: Calls, query: str, found: set[int]) -> None:
    change(calls, calls[2], outcome="busy")
    text = listed(page, query)
    assert {n for n in (1, 2) if f"/calls/{calls[n]}" in text} == found


def test_a_long_list_has_pages_and_keeps_its_filter(page: Page, calls: Calls) -> None:
    for n in range(60):
        shutil.copytree(calls[0] / calls[1], calls[0] / f"copy-{n:02d}", ignore=shutil.ignore_patterns("*.wav"))
    text = listed(page, "?caller=ordinary&order=id")
    assert "1–50 / 62" in text
    assert "caller=ordinary&amp;order=id&amp;offset=50" in text
    assert "copy-59" in listed(page, "?caller=ordinary&order=id&offset=50")


def test_no_calls_and_folders_that_are_no_calls_are_said(page: Page, calls: Calls) -> None:
    (calls[0] / calls[1] / "timeline.json").write_text("{")
    shutil.rmtree(calls[0] / calls[2])
    text = listed(page)
    assert "no calls in this folder yet" in text
    assert "is not a timeline" in text


def test_a_call_that_is_going_on_is_found_and_one_that_was_cut_off_is_not(page: Page, calls: Calls) -> None:
    for name in calls[1:]:
        change(calls, name, outcome=None)
    for file in ("call.wav", "timeline.json"):
        os.utime(calls[0] / calls[2] / file, (1e9, 1e9))
    page.site.index.refresh()
    found = page.client.get("/api/running").json()
    assert [call["id"] for call in found["calls"]] == [calls[1]]
    assert found["total"] == 2


# ------------------------------------------------------------------------------------------------------------ call


def test_a_call_is_told_in_the_readers_language(page: Page, calls: Calls) -> None:
    english = page.client.get(f"/calls/{calls[1]}").text
    chinese = page.client.get(f"/calls/{calls[1]}?lang=zh").text
    assert "names itself a bot" in english
    assert "自称智能客服" in chinese
    assert "names itself a bot" not in chinese
    assert "answered to person" in english
    assert "应答至人工" in chinese
    assert "at most 2" in english
    assert "步数: 至多 2" in chinese
    assert "秒时人工接听" in chinese
    assert "Conversation" in page.client.get("/calls/" + calls[1] + "?lang=en").text, "asked for once, remembered after"


def test_the_sentence_in_chinese_has_the_figures_of_the_timeline(page: Page, calls: Calls) -> None:
    form = json.loads((calls[0] / calls[1] / "timeline.json").read_text())
    at = form["why"].removeprefix("a person answered at ").removesuffix(" s")
    assert f"{at} 秒时人工接听" in page.client.get(f"/calls/{calls[1]}?lang=zh").text


def test_what_has_not_changed_is_not_sent_again(page: Page, calls: Calls) -> None:
    axis = page.client.get(f"/calls/{calls[1]}").text.split('id="axis-data">')[1].split("</script>")[0]
    version = json.loads(axis)["version"]
    ask = {"x-known-version": version}
    assert page.client.get(f"/calls/{calls[1]}", headers=ask).status_code == 204
    change(calls, calls[1], why="another")
    assert page.client.get(f"/calls/{calls[1]}", headers=ask).status_code == 200


def test_a_timeline_that_cannot_be_read_says_so(page: Page, calls: Calls) -> None:
    (calls[0] / calls[1] / "timeline.json").write_text('{"schema": "probe.timeline/9"}')
    answer = page.client.get(f"/calls/{calls[1]}")
    assert answer.status_code == 422
    assert "cannot be shown" in answer.text
    (calls[0] / calls[1] / "timeline.json").unlink()
    assert "timeline.json is missing" in page.client.get(f"/calls/{calls[1]}").text


def test_a_call_in_which_nothing_happened_has_a_page(page: Page, calls: Calls) -> None:
    change(calls, calls[1], segments=[], events=[], actions=[], outcome="our_fault", clocks={}, effort={}, expected=[])
    text = page.client.get(f"/calls/{calls[1]}").text
    assert "Nothing was heard in this call" in text
    assert "our fault" in text


def test_a_call_with_a_broken_start_and_no_hotline_has_a_page(page: Page, calls: Calls) -> None:
    form = json.loads((calls[0] / calls[1] / "timeline.json").read_text())
    change(calls, calls[1], call=form["call"] | {"started_at": "once", "hotline": "", "language": ""})
    assert page.client.get(f"/calls/{calls[1]}").status_code == 200
    assert calls[1] in listed(page)


# -------------------------------------------------------------------------------------------------------- compare


def test_a_menu_that_changed_is_shown_side_by_side(page: Page, calls: Calls) -> None:
    path = calls[0] / calls[2] / "timeline.json"
    path.write_text(path.read_text().replace('"label": "流量查询"', '"label": "挂失停机"'))
    text = page.client.get(f"/compare?a={calls[1]}&b={calls[2]}").text
    assert "Menu entries that differ: 1." in text
    assert "renamed" in text
    assert "挂失停机" in text


def test_two_calls_of_which_one_is_missing_are_not_compared(page: Page, calls: Calls) -> None:
    assert page.client.get(f"/compare?a={calls[1]}&b=nobody").status_code == 404
    assert page.client.get(f"/compare?a={calls[1]}").status_code == 422


# --------------------------------------------------------------------------------------------------------- reviews


def review(page: Page, proof: str, name: str, says: str, reason: str = "heard it") -> None:
    body = {"call": name, "says": says, "reason": reason}
    assert page.client.post("/api/reviews", json=body, headers={"x-proof": proof}).status_code == 201


def test_a_review_is_in_page_list_log_and_exports(page: Page, calls: Calls) -> None:
    proof = page.sign_in(page.reviewer)
    review(page, proof, calls[1], "hung_up", "=SUM(A1)")
    assert "hung up by the hotline" in page.client.get(f"/calls/{calls[1]}").text
    assert "(reviewer)" in listed(page)
    assert "The log is whole" in page.client.get("/reviews").text
    (line,) = page.client.get("/reviews.jsonl").text.splitlines()
    row = json.loads(line)
    assert (row["reviewer"], row["says"], row["machine"], row["confirms"]) == ("复核员甲", "hung_up", "human", False)
    assert "'=SUM(A1)" in page.client.get("/reviews.csv").text, "no spreadsheet takes it for a formula"
    assert page.site.index.page()[0].id in calls


def test_agreement_of_reviewers_and_of_the_machine_is_shown(page: Page, calls: Calls) -> None:
    review(page, page.sign_in(page.reviewer), calls[1], "human")
    second = page.site.access.admit("复核员丙", "reviewer")
    page.site.access._sessions.clear()
    review(page, page.sign_in(second), calls[1], "human")
    text = page.client.get("/reviews").text
    assert "100%" in text
    assert "复核员丙 · 复核员甲" in text


def test_a_log_that_was_altered_is_said(page: Page, calls: Calls) -> None:
    proof = page.sign_in(page.reviewer)
    review(page, proof, calls[1], "human", "first")
    review(page, proof, calls[1], "human", "second")
    log = calls[0] / "reviews.jsonl"
    log.write_text(log.read_text().replace("first", "other"))
    assert "line 2 does not follow" in page.client.get("/reviews").text
