"""The list of calls in the report, and the addresses that figures lead to.

A figure leads to `#calls--HOTLINE--OUTCOME--CALLER--GOAL`, where `*` stands for any. The page's script shows just those
calls; where no script runs (a PDF, say), the address is an anchor at the hotline's calls.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from probe.evidence.flac import FLAC
from probe.evidence.recording import AUDIO, TIMELINE
from probe.i18n import tr
from probe.measure.notes import in_chinese
from probe.report import words
from probe.report.document_material import CLOCK, Found, Material
from probe.report.ladder_drawing import strip

ANY = "*"
LISTED = 2000
"""More calls than that are listed in pages of their own, one a hotline, so that the report stays light."""
_STRIP = 120.0  # px


class Addresses:
    """Addresses of calls and of their files, as seen from the report's folder.

    It remembers which lists of calls were led to, so that each can be given its anchor.
    """

    def __init__(self, recordings: Path, reports: Path, calls: int, *, links: bool = True) -> None:
        """`links`: whether the report leads to audio and timelines; "" stands for their addresses otherwise."""
        self.links = links
        self._recordings = recordings
        self._base = _relative(recordings, reports)
        self._apart = calls > LISTED
        self.used: dict[str, set[str]] = {}

    def audio(self, id_: str) -> str:
        """A call's audio."""
        if not self.links:
            return ""
        folder = self._recordings / id_
        name = FLAC if not (folder / AUDIO).is_file() and (folder / FLAC).is_file() else AUDIO
        return f"{self._base}/{quote(id_)}/{name}"

    def timeline(self, id_: str) -> str:
        """A call's timeline."""
        return f"{self._base}/{quote(id_)}/{TIMELINE}" if self.links else ""

    def calls(self, hotlines: str | Sequence[str] = ANY, outcome: str = ANY, caller: str = ANY, goal: str = ANY) -> str:
        """The list of calls of these kinds; `hotlines`: one or several."""
        several = [hotlines] if isinstance(hotlines, str) else list(hotlines)
        names = ",".join(part if part == ANY else quote(part, safe="") for part in several)
        rest = "--".join(part if part == ANY else quote(part, safe="") for part in (outcome, caller, goal))
        anchor = f"calls--{names}--{rest}"
        first = several[0] if several else ANY
        if self._apart:
            return f"{self.page(first)}#{anchor}" if first != ANY and len(several) == 1 else "#calls"
        self.used.setdefault(first, set()).add(anchor)
        return f"#{anchor}"

    def slug(self, name: str) -> str:
        """A name as it may stand in an address and in an identity."""
        return quote(name, safe="")

    def page(self, hotline: str) -> str:
        """The page with one hotline's calls, when there are too many for the report."""
        return f"report-calls-{quote(hotline, safe='')}.html"

    @property
    def apart(self) -> bool:
        """Whether calls are listed in pages of their own."""
        return self._apart


def listed(material: Material, found: Found, calls: pd.DataFrame, addresses: Addresses, most: float) -> Markup:
    """One hotline's calls as the body of a table; `most`: seconds that fill a strip."""
    calls = calls.sort_values(["outcome", "local_at", "id"], kind="stable")
    name = found.hotline.id
    anchors = "".join(f'<span id="{escape(a)}"></span>' for a in sorted(addresses.used.get(name, ())))
    title = f"{found.hotline.enterprise} · {name}" if found.hotline.enterprise != name else name
    count = tr(en=f"{len(calls)} calls", zh=f"{len(calls)} 通")
    rows = [
        f'<tbody data-h="{quote(name, safe="")}"><tr class="group"><th colspan="8" scope="rowgroup">{anchors}'
        f"{escape(title)} <span class=note>{count}</span></th></tr>"
    ]
    rows += _rows(calls, material, addresses, most)
    rows.append("</tbody>")
    return Markup("".join(rows))


def _rows(calls: pd.DataFrame, material: Material, addresses: Addresses, most: float) -> list[str]:
    at = calls["local_at"].dt.strftime("%Y-%m-%d %H:%M:%S").fillna("–")
    reviewed = calls["reviewed_outcome"]
    hear, kept = tr(en="listen", zh="听录音"), tr(en="timeline", zh="时间线")
    removed = tr(en="audio removed", zh="录音已删除")
    callers, goals = _worded(words.CALLERS), _worded(words.GOALS)
    rows = []
    for id_, when, caller, goal, outcome, over, why, seconds, steps, present in zip(
        calls["id"], at, calls["caller"], calls["goal"], calls["outcome"], reviewed, calls["why"],
        calls[CLOCK].to_numpy(dtype=np.float64), calls["steps"].to_numpy(dtype=np.float64), calls["audio_present"],
        strict=True,
    ):  # fmt: skip
        drawn = strip(material.ladders[id_], width=_STRIP, most=most) if id_ in material.ladders else ""
        told = words.outcome(outcome, goal)
        if isinstance(over, str):
            told += tr(en=" (reviewed: ", zh="（复核：") + words.outcome(over, goal) + tr(en=")", zh="）")
        sound = f'<a class="play" href="{escape(addresses.audio(id_))}">{hear}</a>' if present else f"<s>{removed}</s>"
        links = f'{sound} <a href="{escape(addresses.timeline(id_))}">{kept}</a>' if addresses.links else ""
        rows.append(
            f'<tr id="c-{quote(id_)}" data-o="{escape(outcome)}" data-c="{quote(caller, safe="")}" '
            f'data-g="{"complaint" if goal == "complaint" else "human"}"><td>{when}</td><td>{escape(callers(caller))}</td>'
            f'<td>{escape(goals(goal))}</td><td>{drawn}</td><td title="{escape(tr(en=why, zh=in_chinese(why)))}">{escape(told)}</td>'
            f'<td class="num">{_figure(seconds, 1)}</td><td class="num">{_figure(steps, 0)}</td>'
            f"<td>{links}</td></tr>"
        )
    return rows


def _worded(pairs: dict[str, words.Pair]) -> Callable[[str], str]:
    return lambda name: words.named(pairs, name) or "–"


def _figure(value: float, decimals: int) -> str:
    return "–" if np.isnan(value) else f"{value:.{decimals}f}"


def _relative(target: Path, start: Path) -> str:
    """The relative address of a folder; absolute where there is no relative one (another drive)."""
    try:
        return quote(Path(os.path.relpath(target.resolve(), start.resolve())).as_posix())
    except ValueError:
        return target.resolve().as_uri()
