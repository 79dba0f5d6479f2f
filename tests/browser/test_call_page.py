"""A call's page in a real browser: it plays, the cursor and the words follow, and every way to an instant arrives there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probe.web.site import Site
from tests.browser.conftest import open_call, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

Recordings = tuple[Path, str, str]
TIME = "document.getElementById('audio').currentTime"
CURSOR = "Number(document.getElementById('cursor').dataset.at)"


def test_the_audio_plays_and_cursor_and_words_follow(tab: Page, recordings: Recordings) -> None:
    form = json.loads((recordings[0] / recordings[1] / "timeline.json").read_text())
    spoken = max((row for row in form["segments"] if row.get("words")), key=lambda row: len(row["words"]))
    begin = spoken["words"][0]["start"]
    open_call(tab, recordings[1], f"#t={begin}")
    tab.click("#play")
    until(tab, f"{TIME} > {begin + 1.2}")
    played, cursor = tab.evaluate(f"[{TIME}, {CURSOR}]")
    assert abs(played - cursor) < 0.3
    word = tab.evaluate(
        "(() => { const w = document.querySelector('.words .now'); return [Number(w.dataset.at), Number(w.dataset.end)]; })()"
    )
    assert word[0] - 0.3 <= played <= word[1] + 0.3
    assert tab.evaluate("document.querySelector('.turn.active .now') !== null")
    assert tab.get_attribute("#play", "aria-label") == "暂停"
    tab.click("#play")
    paused = tab.evaluate(TIME)
    tab.wait_for_timeout(150)
    assert tab.evaluate(TIME) == paused
    x = tab.evaluate(
        "document.getElementById('cursor').getBoundingClientRect().x - document.getElementById('plot').getBoundingClientRect().x + 1"
    )
    width = tab.evaluate("document.getElementById('plot').clientWidth")
    seconds = float(tab.get_attribute("#plot", "aria-valuemax") or 0)
    assert x / width * seconds == pytest.approx(paused, abs=0.1)


def test_a_click_on_a_word_arrives_within_50_ms_of_it(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    words = tab.locator(".words [data-at]")
    for n in (3, words.count() // 2, words.count() - 1):
        word = words.nth(n)
        wanted = float(word.get_attribute("data-at") or 0)
        word.click()
        until(tab, "!document.getElementById('audio').seeking")
        assert abs(tab.evaluate(TIME) - wanted) < 0.05
        assert "now" in (word.get_attribute("class") or "")


def test_a_link_to_an_instant_leads_there(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1], "#t=31.3")
    until(tab, f"Math.abs({TIME} - 31.3) < 0.05")
    tab.evaluate("location.hash = '#t=12.5'")
    until(tab, f"Math.abs({TIME} - 12.5) < 0.05")
    tab.click("#link")
    assert tab.url.endswith("#t=12.5")


def test_keys_move_loop_and_change_the_speed(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    tab.focus("#plot")
    for key, wanted in (("ArrowRight", 1), ("Shift+ArrowRight", 6), ("ArrowLeft", 5), ("Home", 0)):
        tab.keyboard.press(key)
        until(tab, f"Math.abs({TIME} - {wanted}) < 0.05")
    tab.keyboard.press(".")
    first = float(tab.locator(".words [data-at]").first.get_attribute("data-at") or 0)
    until(tab, f"Math.abs({TIME} - {first}) < 0.05")
    tab.keyboard.press(">")
    assert tab.evaluate("document.getElementById('audio').playbackRate") == 1.25
    for _ in range(9):
        tab.keyboard.press(">")
    assert tab.evaluate("document.getElementById('audio').playbackRate") == 2
    tab.keyboard.press("Space")
    until(tab, "!document.getElementById('audio').paused")
    tab.keyboard.press("Space")
    until(tab, "document.getElementById('audio').paused")


def test_a_span_repeats_until_it_is_told_to_stop(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1], "#t=10")
    until(tab, f"{TIME} > 9.9")
    tab.keyboard.press("[")
    tab.evaluate("location.hash = '#t=10.6'")
    until(tab, f"{TIME} > 10.55")
    tab.keyboard.press("]")
    assert tab.locator("#span").is_visible()
    tab.evaluate(
        "window.turnedBack = 0; let last = 0; document.getElementById('audio').addEventListener('seeking', () => { window.turnedBack += 1; })"
    )
    tab.keyboard.press("k")
    until(tab, "window.turnedBack >= 2")
    assert 9.9 <= tab.evaluate(TIME) <= 10.8
    tab.keyboard.press("\\")
    assert tab.locator("#span").is_hidden()
    until(tab, f"{TIME} > 10.9")


def test_a_drag_on_the_axis_loops_and_a_click_goes_there(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    box = tab.locator("#plot").bounding_box()
    assert box
    seconds = float(tab.get_attribute("#plot", "aria-valuemax") or 0)
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + 150)
    until(tab, f"Math.abs({TIME} - {seconds / 2}) < 0.1")
    tab.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 150)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 150, steps=3)
    tab.mouse.up()
    assert tab.locator("#span").is_visible()
    until(tab, f"Math.abs({TIME} - {seconds / 4}) < 0.1")


def test_the_axis_zooms_around_the_cursor_and_draws_sound(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1], "#t=24")
    drawn = """(id) => {
        const canvas = document.getElementById(id);
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const alpha = copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, n) => n % 4 === 3);
        return alpha.filter((a) => a > 0).length / alpha.length;
    }"""
    for canvas in ("heard", "spectrum", "said-wave"):
        until(tab, f"({drawn})('{canvas}') > 0.02")
    whole = tab.locator("#bands .band").count()
    for _ in range(4):
        tab.click("#zoom-in")
    until(tab, f"document.querySelectorAll('#bands .band').length < {whole}")
    x = tab.evaluate("document.getElementById('cursor').getBoundingClientRect().x")
    box = tab.locator("#plot").bounding_box()
    assert box
    assert box["x"] < x < box["x"] + box["width"]
    tab.click("#zoom-all")
    until(tab, f"document.querySelectorAll('#bands .band').length === {whole}")


def test_the_page_shows_what_the_timeline_holds(tab: Page, recordings: Recordings) -> None:
    form = json.loads((recordings[0] / recordings[1] / "timeline.json").read_text())
    open_call(tab, recordings[1])
    tab.wait_for_selector("#integrity[data-state=intact]")
    text = tab.inner_text("main")
    heard = "".join(word["word"] for segment in form["segments"] for word in segment.get("words", []))
    assert "".join(tab.locator(".words").all_inner_texts()).replace(" ", "").replace("\n", "") == heard
    for clock in form["clocks"].values():
        assert f"{clock:.1f}" in text
    assert "与通话时一致" in text
    tab.wait_for_selector("#seal[data-state]")
    assert tab.locator("#seal-lines li").count() >= 4
    assert tab.locator("#clocks .bracket").count() == len(form["clocks"])
    assert tab.locator("#sip .rungs li").count() == 7
    tab.locator(".because summary").first.click()
    assert "自称智能客服" in tab.locator(".because").first.inner_text()


def test_a_reviewer_overrides_and_it_is_in_page_list_log_and_export(
    tab: Page, recordings: Recordings, site: tuple[Site, str]
) -> None:
    tab.goto(f"/sign-in?next=/calls/{recordings[2]}#{site[1]}")
    tab.wait_for_selector("html[data-ready]")
    assert site[1] not in tab.url
    assert tab.inner_text("#review button.main") == "确认"
    tab.select_option("#review select[name=says]", "no_human_offered")
    assert tab.inner_text("#review button.main") == "更正"
    tab.fill("#review textarea", "全程均为录音")
    tab.click("#review button.main")
    tab.wait_for_selector("#log .differs")
    assert "复核员甲" in tab.inner_text("#log")
    assert "接通人工 → 未提供人工" in tab.inner_text("#log")
    assert "未提供人工" in tab.inner_text("#head")
    form = json.loads((recordings[0] / recordings[2] / "timeline.json").read_text())
    first = next(row["verdict"]["is"] for row in form["segments"] if row.get("verdict"))
    tab.locator(".judge").first.click()
    tab.fill("#review textarea", "听过了，同意")
    tab.click("#review button.main")
    tab.wait_for_selector("#log .agrees")
    tab.goto("/reviews")
    assert "全程均为录音" in tab.inner_text("main")
    assert "记录完整" in tab.inner_text("main")
    lines = [json.loads(line) for line in tab.request.get("/reviews.jsonl").text().splitlines()]
    assert [(line["says"], line["machine"], line["reviewer"]) for line in lines] == [
        ("no_human_offered", "human", "复核员甲"),
        (first, first, "复核员甲"),
    ]
    assert "全程均为录音" in tab.request.get("/reviews.csv").text()
    tab.goto("/")
    assert "未提供人工" in tab.inner_text("main table")


def test_who_is_not_signed_in_has_nothing_to_write_with(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    assert tab.locator("#review").count() == 0
    assert tab.locator(".judge").count() == 0
