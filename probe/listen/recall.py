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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from probe.listen.fingerprint import HOP, NOTHING, Fingerprint
from probe.listen.prompt_following import Following, Lost, Over, fine_lag, matches_since, shares
from probe.listen.prompt_memory import SHORTEST, SOFTEST, Prompt, Span, pause, sounding
from probe.listen.prompt_search import LIMITS, Library, Search
from probe.timeline import RATE, PromptRecognised

_AT_START = 15  # sounding frames of a prompt that may have been missed for it to have been heard from its beginning
_FIRST, _BEFORE, _ONSET = (
    20,
    12,
    1,
)  # frames: of the segment's own beginning; before and after a prompt's, where a pause is
_BEFORE_WORD = 5  # frames from the first one that has some of a word in it to the word's start: half a window
_QUIET_BEFORE = 2  # frames of that pause: a frame compares 0.2 s, so that shorter pauses do not show; guessed
_GOES_ON = 2  # frames by which its lag may have changed where a prompt that was spoilt for a while goes on
_SAID = 0.3  # seconds of a prompt's words that must have been heard for it to be told; guessed
_NEAR_END = 15  # frames by which one prompt may begin before or after another ended
_SHARED, _SHARED_AMID = 100, 150
"""Frames of one recording that are hardly in another, where nothing was said before them and amid other words: an
enterprise's name is 2 s; guessed."""
_BETWEEN_PARTS = 12  # frames of pause between the parts of a prompt that may be recordings of their own; guessed
_LONGEST_SEARCH, _LONGEST_WITH_PAUSES = 80, 150  # sounding frames (1.6 s); frames
_HOPELESS = ((30, 0.27), (40, 0.28), (60, 0.30))  # from so many frames, no prompt that differs more has matched later
_AGAIN, _AFTER_PAUSE, _PAUSE = 40, 15, 8  # frames after which another search begins: always; after a pause of so many
_SHORT, _SHORT_ALONE, _SHORT_LEAD = 0.19, 0.23, 0.10
"""Share that may differ where a short segment is a whole prompt, no longer; and where all other places differ so much more. Measured on 110 recordings of 0.3 to 1.3 s of
real speakers through drawn conditions: another recording as long differs by 0.24 at least (3,176 pairs), the same one by up
to 0.24 in 95 of 100. Other synthetic voices with the same words differ by 0.21 in 99 of 100; the same synthetic voice at
another speed cannot be told apart."""
_LIKELY = (
    0.16  # share that may differ where so little was heard that it may be chance, but is worth waiting for; guessed
)
_PARTED_LEAST = 10  # sounding frames after two prompts parted that tell which of them it is
_ALIKE = 0.2  # share that may differ where one prompt gives way to another that began alike
_SAME_LENGTH = 10  # frames by which their beginnings, and their ends, may differ: noise hides soft ones
_BATCH = 5
"""Frames after which it is looked: 0.1 s."""


@dataclass(frozen=True, slots=True)
class Found:
    """A prompt is recognised: it is what is heard from live frame `since` on; its frame 0 is at live frame `lag`.

    `instead`: of the one that was being followed, which begins alike.
    """

    prompt: Prompt
    since: int
    lag: float
    instead: bool = False


Change = Found | Lost | Over


@dataclass(frozen=True, slots=True)
class Recognition:
    """A prompt, heard from `since` on; its first sample was, or would have been, at `begin`: seconds on the call's clock."""

    prompt: Prompt
    begin: float
    since: float

    def event(self, at: float, known: float, calls: int) -> PromptRecognised:
        """As it is told; `at`: start of the segment, `calls`: in how many earlier calls it was heard."""
        ends = self.begin + self.prompt.ends
        return PromptRecognised(at=max(self.since, at), known=known, prompt=self.prompt.id, calls=calls, ends=ends)


