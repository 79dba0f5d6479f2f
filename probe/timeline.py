"""What happened in one call: segments, events and actions on one clock, and their JSON form `probe.timeline/1`.

Time is counted in received samples since the INVITE was sent (8 kHz), and written as seconds. An event has two
instants: `at`, when it happened, and `known`, when it could be known. A menu option is spoken at one instant and
recognised a little later; a person has answered before anybody can be sure that it is a person. Reports use `at`;
whoever acts in the call can act no earlier than `known`.

    Event
    ├── LineEvent    reported by the line: dialed, rerouted, ringing, early_media, answered, played, held, resumed,
    │                transfer_refused, media, ended, line_failed
    └── HeardEvent   found by listening: everything else
    Action           press, say, hang_up

A replay feeds the same frames and the same line events again, so it finds the same heard events.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt

RATE = 8000
"""Samples a second of every line: the telephone network's."""
FRAME = 160
"""Samples in a frame: 20 ms, the usual packet of RTP audio."""
SCHEMA = "probe.timeline/1"

Samples = npt.NDArray[np.int16]


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


class Outcome(StrEnum):
    """How a call ended, for the one who asked."""

    HUMAN = "human"
    NO_HUMAN_OFFERED = "no_human_offered"
    HUMAN_UNREACHABLE = "human_unreachable"
    LOOPED = "looped"
    HUNG_UP = "hung_up"
    PUSHED_ELSEWHERE = "pushed_elsewhere"
    CLOSED = "closed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    NOT_IN_SERVICE = "not_in_service"
    UNSURE = "unsure"
    OUR_FAULT = "our_fault"


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


