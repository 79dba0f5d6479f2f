"""One call as its page shows it: bands, flags and brackets on the axis, and the conversation turn by turn.

A hotline that is interrupted speaks on without a pause, so one speech segment can hold what came before a key and what
came after it; a turn ends where the caller acts. A word that had begun by then still belongs to what was before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from probe.listen.reasons import render
from probe.measure import CLOCKS, Marks, find_outcome, marks
from probe.timeline import (
    TONES,
    Action,
    Event,
    HangUp,
    HumanAnswered,
    HumanOffered,
    InputLate,
    Kind,
    LineEvent,
    MenuOption,
    Press,
    Say,
    Segment,
    Timeline,
    Verdict,
    VerdictGiven,
    Word,
)
from probe.web import words
from probe.web.words import Lang, named

Tone = Literal["human", "bot", "recording", "unsure", "music", "ringback", "tone", "silence", "noise"]
"""What colours a band: the verdict of speech, else the kind of sound."""
_REACTION = 0.15  # seconds after an input in which a word that begins is still the old prompt's; guessed
_LONG_PAUSE = 3.0  # seconds from which a silence is worth a line in the conversation
_UNTOLD = frozenset(
    {
        *("dialed", "played", "verdict", "menu_option", "early_media", "tone", "audio_quality", "media"),
        *("comfort_noise", "dead_air"),
    }
)
"""Events that the conversation does without; the axis has them."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RULES = (
    *((r"\bat most\b", "至多"), (r"\bat least\b", "至少"), (r"\bexactly\b", "恰好")),
    *((r"\bs\b", "秒"), (r"\bmin\b", "分"), (r"\bh\b", "小时")),
)
"""How the bounds of a scenario read in Chinese (`probe.navigate.amounts`)."""
_OFF_AXIS = frozenset({"played", "verdict", "tone", "audio_quality", "comfort_noise"})


@dataclass(frozen=True, slots=True)
class Band:
    """A segment on the axis."""

    start: float
    end: float
    tone: Tone
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """An event or an action on the axis. `known`: when it could be known. `side`: who did it."""

    at: float
    known: float
    kind: str
    side: Literal["hotline", "caller", "line"]
    label: str
    short: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """A clock on the axis."""

    name: str
    label: str
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """What the clock shows."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Option:
    """A key that was announced in a turn."""

    at: float
    key: str
    label: str
    human: bool


@dataclass(slots=True)
class Turn:
    """A line of the conversation: speech of the hotline (`who` is its verdict), an input of the caller, or a note."""

    side: Literal["hotline", "caller", "note"]
    start: float
    end: float
    who: str = ""
    tone: str = ""
    text: str = ""
    words: tuple[Word, ...] = ()
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = ()
    segment_start: float | None = None
    options: list[Option] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the page of one call shows of its timeline; times in seconds since the INVITE."""

    seconds: float
    bands: tuple[Band, ...]
    flags: tuple[Flag, ...]
    brackets: tuple[Bracket, ...]
    turns: tuple[Turn, ...]
    marks: Marks


def story(timeline: Timeline, lang: Lang) -> Story:
    """A timeline for the reader of a language."""
    found = marks(timeline)
    instants = [s.end for s in timeline.segments] + [e.at for e in timeline.events] + [a.at for a in timeline.actions]
    return Story(
        seconds=max(instants, default=0.0),
        bands=tuple(_band(segment, lang) for segment in sorted(timeline.segments, key=lambda s: s.start)),
        flags=tuple(_flags(timeline, lang)),
        brackets=tuple(_brackets(found, timeline, lang)),
        turns=tuple(_turns(timeline, lang)),
        marks=found,
    )


def tone_of(segment: Segment) -> Tone:
    """What colours a segment."""
    if segment.kind is Kind.SPEECH:
        return segment.verdict.is_ if segment.verdict else "unsure"
    if segment.kind in TONES:
        return "tone"
    return {Kind.MUSIC: "music", Kind.RINGBACK: "ringback", Kind.SILENCE: "silence", Kind.NOISE: "noise"}[segment.kind]  # type: ignore[return-value]


