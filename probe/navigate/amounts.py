"""Amounts as people write them in a scenario: `15 s`, `1 分 30 秒`, `at most 2`, `不超过 60 秒`.

A duration needs its unit, since a bare 15 could be seconds or minutes.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from probe.documents import SourceMistake

UNITS: Mapping[str, float] = {
    **dict.fromkeys(("ms", "毫秒"), 0.001),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒", "秒钟"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes", "分", "分钟"), 60.0),
    **dict.fromkeys(("h", "hour", "hours", "小时"), 3600.0),
}
"""Every unit of time, in seconds."""

_PART = rf"(\d+(?:\.\d+)?)\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})"
_DURATION = re.compile(rf"(?:{_PART}\s*)+")
_LONGEST = 24 * 3600.0

Relation = Literal["at most", "at least", "exactly"]

_RELATIONS: Mapping[str, Relation] = {
    **dict.fromkeys(("at most", "最多", "至多", "不超过", "<="), "at most"),
    **dict.fromkeys(("at least", "最少", "至少", "不少于", ">="), "at least"),
    **dict.fromkeys(("exactly", "正好", "等于", "=="), "exactly"),
}
_HOLDS: Mapping[Relation, Callable[[float, float], bool]] = {
    "at most": operator.le,
    "at least": operator.ge,
    "exactly": operator.eq,
}
_BOUND = re.compile(rf"({'|'.join(_RELATIONS)})?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure is held against; `written` is how the scenario says it."""

    relation: Relation
    limit: float
    written: str

    def holds(self, figure: float) -> bool:
        """Whether the figure is within the bound."""
        return _HOLDS[self.relation](figure, self.limit)


def seconds(written: object) -> float:
    """The seconds of a written duration; raises SourceMistake."""
    text = unicodedata.normalize("NFKC", str(written)).strip().lower()
    if isinstance(written, str) and _DURATION.fullmatch(text):
        total = sum(float(number) * UNITS[unit] for number, unit in re.findall(_PART, text))
        if 0 < total <= _LONGEST:
            return total
        raise SourceMistake(
            f"`{written}` is not a usable time; write one between `1 ms` and `24 h`",
            f"“{written}”不是可用的时间；请写“1 ms”到“24 h”之间的时间",
        )
    if re.fullmatch(r"\d+(\.\d+)?", text):
        raise SourceMistake(
            f"`{text}` has no unit; write `{text} s` (seconds) or `{text} min` (minutes)",
            f"“{text}”没有单位；请写“{text} 秒”或“{text} 分钟”",
        )
    raise SourceMistake(
        f"`{_shown(written)}` is not a duration; write one such as `15 s`, `1.5 min` or `1 分 30 秒`",
        f"“{_shown(written)}”不是时长；请写成“15 秒”“1.5 分钟”或“1 分 30 秒”",
    )


def count_bound(written: object) -> Bound:
    """A written bound on a count ("at most 2", a bare 2 means exactly 2); raises SourceMistake."""
    relation, rest = _relation(written)
    digits = re.fullmatch(r"(\d{1,6})\s*(?:次|步)?", rest)
    if not digits:
        raise SourceMistake(
            f"`{_shown(written)}` is not a count; write `at most 2`, `at least 1` or `exactly 2`",
            f"“{_shown(written)}”不是次数；请写“最多 2”“至少 1”或“正好 2”",
        )
    return Bound(relation or "exactly", float(digits.group(1)), str(written))


def duration_bound(written: object) -> Bound:
    """A written bound on a duration ("at most 60 s"); raises SourceMistake."""
    relation, rest = _relation(written)
    if relation is None:
        raise SourceMistake(
            f"`{_shown(written)}` does not say whether that is a most or a least; write `at most 60 s` or `at least 5 s`",
            f"“{_shown(written)}”没有说明是上限还是下限；请写“不超过 60 秒”或“至少 5 秒”",
        )
    return Bound(relation, seconds(rest), str(written))


def _relation(written: object) -> tuple[Relation | None, str]:
    if isinstance(written, bool) or not isinstance(written, int | str):
        return None, ""
    text = " ".join(unicodedata.normalize("NFKC", str(written)).split()).lower()
    match = _BOUND.fullmatch(text)
    assert match  # the pattern takes any text
    return (_RELATIONS[match.group(1)] if match.group(1) else None), match.group(2).strip()


def _shown(written: object) -> str:
    text = str(written) if isinstance(written, str | int | float) else type(written).__name__
    return text if len(text) <= 40 else text[:37] + "..."


def _schema(*examples: str) -> dict[str, Any]:
    return {"type": "string", "examples": list(examples)}


Duration = Annotated[float, BeforeValidator(seconds), WithJsonSchema(_schema("15 s", "1.5 min", "30 秒"))]
"""Seconds, written with a unit."""
CountBound = Annotated[
    Bound,
    BeforeValidator(count_bound),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["at most 2", "至少 1"]}),
]
"""A bound on a count."""
DurationBound = Annotated[
    Bound, BeforeValidator(duration_bound), WithJsonSchema(_schema("at most 60 s", "不超过 60 秒"))
]
"""A bound on a duration."""
