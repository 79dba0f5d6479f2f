"""Who speaks, told at the right moments: while speech goes on, when it is over, and again when we are waited for.

Only that it is a person is told before the speech is over, since only that is urgent: an agent's time is running. What
was told too early is withdrawn when the same speech goes on as only machines do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from probe.listen.course import ROOM, Course
from probe.listen.moments import AGAIN, PAUSES, Moments
from probe.listen.opening import Opening
from probe.listen.stretch import PRE_ROLL
from probe.listen.understanding import Understanding
from probe.timeline import (
    RATE,
    HeardEvent,
    HumanAnswered,
    HumanWithdrawn,
    Kind,
    Paused,
    Samples,
    Verdict,
    VerdictGiven,
    Word,
)

Judge = Callable[[Opening], Verdict]
"""Who tells people from machines; `probe.listen.verdict.judge` unless another detector is to be compared."""

LIKELY = 0.5
"""Probability of a person from which a question at the end of speech is not called a bot's."""
_GAP, _NEAR = 0.6, 0.25
"""Seconds between two words that may part two speakers, and by which an onset may lie beside the word it begins;
recognisers end words up to 0.2 s early."""
_WORDLESS = 0.5
"""Seconds of sound before the first word from which they are not taken for the beginning of that word, but for what was
heard before the person spoke; guessed: recognisers date a word's start within 0.2 s."""
_AFTER_END = 0.08
"""Seconds after the last sound that still show what noise it was spoken in."""
_ROOM_FRAMES = 8
"""Frames, the newest, that show what noise follows: 160 ms."""
_VOICE = 4 * RATE
"""Samples at the beginning of speech that show whose voice it is."""
_KEPT_SPEECH = 15 * RATE
"""Samples at the beginning of speech that are kept; no opening is longer."""
_EARLIER, _LATER, _UNSURE_IN_NOISE = 0.02, 0.06, 0.06
"""Seconds by which the person's first sound may lie before or after the measured onset; measured, see the benchmark."""
_QUIET = (Kind.SILENCE, Kind.NOISE)


