"""One call in the figures: what was true and what was found, in plain numbers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

from probe.bench.calls import Label, Result
from probe.bench.prompts import PromptCounts
from probe.measure.marks import people
from probe.simulator.channel import Condition
from probe.timeline import HumanAnswered

Answer = Literal["found", "missed", "false", "none"]
"""What became of the person: found; missed; found where none spoke; none there and none found."""
ANSWERS: tuple[Answer, ...] = ("found", "missed", "false", "none")

_TURN = 1.5
"""Seconds of a person's silence after which the opening is over; guessed: hesitations last 0.5 to 1.2 s."""
_SPOKE = 0.1
"""Seconds of a person's speech that make a segment partly a person's; guessed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A judged speech segment. `right`: the verdict is the truth, as far as person or machine goes."""

    truth: Label
    found: str
    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A call. Seconds; None where a figure does not exist.

    `error`: the instant found less the true one. `delay`: from the end of the person's opening to the decision.
    `agent`: of the person's time. `tags`: by which calls are grouped, a name and one or more values.
    """

    name: str
    hotline: str
    nth: int
    true_outcome: str
    outcome: str
    true_steps: int
    steps: int | None
    answer: Answer
    error: float | None
    delay: float | None
    agent: float | None
    segments: tuple[Segment, ...]
    prompts: PromptCounts
    listening: float
    recognition: float
    audio: float
    tags: tuple[tuple[str, tuple[str, ...]], ...]
    why: str

    @property
    def right_outcome(self) -> bool:
        """Whether the outcome is exact."""
        return self.outcome == self.true_outcome

    @property
    def right_steps(self) -> bool:
        """Whether the number of steps is exact."""
        return self.steps == self.true_steps


def row(result: Result) -> Row:
    """The figures of one call."""
    case = result.case
    steps = result.found.effort.get("steps")
    answered = _answered(result)
    answer = _answer(result, answered)
    found = answer == "found"
    return Row(
        name=case.name,
        hotline=case.hotline.id,
        nth=case.nth,
        true_outcome=result.true_outcome.value,
        outcome=result.found.outcome.value if result.found.outcome else "",
        true_steps=result.true_steps,
        steps=None if steps is None else int(steps),
        answer=answer,
        error=answered.at - (result.true_answer or 0.0) if answered and found else None,
        delay=answered.known - _opening_end(result) if answered and found else None,
        agent=_agent(result),
        segments=tuple(
            Segment(
                judgement.truth,
                judgement.verdict.is_,
                judgement.verdict.probability,
                (judgement.human >= _SPOKE) if judgement.verdict.is_ == "human" else judgement.truth != "human",
            )
            for judgement in result.judgements
        ),
        prompts=result.prompts,
        listening=result.cost.listening,
        recognition=result.cost.recognition,
        audio=result.cost.audio,
        tags=(*_conditions(case.condition), ("trap", case.hotline.truth.traps or ("none",))),
        why=result.found.why,
    )


def _answered(result: Result) -> HumanAnswered | None:
    """The person found, if that was known before the caller hung up and not taken back."""
    return next(iter(people(result.found.events, result.found.actions)), None)


def _answer(result: Result, answered: HumanAnswered | None) -> Answer:
    true = result.true_answer
    if answered is None:
        return "none" if true is None else "missed"
    return "false" if true is None or answered.known < true else "found"


def _opening_end(result: Result) -> float:
    """When the person's first words were over, hesitations included."""
    end = None
    for spoken in result.truth.spoken:
        if spoken.who == "human" and (end is None or spoken.start - end <= _TURN):
            end = spoken.end
    return (end or 0.0) + result.latency


def _agent(result: Result) -> float | None:
    """From the person's first sound to the end of the call."""
    true, ended = result.truth.human_answered, result.truth.first("ended")
    return None if true is None or ended is None else max(ended - true, 0.0)


def _conditions(condition: Condition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    noise, loss = condition.noise_db, 100 * condition.loss
    return (
        ("codec", (condition.codec or "none",)),
        ("loss", ("none" if not loss else _range(loss, (0, 1, 3, 5), "%"),)),
        ("gain", (_range(condition.gain_db, (-30, -24, -12, -6, 0), "dB"),)),
        ("noise", ("none" if noise is None else _range(noise, (-70, -62, -55, -48), "dBFS"),)),
    )


def _range(value: float, edges: tuple[int, ...], unit: str) -> str:
    """The range that a value falls into, in words."""
    for low, high in itertools.pairwise(edges):
        if value <= high:
            return f"{low} … {high} {unit}"
    return f"> {edges[-1]} {unit}"
