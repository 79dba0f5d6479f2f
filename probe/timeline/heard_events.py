"""Events of listening itself: segments as they come and go, their words so far, and who is speaking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probe.timeline.event import HeardEvent
from probe.timeline.segment import Kind, Segment, Verdict, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(HeardEvent):
    """A frame was heard; deadlines are counted on it."""

    kind: ClassVar[str] = "tick"
    kept: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentStarted(HeardEvent):
    """A segment of `segment` kind began at `at`."""

    kind: ClassVar[str] = "segment_started"
    kept: ClassVar[bool] = False
    segment: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard(HeardEvent):
    """All words so far of the speech segment that began at `start`; `final` when the segment is over."""

    kind: ClassVar[str] = "words_heard"
    kept: ClassVar[bool] = False
    start: float
    text: str
    words: tuple[Word, ...]
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRecognised(HeardEvent):
    """What is heard since `at` is a remembered prompt, heard in `calls` earlier calls; its last sound is due at `ends`. `as_far_as`:
    only up to there, where a word begins that may be another one, such as a number; None: all of it."""

    kind: ClassVar[str] = "prompt_recognised"
    kept: ClassVar[bool] = False
    prompt: str
    calls: int
    ends: float
    as_far_as: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(HeardEvent):
    """The speech segment that began at `start` has paused since `at`, long enough for somebody else to speak."""

    kind: ClassVar[str] = "paused"
    kept: ClassVar[bool] = False
    start: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEnded(HeardEvent):
    """A segment is complete; the timeline keeps the segment itself."""

    kind: ClassVar[str] = "segment_ended"
    kept: ClassVar[bool] = False
    segment: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven(HeardEvent):
    """A verdict on the speech from `start` to `end` (the end so far, if it still goes on)."""

    kind: ClassVar[str] = "verdict"
    start: float
    end: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanAnswered(HeardEvent):
    """A person answered at `at`: the first sound of the person's first words; surely in `earliest`..`latest`."""

    kind: ClassVar[str] = "human_answered"
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanWithdrawn(HeardEvent):
    """What was told as a person's answer at `at` was none: the same speech went on as only machines do."""

    kind: ClassVar[str] = "human_withdrawn"
