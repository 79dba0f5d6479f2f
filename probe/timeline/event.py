"""What every event is, and who tells it: the line, or listening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an instant."""

    kind: ClassVar[str] = ""
    kept: ClassVar[bool] = True
    """Whether it stays in the timeline; ticks and half-heard words do not."""

    at: float
    known: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEvent(Event):
    """Reported by the line; `at` is the start of the frame that carries it, and `known` is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardEvent(Event):
    """Found by listening."""
