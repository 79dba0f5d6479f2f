"""The report as PDF: the HTML printed by a Chromium or Chrome that is installed, as one would print it by hand.

A PDF has no relative addresses: a browser would write where the audio lies on this machine. So links to files are left
out, those within the report stay, and the audio is reached from the HTML.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from probe.errors import OurFault, UserError

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_PATIENCE = 180.0  # seconds; a report of 1,000 calls takes about ten on two cores


def find_browser() -> str | None:
    """A browser that can print: the one that PROBE_BROWSER names, or the first that is installed; None if there is none."""
    wanted = os.environ.get("PROBE_BROWSER")
    if wanted:
        return shutil.which(wanted)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def write_pdf(page: str, target: Path, browser: str | None = None) -> None:
    """Prints an HTML page to A4. Raises UserError when no browser is installed, OurFault when it fails."""
    program = browser or find_browser()
    if program is None:
        raise no_browser()
    with tempfile.TemporaryDirectory(prefix="probe-pdf-") as scratch:
        source, draft = Path(scratch) / "report.html", Path(scratch) / "report.pdf"
        source.write_text(re.sub(r' href="(?!#)[^"]*"', "", page), encoding="utf-8")

        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={scratch}/profile",
            "--no-pdf-header-footer", f"--print-to-pdf={draft}", source.as_uri(),
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(program, type(error).__name__) from None
        if not draft.is_file():
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _failed(program, lines[-1] if lines else f"exit code {done.returncode}")
        try:
            shutil.copyfile(draft, target)
        except OSError as error:
            raise OurFault(
                f"{target}: cannot write: {error.strerror}", f"{target}：无法写入：{error.strerror}"
            ) from None


def no_browser() -> UserError:
    """What is said when there is nothing to print with."""
    return UserError(
        "no PDF: it needs Chromium, Chrome or Edge (Debian: apt install chromium; or name one in PROBE_BROWSER); "
        "or open report.html (--format html) and print it",
        "没有生成 PDF：需要 Chromium、Chrome 或 Edge（Debian：apt install chromium；也可用 PROBE_BROWSER 指定）；"
        "或打开 report.html（--format html）自行打印",
    )


def _failed(program: str, reason: str) -> OurFault:
    return OurFault(f"no PDF: {program} failed: {reason}", f"没有生成 PDF：{program} 失败：{reason}")
