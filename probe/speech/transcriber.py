"""What a transcriber is: speech goes in as samples, words with times come out.

Vosk is the one that ships (`vosk_transcriber`); another need only have this form.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One recognised word; times in seconds from the first sample fed."""

    word: str
    start: float
    end: float
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was recognised in one stretch of speech so far."""

    text: str
    """The words joined, with no spaces between hanzi."""
    words: tuple[HeardWord, ...]


class Transcription(Protocol):
    """The recognition of one stretch of speech, while it goes on."""

    def feed(self, audio: npt.NDArray[np.int16]) -> Heard | None:
        """Take the next samples (mono, 8 kHz) and return all heard so far if it changed since the last call."""

    def finish(self) -> Heard:
        """Return the final result; nothing may be fed afterwards."""


class Transcriber(Protocol):
    """A recogniser with its model loaded, ready for any number of stretches."""

    @property
    def name(self) -> str:
        """The model's name and version, as the timeline records it."""

    @property
    def language(self) -> str:
        """The language it recognises, such as `zh`."""

    def begin(self) -> Transcription:
        """Start on a new stretch of speech."""
