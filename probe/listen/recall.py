"""Recognising remembered prompts in the speech that is being heard: found, followed, lost, over.

    searching ── enough marked bits agree with one place of the memory ──▶ following
        ▲                                                                     │
        └── lost: it stopped agreeing ── over: it is remembered no further ───┘

A search compares the newest half to two seconds with every place of the memory at once. Following compares each frame
with the one that is due, and a cumulative sum of the disagreement (Page, "Continuous inspection schemes", Biometrika
1954) says when they parted, and from which frame on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import HOP, MARKED, NOTHING, Fingerprint, differing
from probe.listen.prompt_memory import SHORTEST, SOFTEST, SOUNDS_ON, Memory, Prompt, Span, pause, sounding
from probe.timeline import RATE

_PAD = 160  # frames of nothing before the first and after the last prompt, longer than any search
_BETWEEN = 20  # frames of nothing between two prompts
_LIMITS = (
    (30, 0.10, 0.22, 0.20),
    (40, 0.14, 0.22, 0.17),
    (50, 0.17, 0.25, 0.15),
    (60, 0.20, 0.27, 0.14),
    (70, 0.22, 0.28, 0.135),
    (80, 0.235, 0.29, 0.13),
)
"""Sounding frames compared; share of marked bits that may differ; the share that may differ where no other place comes
near; by how much all others must differ more then. Measured, see the benchmark: the same speaker saying the same words
again comes to 0.23 and a lead of 0.12 at 60 frames."""
_LONGEST_SEARCH, _LONGEST_WITH_PAUSES = 80, 150  # sounding frames (1.6 s); frames
_HOPELESS = ((30, 0.27), (40, 0.28), (60, 0.30))  # from so many frames, no prompt that differs more has matched later
_AGAIN, _AFTER_PAUSE, _PAUSE = 40, 15, 8  # frames after which another search begins: always; after a pause of so many
_SHORT, _SHORT_LEAD = 0.16, 0.10  # share that may differ, or lead, where a short segment is a whole prompt, no longer
_LIKELY = (
    0.16  # share that may differ where so little was heard that it may be chance, but is worth waiting for; guessed
)
_SAME_LENGTH = 6  # frames by which their lengths may differ
_NEIGHBOURS = 10  # places that are still the same place
_PARTED = 0.34  # share of marked bits: more speaks against a match, less for it; half of them differ by chance
_PARTED_SURE = 2.4  # sum of what is over it: 15 frames that have nothing to do with the prompt
_NEAR = 12  # dB under the prompt's loudest: so loud, where the prompt has a pause, is somebody else
_DRIFT, _DRIFT_FRAMES, _DRIFT_BETTER = 1, 12, 0.06  # a jitter buffer may drop or repeat up to 20 ms
_BATCH = 5
"""Frames after which it is looked: 0.1 s."""


@dataclass(frozen=True, slots=True)
class Found:
    """A prompt is recognised: it is what is heard from live frame `since` on; its frame 0 is at live frame `lag`."""

    prompt: Prompt
    since: int
    lag: float


@dataclass(frozen=True, slots=True)
class Lost:
    """What is heard has parted from the prompt, about at live frame `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class Over:
    """The prompt has been heard as far as it is remembered: up to live frame `at`."""

    at: int


Change = Found | Lost | Over


class Library:
    """The remembered prompts laid end to end, so that all of them are searched at once. Grows within the call too."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.calls = len(memory.calls) if memory else 0
        self.heard_in = memory.calls_of() if memory else {}
        self.prompts: list[Prompt] = []
        self._starts: list[int] = []
        self.bits: npt.NDArray[np.uint32] = np.zeros(2 * _PAD, np.uint32)
        self.add(memory.prompts if memory else ())

    def add(self, prompts: tuple[Prompt, ...] | list[Prompt]) -> None:
        pieces, size = [self.bits[:-_PAD]], self.bits.size - _PAD
        for prompt in prompts:
            self.prompts.append(prompt)
            self._starts.append(size)
            pieces += [prompt.bits, np.zeros(_BETWEEN, np.uint32)]
            size += prompt.bits.size + _BETWEEN
        self.bits = np.concatenate([*pieces, np.zeros(_PAD, np.uint32)])

    def at(self, place: int, length: int) -> tuple[Prompt, int] | None:
        """The prompt that most of `length` frames from a place on lie in, and its frame (may be negative) there."""
        middle = place + length // 2
        index = int(np.searchsorted(self._starts, middle, side="right")) - 1
        for i in (index, index + 1):
            if 0 <= i < len(self.prompts):
                inside = place - self._starts[i]
                shared = min(inside + length, self.prompts[i].bits.size) - max(inside, 0)
                if shared >= length / 2:
                    return self.prompts[i], inside
        return None


class _Search:
    """Compares frames from live frame `begin` on with every place of the library."""

    def __init__(self, library: Library, begin: int) -> None:
        self.begin = begin
        self.sounding = 0
        self.length = 0
        self._library = library
        self._bits = library.bits
        self._differ = np.zeros(self._bits.size, np.uint16)
        self._buffer = np.empty_like(self._bits)
        self._counts = np.empty(self._bits.size, np.uint8)

    def hear(self, bits: np.uint32, marks: np.uint32, sounds: bool) -> None:
        if sounds:
            np.bitwise_xor(self._bits, bits, out=self._buffer)
            np.bitwise_and(self._buffer, marks, out=self._buffer)
            np.bitwise_count(self._buffer, out=self._counts)
            self._differ[: self._bits.size - self.length] += self._counts[self.length :]
            self.sounding += 1
        self.length += 1

    def best(self) -> tuple[float, int]:
        """The smallest share of differing bits, and the place at which `begin` then is."""
        place = int(self._differ[: self._bits.size - _PAD].argmin())
        return float(self._differ[place]) / (self.sounding * MARKED), place

    def lead(self, place: int) -> float:
        """By how much of the share all other places differ more than that one."""
        others = self._differ[: self._bits.size - _PAD].copy()
        best = int(others[place])
        others[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS + 1] = np.iinfo(np.uint16).max
        return (min(int(others.min()), self.sounding * MARKED // 2) - best) / (self.sounding * MARKED)

    def enough(self, share: float, place: int) -> bool:
        """Whether that is no chance."""
        for least, most, most_alone, lead in reversed(_LIMITS):
            if self.sounding >= least:
                return share <= most or (share <= most_alone and self.lead(place) >= lead)
        return False


class Recall:
    """Follows one speech segment. `peak`: dBFS of the loudest frame heard."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._heard: list[Fingerprint] = []
        self._all: Fingerprint | None = None
        self._count = 0
        self._peak, self._softest = float(SOFTEST), 0.0
        self._quiet = 0
        self._searches: list[_Search] = []
        self._following: _Following | None = None
        self._since = 0
        self.hopeless = not library.prompts
        """Whether what is heard now is no remembered prompt, as far as can be told."""
        self.spans: list[Span] = []

    @property
    def likely(self) -> bool:
        """Whether what is heard is, or may well turn out to be, a remembered prompt."""
        return self._following is not None or any(
            search.sounding >= SHORTEST and search.best()[0] <= _LIKELY for search in self._searches
        )

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
            self._searches.append(_Search(self._library, k))
        for search in self._searches:
            search.hear(bits, marks, sounds)
        if len(self._searches) > 2 and self._searches[0].sounding >= _LONGEST_SEARCH:
            del self._searches[0]

    def _look(self, at_end: bool = False) -> Iterator[Change]:
        """Whether one of the searches has found a prompt."""
        for search in list(self._searches):
            if search.sounding < (SHORTEST if at_end else _LIMITS[0][0]):
                continue
            share, place = search.best()
            if search.enough(share, place) or (at_end and self._short(search, share, place)):
                there = self._library.at(place, search.length)
                if there is not None:
                    yield from self._start(there[0], search.begin - there[1], search.begin)
                    return
            over = search.sounding >= _LONGEST_SEARCH or search.length >= _LONGEST_WITH_PAUSES - _BATCH
            gone = max((most for least, most in _HOPELESS if search.sounding >= least), default=1.0)
            self.hopeless |= over or share > gone
            if over:
                self._searches.remove(search)

    def _short(self, search: _Search, share: float, place: int) -> bool:
        """Whether a whole short segment is a whole short prompt."""
        there = self._library.at(place, search.length)
        if there is None or (share > _SHORT and (share > 2 * _SHORT or search.lead(place) < _SHORT_LEAD)):
            return False
        own = np.flatnonzero(there[0].sounding)
        last = np.flatnonzero(sounding(self.heard.levels))
        same_start = abs(int(own[0]) - there[1]) <= _SAME_LENGTH
        return same_start and abs(int(last[-1]) - search.begin - int(own[-1]) + there[1]) <= _SAME_LENGTH

    def _start(self, prompt: Prompt, lag: int, begin: int) -> Iterator[Change]:
        heard = self.heard
        fine = _fine_lag(prompt, heard, lag, begin, self._count)
        since = _matches_since(prompt, heard, lag, begin)
        self._searches.clear()
        self.hopeless = False
        self._since = since
        self._following = _Following(prompt, lag, heard, begin)
        yield Found(prompt, since, fine)
        over = self._following.over(self._count)
        if over is not None:
            yield from self._stop(over)

    # ------------------------------------------------------------------------------------------------------ following

    def _stop(self, change: Lost | Over) -> Iterator[Change]:
        self._keep_span(change.at)
        self._following = None
        self.hopeless = False
        yield change

    def _keep_span(self, until: int) -> None:
        assert self._following is not None
        following = self._following
        until = min(until, following.lag + following.prompt.bits.size)
        if until > self._since:
            size = following.prompt.bits.size
            self.spans.append(Span(following.prompt.id, self._since, until, following.lag, size))


class _Following:
    """Compares each live frame with the one of the prompt that is due."""

    def __init__(self, prompt: Prompt, lag: int, heard: Fingerprint, begin: int) -> None:
        self.prompt = prompt
        self.lag = lag
        self._sounds = prompt.sounding
        self._last = prompt.last
        self._over = max(self._last + 1, round(prompt.ends * RATE / HOP) - SOUNDS_ON)
        self._against = 0.0
        self._parted_at = begin
        self._drift: list[tuple[int, ...]] = []
        loudest = int(prompt.levels.max())
        due = slice(max(lag, begin), len(heard))
        theirs = prompt.levels[max(due.start - lag, 0) : max(due.stop - lag, 0)]
        ours = heard.levels[due.start : due.start + theirs.size]
        both = self._sounds[max(due.start - lag, 0) : max(due.stop - lag, 0)]
        gain = float(np.median(ours[both].astype(np.float64) - theirs[both])) if both.any() else 0.0
        self._loudest = loudest + gain
        self._pause = pause(self._loudest, float(heard.levels.min()))

    def hear(self, k: int, bits: np.uint32, marks: np.uint32, level: int) -> Lost | Over | None:
        due = k - self.lag
        if due > self._last:
            return self.over(k + 1)  # its last sound may be too soft to be compared
        if due < 0:
            return None
        sounds = level > self._pause
        if self._sounds[due] and sounds:
            share = int(((self.prompt.bits[due] ^ bits) & marks).bit_count()) / MARKED
            self._against += share - _PARTED
            self._note_drift(due, bits, marks)
        elif self._sounds[due] or level > self._loudest - _NEAR:
            self._against += 0.5 - _PARTED
        if self._against <= 0:
            self._against, self._parted_at = 0.0, k
        return Lost(self._parted_at) if self._against >= _PARTED_SURE else None

    def over(self, count: int) -> Over | None:
        """After `count` live frames: whether the prompt's last sound is past."""
        return Over(self.lag + self._over) if count - self.lag > self._over else None

    def _note_drift(self, due: int, bits: np.uint32, marks: np.uint32) -> None:
        """Keeps in step where a jitter buffer has dropped or repeated some milliseconds."""
        size = self.prompt.bits.size
        near = [
            int(((self.prompt.bits[min(max(due + d, 0), size - 1)] ^ bits) & marks).bit_count())
            for d in range(-_DRIFT, _DRIFT + 1)
        ]
        self._drift.append(tuple(near))
        if len(self._drift) < _DRIFT_FRAMES:
            return
        sums = np.sum(self._drift[-_DRIFT_FRAMES:], axis=0)
        better = int(sums.argmin()) - _DRIFT
        if sums[_DRIFT] - sums[better + _DRIFT] > _DRIFT_BETTER * MARKED * _DRIFT_FRAMES:
            self.lag -= better
            self._drift.clear()


def _shares(prompt: Prompt, heard: Fingerprint, lag: int, since: int, until: int) -> npt.NDArray[np.float64]:
    """Share of marked bits that differ, for live frames `since` to `until`; a half outside the prompt."""
    places = np.arange(since, until)
    due = places - lag
    inside = (due >= 0) & (due < prompt.bits.size)
    shares = np.full(places.size, 0.5)
    live = places[inside]
    shares[inside] = differing(prompt.bits[due[inside]], heard.bits[live], heard.marks[live]) / MARKED
    return shares


def _matches_since(prompt: Prompt, heard: Fingerprint, lag: int, begin: int) -> int:
    """The live frame from which the prompt is what is heard: going back from now, where agreement begins."""
    shares = _shares(prompt, heard, lag, begin, len(heard))
    sounds = sounding(heard.levels)[begin:]
    gains = np.cumsum(np.where(sounds, _PARTED - shares, 0.0)[::-1])
    best = int(np.flatnonzero(gains >= gains.max() - 1e-9)[-1])
    return max(len(heard) - 1 - best, lag, begin)


def _fine_lag(prompt: Prompt, heard: Fingerprint, lag: int, begin: int, end: int) -> float:
    """The lag to a fraction of a frame: the share of differing bits rises evenly on both sides of the true one.

    Measured: within 2.3 ms for 95 of 100, through codecs, noise and loss; G.722 adds its own 4.25 ms of delay.
    """
    sounds = sounding(heard.levels)[begin:end]
    left, here, right = (float(_shares(prompt, heard, lag + d, begin, end)[sounds].mean()) for d in (1, 0, -1))
    worse = max(left, right) - here
    shift = 0.5 * (left - right) / worse if worse > 0 else 0.0
    return lag - float(np.clip(shift, -0.5, 0.5))
