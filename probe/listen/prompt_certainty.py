"""Whether a prompt that is followed is this very recording, not the same sentence with something else put in.

A hotline says many sentences anew each time, in a synthetic voice that begins them as it began the remembered one; so a prompt is told late
(`probe.listen.prompt_due`), and its words are taken from memory long before. And a recording keeps its own time, which a sentence spoken
anew in the same voice does not: it drifts away from the remembered one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import Fingerprint
from probe.listen.prompt_beginning import AT_START, first_word, learned_over_music, says_much, wordless
from probe.listen.prompt_due import HEARD_BEFORE, LATE_OVER_MUSIC, Heard, due, hidden, the_very_same
from probe.listen.prompt_following import Following, explained, out_of_step, shares, slower
from probe.listen.prompt_memory import sounding
from probe.listen.prompt_numbers import number_put_in

ALIKE = 0.2
"""The share that may differ where one prompt gives way to another that began alike."""
ALIKE_OVER_MUSIC = 0.27
"""The same over music, in the newest `_NEWEST` frames. Of 73 announcements heard twice over music 99 in 100 differed by no more in
30 frames; what is most alike of all other places of the other call by 0.35 on average."""
_NEWEST_KNOWN, _ALL_KNOWN = 0.35, 0.3
"""The same in these, and in all of 1.5 s or more, of what several calls heard, and never anything that begins alike; guessed."""
_NEWEST, _SAID_OVER_MUSIC = 25, 40  # frames; frames since the first word
_EQUAL, _FEW_OVER_MUSIC = 0.1, 10
"""The share that may differ where so few frames tell: the music is the same one too, and other words over it differ; guessed."""
_ELSEWHERE = 20  # frames of the prompt's beginning that show that its music is not what is heard; guessed
_MUSIC_TELLS, _EQUAL_WORDS = 10, 0.15
"""Frames of the music before the first word that tell whether it is the very same; and the share that may differ in the words then: of 33
announcements heard again over the same music by up to 0.07, but for one of 0.12 in 11 frames; other words, or none, by 0.2 to 0.24."""
_NEWEST_AGREES, _AGREES = 15, 0.25
"""Newest frames, and the share that may differ in them for a prompt to be told: by up to 0.18 in 619 right recognitions of
simulated calls, 0.33 in a wrong one that was just about to part."""
_LEVELS, _LEVELS_BESIDE = 100, 1
"""Newest frames whose levels are compared, and frames by which they may be out of step."""
_LOUD, _LOST, _UNEVEN, _AS_LOUD = 12, 30, 2.5, 0.6
"""Frames so many dB under the loudest or nearer are loud, and so far under it lost packets, which are left out; the deviation (dB) of how
much louder the loud ones are than the prompt, and the correlation of all levels with its own, from which on and up to which it is another
sound. None of 506 right recognitions of simulated calls is; a person's words over the room that was remembered have 4.2 dB and 0.13."""
_NUMBER, _OTHER_NUMBER = 8, 0.3
"""Frames that show a number, as short as 0.15 s, and the share that differs where it is another: 0.47 and more, else up to 0.15."""
_UNUSUAL = ((-1.0, 45), (0.0, 60), (0.03, 70), (0.06, 80), (0.12, 100))
"""Frames that must be heard of a prompt that differs by so much more than its noise explains. Words that two recordings begin
with last 2 s; a recognition counts within 2 s, which 80 frames are. Of 1,300 recordings heard again through drawn conditions, 40, 20, 7
and 1.5 in 100 differ by more than 0, 0.03, 0.06, 0.12 after 60 frames; of the same words in the same voice spoken anew 97, 91, 84, 75."""
_ANEW = 0.09
"""The share by which a prompt may differ more, beyond what its noise explains, than the one of this call that differed least: of 1,145
right recognitions in simulated calls 0.6 in 100 did, of eight wrong ones, sentences spoken anew in the same voice, seven."""
_AS_ITSELF = 0.06
"""The same than the prompt itself did, earlier in the call: of 87 that were heard again there one did (0.075), of a greeting that a menu says
once more, in the same voice, every hearing (0.07 to 0.18)."""
_BEST = -0.04
"""The least that either counts for: on a noisy line clear words differ by much less than its noise explains, as does, on a clear one, what
happens to be exactly in step; guessed."""
_LONG, _ANEW_LONG = 250, 0.12
"""Frames, longer than a sentence that begins with another's words, and the same share where so many agree, whatever others of the call
do: it was learned from a call that lost packets; guessed."""
_DIGIT, _OTHER_DIGIT = 12, 0.36  # the same of any digit of a number of several; guessed
_ONSET, _STEADY, _STEADY_LEAST, _STEADY_OVER_MUSIC = 8, 70, 50, 30
"""Sounding frames in which what was before is heard too; newest ones over which a recording keeps its own time; the fewest that show it,
and over music, where it is told sooner."""
_DRIFT = 0.6
"""Frames by which the halves of these may be out of step: recordings of simulated calls (87 heard again) by up to 0.54, over music by 0.23;
half of the sentences spoken anew in the same voice by more than 0.54, over music by more than 1.2."""
_STEADY_FEW, _DRIFT_FEW = 40, 0.7
"""The same where fewer show it: 62 recordings of simulated calls, heard again, got by up to 0.37 out of step over 30 to 50 of them, one by
0.61; one sentence spoken anew by 0.74."""
_STEADY_LONG, _EVENLY, _SEVERAL = 90, 0.1, 3
"""Sounding frames over which it is spoken anew if it gets as much out of step as the same recording hardly does (274 of 277 in simulated calls by
up to 0.35, three of one prompt by 1.1, at once), little by little: by that share of it between so many of five places. What a jitter buffer drops or repeats shows between two or
three of them. Guessed."""

