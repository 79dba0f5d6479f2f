"""Events of sounds that are not words: tones, keys, and how well the call could be heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from probe.timeline.event import HeardEvent
from probe.timeline.segment import Kind

Country = Literal[
    "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CZ", "DE", "DK", "EE", "ES", "EU", "FI", "FR",
    "GB", "GR", "HK", "HU", "ID", "IE", "IL", "IN", "IT", "JP", "LT", "MX", "MY", "NL", "NO", "NZ", "PH",
    "PL", "PT", "RU", "SE", "SG", "TH", "TW", "US", "VE", "ZA",
]  # fmt: skip
"""Whose network's tones are expected: ISO 3166 code, or EU for Europe's harmonised ones; `probe/listen/tones.yaml` has them."""
ToneMeaning = Literal[
    "", "vacant", "intercept", "reorder", "no_circuit", "fax_calling", "modem_calling", "answer_tone", "answer_tone_v8"
]  # fmt: skip
"""What a tone says beyond its kind. Special information tone: the number is vacant, it is intercepted (changed or out of
use), the call cannot be set up (reorder), there is no circuit. Fax and modem: a calling tone, an answering one, an
answering one with V.8's modulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneHeard(HeardEvent):
    """A tone was recognised that began at `at`.

    `tone`: its kind; `frequencies` in Hz as the plan has them, or as measured where no plan does; `cadence`: measured
    seconds on, off, on, ... of what was heard so far, empty for a tone without pauses; `plan`: the country whose tones
    were expected.
    """

    kind: ClassVar[str] = "tone"
    tone: Kind
    frequencies: tuple[float, ...]
    cadence: tuple[float, ...] = ()
    meaning: ToneMeaning = ""
    plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHeard(HeardEvent):
    """The far side sent a key as a tone (DTMF) that began at `at` and lasted `seconds`."""

    kind: ClassVar[str] = "key_heard"
    key: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComfortNoiseHeard(HeardEvent):
    """Noise that equipment made up in a pause (RFC 3389) was heard from `at` to `until` seconds, at `level` dBFS."""

    kind: ClassVar[str] = "comfort_noise"
    until: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadAirHeard(HeardEvent):
    """Nothing but digital silence was heard from `at` to `until` seconds of a connected call."""

    kind: ClassVar[str] = "dead_air"
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioQuality(HeardEvent):
    """How well the call could be heard, told once at its end.

    `level`: dBFS of what sounded (median of its 20 ms frames); `floor`: dBFS of the quiet between (median); both 0 if
    there was none of it. `clipped`: share of the sounding frames that hit full scale; `dead_air`: the longest stretch
    in seconds without anything but digital silence once the call was connected; `comfort_noise`: share of the quiet
    that is noise made up by equipment, which sounds only while nobody speaks. `faults` names what makes the audio hard
    to judge: clipped, too_soft, noisy, dead_air.
    """

    kind: ClassVar[str] = "audio_quality"
    level: float
    floor: float
    clipped: float
    dead_air: float
    comfort_noise: float
    faults: tuple[str, ...] = ()
