"""Who speaks, told at the right moments: while speech goes on, when it is over, and again when we are waited for.

Only that it is a person is told before the speech is over, since only that is urgent: an agent's time is running. What
was told too early is withdrawn when the same speech goes on as only machines do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from probe.listen import partings as parts
from probe.listen.addressing import greets, says_hello
from probe.listen.course import Course
from probe.listen.levels import ROOM, Levels
from probe.listen.moments import AGAIN, LONGER, PAUSES, Moments
from probe.listen.opening import Opening
from probe.listen.reasons import reason
from probe.listen.said_again import Curves
from probe.listen.stretch import PRE_ROLL
from probe.listen.turn import ANOTHER_VOICE, Spoke, Words, finished, room_began
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
_TAKEN_BACK = 0.05  # probability of a person up to which the same speech, gone on, takes back that it was one; guessed
_WENT_ON, _TAKEN_BACK_AFTER = 1.0, 0.25
"""Seconds for which the same speech went on after it was told to be a person's, and probability up to which that is then taken back;
guessed."""
_CERTAINLY = 0.99
"""Probability from which who answers our question is a person, whatever is said after that: he may pass the call on; guessed."""
_ROOM_FIRST = 0.08  # seconds of a room's noise before the voice that are told from the voice's own beginning; guessed
_SOFT_BEGINNING, _WELL_HEARD = 0.3, 0.6
"""Seconds before a segment by which its first word may begin softly, and the confidence from which its date is so good: of 12 dates of
simulated persons with up to 0.53 eleven were 40 to 115 ms too early, of 260 surer ones two by 40."""
_WORDLESS = 0.5
"""Seconds of sound before the first word from which they are no beginning of that word, which is dated within 0.2 s; guessed."""
_LIKE_BEFORE = 2.7  # dB of timbre within which the first to speak is a machine heard before (`ANOTHER_VOICE`); guessed
_PERHAPS, _NOISIER = 0.5, 5.0
"""Probability from which somebody who spoke right after a machine may be a person, who must be asked, and dB of more noise
from which it may be another room (`turn.SAME_ROOM`: surely is); guessed."""
_VERY_LIKELY = 0.9  # probability from which it was a machine and a person who has only not waited for us yet; guessed
_ENOUGH = 0.85  # probability of a machine before that tells no two places apart: more words are surer; guessed
_RATHER_THIS = 0.3  # probability of a person from which a clause begins the turn of who says the next; guessed
_ONE_TURN = 1.0
"""Seconds of a pause between two pieces of speech that may be one turn; guessed: who waits longer waits for us."""
_VOICE = 4 * RATE  # samples at the beginning of speech that show whose voice it is
_KEPT_SPEECH = 15 * RATE  # samples at the beginning of speech that are kept; no opening is longer
_EARLIER, _LATER, _UNSURE_IN_NOISE = 0.02, 0.06, 0.06
"""Seconds by which the person's first sound may lie before or after the measured onset; measured, see the benchmark."""
_JUST_TAKEN, _BEEP_AFTER = 4.0, 3.0
"""Seconds from the verdict to the mailbox's beep that takes it back, and from speech to the beep that shows its kind; guessed."""
_ROOM_ALONE = 0.4  # seconds from which soft sound without words is none of the sentence, and words no click; guessed
_QUIET = (Kind.SILENCE, Kind.NOISE)