class Recall:
    """Follows one segment. `over_music`: what is spoken in it is, so that no pause shows where somebody began to speak."""

    def __init__(self, library: Library, over_music: bool = False) -> None:
        self._library = library
        self._over_music = over_music
        self._heard: list[Fingerprint] = []
        self._all: Fingerprint | None = None
        self._count = 0
        self._peak, self._softest = float(SOFTEST), 0.0
        self._quiet = 0
        self._searches: list[Search] = []
        self._following: Following | None = None
        self._since = 0
        self.sure = False
        """Whether the prompt that is followed, or has just been, is itself what was heard, not only a piece it shares."""
        self.hopeless = not library.prompts
        """Whether what is heard now is no remembered prompt, as far as can be told."""
        self.spans: list[Span] = []

    @property
    def likely(self) -> bool:
        """Whether what is heard is, or may well turn out to be, a remembered prompt."""
        return self._following is not None or any(
            search.sounding >= SHORTEST and search.best()[0] <= _LIKELY for search in self._searches
        )

    def expects(self, frame: int) -> int:
        """Frames of a prompt's sound that surely come without a pause from live frame `frame` on."""
        return self._following.expects(frame) if self._following is not None and self.sure else 0

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
        if not len(new):
            return
        self._heard.append(new)
        self._all = None
        for n in range(len(new)):
            level = int(new.levels[n])
            self._peak = max(self._peak, level)
            self._softest = min(self._softest, level)
            sounds = level > pause(self._peak, self._softest)
            rested = sounds and self._quiet >= _PAUSE
            self._quiet = 0 if sounds else self._quiet + 1
            k = self._count
            self._count += 1
            if self._following is not None:
                change = self._following.hear(k, new.bits[n], new.marks[n], level)
                if not self.sure and self._long(k):
                    self.sure = _says_something(self._following.prompt, self._since, k, self._following.lag)
                if change is not None:
                    yield from self._stop(change)
            elif self._library.prompts:
                self._search(k, new.bits[n], new.marks[n], sounds, rested)
        if self._following is None and self._searches:
            yield from self._look()

    def finish(self) -> Iterator[Change]:
        """The segment is over: what is short is compared as a whole."""
        if self._following is not None:
            self._keep_span(self._count)
        elif self._searches:
            yield from self._look(at_end=True)
            if self._following is not None:
                self._keep_span(self._count)

    # ------------------------------------------------------------------------------------------------------ searching

    def _search(self, k: int, bits: np.uint32, marks: np.uint32, sounds: bool, rested: bool) -> None:
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
            if search.enough(share, place) or (at_end and self._short(search, share, place)):
                there = self._library.at(place, search.length)
                if there is not None:
                    # The same sound may be remembered in several places: where a recording begins with it comes first.
                    others = (self._library.at(other, search.length) for other in search.ties(share))
                    begins = (other for other in others if other is not None and _at_beginning(*other))
                    prompt, frame = there if _at_beginning(*there) else next(begins, there)
                    yield from self._start(prompt, search.begin - frame, search.begin)
                    return
            over = search.sounding >= _LONGEST_SEARCH or search.length >= _LONGEST_WITH_PAUSES - _BATCH
            gone = max((most for least, most in _HOPELESS if search.sounding >= least), default=1.0)
            self.hopeless |= over or share > gone
            if over:
                self._searches.remove(search)

    def _short(self, search: Search, share: float, place: int) -> bool:
        """Whether a whole short segment is a whole short prompt."""
        there = self._library.at(place, search.length)
        if there is None or (share > _SHORT and (share > _SHORT_ALONE or search.lead(place) < _SHORT_LEAD)):
            return False
        own = np.flatnonzero(there[0].sounding)
        last = np.flatnonzero(sounding(self.heard.levels))
        same_start = abs(int(own[0]) - there[1]) <= _SAME_LENGTH
        return same_start and abs(int(last[-1]) - search.begin - int(own[-1]) + there[1]) <= _SAME_LENGTH

    def _start(self, prompt: Prompt, lag: int, begin: int, instead: bool = False) -> Iterator[Change]:
        heard = self.heard
        fine = fine_lag(prompt, heard, lag, begin, self._count)
        since = matches_since(prompt, heard, lag, begin)
        self._searches.clear()
        self.hopeless = False
        self._since = since
        self._following = Following(prompt, lag, heard, begin)
        enough = self._long(self._count) or self._began_with(prompt, since, lag) or self._goes_on(prompt, lag)
        self.sure = enough and _says_something(prompt, since, self._count, lag)
        yield Found(prompt, since, fine, instead)
        over = self._following.over(self._count)
        if over is not None:
            yield from self._stop(over)

    def _began_with(self, prompt: Prompt, since: int, lag: int) -> bool:
        """Whether what is heard began where the prompt, or a part of it, begins: with the segment, after a pause, or where
        another prompt ended. Words that another sentence holds too stand in the middle of it there."""
        first = _beginning(prompt, since - lag)
        if first is None:
            return False
        begin = lag + first
        if self._over_music or begin <= _FIRST or any(abs(span.until - begin) <= _NEAR_END for span in self.spans):
            return True
        before = sounding(self.heard.levels)[max(begin - _BEFORE, 0) : max(begin + _ONSET, 0)]
        return int(before.size - before.sum()) >= _QUIET_BEFORE

    def _long(self, until: int) -> bool:
        """Whether more was heard than recordings share."""
        return until - self._since >= (_SHARED if self._since <= _FIRST else _SHARED_AMID)

    def _goes_on(self, prompt: Prompt, lag: int) -> bool:
        """Whether the prompt heard before was this one, and only spoilt for a while."""
        last = self.spans[-1] if self.spans else None
        return last is not None and last.sure and last.prompt == prompt.id and abs(last.lag - lag) <= _GOES_ON

    # ------------------------------------------------------------------------------------------------------ following

    def _stop(self, change: Lost | Over) -> Iterator[Change]:
        if isinstance(change, Lost) and (other := self._alike(change.at)) is not None:
            yield from self._start(*other, self._since, instead=True)
            return
        self._keep_span(change.at)
        self._following = None
        self.hopeless = False
        yield change

    def _alike(self, parted: int) -> tuple[Prompt, int] | None:
        """Another prompt that is all that was heard since this one began, and what was heard after they parted."""
        assert self._following is not None
        heard = self.heard
        begin = max(self._since, len(heard) - _LONGEST_WITH_PAUSES)
        sounds = sounding(heard.levels)
        after = sounds[parted:]
        if int(after.sum()) < _PARTED_LEAST or parted < begin:
            return None
        search = Search(self._library, begin)
        for k in range(begin, len(heard)):
            search.hear(heard.bits[k], heard.marks[k], bool(sounds[k]))
        share, place = search.best()
        there = self._library.at(place, search.length)
        if there is None or there[0] is self._following.prompt or share > _ALIKE:
            return None
        later = shares(there[0], heard, begin - there[1], parted, len(heard))[after].mean()
        return (there[0], begin - there[1]) if later <= _ALIKE else None

    def _keep_span(self, until: int) -> None:
        assert self._following is not None
        following = self._following
        until = min(until, following.lag + following.prompt.bits.size)
        if until > self._since:
            size = following.prompt.bits.size
            self.spans.append(Span(following.prompt.id, self._since, until, following.lag, size, self.sure))


