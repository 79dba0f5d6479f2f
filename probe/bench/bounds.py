"""What a detector must reach: each bound with what was measured, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from probe.bench.figures import Figures, Share

CALLS, HOTLINES = 2000, 100
"""The size of a run that counts."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One row of the table. `unit`: %, s, ms, calls or hotlines; `measured` and `bound` in it; None: nothing to measure.

    `share`: the counts behind a percentage.
    """

    name: str
    sense: Literal["at least", "at most"]
    bound: float
    unit: str
    measured: float | None
    share: Share | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bound is met; None where nothing was measured."""
        if self.measured is None:
            return None
        measured = round(self.measured, 9)  # times are sums of samples, and floating point adds a little of its own
        return measured >= self.bound if self.sense == "at least" else measured <= self.bound


def bounds(found: Figures) -> tuple[Bound, ...]:
    """Every bound, in the order of the table."""
    everything, first = found.all, found.first
    return (
        Bound("calls", "at least", CALLS, "calls", everything.calls),
        Bound("hotlines", "at least", HOTLINES, "hotlines", found.hotlines),
        _share("precision", "at least", 99.8, everything.precision),
        _share("precision_first", "at least", 99.5, first.precision),
        _share("recall", "at least", 99.0, everything.recall),
        _share("unsure", "at most", 2.0, everything.unsure),
        Bound("error", "at most", 100.0, "ms", _times(1000, everything.error.size.quantile(0.95))),
        Bound("delay", "at most", 1.2, "s", everything.delay.quantile(0.95)),
        Bound("agent", "at most", 5.0, "s", everything.agent.quantile(0.5)),
        _share("steps", "at least", 99.5, everything.steps),
        _share("outcome", "at least", 99.0, everything.outcome),
        *_prompts(found),
        Bound("cpu", "at most", 0.01, "s/s", found.cpu),
        Bound("second_call", "at most", 25.0, "%", _times(100, found.second_call)),
    )


def _prompts(found: Figures) -> tuple[Bound, ...]:
    """A detector that never recognises a prompt has no memory, and none is asked of it."""
    told = bool(found.wrong_prompts.n)
    return (
        _share("prompt", "at least", 99.0, found.prompts if told else Share(0, 0)),
        _share("wrong_prompt", "at most", 0.01, found.wrong_prompts),
    )


def _share(name: str, sense: Literal["at least", "at most"], bound: float, share: Share) -> Bound:
    return Bound(name, sense, bound, "%", _times(100, share.value), share)


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value
