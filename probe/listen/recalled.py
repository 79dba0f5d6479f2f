"""The words of a remembered prompt, as they come again where it is heard."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from probe.listen.fingerprint import HOP
from probe.listen.prompt_memory import SOUNDS_ON, Prompt, Telling, moved
from probe.timeline import FRAME, RATE, PromptRecognised, Word

_HALF_FRAME = FRAME / RATE / 2
_NEVER = 1 << 30  # frames
_SURE_BEFORE = 0.1  # seconds before a parting up to which the prompt's words are surely what was said


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


class Recalled:
    """A remembered prompt on the call's clock, whose first sample was at `begin` seconds."""

    def __init__(self, prompt: Prompt, begin: float) -> None:
        self.words = tuple(moved(word, begin) for word in prompt.words)
        self._tellings = prompt.told
        self._begin = begin
        self._next = 0
        self._now = Telling(begin, begin, ())

    def told(self, now: float) -> Telling:
        """What had been told so long after the prompt began when it was recognised."""
        while self._next < len(self._tellings) and self._begin + self._tellings[self._next].known <= now + _HALF_FRAME:
            self._now = self._tellings[self._next].moved(self._begin)
            self._next += 1
        return self._now

    def tells_in(self, now: float) -> int:
        """Frames from `now` on until words are told that were not told by then, at least one."""
        if self._next >= len(self._tellings):
            return _NEVER
        seconds = self._begin + self._tellings[self._next].known - _HALF_FRAME - now
        return max(math.ceil(seconds * RATE / FRAME), 1)

    def cut(self, at: float, since: float) -> tuple[float, tuple[Word, ...]]:
        """An instant between two words up to which they are surely what was said, since an instant, where what is heard
        parted from the prompt at the frame that begins at `at` seconds; and the words after it of which most was heard."""
        sure = [word for word in self.words if word.end <= at - _SURE_BEFORE]
        later = [word for word in self.words if word.end > at - _SURE_BEFORE]
        end = sure[-1].end if sure else since
        cut = (end + max(later[0].start, end)) / 2 if sure and later else end
        parts = at + SOUNDS_ON * HOP / RATE  # the sound that parts is in the midst of its frame
        return max(min(cut, at), since), tuple(word for word in later if (word.start + word.end) / 2 <= parts)

    def gap(self, since: float, now: float) -> float:
        """An instant between two words, the first one from `since` on; `since` if there is none before `now`."""
        edges = [word.start - 0.05 for word in self.words[:1]]
        edges += [(a.end + b.start) / 2 for a, b in pairwise(self.words)]
        edges += [word.end + 0.05 for word in self.words[-1:]]
        return next((edge for edge in edges if since <= edge <= now), min(since, now))