def _says_something(prompt: Prompt, since: int, until: int, lag: int) -> bool:
    """Whether live frames `since` to `until` hold words of a prompt that has some: music in it comes again in itself."""
    begin, end = (since - lag) * HOP / RATE, (until - lag) * HOP / RATE
    said = sum(max(min(word.end, end) - max(word.start, begin), 0.0) for word in prompt.words)
    return not prompt.words or said >= _SAID


def _at_beginning(prompt: Prompt, frame: int) -> bool:
    """Whether a frame of a prompt is near its beginning, or that of a part of it."""
    return _beginning(prompt, frame) is not None


def _beginning(prompt: Prompt, frame: int) -> int | None:
    """The first sounding frame of the prompt, or of a part of it (after a pause, as recordings are joined), if a frame is
    near it; the first word's where what sounds before is the music that it is spoken over; else None."""
    sounds = prompt.sounding
    place = min(max(frame, 0), sounds.size - 1)
    missed = silent = 0
    first = place + int(sounds[place:].argmax())
    while place > 0 and silent < _BETWEEN_PARTS and missed <= _AT_START:
        place -= 1
        missed, silent = missed + int(sounds[place]), 0 if sounds[place] else silent + 1
        first = place if sounds[place] else first
    if missed <= _AT_START:
        return first
    spoken = round(prompt.words[0].start * RATE / HOP) - _BEFORE_WORD if prompt.words else 0
    return spoken if frame <= spoken + _AT_START else None
