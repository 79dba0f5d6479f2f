"""Recognising remembered prompts in the speech that is being heard: found, followed, lost, over.

    searching ── enough marked bits agree with one place of the memory ──▶ following ◀─┐ another begins alike
        ▲                                                                     │ └──────┘ and goes on like what is heard
        └── lost: it stopped agreeing ── over: it is remembered no further ───┘

A search compares the newest half to two seconds with every place of the memory at once, and after its first frames only
with those that are not far off. Following compares each frame with the one that is due, and a cumulative sum of the
disagreement (Page, "Continuous inspection schemes", Biometrika 1954) says when they parted, and from which frame on.

Recordings may share a piece of sound. Which of them is heard is `sure` where it began with the recording's own
beginning (or one after a pause), or where the piece has become too long to be shared; until they part, two that begin alike are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from probe.listen.fingerprint import HOP, NOTHING, Fingerprint, Fingerprinter
from probe.listen.prompt_beginning import AT_START, at_beginning, beginning, says_something, speaks_before
from probe.listen.prompt_certainty import ALIKE, ALIKE_OVER_MUSIC, Certainty
from probe.listen.prompt_due import MUSIC_ELSEWHERE, Heard
from probe.listen.prompt_following import (
    Following,
    Found,
    Lost,
    Over,
    differs_before,
    fine_lag,
    matches_since,
    parted,
    shares,
)
from probe.listen.prompt_in_noise import begun_in_noise
from probe.listen.prompt_memory import SHORTEST, SOFTEST, Prompt, Span, pause, sounding
from probe.listen.prompt_numbers import parted_at_number
from probe.listen.prompt_search import LIMITS, Library, Search
from probe.listen.prompt_sweep import Sweep

_FIRST = 20  # frames of the segment's own beginning
_BEFORE, _ONSET = 22, 1
"""Frames before and after a prompt's beginning, where a pause is: its first sounds may not have been heard when it was learned."""
_QUIET_BEFORE = 2  # frames of that pause: a frame compares 0.2 s, so that shorter pauses do not show; guessed
_GOES_ON = 2  # frames by which its lag may have changed where a prompt that was spoilt for a while goes on
_NEAR_END = 15  # frames by which one prompt may begin before or after another ended
_SHARED, _SHARED_AMID = 100, 150
"""Frames of one recording that are hardly in another, where nothing was said before them and amid other words: an
enterprise's name is 2 s; guessed."""
_PART, _WORDLESS = 75, 75
"""Frames that must be heard of a part of a prompt that began with the part ("修改地址，请按一" and "修改地址，请按二" are alike for
a second), and of what was learned from speech that nobody was sure of, without its words (two people may begin alike, "您好请问",
as may one who says it twice); guessed."""
_LONGEST_SEARCH, _LONGEST_WITH_PAUSES = 80, 150  # sounding frames (1.6 s); frames
_HOPELESS = ((30, 0.27), (40, 0.28), (60, 0.30))  # from so many frames, no prompt that differs more has matched later
_AGAIN, _AFTER_PAUSE, _PAUSE = 40, 15, 8  # frames after which another search begins: always; after a pause of so many
_LIKELY = 0.16  # share that may differ where it may still be chance, but is worth waiting for; guessed
_PARTED_LEAST, _NUMBER_LEAST = 10, 6  # sounding frames after two prompts parted that tell which it is; of a number
_STEP_OVER_MUSIC = 10  # frames after which it is looked whether one is found: all of a short one may come at once
_LIKELY_OVER_MUSIC = 0.5  # how near a prompt must be to being found over music to be worth waiting for; guessed
_BATCH = 5  # frames after which it is looked: 0.1 s
_LOOKED = 50  # frames after it was due in which it is looked often whether a prompt is certain; guessed
_NEVER = 1 << 30  # frames
Change = Found | Lost | Over


