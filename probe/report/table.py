"""The survey's table for people (rich, CSV) and for programs (JSON), in Chinese or English."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from probe.i18n import tr
from probe.report.survey import Row, Summary, summarise
from probe.report.words import Pair, say

if TYPE_CHECKING:
    from rich.table import Table

_WORDS: dict[str, Pair] = {
    "direct": ("direct", "直接"),
    "key": ("key", "按键"),
    "key_then_bot": ("key + bot", "按键+智能客服"),
    "bot": ("bot", "智能客服"),
    "none": ("no way found", "找不到"),
    "yes": ("yes", "有"),
    "no": ("no", "无"),
    "unsure": ("unsure", "不确定"),
}
_REACHED: dict[str, Pair] = {
    "yes": ("yes", "能"),
    "long_wait": ("long wait", "等待很久"),
    "nobody": ("nobody answers", "无人接听"),
    "no": ("no", "不能"),
    "unsure": ("unsure", "不确定"),
}
HEADINGS: dict[str, Pair] = {
    "company": ("Company", "企业"),
    "way": ("Way to a person", "转人工方式"),
    "steps": ("Steps", "步数"),
    "reached": ("Person reached", "能否接通人工"),
    "elderly": ("Elderly line", "老年人专线"),
    "complaint": ("Complaint desk", "投诉渠道"),
    "seconds": ("Seconds to a person", "接通人工用时（秒）"),
}


def cells(row: Row) -> dict[str, str]:
    """A company's row as text in the user's language, by the names of `HEADINGS`."""
    return {
        "company": row.company,
        "way": _joined(row.ways, _WORDS),
        "steps": " / ".join(map(str, row.steps)) or say(_WORDS["unsure"]),
        "reached": _joined(row.reached, _REACHED),
        "elderly": say(_WORDS[row.elderly]),
        "complaint": say(_WORDS[row.complaint]),
        "seconds": " / ".join(f"{seconds:.1f}" for seconds in row.seconds) or "–",
    }


def rich_table(rows: Sequence[Row]) -> Table:
    """The table for a terminal."""
    from rich.table import Table

    table = Table(
        title=tr(en="Ways to a person, found by listening", zh="拨测结果：如何接通人工"), title_justify="left"
    )
    for name, heading in HEADINGS.items():
        table.add_column(say(heading), justify="right" if name in ("steps", "seconds") else "left")
    for row in rows:
        table.add_row(*cells(row).values())
    return table


def to_csv(rows: Sequence[Row]) -> str:
    """The table as CSV, with a byte order mark, so that spreadsheets read the Chinese in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([say(heading) for heading in HEADINGS.values()])
    writer.writerows(cells(row).values() for row in rows)
    return "\ufeff" + text.getvalue()


def to_json(rows: Sequence[Row]) -> dict[str, Any]:
    """The table for programs: the words of `probe.report.survey`, by company and number, and the summary in figures."""
    summary = summarise(rows)
    return {
        "schema": "probe.survey/1",
        "companies": [
            {
                "company": row.company,
                "way": list(row.ways),
                "steps": list(row.steps),
                "reached": list(row.reached),
                "elderly": row.elderly,
                "complaint": row.complaint,
                "seconds": list(row.seconds),
                "numbers": [{name: getattr(number, name) for name in number.__slots__} for number in row.numbers],
            }
            for row in rows
        ],
        "summary": {name: getattr(summary, name) for name in summary.__slots__},
    }


def in_words(summary: Summary) -> str:
    """The summary as a sentence in the user's language."""
    ways = summary.ways
    n = summary.companies
    key, both, bot, direct = (ways.get(way, 0) for way in ("key", "key_then_bot", "bot", "direct"))
    words = tr(
        en=f"{summary.connected} of {n} can be connected to a person without a long wait; {direct} directly, "
        f"{key} by a key, {both} by a key and then a bot, {bot} only through a bot; "
        f"{summary.elderly} have an elderly line; {summary.no_complaint} have no complaint desk.",
        zh=f"{n} 家中有 {summary.connected} 家能顺利接通人工；{direct} 家直接接通，{key} 家按键接通，"
        f"{both} 家需按键再经智能客服，{bot} 家须先经智能客服；"
        f"{summary.elderly} 家设有老年人专线；{summary.no_complaint} 家没有投诉渠道。",
    )
    if summary.unsure:
        words += tr(
            en=f" Of {summary.unsure} not everything is known, so these counts are what was found at least.",
            zh=f"另有 {summary.unsure} 家尚有不确定之处，以上为已查明的数目。",
        )
    return words


def word(cell: str, value: object) -> str:
    """A cell's value in the user's language."""
    if isinstance(value, bool):
        value = "yes" if value else "nobody" if cell == "reached" else "no"
    words = _REACHED if cell == "reached" else _WORDS
    return say(words[value]) if isinstance(value, str) and value in words else str(value)


def _joined(values: Iterable[str], words: dict[str, Pair]) -> str:
    return " / ".join(say(words[value]) for value in values)
