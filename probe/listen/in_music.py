"""Speech over music that goes on, while only music is heard: remembered prompts by their sound, and anybody by his words.

The recogniser listens only to music that goes on for longer than in every call before: what it found there is remembered, and known by
its sound from then on.
"""

from __future__ import annotations

from probe.listen.amid_music import AmidMusic
from probe.listen.prompt_search import Library
from probe.listen.segments import Boundary, Segmenter
from probe.listen.words_in_music import WordsInMusic
from probe.speech.transcriber import Transcriber
from probe.timeline import FRAME, RATE, Frame, Kind


class InMusic:
    """Of one call. `transcriber` None: only prompts are known; `library` None: nothing is remembered."""

    def __init__(self, transcriber: Transcriber | None, library: Library | None) -> None:
        self._transcriber = transcriber
        self._library = library
        self._known = library.music if library is not None else 0.0
        self.music = 0.0
        """Seconds of the hotline's music so far that were listened to for words, in this call or in one before."""
        self._prompts: AmidMusic | None = None
        self._words: WordsInMusic | None = None

    def hear(self, frame: Frame, segmenter: Segmenter, early: bool = False) -> list[Boundary]:
        """Takes a frame, after the segmenter; the boundary at which somebody began to speak over the music, once it is known.
        `early`: it is ringback music, whose words are not the hotline's."""
        if segmenter.kind is not Kind.MUSIC:
            self._prompts = self._words = None
            return []
        if self._prompts is None and self._library is not None and self._library.prompts:
            self._prompts = AmidMusic(self._library, frame.number)
        if self._transcriber is not None and not early:
            self.music += FRAME / RATE
            if self._words is None and self.music > self._known:
                self._words = WordsInMusic(self._transcriber, frame.number)
        since = self._prompts.hear(frame.heard) if self._prompts is not None else None
        if since is None and self._words is not None:
            since = self._words.hear(frame.heard)
        if since is None:
            return []
        self._prompts = self._words = None
        return segmenter.spoken_over(since, frame.end)