# ---------------------------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an instant."""

    kind: ClassVar[str] = ""
    kept: ClassVar[bool] = True
    """Whether it stays in the timeline; ticks and half-heard words do not."""

    at: float
    known: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEvent(Event):
    """Reported by the line; `at` is the start of the frame that carries it, and `known` is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardEvent(Event):
    """Found by listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialed(LineEvent):
    """The INVITE was sent: zero on the clock."""

    kind: ClassVar[str] = "dialed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing(LineEvent):
    """The far end is being alerted (SIP 180), or says that it makes progress (other 18x)."""

    kind: ClassVar[str] = "ringing"
    status: int = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyMedia(LineEvent):
    """Audio before the answer (a provisional response with SDP)."""

    kind: ClassVar[str] = "early_media"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(LineEvent):
    """The call was answered (SIP 200); by what, only listening can tell."""

    kind: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played(LineEvent):
    """The line has finished sending what an action asked for; `value` is the keys or the text."""

    kind: ClassVar[str] = "played"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted(LineEvent):
    """The call was sent again elsewhere: to the trunk's next proxy, or to where a 3xx pointed. `to`: where; `why`."""

    kind: ClassVar[str] = "rerouted"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(LineEvent):
    """The far end put the caller on hold (re-INVITE or UPDATE); what it plays meanwhile is heard as before."""

    kind: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(LineEvent):
    """The far end took the caller off hold."""

    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRefused(LineEvent):
    """The far end asked the caller to call somebody else (REFER), which a test call never does. `to`: whom."""

    kind: ClassVar[str] = "transfer_refused"
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(LineEvent):
    """How the received audio came, over the whole call; told at its end.

    `codec`: names as in SDP, in the order they were used. `packets` received; `lost`: never received; `late`: received
    too late to be heard; `duplicated`. `jitter`, `jitter_max`: median and most of looks half a second apart, seconds
    (RFC 3550 §6.4.1). `concealed`:
    seconds made up by the decoder, or silent, in place of packets that had not come. `mos`: mean opinion score, 1 to 4.5, by the
    E-model of ITU-T G.107; None for a codec without published factors. `round_trip`: seconds, where the far end tells.
    """

    kind: ClassVar[str] = "media"
    codec: str
    packets: int
    lost: int
    late: int
    duplicated: int
    jitter: float
    jitter_max: float
    concealed: float
    mos: float | None = None
    round_trip: float | None = None

    @property
    def missing(self) -> float:
        """Share of the packets, 0 to 1, that did not come in time to be heard."""
        sent = self.packets + self.lost
        return min(1.0, (self.lost + self.late) / sent) if sent else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(LineEvent):
    """The call is over. `status`: the final SIP status if it never was answered; `cause`: Q.850 cause, if given.

    `retry_after`: seconds after which the far end wants to be called again, if it said so (Retry-After).
    """

    kind: ClassVar[str] = "ended"
    by: Literal["hotline", "caller"]
    status: int | None = None
    reason: str = ""
    cause: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFailed(LineEvent):
    """Our side failed: no route, nobody listening, the line's process died. Never the hotline's fault."""

    kind: ClassVar[str] = "line_failed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(HeardEvent):
    """A frame was heard; deadlines are counted on it."""

    kind: ClassVar[str] = "tick"
    kept: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentStarted(HeardEvent):
    """A segment of `segment` kind began at `at`."""

    kind: ClassVar[str] = "segment_started"
    kept: ClassVar[bool] = False
    segment: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard(HeardEvent):
    """All words so far of the speech segment that began at `start`; `final` when the segment is over."""

    kind: ClassVar[str] = "words_heard"
    kept: ClassVar[bool] = False
    start: float
    text: str
    words: tuple[Word, ...]
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRecognised(HeardEvent):
    """What is heard since `at` is a remembered prompt, heard in `calls` earlier calls; its last sound is due at `ends`."""

    kind: ClassVar[str] = "prompt_recognised"
    kept: ClassVar[bool] = False
    prompt: str
    calls: int
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEnded(HeardEvent):
    """A segment is complete; the timeline keeps the segment itself."""

    kind: ClassVar[str] = "segment_ended"
    kept: ClassVar[bool] = False
    segment: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuOption(HeardEvent):
    """A menu said which key does what: "人工服务请按零" is key "0" for label "人工服务"; `at` is where it was spoken out."""

    kind: ClassVar[str] = "menu_option"
    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanOffered(HeardEvent):
    """A person was offered: by `key`, or (key None) by an invitation to say so."""

    kind: ClassVar[str] = "human_offered"
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAsked(HeardEvent):
    """A voice bot invites the caller to speak ("请说出您的需求")."""

    kind: ClassVar[str] = "bot_asked"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(HeardEvent):
    """The hotline says that it transfers or that the caller waits for a person; `position` in the queue if said."""

    kind: ClassVar[str] = "queued"
    text: str
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRejected(HeardEvent):
    """The hotline says that it did not accept or understand the input ("按键有误", "没有听清")."""

    kind: ClassVar[str] = "input_rejected"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedElsewhere(HeardEvent):
    """The hotline sends the caller to an app, a website or a chat account."""

    kind: ClassVar[str] = "pushed_elsewhere"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedHeard(HeardEvent):
    """The hotline says that it is outside its hours."""

    kind: ClassVar[str] = "closed"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInServiceHeard(HeardEvent):
    """The network says that the number does not exist, is suspended or cannot be reached."""

    kind: ClassVar[str] = "not_in_service"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven(HeardEvent):
    """A verdict on the speech from `start` to `end` (the end so far, if it still goes on)."""

    kind: ClassVar[str] = "verdict"
    start: float
    end: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanAnswered(HeardEvent):
    """A person answered at `at`: the first sound of the person's first words; surely in `earliest`..`latest`."""

    kind: ClassVar[str] = "human_answered"
    earliest: float
    latest: float


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertised(HeardEvent):
    """A recording advertised from `at` to `until` (seconds): the clauses in which wording of advertisements was heard."""

    kind: ClassVar[str] = "advertised"
    until: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanWithdrawn(HeardEvent):
    """What was told as a person's answer at `at` was none: the same speech went on as only machines do."""

    kind: ClassVar[str] = "human_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(HeardEvent):
    """The speech segment that began at `start` has paused since `at`, long enough for somebody else to speak."""

    kind: ClassVar[str] = "paused"
    kept: ClassVar[bool] = False
    start: float


EVENTS: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        Dialed, Rerouted, Ringing, EarlyMedia, Answered, Played, Held, Resumed, TransferRefused, Media, Ended, LineFailed,
        MenuOption, HumanOffered, BotAsked, Queued, InputRejected, PushedElsewhere, ClosedHeard,
        NotInServiceHeard, VerdictGiven, HumanAnswered, HumanWithdrawn, ToneHeard, KeyHeard, AudioQuality, Advertised,
    )
}  # fmt: skip
"""Every event that a timeline keeps, by the name it has in JSON."""

# --------------------------------------------------------------------------------------------------------- actions

