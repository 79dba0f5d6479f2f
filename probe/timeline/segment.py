"""Segments: stretches of heard audio of one kind, with the words and the verdict of those that are speech."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What a stretch of heard audio is."""

    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    SPECIAL_INFORMATION_TONE = "special_information_tone"
    NUMBER_UNOBTAINABLE = "number_unobtainable"
    DIAL_TONE = "dial_tone"
    FAX_OR_MODEM = "fax_or_modem"
    UNKNOWN_TONE = "unknown_tone"
    MUSIC = "music"
    SILENCE = "silence"
    NOISE = "noise"
    SPEECH = "speech"


TONES = frozenset(
    {
        Kind.BUSY,
        Kind.CONGESTION,
        Kind.SPECIAL_INFORMATION_TONE,
        Kind.NUMBER_UNOBTAINABLE,
        Kind.DIAL_TONE,
        Kind.FAX_OR_MODEM,
        Kind.UNKNOWN_TONE,
    }
)
"""Tones that say that nobody is there to talk with; ringback says that somebody may come."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. `start` and `end` in seconds since the INVITE; `confidence` 0 to 1."""

    word: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a speech segment is, how sure that is, and why (ranked, most telling first).

    `probability`: that it is what the verdict says (for `unsure`: of the likelier side); `human`: that it is a person.
    """

    is_: Literal["human", "bot", "recording", "unsure"]
    probability: float
    reasons: tuple[str, ...] = ()
    human: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of heard audio of one kind; `text`, `words`, `prompt` and `verdict` are for speech.

    `early_media`: it was heard before the call was answered, so the network or the called subscriber's ringback music
    plays it, not the hotline.
    """

    kind: Kind
    start: float
    end: float
    text: str = ""
    words: tuple[Word, ...] = ()
    prompt: str | None = None
    verdict: Verdict | None = None
    early_media: bool = False
