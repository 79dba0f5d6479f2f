"""The report's charts. Each takes figures that are worked out already, and draws them; none computes a statistic.

Every mark that stands for calls leads to them (`href`); a figure with an interval is never drawn without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from probe.i18n import tr
from probe.report.charts_drawing import PAGE, Drawing, ticks, width_of, wrapped

_ROW = 22.0
_SMALL = 11.0  # px, of labels


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a bar: how many, by which class it is coloured, its name, and where its calls are."""

    name: str
    count: int
    style: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar made of parts; `href` leads to the section of what it stands for."""

    label: str
    parts: tuple[Part, ...]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A share of a distribution, 0..1, with its interval; `published`: the same share in the survey it is set beside."""

    label: str
    count: int
    share: float
    low: float
    high: float
    href: str | None = None
    published: float | None = None
    style: str = "bar"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval, in the axis' unit; None where there is none. `note` stands at the right."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    note: str
    href: str | None = None
    style: str = "est"


def bars(rows: Sequence[Bar], label: str, *, width: float = PAGE) -> Markup:
    """Bars of equal length, each split by share: how calls ended, hotline by hotline."""
    left = _label_room([row.label for row in rows], width)
    right = 44.0
    drawing = Drawing(width, len(rows) * _ROW + 4, label)
    room = width - left - right
    for n, row in enumerate(rows):
        y = n * _ROW + 4
        with drawing.linked(row.href, row.label):
            drawing.text(left - 8, y + 13, _cut(row.label, left - 8), "t", anchor="end")
        total = sum(part.count for part in row.parts)
        x = left
        for part in row.parts:
            wide = room * part.count / total if total else 0.0
            share = part.count / total if total else 0.0
            with drawing.linked(part.href, f"{row.label} · {part.name}: {part.count}/{total} ({share:.0%})"):
                drawing.rect(x, y, wide, _ROW - 6, part.style)
                if wide > width_of(str(part.count), _SMALL) + 6:
                    drawing.text(x + wide / 2, y + 12.5, str(part.count), f"in {part.style}-t", anchor="middle")
            x += wide
        drawing.text(width - right + 6, y + 13, f"n={total}", "s")
    return drawing.svg()


def columns(found: Sequence[Column], label: str, *, width: float = 322, published: str = "") -> Markup:
    """A distribution as columns with intervals; diamonds are the published survey's shares."""
    height, bottom, top = 214.0, 42.0, 22.0
    drawing = Drawing(width, height, label)
    left, right = 34.0, 4.0
    most = max([0.2, *(c.high for c in found), *(c.published or 0 for c in found)])
    marks = [tick for tick in ticks(min(most, 1.0), 4) if tick <= 1.0001]
    span = max(marks[-1], min(most, 1.0))

    def up(share: float) -> float:
        return top + (height - top - bottom) * (1 - share / span)

    for tick in marks:
        drawing.line(left, up(tick), width - right, up(tick), "grid")
        drawing.text(left - 5, up(tick) + 4, f"{tick:.0%}", "s", anchor="end")
    slot = (width - left - right) / max(len(found), 1)
    for n, column in enumerate(found):
        middle = left + slot * (n + 0.5)
        wide = min(slot * 0.56, 46.0)
        told = f"{column.label}: {column.count} ({column.share:.1%}; {column.low:.0%}–{column.high:.0%})"
        with drawing.linked(column.href, told):
            drawing.rect(middle - wide / 2, up(column.share), wide, up(0) - up(column.share), column.style)
            _whisker_up(drawing, middle, up(column.low), up(column.high))
            drawing.text(middle - 5, up(column.share) - 4, f"{column.share:.0%}", "b", anchor="end")
        if column.published is not None:
            x, y = middle + wide / 2 + 5, up(column.published)
            with drawing.linked(None, f"{published}: {column.published:.1%}"):
                drawing.path([(x, y - 4.5), (x + 4.5, y), (x, y + 4.5), (x - 4.5, y)], "pub", closed=True)
        for line, text in enumerate(wrapped(column.label, _SMALL, slot - 2, 2)):
            drawing.text(middle, height - bottom + 15 + 13 * line, text, "s", anchor="middle")
    drawing.line(left, up(0), width - right, up(0), "axis")
    return drawing.svg()


@dataclass(frozen=True, slots=True)
class Series:
    """A curve that rises by steps: points of (seconds, share, low, high); its name is written where it ends."""

    name: str
    points: tuple[tuple[float, float, float, float], ...]


