"""SVG as text: shapes at given places, colours by class of the document's style sheet, everything escaped.

Lengths are CSS pixels of the drawing's own box; 658 of them are the width of an A4 page's text (174 mm at 96 a inch).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup, escape

PAGE = 658.0
"""Width of a figure that fills an A4 page's text."""


class Drawing:
    """An SVG that grows; `svg()` gives it as markup. `label` says in words what it shows, for those who cannot see it."""

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width = width
        self.height = height
        self._label = label
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, style: str, *, round_: float = 0) -> None:
        """A filled rectangle; one thinner than a hair is still drawn."""
        corner = f' rx="{_n(round_)}"' if round_ else ""
        size = f'width="{_n(max(width, 0.4))}" height="{_n(height)}"'
        self._parts.append(f'<rect class="{escape(style)}" x="{_n(x)}" y="{_n(y)}" {size}{corner}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A straight line."""
        self._parts.append(f'<path class="{escape(style)}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>')

    def path(self, points: list[tuple[float, float]], style: str, *, closed: bool = False) -> None:
        """A line through points, or the area they enclose."""
        if not points:
            return
        steps = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f'<path class="{escape(style)}" d="M{steps}{"Z" if closed else ""}"/>')

    def circle(self, x: float, y: float, radius: float, style: str) -> None:
        """A dot."""
        self._parts.append(f'<circle class="{escape(style)}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def text(self, x: float, y: float, text: str, style: str = "t", *, anchor: str = "start") -> None:
        """Text whose baseline is at `y`; `anchor`: start, middle or end."""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(f'<text class="{escape(style)}" x="{_n(x)}" y="{_n(y)}"{place}>{escape(text)}</text>')

    @contextmanager
    def linked(self, href: str | None, title: str = "") -> Iterator[None]:
        """What is drawn inside leads to `href` (None: nowhere) and tells `title` when pointed at."""
        before, self._parts = self._parts, []
        yield
        inside = "".join(self._parts)
        told = f"<title>{escape(title)}</title>" if title else ""
        if href:
            # Where there is text, that is the link's name; a title is what is told besides.
            name = f' aria-label="{escape(title)}"' if title and "<text" not in inside else ""
            inside = f'<a href="{escape(href)}"{name}>{told}{inside}</a>'
        elif told:
            inside = f"<g>{told}{inside}</g>"
        self._parts = [*before, inside]

    def svg(self) -> Markup:
        """The drawing as an element for an HTML page."""
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}" width="{_n(self.width)}" height="{_n(self.height)}"'
        inside = "".join(self._parts)
        return Markup(f'<svg {box} role="group" aria-label="{escape(self._label)}">{inside}</svg>')


def ticks(most: float, wanted: int = 6) -> list[float]:
    """Round values from 0 up to at least `most`, about `wanted` of them, in steps of 1, 2, 3, 5, 6 or 10 times a power of ten."""
    if most <= 0:
        return [0.0, 1.0]
    raw = most / wanted
    power = 10 ** math.floor(math.log10(raw))
    step = next(step * power for step in (1, 2, 3, 5, 6, 10) if step * power >= raw * 0.999)
    count = math.ceil(most / step - 1e-9)
    return [round(n * step, 6) for n in range(count + 1)]


def width_of(text: str, size: float) -> float:
    """About how wide a text is set, in pixels: a Chinese character is as wide as it is high, others about half."""
    wide = sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.55 for char in text)
    return wide * size


def wrapped(text: str, size: float, room: float, lines: int) -> list[str]:
    """The text in at most `lines` lines of `room` pixels; what does not fit is cut off with an ellipsis."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < lines:
        take = len(rest)
        if width_of(rest, size) > room:
            take, wide = 0, 0.0
            while take < len(rest) and wide + width_of(rest[take], size) <= room:
                wide += width_of(rest[take], size)
                take += 1
            space = rest.rfind(" ", 0, take)
            if space > take // 2 and rest[take : take + 1].isascii():
                take = space
        take = max(take, 1)
        found.append(rest[:take].strip())
        rest = rest[take:].strip()
    if rest and found:
        last = found[-1]
        while last and width_of(last + "…", size) > room:
            last = last[:-1]
        found[-1] = last + "…"
    return found


def _n(value: float) -> str:
    """A number with at most one decimal, as short as it can be written."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
