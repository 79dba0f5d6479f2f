"""Chromium on this machine, looking at the page of real calls. Without Chromium or Playwright these tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probe.web.access import Access
from probe.web.site import Site
from tests.web.real_calls import place, with_trace
from tests.web.served import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = "axe-core@4"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a window, which may play sound without being asked."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-gpu"]
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder, and the names of two calls of one hotline in it; the first has SIP messages."""
    folder = tmp_path_factory.mktemp("recordings")
    first = place(folder, "zhenjiang-mobile")
    with_trace(folder, first)
    return folder, first, place(folder, "zhenjiang-mobile", seed=5)


@pytest.fixture(scope="session")
def site(recordings: tuple[Path, str, str]) -> tuple[Site, str]:
    """The page of that folder, and a reviewer's token."""
    access = Access(open=True)
    token = access.admit("复核员甲", "reviewer")
    return Site(recordings[0], access), token


@pytest.fixture(scope="session")
def address(site: tuple[Site, str]) -> Iterator[str]:
    """Where the page is."""
    server = Server()
    with server.shows(site[0]) as shown:
        yield shown
    server.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A reader of their own, who reads Chinese."""
    made = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    """A tab; whatever the browser complains about in it fails the test."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """The source of axe-core, from npm; kept in pytest's cache."""
    kept = Path(request.config.cache.mkdir("axe")) / "axe.min.js" if request.config.cache else None
    if kept and kept.is_file():
        return kept.read_text(encoding="utf-8")
    if not shutil.which("npm"):
        pytest.skip("npm is not installed, so axe-core cannot be fetched")
    folder = tmp_path_factory.mktemp("axe")
    found = subprocess.run(["npm", "pack", AXE], cwd=folder, capture_output=True, timeout=60, env=dict(os.environ))
    packed = sorted(folder.glob("*.tgz"))
    if found.returncode or not packed:
        pytest.skip("npm cannot fetch axe-core here")
    shutil.unpack_archive(packed[0], folder, filter="data")
    source = (folder / "package" / "axe.min.js").read_text(encoding="utf-8")
    if kept:  # in one piece: the tests of another process may look for it
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(source, encoding="utf-8")
        draft.replace(kept)
    return source


def open_call(tab: Any, name: str, rest: str = "") -> None:
    """Opens a call's page and waits until it can be used."""
    tab.goto(f"/calls/{name}{rest}")
    tab.wait_for_selector("html[data-ready]")
    until(tab, "document.getElementById('audio').readyState >= 2")


def until(tab: Any, holds: str, seconds: float = 60.0) -> None:
    """Waits until an expression is true in the page. Playwright's own way compiles text there, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not tab.evaluate(holds):
        assert time.monotonic() < deadline, f"never came true: {holds}"
        tab.wait_for_timeout(10)