Purpose = Literal["walk", "ask_human", "ask_complaint", "again", "courtesy", "challenge"]
"""Why the caller acts. `walk`: answers a prompt. `ask_human`, `ask_complaint`: asks for a person, for the complaint
desk. `again`: the same input sent once more because nothing at all happened; not a step the hotline required.
`courtesy`: the sentence to the person before hanging up. `challenge`: a question to find out who is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something the caller does. `answers`: start of the speech segment that it answers, in seconds, if any."""

    kind: ClassVar[str] = ""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Action):
    """Sends keys (0-9, *, #, A-D) in answer to one prompt; `option` is the menu label they stand for, if known."""

    kind: ClassVar[str] = "press"
    value: str
    purpose: Purpose = "walk"
    option: str | None = None
    answers: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Action):
    """Speaks one utterance."""

    kind: ClassVar[str] = "say"
    value: str
    purpose: Purpose = "walk"
    answers: float | None = None


Why = Literal[
    "goal_reached", "scenario", "limit_call", "limit_queue", "limit_silence", "limit_wait", "lost", "looped", "interrupted"
]  # fmt: skip
"""Why the caller hangs up: the goal was reached; the scenario says so; a limit on the call, the queue, silence or one
wait ran out; nothing in the scenario fits what is heard; the hotline goes in circles; the user stopped the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Action):
    """Ends the call; `outcome` when the scenario names one (`end: closed`); `note` says in words what went on."""

    kind: ClassVar[str] = "hang_up"
    why: Why
    outcome: Outcome | None = None
    note: str = ""


ACTIONS: dict[str, type[Action]] = {cls.kind: cls for cls in (Press, Say, HangUp)}

# ---------------------------------------------------------------------------------------------------------- frames


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of a call.

    `number`: sample number, since the INVITE, of the first sample; `heard` and `said`: 160 samples each, int16, what
    came from the hotline and what was sent to it in the same 20 ms; `events`: what the line reports with this frame.
    """

    number: int
    heard: Samples
    said: Samples
    events: tuple[LineEvent, ...] = ()

    @property
    def at(self) -> float:
        """Start of the frame in seconds since the INVITE."""
        return self.number / RATE

    @property
    def end(self) -> float:
        """End of the frame in seconds since the INVITE: what it holds is known from then on."""
        return (self.number + FRAME) / RATE


# -------------------------------------------------------------------------------------------------------- timeline


