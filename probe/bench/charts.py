"""The page's charts: how far instants are off, how long decisions take, and how true the stated probabilities are.

Words in a drawing are given in both languages; the page's style sheet shows one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from probe.bench.figures import Calibration, Spread
from probe.report.charts_drawing import Drawing, ticks

_WIDE, _HIGH = 322.0, 200.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 8.0, 12.0, 38.0


def histogram(
    spread: Spread, low: float, high: float, bins: int, label: str, axis: tuple[str, str], marks: Sequence[float] = ()
) -> Markup:
    """How many values lie where; what lies outside of `low`..`high` is counted in the outermost columns. `marks`: bounds."""
    drawing = Drawing(_WIDE, _HIGH, label)
    counts, edges = np.histogram(np.clip(spread.values, low, high) if spread.values else [], bins, (low, high))
    most = max([1, *counts.tolist()])
    levels = ticks(most, 4)

    def up(count: float) -> float:
        return _TOP + (_HIGH - _TOP - _BOTTOM) * (1 - count / levels[-1])

    def along(value: float) -> float:
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * (value - low) / (high - low)

    for level in levels:
        drawing.line(_LEFT, up(level), _WIDE - _RIGHT, up(level), "grid")
        drawing.text(_LEFT - 5, up(level) + 4, f"{level:g}", "s", anchor="end")
    for count, begin, end in zip(counts.tolist(), edges, edges[1:], strict=False):
        if count:
            with drawing.linked(None, f"{begin:g} – {end:g}: {count}"):
                drawing.rect(along(begin) + 0.5, up(count), along(end) - along(begin) - 1, up(0) - up(count), "bar")
    for mark in marks:
        drawing.line(along(mark), _TOP, along(mark), up(0), "rule")
        drawing.text(along(mark), _TOP - 2, f"{mark:g}", "r", anchor="middle")
    _axis(drawing, up(0), [low + (high - low) * n / 4 for n in range(5)], along, axis)
    return drawing.svg()


def reliability(calibration: Calibration, label: str, axis: tuple[str, str]) -> Markup:
    """Stated probability against the share that was right, class by class, with intervals; the diagonal is perfect."""
    drawing = Drawing(_WIDE, _HIGH, label)

    def up(share: float) -> float:
        return _TOP + (_HIGH - _TOP - _BOTTOM) * (1 - (share - 0.5) / 0.5)

    def along(share: float) -> float:
        return _LEFT + (_WIDE - _LEFT - _RIGHT - 8) * (share - 0.5) / 0.5

    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        drawing.line(_LEFT, up(share), _WIDE - _RIGHT, up(share), "grid")
        drawing.text(_LEFT - 5, up(share) + 4, f"{share:.0%}", "s", anchor="end")
    drawing.line(along(0.5), up(0.5), along(1.0), up(1.0), "rule")
    for found in calibration.classes:
        stated, right, interval = max(found.stated, 0.5), found.right.value or 0.0, found.right.interval
        told = f"{found.stated:.3f} → {right:.3f} ({found.right.k}/{found.right.n})"
        with drawing.linked(None, told):
            drawing.line(along(stated), up(max(interval.low, 0.5)), along(stated), up(interval.high), "whisker")
            drawing.circle(along(stated), up(max(right, 0.5)), 4, "dot")
    _axis(drawing, up(0.5), [0.5, 0.6, 0.7, 0.8, 0.9, 1.0], along, axis)
    return drawing.svg()


def _axis(drawing: Drawing, y: float, marks: Sequence[float], along: object, axis: tuple[str, str]) -> None:
    assert callable(along)
    drawing.line(_LEFT, y, _WIDE - _RIGHT, y, "axis")
    for mark in marks:
        drawing.text(along(mark), y + 14, f"{mark:g}", "s", anchor="middle")
    for text, style in zip(axis, ("en", "zh"), strict=True):
        drawing.text((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 6, text, f"s {style}", anchor="middle")