_NONE: Mapping[str, float] = MappingProxyType({})
_A_JINGLE = 2.0
"""Seconds of a recording in which nobody speaks that is known for what it is; guessed."""
_WORDS_UNKNOWN = 75
"""Frames over music that must be heard of what no words are known of, and it must go on: else it may be the music alone; guessed."""


class Certainty:
    """Of a prompt that is followed, and heard from live frame `since` on, as `known` says. What had parted from it before,
    where something else may have been put in, is never certain. `before`: frames heard just before of the one that it came after in an
    earlier call, too, if it does."""

    def __init__(self, following: Following, since: int, known: Heard, before: int = 0) -> None:
        self._following = following
        self._since = since
        self._known = known
        self._before = before + hidden(following.prompt, known)
        self._due = due(following.prompt, known)
        says_nothing = wordless(following.prompt) or (known.new and not following.prompt.words)
        self.never = known.parted_before or (says_nothing and following.prompt.seconds < _A_JINGLE)
        """Whether it can no longer be certain: a short piece without words may be any music's."""
        self._number_heard = self._said_anew = False
        self._may_be_told_so_far = self._due.other > 0
        self.as_far_as: int | None = None
        """The live frame at which a word begins that may be another one, once it is this recording up to there for certain."""
        self.more: float | None = None
        """The share by which it differs more than its noise explains, once that was looked at; over music, which explains all, it is not."""

    def number_missed(self, heard: Fingerprint) -> bool:
        """Whether a number is put into the prompt before what agrees with it, and was not heard there."""
        lag = self._following.lag
        begin, past = number_put_in(self._following.prompt, 0)
        if self._known.over_music or self._known.own_number or not 0 < past <= self._since - lag:
            return False
        return lag + begin < 0 or self._differs(heard, lag + begin, lag + past) > _OTHER_NUMBER

    def due_after(self, until: int) -> int:
        """The next live frame, `until` being heard, from which on it may be certain, or so up to some word, if it is not overdue; else the
        last."""
        if self._may_be_told_so_far and self._due.as_far <= until - self._following.lag < self._due.whole:
            return until
        frames = (self._due.same, self._due.whole, *([self._due.as_far] if self._may_be_told_so_far else []))
        lag = self._following.lag
        return lag + min((frame for frame in frames if lag + frame > until), default=self._due.whole)

    def is_certain(
        self, heard: Fingerprint, until: int, ended: bool = False, differed: Mapping[str, float] = _NONE
    ) -> bool:
        """Whether what is heard up to live frame `until` still agrees, and what may be put in is past; `ended`: all of it is. Until then
        `as_far_as` says up to where it is.
        `differed`: of each prompt that was certain in this call, how much more than its noise explains, where it did so least."""
        frame = until - self._following.lag
        same = self._due.same <= frame < self._due.whole and self._is_the_same(heard, until)
        if self._may_be_told_so_far and (same or frame >= self._due.as_far):
            other = self._following.lag + self._due.other
            agrees = not self.never and self._agrees_before(other, heard, until, differed)
            self.as_far_as = other if agrees else None
            self._may_be_told_so_far = not agrees and frame < self._due.whole
            same = False
        so_far = self.as_far_as is not None
        if self.never or (so_far and self._due.untold):
            return False
        whole = self._due.whole + (self._due.dated if so_far else 0)
        if not ended and frame < whole and (so_far or not same):
            return False
        return self._agrees(heard, until, ended, differed)

    def _agrees_before(self, other: int, heard: Fingerprint, until: int, differed: Mapping[str, float]) -> bool:
        """Whether what is heard before the word that begins at live frame `other` is this recording: it is, too, where so much agrees only
        together with what is heard beyond it."""
        if self._agrees(heard, min(other, until), False, differed):
            return True
        never = self.never
        agrees = not never and until > other and self._agrees(heard, until, False, differed)
        self.never = never  # another word does not keep the recording's time
        return agrees

    def _agrees(self, heard: Fingerprint, until: int, ended: bool, differed: Mapping[str, float]) -> bool:
        """Whether what is heard up to live frame `until` is this recording, as far as it is heard."""
        following = self._following
        if self._drifts(heard, until):
            return False
        if self._known.over_music:  # which explains all that differs, if what is newest agrees
            little = not following.prompt.words and (ended or until - self._since < _WORDS_UNKNOWN)
            if following.doubtful or little or self._says_other_words(heard, until):
                return False
            return self.agrees_over_music(heard, until, ended)
        sounds = sounding(heard.levels)[self._since : until]
        differ = shares(following.prompt, heard, following.lag, self._since, until)[sounds]
        newest = differ[-_NEWEST_AGREES:]
        if (newest.size and float(newest.mean()) > _AGREES) or self._is_loud_elsewhere(heard, until):
            return False
        usual = explained(following.prompt, heard, following.lag, self._since, until)[sounds]
        self.more = more = float((differ - usual).mean()) if differ.size else 0.0
        if more > self._may_differ(until - self._since, differed):
            return False
        return ended or until - self._since + self._before >= max(
            (some for much, some in _UNUSUAL if more > much), default=0
        )

    def _is_loud_elsewhere(self, heard: Fingerprint, until: int) -> bool:
        """Whether what is heard up to live frame `until` is loud and soft at other places than the prompt: then it is the noise of the
        line or the room that agrees, as far as anything does, and somebody speaks over it."""
        lag, prompt = self._following.lag, self._following.prompt
        places = np.arange(max(self._since, until - _LEVELS), until)
        levels = heard.levels[places].astype(np.float64)
        steps = range(-_LEVELS_BESIDE, _LEVELS_BESIDE + 1)
        its = (prompt.levels[np.clip(places - lag + step, 0, prompt.bits.size - 1)] for step in steps)
        return all(_as_other_sound(levels, levels_there.astype(np.float64)) for levels_there in its)

    def _may_differ(self, frames: int, differed: Mapping[str, float]) -> float:
        """By how much more than its noise explains the prompt may differ in so many frames."""
        if frames >= _LONG:
            return _ANEW_LONG
        own = max(differed.get(self._following.prompt.id, math.inf), _BEST) + _AS_ITSELF
        best = _ANEW_LONG if self._known.never_anew else max(min((0.0, *differed.values())), _BEST) + _ANEW
        return min(own, best)

    def _says_other_words(self, heard: Fingerprint, until: int) -> bool:
        """Whether the music is the very same as before the prompt's first word, and what has been heard since then is not."""
        prompt, lag = self._following.prompt, self._following.lag
        first = lag + first_word(prompt)
        if not prompt.words or first - self._since < _MUSIC_TELLS or until <= first:
            return False
        return self._differs(heard, self._since, first) <= _EQUAL and self._differs(heard, first, until) > _EQUAL_WORDS

    def _differs(self, heard: Fingerprint, since: int, until: int) -> float:
        """The share of the marked bits that differ from the prompt in live frames `since` to `until`."""
        return float(shares(self._following.prompt, heard, self._following.lag, since, until).mean())

    def _drifts(self, heard: Fingerprint, until: int) -> bool:
        """Whether what is heard is not at the prompt's own speed: it is spoken anew, in the same voice."""
        places = self._places(heard, until)
        if places.size < (_STEADY_OVER_MUSIC if self._known.over_music else _STEADY_FEW):
            return False
        prompt, lag = self._following.prompt, self._following.lag
        if self.is_said_anew(heard, until):
            self.never = True
            return True
        places = places[-_STEADY:]
        before, after = (out_of_step(prompt, heard, lag, half) for half in np.array_split(places, 2))
        few = places.size < _STEADY_LEAST and not self._known.over_music
        drifts = abs(after - before) > (_DRIFT_FEW if few else _DRIFT)
        self.never |= drifts and places.size == _STEADY  # words may be as long as the remembered ones by chance
        return drifts

    def _places(self, heard: Fingerprint, until: int) -> npt.NDArray[np.intp]:
        """The live frames up to `until` that tell whether it keeps its own time."""
        return self._since + np.flatnonzero(sounding(heard.levels)[self._since : until])[_ONSET:]

    def is_said_anew(self, heard: Fingerprint, until: int) -> bool:
        """Whether what is heard up to live frame `until` is the prompt's words at another speed."""
        places = self._places(heard, until)
        if places.size >= _STEADY_LONG and not self._known.over_music:
            later = slower(self._following, heard, places)
            late = sum(later)
            some = sum(part / late >= _EVENLY for part in later) if abs(late) > _DRIFT else 0
            self._said_anew |= some >= _SEVERAL
        return self._said_anew

    def another_number(self, heard: Fingerprint) -> int | None:
        """The live frame at which the number began, once it is past, if it is another than the remembered prompt's."""
        following, (number, past) = self._following, self._due.number
        if not past or past > len(heard) - following.lag or self._number_heard:
            return None
        self._number_heard = True
        since = max(following.lag + past - _NUMBER, self._since)
        differ = shares(following.prompt, heard, following.lag, since, following.lag + past)
        if differ.size > _NUMBER // 2 and float(differ.mean()) > _OTHER_NUMBER:
            return since
        if self._known.over_music or past - number < 2 * _DIGIT:
            return None
        # A number of several digits may differ in any of them; those of which the first does are not heard as the prompt's.
        begins = max(following.lag + number, 0)
        differ = shares(following.prompt, heard, following.lag, begins, following.lag + past)
        digits = np.convolve(differ, np.full(_DIGIT, 1 / _DIGIT), "valid") if differ.size >= _DIGIT else np.zeros(1)
        return begins + int(digits.argmax()) if float(digits.max()) > _OTHER_DIGIT else None

    def equals_over_music(self, heard: Fingerprint, until: int) -> bool:
        """Whether so much of it is the very same, music and all, that its voice is among it, though few words were recognised in
        it: a voice is heard 0.9 s after the beginning at the latest (`probe.listen.stretch`). But where its first word comes late,
        all before that may be music, unless several calls heard it and it has many words."""
        following = self._following
        if self._sounds_like_it(heard, until):
            return True
        known = self._known.never_anew and says_much(following.prompt)
        if not known and until - following.lag < first_word(following.prompt) + _FEW_OVER_MUSIC:
            return False
        since = max(self._since, following.lag + HEARD_BEFORE)
        if until - self._since < _WORDS_UNKNOWN or until - following.lag > following.prompt.bits.size:
            return False
        return self._differs(heard, since, until) <= (ALIKE if known else _EQUAL)

    def agrees_over_music(self, heard: Fingerprint, until: int, ended: bool = False) -> bool:
        """Whether the prompt agrees with what is heard since its words began, not only in the music before them: music
        begins alike whatever is then said over it."""
        if self._sounds_like_it(heard, until):
            return True
        following = self._following
        first = following.lag + first_word(following.prompt)
        said = until - (self._since if self._known.music_elsewhere else max(self._since, first))
        until = min(until, following.lag + following.prompt.bits.size)
        if not ended and said < _FEW_OVER_MUSIC:
            return False
        newest = self._differs(heard, max(self._since, until - _NEWEST), until)
        if not ended and said < _SAID_OVER_MUSIC:
            return newest <= _EQUAL
        if self._since < first - AT_START:  # the music is the same: then all is, or nobody says the same
            return newest <= ALIKE
        return newest <= ALIKE_OVER_MUSIC or self._well_known(heard, until, newest)

    def _sounds_like_it(self, heard: Fingerprint, until: int) -> bool:
        """Whether its voice must be among what agrees, whenever words were recognised in it."""
        return self._is_the_same(heard, until) or self._voice_agrees(heard, until)

    def _is_the_same(self, heard: Fingerprint, until: int) -> bool:
        """Whether 1.1 to 1.3 s of it are the very same, music and all, with 0.4 s in which its voice must be."""
        prompt, speaks = self._following.prompt, max(self._since, self._following.lag + HEARD_BEFORE)
        if until - self._since < the_very_same(prompt) or not learned_over_music(prompt):
            return False
        return max(self._differs(heard, speaks, until), self._differs(heard, until - _NEWEST, until)) <= _EQUAL

    def _voice_agrees(self, heard: Fingerprint, until: int) -> bool:
        """Whether 1.3 s agree of what must be the voice: the music is another one, and would not."""
        elsewhere = self._since - max(self._following.lag, 0) >= _ELSEWHERE  # all of that was heard, and does not agree
        if not elsewhere or until - self._since < LATE_OVER_MUSIC:
            return False
        newest = self._differs(heard, until - _NEWEST, until)
        return newest <= _NEWEST_KNOWN and self._differs(heard, self._since, until) <= _ALL_KNOWN

    def _well_known(self, heard: Fingerprint, until: int, newest: float) -> bool:
        """Whether it agrees over music, all of it, as nothing else has in several calls; so much differs of what is `newest`."""
        if not self._known.never_anew or until - self._since < _WORDS_UNKNOWN or newest > _NEWEST_KNOWN:
            return False
        return self._differs(heard, self._since, until) <= _ALL_KNOWN


def _as_other_sound(levels: npt.NDArray[np.float64], its: npt.NDArray[np.float64]) -> bool:
    """Whether levels of frames that are heard, in dBFS, rise and fall otherwise than those of the prompt's frames that are due."""
    if not levels.size:
        return False
    both = (levels > levels.max() - _LOST) & (its > its.max() - _LOST)
    levels, its = levels[both], its[both]
    loud = levels > levels.max(initial=-128) - _LOUD
    if not loud.any() or float((levels - its)[loud].std()) <= _UNEVEN:
        return False
    together = float(((levels - levels.mean()) * (its - its.mean())).mean())
    return together < _AS_LOUD * float(levels.std() * its.std())
