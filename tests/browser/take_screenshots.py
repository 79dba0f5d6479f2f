"""Pictures of the page and the report for the documents, from calls placed in memory: python -m tests.browser.take_screenshots

They go to docs/images/, with 256 colours so that they stay small. Needs Chromium, Playwright, Pillow and a CJK font.
"""

from __future__ import annotations

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from probe import i18n
from probe.evidence.reviews import Review, Reviews
from probe.report.document_writing import write_report
from probe.report.rules import find
from probe.web.access import Access
from probe.web.site import Site
from tests.browser.conftest import CHROMIUM
from tests.web.real_calls import place
from tests.web.served import Server

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CALLS = [
    ("zhenjiang-power", "complaint"),
    ("zhenjiang-gas", "elderly"),
    ("zhenjiang-post", "complaint"),
    ("zhenjiang-unicom", "ordinary"),
    ("zhenjiang-cable", "elderly"),
    ("zhenjiang-sinopec-1", "ordinary"),
    ("zhenjiang-telecom", "ordinary"),
    ("zhenjiang-water", "complaint"),
    ("zhenjiang-mobile", "ordinary"),
]


def main() -> None:
    """Places the calls and takes every picture."""
    with tempfile.TemporaryDirectory() as folder:
        recordings = Path(folder)
        names = [place(recordings, hotline, scenario) for hotline, scenario in CALLS]
        second = place(recordings, "zhenjiang-mobile", "elderly")
        Reviews(recordings).add(
            Review(names[3], "复核员甲", "2026-11-22T06:30:00Z", says="human", machine="human", reason="坐席报了工号")
        )
        server = Server()
        with (
            server.shows(Site(recordings, Access(open=True))) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for lang in ("zh", "en"):
                take(browser, f"{address}/?lang={lang}", f"list-{lang}", (1280, 720))
                take(browser, f"{address}/calls/{names[-1]}?lang={lang}#t=40.0", f"call-{lang}", (1280, 1240))
            take(browser, f"{address}/calls/{names[-1]}?lang=zh", "call-phone", (390, 1000))
            take(browser, f"{address}/compare?a={names[-1]}&b={second}&lang=zh", "compare-zh", (1280, 1000))
            for lang in ("zh", "en"):
                take(browser, written(recordings, lang), f"report-{lang}", (1000, 1300))
            browser.close()
        server.close()


def written(recordings: Path, lang: str) -> str:
    """The address of a report on the calls."""
    i18n.use(lang)
    _, paths = write_report(
        recordings, recordings.parent / f"report-{lang}", find("miit-30s"), ("html",), datetime.now(UTC)
    )
    i18n.use(None)
    return paths[0].as_uri()


def take(browser: Browser, address: str, name: str, size: tuple[int, int]) -> None:
    """One picture."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, is_mobile=size[0] < 500)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)  # for pictures of sound to be drawn and the list to have scrolled
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    IMAGES.mkdir(exist_ok=True)
    picture.save(IMAGES / f"{name}.png", optimize=True)
    page.close()


if __name__ == "__main__":
    main()
