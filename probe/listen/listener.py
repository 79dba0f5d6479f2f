"""The listener: frames in, events out. Composes what the other files of this folder can hear.

    frame ─▶ features ─▶ segments (activity, tones, music) ─▶ speech only: words ─▶ meaning ─▶ verdict
                                                              (recognised, or from the prompt memory)

Pure: no socket, no file, no clock but the frames' own, so the same frames always give the same events.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from probe.listen.activity import Sounding
from probe.listen.beep import Beep
from probe.listen.blocks import Blocks, Measured
from probe.listen.ends import Ends
from probe.listen.features import Features
from probe.listen.gain import Levelled
from probe.listen.in_music import InMusic
from probe.listen.judging import LIKELY, Judge, Judging
from probe.listen.line_noise import LineNoise
from probe.listen.moments import PAUSES
from probe.listen.prompt_learning import complete, new_prompts, whole_unless
from probe.listen.prompt_memory import Memory, Take
from probe.listen.quality import Quality
from probe.listen.remembered import Remembered
from probe.listen.segments import HANG_OVER, HANG_OVER_QUEUED, NOISE_FLOOR, Boundary, Segmenter
from probe.listen.stretch import PRE_ROLL, pre_roll
from probe.listen.tone_plans import DEFAULT
from probe.listen.tones import heard_tones
from probe.listen.transcript import Transcript
from probe.listen.understanding import Understanding
from probe.listen.verdict import judge
from probe.listen.words_in_music import last_sure
from probe.speech.transcriber import Transcriber
from probe.timeline import (
    FRAME,
    RATE,
    Answered,
    EarlyMedia,
    Event,
    Frame,
    HeardEvent,
    Kind,
    NotInServiceHeard,
    Paused,
    Played,
    Samples,
    Segment,
    SegmentEnded,
    SegmentStarted,
    Tick,
    VerdictGiven,
    Word,
    WordsHeard,
)

_KEPT = 3 * RATE // FRAME  # frames kept: 3 s, longer than any boundary is dated back together with its pre-roll
_WORDS_EVERY = 0.2  # seconds between two partial transcripts
_PAUSE_FED = 0.3  # seconds of a pause that the recogniser hears at once; more only if speech goes on after it
_OURS = 500  # amplitude (of 32768) from which we speak or send keys
_QUIET = (Kind.SILENCE, Kind.NOISE)
_END_EARLY, _PARTS = 0.2, 0.06
"""Seconds by which a prompt's last sound may be measured too early, and of a pause that parts two speakers; guessed."""
_NOT_A_PAUSE = 1.0  # seconds longer than every hang-over: a tone was waited for that did not come again


