"""The words of a remembered prompt, as they come again where it is heard."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from probe.listen.prompt_memory import Prompt, Telling, moved
from probe.timeline import FRAME, RATE, PromptRecognised

_HALF_FRAME = FRAME / RATE / 2
_NEVER = 1 << 30  # frames
_TOLD_LEAST = 0.1  # seconds of a prompt in the segment for it to be told there; guessed


@dataclass(frozen=True, slots=True)
class Recognition:
    """A prompt, heard from `since` on; its first sample was, or would have been, at `begin`: seconds on the call's clock.
    `as_far_as`: where a word begins that may be another one; None: all of it is the prompt."""

    prompt: Prompt
    begin: float
    since: float
    as_far_as: float | None = None

    def events(self, at: float, known: float, calls: int) -> Iterator[PromptRecognised]:
        """As it is told; `at`: start of the segment, before which all but its last sound may be over: then it was told there; `calls`: in how many
        earlier calls it was heard."""
        begin, ends = max(self.since, at), self.begin + self.prompt.ends
        if ends - begin >= _TOLD_LEAST:
            name, far = self.prompt.id, self.as_far_as
            yield PromptRecognised(at=begin, known=known, prompt=name, calls=calls, ends=ends, as_far_as=far)


class Recognitions:
    """The prompts of one segment, as each becomes certain."""

    def __init__(self) -> None:
        self.told: list[Recognition] = []
        """In order; one that is known as far as some word first may come once more, as all of it."""
        self._heard: Recognition | None = None

    def hear(self, heard: Recognition | None) -> None:
        """This is heard now, or nothing that is remembered."""
        self._heard = heard

    def ascertain(self, certain: bool, as_far_as: float | None) -> None:
        """Whether what is heard is certainly the prompt: all of it, or as far as a second of the call's."""
        if self._heard is None:
            return
        if certain:
            self.told.append(replace(self._heard, as_far_as=None))
            self._heard = None
        elif as_far_as is not None and self._heard.as_far_as is None:
            self._heard = replace(self._heard, as_far_as=as_far_as)
            self.told.append(self._heard)


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

    def gap(self, since: float, now: float) -> float:
        """An instant between two words, the first one from `since` on; `since` if there is none before `now`."""
        edges = [word.start - 0.05 for word in self.words[:1]]
        edges += [(a.end + b.start) / 2 for a, b in pairwise(self.words)]
        edges += [word.end + 0.05 for word in self.words[-1:]]
        return next((edge for edge in edges if since <= edge <= now), min(since, now))
