"""Whether recordings that were played in an earlier call are recognised again, soon enough and as what they are.

What is recognised is compared as sound, before the network changed it: prompts share words, and a piece of one may be
what is remembered, so the words of what was played say little about whether it was the same recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np

from probe.simulator.truth import Spoken
from probe.timeline import RATE, PromptRecognised, Samples

WITHIN = 2.0
"""Seconds from its start within which a prompt must be recognised; shorter ones are not counted."""
_SAME = 0.5  # correlation from which two stretches are the same recording; other words in the same voice reach 0.2
_APART = 320  # samples by which what is remembered may be dated wrong: two frames of the fingerprint
_BESIDE = 0.04  # the same in seconds
_PIECE = 0.1  # seconds of an announcement that need not be looked at
_LETTER = 0.25  # seconds by which a place in an announcement may be wrong that is told by its letters
_LEAST = 2000  # samples that are compared at least

Learned = Mapping[str, tuple[int, float]]
"""Where a prompt is remembered from: the number of the call, and the second in it at which the prompt's last sound ended."""


@dataclass(frozen=True, slots=True)
class PromptCounts:
    """Of one call: prompts played before and how many were recognised in time; recognitions and how many were wrong."""

    again: int
    recognised: int
    recognitions: int
    wrong: int


@dataclass(slots=True)
class Played:
    """What a hotline has played in its calls so far."""

    _heard: set[str] = field(default_factory=set)
    _calls: list[tuple[Samples, float]] = field(default_factory=list)
    _said: list[list[Spoken]] = field(default_factory=list)
    _first: dict[str, tuple[int, float]] = field(default_factory=dict)

    def call(
        self,
        spoken: Iterable[Spoken],
        told: Iterable[PromptRecognised],
        latency: float,
        sent: Samples,
        learned: Learned | None = None,
    ) -> PromptCounts:
        """The counts of the next call.

        `sent`: what the hotline sent; `latency`: seconds until the caller heard it. `learned`: where the prompts told are
        remembered from; a detector that does not say so is taken at its word the first time it tells a prompt.
        """
        spoken, told = list(spoken), list(told)
        self._calls.append((sent, latency))
        self._said.append(spoken)
        for event in told:
            self._first.setdefault(event.prompt, (len(self._calls) - 1, event.ends))
        # A prompt may since be remembered further, or less far, than when it was told first.
        self._first.update(learned or {})
        right = [event for event in told if self._right(event)]
        again = recognised = 0
        for said in spoken:
            start = said.start + latency
            if said.who != "human" and said.text in self._heard and said.end - said.start >= WITHIN:
                again += 1
                # What is remembered may begin before it, or be a part of it: announcements are made of recordings.
                recognised += any(
                    event.known <= start + WITHIN and _told_to(event) >= start + WITHIN / 2 for event in right
                )
        self._heard |= {said.text for said in spoken if said.who != "human" and said.end - said.start >= WITHIN}
        return PromptCounts(again, recognised, len(told), len(told) - len(right))

    def _right(self, event: PromptRecognised) -> bool:
        """Whether what is heard from `at` until `known`, as far as it is told, is the sound from which the prompt is remembered."""
        nth, ends = self._first[event.prompt]
        until = min(event.known, _told_to(event))
        heard = _stretch(*self._calls[-1], event.at, until)
        since = ends - (event.ends - event.at)
        remembered = _stretch(*self._calls[nth], since, since + until - event.at, _APART)
        if heard.size < _LEAST or not heard.any():
            return False
        if self._same_announcement(event, nth, since):
            return True
        products = np.correlate(remembered, heard, "valid")
        squares = np.convolve(remembered**2, np.ones(heard.size), "valid")
        return bool(np.max(products / np.sqrt(np.maximum(squares, 1.0) * (heard @ heard))) >= _SAME)

    def _same_announcement(self, event: PromptRecognised, nth: int, since: float) -> bool:
        """Whether both are the same place of the same announcement. A hotline plays the same samples for the same words
        each time (`probe.simulator.speaker`), but over music that is elsewhere in its piece: what was sent is then mostly
        the music, and says nothing about the announcement."""
        shift = since - event.at + self._calls[-1][1] - self._calls[nth][1]
        at, until = event.at - self._calls[-1][1], min(event.known, _told_to(event)) - self._calls[-1][1]
        heard = [said for said in self._said[-1] if min(said.end, until) - max(said.start, at) > _PIECE]
        return bool(heard) and all(
            any(
                said.who == other.who != "human"
                and (said.text == other.text or (event.as_far_as is not None and until <= _alike_to(said, other)))
                and abs(other.start - said.start - shift) <= _BESIDE
                for other in self._said[nth]
            )
            for said in heard
        )


def _alike_to(said: Spoken, other: Spoken) -> float:
    """About up to where two announcements that begin alike are the same, by their letters: seconds of the first."""
    alike = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(said.text, other.text, strict=False)))
    return said.start + alike / len(said.text) * (said.end - said.start) + _LETTER if alike else said.start


def _told_to(event: PromptRecognised) -> float:
    """Up to where it is said to be the prompt."""
    return event.ends if event.as_far_as is None else event.as_far_as


def _stretch(
    sent: Samples, latency: float, since: float, until: float, more: int = 0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What the caller heard between two instants, as it was sent; and so many samples `more` at both ends."""
    first, last = round((since - latency) * RATE) - more, round((since - latency) * RATE) + more
    last += round((until - since) * RATE)
    inside = sent[max(first, 0) : max(last, 0)].astype(np.float64)
    before = min(max(-first, 0), last - first)
    return np.concatenate([np.zeros(before), inside, np.zeros(max(last - first - before - inside.size, 0))])
