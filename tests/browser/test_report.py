"""The report in a real browser, opened from disk: figures lead to their calls, stages play where they began, axe is content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probe import i18n
from probe.report.document_writing import write_report
from probe.report.profiles import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module", params=["zh", "en"])
def report(
    request: pytest.FixtureRequest, recordings: tuple[Path, str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A report on two real calls, in one of the languages."""
    i18n.use(request.param)
    folder = tmp_path_factory.mktemp("reports")
    write_report(recordings[0], folder, find("miit-30s"), ["html"], datetime.now(UTC))
    i18n.use(None)
    return folder / "report.html"


@pytest.fixture
def shown(browser: Browser, report: Path) -> Iterator[Page]:
    """The report in a tab, as wide as a phone; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(report.as_uri())
    yield tab
    tab.close()
    assert not complaints


def test_a_figure_shows_the_calls_behind_it_and_all_of_them_again(shown: Page) -> None:
    rows = "document.querySelectorAll('#calls tr[data-o]:not([hidden])').length"
    assert shown.evaluate(rows) == 2
    shown.goto(shown.url + "#calls--zhenjiang-mobile--busy--*--*")
    shown.wait_for_function(f"() => {rows} === 0")
    shown.locator("#outcomes svg a[href^='#calls--']").first.click()
    shown.wait_for_function(f"() => {rows} === 2")
    assert shown.locator("#filter b").inner_text() == "2"
    shown.locator("#all").click()
    assert shown.locator("#filter").is_hidden()


def test_a_stage_plays_the_recording_from_where_it_began(shown: Page) -> None:
    link = shown.locator("#hotlines svg a[href*='call.wav#t=']").nth(2)
    wanted = float(str(link.get_attribute("href")).rsplit("=", 1)[1])
    link.dispatch_event("click")
    shown.wait_for_function("() => document.querySelector('#player audio').currentTime > 0.3", timeout=60_000)
    at = shown.evaluate("() => document.querySelector('#player audio').currentTime")
    assert wanted <= at < wanted + 10


def test_the_page_is_no_wider_than_a_phone(shown: Page) -> None:
    assert shown.evaluate("() => document.documentElement.scrollWidth") == 390


def test_axe_finds_nothing(shown: Page, axe: str) -> None:
    shown.evaluate(axe)
    found = shown.evaluate("() => axe.run()")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