def told(thing: Event | Action, lang: Lang) -> str:
    """An event or an action in a few words."""
    match thing:
        case Press():
            return f"{named(words.ACTIONS, 'press', lang)} {thing.value}" + (
                f"（{thing.option}）" if thing.option else ""
            )
        case Say():
            return f"{named(words.ACTIONS, 'say', lang)}“{thing.value}”"
        case HangUp():
            note = f" · {thing.note}" if thing.note else ""
            return f"{named(words.ACTIONS, 'hang_up', lang)}: {named(words.WHY, thing.why, lang)}{note}"
        case MenuOption():
            return f"{thing.key} {thing.label}"
        case InputLate():
            return f"{named(words.EVENTS, thing.kind, lang)}: {thing.value} +{thing.seconds:.1f} {'s' if lang == 'en' else '秒'}"
    details: list[str] = []
    for name in ("key", "position", "by", "status", "reason", "cause"):
        value: Any = getattr(thing, name, None)
        if value not in (None, ""):
            details.append(named(words.SIDES, str(value), lang) if name == "by" else str(value))
    name = named(words.EVENTS, thing.kind, lang)
    return f"{name}: {' '.join(details)}" if details else name


# ------------------------------------------------------------------------------------------------------------ axis


def _band(segment: Segment, lang: Lang) -> Band:
    tone = tone_of(segment)
    if segment.kind is Kind.SPEECH:
        label = named(words.VERDICTS, tone, lang)
    else:
        label = named(words.KINDS, segment.kind.value, lang)
    return Band(segment.start, segment.end, tone, label, segment.text)


def _flags(timeline: Timeline, lang: Lang) -> list[Flag]:
    flags = [
        Flag(event.at, event.known, event.kind, _side(event), told(event, lang), _short(event, lang))
        for event in timeline.events
        if event.kind not in _OFF_AXIS
    ]
    flags += [
        Flag(action.at, action.at, action.kind, "caller", told(action, lang), _short(action, lang))
        for action in timeline.actions
    ]
    return sorted(flags, key=lambda flag: flag.at)


def _side(event: Event) -> Literal["hotline", "line"]:
    return "line" if isinstance(event, LineEvent) else "hotline"


def _short(thing: Event | Action, lang: Lang) -> str:
    match thing:
        case Press():
            return thing.value
        case Say():
            return thing.value if len(thing.value) <= 12 else thing.value[:11] + "…"
        case HangUp():
            return named(words.ACTIONS, "hang_up", lang)
        case MenuOption():
            return f"{thing.key} {thing.label}"
    return named(words.EVENTS, thing.kind, lang)


def _brackets(found: Marks, timeline: Timeline, lang: Lang) -> list[Bracket]:
    """The clocks that the timeline shows, where they run; longest first."""
    brackets = []
    for name, (start, end) in CLOCKS.items():
        began, stopped = getattr(found, start), getattr(found, end)
        if name in timeline.clocks and began is not None and stopped is not None:
            brackets.append(Bracket(name, named(words.CLOCKS, name, lang), began, stopped))
    return sorted(brackets, key=lambda bracket: -bracket.seconds)


# ---------------------------------------------------------------------------------------------------- conversation


def _turns(timeline: Timeline, lang: Lang) -> list[Turn]:
    inputs = sorted(action.at for action in timeline.actions if isinstance(action, Press | Say))
    turns: list[Turn] = []
    for segment in timeline.segments:
        turns += _heard(segment, inputs, lang)
    turns += [_acted(action, lang) for action in timeline.actions]
    for event in timeline.events:
        if event.kind not in _UNTOLD:
            tone = "arrived" if isinstance(event, HumanAnswered) else event.kind
            turns.append(Turn("note", event.at, event.at, tone=tone, text=told(event, lang)))
    turns.sort(key=lambda turn: (turn.start, turn.side != "note"))
    _menus(turns, timeline)
    return turns


