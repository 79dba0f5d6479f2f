"""What the memory of earlier calls says of a piece of speech, for its verdict: by its sound, and by its words."""

from __future__ import annotations

from dataclasses import replace

from probe.listen.fingerprint import HOP, NOTHING, Fingerprint, Fingerprinter
from probe.listen.known_words import KnownWords
from probe.listen.opening import Opening
from probe.listen.prompt_memory import SURE_CALLS, Memory
from probe.listen.prompt_search import Library
from probe.listen.transcript import Transcript
from probe.timeline import Samples


class Remembered:
    """Of one call. `library`: the memory's sounds, and those of this call so far; `words`: the memory's words."""

    def __init__(self, memory: Memory, language: str) -> None:
        self.library = Library(memory)
        # Only of recordings that were heard in two calls: what one call took for one may have been a person's usual opening,
        # and so may be what was a person's in every call.
        heard_in = self.library.heard_in
        again = (p for p in memory.prompts if heard_in.get(p.id, 0) >= SURE_CALLS and not p.doubtful)
        self.words = KnownWords(again, language)
        self._led = memory.led_to_person()
        self._doubtful = {prompt.id for prompt in memory.prompts if prompt.doubtful}

    def of(self, opening: Opening, transcript: Transcript, end: float) -> Opening:
        """The opening, which ends at `end` seconds, with what is remembered of it."""
        prompt, share = transcript.prompt(end)
        return replace(
            opening,
            prompt=prompt,
            prompt_share=share,
            prompt_calls=self.library.heard_in.get(prompt, 0) if prompt else 0,
            prompt_doubtful=prompt in self._doubtful,
            recordings=transcript.recordings(self._doubtful),
            calls_remembered=self.library.calls,
            words_known=self.words.alike(opening.text),
            led_to_person=self._led.get(opening.came_after, 0) if opening.came_after is not None else 0,
        )

    def before(self, audio: Samples, at: int) -> Fingerprint:
        """The frames of audio in step with the one that begins at its sample `at`, up to that one."""
        return (
            Fingerprinter().feed(audio[at % HOP : at - HOP + Fingerprinter.REACH]) if self.library.prompts else NOTHING
        )
