"""The listener: frames in, events out. Composes what the other files of this folder can hear.

    frame ─▶ features ─▶ segments (activity, tones, music) ─▶ speech only: words ─▶ meaning ─▶ verdict

Pure: no socket, no file, no clock but the frames' own, so the same frames always give the same events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from probe.listen.activity import Sounding
from probe.listen.course import ROOM, Course
from probe.listen.features import Meter
from probe.listen.opening import Opening
from probe.listen.segments import Boundary, Segmenter
from probe.listen.stretch import PRE_ROLL, Stretch
from probe.listen.understanding import Understanding
from probe.listen.verdict import judge
from probe.speech.transcriber import Transcriber
from probe.timeline import (
    FRAME,
    RATE,
    Answered,
    EarlyMedia,
    Event,
    Frame,
    HeardEvent,
    HumanAnswered,
    Kind,
    Played,
    Samples,
    Segment,
    SegmentEnded,
    SegmentStarted,
    Tick,
    Verdict,
    VerdictGiven,
    Word,
    WordsHeard,
)

_KEPT = 3 * RATE // FRAME
"""Frames kept: 3 s, longer than any boundary is dated back together with its pre-roll."""
_WORDS_EVERY = 0.2
"""Seconds between two partial transcripts."""
_PAUSE_FED = 0.3
"""Seconds of a pause that the recogniser hears at once; more only if speech goes on after it."""
_AFTER_END = 0.08
"""Seconds after the last sound that still show what noise it was spoken in."""
_ROOM_FRAMES = 8
"""Frames, the newest, that show what noise follows: 160 ms."""
_EARLIER, _LATER, _UNSURE_IN_NOISE = 0.02, 0.06, 0.06
"""Seconds by which the person's first sound may lie before or after the measured onset; measured, see the benchmark."""


Judge = Callable[[Opening], Verdict]
"""Who tells people from machines; `probe.listen.verdict.judge` unless another detector is to be compared."""


