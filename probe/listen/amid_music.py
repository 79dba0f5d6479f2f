"""Announcements over music: a remembered prompt is known by its sound before it is clear that anybody speaks.

That somebody speaks over music shows after one to three seconds (`probe.listen.music`); a remembered recording is
recognised in less. So the remembered prompts are looked for while music is heard, too. Hold music that a prompt holds comes again
by itself: only where a prompt's words have begun is it told.
"""

from __future__ import annotations

from probe.listen.fingerprint import HOP, NOTHING, Fingerprinter
from probe.listen.prompt_beginning import MUSIC_BEFORE, SAID
from probe.listen.prompt_following import Found
from probe.listen.prompt_search import Library
from probe.listen.recall import Recall
from probe.timeline import RATE, Samples

_BATCH = 10  # frames of the fingerprint at a time: 0.2 s
_LEFT = 0.3
"""Seconds of a prompt that must still come for it to be speech from here on: its last words may not have been recognised; guessed."""
_KEPT = 2.5  # seconds back to which a prompt may have begun: what was heard since is heard once more; the listener keeps 3 s


class AmidMusic:
    """Hears music from sample number `begin` (since the INVITE) on."""

    def __init__(self, library: Library, begin: int) -> None:
        self._begin = begin
        self._prints = Fingerprinter()
        self._recall = Recall(library, over_music=NOTHING, begin=begin)
        self._found: Found | None = None
        self._count = 0

    def hear(self, audio: Samples) -> float | None:
        """Takes audio; the second at which a remembered prompt's words began, once one is heard."""
        self._count += audio.size
        new = self._prints.feed(audio, _BATCH)
        if not len(new):
            return None
        for change in self._recall.feed(new):
            self._found = change if isinstance(change, Found) else None
        if self._found is None or not self._recall.sure or not self._found.prompt.words:
            return None
        now = (self._begin + self._count) / RATE
        zero = (self._begin + self._found.lag * HOP) / RATE
        words = self._found.prompt.words
        since = (self._begin + self._found.since * HOP) / RATE
        begins = words[0].start
        if zero + begins > now:
            begins = MUSIC_BEFORE * HOP / RATE  # it is known for its voice before its first word was recognised
        if not zero + begins <= now <= zero + max(words[-1].end, self._found.prompt.ends) - _LEFT:
            return None
        if sum(word.end - word.start for word in words) < SAID:
            return None
        return max(zero + begins, since, now - _KEPT)