@dataclass(slots=True)
class CallInfo:
    """Who called whom, when and with what.

    `language`: what the hotline was expected to speak; `tones`: the country whose tones were expected ("": China's).
    `verdict_model`: what told people from machines. `memory`: the prompt memory it was heard with, as kept in the call's
    folder (path, sha256, prompts, calls); empty: with none.
    `audio`: path (relative to the call's folder), sha256, rate.
    """

    id: str
    hotline: str = ""
    scenario: str = ""
    caller: str = ""
    goal: str = ""
    language: str = ""
    tones: str = ""
    dialed: str = ""
    line: str = ""
    trunk: str = ""
    started_at: str = ""
    audio: dict[str, Any] = field(default_factory=dict)
    software: str = ""
    model: str = ""
    verdict_model: str = ""
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Timeline:
    """One call. Grows while the call runs; `outcome`, `why`, `clocks` and `effort` are filled by `probe.measure`.

    `why`: the evidence that led to the outcome, in words. `clocks` in seconds. `expected`: each expectation of the
    scenario with whether it held.
    """

    call: CallInfo
    segments: list[Segment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    outcome: Outcome | None = None
    why: str = ""
    clocks: dict[str, float] = field(default_factory=dict)
    effort: dict[str, float] = field(default_factory=dict)
    expected: list[dict[str, Any]] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Keeps an event; a completed segment is kept as a segment."""
        if isinstance(event, SegmentEnded):
            self.segments.append(event.segment)
        elif event.kept:
            self.events.append(event)
        if isinstance(event, VerdictGiven):
            # Speech that is over may be judged again when more has been heard.
            self.segments = [
                dataclasses.replace(segment, verdict=event.verdict)
                if segment.kind is Kind.SPEECH and segment.start == event.start
                else segment
                for segment in self.segments
            ]

    def did(self, action: Action) -> None:
        """Keeps an action."""
        self.actions.append(action)

    def to_json(self) -> dict[str, Any]:
        """The timeline as the JSON contract has it (seconds rounded to the microsecond)."""
        return {
            "schema": SCHEMA,
            "call": dataclasses.asdict(self.call),
            "segments": [_segment_to_json(segment) for segment in self.segments],
            "events": [{"kind": event.kind} | _fields(event) for event in self.events],
            "actions": [{"kind": action.kind} | _fields(action) for action in self.actions],
            "outcome": self.outcome.value if self.outcome else None,
            "why": self.why,
            "clocks": {name: _seconds(value) for name, value in self.clocks.items()},
            "effort": {name: _seconds(value) for name, value in self.effort.items()},
            "expected": self.expected,
        }

    def dumps(self) -> str:
        """The JSON as text, one segment, event or action a line."""
        form = self.to_json()
        lines = []
        for key, value in form.items():
            if isinstance(value, list) and value:
                rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value)
                lines.append(f' "{key}": [\n  {rows}]')
            else:
                lines.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, form: dict[str, Any]) -> Self:
        """The timeline a JSON form describes; raises ValueError when it is not of schema `probe.timeline/1`."""
        if form.get("schema") != SCHEMA:
            raise ValueError(f"schema is {form.get('schema')!r}, expected {SCHEMA!r}")
        known = {f.name for f in dataclasses.fields(CallInfo)}
        return cls(
            call=CallInfo(**{key: value for key, value in form["call"].items() if key in known}),
            segments=[_segment_from_json(row) for row in form["segments"]],
            events=[_event_from_json(row) for row in form["events"]],
            actions=[_action_from_json(row) for row in form["actions"]],
            outcome=Outcome(form["outcome"]) if form.get("outcome") else None,
            why=form.get("why", ""),
            clocks=dict(form.get("clocks", {})),
            effort=dict(form.get("effort", {})),
            expected=list(form.get("expected", [])),
        )


def _seconds(value: float) -> float:
    return round(value, 6)


def _fields(item: Any) -> dict[str, Any]:
    """A dataclass as JSON: floats rounded, None and empty defaults left out, verdicts in their own form."""
    form: dict[str, Any] = {}
    for f in dataclasses.fields(item):
        value = getattr(item, f.name)
        if isinstance(value, Verdict):
            form[f.name] = _verdict_to_json(value)
        elif isinstance(value, float):
            form[f.name] = _seconds(value)
        elif isinstance(value, tuple):
            if value:
                form[f.name] = [_seconds(part) if isinstance(part, float) else part for part in value]
        elif value is not None and value != "":
            form[f.name] = value
    if isinstance(item, Event) and form["known"] == form["at"]:
        del form["known"]
    return form


def _verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "is": verdict.is_,
        "probability": round(verdict.probability, 4),
        **({"human": round(verdict.human, 4)} if verdict.human is not None else {}),
        "reasons": list(verdict.reasons),
    }


def _verdict_from_json(form: dict[str, Any]) -> Verdict:
    return Verdict(form["is"], form["probability"], tuple(form["reasons"]), form.get("human"))


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    form: dict[str, Any] = {
        "kind": segment.kind.value,
        "start": _seconds(segment.start),
        "end": _seconds(segment.end),
    }
    if segment.kind is Kind.SPEECH:
        form["text"] = segment.text
        form["words"] = [_fields(word) for word in segment.words]
        form["prompt"] = segment.prompt
        form["verdict"] = _verdict_to_json(segment.verdict) if segment.verdict else None
    if segment.early_media:
        form["early_media"] = True
    return form


def _segment_from_json(form: dict[str, Any]) -> Segment:
    return Segment(
        kind=Kind(form["kind"]),
        start=form["start"],
        end=form["end"],
        text=form.get("text", ""),
        words=tuple(Word(**row) for row in form.get("words", ())),
        prompt=form.get("prompt"),
        verdict=_verdict_from_json(form["verdict"]) if form.get("verdict") else None,
        early_media=form.get("early_media", False),
    )


def _event_from_json(form: dict[str, Any]) -> Event:
    values = {"known": form["at"]} | form
    cls = EVENTS[values.pop("kind")]
    if "verdict" in values:
        values["verdict"] = _verdict_from_json(values["verdict"])
    if "tone" in values:
        values["tone"] = Kind(values["tone"])
    tuples: dict[str, Any] = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return cls(**(values | tuples))


def _action_from_json(form: dict[str, Any]) -> Action:
    values = dict(form)
    cls = ACTIONS[values.pop("kind")]
    if values.get("outcome"):
        values["outcome"] = Outcome(values["outcome"])
    return cls(**values)
