"""Campaigns and registers that tests write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probe.campaign.definition import Campaign, Cell, Loaded
from probe.register import Hotline

WRITTEN = """\
campaign: spring
start: 2026-03-02
end: 2026-03-08
hotlines: [zhenjiang-water, zhenjiang-gas]
scenarios: [ordinary, complaint]
slots:
  weekday: { hours: ["09:00-11:30", "13:30-17:00"], calls: 3 }
  peak: { hours: "11:30-13:30", calls: 1 }
"""


def written(folder: Path, text: str = WRITTEN, **replaced: str) -> Path:
    """A campaign's file, with lines of it replaced by key."""
    lines = [replaced.pop(line.partition(":")[0].strip(), line) for line in text.splitlines()]
    path = folder / "campaign.yaml"
    path.write_text("\n".join([*lines, *replaced.values()]) + "\n", encoding="utf-8")
    return path


def made(hotlines: int = 3, *, zone: str = "Asia/Shanghai", opening: Any = None, **keys: Any) -> Loaded:
    """A campaign over made-up hotlines, two scenarios each."""
    campaign = Campaign.model_validate(
        {
            "campaign": "made",
            "start": "2026-03-02",
            "end": "2026-03-08",
            "hotlines": "all",
            "scenarios": ["a", "b"],
            "slots": {"weekday": {"hours": ["09:00-11:30", "13:30-17:00"], "calls": 3}},
            **keys,
        }
    )
    cells = [
        Cell(
            Hotline(id=f"h{n}", name="", enterprise="", number=f"0511800000{n:02}", timezone=zone, opening=opening),
            "ordinary",
            name,
            Path("nowhere.yaml"),
        )
        for n in range(hotlines)
        for name in campaign.scenarios
    ]
    return Loaded(campaign, WRITTEN, Path("campaign.yaml"), tuple(cells))
