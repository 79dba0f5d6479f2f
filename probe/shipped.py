"""Where the files that come with the project are: in the source tree, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def scenarios() -> Path:
    """The folder of shipped scenarios."""
    installed = _PACKAGE / "scenarios"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def hotlines() -> Path:
    """The folder of shipped simulated hotlines."""
    return _PACKAGE / "simulator" / "hotlines"