def curve(
    series: Sequence[Series],
    label: str,
    *,
    horizon: float,
    thresholds: Sequence[tuple[float, str]] = (),
    width: float = PAGE,
    height: float = 230,
) -> Markup:
    """Share of callers who have a person by a time, with its band; the first series is the main one."""
    drawing = Drawing(width, height, label)
    names = max([width_of(one.name, _SMALL) + 8 for one in series] or [0.0]) if len(series) > 1 else 10.0
    left, right, top, bottom = 40.0, names, 20.0, 34.0
    marks = ticks(horizon, 8)
    end = marks[-1]

    def across(seconds: float) -> float:
        return left + (width - left - right) * min(seconds, end) / end

    def up(share: float) -> float:
        return top + (height - top - bottom) * (1 - share)

    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawing.line(left, up(share), width - right, up(share), "axis" if share == 0 else "grid")
        drawing.text(left - 6, up(share) + 4, f"{share:.0%}", "s", anchor="end")
    for tick in marks:
        drawing.line(across(tick), up(0), across(tick), up(0) + 4, "axis")
        drawing.text(across(tick), up(0) + 16, f"{tick:g}", "s", anchor="middle")
    drawing.text(width - right, height - 4, tr(en="seconds", zh="秒"), "s", anchor="end")
    for seconds, name in thresholds:
        if seconds <= end:
            drawing.line(across(seconds), up(1) - 6, across(seconds), up(0), "rule")
            near = across(seconds) + width_of(name, _SMALL) + 8 > width
            drawing.text(across(seconds) + (-4 if near else 4), up(1) - 7, name, "r", anchor="end" if near else "start")
    named: list[float] = []
    for n, one in reversed(list(enumerate(series))):
        mark = "" if n == 0 else "2"
        middle: list[tuple[float, float]] = []
        lower: list[tuple[float, float]] = []
        upper: list[tuple[float, float]] = []
        for i, (seconds, share, low, high) in enumerate(one.points):
            until = one.points[i + 1][0] if i + 1 < len(one.points) else min(end, max(horizon, seconds))
            for x in (across(seconds), across(until)):
                middle.append((x, up(share)))
                lower.append((x, up(low)))
                upper.append((x, up(high)))
        drawing.path([*upper, *reversed(lower)], f"band{mark}", closed=True)
        drawing.path(middle, f"curve{mark}")
        if len(series) > 1 and middle:
            x, y = middle[-1]
            named.append(y if not named else min(y, named[-1] - 12) if y < named[-1] else max(y, named[-1] + 12))
            drawing.text(x + 5, named[-1] + 4, one.name, f"s t{n + 1}")
    return drawing.svg()


def estimates(
    rows: Sequence[Estimate],
    label: str,
    *,
    unit: str,
    target: float | None = None,
    target_name: str = "",
    most: float | None = None,
    zero: float = 0.0,
    width: float = PAGE,
    note_room: float = 140.0,
) -> Markup:
    """Figures with intervals, one a row: a dot, a whisker, the figure in words; a line where the target is.

    `unit`: "%" writes shares 0..1 as percentages, anything else is written after the ticks.
    """
    left = _label_room([row.label for row in rows], width)
    top, bottom = (20.0 if target_name else 8.0), 24.0
    drawing = Drawing(width, top + len(rows) * _ROW + bottom, label)
    highs = [value for row in rows for value in (row.value, row.high) if value is not None]
    ends = [value for row in rows for value in (row.value, row.low) if value is not None]
    peak = most if most is not None else max([*highs, target or 0.0, 1e-9])
    least = min([*ends, zero]) if most is None else zero
    steps = ticks(peak, 5)
    start = -ticks(-least, 3)[-1] if least < 0 else 0.0
    end = max(steps[-1], 1e-9)

    def across(value: float) -> float:
        return left + (width - left - note_room) * (min(max(value, start), end) - start) / (end - start)

    base = top + len(rows) * _ROW
    shown = ([-t for t in reversed(ticks(-least, 3)[1:])] if least < 0 else []) + steps
    for tick in shown:
        drawing.line(across(tick), top, across(tick), base, "grid")
        text = f"{tick:.0%}" if unit == "%" else f"{tick:g}"
        drawing.text(across(tick), base + 14, text, "s", anchor="middle")
    if unit != "%":
        drawing.text(width - note_room + 18, base + 14, unit, "s")
    if target is not None:
        drawing.line(across(target), top - 4, across(target), base, "rule")
        drawing.text(across(target), top - 8, target_name, "r", anchor="middle")
    for n, row in enumerate(rows):
        y = top + _ROW * (n + 0.5)
        with drawing.linked(row.href, f"{row.label}: {row.note}"):
            drawing.text(left - 8, y + 4, _cut(row.label, left - 8), "t", anchor="end")
            if row.low is not None:
                high = row.high if row.high is not None else end
                drawing.line(across(row.low), y, across(high), y, f"{row.style} whisker")
                for x in (across(row.low), across(high)):
                    if row.high is not None or x != across(high):
                        drawing.line(x, y - 4, x, y + 4, f"{row.style} whisker")
            if row.value is not None:
                drawing.circle(across(row.value), y, 4.5, f"{row.style} dot")
            drawing.text(width - note_room + 8, y + 4, _cut(row.note, note_room - 8), "s")
    return drawing.svg()


def _whisker_up(drawing: Drawing, x: float, low: float, high: float) -> None:
    drawing.line(x, low, x, high, "whisker")
    for y in (low, high):
        drawing.line(x - 4, y, x + 4, y, "whisker")


def _label_room(labels: Sequence[str], width: float) -> float:
    return min(max([width_of(text, 12) for text in labels] or [0.0]) + 14, width * 0.36)


def _cut(text: str, room: float) -> str:
    lines = wrapped(text, 12, room, 1)
    return lines[0] if lines else ""
