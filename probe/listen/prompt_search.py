"""Searching all remembered prompts at once for what is heard.

A search compares frame after frame with every place of the memory, and after its first frames only with those that are
not far off. How few bits differ, and by how much all other places differ more, says whether it is found.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import BITS, MARKED, differing
from probe.listen.prompt_beginning import AT_START, at_beginning
from probe.listen.prompt_memory import SURE_CALLS, Memory, Prompt, RememberedCall, Span, sounding
from probe.listen.prompt_numbers import ONCE_MORE, OWN_AFTER, others_begin_alike, with_another_number

_FEW = 20  # sounding frames after which a search keeps to the places that differ least
_FAR = 0.42  # share of marked bits: a place that differs more by then is none; a prompt differs by 0.35 at the worst
_PAD = 160  # frames of nothing before the first and after the last prompt, longer than any search
_BETWEEN = 20  # frames of nothing between two prompts
LIMITS = (
    (30, 0.10, 0.14, 0.195),
    (40, 0.125, 0.165, 0.185),
    (50, 0.145, 0.19, 0.175),
    (60, 0.165, 0.212, 0.162),
    (70, 0.185, 0.225, 0.155),
    (80, 0.195, 0.23, 0.155),
)
"""Sounding frames compared; share of marked bits that may differ; the share that may differ where no other place comes
near; by how much all others must differ more then. Measured on 2,000 pieces of real speech against 200 prompts of the same
six speakers: the same speaker saying the same words again comes to a lead of 0.17 at 30 to 40 frames, 0.156 at 50, 0.14
at 60 and 80; the right place leads by more than 0.194 in 95 of 100 at 50 frames, by 0.186 in 99 of 100 at 70."""
_BESIDE = 10
"""Frames by which a prompt's beginning may be beside where it is remembered, since noise hides soft sounds; guessed."""
_SHORT, _SHORT_ALONE, _SHORT_LEAD = 0.19, 0.23, 0.10
"""Share that may differ where a short segment is a whole prompt, no longer; and where all other places differ so much more. Measured on 110 recordings of 0.3 to 1.3 s of
real speakers through drawn conditions: another recording as long differs by 0.24 at least (3,176 pairs), the same one by up
to 0.24 in 95 of 100. Other synthetic voices with the same words differ by 0.21 in 99 of 100; the same synthetic voice at
another speed cannot be told apart."""
_SAME_LENGTH = 10  # frames by which their beginnings, and their ends, may differ: noise hides soft ones
_TIE = 0.05  # share by which two places of the same sound differ from each other: 0.016, in noise 0.041, where the same was said twice; guessed
_NEIGHBOURS = 10  # places that are still the same place