class Judging:
    """Follows one call. `judge`: the model."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.course = Course()
        self.moments = Moments(0.0)
        self._levels: deque[tuple[float, float]] = deque()
        self._audio: list[Samples] = []
        self._size = 0
        self._human: HumanAnswered | None = None
        self._human_in = -1.0
        self._unsettled: tuple[Opening, float] | None = None

    @property
    def settled(self) -> bool:
        """Whether a person has been told, or goes on speaking: then nothing is urgent."""
        return self._human is not None or self.course.human

    def level(self, at: float, level: float) -> None:
        """The level in dBFS of the frame that begins at `at` seconds."""
        self._levels.append((at, level))

    def quiet_levels(self, since: float, until: float) -> list[float]:
        """Levels of the frames that begin in a stretch of time."""
        return [level for when, level in self._levels if since <= when < until]

    def begins(self, kind: Kind, at: float, audio: Samples) -> None:
        """A segment begins; `audio`: what of it, and of the pre-roll before it, has been heard already."""
        while self._levels and self._levels[0][0] < at:
            self._levels.popleft()
        if kind not in _QUIET:
            self._unsettled = None
        if kind is Kind.SPEECH:
            self.moments = Moments(at)
            self._audio, self._size = [audio], audio.size

    def hear(self, heard: Samples) -> None:
        """The next audio of the speech segment."""
        if self._size < _KEPT_SPEECH:
            self._audio.append(heard)
            self._size += heard.size

    @property
    def speech(self) -> Samples:
        """The speech segment's audio so far, with its pre-roll."""
        return np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16)

    def opening(
        self, start: float, end: float, now: float, text: str, meaning: Understanding, following: Kind | None
    ) -> Opening:
        """The speech from `start` to `end` in its circumstances; `following`: what comes after it, None: it goes on."""
        goes_on = following is None
        if following is None:
            following = Kind.NOISE if min(self._newest(), default=0.0) > ROOM else Kind.SILENCE
        floor, room_after = self._room(end, following)
        return self.course.opening(
            start,
            end,
            now,
            text,
            meaning.phrases,
            meaning.options,
            floor,
            heard=self._voice(),
            music_after=following in (Kind.MUSIC, Kind.RINGBACK),
            room_after=room_after,
            goes_on=goes_on,
            paused=not goes_on or now - end >= PAUSES[0],
        )

    def of_last_speaker(
        self, opening: Opening, words: Sequence[Word], language: str, onsets: Sequence[float]
    ) -> tuple[Opening, Understanding | None]:
        """The opening of who spoke last, and what it means, where a person spoke so soon after a machine that the two are
        one segment: they are parted by a gap between words, `onsets` are where sound began. Else the same opening."""
        if words and words[0].start - opening.at > _WORDLESS:
            opening = replace(opening, words_at=_onset(words[0].start, onsets))
        gaps = [i for i in range(1, len(words)) if words[i].start - words[i - 1].end >= _GAP]
        if not gaps or self.settled or not self.course.queued:
            return opening, None
        before, after = (_meaning(part, language) for part in (words[: gaps[-1]], words[gaps[-1] :]))
        start, end = _onset(words[gaps[-1]].start, onsets), opening.at + opening.length
        skipped = round((start - opening.at + PRE_ROLL) * RATE)
        voice, level = self.course.unlike(self.speech[skipped:][:_VOICE])
        tail = replace(
            opening,
            at=start,
            words_at=None,
            length=end - start,
            text=after.text,
            phrases=after.phrases,
            options=after.options,
            heard_before=False,
            prompt=None,
            prompt_share=0.0,
            voice_apart=voice,
            level_apart=level,
        )
        head = replace(
            opening,
            length=words[gaps[-1] - 1].end - opening.at,
            text=before.text,
            phrases=before.phrases,
            options=before.options,
            silence_after=_GAP,
        )
        machine_before = (self.judge(head).human or 0.0) < LIKELY
        return (tail, after) if machine_before and self.judge(tail).is_ == "human" else (opening, None)

    def early(self, opening: Opening, now: float, hands_over: bool = False) -> Iterator[HeardEvent]:
        """The verdict on speech that goes on, told if it is a person's; `hands_over`: its words hand the turn to us."""
        verdict = self.judge(opening)
        if verdict.is_ != "human":
            return
        yield from self._tell(opening, verdict, now)
        if opening.paused and hands_over:
            yield Paused(at=opening.at + opening.length, known=now, start=opening.at)

    def over(self, opening: Opening, verdict: Verdict, now: float, following: Kind) -> Iterator[HeardEvent]:
        """The verdict on speech that is over."""
        yield from self._tell(opening, verdict, now)
        end = opening.at + opening.length
        begin = opening.at if verdict.is_ in ("bot", "recording") else opening.words_at or opening.at
        self.course.spoke(begin, end, opening.text, verdict, opening.floor, self._voice())
        self.course.human |= verdict.is_ == "human"
        self.course.talks_with_bot |= verdict.is_ == "bot"
        if verdict.is_ == "unsure" and opening.text and following in _QUIET:
            self._unsettled = opening, end

    def again(self, now: float) -> Iterator[HeardEvent]:
        """Another verdict on speech that is over and could not be judged, once whoever spoke has waited long enough."""
        if self._unsettled is None or now - self._unsettled[1] < AGAIN:
            return
        (opening, end), self._unsettled = self._unsettled, None
        verdict = self.judge(replace(opening, silence_after=now - end))
        if verdict.is_ == "unsure":
            return
        yield from self._tell(opening, verdict, now)
        self.course.judged_again(verdict)
        self.course.human |= verdict.is_ == "human"

    def _tell(self, opening: Opening, verdict: Verdict, now: float) -> Iterator[HeardEvent]:
        start, end = opening.at, opening.at + opening.length
        yield VerdictGiven(at=end, known=now, start=start, end=end, verdict=verdict)
        if verdict.is_ == "human" and self._human is None:
            first = self.course.first_sound(start, opening.floor, opening.to_challenge, self._voice())
            noisy = _UNSURE_IN_NOISE if opening.floor > ROOM else _EARLIER
            self._human_in = start
            spoken = max(first, opening.words_at or 0.0) if first == start else first
            self._human = HumanAnswered(
                at=spoken,
                known=now,
                earliest=max(first - noisy, 0.0),
                latest=start if first < start else spoken + _LATER,
            )
            yield self._human
        elif verdict.is_ in ("bot", "recording") and self._human is not None and self._human_in == start:
            yield HumanWithdrawn(at=self._human.at, known=now)
            self._human = None

    def _newest(self) -> list[float]:
        return [level for _, level in self._levels][-_ROOM_FRAMES:]

    def _room(self, end: float, following: Kind) -> tuple[float, bool]:
        """The floor in dBFS that speech up to `end` stood on, and whether a room is heard only after it.

        A room does not fall silent when somebody in it stops speaking: silence after the speech is its floor.
        """
        under = [level for when, level in self._levels if when < end + _AFTER_END or following is Kind.SILENCE]
        floor = min(under, default=0.0)
        return floor, following is Kind.NOISE and floor <= ROOM < min(self._newest(), default=0.0)

    def _voice(self) -> Samples:
        return self.speech[round(PRE_ROLL * RATE) :][:_VOICE]


def _onset(word: float, onsets: Sequence[float]) -> float:
    """Where the sound of a word begins that the recogniser dates to `word`, seconds."""
    return min((onset for onset in onsets if abs(onset - word) <= _NEAR), key=lambda o: abs(o - word), default=word)


def _meaning(words: Sequence[Word], language: str) -> Understanding:
    understanding = Understanding(language)
    for _ in understanding.read(tuple(words), words[-1].end, words[-1].end, final=True):
        pass
    return understanding
