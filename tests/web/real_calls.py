"""Calls for the page: real ones, placed at simulated hotlines in memory, and what can befall a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from probe import shipped
from probe.place import Order, place_call

ZHENJIANG = shipped.scenarios() / "zhenjiang"
TRACE = Path(__file__).parent / "data" / "sip.txt"


def place(recordings: Path, hotline: str, scenario: str = "ordinary", seed: int = 1) -> str:
    """Places a call and returns its name."""
    order = Order(scenario=ZHENJIANG / hotline / f"{scenario}.yaml", recordings=recordings, seed=seed)
    return place_call(order).call.id


def with_trace(recordings: Path, name: str) -> None:
    """Gives a call the SIP messages of one that was placed over SIP."""
    shutil.copy(TRACE, recordings / name / "sip.txt")
