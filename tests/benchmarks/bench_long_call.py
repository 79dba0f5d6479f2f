"""How soon the page of a 30-minute call is usable: opened for the first time, and again, in a real browser.

    python -m tests.benchmarks.bench_long_call

The call is a real one repeated until it is 30 minutes long. Usable: its turns are shown and its audio can be played.
Needs Chromium and Playwright. The first opening finds nothing drawn beforehand.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from probe.web.access import Access
from probe.web.site import Site
from tests.browser.conftest import CHROMIUM
from tests.web.real_calls import place
from tests.web.served import Server

LENGTH = 30 * 60
USABLE = 1.5
"""Seconds that the issue of the page allows."""
READY = "document.querySelectorAll('.turn').length > 100 && document.getElementById('audio').readyState >= 1"


def lengthen(folder: Path) -> None:
    """Makes a call's folder one of a call of 30 minutes."""
    with wave.open(str(folder / "call.wav")) as file:
        settings, audio, length = file.getparams(), file.readframes(file.getnframes()), file.getnframes() / 8000
    times = int(LENGTH / length) + 1
    with wave.open(str(folder / "call.wav"), "wb") as file:
        file.setparams(settings)
        file.writeframes(audio * times)
    form = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))
    for part in ("segments", "events", "actions"):
        form[part] = [_later(row, n * length) for n in range(times) for row in form[part]]
    digest = hashlib.sha256((folder / "call.wav").read_bytes()).hexdigest()
    form["call"]["audio"]["sha256"] = digest
    (folder / "timeline.json").write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")


def _later(row: Any, seconds: float) -> Any:
    """A segment, an event, an action or a word, some seconds later."""
    if isinstance(row, list):
        return [_later(item, seconds) for item in row]
    if not isinstance(row, dict):
        return row
    instants = {"at", "known", "start", "end", "earliest", "latest", "answers"}
    return {
        key: value + seconds if key in instants and isinstance(value, int | float) else _later(value, seconds)
        for key, value in row.items()
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        name = place(Path(folder), "zhenjiang-mobile")
        lengthen(Path(folder) / name)
        server, took = Server(), []
        with server.shows(Site(Path(folder), Access(open=True))) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            browser.new_page().goto(f"{address}/")
            for _ in range(3):
                page = browser.new_page()
                began = time.perf_counter()
                page.goto(f"{address}/calls/{name}")
                page.wait_for_function(READY)
                took.append(time.perf_counter() - began)
                page.close()
            browser.close()
        server.close()
    shown = ", ".join(f"{seconds:.2f}" for seconds in took)
    print(f"a call of 30 minutes is usable after {shown} s: first, second, third opening (at most {USABLE} s)")
    raise SystemExit(0 if max(took) <= USABLE else 1)


if __name__ == "__main__":
    main()
