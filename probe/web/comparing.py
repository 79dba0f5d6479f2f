"""Two calls side by side: how they ended, every clock, and at each place of the menu what was heard in one and the other.

A place is told by the inputs that led there (`probe.report.menu_tree`), so calls that took another way share only the
places before they parted.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from probe.measure import CLOCKS, EFFORT
from probe.report.ladder import Ladder, ladder
from probe.report.menu_tree import Hearing, changes, hearings
from probe.timeline import Timeline
from probe.web import words
from probe.web.words import Lang, named

Mark = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A clock or an effort figure of both calls; None where it is not known."""

    name: str
    label: str
    one: float | None
    other: float | None

    @property
    def difference(self) -> float | None:
        """By how much the second call's is larger."""
        return None if self.one is None or self.other is None else self.other - self.one


@dataclass(frozen=True, slots=True)
class OptionPair:
    """A key at a place: what it was announced for in one call and in the other, "" where it was not heard."""

    key: str
    one: str
    other: str
    change: Literal["same", "added", "removed", "renamed", "unheard"]


@dataclass(frozen=True, slots=True)
class PlacePair:
    """What was heard at one place: text in pieces, and the menu. `one`, `other`: None if that call did not come there."""

    path: tuple[str, ...]
    one: Hearing | None
    other: Hearing | None
    text_one: tuple[tuple[Mark, str], ...]
    text_other: tuple[tuple[Mark, str], ...]
    options: tuple[OptionPair, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two calls and what differs."""

    one: Timeline
    other: Timeline
    ladders: tuple[Ladder, Ladder]
    seconds: float
    clocks: tuple[Figure, ...]
    effort: tuple[Figure, ...]
    places: tuple[PlacePair, ...]
    menu_changes: int


def side_by_side(one: Timeline, other: Timeline, lang: Lang) -> Compared:
    """Compares two calls; each may be of any hotline, although only calls of one have much in common."""
    heard = {h.path: h for h in hearings(one)}
    later = {h.path: h for h in hearings(other)}
    paths = sorted({*heard, *later}, key=lambda path: (len(path), path not in heard, path))
    places = tuple(_pair(path, heard.get(path), later.get(path)) for path in paths)
    ladders = (ladder(one), ladder(other))
    return Compared(
        one=one,
        other=other,
        ladders=ladders,
        seconds=max(ladders[0].end, ladders[1].end, 1.0),
        clocks=tuple(
            Figure(name, named(words.CLOCKS, name, lang), one.clocks.get(name), other.clocks.get(name))
            for name in CLOCKS
            if name in one.clocks or name in other.clocks
        ),
        effort=tuple(
            Figure(name, named(words.EFFORT, name, lang), one.effort.get(name), other.effort.get(name))
            for name in EFFORT
            if name in one.effort or name in other.effort
        ),
        places=places,
        menu_changes=sum(o.change in ("added", "removed", "renamed") for place in places for o in place.options),
    )


def _pair(path: tuple[str, ...], one: Hearing | None, other: Hearing | None) -> PlacePair:
    text_one, text_other = _texts(one.text if one else "", other.text if other else "")
    return PlacePair(path, one, other, text_one, text_other, _options(one, other))


def _options(one: Hearing | None, other: Hearing | None) -> tuple[OptionPair, ...]:
    if one is None or other is None:
        known = one or other
        options = known.options if known else {}
        left = one is not None
        return tuple(
            OptionPair(key, label if left else "", "" if left else label, "unheard") for key, label in options.items()
        )
    found = [change for change in changes([one, other]) if change.path == one.path]
    added = {option.key for change in found for option in change.added}
    removed = {option.key for change in found for option in change.removed}
    renamed = {pair[0].key for change in found for pair in change.renamed}
    pairs = []
    for key in dict.fromkeys([*one.options, *other.options]):
        before, after = one.options.get(key, ""), other.options.get(key, "")
        if key in added:
            pairs.append(OptionPair(key, before, after, "added"))
        elif key in removed:
            pairs.append(OptionPair(key, before, after, "removed"))
        elif key in renamed:
            pairs.append(OptionPair(key, before, after, "renamed"))
        else:
            pairs.append(OptionPair(key, before, after, "same" if before and after else "unheard"))
    return tuple(pairs)


def _texts(one: str, other: str) -> tuple[tuple[tuple[Mark, str], ...], tuple[tuple[Mark, str], ...]]:
    """Both texts in pieces: what they share, and what only one of them has."""
    if not one or not other:
        return ((("same", one),) if one else ()), ((("same", other),) if other else ())
    left: list[tuple[Mark, str]] = []
    right: list[tuple[Mark, str]] = []
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            left.append(("same", one[a:b]))
            right.append(("same", other[c:d]))
            continue
        if b > a:
            left.append(("gone", one[a:b]))
        if d > c:
            right.append(("new", other[c:d]))
    return tuple(left), tuple(right)
