"""User-facing text in Chinese and English: both are written where the text is needed, the user's locale picks."""

from __future__ import annotations

import os

_chosen: str | None = None


def use(language: str | None) -> None:
    """Fix the language ("zh" or "en") for this process; None returns to the locale's."""
    global _chosen
    _chosen = language


def language() -> str:
    """The language in force: the fixed one, else by PROBE_LANG, LC_ALL, LC_MESSAGES, LANG; English if none says Chinese."""
    if _chosen:
        return _chosen
    for name in ("PROBE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def tr(*, en: str, zh: str) -> str:
    """The text in the user's language."""
    return zh if language() == "zh" else en
