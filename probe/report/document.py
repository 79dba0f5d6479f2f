"""The report as one HTML file: no network, no other file needed to read it; audio is reached by relative links.

`render(material, addresses)` is the whole interface. The template says what stands where; this module gives it the
figures in words, and the charts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from probe import __version__
from probe.i18n import language, tr
from probe.report import document_figures as figures
from probe.report import table, words
from probe.report.compare import FINDINGS
from probe.report.document_calls import LISTED, Addresses, listed
from probe.report.document_material import CLOCK, FEWEST, READ, Found, Material
from probe.report.profiles import VERDICTS, Score
from probe.report.statistics import Interval
from probe.report.survey import Row, summarise
from probe.report.survival import SET_ASIDE
from probe.report.tables_menus import in_words, path_text
from probe.templates import templates

_MANY = 10_000  # calls; nobody places more than that to settle one verdict


def render(material: Material, addresses: Addresses) -> dict[str, str]:
    """The pages of a report by file name: `report.html`, and with very many calls one page a hotline for its calls."""
    environment = _environment()
    local = dict(zip(material.frame["id"], material.frame["local_at"].dt.strftime("%Y-%m-%d %H:%M"), strict=True))
    environment.globals["local"] = lambda id_: local.get(id_, "–")
    shared = _shared(material, addresses)
    most = max([60.0, *(ladder.end for ladder in material.ladders.values())])
    pages = {
        "report.html": environment.get_template("report.html").render(shared | _content(material, addresses, most))
    }
    if addresses.apart:
        for found, calls in _by_hotline(material):
            body = listed(material, found, calls, addresses, most)
            page = environment.get_template("calls.html").render(shared | {"found": found, "rows": body})
            pages[addresses.page(found.hotline.id)] = page
    return pages


def _environment() -> Environment:
    environment = templates("probe.report")
    environment.globals |= {
        "tr": tr,
        "say": words.say,
        "percent": percent,
        "seconds": seconds,
        "share_of": share_of,
        "between": between,
        "between_seconds": between_seconds,
        "outcome": words.outcome,
        "path_text": path_text,
        "in_words": in_words,
        "verdict_class": lambda verdict: {"met": "met", "not_met": "missed", "no_target": "none"}.get(verdict, "few"),
        "needed": needed,
        "aside_words": aside_words,
        "mean_words": mean_words,
        "caller_name": lambda name: words.named(words.CALLERS, name),
    }
    return environment


def _shared(material: Material, addresses: Addresses) -> dict[str, Any]:
    folder = files("probe.report") / "templates"
    return {
        "lang": "zh-CN" if language() == "zh" else "en",
        "css": Markup((folder / "report.css").read_text(encoding="utf-8")),
        "js": Markup((folder / "report.js").read_text(encoding="utf-8")),
        "m": material,
        "a": addresses,
        "version": __version__,
        "period": _period(material),
        "base_name": figures.base_name(material),
        "base": tr(en=f" ({figures.base_name(material)})", zh=f"（{figures.base_name(material)}）"),
    }


def _content(material: Material, addresses: Addresses, most: float) -> dict[str, Any]:
    aside = {name: count for name, count in material.outcomes().items() if name in SET_ASIDE}
    return {
        "aside": aside,
        "usable": len(material.frame) - sum(aside.values()),
        "fewest": FEWEST,
        "enough": material.waiting.n >= FEWEST,
        "outcomes": [figures.outcomes(material, addresses, goal) for goal in ("human", "complaint")],
        "ladders": figures.ladders(material, addresses),
        "steps_chart": figures.steps(material, addresses),
        "times_chart": figures.times(material, addresses),
        "curve": figures.curve(material),
        "medians": figures.medians(material, addresses),
        "scores_chart": figures.scores(material, addresses),
        "details": [
            figures.detail(found, material, addresses) for found in figures.ends(material.hotlines, figures.DETAILED)
        ],
        "drawn_most": figures.MOST,
        "detailed_most": figures.DETAILED,
        "headings": {name: words.say(pair) for name, pair in table.HEADINGS.items()},
        "survey_rows": [(row, table.cells(row), _survey_links(row, addresses)) for row in material.survey],
        "survey_words": table.in_words(summarise(material.survey)),
        "verdicts": {name: words.say(pair) for name, pair in VERDICTS.items()},
        "findings": {name: words.say(pair) for name, pair in FINDINGS.items()},
        "clocks": {name: words.say(pair) for name, pair in words.CLOCKS.items()},
        "stages": {name: words.say(pair) for name, pair in words.STAGES.items()},
        "clock": CLOCK,
        "nobody": [found for found in material.hotlines if found.settled and not found.reached],
        "changed": sum(len(menu.changes) for found in material.hotlines for menu in found.menus),
        "read": len(material.ladders),
        "read_most": READ,
        "listed_most": LISTED,
        "placed": sum(rank.place is not None for rank in material.ranks.values()),
        # Called where they stand, at the end of the page: by then every list that was led to is known.
        "lists": lambda: (listed(material, found, calls, addresses, most) for found, calls in _by_hotline(material)),
        "anchors": lambda: sorted(addresses.used.get("*", ())),
        "models": sorted({str(name) for name in material.frame["model"] if name}),
        "software": sorted({str(name) for name in material.frame["software"] if name}),
        "lines": sorted({str(name) for name in material.frame["line"] if name}),
        "removed": int((~material.frame["audio_present"]).sum()),
    }


def _by_hotline(material: Material) -> Iterator[tuple[Found, pd.DataFrame]]:
    """Each hotline with its calls, in the order of the report."""
    calls = {str(name): calls for name, calls in material.frame.groupby("hotline", sort=False)}
    return ((found, calls[found.hotline.id]) for found in material.hotlines)


def _survey_links(row: Row, addresses: Addresses) -> dict[str, str]:
    """Where the calls behind each cell of the survey's table are."""
    hotlines = [number.hotline for number in row.numbers]
    ordinary = addresses.calls(hotlines, caller="ordinary", goal="human")
    return {
        "way": ordinary,
        "steps": ordinary,
        "reached": ordinary,
        "seconds": ordinary,
        "elderly": addresses.calls(hotlines, caller="elderly"),
        "complaint": addresses.calls(hotlines, goal="complaint"),
    }


