"""The benchmark as one HTML page in both languages, with nothing to fetch, and as JSON beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from probe import __version__
from probe.bench import charts, summary, words
from probe.bench.benchmark import Measured, Plan
from probe.bench.rows import ANSWERS
from probe.errors import cannot_write
from probe.i18n import language
from probe.report.words import OUTCOMES, Pair
from probe.templates import templates

PAGE, DATA = "bench.html", "bench.json"


def write(folder: Path, plan: Plan, found: Sequence[Measured], form: dict[str, Any]) -> None:
    """Writes `bench.html` and `bench.json`, each whole or not at all; raises OurFault when the disk refuses."""
    try:
        for name, text in ((PAGE, render(plan, found)), (DATA, json.dumps(form, ensure_ascii=False) + "\n")):
            part = folder / f".{name}.part"
            part.write_text(text, encoding="utf-8")
            part.replace(folder / name)
    except OSError as error:
        raise cannot_write(folder, error) from None


def render(plan: Plan, found: Sequence[Measured]) -> str:
    """The page."""
    environment = templates("probe.bench")
    environment.globals |= {
        "t": both,
        "named": lambda table, name: both(words.named(getattr(words, table), name)),
        "needed": lambda bound: both(words.needed(bound)),
        "measured": lambda bound: both(words.measured(bound)),
        "mark": lambda bound: both(words.mark(bound)),
        "cells": summary.cells,
        "miss": summary.miss,
        "matrix": matrix,
    }
    return environment.get_template("bench.html").render(
        css=Markup(_style("probe.report", "report.css") + _style("probe.bench", "bench.css")),
        language="zh-CN" if language() == "zh" else "en",
        version=__version__,
        made_at=datetime.now(UTC),
        plan=plan,
        found=found,
        answers=ANSWERS,
        drawn=[_drawn(one) for one in found],
    )


def _style(package: str, name: str) -> str:
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def both(pair: Pair) -> Markup:
    """A text in both languages, of which the page shows one."""
    if pair[0] == pair[1]:
        return escape(pair[0])
    return Markup(
        f'<span class="en" lang="en">{escape(pair[0])}</span><span class="zh" lang="zh">{escape(pair[1])}</span>'
    )


def matrix(counts: Counter[tuple[str, str]]) -> Markup:
    """A confusion matrix as a table: a row a truth, a column a finding, darker where there are more of the row's."""
    names = OUTCOMES | words.LABELS
    columns = sorted({column for _, column in counts})
    head = "".join(f'<th scope="col" class="num">{both(words.named(names, column))}</th>' for column in columns)
    lines = []
    for row in sorted({row for row, _ in counts}):
        total = sum(counts[row, column] for column in columns)
        tds = []
        for column in columns:
            count = counts[row, column]
            kind = "" if not count else "hit" if row == column else "miss"
            shade = f' style="--share:{count / total:.3f}"' if count else ""
            tds.append(f'<td class="num {kind}"{shade}>{count or "·"}</td>')
        lines.append(
            f'<tr><th scope="row">{both(words.named(names, row))}</th>{"".join(tds)}<td class="num soft">{total}</td></tr>'
        )
    return Markup(
        f'<table class="matrix"><thead><tr><th></th>{head}<th class="num soft">n</th></tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def _drawn(one: Measured) -> dict[str, Markup]:
    everything = one.figures.all
    milliseconds = type(everything.error)(tuple(1000 * value for value in everything.error.values))
    return {
        "error": charts.histogram(
            milliseconds,
            -200,
            200,
            40,
            "error of the answer instant",
            ("found less true, ms", "所得减真实（毫秒）"),
            (-100, 100),
        ),
        "delay": charts.histogram(
            everything.delay, -2, 4, 36, "delay of the decision", ("after the opening, s", "开场白结束后（秒）"), (1.2,)
        ),
        "agent": charts.histogram(
            everything.agent, 0, 20, 40, "agent's time used", ("seconds with the agent", "占用坐席（秒）"), (5,)
        ),
        "reliability": charts.reliability(
            one.figures.calibration, "stated probability and share right", ("stated probability", "所给概率")
        ),
    }