class Recall:
    """Follows one segment. `over_music`: what is spoken in it is, so that no pause shows where somebody began to speak: the
    frames right before it, in step with its own, since a voice is often heard in the music only after its first words.
    `begin`: the sample of the call with which it begins."""

    def __init__(self, library: Library, over_music: Fingerprint | None = None, begin: int = 0) -> None:
        self._library = library
        self._begin = begin // HOP
        self._over_music = over_music is not None
        self._before = over_music if over_music is not None else NOTHING
        self._heard: list[Fingerprint] = []
        self._all: Fingerprint | None = None
        self._count = 0
        self._peak, self._softest = float(SOFTEST), 0.0
        self._quiet = 0
        self._searches: list[Search] = []
        self._sweep = Sweep(library) if over_music is not None else None
        self._following: Following | None = None
        self._since = self._enough = 0
        self.began: int | None = None
        """The live frame at which the prompt that is followed began, with its own beginning; None if it is heard from later on."""
        self.sure = False
        """Whether the prompt that is followed, or has just been, is itself what was heard, not only a piece it shares."""
        self.certain = False
        """Whether it is this very recording, and not the same with another number put in."""
        self._certainty: Certainty | None = None
        self.hopeless = not library.prompts
        """Whether what is heard now is no remembered prompt, as far as can be told."""
        self.spans: list[Span] = []
        self._lost: dict[int, Prompt] = {}

    @property
    def as_far_as(self) -> int | None:
        """The live frame up to which it is this very recording, as far as is known: there a word begins that may be another one."""
        return self._certainty.as_far_as if self._certainty is not None else None

    @property
    def settled(self) -> list[Span]:
        """The spans, with what was heard since: which prompts were only begun alike."""
        return [
            replace(span, parted=True) if n in self._lost and self._begun_only(span, self._lost[n]) else span
            for n, span in enumerate(self.spans)
        ]

    def _begun_only(self, span: Span, prompt: Prompt) -> bool:
        return span.until - span.since < _SHARED_AMID and parted(prompt, self.heard, span.lag, span.until)

    @property
    def likely(self) -> bool:
        """Whether what is heard is, or may well turn out to be, a remembered prompt."""
        if self._sweep is not None and self._sweep.best >= _LIKELY_OVER_MUSIC:
            return True
        return self._following is not None or any(
            search.sounding >= SHORTEST and search.best()[0] <= _LIKELY for search in self._searches
        )

    def foreseen(self, frame: int, most: int) -> Sequence[bool]:
        """Of the live frames from `frame` on, as far as a prompt surely comes, `most` at most: whether they are its words."""
        return self._following.foreseen(frame, most) if self._following is not None and self.sure else ()

    def due_in(self, samples: int) -> int:
        """Frames, `samples` having been heard, until the prompt that is followed may be certain; many if it is, or never will be."""
        if self._certainty is None or self._following is None or self.certain or self._certainty.never:
            return _NEVER
        missing = (self._certainty.due_after(self._count) - 1) * HOP + Fingerprinter.REACH - samples
        return max(-(-missing // HOP), 1) if missing > -_LOOKED * HOP else _NEVER

    @property
    def heard(self) -> Fingerprint:
        """All frames so far."""
        if self._all is None:
            parts = self._heard or [NOTHING]
            self._all = Fingerprint(
                np.concatenate([part.bits for part in parts]),
                np.concatenate([part.marks for part in parts]),
                np.concatenate([part.levels for part in parts]),
            )
            self._heard = [self._all]
        return self._all

    def feed(self, new: Fingerprint) -> Iterator[Change]:
        """Takes frames; tells what changed."""
        step = _STEP_OVER_MUSIC if self._sweep is not None else max(len(new), 1)
        for since in range(0, len(new), step):
            yield from self._hear(new[since : since + step])

    def _hear(self, new: Fingerprint) -> Iterator[Change]:
        self._heard.append(new)
        self._all = None
        # Of Python's own integers, which are compared one by one in a third of the time that NumPy's take.
        for bits, marks, level in zip(new.bits.tolist(), new.marks.tolist(), new.levels.tolist(), strict=True):
            self._peak = max(self._peak, level)
            self._softest = min(self._softest, level)
            sounds = level > pause(self._peak, self._softest)
            rested = sounds and self._quiet >= _PAUSE
            self._quiet = 0 if sounds else self._quiet + 1
            k = self._count
            self._count += 1
            if self._following is not None:
                change = self._following.hear(k, bits, marks, level)
                if not self.sure:
                    self._ascertain(k)
                if change is not None:
                    yield from self._stop(change)
            elif self._sweep is not None:
                self._sweep.hear(bits, marks, sounds)
            elif self._library.prompts:
                self._search(k, bits, marks, sounds, rested)
        if self._following is None:
            yield from self._look_over_music(self._sweep) if self._sweep is not None else self._look()
        certainty = self._certainty if self._following is not None else None
        if certainty is not None and (parted := certainty.another_number(self.heard)) is not None:
            yield from self._stop(Lost(parted), renumbered=True)
        self._make_certain(self._count)

    def finish(self) -> Iterator[Change]:
        """The segment is over: what is short is compared as a whole."""
        if self._following is None:
            yield from self._look(at_end=True)
        if self._following is not None:
            ended = self._following.ends_by(self._count)
            self._ascertain(self._count, ended)
            self._make_certain(self._count, ended)
            self._keep_span(self._count)
        if self.spans:
            self._library.last = _later(self.spans[-1], self._begin)

    def _search(self, k: int, bits: int, marks: int, sounds: bool, rested: bool) -> None:
        newest = self._searches[-1] if self._searches else None
        if sounds and (newest is None or newest.sounding >= (_AFTER_PAUSE if rested else _AGAIN)):
            self._searches.append(Search(self._library, k))
        for search in self._searches:
            search.hear(bits, marks, sounds)
        if len(self._searches) > 2 and self._searches[0].sounding >= _LONGEST_SEARCH:
            del self._searches[0]

    def _look(self, at_end: bool = False) -> Iterator[Change]:
        """Whether one of the searches has found a prompt."""
        for search in list(self._searches):
            if search.sounding < (SHORTEST if at_end else LIMITS[0][0]):
                continue
            share, place = search.best()
            found = search.enough(share, place) or begun_in_noise(self._library, search, self.heard)
            found = found or (at_end and search.is_whole(self.heard.levels))
            if found and (there := search.located(share, place)) is not None:
                yield from self._start(there[0], search.begin - there[1], search.begin)
                return
            over = search.sounding >= _LONGEST_SEARCH or search.length >= _LONGEST_WITH_PAUSES - _BATCH
            gone = max((most for least, most in _HOPELESS if search.sounding >= least), default=1.0)
            self.hopeless |= over or share > gone
            if over:
                self._searches.remove(search)

    def _look_over_music(self, sweep: Sweep) -> Iterator[Change]:
        """Whether a prompt is found in what is spoken over music."""
        found = [(prompt, self._count - 1 - frame) for prompt, frame in sweep.found()]
        gone = sweep.sounding >= _LONGEST_SEARCH or (sweep.sounding >= _HOPELESS[0][0] and not sweep.best)
        self.hopeless |= not found and gone
        if not found:
            return
        before = self.spans[-1].until if self.spans else 0
        starts = [(prompt, lag, matches_since(prompt, self.heard, lag, before)) for prompt, lag in found]
        sweep.reset()
        sounds = sounding(self.heard.levels)
        starts = [start for start in starts if int(sounds[start[2] :].sum()) >= SHORTEST]
        if starts:
            best = next((start for start in starts if at_beginning(start[0], start[2] - start[1])), starts[0])
            yield from self._start(*best)

    def _start(self, prompt: Prompt, lag: int, begin: int, instead: bool = False) -> Iterator[Change]:
        heard = self.heard
        fine = fine_lag(prompt, heard, lag, begin, self._count)
        # A search may have begun in the midst of it.
        last = self.spans[-1] if self.spans else self._of_before
        before = last.until if last is not None and self.spans else 0
        since = matches_since(prompt, heard, lag, begin if instead else min(before, begin))
        self._searches.clear()
        self.hopeless = False
        self._since = since
        self._following = Following(prompt, lag, heard, begin, self._over_music)
        self._enough = self._needed(prompt, since, lag)
        told = self.certain or self.as_far_as is not None
        parted_before = self._goes_on(prompt, lag) and (not told or parted_at_number(prompt, before - lag))
        new = prompt.id not in self._library.earlier
        own = self._library.keeps_its_number(prompt, last.prompt if last is not None and last.sure else "")
        follows = self._follows(prompt, since, last)
        anew = self._library.never_anew(prompt)
        known = Heard(since - lag, self._over_music, parted_before, new, self.began is None, own, bool(follows), anew)
        elsewhere = (
            since - max(lag, 0) >= MUSIC_ELSEWHERE or differs_before(prompt, self._before, lag) > ALIKE_OVER_MUSIC
        )
        known = replace(known, music_elsewhere=self._over_music and elsewhere)
        self._certainty = Certainty(self._following, since, known, follows)
        self._certainty.never |= self._library.doubts(prompt) or self._certainty.number_missed(heard)
        self.sure = self.certain = False
        self._ascertain(self._count)
        yield Found(prompt, since, fine, instead)
        over = self._following.over(self._count)
        if over is not None:
            yield from self._stop(over)

    def _follows(self, prompt: Prompt, since: int, last: Span | None) -> int:
        """The frames heard of the `last` prompt, which ended where this one begins, if an earlier call heard both so; else none."""
        if last is None or not last.sure:
            return 0
        # A segment may have ended in a pause before the prompt's last sound.
        if min(abs(end - since) for end in (last.until, last.lag + last.size)) > _NEAR_END:
            return 0
        return last.until - last.since if self._library.followed(last.prompt, prompt.id) else 0

    def _needed(self, prompt: Prompt, since: int, lag: int) -> int:
        """Frames that must be heard of a prompt until it is sure that it is what is heard, and no piece of it."""
        self.began = None
        if self._goes_on(prompt, lag):
            return 0
        if self._parted_by_a_pause(prompt, lag):
            self.began = 0
            return 0
        if since <= _FIRST and self._began_before(prompt, lag):
            return 0 if prompt.model else _WORDLESS
        first = beginning(prompt, since - lag)
        self.began = None if first is None or speaks_before(prompt, first) else lag + first
        if first is None or not self._begins(lag + first):
            return _SHARED if since <= _FIRST else _SHARED_AMID
        if self.began is None:
            return _PART
        return 0 if prompt.model else _WORDLESS

    def _began_before(self, prompt: Prompt, lag: int) -> bool:
        """Whether the prompt was heard from its beginning on right before the segment."""
        near = -len(self._before) - AT_START <= lag
        return near and differs_before(prompt, self._before, lag) <= ALIKE_OVER_MUSIC

    def begun(self) -> None:
        """It is known otherwise that nothing was said before the prompt began."""
        self._enough = min(self._enough, 0 if self._following and self._following.prompt.model else _WORDLESS)
        self._ascertain(self._count)

    def _begins(self, frame: int) -> bool:
        """Whether somebody began to speak at a live frame: with the segment, after a pause, over music, or where another
        prompt ended. Words that another sentence holds too stand in the middle of it there."""
        if self._over_music or frame <= _FIRST or any(abs(span.until - frame) <= _NEAR_END for span in self.spans):
            return True
        before = sounding(self.heard.levels)[max(frame - _BEFORE, 0) : max(frame + _ONSET, 0)]
        return int(before.size - before.sum()) >= _QUIET_BEFORE

    def _ascertain(self, until: int, ended: bool = False) -> None:
        """Whether enough of the prompt is heard by now: all of it (`ended`), or more than recordings share."""
        following = self._following
        if following is None or self._certainty is None or self.sure or following.doubtful:
            return
        enough = until - self._since >= self._enough or (ended and self._enough <= max(_PART, _WORDLESS))
        says = enough and (
            says_something(following.prompt, self._since, until, following.lag)
            or (self._over_music and self._certainty.equals_over_music(self.heard, until))
        )
        self.sure = says and (not self._over_music or self._certainty.agrees_over_music(self.heard, until, ended))

    def _make_certain(self, until: int, ended: bool = False) -> None:
        if self._following is not None and self._certainty is not None and self.sure and not self.certain:
            self.certain = self._certainty.is_certain(self.heard, until, ended, self._library.differed)
            if self.certain and self._certainty.more is not None:
                self._library.note(self._following.prompt, self._certainty.more)

    def _goes_on(self, prompt: Prompt, lag: int) -> bool:
        """Whether the prompt heard before was this one, and only spoilt for a while."""
        last = self.spans[-1] if self.spans else None
        return last is not None and last.sure and last.prompt == prompt.id and abs(last.lag - lag) <= _GOES_ON

    def _parted_by_a_pause(self, prompt: Prompt, lag: int) -> bool:
        """Whether the segment before ended in the midst of this prompt, which is heard from there on."""
        last = self._of_before if not self.spans else None
        return last is not None and last.sure and last.prompt == prompt.id and abs(last.lag - lag) <= _GOES_ON

    @property
    def _of_before(self) -> Span | None:
        """The last that was heard of a prompt in the segments before, in this one's frames."""
        return _later(self._library.last, -self._begin) if self._library.last is not None else None

    def _stop(self, change: Lost | Over, renumbered: bool = False) -> Iterator[Change]:
        least = _NUMBER_LEAST if renumbered else _PARTED_LEAST
        if isinstance(change, Lost) and (other := self._alike(change.at, least)) is not None:
            yield from self._start(*other, self._since, instead=True)
            return
        self._ascertain(change.at, ended=isinstance(change, Over))
        if isinstance(change, Over):  # what parts from a prompt before it could be told is another that begins alike
            self._make_certain(change.at, ended=True)
        kept, prompt = len(self.spans), self._following.prompt if self._following else None
        self._keep_span(change.at, renumbered)
        if prompt is not None and isinstance(change, Lost) and len(self.spans) > kept:
            self._lost[kept] = prompt
        self._following = None
        self.hopeless = False
        yield change

    def _alike(self, parted: int, least: int) -> tuple[Prompt, int] | None:
        """Another prompt that is all that was heard since this one began, and what was heard after they parted, so much at `least`."""
        assert self._following is not None
        heard = self.heard
        begin = max(self._since, len(heard) - _LONGEST_WITH_PAUSES)
        sounds = sounding(heard.levels)
        after = sounds[parted:]
        if int(after.sum()) < least or parted < begin:
            return None
        search = Search(self._library, begin)
        for k in range(begin, len(heard)):
            search.hear(int(heard.bits[k]), int(heard.marks[k]), bool(sounds[k]))
        share, place = search.best()
        there = self._library.at(place, search.length)
        if there is None or there[0] is self._following.prompt or share > ALIKE:
            return None
        later = shares(there[0], heard, begin - there[1], parted, len(heard))[after].mean()
        return (there[0], begin - there[1]) if later <= ALIKE else None

    def _keep_span(self, until: int, renumbered: bool = False) -> None:
        assert self._following is not None
        following, size = self._following, self._following.prompt.bits.size
        until = min(until, following.lag + size)
        if until > self._since:
            anew = renumbered or bool(self.sure and self._certainty and self._certainty.is_said_anew(self.heard, until))
            self.spans.append(Span(following.prompt.id, self._since, until, following.lag, size, self.sure, anew=anew))


def _later(span: Span, frames: int) -> Span:
    """The same with frames counted from so many earlier."""
    return replace(span, since=span.since + frames, until=span.until + frames, lag=span.lag + frames)
