"""Which prompts of a hotline have changed: where one used to be heard, another is heard now.

A prompt's place is what came before it: the prompt before, and what was pressed or said since. A prompt has changed when
calls come to its place and hear something else there, more often in a row than it was ever missing before: prompts that
take turns, such as advertising, do not count as changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from probe.listen.prompt_memory import Memory

_SAME_WORDS = 95.0  # rapidfuzz ratio from which the new recording says the same
_TIMES_LONGER = 2  # times the longest absence so far; guessed
_HEARD_LEAST = 2  # calls in which a prompt was heard before it can be missed


@dataclass(frozen=True, slots=True)
class Change:
    """`old` was last heard in the call `last`; since the call `since` (`calls` calls) it is `new`, or nothing known.

    `same_words`: it was spoken anew and says the same.
    """

    old: str
    new: str | None
    last: str
    since: str
    calls: int
    same_words: bool


def changes(memory: Memory) -> list[Change]:
    """What has changed, in the order of the prompts."""
    there = [{hearing.after for hearing in call.heard} for call in memory.calls]
    heard = [Counter(hearing.prompt for hearing in call.heard) for call in memory.calls]
    texts = {prompt.id: prompt.text for prompt in memory.prompts}
    found = []
    for prompt in memory.prompts:
        places = Counter(h.after for call in memory.calls for h in call.heard if h.prompt == prompt.id)
        if not places:
            continue
        place = places.most_common(1)[0][0]
        reaching = [n for n in range(len(memory.calls)) if place in there[n] or prompt.id in heard[n]]
        with_it = [k for k, n in enumerate(reaching) if prompt.id in heard[n]]
        missing = reaching[with_it[-1] + 1 :]
        longest = max((b - a - 1 for a, b in pairwise(with_it)), default=0)
        if len(with_it) < _HEARD_LEAST or len(missing) <= _TIMES_LONGER * longest or not missing:
            continue
        new = _instead(memory, place, reaching[with_it[-1]], missing)
        same = new is not None and fuzz.ratio(texts[prompt.id], texts.get(new, "")) >= _SAME_WORDS
        last, since = memory.calls[reaching[with_it[-1]]].id, memory.calls[missing[0]].id
        found.append(Change(prompt.id, new, last, since, len(missing), same))
    return found


def _instead(memory: Memory, place: str, last: int, missing: list[int]) -> str | None:
    """The prompt that was never heard up to the call number `last`, and is heard at the place most often since."""
    before = {hearing.prompt for call in memory.calls[: last + 1] for hearing in call.heard}
    since = Counter(
        hearing.prompt
        for n in missing
        for hearing in memory.calls[n].heard
        if hearing.after == place and hearing.prompt not in before
    )
    return since.most_common(1)[0][0] if since else None
