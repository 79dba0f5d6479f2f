"""Whether recordings that were played in an earlier call are recognised again, soon enough and as what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from probe.simulator.truth import Spoken
from probe.timeline import PromptRecognised

WITHIN = 2.0
"""Seconds from its start within which a prompt must be recognised; shorter ones are not counted."""
_SLACK = 0.3  # seconds by which a recognition may be dated before the prompt; guessed


@dataclass(frozen=True, slots=True)
class PromptCounts:
    """Of one call: prompts played before and how many were recognised in time; recognitions and how many were wrong."""

    again: int
    recognised: int
    recognitions: int
    wrong: int


@dataclass(slots=True)
class Played:
    """What a hotline has played in its calls so far.

    A prompt may be put together from parts, and a part of it may be what is remembered, so a recognition is right when
    what is played has a part in common with what was played whenever the same prompt was recognised before.
    """

    _whole: set[str] = field(default_factory=set)
    _parts: dict[str, set[str]] = field(default_factory=dict)

    def call(self, spoken: Iterable[Spoken], told: Iterable[PromptRecognised], latency: float) -> PromptCounts:
        """The counts of the next call. `latency`: seconds from the hotline's clock to the caller's."""
        spoken, told = list(spoken), list(told)
        again = recognised = wrong = 0
        for said in spoken:
            start, end = said.start + latency, said.end + latency
            if said.who != "human" and said.text in self._whole and said.end - said.start >= WITHIN:
                again += 1
                # What is remembered may begin before it: announcements that always follow one another are one prompt.
                recognised += any(
                    event.known <= start + WITHIN and event.ends >= min(end, start + WITHIN) - _SLACK for event in told
                )
        for event in told:
            wrong += not self._right(event, spoken, latency)
        self._whole |= {said.text for said in spoken if said.who != "human"}
        return PromptCounts(again, recognised, len(told), wrong)

    def _right(self, event: PromptRecognised, spoken: list[Spoken], latency: float) -> bool:
        """Whether a machine speaks when a prompt is recognised, and what it says fits."""
        during = [s for s in spoken if s.start + latency - _SLACK <= event.known and s.end + latency >= event.at]
        parts = {part for said in during if said.who != "human" for part in said.text.split("，")}
        if not parts:
            return False
        common = self._parts.get(event.prompt, parts) & parts
        if common:
            self._parts[event.prompt] = common
        return bool(common)