def _period(material: Material) -> str:
    at = material.frame["local_at"].dropna()
    if not len(at):
        return tr(en="dates not known", zh="日期不详")
    first, last = at.min(), at.max()
    if first.date() == last.date():
        return f"{first:%Y-%m-%d} {first:%H:%M}–{last:%H:%M}"
    return tr(en=f"{first:%Y-%m-%d} to {last:%Y-%m-%d}", zh=f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}")


# ----------------------------------------------------------------------------------------------------------- figures


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a percentage."""
    return "–" if share is None else f"{share:.{decimals}%}"


def seconds(value: float | None) -> str:
    """Seconds with one decimal and their unit."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.1f} " + tr(en="s", zh="秒")


def share_of(k: int, n: int) -> str:
    """A share in words: "12/31 (39%)"."""
    return f"{k}/{n} ({k / n:.0%})" if n else "0/0"


def needed(calls: int) -> str:
    """How many calls would settle a verdict; past `_MANY` the share is simply too near the target to tell."""
    if calls > _MANY:
        return tr(en="too near the target", zh="与要求过于接近")
    return tr(en=f"about {calls} calls needed", zh=f"约需 {calls} 通")


def mean_words(score: Score) -> str:
    """The restricted mean of a score's waits, with its interval unless they are too few; "" when there is none."""
    mean = score.waiting.mean
    if mean is None:
        return ""
    interval = f" ({between_seconds(mean.interval)})" if score.waiting.n >= FEWEST else ""
    return tr(en="mean ", zh="平均 ") + seconds(mean.mean) + interval


def aside_words(score: Score) -> str:
    """The calls that a score does not count, in words; "" when there are none."""
    found = [f"{words.outcome(name)} {count}" for name, count in (score.shown | score.left_out).items()]
    if score.too_short:
        found.append(tr(en="gave up early", zh="提前放弃") + f" {score.too_short}")
    if score.no_clock:
        found.append(tr(en="clock not known", zh="计时未知") + f" {score.no_clock}")
    return tr(en=", ", zh="，").join(found)


def between(interval: Interval | None) -> str:
    """An interval of a share."""
    return "–" if interval is None else f"{interval.low:.0%}–{interval.high:.0%}"


def between_seconds(interval: Interval | None) -> str:
    """An interval of seconds; open at the end that the data do not bound."""
    if interval is None or not math.isfinite(interval.low):
        return "–"
    if not math.isfinite(interval.high):
        return tr(en=f"from {interval.low:.1f} s", zh=f"{interval.low:.1f} 秒以上")
    return f"{interval.low:.1f}–{interval.high:.1f} " + tr(en="s", zh="秒")
