"""A simulated call with the truth about it beside what was found: what the accuracy figures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from probe.call import run
from probe.line.caller import load_caller
from probe.line.simulated import SimulatedLine
from probe.listen.listener import Listener
from probe.measure import measure
from probe.navigate.scenario import Scenario
from probe.navigate.scripted import ScriptedNavigator
from probe.simulator.engine import Engine, Incoming
from probe.simulator.hotline import Hotline
from probe.simulator.seeds import call_seed
from probe.simulator.truth import Truth
from probe.speech.transcriber import Transcriber
from probe.speech.voice import Voice, speak
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import CallInfo, Frame, Outcome, Timeline

NOON = datetime(2026, 11, 18, 12, 0)
"""A Wednesday within everybody's hours."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call to make: `nth` call of the scenario's caller to the hotline, with chance from `seed`."""

    name: str
    hotline: Hotline
    scenario: Scenario
    seed: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A call as it was found and as it was. `latency`: seconds that audio takes from the hotline to the caller."""

    case: Case
    found: Timeline
    truth: Truth
    latency: float

    @property
    def answer_error(self) -> float | None:
        """Seconds by which the person's answer was found too late (negative: too early); None where there is none."""
        true, found = self.truth.human_answered, self.found.clocks.get("dialed_to_human")
        return None if true is None or found is None else found - (true + self.latency)

    @property
    def true_steps(self) -> int:
        """Inputs that the hotline took before a person answered."""
        return len(self.truth.steps)

    @property
    def true_outcome(self) -> Outcome:
        """What a perfect caller reports. The simulator knows no goals: whoever looks for the complaint desk of a
        hotline that has none was offered nobody, though it offers a person."""
        truth = self.truth
        looked_in_vain = self.case.scenario.goal == "complaint" and truth.first("complaint_offered") is None
        if looked_in_vain and truth.human_answered is None and truth.hung_up_by == "caller":
            return Outcome.NO_HUMAN_OFFERED
        return truth.outcome

    @property
    def right_outcome(self) -> bool:
        return self.found.outcome is self.true_outcome

    @property
    def right_steps(self) -> bool:
        return self.found.effort.get("steps") == self.true_steps


class _Nothing:
    """Keeps no evidence."""

    def write(self, frame: Frame) -> None: ...

    def keep(self, timeline: Timeline) -> None: ...


@cache
def transcriber() -> Transcriber:
    return VoskTranscriber()


def place(case: Case) -> Result:
    """Runs the call in memory."""
    caller = load_caller(case.scenario.caller)
    seed = call_seed(case.seed, case.hotline.id, caller.number, case.nth)
    engine = Engine(case.hotline, Incoming(caller.number, NOON, seed), transcriber())
    voice = Voice(variant=caller.voice)
    line = SimulatedLine(engine, speak=lambda text: speak(text, voice))
    info = CallInfo(id=case.name, hotline=case.hotline.id, caller=caller.name, goal=case.scenario.goal)
    found = measure(run(line, Listener(transcriber()), ScriptedNavigator(case.scenario), _Nothing(), info))
    return Result(case, found, engine.truth, line.latency)