class Judging:
    """Follows one call. `judge`: the model; `words_known`: how like a remembered recording's a text's words are."""

    def __init__(self, judge: Judge, words_known: Callable[[str], float] = lambda text: 0.0) -> None:
        self._judge = judge
        self._beep = float("-inf")
        self._words_known = words_known
        self.course = Course()
        self.moments, self._over_music = Moments(0.0), False
        self.levels = Levels()
        self._curves = Curves()
        self._audio: list[Samples] = []
        self._size = 0
        self._human: HumanAnswered | None = None
        self._human_in = -1.0
        self._replied = False
        self._unsettled: tuple[Opening, float, bool] | None = None
        self._unsure: Opening | None = None
        self._before: Opening | None = None
        self._joined, self._next_look = (-1.0, 0.0), AGAIN
        self.believed: dict[float, Verdict] = {}
        """By the start of their segment: verdicts on what a person had said before it was known who spoke."""
        self._held: tuple[float, tuple[Opening, float, bool] | None, Opening | None] = (-1.0, None, None)

    def judge(self, opening: Opening) -> Verdict:
        """The model's verdict; but what a mailbox's beep followed is nobody's opening, nor the rest of a recording."""
        verdict = self._judge(opening)
        beeped = opening.at < self._beep <= opening.at + opening.length + _BEEP_AFTER
        nobodys = beeped or self.course.ends_a_recording(opening)
        return replace(verdict, is_="unsure") if nobodys and verdict.is_ == "human" else verdict

    @property
    def settled(self) -> bool:
        """Whether a person has been told, or goes on speaking."""
        return self._human is not None or self.course.human

    @property
    def answered_by_person(self) -> float | None:
        """Seconds at which a person answered, None if nobody did so far."""
        return self._human.at if self._human is not None else None

    def begins(self, kind: Kind, at: float, audio: Samples, over_music: bool = False) -> None:
        """A segment begins, `over_music` or not; `audio`: what of it, and of the pre-roll before it, has been heard already."""
        self.levels.forget(at)
        if kind is Kind.SPEECH:
            self._held = at, self._unsettled, self._unsure
        if kind not in _QUIET:
            self._unsettled = None
            self._before, self._unsure = self._unsure if kind is Kind.SPEECH else None, None
        elif at == self._held[0]:
            _, self._unsettled, self._unsure = self._held  # it was no speech, only louder noise
        if kind is Kind.SPEECH:
            self.moments, self._over_music = Moments(at), over_music
            self._audio, self._size = [audio], audio.size

    def hear(self, heard: Samples) -> None:
        """The next audio of the speech segment."""
        if self._size < _KEPT_SPEECH:
            self._audio.append(heard)
            self._size += heard.size

    def last_sound(self, start: float, last: float, last_word: float | None, until: float) -> float:
        """End of the last sound of speech since `start`, in seconds; but of the voice where a person is waited for, no words
        are in what sounds on, and it is much softer: a room goes on. `until`: where words were looked for; `last`: of any sound.
        """
        if last_word is None or min(last, until) - last_word < _ROOM_ALONE:
            return last
        if not (self.course.queued or self.course.first):
            return last
        ended = self.levels.voice_ended(start, last_word)
        return ended if last - ended >= _ROOM_ALONE else last

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
            following = Kind.NOISE if min(self.levels.newest(), default=0.0) > ROOM else Kind.SILENCE
        floor, room_after = self.levels.room(end, following)
        opening = self.course.opening(
            start,
            end,
            now,
            text,
            meaning.phrases,
            meaning.options,
            floor,
            stood=self.levels.stood(start),
            heard=self._voice(),
            music_after=following in (Kind.MUSIC, Kind.RINGBACK),
            room_after=room_after,
            goes_on=goes_on,
            paused=not goes_on or now - end >= PAUSES[0],
            sounds_again=not self.settled and self._curves.again(self.levels.curve(start, end)),
        )
        return replace(opening, level=self.levels.loud(start, end), over_music=self._over_music)

    def of_last_speaker(
        self, opening: Opening, words: Sequence[Word], language: str, onsets: Sequence[tuple[float, float]]
    ) -> tuple[Opening, Understanding | None]:
        """The opening of who spoke last, and what it means, where a person spoke so soon after a machine that the two are
        one segment. Else the same opening.

        They are parted where a person's first words may begin: at a gap between words, or after a pause, of which `onsets`
        tells where each ended and began, in seconds. Of several such places the likeliest counts.
        """
        starts = [onset for onset, _ in onsets]
        first = next((word for word in words if self.levels.says(word, opening.at, opening.level)), None)
        if first is not None and not self.levels.voice_from(opening.at, first.start):  # else an "er" came before it
            began = self._voice_begins(first, opening)
            if began is None and (first is not words[0] or first.start - opening.at > _WORDLESS):
                began = parts.onset_of(first.start, starts)
            opening = replace(opening, words_at=opening.words_at if began is None else began)
        if self._human is not None and opening.at < self._human_in < opening.at + opening.length and len(words) > 1:
            # Somebody was told to have begun in the midst of it: what is said now is looked at as his.
            i = min(range(1, len(words)), key=lambda i: abs(words[i].start - self._human_in))
            _, tail, after = self._parted(opening, words, i, self._human_in, language)
            return tail, after
        if self.settled or not self.course.queued:
            return opening, None
        best: tuple[float, float, Opening, Understanding] | None = None
        perhaps: tuple[float, Opening, Understanding] | None = None
        for i in parts.partings(words, onsets, self._over_music, opening.recordings):
            start = self.levels.rise(words[i].start, words[i - 1].end) or parts.onset_of(words[i].start, starts)
            head, tail, after = self._parted(opening, words, i, start, language)
            tail = replace(tail, over_music=self._over_music and not parts.pause_before(words, i, onsets))
            machine_before = 1 - (self.judge(head).human or 0.0)
            own = parts.recorded(opening.recordings, opening.at, start)
            room = (head.voice_apart or ANOTHER_VOICE) <= _LIKE_BEFORE and room_began(tail) and not room_began(head)
            if own or room:
                machine_before = max(machine_before, 1 - _TAKEN_BACK)  # the sound tells, whatever was said
            if machine_before <= 1 - LIKELY:
                continue
            then = self.judge(tail)
            likely, score = machine_before * (then.human or 0.0), min(machine_before, _ENOUGH) * (then.human or 0.0)
            unlike = (tail.voice_apart or 0.0) >= ANOTHER_VOICE or room_began(tail, _NOISIER)  # its sound is another's
            if then.is_ == "human" and (best is None or score > best[0]):
                best = score, likely, tail, after
            elif then.is_ == "unsure" and score >= _PERHAPS * _ENOUGH and unlike and parts.is_alone(tail, _ROOM_ALONE):
                perhaps = max(perhaps or (0.0, tail, after), (likely, tail, after), key=lambda part: part[0])
        if best is None:
            if perhaps is not None:
                # A machine spoke first, and somebody else since: who that is is not known yet.
                whole = self.judge(opening).is_
                likely = opening.prompt_share > 0 or perhaps[0] >= _VERY_LIKELY
                if whole in ("bot", "recording") or (whole == "unsure" and likely):
                    return perhaps[1:]
            return opening, None
        _, likely, tail, meant = best
        if (tail.voice_apart or 0.0) < ANOTHER_VOICE and not room_began(tail):
            if self.judge(opening).is_ == "human":
                return opening, None  # one person all along, who also said what machines say
            if likely < 1 - _TAKEN_BACK and not says_hello(tail.text):
                # Rather a machine's than certainly, in the same voice: the person may have begun with it.
                tail = replace(tail, words_at=opening.at if opening.words_at is None else opening.words_at)
        return tail, meant

    def _voice_begins(self, word: Word, opening: Opening) -> float | None:
        """Where the voice of the first word begins: after the segment's start, where a room opened first, or a little
        before it, where a soft sound was not heard to be one. None: at the segment's start."""
        if opening.at - _SOFT_BEGINNING <= word.start < opening.at:
            return word.start if len(word.word) > 1 and word.confidence >= _WELL_HEARD else None
        rise = self.levels.rise(word.start, opening.at, at_once=True)
        return rise if rise is not None and rise - opening.at > _ROOM_FIRST else None

    def _parted(
        self, opening: Opening, words: Sequence[Word], i: int, start: float, language: str
    ) -> tuple[Opening, Opening, Understanding]:
        """An opening in two parts, the second from word `i` on, which began to sound at `start` seconds, and what that means."""
        before, after = (parts.meaning(part, language) for part in (words[:i], words[i:]))
        first, last = words[0].start, words[i - 1].end
        cut = round((start - opening.at + PRE_ROLL) * RATE)
        head_voice = self.speech[round(PRE_ROLL * RATE) : cut][:_VOICE]
        voice, level = self.course.unlike(self.speech[cut:][:_VOICE], head_voice)
        head_apart, head_level_apart = self.course.unlike(head_voice)
        known = [] if opening.floor_before is None else [opening.floor_before]
        floor_before = min([*known, *(self.levels.between(0.0, start) or [opening.floor])])
        tail = parts.tail_of(
            opening,
            start,
            after,
            floor=min(self.levels.between(start), default=opening.floor),
            floor_before=floor_before,
            words_known=self._words_known(after.text),
            voice_apart=voice,
            level_apart=level,
            level=self.levels.loud(start, opening.at + opening.length),
        )
        head = replace(
            opening,
            length=last - opening.at,
            text=before.text,
            phrases=before.phrases,
            options=before.options,
            silence_after=start - last,
            floor=min(self.levels.between(max(first, opening.at), start), default=opening.floor),
            voice_apart=head_apart,
            level_apart=head_level_apart,
            music_after=False,
            head=True,
        )
        return head, tail, after

    def judged(self, opening: Opening) -> Verdict:
        """The verdict on speech; where that alone is unsure, on it together with what the same speaker said just before,
        if both are a person's: people pause between two clauses of one opening."""
        verdict, before = self.judge(opening), self._before
        whole = self._with_before(opening) if verdict.is_ == "unsure" else None
        if whole is None or before is None or (joined := self.judge(whole)).is_ != "human":
            return verdict
        if before.text and not opening.to_challenge and (self.judge(before).human or 0.0) >= _RATHER_THIS:
            self._joined = opening.at, before.words_at or before.at
        return joined

    def _with_before(self, opening: Opening) -> Opening | None:
        """The opening with the unsure speech before it, if it may be one turn, or answers what we asked about that."""
        before = self._before
        if before is None or opening.after_human or opening.head or opening.options:
            return None
        near = 0 <= opening.at - before.at - before.length <= _ONE_TURN or opening.to_challenge
        if not near or self.course.another_voice(self._voice()):
            return None
        return parts.together(before, opening)

    def early(self, opening: Opening, now: float, hands_over: bool = False) -> Iterator[HeardEvent]:
        """The verdict on speech that goes on, told if it is a person's; `hands_over`: its words hand the turn to us."""
        verdict = self.judged(opening)
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
        above, voicelike = self.levels.loud(begin, end) - opening.floor, self.levels.voicelike(begin, end)
        spoke = finished(opening, verdict, begin, above, greets(opening.text) or voicelike)
        self.course.spoke(spoke, self._voice())
        self._curves.keep(self.levels.curve(opening.at, end))
        self.course.human |= verdict.is_ == "human"
        self.course.talks_with_bot |= verdict.is_ == "bot" or (opening.invites and verdict.is_ == "recording")
        self._unsure = opening if verdict.is_ == "unsure" and following in _QUIET else self._unsure
        if opening.text and following in _QUIET and not self.settled:
            self._unsettled, self._next_look = (opening, end, verdict.is_ == "unsure"), AGAIN

    def mailboxes(self, beeps: Sequence[HeardEvent], now: float) -> Iterator[HeardEvent]:
        """The beeps of mailboxes, as they are told. One that ends what was just taken for a person's opening shows that it was
        a recording's; after somebody certainly answered our question, it was his own voice's or his line's."""
        for beep in () if self._replied else beeps:
            yield beep
            self._beep = beep.at
            if self._human is not None and now - self._human.known <= _JUST_TAKEN:
                yield HumanWithdrawn(at=self._human.at, known=now)
                self._human, self.course.human = None, False

    def again(self, now: float) -> Iterable[HeardEvent]:
        """Another verdict on speech that is over, once whoever spoke has waited long enough; told if there was none."""
        return () if self._unsettled is None or now - self._unsettled[1] < self._next_look else self._again(now)

    def _again(self, now: float) -> Iterator[HeardEvent]:
        assert self._unsettled is not None
        opening, end, open_ = self._unsettled
        if not open_ or self._next_look == LONGER:
            self._unsettled = None
        self._next_look = LONGER
        # What was decided is looked at too: training must see machines wait as it sees people.
        floor = min(opening.floor, self.levels.room(end, Kind.NOISE)[0])  # the line may have fallen silent since
        verdict = self.judged(replace(opening, silence_after=now - end, floor=floor))
        if verdict.is_ == "unsure" or not open_:
            return
        yield from self._tell(opening, verdict, now)
        self._unsettled = None
        self.course.judged_again(verdict)
        self.course.human |= verdict.is_ == "human"

    def _tell(self, opening: Opening, verdict: Verdict, now: float) -> Iterator[HeardEvent]:
        start, end = opening.at, opening.at + opening.length
        yield VerdictGiven(at=end, known=now, start=start, end=end, verdict=verdict)
        if verdict.is_ == "human" and self._human is None:
            asked, hello = opening.to_challenge, says_hello(opening.text) and not opening.to_challenge
            above = opening.level - opening.floor
            turn = self.course.led_up(Words(start, opening.floor, self._voice(), above, asked, hello, certain=True))
            yield from self._believed(turn, verdict, now)
            first = min(turn[-1].start if turn else start, self._joined[1] if self._joined[0] == start else start)
            noisy = _UNSURE_IN_NOISE if opening.floor > ROOM else _EARLIER
            self._human_in = start
            spoken = opening.words_at if first == start and opening.words_at is not None else first
            self._human = HumanAnswered(
                at=spoken,
                known=now,
                earliest=max(min(first, spoken) - noisy, 0.0),
                latest=start if first < start else max(start, spoken + _LATER),
            )
            yield self._human
            self._replied = opening.to_challenge and (verdict.human or 0.0) >= _CERTAINLY
        elif self._human is not None and self._takes_back(opening, verdict):
            yield HumanWithdrawn(at=self._human.at, known=now)
            self._human = None

    def _believed(self, turn: Sequence[Spoke], verdict: Verdict, now: float) -> Iterator[HeardEvent]:
        """The verdicts, with hindsight, on what a person had said before and was not believed."""
        reasons = (reason("the same person was told by later words"), *verdict.reasons)
        for spoke in reversed(turn):
            self.believed[spoke.segment] = person = replace(verdict, reasons=reasons)
            if spoke.machine:  # what was unsure may stay so, but no memory takes it for a recording
                self.course.revised(spoke, person)
                yield VerdictGiven(at=spoke.end, known=now, start=spoke.segment, end=spoke.end, verdict=person)

    def _takes_back(self, opening: Opening, verdict: Verdict) -> bool:
        """Whether a verdict takes back that a person answered: what we have spoken into is cut off, and tells less; what went
        on for longer after it was told tells more."""
        if self._human is None or self._human_in != opening.at or self._replied:
            return False
        went_on = opening.at + opening.length - self._human.known >= _WENT_ON
        return (verdict.human or 0.0) <= (_TAKEN_BACK_AFTER if went_on else _TAKEN_BACK) and verdict.is_ != "human"

    def _voice(self) -> Samples:
        return self.speech[round(PRE_ROLL * RATE) :][:_VOICE]
