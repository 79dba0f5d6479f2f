"""What has happened in the call so far that bears on who is speaking now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from probe.listen.addressing import says_hello
from probe.listen.features import QUIETEST
from probe.listen.levels import ROOM, STOOD
from probe.listen.opening import Opening
from probe.listen.timbre import Timbre, apart, timbre
from probe.listen.turn import (
    A_FEW_WORDS,
    ANOTHER_VOICE,
    DOUBTFUL,
    DOUBTFUL_HELLO,
    OTHERS,
    RATHER,
    Spoke,
    Words,
    ends_a_recording,
    led_up,
)
from probe.listen.wording import Phrase
from probe.timeline import Kind, Samples, Verdict

_JUST_NOW = 6.0  # seconds within which music or ringback still came "just before"
_AFTER_REQUEST = 90.0  # seconds after our asking for a person
_SAME_TEXT = 92.0  # rapidfuzz ratio from which a long text is the same recording's
_SAME_SHORT_TEXT = 95.0
_REMAINS = 0.25  # share of a text that may be new where the rest was heard earlier; guessed
_LONG_TEXT = 8  # characters of a text that is looked for within a longer one
_SAME_LENGTH = 0.05  # seconds by which two plays of one recording may be measured to differ
_REPLY, _OVERLAP = 3.0, 0.3  # seconds after our last word by which a reply begins, and before it
_GIVES_WAY = (0.1, 1.0)  # seconds from our first word to the end of speech that gave way to us; guessed
_VOICES = 8  # machine voices kept
_QUEUE_MUSIC = 2.5  # seconds of music after speech that are hold music, whatever was said; guessed
_AT_ONCE = 4.0  # seconds after a recording within which somebody speaks right after it; guessed
_TURN_APART = (2.0, 12.0)  # seconds of silence between two turns of one who waits for an answer; guessed
_A_TURN = 0.4  # seconds of speech that are a turn; guessed


@dataclass(slots=True)
class _Ours:
    """What we said, in seconds; `asks`: it was a question who is there."""

    start: float
    end: float
    asks: bool = False


@dataclass(slots=True)
class Course:
    """Kept up to date by the listener."""

    answered: bool = False
    answered_at: float = 0.0
    human: bool = False
    queued: bool = False
    requested_at: float | None = None
    human_keys: set[str] = field(default_factory=set)
    talks_with_bot: bool = False
    _ended: dict[Kind, float] = field(default_factory=dict)
    _machine_floor: float | None = None
    _spoke: list[Spoke] = field(default_factory=list)
    _voices: list[Timbre] = field(default_factory=list)
    _we_spoke: list[_Ours] = field(default_factory=list)

    @property
    def first(self) -> bool:
        """Whether the call was answered, and nobody has finished speaking since."""
        return self.answered and not any(spoke.start >= self.answered_at for spoke in self._spoke)

    def we_speak(self, start: float, end: float) -> None:
        """Our own words are on the line from `start` to `end`; called again and again while they are."""
        if not self._we_spoke or start - self._we_spoke[-1].end >= _REPLY / 6:
            self._we_spoke = [*self._we_spoke[-1:], _Ours(start, end)]
        self._we_spoke[-1].end = end

    def said(self, value: str, at: float) -> None:
        """We sent keys or words; noted if they ask for a person, or who is there."""
        asks = value.rstrip().endswith(("?", "？"))
        if self._we_spoke:
            self._we_spoke[-1].asks = asks
        if not asks and ("人工" in value or "agent" in value.lower() or value in self.human_keys):
            self.requested_at = at

    def segment(self, kind: Kind, end: float, start: float | None = None) -> None:
        """A segment that is not speech is complete. Music for long enough after words is a queue's, whatever they said."""
        self._ended[kind] = end
        waits = start is not None and kind is Kind.MUSIC and end - start >= _QUEUE_MUSIC and self.answered
        self.queued |= waits and any(spoke.text and spoke.start >= self.answered_at for spoke in self._spoke)

    def spoke(self, spoke: Spoke, heard: Samples | None = None) -> None:
        """A speech segment is complete; `heard`: its first seconds of audio."""
        voice = timbre(heard) if heard is not None and self.answered else None
        if voice is not None:
            machine_apart = min((apart(voice, known) for known in self._voices), default=None)
            spoke = replace(spoke, voice=voice, machine_apart=machine_apart)
        voicelike = len(spoke.text) >= A_FEW_WORDS or spoke.voicelike
        waited = self.queued or any(self._ended.get(kind, -1.0) > self.answered_at for kind in OTHERS)
        alone = self.answered and not self._voices and not self.queued
        perhaps = spoke.perhaps and (waited or alone)
        self._spoke.append(replace(spoke, voicelike=voicelike, perhaps=perhaps, alone=alone))
        if spoke.machine:
            doubtful = DOUBTFUL_HELLO if alone and perhaps and says_hello(spoke.text) else DOUBTFUL
            if voice is not None and (spoke.verdict.human or 0.0) <= doubtful:
                # Of a doubtful one nothing is concluded: a person would be compared with himself.
                self._voices = [*self._voices, voice][-_VOICES:]
            lowest = spoke.floor if self._machine_floor is None else self._machine_floor
            self._machine_floor = min(spoke.floor, lowest)
            self.human = False

    def opening(
        self,
        start: float,
        end: float,
        now: float,
        text: str,
        phrases: list[Phrase],
        options: int,
        floor: float,
        *,
        stood: float = QUIETEST,
        heard: Samples | None = None,
        music_after: bool = False,
        room_after: bool = False,
        goes_on: bool = False,
        paused: bool = True,
        sounds_again: bool = False,
    ) -> Opening:
        """A speech segment in its circumstances, to be judged; `heard`: its first seconds of audio; `stood`: level of what sounded
        all the time before it (`probe.listen.levels.STOOD`)."""
        voice_apart, level_apart = self.unlike(heard)
        reply, to_challenge, gave_way = self._of_us(start, end)
        at_once, came_after = self._came_after(start)
        return Opening(
            text=text,
            phrases=phrases,
            length=end - start,
            silence_after=now - end,
            floor=floor,
            floor_before=self._machine_floor if to_challenge else self._floor_before(start, min(stood, floor)),
            options=options,
            after_queue=self.queued,
            after_music=self._just_before(Kind.MUSIC, start),
            after_ringback=self._just_before(Kind.RINGBACK, start) and self.answered,
            after_request=self.requested_at is not None and start - self.requested_at < _AFTER_REQUEST,
            after_human=self.human,
            same_room=floor > ROOM and bool(self.led_up(Words(start, floor))),
            music_after=music_after,
            room_after=room_after,
            heard_before=sounds_again or self._heard_before(text, end - start),
            sounds_again=sounds_again,
            answered=self.answered,
            talks_with_bot=self.talks_with_bot,
            at=start,
            goes_on=goes_on,
            paused=paused,
            others_known=any(spoke.prompt for spoke in self._spoke),
            first=self.first,
            at_once=at_once,
            came_after=came_after,
            turns=self._turns(start, text),
            voice_apart=voice_apart,
            level_apart=level_apart,
            answers_us=reply,
            to_challenge=to_challenge,
            gave_way=gave_way,
        )

    def _floor_before(self, start: float, stood: float) -> float | None:
        """What the machine was heard over, or what `stood` since long before `start`, when nothing else was heard."""
        machines = (spoke.end for spoke in self._spoke if spoke.machine)
        quiet_since = max(self.answered_at, *(self._ended.get(kind, 0.0) for kind in OTHERS), *machines)
        if self._machine_floor is None or start - quiet_since < STOOD:
            return self._machine_floor
        return max(self._machine_floor, stood)

    def _came_after(self, start: float) -> tuple[bool, str | None]:
        """Whether what begins at `start` comes right after what was said before it, or after the answer; and what that was,
        as other calls can be compared: a known recording, "" for the answer. A syllable or two that nobody can be told by
        is passed over: a cough, or a receiver that is taken up."""
        if not self.answered:
            return False, None
        since_answer = [spoke for spoke in self._spoke if spoke.start >= self.answered_at]
        spoken = [spoke for spoke in since_answer if spoke.prompt or spoke.machine or len(spoke.text) >= A_FEW_WORDS]
        since = spoken[-1].end if spoken else self.answered_at
        if any(since < self._ended.get(kind, -1.0) <= start + 0.01 for kind in OTHERS):
            return False, None
        if not spoken:
            return True, ""
        at_once = start - since <= _AT_ONCE
        return at_once, spoken[-1].prompt if at_once else None

    def _turns(self, start: float, text: str) -> int:
        """How often whoever speaks from `start` may have spoken before: no certain machine's speech, each time in other
        words and followed by silence, in which he waited for an answer."""
        turns, words = 0, [text]
        for spoke in reversed(self._spoke):
            if not spoke.text and spoke.end - spoke.start < _A_TURN:
                continue
            apart_by = _TURN_APART[0] <= start - spoke.end <= _TURN_APART[1]
            parted = any(spoke.end < self._ended.get(kind, -1.0) <= start + 0.01 for kind in OTHERS)
            doubtful = spoke.verdict.is_ == "unsure" and (spoke.verdict.human or 0.0) >= RATHER
            again = any(fuzz.ratio(spoke.text, other) >= _SAME_TEXT for other in words)
            if len(spoke.text) < A_FEW_WORDS or not doubtful or not apart_by or parted or again:
                break
            turns, start, words = turns + 1, spoke.start, [*words, spoke.text]
        return turns

    def judged_again(self, verdict: Verdict) -> None:
        """The last speech segment has another verdict than when it was complete."""
        self._spoke[-1] = replace(self._spoke[-1], verdict=verdict)

    def unlike(self, heard: Samples | None, before: Samples | None = None) -> tuple[float | None, float | None]:
        """dB of timbre, and of level, from the machine in this call, or the one heard just `before`, most like it."""
        just = timbre(before) if before is not None else None
        machines = [*self._voices, just] if just is not None else self._voices
        voice = timbre(heard) if heard is not None and machines else None
        if voice is None:
            return None, None
        distance, level = min((apart(voice, known), abs(voice.level - known.level)) for known in machines)
        return distance, level

    def another_voice(self, heard: Samples) -> bool:
        """Whether this is certainly another voice than what was heard last."""
        voice, before = timbre(heard), self._spoke[-1].voice if self._spoke else None
        return voice is not None and before is not None and apart(voice, before) > ANOTHER_VOICE

    def _of_us(self, start: float, end: float) -> tuple[float | None, bool, bool]:
        """Of the speech from `start` to `end`: seconds from our last word before it, if it may be a reply; whether that
        asked who is there; whether it gave way to us."""
        gave_way = any(
            start < ours.start and _GIVES_WAY[0] <= end - ours.start <= _GIVES_WAY[1] for ours in self._we_spoke
        )
        for ours in reversed(self._we_spoke):
            after = start - ours.end
            if start > ours.start and -_OVERLAP <= after <= _REPLY:
                return max(after, 0.0), ours.asks, gave_way
        return None, False, gave_way

    def led_up(self, words: Words) -> list[Spoke]:
        """What led up to these words of a person, the newest first: see `probe.listen.turn`."""
        return list(led_up(words, self._spoke, self._ended))

    def ends_a_recording(self, opening: Opening) -> bool:
        """Whether speech may be the rest of the recording that was heard before it (`probe.listen.turn`)."""
        asked = opening.to_challenge or opening.after_human
        return not asked and ends_a_recording(self._spoke, opening.at, opening.text)

    def revised(self, spoke: Spoke, verdict: Verdict) -> None:
        """What was heard before has another verdict with hindsight."""
        self._spoke = [replace(spoke, verdict=verdict) if known is spoke else known for known in self._spoke]

    def _just_before(self, kind: Kind, start: float) -> bool:
        ended = self._ended.get(kind)
        return ended is not None and start - ended < _JUST_NOW

    def _heard_before(self, text: str, length: float) -> bool:
        """Whether a text is an earlier one again, or put together from earlier ones."""
        if not text:
            return False
        for spoke in self._spoke:
            alike = fuzz.ratio(text, spoke.text)
            if len(text) >= 10 and alike >= _SAME_TEXT:
                return True
            if len(text) >= 4 and alike >= _SAME_SHORT_TEXT and abs(spoke.end - spoke.start - length) < _SAME_LENGTH:
                return True
        new = text
        whole = dict.fromkeys(spoke.text for spoke in self._spoke if len(spoke.text) >= _LONG_TEXT)
        for earlier in sorted(whole, key=len, reverse=True):
            while len(new) >= _LONG_TEXT:
                again = fuzz.partial_ratio_alignment(earlier, new, score_cutoff=_SAME_TEXT)
                # An earlier text that is longer than this one is another recording that ends or begins alike.
                if again is None or len(earlier) > len(new) / (1 - _REMAINS):
                    break
                new = new[: again.dest_start] + new[again.dest_end :]
        return len(new) <= _REMAINS * len(text)
