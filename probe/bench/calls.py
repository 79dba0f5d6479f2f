"""A simulated call with the truth about it beside what was found: what every figure of the benchmark is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from probe.bench.prompts import PromptCounts
from probe.listen.verdict import Opening
from probe.navigate.scenario import Scenario
from probe.simulator.channel import Condition
from probe.simulator.hotline import Hotline
from probe.simulator.truth import Truth
from probe.timeline import Outcome, Timeline, Verdict

NOON = datetime(2026, 11, 18, 12, 0)
"""A Wednesday within everybody's hours."""

USUAL = Condition("pcmu")
"""G.711 µ-law and nothing else, as SIP calls over loopback have it."""

Label = Literal["human", "bot", "recording", "nothing"]
"""Who truly spoke; `nothing`: nobody did, what was taken for speech was music, noise or a tone."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call to make: the `nth` (from 0) of the scenario's caller to the hotline, with chance from `seed`.

    `condition`: what the network makes of the hotline's sound on its way to the caller.
    `name` is unique in a run; `probe bench --only NAME` makes this call alone.
    """

    name: str
    hotline: Hotline
    scenario: Scenario
    seed: int
    nth: int = 0
    condition: Condition = USUAL


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict of a call, with the truth. Seconds on the call's clock.

    `start`, `end`: the speech judged; `known`: when the verdict was given. `truth`: who spoke for most of it, and
    `purity` the share of its spoken time that was theirs; `human`: seconds of it in which a person spoke; `said`: what
    the one who spoke most said last. `opening`: what the detector went by, if it tells.
    """

    start: float
    end: float
    known: float
    verdict: Verdict
    truth: Label
    purity: float
    human: float
    said: str
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of listening in one call, and the seconds of audio heard."""

    listening: float
    recognition: float
    audio: float


@dataclass(frozen=True, slots=True)
class Result:
    """A call as it was found and as it was. `latency`: seconds that audio takes from the hotline to the caller."""

    case: Case
    found: Timeline
    truth: Truth
    latency: float
    judgements: tuple[Judgement, ...]
    prompts: PromptCounts
    cost: Cost

    @property
    def true_answer(self) -> float | None:
        """The person's first sound as it reaches the caller, in seconds; None where nobody answered."""
        at = self.truth.human_answered
        return None if at is None else at + self.latency

    @property
    def answer_error(self) -> float | None:
        """Seconds by which the person's answer was found too late (negative: too early); None where there is none."""
        true, found = self.true_answer, self.found.clocks.get("dialed_to_human")
        return None if true is None or found is None else found - true

    @property
    def true_steps(self) -> int:
        """Inputs that the hotline took before a person answered."""
        return len(self.truth.steps)

    @property
    def true_outcome(self) -> Outcome:
        """What a perfect caller reports. The simulator knows no goals: whoever looks for the complaint desk of a
        hotline that has none was offered nobody, though it offers a person. And whoever hung up on the way, before
        anything was decided, is measured by what the hotline would have led to."""
        truth = self.truth
        looked_in_vain = self.case.scenario.goal == "complaint" and truth.first("complaint_offered") is None
        if looked_in_vain and truth.human_answered is None and truth.hung_up_by == "caller":
            return Outcome.NO_HUMAN_OFFERED
        left = truth.hung_up_by == "caller" and not (truth.first("human_requested") or truth.first("queued"))
        if left and truth.outcome in (Outcome.NO_HUMAN_OFFERED, Outcome.HUMAN_UNREACHABLE):
            return self.case.hotline.truth.outcome
        return truth.outcome

    @property
    def right_outcome(self) -> bool:
        """Whether the outcome found is the true one."""
        return self.found.outcome is self.true_outcome

    @property
    def right_steps(self) -> bool:
        """Whether as many steps were found as were taken."""
        return self.found.effort.get("steps") == self.true_steps
