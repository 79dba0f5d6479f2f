"""The far end of a call in memory: what a line needs of it, and what it says with each 20 ms.

The simulator's engine is one; the SIP server turns the same signals into SIP messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from probe.timeline import Samples


@dataclass(frozen=True, slots=True)
class Ring:
    """SIP 180."""


@dataclass(frozen=True, slots=True)
class Progress:
    """SIP 183 with early media."""


@dataclass(frozen=True, slots=True)
class Answer:
    """SIP 200."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The far end ends the call: a BYE, or the final status of a call that was never answered."""

    status: int | None = None


Signal = Ring | Progress | Answer | HangUp


@dataclass(frozen=True, slots=True)
class Step:
    """What goes to the caller in one tick: 160 samples, and signals."""

    audio: Samples
    signals: tuple[Signal, ...] = ()


class Exchange(Protocol):
    """One call's far end, led tick by tick."""

    def step(self, heard: Samples, keys: Sequence[str] = ()) -> Step:
        """One tick: takes 160 samples that the caller sent and the keys received in it."""

    def caller_hung_up(self) -> None:
        """The caller ended the call."""
