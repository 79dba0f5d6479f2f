"""What really happened in a simulated call, told by the simulator itself: what every listener is judged by.

All instants are seconds since the INVITE reached the hotline, counted in ticks of 20 ms; what a caller hears comes
later by the line's latency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from probe.timeline import FRAME, RATE, Outcome

Who = Literal["recording", "bot", "human"]

KINDS = {
    "ringing": "SIP 180 was sent",
    "early_media": "SIP 183 was sent, audio begins",
    "answered": "SIP 200 was sent",
    "asked": "the hotline begins to wait for keys or speech; detail: the place",
    "human_offered": "an option or an invitation for a person has been spoken; detail: the key, if any",
    "human_requested": "the caller asked for a person, granted or not",
    "complaint_offered": "the same for the complaint desk",
    "complaint_requested": "the caller asked for the complaint desk",
    "accepted": "an input was taken; detail: the key or the words understood",
    "invalid_key": "a key that the menu does not have",
    "not_understood": "speech that the bot did not understand; detail: what was recognised",
    "timed_out": "nothing came in time",
    "refused": "a request was understood and not granted",
    "queued": "the caller waits for a person from now on",
    "picked_up": "a person took the call; the room is heard",
    "human_answered": "the first sound of the person's first word; detail: the desk",
    "closed": "the caller was told that the hotline is closed",
    "not_in_service": "the network said that the number does not exist or cannot be reached",
    "voicemail": "the caller was asked for a message; the beep follows",
    "passed_on": "the person passed the caller on to somebody else",
    "pushed_elsewhere": "the caller was sent to an app or a website",
    "no_human": "the caller was told that there are no people here",
    "caller_said": "the caller spoke to the person; detail: what was recognised",
    "ended": "the call is over; detail: by whom",
}
"""Every kind of happening."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at an instant (seconds)."""

    kind: str
    at: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the hotline said from `start` to `end` (seconds), and who: a recording, a bot or a human."""

    start: float
    end: float
    text: str
    who: Who


@dataclass(slots=True)
class Truth:
    """One call. `steps`: inputs that were taken, ("key" or "spoken", value); `refusals`: requests not granted."""

    hotline: str
    caller: str
    seed: int
    happenings: list[Happening] = field(default_factory=list)
    steps: list[tuple[Literal["key", "spoken"], str]] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    refusals: int = 0
    status: int | None = None
    hung_up_by: Literal["caller", "hotline"] | None = None

    def happened(self, kind: str, tick: int, detail: str = "") -> None:
        """Note a happening at a tick."""
        assert kind in KINDS, kind
        self.happenings.append(Happening(kind, tick_seconds(tick), detail))

    def first(self, kind: str) -> float | None:
        """The instant of the first happening of a kind, in seconds, or None."""
        return next((happening.at for happening in self.ordered() if happening.kind == kind), None)

    def ordered(self) -> list[Happening]:
        """All happenings in order of time."""
        return sorted(self.happenings, key=lambda happening: happening.at)

    @property
    def human_answered(self) -> float | None:
        """The first sample of the person's first sound, in seconds, or None."""
        return self.first("human_answered")

    @property
    def outcome(self) -> Outcome:
        """The outcome that a perfect listener reports, given how the call went and ended."""
        if self.human_answered is not None:
            return Outcome.HUMAN
        if self.first("not_in_service") is not None:
            return Outcome.NOT_IN_SERVICE
        if self.first("answered") is None:
            return _unanswered(self.status)
        if self.first("closed") is not None:
            return Outcome.CLOSED
        queued = self.first("queued")
        if self.first("pushed_elsewhere") is not None and queued is None:
            return Outcome.PUSHED_ELSEWHERE
        if self._looped():
            return Outcome.LOOPED
        if queued is not None or self.first("picked_up") is not None:
            return Outcome.HUMAN_UNREACHABLE
        if self.hung_up_by == "hotline":
            return Outcome.HUNG_UP
        return Outcome.HUMAN_UNREACHABLE if self.first("human_offered") is not None else Outcome.NO_HUMAN_OFFERED

    def _looped(self) -> bool:
        """Whether the caller gave up after the same words for the third time; what a queue repeats does not count."""
        if self.hung_up_by != "caller" or self.first("queued") is not None:
            return False
        counts: dict[str, int] = {}
        for spoken in self.spoken:
            counts[spoken.text] = counts.get(spoken.text, 0) + 1
        return max(counts.values(), default=0) >= 3

    def to_json(self) -> dict[str, Any]:
        """The truth as plain data; seconds."""
        return {
            "schema": "probe.truth/1",
            "hotline": self.hotline,
            "caller": self.caller,
            "seed": self.seed,
            "events": [
                {"kind": happening.kind, "at": happening.at}
                | ({"detail": happening.detail} if happening.detail else {})
                for happening in self.ordered()
            ],
            "steps": [{"kind": kind, "value": value} for kind, value in self.steps],
            "refusals": self.refusals,
            "spoken": [
                {"start": spoken.start, "end": spoken.end, "who": spoken.who, "text": spoken.text}
                for spoken in self.spoken
            ],
            "status": self.status,
            "hung_up_by": self.hung_up_by,
            "outcome": self.outcome.value,
        }


def tick_seconds(tick: int) -> float:
    """The instant of a tick, in seconds."""
    return tick * FRAME / RATE


def _unanswered(status: int | None) -> Outcome:
    """RFC 3261: 486 and 600 are busy; 404, 410 and 604 say that there is no such number; 408, 480, 487 nobody answered."""
    if status in {486, 600}:
        return Outcome.BUSY
    if status in {404, 410, 604}:
        return Outcome.NOT_IN_SERVICE
    if status in {None, 408, 480, 487}:
        return Outcome.NO_ANSWER
    return Outcome.REJECTED
