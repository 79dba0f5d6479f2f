"""One call as a ladder: what the caller had to listen to, stage by stage, with every input, on one scale of seconds.

A timeline has segments by how they sound (speech, music, silence); a reader wants what they were for: announcement,
menu, bot, queue, person. A stage is told from the segment's verdict and from the events inside it. Whatever is heard
between the queue's first words and the person is the queue, also its silences and announcements: it is waited through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from probe.measure import Marks, marks
from probe.measure.marks import STEP_PURPOSES, steps
from probe.timeline import (
    TONES,
    BotAsked,
    Ended,
    Event,
    HangUp,
    Kind,
    MenuOption,
    Press,
    Queued,
    Say,
    Segment,
    Timeline,
)

Stage = Literal["ringing", "announcement", "menu", "bot", "queue", "human", "quiet", "tone", "unsure"]
STAGES: tuple[Stage, ...] = ("ringing", "announcement", "menu", "bot", "queue", "human", "quiet", "tone", "unsure")
_INSIDE = 0.3  # seconds by which an event may lie outside the words that it was heard in; guessed
_REACTION = 0.15  # seconds after an input in which a word that begins is still the old prompt's; guessed
OPTION = 1.2  # seconds that speaking one menu option takes at least, so one heard sooner after an input is the old menu's; guessed


@dataclass(frozen=True, slots=True)
class Span:
    """A stage from `start` to `end` (seconds since the INVITE), and the words heard in it."""

    stage: Stage
    start: float
    end: float
    text: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Input:
    """Keys or words of the caller. `step`: whether the hotline required it (see `probe.measure`)."""

    kind: Literal["key", "speech"]
    at: float
    value: str
    step: bool
    option: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A call's stages without gaps, its inputs, when a person answered, and who ended the call when."""

    spans: tuple[Span, ...]
    inputs: tuple[Input, ...]
    answered: float | None
    human: float | None
    end: float
    ended_by: Literal["hotline", "caller", ""]
    outcome: str

    def seconds(self, stage: Stage) -> float:
        """Total of one stage up to the person (or the end), in seconds."""
        return sum(span.seconds for span in self.spans if span.stage == stage)


def ladder(timeline: Timeline) -> Ladder:
    """The ladder of a measured call; a call without any segment has no spans."""
    found = marks(timeline)
    segments = sorted(timeline.segments, key=lambda segment: segment.start)
    end = max([found.ended or 0.0, *(segment.end for segment in segments)])
    inputs = [step.at for step in steps(timeline, found.human)]
    spans: list[Span] = []
    at = 0.0
    for segment in segments:
        spans += _gap(at, segment.start, found)
        spans += [
            Span(_stage(segment, start, stop, found, inputs, timeline.events), start, stop, text)
            for start, stop, text in parts(segment, [*inputs, found.answered, found.human])
        ]
        at = max(at, segment.end)
    spans += _gap(at, end, found)
    ended = next((event for event in timeline.events if isinstance(event, Ended)), None)
    hung_up = any(isinstance(action, HangUp) for action in timeline.actions)
    return Ladder(
        spans=tuple(_joined(spans)),
        inputs=tuple(_inputs(timeline, found.human)),
        answered=found.answered,
        human=found.human,
        end=end,
        ended_by="caller" if hung_up else ended.by if ended else "",
        outcome=timeline.outcome.value if timeline.outcome else "",
    )


def parts(segment: Segment, cuts: Sequence[float | None]) -> list[tuple[float, float, str]]:
    """A segment cut at instants inside it: start, end (seconds) and words of each part.

    A hotline that is interrupted speaks on without a pause, so one speech segment may hold the end of a menu and the
    beginning of the next. A word that has begun when an input is sent still belongs to what was before it.
    """
    inside = sorted({at for at in cuts if at is not None and segment.start < at < segment.end})
    edges = [segment.start, *inside, segment.end]
    if len(edges) == 2 or not segment.words:
        return [(start, stop, segment.text if n == 0 else "") for n, (start, stop) in enumerate(pairwise(edges))]
    texts = [""] * (len(edges) - 1)
    for word in segment.words:
        n = sum(word.start >= at + _REACTION for at in inside)
        texts[n] += (" " if texts[n] and word.word.isascii() else "") + word.word
    return [(start, stop, text) for (start, stop), text in zip(pairwise(edges), texts, strict=True)]


def _stage(
    segment: Segment, start: float, stop: float, found: Marks, inputs: Sequence[float], events: Sequence[Event]
) -> Stage:
    if segment.kind in TONES:
        return "tone"
    if found.human is not None and start >= found.human:
        return "human"
    if segment.kind is Kind.RINGBACK or (found.answered is not None and start < found.answered):
        return "ringing"
    waiting = found.queued is not None and stop > found.queued
    if segment.kind is not Kind.SPEECH:
        return "queue" if waiting or segment.kind is Kind.MUSIC else "quiet"
    inside = [event for event in events if start < event.at <= stop + _INSIDE]
    if waiting or any(isinstance(event, Queued) for event in inside):
        return "queue"
    is_ = segment.verdict.is_ if segment.verdict else "unsure"
    before, after = (OPTION if edge in inputs else 0.0 for edge in (start, stop))
    options = [e for e in events if isinstance(e, MenuOption) and start + before < e.at <= stop + max(after, _INSIDE)]
    if options:
        return "menu"
    if is_ == "bot" or any(isinstance(event, BotAsked) for event in inside):
        return "bot"
    return "announcement" if is_ == "recording" else "unsure"


def _gap(start: float, end: float, found: Marks) -> list[Span]:
    """A stretch in which no segment was found, cut where the call was answered and where the person began."""
    inside = sorted({at for at in (found.answered, found.human) if at is not None and start < at < end})
    return [Span(_unheard(a, found), a, b) for a, b in pairwise([start, *inside, end]) if b > a]


def _unheard(at: float, found: Marks) -> Stage:
    """The stage of a stretch in which no segment was found."""
    if found.human is not None and at >= found.human:
        return "human"
    if found.answered is None or at < found.answered:
        return "ringing"
    return "queue" if found.queued is not None and at >= found.queued else "quiet"


def _joined(spans: list[Span]) -> list[Span]:
    """Neighbours of one stage as one; their texts apart by a space. Speech of different speakers is not joined."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.stage == span.stage and not (last.text and span.text and span.stage != "human"):
            text = " ".join(filter(None, (last.text, span.text)))
            joined[-1] = Span(last.stage, last.start, span.end, text)
        elif span.end > span.start:
            joined.append(span)
    return joined


def _inputs(timeline: Timeline, human: float | None) -> list[Input]:
    found = []
    for action in sorted(timeline.actions, key=lambda action: action.at):
        if isinstance(action, Press | Say):
            step = action.purpose in STEP_PURPOSES and (human is None or action.at < human)
            if isinstance(action, Press):
                found.append(Input("key", action.at, action.value, step, action.option or ""))
            else:
                found.append(Input("speech", action.at, action.value, step))
    return found