class Library:
    """The remembered prompts laid end to end, so that all of them are searched at once. Grows within the call too."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.calls = len(memory.calls) if memory else 0
        self.music = memory.music if memory else 0.0
        self.heard_in = memory.calls_of() if memory else {}
        self.earlier = frozenset(prompt.id for prompt in memory.prompts) if memory else frozenset()
        """The prompts that earlier calls heard."""
        self._heard_after: dict[str, dict[str, int]] = {}
        """Of the prompts that were heard right after one: in how many calls."""
        for before, prompt in (pair for call in (memory.calls if memory else ()) for pair in _pairs(call)):
            followers = self._heard_after.setdefault(before, {})
            followers[prompt] = followers.get(prompt, 0) + 1
        self._never_anew: dict[str, bool] = {}
        self.prompts: list[Prompt] = []
        self._starts: list[int] = []
        self._begin: list[int] = []
        self.last: Span | None = None
        """The last that was heard of a prompt in a segment that is over, in frames of the call."""
        self.differed: dict[str, float] = {}
        """Of each prompt of which this call was certain: how much more it differed than its noise explains, where it did so least."""
        self.bits: npt.NDArray[np.uint32] = np.zeros(2 * _PAD, np.uint32)
        self.add(memory.prompts if memory else ())

    def add(self, prompts: tuple[Prompt, ...] | list[Prompt]) -> None:
        self._never_anew.clear()
        pieces, size = [self.bits[:-_PAD]], self.bits.size - _PAD
        for prompt in prompts:
            self.prompts.append(prompt)
            self._starts.append(size)
            self._begin.append(size + int(prompt.sounding.argmax()))
            pieces += [prompt.bits, np.zeros(_BETWEEN, np.uint32)]
            size += prompt.bits.size + _BETWEEN
        self.bits = np.concatenate([*pieces, np.zeros(_PAD, np.uint32)])

    def doubts(self, prompt: Prompt) -> bool:
        """Whether it may have been a person, who says the same in other calls: it was learned from what was taken for one, and too
        few calls have heard it."""
        return prompt.doubtful and self.heard_in.get(prompt.id, 0) < SURE_CALLS

    def keeps_its_number(self, prompt: Prompt, before: str = "") -> bool:
        """Whether the first number in a prompt is surely its own: several calls heard it, and no recording is known that begins
        alike, or says another number after the same words; or where several calls heard it, after the prompt `before`, none
        heard such a recording."""
        if self.heard_in.get(prompt.id, 0) < OWN_AFTER:
            return False
        return not with_another_number(prompt, self.prompts) or self._there(prompt, before)

    def _there(self, prompt: Prompt, before: str) -> bool:
        """Whether several calls heard a prompt right after the one before it, and none there what begins alike."""
        calls = self._heard_after.get(before, {}) if before else {}
        others = [other for other in self.prompts if other.id in calls]
        return calls.get(prompt.id, 0) >= OWN_AFTER and not with_another_number(prompt, others)

    def never_anew(self, prompt: Prompt) -> bool:
        """Whether a prompt is surely not spoken anew with something else put in: several calls heard it, and none anything that begins
        alike."""
        if prompt.id not in self._never_anew:
            several = self.heard_in.get(prompt.id, 0) >= OWN_AFTER
            self._never_anew[prompt.id] = several and not others_begin_alike(prompt, self.prompts)
        return self._never_anew[prompt.id]

    def note(self, prompt: Prompt, more: float) -> None:
        """Notes that a prompt was certain, which differed by so much more than its noise explains."""
        self.differed[prompt.id] = min(more, self.differed.get(prompt.id, more))

    def followed(self, before: str, prompt: str) -> bool:
        """Whether an earlier call heard the second of two prompts after the first."""
        return prompt in self._heard_after.get(before, {})

    @property
    def beginnings(self) -> npt.NDArray[np.intp]:
        """The places at which a prompt may begin, a row for each."""
        return np.array(self._begin, np.intp)[:, None] + np.arange(-_BESIDE, _BESIDE + 1)

    @property
    def ends(self) -> list[int]:
        """The place after each prompt's last frame."""
        return [start + prompt.bits.size for start, prompt in zip(self._starts, self.prompts, strict=True)]

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


def _pairs(call: RememberedCall) -> set[tuple[str, str]]:
    """Each prompt that a call heard, after the one before it."""
    return {(hearing.after.split()[0], hearing.prompt) for hearing in call.heard if hearing.after.strip()}


