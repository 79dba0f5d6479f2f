"""Whether a recording that noise spoils has begun.

Where a voice is hardly louder than the line's noise, so much of it differs from what is remembered that among all places of the
memory some are nearly as like by chance. Of the beginnings of what is remembered none is: so where a segment begins, they are
compared alone, and the noise must explain what differs.
"""

from __future__ import annotations

from probe.listen.fingerprint import Fingerprint
from probe.listen.prompt_following import explained
from probe.listen.prompt_memory import sounding
from probe.listen.prompt_search import Library, Search

_HEARD, _AT_ONCE = 50, 20
"""Sounding frames that are compared at least, the first within so many of the segment's own; guessed."""
_NOISY = 0.1
"""The share that noise explains, from which it is this loud: about 15 dB under the voice."""
_DIFFER, _LEAD, _MORE = 0.28, 0.1, 0.13
"""The share that may differ; by how much all other prompts' beginnings must differ more; by how much it may be more than noise explains
(1.5 in 100 recordings heard again differ by 0.12 more, see `probe.listen.prompt_certainty`). Of recordings 8 to 12 dB over noise that were
heard again at most 0.27 differ in 60 frames, of all others' beginnings 0.39 at least (20 calls to two simulated hotlines)."""


def begun_in_noise(library: Library, search: Search, heard: Fingerprint) -> bool:
    """Whether the segment, of which `heard` is all so far, begins with the beginning of the prompt that the search finds nearest."""
    if search.sounding < _HEARD or search.begin > _AT_ONCE:
        return False
    share, place = search.best()
    there = library.at(place, search.length)
    if share > _DIFFER or there is None or there[0].doubtful:
        return False  # a person may say the same anew, and differs as little
    prompt, frame = there
    usual = explained(prompt, heard, search.begin - frame, search.begin, len(heard))
    noise = float(usual[sounding(heard.levels)[search.begin :]].mean())
    return noise >= _NOISY and share - noise <= _MORE and search.beginnings_lead(share, place) >= _LEAD