def _heard(segment: Segment, inputs: list[float], lang: Lang) -> list[Turn]:
    if segment.kind is not Kind.SPEECH:
        quiet = segment.kind in (Kind.SILENCE, Kind.NOISE)
        if quiet and segment.end - segment.start < _LONG_PAUSE:
            return []
        label = named(words.KINDS, segment.kind.value, lang)
        return [Turn("note", segment.start, segment.end, tone=tone_of(segment), text=label)]
    cuts = [at for at in inputs if segment.start < at < segment.end]
    edges = [segment.start, *cuts, segment.end]
    parts: list[list[Word]] = [[] for _ in edges[1:]]
    for word in segment.words:
        parts[sum(word.start >= at + _REACTION for at in cuts)].append(word)
    tone = tone_of(segment)
    reasons = tuple(render(text, lang) for text in segment.verdict.reasons) if segment.verdict else ()
    return [
        Turn(
            "hotline",
            max(part[0].start, 0.0) if n else segment.start,
            edges[n + 1],
            who=named(words.VERDICTS, tone, lang),
            tone=tone,
            text=segment.text if len(parts) == 1 else "",
            words=tuple(part),
            verdict=segment.verdict,
            reasons=reasons,
            segment_start=segment.start,
        )
        for n, part in enumerate(parts)
        if part or n == 0
    ]


def _acted(action: Action, lang: Lang) -> Turn:
    match action:
        case Press():
            who = named(words.PURPOSES, action.purpose, lang)
            return Turn(
                "caller", action.at, action.at, who=who, tone="press", text=action.value, reasons=(action.option or "",)
            )
        case Say():
            who = named(words.PURPOSES, action.purpose, lang)
            return Turn("caller", action.at, action.at, who=who, tone="say", text=action.value)
    return Turn("note", action.at, action.at, tone="hang_up", text=told(action, lang))


def _menus(turns: list[Turn], timeline: Timeline) -> None:
    """Puts each announced key with the turn in which it was spoken."""
    speech = [turn for turn in turns if turn.side == "hotline"]
    offers = {event.key for event in timeline.events if isinstance(event, HumanOffered) and event.key}
    for event in timeline.events:
        if isinstance(event, MenuOption):
            turn = next((turn for turn in reversed(speech) if turn.start < event.at), None)
            if turn is not None:
                turn.options.append(Option(event.at, event.key, event.label, event.key in offers))


def verdicts(timeline: Timeline) -> list[VerdictGiven]:
    """Every verdict that was given, in order."""
    return sorted((e for e in timeline.events if isinstance(e, VerdictGiven)), key=lambda event: event.at)


def why(timeline: Timeline, lang: Lang) -> str:
    """The evidence for the outcome in the reader's language, as the timeline has it (English) or found again."""
    if lang != "zh" or timeline.outcome is None:
        return timeline.why
    finding = find_outcome(timeline)
    if finding.outcome is not timeline.outcome or _NUMBER.sub("", finding.en) != _NUMBER.sub("", timeline.why):
        return timeline.why
    # The timeline was rounded when it was written: its own figures stand.
    written = dict(zip(_NUMBER.findall(finding.en), _NUMBER.findall(timeline.why), strict=True))
    return _NUMBER.sub(lambda found: written.get(found[0], found[0]), finding.zh)


def expectation(row: dict[str, Any], lang: Lang) -> tuple[str, str]:
    """What a scenario expects, and what was found, for the reader; both as written where there are no words for it."""
    wanted, found = str(row.get("expectation", "")), row.get("found")
    name, _, rule = wanted.partition(": ")
    value = f"{found:g}" if isinstance(found, int | float) else str(found)
    if name == "outcome":
        return f"{words.say(('outcome', '结果'), lang)}: {words.outcome(rule, lang)}", words.outcome(str(found), lang)
    label = named(words.CLOCKS | words.EFFORT, name, lang)
    if lang == "zh":
        for en, zh in _RULES:
            rule = re.sub(en, zh, rule)
    return (f"{label}: {rule}" if rule else label), ("—" if found is None else value)
