"""Outcome, clocks and effort of a call, computed from its timeline alone.

`measure(timeline)` is the whole interface. It looks at nothing but the timeline, so a call can be measured again years
later, by better rules, and two people who hold the same timeline get the same figures.
"""

from __future__ import annotations

from probe.measure.clocks import CLOCKS, clocks
from probe.measure.effort import EFFORT, effort
from probe.measure.marks import Marks, marks
from probe.measure.outcome import Finding, find_outcome
from probe.timeline import Timeline

__all__ = ["CLOCKS", "EFFORT", "Finding", "Marks", "clocks", "effort", "find_outcome", "marks", "measure"]


def measure(timeline: Timeline) -> Timeline:
    """Fills `outcome`, `why` (in English, so that it is the same everywhere), `clocks` and `effort`; returns it.

    `find_outcome(timeline)` has the same sentence in Chinese too.
    """
    found = marks(timeline)
    finding = find_outcome(timeline)
    timeline.outcome = finding.outcome
    timeline.why = finding.en
    timeline.clocks = clocks(found)
    timeline.effort = effort(timeline, found)
    return timeline