class Listener:
    """Hears one call. `transcriber` None: everything but words. `country`: whose tones; `language`: whose wording.

    `memory`: the prompts that earlier calls to the hotline heard, empty before the first one; None: nothing is remembered,
    not even within this call.
    """

    def __init__(
        self,
        transcriber: Transcriber | None,
        *,
        country: str = DEFAULT,
        language: str = "zh",
        judge: Judge = judge,
        memory: Memory | None = None,
    ) -> None:
        self._line_noise = LineNoise()
        self._transcriber = None if transcriber is None else Levelled(transcriber, self._line_noise)
        self._remembered = None if memory is None else Remembered(memory, language)
        self._library = self._remembered.library if self._remembered else None
        self.in_music = InMusic(self._transcriber, self._library)
        self._judging = Judging(judge, self._remembered.words.alike if self._remembered else lambda text: 0.0)
        self._course = self._judging.course
        self._language = language
        self._country = country
        self._quality = Quality()
        self._blocks = Blocks()
        self._segmenter = Segmenter(country)
        self._frames: deque[Frame] = deque(maxlen=_KEPT)
        self._segment: Boundary | None = None
        self._takes: list[Take] = []
        self._played: list[tuple[float, str]] = []
        self._transcript: Transcript | None = None
        self._told_prompts, self._untold = 0, False
        self._onsets: list[tuple[float, float]] = []
        self._sounded = 0.0
        self._ends, self._beep = Ends(), Beep()
        self._understanding = Understanding(language, self._ends.near)
        self._told_at = self._now = 0.0
        self._signalled = False

    def hear(self, frame: Frame) -> Iterator[Event]:
        """The line's events, what was heard, and one Tick."""
        yield from frame.events
        if block := self._blocks.add(frame, self._segmenter, self._transcript):
            yield from self._hear_block(block, frame.end)
        yield Tick(at=frame.at, known=frame.end)

    def _hear_block(self, block: Measured, known: float) -> Iterator[Event]:
        """Hears the frames of a block; all that is told of them is known at its end."""
        for frame, features, ours in block:
            if ours > _OURS:
                self._course.we_speak(frame.at, frame.end)
            for event in self._hear_frame(frame, features):
                yield event if event.known == known else replace(event, known=known)

    def _hear_frame(self, frame: Frame, features: Features) -> Iterator[HeardEvent]:
        for event in frame.events:
            self._note(event)
            if isinstance(event, Answered):
                yield from self._connected(event.at)
        self._now = frame.end
        if self._segment is None:
            if not self._has_media(frame):
                return
            self._segment = Boundary(Kind.SILENCE, frame.at)
            self._segmenter.start = frame.at
            yield SegmentStarted(at=frame.at, known=frame.end, segment=Kind.SILENCE)
        self._frames.append(frame)
        boundaries, sounding = self._segmenter.hear(features, frame.heard)
        noise, hole = self._segmenter.comfort_noise, self._segmenter.activity.in_hole
        self._judging.levels.add(frame.at, features.level, noise.sounds, features.voiced, hole)
        boundaries = boundaries or self.in_music.hear(frame, self._segmenter, self._in_early_media(frame.at))
        self._line_noise.hear(frame, features.level, sounding, made_up=hole or noise.sounds)
        yield from self._quality.hear(features, frame.heard, sounding, self._course.answered, noise)
        self._ends.hear(features, sounding.floor)
        for boundary in boundaries:
            yield from self._turn(boundary)
        yield from heard_tones(self._segmenter.tone, self._blocks.own_keys, self._now, self._country)
        if self._course.answered and (beeps := self._beep.hear(self._segmenter, sounding, self._now)):
            yield from self._judging.mailboxes(beeps, self._now)
        if not boundaries and self._transcript is not None:
            yield from self._follow(self._transcript, frame.heard, sounding)
        yield from self._judging.again(frame.end)

    def finish(self) -> Iterator[Event]:
        """Ends the segment that is still open."""
        yield from self._hear_block(self._blocks.rest(), self._blocks.until)
        if self._segment is not None:
            yield from self._end(self._now, Kind.SILENCE)
            self._segment = None
        yield from self._quality.finish(self._now, self._segmenter.comfort_noise)

    @property
    def takes(self) -> tuple[Take, ...]:
        """The finished speech segments, as the memory learns from them (`probe.listen.prompt_memory.grown`)."""
        verdicts, early = self._judging.believed, self._in_early_media
        takes = [replace(t, verdict=verdicts.get(t.start, t.verdict), early=early(t.start)) for t in self._takes]
        return complete(takes, self._played, self._now, self._judging.answered_by_person)

    # --------------------------------------------------------------------------------------------- what the line says

    def _note(self, event: Event) -> None:
        self._signalled = True
        if isinstance(event, Answered):
            self._course.answered, self._course.answered_at = True, event.at
        elif isinstance(event, Played):
            self._course.said(event.value, event.at)
            self._played.append((event.at, event.value))

    def _connected(self, at: float) -> Iterator[HeardEvent]:
        """At the answer another source of sound begins: what played before was the network's or the ringback music."""
        boundary = self._segmenter.answered(at)
        if boundary is not None and self._segment is not None:
            yield from self._turn(boundary)

    def _in_early_media(self, at: float) -> bool:
        """Whether it was heard before the call was answered."""
        return self._signalled and (not self._course.answered or at < self._course.answered_at)

    def _has_media(self, frame: Frame) -> bool:
        """Whether audio begins: the line says so, or something is heard, or (a recording) there is no line."""
        if not self._signalled:
            self._course.answered = True
            return True
        return any(isinstance(event, EarlyMedia | Answered) for event in frame.events) or bool(np.any(frame.heard))

    # ------------------------------------------------------------------------------------------------------- segments

    def _turn(self, boundary: Boundary) -> Iterator[HeardEvent]:
        """Ends the current segment at the boundary and begins the next; a boundary at its start corrects its kind."""
        assert self._segment is not None
        if boundary.at > self._segment.at:
            yield from self._end(boundary.at, boundary.kind)
        elif self._transcript is not None:
            yield WordsHeard(at=self._now, known=self._now, start=self._segment.at, text="", words=(), final=True)
            self._transcript = None
        self._segment = boundary
        yield SegmentStarted(at=boundary.at, known=self._now, segment=boundary.kind)
        audio = self._since(boundary.at - PRE_ROLL)
        self._judging.begins(boundary.kind, boundary.at, audio, self._segmenter.over_music)
        if boundary.kind is Kind.SPEECH:
            self._understanding = self._understanding.next(boundary.at)
            self._told_at, self._told_prompts, self._untold, self._onsets = 0.0, 0, False, []
            if self._transcriber is not None or self._library is not None:
                yield from self._begin_transcript(boundary.at)

    def _begin_transcript(self, at: float) -> Iterator[HeardEvent]:
        begin = max(round((at - pre_roll(self._segmenter.over_music)) * RATE), self._frames[0].number)
        over_music = self._remembered if self._segmenter.over_music else None
        before = over_music.before(self._since(0.0), begin - self._frames[0].number) if over_music else None
        self._transcript = Transcript(self._transcriber, self._library, begin, before, self._line_noise)
        yield from self._feed(self._transcript, self._since(begin / RATE), sounds=True)

    def _since(self, at: float) -> Samples:
        """What was heard since `at` (seconds), as far as it is kept."""
        first = self._frames[0].number
        return np.concatenate([frame.heard for frame in self._frames])[max(round(at * RATE) - first, 0) :]

    def _end(self, at: float, following: Kind) -> Iterator[HeardEvent]:
        """Ends the current segment at `at`, where one of the kind `following` begins."""
        if self._transcript is not None and self._transcript.parted is None:
            self._transcript.close(self._now, None if following in _QUIET else at)
            yield from self._tell_prompts(self._transcript)
            if self._transcript.parted is not None:
                yield from self._split(self._transcript.parted, at)
        assert self._segment is not None
        kind, start = self._segment.kind, self._segment.at
        early = self._in_early_media(start) and kind is not Kind.SILENCE
        if kind is not Kind.SPEECH:
            self._course.segment(Kind.RINGBACK if early and kind is Kind.MUSIC else kind, at, start)
            self._segmenter.hang_over = HANG_OVER_QUEUED if self._course.queued else HANG_OVER
            yield SegmentEnded(at=at, known=self._now, segment=Segment(kind, start, at, early_media=early))
            return
        text, words, understanding = "", tuple[Word, ...](), self._understanding
        transcript, self._transcript = self._transcript, None
        if transcript is not None:
            transcript.finish(self._now, min(self._segmenter.last, at), rest=transcript.parted is None)
            text, words = transcript.text, transcript.words
            yield WordsHeard(at=at, known=self._now, start=start, text=text, words=words, final=True)
            yield from self._meant(understanding.read(words, self._now, self._now, final=True))
        ended = self._judging.last_sound(start, self._segmenter.last, words[-1].end if words else None, self._now)
        end = max(min(ended, at), start)
        opening = self._judging.opening(start, end, self._now, text, understanding, following)
        if early:
            opening = replace(opening, answered=False)
        if transcript is not None and self._remembered is not None:
            opening = self._remembered.of(opening, transcript, end)
        if not early:
            opening, _ = self._judging.of_last_speaker(opening, words, self._language, self._onsets)
        verdict = self._judging.judged(opening)
        if verdict.is_ != "human":
            if (verdict.human or 0.0) < LIKELY and (verdict.is_ != "unsure" or not opening.waited_for):
                yield from self._meant(understanding.question(self._now))
            yield from understanding.advertised(self._now)
        if early:
            # Ringback music or the network's announcement: it tells nothing of the hotline.
            yield VerdictGiven(at=end, known=self._now, start=start, end=end, verdict=verdict)
            self._course.segment(Kind.RINGBACK, at)
        else:
            yield from self._judging.over(opening, verdict, self._now, following)
        if transcript is not None and self._library is not None:
            self._learn(transcript.take(start, end, verdict, opening.at_once))
        segment = Segment(kind, start, at, text, words, opening.prompt, verdict, early_media=early)
        yield SegmentEnded(at=at, known=self._now, segment=segment)

    def _learn(self, take: Take) -> None:
        """Notes the segment for the memory, and knows what is new in it if it comes again in this call."""
        assert self._library is not None
        self._takes.append(take)
        if take.verdict.is_ != "human":
            take = whole_unless(take.learnable, [at for at, _ in self._played], self._now)
            self._library.add([prompt for prompt, _ in new_prompts(take)])

    def _split(self, prompt_ended: float, until: float = math.inf) -> Iterator[HeardEvent]:
        """Ends the segment where a remembered prompt ended and begins another where somebody else then spoke, before `until`.

        A person may begin so soon after an announcement that the two would be one segment.
        """
        assert self._transcript is not None
        after = [
            (onset, rest)
            for onset, rest in self._onsets
            if rest >= prompt_ended - _END_EARLY and rest + _PARTS < onset < until - _PARTS
        ]
        if not after:
            self._transcript.go_on()
            return
        yield from self._begin_anew(*after[0])

    def _begin_anew(self, onset: float, rest: float) -> Iterator[HeardEvent]:
        """Ends the segment at `rest`, and begins another with the sound that began at `onset`."""
        levels = self._judging.levels.between(rest, onset - FRAME / RATE)
        yield from self._turn(Boundary(Kind.NOISE if levels and min(levels) > NOISE_FLOOR else Kind.SILENCE, rest))
        yield from self._turn(Boundary(Kind.SPEECH, onset))
        self._segmenter.start = onset

    def _judge_early(self, transcript: Transcript, ended: float) -> Iterator[HeardEvent]:
        """Judges speech that goes on, in a pause since `ended` by all its words, for which the lagging recogniser is asked."""
        assert self._segment is not None
        start = self._segment.at
        if self._judging.settled or transcript.remembering or self._in_early_media(start):
            return
        end = max(min(ended, self._now), start)
        meaning, text, words = self._understanding, transcript.text, transcript.words
        pause = self._now - end
        machine = meaning.only_machines_say and not (self._course.queued and pause >= PAUSES[-1])
        if machine or self._transcriber is None or self._segmenter.tone_sounds or self._segmenter.activity.in_hole:
            return  # a tone is nobody's room, nor is one that may have fallen silent with the speech
        if PAUSES[0] <= pause < PAUSES[-1] and transcript.likely:
            return  # a prompt whose next words will tell; a person waits longer
        changed = False
        if pause >= PAUSES[0]:
            changed = transcript.rest(self._now)
            meaning, text, words = Understanding(self._language), transcript.text, transcript.words
            for _ in meaning.read(words, self._now, self._now, final=True):
                pass
        opening = self._judging.opening(start, end, self._now, text, meaning, None)
        if self._remembered is not None:
            opening = self._remembered.of(opening, transcript, end)
        opening, of_last = self._judging.of_last_speaker(opening, words, self._language, self._onsets)
        yield from self._judging.early(opening, self._now, (of_last or meaning).hands_over)
        if changed:
            yield from self._tell_words(transcript)

    # ---------------------------------------------------------------------------------------------------------- words

    def _follow(self, transcript: Transcript, heard: Samples, sounding: Sounding) -> Iterator[HeardEvent]:
        """Feeds the open speech segment; a pause only once it is over, so that nothing is read into a room's noise."""
        assert self._segment is not None
        rest, self._sounded = self._sounded, sounding.last
        if sounding.onset is not None:
            if rest > self._segment.at and sounding.onset - rest >= _NOT_A_PAUSE:
                yield from self._begin_anew(sounding.onset, rest)
                return
            self._onsets.append((sounding.onset, rest))
        self._judging.hear(heard)
        sounds = sounding.loud or self._now - sounding.last <= _PAUSE_FED
        yield from self._feed(transcript, heard, sounds, sounding.loud)
        if transcript.parted is not None:
            yield from self._split(transcript.parted)
            return
        moments, last_word = self._judging.moments, transcript.words[-1].end if transcript.words else None
        ended = self._judging.last_sound(self._segment.at, self._segmenter.last, last_word, transcript.until)
        if moments.due(self._now, ended, self._segmenter.last, last_word, transcript.until):
            yield from self._judge_early(transcript, ended)
        if moments.pauses(self._now, sounding.last):
            yield Paused(at=sounding.last, known=self._now, start=self._segment.at)

    def _feed(self, transcript: Transcript, audio: Samples, sounds: bool, loud: bool = True) -> Iterator[HeardEvent]:
        """Gives audio to whatever makes words of it, and tells the words when they have changed."""
        changed = transcript.hear(audio, self._now, sounds, loud) or (self._untold and transcript.remembering)
        if len(transcript.recognitions) > self._told_prompts:
            yield from self._tell_prompts(transcript)
        if not changed or not transcript.words:
            return
        self._segmenter.words_until(last_sure(transcript.words))
        self._untold = self._now - self._told_at < _WORDS_EVERY
        if not self._untold:
            yield from self._tell_words(transcript)

    def _tell_prompts(self, transcript: Transcript) -> Iterator[HeardEvent]:
        assert self._segment is not None
        for recognition in transcript.recognitions[self._told_prompts :]:
            calls = self._library.heard_in.get(recognition.prompt.id, 0) if self._library else 0
            yield from recognition.events(self._segment.at, self._now, calls)
        self._told_prompts = len(transcript.recognitions)

    def _tell_words(self, transcript: Transcript) -> Iterator[HeardEvent]:
        assert self._segment is not None
        if not transcript.words:
            return
        self._told_at = self._now
        at = min(transcript.words[-1].end, self._now)
        transcript.tell(self._now)
        yield WordsHeard(at=at, known=self._now, start=self._segment.at, text=transcript.text, words=transcript.words)
        yield from self._meant(self._understanding.read(transcript.words, self._now, transcript.until))

    def _meant(self, events: Iterator[HeardEvent]) -> Iterator[HeardEvent]:
        assert self._segment is not None
        for event in events:
            if self._in_early_media(self._segment.at) and not isinstance(event, NotInServiceHeard):
                continue  # what ringback music says is not the hotline's
            if event.kind in ("queued", "bot_asked"):  # who asks on has not queued us
                self._course.queued = event.kind == "queued"
                self._segmenter.hang_over = HANG_OVER_QUEUED if self._course.queued else HANG_OVER
            self._course.human_keys |= self._understanding.human_keys
            yield event
