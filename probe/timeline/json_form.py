"""The JSON form of what a timeline keeps: segments, events and actions, there and back.

Floats are seconds, rounded to the microsecond; what is empty is left out.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from probe.timeline.actions import Action, HangUp, Press, Say
from probe.timeline.event import Event
from probe.timeline.heard_events import HumanAnswered, HumanWithdrawn, VerdictGiven
from probe.timeline.line_events import (
    Answered,
    Dialed,
    EarlyMedia,
    Ended,
    Held,
    InputLate,
    LineFailed,
    Media,
    Played,
    Rerouted,
    Resumed,
    Ringing,
    TransferRefused,
)
from probe.timeline.outcome import Outcome
from probe.timeline.said_events import (
    Advertised,
    BotAsked,
    ClosedHeard,
    HumanOffered,
    InputRejected,
    MailboxHeard,
    MenuOption,
    NotInServiceHeard,
    PushedElsewhere,
    Queued,
)
from probe.timeline.segment import Kind, Segment, Verdict, Word
from probe.timeline.sound_events import AudioQuality, ComfortNoiseHeard, DeadAirHeard, KeyHeard, ToneHeard

EVENTS: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        Dialed, Rerouted, Ringing, EarlyMedia, Answered, Played, InputLate, Held, Resumed, TransferRefused, Media, Ended,
        LineFailed,
        MenuOption, HumanOffered, BotAsked, Queued, InputRejected, PushedElsewhere, ClosedHeard,
        NotInServiceHeard, MailboxHeard, VerdictGiven, HumanAnswered, HumanWithdrawn, ToneHeard, KeyHeard, AudioQuality,
        Advertised, ComfortNoiseHeard, DeadAirHeard,
    )
}  # fmt: skip
"""Every event that a timeline keeps, by the name it has in JSON."""

ACTIONS: dict[str, type[Action]] = {cls.kind: cls for cls in (Press, Say, HangUp)}
"""Every action, by the name it has in JSON."""


def seconds(value: float) -> float:
    """Seconds rounded to the microsecond."""
    return round(value, 6)


def item_to_json(item: Any) -> dict[str, Any]:
    """A dataclass as JSON: floats rounded, None and empty defaults left out, verdicts in their own form."""
    form: dict[str, Any] = {}
    for f in dataclasses.fields(item):
        value = getattr(item, f.name)
        if isinstance(value, Verdict):
            form[f.name] = _verdict_to_json(value)
        elif isinstance(value, float):
            form[f.name] = seconds(value)
        elif isinstance(value, tuple):
            if value:
                form[f.name] = [seconds(part) if isinstance(part, float) else part for part in value]
        elif value is not None and value != "":
            form[f.name] = value
    if isinstance(item, Event) and form["known"] == form["at"]:
        del form["known"]
    return form


def segment_to_json(segment: Segment) -> dict[str, Any]:
    """A segment as JSON; words, prompt and verdict for speech alone."""
    form: dict[str, Any] = {
        "kind": segment.kind.value,
        "start": seconds(segment.start),
        "end": seconds(segment.end),
    }
    if segment.kind is Kind.SPEECH:
        form["text"] = segment.text
        form["words"] = [item_to_json(word) for word in segment.words]
        form["prompt"] = segment.prompt
        form["verdict"] = _verdict_to_json(segment.verdict) if segment.verdict else None
    if segment.early_media:
        form["early_media"] = True
    return form


def segment_from_json(form: dict[str, Any]) -> Segment:
    """The segment that `segment_to_json` wrote."""
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


def event_from_json(form: dict[str, Any]) -> Event:
    """The event of a row of `events`."""
    values = {"known": form["at"]} | form
    cls = EVENTS[values.pop("kind")]
    if "verdict" in values:
        values["verdict"] = _verdict_from_json(values["verdict"])
    if "tone" in values:
        values["tone"] = Kind(values["tone"])
    tuples: dict[str, Any] = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return cls(**(values | tuples))


def action_from_json(form: dict[str, Any]) -> Action:
    """The action of a row of `actions`."""
    values = dict(form)
    cls = ACTIONS[values.pop("kind")]
    if values.get("outcome"):
        values["outcome"] = Outcome(values["outcome"])
    return cls(**values)


def _verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "is": verdict.is_,
        "probability": round(verdict.probability, 4),
        **({"human": round(verdict.human, 4)} if verdict.human is not None else {}),
        "reasons": list(verdict.reasons),
    }


def _verdict_from_json(form: dict[str, Any]) -> Verdict:
    return Verdict(form["is"], form["probability"], tuple(form["reasons"]), form.get("human"))
