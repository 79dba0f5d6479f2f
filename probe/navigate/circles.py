"""Noticing that a hotline goes in circles: the same prompt for the third time."""

from __future__ import annotations

from dataclasses import dataclass, field

from probe.speech.text import similarity, sounds
from probe.timeline import Event, HangUp, Kind, SegmentEnded

TIMES = 3
"""Hearings of one prompt that make a circle."""
_ALIKE = 0.85  # guessed: the same recording, recognised twice, differs in a few sounds
_WHOLE = 0.8  # share of a recording's length that is more than a part of it; guessed
_SHORTEST = 6  # sounds; shorter sentences ("请稍候") come again without any circle; guessed


@dataclass(slots=True)
class Circles:
    """Counts each prompt heard."""

    language: str = "zh"
    times: int = 0
    """How often the last prompt has been heard."""
    _counts: dict[str, int] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    """The text that each recognised recording was counted under."""
    _lengths: dict[str, float] = field(default_factory=dict)
    """Seconds of the first hearing of each."""

    def take(self, event: Event, queueing: bool) -> None:
        """Counts what was said; a queue repeats itself without being a circle, and what was before it is behind."""
        if not isinstance(event, SegmentEnded) or event.segment.kind is not Kind.SPEECH:
            return
        if queueing:
            self._counts.clear()
            self._texts.clear()
            self.times = 0
        else:
            segment = event.segment
            self.times = self.hear(segment.text, self._whole(segment.prompt, segment.end - segment.start))

    def leave(self, now: float) -> tuple[HangUp, ...]:
        """Hangs up if the last prompt was heard for the third time."""
        if self.times < TIMES:
            return ()
        return (HangUp(at=now, why="looped", note=f"the same prompt {self.times} times"),)

    def _whole(self, prompt: str | None, seconds: float) -> str | None:
        """The recognised recording, unless another part of it is heard than was counted: a pause may part one in two, both
        known to be of it."""
        if prompt is None:
            return None
        counted = self._lengths.setdefault(prompt, seconds)
        return prompt if _WHOLE * counted <= seconds <= counted / _WHOLE else None

    def hear(self, text: str, prompt: str | None = None) -> int:
        """How often this prompt has now been heard; 0 for sentences too short to tell.

        `prompt`: id of the recording, if it was recognised: the same one is the same prompt, whatever words were made of it.
        """
        if prompt is not None and (known := self._texts.setdefault(prompt, text)) in self._counts:
            self._counts[known] += 1
            return self._counts[known]
        length = len(sounds(text, self.language))
        if length < _SHORTEST:
            return 0
        for known in self._counts:
            shorter, longer = sorted((length, len(sounds(known, self.language))))
            if shorter >= _ALIKE * longer and similarity(text, known, self.language) >= _ALIKE:
                self._counts[known] += 1
                return self._counts[known]
        self._counts[text] = 1
        return 1
