"""A hotline's menus as they were heard, put together from many calls, and when they changed.

A place in a hotline is told by the inputs that led there: () is what is heard after the answer, ("1",) after pressing 1.
All calls by one caller that took the same inputs were at the same place, so their hearings are laid over each other:
the tree grows with every call that walks another way. Labels are compared by sound, so a misrecognised syllable is not
another option.

A caller who presses a key before the menu is over has not heard the rest of it; so only a hearing to the end can show
that an option is gone. A difference that the very next call does not confirm is taken for a mishearing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from probe.measure import marks
from probe.measure.marks import steps
from probe.report.ladder import OPTION, Stage, ladder, parts
from probe.speech.text import similarity
from probe.timeline import HumanOffered, Kind, MenuOption, Press, Say, Timeline

Path = tuple[str, ...]
"""Inputs from the answer on: a key as it is, speech in quotation marks."""
_ALIKE = 0.75  # similarity by sound from which two labels are one; guessed: one wrong syllable in four
_SPOKEN_AFTER_ALL = 0.5  # ... from which a label is taken to have been spoken, if not understood, in a text; guessed
_SPOKEN = "“{}”"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one call heard at one place. `complete`: heard out before the caller's next input."""

    call: str
    started_at: str
    path: Path
    stage: Stage
    text: str
    options: dict[str, str]
    offers: frozenset[str]
    complete: bool
    next_input: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """A key and what the menu says it does. `offers_human`: it was announced as the way to a person."""

    key: str
    label: str
    offers_human: bool


