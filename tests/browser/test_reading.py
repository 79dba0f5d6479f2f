"""The pages for everybody: accessible, in both languages, on a phone, and while a call is still going on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probe.web.site import Site
from tests.browser.conftest import open_call, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Recordings = tuple[Path, str, str]


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", ["color-contrast"])])
def test_axe_finds_nothing_against_wcag_2_2_aa(
    browser: Browser,
    address: str,
    recordings: Recordings,
    site: tuple[Site, str],
    axe: str,
    scheme: Any,
    rules: list[str],
) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/sign-in#{site[1]}")
    page.wait_for_url("**/")
    call = f"/calls/{recordings[1]}"
    for path in (call, "/", "/reviews", "/sign-in", f"/compare?a={recordings[1]}&b={recordings[2]}", "/nothing"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({ runOnly: rules })", rules)
        problems = [
            (v["id"], v["nodes"][0]["html"][:150], v["nodes"][0]["failureSummary"]) for v in found["violations"]
        ]
        assert problems == [], path
    context.close()


def test_pages_are_in_the_readers_language(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    assert tab.get_attribute("html", "lang") == "zh-CN"
    tab.click(".language")
    tab.wait_for_selector("html[lang=en]")
    assert "Conversation" in tab.inner_text("main")
    tab.goto("/")
    assert tab.get_attribute("html", "lang") == "en", "the choice is remembered"


def test_a_phone_shows_everything_without_scrolling_sideways(
    browser: Browser, address: str, recordings: Recordings
) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    for path in ("/", f"/calls/{recordings[1]}", f"/compare?a={recordings[1]}&b={recordings[2]}", "/reviews"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    context.close()


def test_a_filter_narrows_the_list_and_a_row_leads_to_its_call(tab: Page, recordings: Recordings) -> None:
    tab.goto("/")
    assert tab.locator("table.calls tbody tr").count() == 2
    tab.fill("input[name=text]", "这句话没有人说过")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**text=**")
    assert "没有符合条件的通话" in tab.inner_text("main")
    tab.goto("/?text=" + "智能语音")
    tab.locator("table.calls tbody .when a").first.click()
    tab.wait_for_url("**/calls/**")


def test_two_calls_stand_side_by_side(tab: Page, recordings: Recordings) -> None:
    open_call(tab, recordings[1])
    tab.click("form[action='/compare'] button")
    tab.wait_for_url("**/compare?**")
    assert tab.locator(".ladder svg").count() == 2
    assert "话费查询" in tab.inner_text("main")


def test_a_running_call_grows_on_its_page_and_in_the_list_and_can_be_reviewed_when_it_is_over(
    tab: Page, recordings: Recordings, site: tuple[Site, str]
) -> None:
    folder = recordings[0] / "20261122T000000Z-running"
    whole = json.loads((recordings[0] / recordings[1] / "timeline.json").read_text())
    audio = (recordings[0] / recordings[1] / "call.wav").read_bytes()

    def write(seconds: float, over: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "call.wav").write_bytes(audio[: 44 + int(seconds * 8000) * 4])
        form = whole | {
            "segments": [s for s in whole["segments"] if s["end"] <= seconds],
            "events": [e for e in whole["events"] if e["at"] <= seconds],
            "actions": [a for a in whole["actions"] if a["at"] <= seconds],
        }
        if not over:
            form |= {"outcome": None, "clocks": {}, "effort": {}, "why": "", "expected": []}
        (folder / "timeline.json.part").write_text(json.dumps(form))
        (folder / "timeline.json.part").replace(folder / "timeline.json")

    try:
        write(21.0)
        tab.goto(f"/sign-in#{site[1]}")
        tab.wait_for_selector("#running a[href*=running] .dot")
        open_call(tab, folder.name)
        assert "正在通话" in tab.inner_text("#head")
        before = tab.locator(".turn").count()
        write(32.0)
        until(tab, f"document.querySelectorAll('.turn').length > {before}")
        assert float(tab.get_attribute("#plot", "aria-valuemax") or 0) == pytest.approx(32.0, abs=0.1)
        tab.evaluate("location.hash = '#t=31'")
        tab.click("#play")
        until(tab, "document.getElementById('audio').currentTime > 31.05")
        write(60.0, over=True)
        tab.wait_for_selector("#head .badge.outcome-human")
        assert "应答至人工" in tab.inner_text("#figures")
        assert tab.inner_text("#review button.main") == "确认"
    finally:
        shutil.rmtree(folder)