class Listener:
    """Hears one call. `transcriber` None: everything but words. `country`: whose tones; `language`: whose wording."""

    def __init__(
        self,
        transcriber: Transcriber | None,
        *,
        country: str = "CN",
        language: str = "zh",
        judge: Judge = judge,
    ) -> None:
        self._transcriber = transcriber
        self._judge = judge
        self._language = language
        self._meter = Meter()
        self._segmenter = Segmenter(country)
        self._course = Course()
        self._frames: deque[Frame] = deque(maxlen=_KEPT)
        self._segment: Boundary | None = None
        self._stretch: Stretch | None = None
        self._understanding = Understanding(language)
        self._held: list[Samples] = []
        self._levels: deque[tuple[float, float]] = deque()
        self._told_at = 0.0
        self._now = 0.0
        self._human_told = False
        self._signalled = False

    def hear(self, frame: Frame) -> Iterator[Event]:
        """The line's events, what was heard, and one Tick."""
        for event in frame.events:
            self._note(event)
            yield event
        self._now = frame.end
        if self._segment is None and self._has_media(frame):
            self._segment = Boundary(Kind.SILENCE, frame.at)
            self._segmenter.start = frame.at
            yield SegmentStarted(at=frame.at, known=frame.end, segment=Kind.SILENCE)
        if self._segment is not None:
            self._frames.append(frame)
            features = self._meter.measure(frame.at, frame.heard)
            self._levels.append((frame.at, features.level))
            boundaries, sounding = self._segmenter.hear(features, frame.heard)
            for boundary in boundaries:
                yield from self._turn(boundary)
            if not boundaries and self._stretch is not None:
                yield from self._follow(frame.heard, sounding)
        yield Tick(at=frame.at, known=frame.end)

    def finish(self) -> Iterator[Event]:
        """Ends the segment that is still open."""
        if self._segment is not None:
            yield from self._end(self._now, Kind.SILENCE)
            self._segment = None

    # --------------------------------------------------------------------------------------------- what the line says

    def _note(self, event: Event) -> None:
        self._signalled = True
        if isinstance(event, Answered):
            self._course.answered = True
        elif isinstance(event, Played):
            self._course.said(event.value, event.at)

    def _has_media(self, frame: Frame) -> bool:
        """Whether audio begins: the line says so, or something is heard, or (a recording) there is no line."""
        says_so = any(isinstance(event, EarlyMedia | Answered) for event in frame.events)
        if not self._signalled:
            self._course.answered = True
        return says_so or not self._signalled or bool(np.any(frame.heard))

    # ------------------------------------------------------------------------------------------------------- segments

    def _turn(self, boundary: Boundary) -> Iterator[HeardEvent]:
        """Ends the current segment at the boundary and begins the next; a boundary at its start corrects its kind."""
        assert self._segment is not None
        if boundary.at > self._segment.at:
            yield from self._end(boundary.at, boundary.kind)
        elif self._stretch is not None:
            yield WordsHeard(at=self._now, known=self._now, start=self._segment.at, text="", words=(), final=True)
            self._stretch = None
        self._segment = boundary
        yield SegmentStarted(at=boundary.at, known=self._now, segment=boundary.kind)
        while self._levels and self._levels[0][0] < boundary.at:
            self._levels.popleft()
        if boundary.kind is Kind.SPEECH:
            self._understanding = Understanding(self._language)
            self._told_at = 0.0
            self._held = []
            if self._transcriber is not None:
                yield from self._begin_stretch(self._transcriber, boundary.at)

    def _begin_stretch(self, transcriber: Transcriber, at: float) -> Iterator[HeardEvent]:
        first = self._frames[0].number
        begin = max(round((at - PRE_ROLL) * RATE), first)
        audio = np.concatenate([frame.heard for frame in self._frames])[begin - first :]
        self._stretch = Stretch(transcriber, begin)
        yield from self._feed(audio)

    def _end(self, at: float, following: Kind) -> Iterator[HeardEvent]:
        """Ends the current segment at `at`, where one of the kind `following` begins."""
        assert self._segment is not None
        kind, start = self._segment.kind, self._segment.at
        if kind is not Kind.SPEECH:
            self._course.segment(kind, at)
            yield SegmentEnded(at=at, known=self._now, segment=Segment(kind, start, at))
            return
        text, words = "", tuple[Word, ...]()
        understanding = self._understanding
        if self._stretch is not None:
            stretch, self._stretch = self._stretch, None
            stretch.finish()
            text, words = stretch.text, stretch.words
            yield WordsHeard(at=at, known=self._now, start=start, text=text, words=words, final=True)
            yield from self._meant(understanding.read(words, self._now, self._now, final=True))
        end = max(min(self._segmenter.last, at), start)
        floor, room_after = self._room(end, following)
        opening = self._course.opening(
            start,
            end,
            self._now,
            text,
            understanding.phrases,
            understanding.options,
            floor,
            music_after=following is Kind.MUSIC,
            room_after=room_after,
        )
        verdict = self._judge(opening)
        if verdict.is_ != "human":
            yield from self._meant(understanding.question(self._now))
        yield VerdictGiven(at=end, known=self._now, start=start, end=end, verdict=verdict)
        if verdict.is_ == "human":
            yield from self._human(start, floor)
        self._course.spoke(start, end, text, verdict, floor)
        self._course.talks_with_bot |= verdict.is_ == "bot"
        yield SegmentEnded(at=at, known=self._now, segment=Segment(kind, start, at, text, words, None, verdict))

    def _room(self, end: float, following: Kind) -> tuple[float, bool]:
        """The floor in dBFS that speech up to `end` stood on, and whether a room is heard only after it.

        A room does not fall silent when somebody in it stops speaking: silence after the speech is its floor.
        """
        under = [level for when, level in self._levels if when < end + _AFTER_END or following is Kind.SILENCE]
        floor = min(under, default=0.0)
        newest = [level for _, level in self._levels][-_ROOM_FRAMES:]
        return floor, following is Kind.NOISE and floor <= ROOM < min(newest)

    def _human(self, start: float, floor: float) -> Iterator[HeardEvent]:
        """A person speaks from `start` on: told once a call, at the first sound of the turn."""
        self._course.human = True
        if self._human_told:
            return
        self._human_told = True
        first = self._course.first_sound(start, floor)
        noisy = _UNSURE_IN_NOISE if floor > ROOM else _EARLIER
        yield HumanAnswered(
            at=first,
            known=self._now,
            earliest=max(first - noisy, 0.0),
            latest=start if first < start else first + _LATER,
        )

    # ---------------------------------------------------------------------------------------------------------- words

    def _follow(self, heard: Samples, sounding: Sounding) -> Iterator[HeardEvent]:
        """Feeds the open speech segment; a pause only once it is over, so that nothing is read into a room's noise."""
        self._held.append(heard)
        if sounding.loud or self._now - sounding.last <= _PAUSE_FED:
            audio = np.concatenate(self._held)
            self._held = []
            yield from self._feed(audio)

    def _feed(self, audio: Samples) -> Iterator[HeardEvent]:
        """Gives audio to the recogniser, and tells the words when they have changed."""
        assert self._segment is not None
        stretch = self._stretch
        if stretch is None or not stretch.feed(audio) or not stretch.words:
            return
        if self._now - self._told_at < _WORDS_EVERY:
            return
        self._told_at = self._now
        at = min(stretch.words[-1].end, self._now)
        yield WordsHeard(at=at, known=self._now, start=self._segment.at, text=stretch.text, words=stretch.words)
        yield from self._meant(self._understanding.read(stretch.words, self._now, stretch.until))

    def _meant(self, events: Iterator[HeardEvent]) -> Iterator[HeardEvent]:
        for event in events:
            if event.kind == "queued":
                self._course.queued = True
            self._course.human_keys |= self._understanding.human_keys
            yield event
