"""A call's events, actions and segments in the user's language, a line each."""

from __future__ import annotations

from typing import Any

from probe.i18n import language, tr
from probe.measure.notes import in_chinese
from probe.report.words import CLOCKS, EFFORT, OUTCOMES, VERDICTS, Pair, say
from probe.timeline import (
    Action,
    Ended,
    Event,
    HangUp,
    InputLate,
    Kind,
    Media,
    Press,
    Rerouted,
    Ringing,
    Say,
    Segment,
    TransferRefused,
)
from probe.web.words import EVENTS, KINDS, SIDES, WHY

__all__ = ["CLOCKS", "EFFORT", "EVENTS", "HIDDEN", "KINDS", "OUTCOMES", "content", "found", "say", "told", "who"]

_SHORT = 16  # characters of an event's text that are shown
HIDDEN = frozenset({"played", "verdict", "tone", "audio_quality", "comfort_noise"})
"""Events that the story of a call leaves out: other lines of it say the same, or there is one in every pause."""
_SPOKEN: dict[str, Pair] = {
    "again": ("once more", "再次输入"),
    "courtesy": ("courtesy", "礼貌说明"),
    "challenge": ("to find out who is there", "确认对方身份"),
}
"""Purposes that a reader of the story cannot guess from the words themselves."""


def told(thing: Event | Action | Segment) -> str:
    """An event, action or segment in a few words."""
    match thing:
        case Press():
            details = [thing.option or "", say(_SPOKEN[thing.purpose]) if thing.purpose in _SPOKEN else ""]
            return tr(en=f"press {thing.value}", zh=f"按 {thing.value}") + _in_brackets(details)
        case Say():
            purpose = say(_SPOKEN[thing.purpose]) if thing.purpose in _SPOKEN else ""
            return tr(en=f'say "{thing.value}"', zh=f"说“{thing.value}”") + _in_brackets([purpose])
        case HangUp():
            why = say(WHY[thing.why])
            return tr(en=f"hang up: {why}", zh=f"挂断：{why}") + _in_brackets([_note(thing.note)])
        case Segment():
            speaker = who(thing)
            return f"[{speaker}] {content(thing)}" if speaker else content(thing)
    assert isinstance(thing, Event)  # no other action is left
    name = say(EVENTS.get(thing.kind, (thing.kind, thing.kind)))
    details = [detail for detail in _details(thing) if detail]
    return name + tr(en=": ", zh="：") + " ".join(details) if details else name


def _details(event: Event) -> list[str]:
    """What is particular about an event."""
    match event:
        case Ended():
            by = say(SIDES[event.by])
            parts = [tr(en=f"by {by}", zh=f"由{by}")]
            if event.status:
                parts.append(f"SIP {event.status}")
            if event.reason:
                parts.append(_note(event.reason))
            if event.cause is not None:
                parts.append(f"Q.850 {event.cause}")
            if event.retry_after is not None:
                parts.append(f"Retry-After {event.retry_after} " + tr(en="s", zh="秒"))
            return parts
        case Ringing():
            return [f"SIP {event.status}"]
        case Rerouted():
            return [event.to, f"({_note(event.reason)})"]
        case TransferRefused():
            return [event.to]
        case InputLate():
            return [event.value, f"+{event.seconds:.1f} " + tr(en="s", zh="秒")]
        case Media():
            return [
                f"{event.codec},",
                tr(en=f"{event.missing:.1%} missing", zh=f"缺失 {event.missing:.1%}"),
                _mos(event),
            ]
    position = getattr(event, "position", None)
    parts = [str(getattr(event, name, None) or "") for name in ("key", "label")]
    parts.append(_last_words(getattr(event, "text", "")))
    parts.append(tr(en=f"(position {position})", zh=f"（第 {position} 位）") if position is not None else "")
    parts.append(_note(getattr(event, "reason", "")))
    return [part for part in parts if part]


def _mos(event: Media) -> str:
    return f"MOS {event.mos:.2f}" if event.mos is not None else ""


def who(segment: Segment) -> str:
    """Who spoke, and how sure that is; "" where nobody did or it was not judged."""
    verdict = segment.verdict
    return f"{say(VERDICTS[verdict.is_])} {verdict.probability:.0%}" if verdict else ""


def content(segment: Segment) -> str:
    """What was said; the name of any other sound."""
    if segment.kind is not Kind.SPEECH:
        return say(KINDS[segment.kind])
    return segment.text or tr(en="(no words)", zh="（无文字）")


def found(expectation: dict[str, Any]) -> str:
    """What was found where something was expected."""
    value = expectation["found"]
    if value is None:
        return tr(en="never", zh="未发生")
    if value in OUTCOMES:
        return say(OUTCOMES[value])
    name = str(expectation["expectation"]).partition(":")[0]
    return f"{value:g}" + (tr(en=" s", zh=" 秒") if name in CLOCKS else "")


def _last_words(text: str) -> str:
    """The end of what had been said when the event happened; the speech itself has a line of its own."""
    return text if len(text) <= _SHORT else "…" + text[-_SHORT:]


def _note(text: str) -> str:
    """A reason or note of the timeline for the reader; the timeline itself has it in English."""
    return in_chinese(text) if language() == "zh" else text


def _in_brackets(details: list[str]) -> str:
    inside = tr(en=", ", zh="，").join(detail for detail in details if detail)
    return tr(en=f" ({inside})", zh=f"（{inside}）") if inside else ""