@dataclass(slots=True)
class Place:
    """A place of the tree. `calls`: ids of the calls that were there, oldest first; `places`: by the next input."""

    path: Path
    stage: Stage = "quiet"
    text: str = ""
    options: list[Option] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A menu that was heard otherwise from one call on. `confirmed`: by at least two calls."""

    path: Path
    before: str
    after: str
    added: tuple[Option, ...]
    removed: tuple[Option, ...]
    renamed: tuple[tuple[Option, Option], ...]
    confirmed: bool
    last_before: str
    first_after: str


def hearings(timeline: Timeline) -> list[Hearing]:
    """What a measured call heard at each place that it came to, in order, up to the person."""
    found = marks(timeline)
    since = found.answered if found.answered is not None else 0.0
    end = found.human if found.human is not None else max([since, *(s.end for s in timeline.segments)])
    taken = steps(timeline, found.human)
    edges = [since, *(step.at for step in taken), end]
    inputs = edges[1:-1]
    speech: list[tuple[float, float, str]] = []
    for segment in timeline.segments:
        if segment.kind is Kind.SPEECH and not (segment.verdict and segment.verdict.is_ == "human"):
            speech += parts(segment, inputs)
    spans = ladder(timeline).spans
    path: Path = ()
    heard = []
    for n, (start, stop) in enumerate(pairwise(edges)):
        spoken = [part for part in speech if start <= part[0] < stop]
        since_input, until_input = start + (OPTION if n else 0.0), stop + OPTION
        events = [event for event in timeline.events if since_input < event.at <= until_input]
        named: dict[str, str] = {}
        for event in events:
            if isinstance(event, MenuOption):
                named.setdefault(event.key, event.label)
        value = _written(taken[n]) if n < len(taken) else None
        stages = [span.stage for span in spans if span.text and start <= span.start < stop]
        heard.append(
            Hearing(
                call=timeline.call.id,
                started_at=timeline.call.started_at,
                path=path,
                stage=_main_stage(stages, bool(named)),
                text=" ".join(text for _, _, text in spoken if text),
                options=named,
                offers=frozenset(event.key for event in events if isinstance(event, HumanOffered) and event.key),
                complete=not any(s.start < stop < s.end for s in timeline.segments if s.kind is Kind.SPEECH),
                next_input=value,
            )
        )
        if value is not None:
            path = (*path, value)
    return heard


def _written(step: Press | Say) -> str:
    return step.value if isinstance(step, Press) else _SPOKEN.format(step.value)


def tree(calls: Iterable[Timeline]) -> Place:
    """The places that measured calls of one hotline by one caller came to, laid over each other; the root is ()."""
    return grown([hearing for call in calls for hearing in hearings(call)])


def grown(heard: Sequence[Hearing]) -> Place:
    """The tree of hearings of one hotline by one caller."""
    root = Place(())
    for hearing in sorted(heard, key=lambda h: (h.started_at, h.call, len(h.path))):
        place = root
        for depth in range(len(hearing.path)):
            key = hearing.path[depth]
            place = place.places.setdefault(key, Place(hearing.path[: depth + 1]))
        _lay(place, hearing)
    return root


def changes(heard: Sequence[Hearing]) -> list[Change]:
    """When menus changed, oldest first, from hearings of one hotline by one caller."""
    by_path: dict[Path, list[Hearing]] = {}
    for hearing in sorted(heard, key=lambda h: (h.started_at, h.call)):
        if hearing.options:
            by_path.setdefault(hearing.path, []).append(hearing)
    found = [change for place in by_path.values() for change in _changes_at(place)]
    return sorted(found, key=lambda change: change.after)


def within(place: Place, other: Place) -> bool:
    """Whether a tree has nothing that the other one has not: the same stages, the same options, as far as it goes."""
    labels = {option.key: option.label for option in other.options}
    if place.stage != other.stage or not all(
        option.key in labels and _alike(option.label, labels[option.key]) for option in place.options
    ):
        return False
    return all(key in other.places and within(below, other.places[key]) for key, below in place.places.items())


def _lay(place: Place, hearing: Hearing) -> None:
    place.calls.append(hearing.call)
    if hearing.complete or not place.text:
        place.text = hearing.text or place.text
    if place.stage == "quiet" or hearing.stage != "quiet":
        place.stage = hearing.stage
    if hearing.complete and hearing.options:
        place.options = []  # the latest menu that was heard out replaces what was known
    known = {option.key for option in place.options}
    place.options += [
        Option(key, label, key in hearing.offers) for key, label in hearing.options.items() if key not in known
    ]


def _changes_at(heard: Sequence[Hearing]) -> list[Change]:
    found: list[Change] = []
    known = heard[0]
    for n, hearing in enumerate(heard[1:], start=1):
        difference = _difference(known, hearing)
        if not any(difference):
            known = _merged(known, hearing)
            continue
        later = heard[n + 1] if n + 1 < len(heard) else None
        if later is not None and any(_difference(hearing, later)) and not any(_difference(known, later)):
            continue  # heard once and not again: a mishearing
        added, removed, renamed = difference
        found.append(
            Change(
                path=hearing.path,
                before=known.started_at,
                after=hearing.started_at,
                added=added,
                removed=removed,
                renamed=renamed,
                confirmed=later is not None,
                last_before=known.call,
                first_after=hearing.call,
            )
        )
        known = hearing
    return found


def _difference(
    before: Hearing, after: Hearing
) -> tuple[tuple[Option, ...], tuple[Option, ...], tuple[tuple[Option, Option], ...]]:
    """Options that are new, gone, and called otherwise; what may have been cut off is neither new nor gone."""
    old, new = _options(before), _options(after)
    added = tuple(o for o in new.values() if before.complete and o.key not in old and not _named(o, before))
    removed = tuple(o for o in old.values() if after.complete and o.key not in new and not _named(o, after))
    renamed = tuple((old[key], new[key]) for key in old if key in new and not _alike(old[key].label, new[key].label))
    return added, removed, renamed


def _named(option: Option, hearing: Hearing) -> bool:
    """Whether a label was spoken there after all, although it was not recognised as an option."""
    return similarity(option.label, hearing.text) >= _SPOKEN_AFTER_ALL


def _options(hearing: Hearing) -> dict[str, Option]:
    return {key: Option(key, label, key in hearing.offers) for key, label in hearing.options.items()}


def _merged(known: Hearing, hearing: Hearing) -> Hearing:
    """The newer hearing, with options of the older one that it did not hear out."""
    return Hearing(
        call=hearing.call,
        started_at=hearing.started_at,
        path=hearing.path,
        stage=hearing.stage,
        text=hearing.text,
        options=hearing.options | {k: v for k, v in known.options.items() if k not in hearing.options},
        offers=hearing.offers | known.offers,
        complete=hearing.complete or known.complete,
        next_input=hearing.next_input,
    )


def _alike(one: str, other: str) -> bool:
    return one == other or max(similarity(one, other), similarity(other, one)) >= _ALIKE


def _main_stage(stages: Sequence[Stage], menu: bool) -> Stage:
    """What a place is for: a menu if it offers keys, else what most of its speech is."""
    if menu:
        return "menu"
    spoken = Counter(stage for stage in stages if stage not in ("quiet", "ringing", "human"))
    return spoken.most_common(1)[0][0] if spoken else "quiet"
