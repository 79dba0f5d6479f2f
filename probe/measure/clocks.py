"""Clocks: durations between two marks of a call, in seconds.

Regulators disagree mainly on where the clock starts (at dialling, at the answer, at the request, at the queue), so a
call keeps all of them. A clock is there only when both of its ends are known and in order.
"""

from __future__ import annotations

from probe.measure.marks import Marks

CLOCKS: dict[str, tuple[str, str]] = {
    "post_dial_delay": ("dialed", "progress"),
    "dialed_to_answered": ("dialed", "answered"),
    "answered_to_human_offered": ("answered", "offered"),
    "answered_to_human_requested": ("answered", "requested"),
    "requested_to_human": ("requested", "human"),
    "queued_to_human": ("queued", "human"),
    "answered_to_human": ("answered", "human"),
    "dialed_to_human": ("dialed", "human"),
}
"""Each clock's name, and the two marks that it runs between (attributes of `Marks`)."""


def clocks(marks: Marks) -> dict[str, float]:
    """Every clock whose two ends are known, in seconds, none negative."""
    found: dict[str, float] = {}
    for name, (start, end) in CLOCKS.items():
        began: float | None = getattr(marks, start)
        stopped: float | None = getattr(marks, end)
        if began is not None and stopped is not None and stopped >= began:
            found[name] = round(stopped - began, 6)
    return found