class Search:
    """Compares frames from live frame `begin` on with the places of the library."""

    def __init__(self, library: Library, begin: int) -> None:
        self.begin = begin
        self.sounding = 0
        self.length = 0
        self._library = library
        self._bits = library.bits
        self._differ = np.zeros(self._bits.size, np.uint16)
        self._buffer = np.empty_like(self._bits)
        self._counts = np.empty(self._bits.size, np.uint8)
        self._places: npt.NDArray[np.intp] | None = None
        self._heard: list[tuple[int, int, int]] = []

    def hear(self, bits: int, marks: int, sounds: bool) -> None:
        if sounds:
            self._heard.append((self.length, bits, marks))
            if self._places is None:
                self._add(self._differ, *self._heard[-1])
            else:
                there = self._bits.take(self._places + self.length, mode="clip")
                self._differ += np.bitwise_count((there ^ bits) & marks)
            self.sounding += 1
            if self.sounding == _FEW:
                near = self._differ[: self._bits.size - _PAD] <= _FAR * _FEW * MARKED
                self._places = np.flatnonzero(near)
                self._differ = self._differ[self._places]
        self.length += 1

    def best(self) -> tuple[float, int]:
        """The smallest share of differing bits, and the place at which `begin` then is."""
        if self._places is None:
            place = int(self._differ[: self._bits.size - _PAD].argmin())
            return float(self._differ[place]) / (self.sounding * MARKED), place
        if not self._places.size:
            return 1.0, 0
        best = int(self._differ.argmin())
        return float(self._differ[best]) / (self.sounding * MARKED), int(self._places[best])

    def located(self, share: float, place: int) -> tuple[Prompt, int] | None:
        """The prompt that is heard, and its frame where this search began, if the place that differs least, by `share`, is in one. The
        same sound may be remembered in several places: one where a recording begins with it comes first, or whose recording then
        began with the segment."""
        there = self._library.at(place, self.length)
        if there is None or at_beginning(*there):
            return there
        others = (self._library.at(other, self.length) for other in self.ties(share))
        return next((other for other in others if other is not None and self._begins(*other)), there)

    def _begins(self, prompt: Prompt, frame: int) -> bool:
        return at_beginning(prompt, frame) or abs(self.begin - frame) <= AT_START

    def ties(self, share: float) -> Iterator[int]:
        """The places that differ hardly more than the best, which differs by `share`; of neighbours the one that differs least."""
        if self._places is None or not self._places.size:
            return
        near = np.flatnonzero(self._differ <= (share + _TIE) * self.sounding * MARKED)
        apart = np.flatnonzero(np.diff(self._places[near]) > _NEIGHBOURS // 2) + 1
        for beside in np.split(near, apart):
            yield int(self._places[beside[self._differ[beside].argmin()]])

    def lead(self, place: int) -> float:
        """By how much of the share all other places differ more than that one, those given up long ago too."""
        others = self._differ.copy()
        if self._places is not None:
            others = np.zeros(self._bits.size, np.uint16)
            for heard in self._heard:
                self._add(others, *heard)
        others = others[: self._bits.size - _PAD]
        best = int(others[place])
        others[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS + 1] = np.iinfo(np.uint16).max
        return (min(int(others.min()), self.sounding * MARKED // 2) - best) / (self.sounding * MARKED)

    def beginnings_lead(self, share: float, place: int) -> float:
        """By how much the beginnings of other prompts differ more than that place, which differs by `share`, but for those where the
        same is remembered once more, as what noise hid is; 0, if no prompt begins there."""
        beginnings = self._library.beginnings
        here = (beginnings == place).any(axis=1)
        if not here.any():
            return 0.0
        offsets, bits, marks = (np.array(them, np.uint32) for them in zip(*self._heard, strict=True))
        sound, least = self._bits[place + offsets], 0.5
        for places in beginnings[~here, :, None] + offsets:
            shares = differing(self._bits[places], bits, marks).mean(axis=1) / MARKED
            nearest = int(shares.argmin())
            if shares[nearest] < least and not self._sounds_like(sound, places[nearest]):
                least = float(shares[nearest])
        return least - share

    def _sounds_like(self, sound: npt.NDArray[np.uint32], places: npt.NDArray[np.intp]) -> bool:
        """Whether these places of the memory sound so, in each half."""
        differ = np.bitwise_count(sound ^ self._bits[places]) / BITS
        return all(float(half.mean()) <= ONCE_MORE for half in np.array_split(differ, 2))

    def _add(self, differ: npt.NDArray[np.uint16], offset: int, bits: int, marks: int) -> None:
        """Adds what differs in one frame, for every place."""
        np.bitwise_xor(self._bits, bits, out=self._buffer)
        np.bitwise_and(self._buffer, marks, out=self._buffer)
        np.bitwise_count(self._buffer, out=self._counts)
        differ[: self._bits.size - offset] += self._counts[offset:]

    def enough(self, share: float, place: int) -> bool:
        """Whether that is no chance."""
        for least, most, most_alone, lead in reversed(LIMITS):
            if self.sounding >= least:
                return share <= most or (share <= most_alone and self.lead(place) >= lead)
        return False

    def is_whole(self, levels: npt.NDArray[np.int8]) -> bool:
        """Whether a whole short segment, with these levels, is a whole short prompt."""
        share, place = self.best()
        there = self._library.at(place, self.length)
        if there is None or (share > _SHORT and (share > _SHORT_ALONE or self.lead(place) < _SHORT_LEAD)):
            return False
        own, last = np.flatnonzero(there[0].sounding), np.flatnonzero(sounding(levels))
        same_start = abs(int(own[0]) - there[1]) <= _SAME_LENGTH
        return same_start and abs(int(last[-1]) - self.begin - int(own[-1]) + there[1]) <= _SAME_LENGTH
