"""Everything that a report says, gathered once, so that page, workbook and files say the same.

Figures come from the table of all calls. Ladders, menus and the survey need whole timelines; of very many calls only some
are opened: `READ` altogether, evenly spread in time at each hotline, and the report says how many that were.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic_core import from_json

from probe.evidence.glance import Glance, glance
from probe.evidence.recording import TIMELINE
from probe.evidence.redaction import redact, redacted
from probe.evidence.reviews import Review, Reviews
from probe.register import Hotline, Register
from probe.report import menu_tree
from probe.report.compare import Comparison, compare
from probe.report.document_distributions import (
    ORDINARY,
    Class,
    Distribution,
    by_steps,
    by_time,
    deeper,
    for_a_person,
    ordinary,
)
from probe.report.groups import By
from probe.report.index import Index
from probe.report.ladder import Ladder, ladder
from probe.report.menu_tree import Change, Hearing, Place
from probe.report.profiles import Profile, Score, score, shipped
from probe.report.rank import Rank, rank
from probe.report.reviewing import Reviewing, of_outcomes
from probe.report.statistics import Interval, wilson
from probe.report.survey import Row, Subject, survey
from probe.report.survival import SET_ASIDE, Waiting, waiting
from probe.timeline import Timeline

READ = 1000
"""At most about so many timelines are opened for ladders and menus."""
GLANCED = 2000
"""At most about so many seals are checked for the report; the quick look takes a third of a millisecond each."""
_LEAST = 4  # of them at each hotline, however many hotlines there are
CLOCK = "answered_to_human"
"""The clock of ladders, curves and medians: what a caller lives through after the answer."""


FEWEST = 5
"""Fewer waits than that have no interval and no curve in a report: the curve of one or two calls ends at nothing, and its
band would pretend to be sure. A choice of ours."""
COMPARED: tuple[By, ...] = ("caller", "hour", "weekday", "region")
"""What waiting times are compared by."""


@dataclass(frozen=True, slots=True)
class Menu:
    """The menus of one hotline as callers of one kind heard them, and their changes, from so many calls.

    `same`: nothing in them differs from what the first kind of callers heard.
    """

    caller: str
    root: Place
    changes: tuple[Change, ...]
    calls: int
    same: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at one hotline. `example`: identity and ladder of its call in the middle by time to a person."""

    hotline: Hotline
    calls: int
    asked: int
    outcomes: dict[str, int]
    reached: int
    settled: int
    waiting: Waiting
    score: Score
    example: str | None
    ladder: Ladder | None
    menus: tuple[Menu, ...]
    read: int

    @property
    def calls_aside(self) -> int:
        """Calls that are in no share: our fault, unsure, unfinished."""
        return sum(count for name, count in self.outcomes.items() if name in SET_ASIDE)

    @property
    def share(self) -> Interval:
        """Wilson's interval of the share of settled calls for a person that reached one."""
        return wilson(self.reached, self.settled)


@dataclass(frozen=True, slots=True)
class Material:
    """A report's content. `frame`: all calls; `asked`: those for a person by callers of the `base` kind (ordinary ones
    where there are any, "" for all); `waiting` is theirs, `others` has the waits of the other kinds of callers.
    `profile`: the rule chosen for the headline. `seals`: a quick look at the calls' seals. `masked`: what is personal was masked.
    """

    frame: pd.DataFrame
    asked: pd.DataFrame
    base: str
    profile: Profile
    score: Score
    scores: tuple[Score, ...]
    waiting: Waiting
    others: dict[str, Waiting]
    hotlines: tuple[Found, ...]
    survey: tuple[Row, ...]
    steps: Distribution
    times: Distribution
    deeper: Class
    comparisons: tuple[Comparison, ...]
    ranks: dict[str, Rank]
    reviews: tuple[Review, ...]
    reviewing: Reviewing
    reviews_broken: int | None
    ladders: dict[str, Ladder]
    unreadable: tuple[tuple[str, str], ...]
    recordings: Path
    made_at: datetime
    seals: Glance
    masked: bool = False

    @property
    def settled(self) -> int:
        """Calls for a person that ended in something that says something about the hotline."""
        return int((~self.asked["outcome"].isin(SET_ASIDE)).sum())

    @property
    def reached(self) -> int:
        """Of those, the ones in which a person answered."""
        return int((self.asked["outcome"] == "human").sum())

    @property
    def reached_interval(self) -> Interval:
        """Wilson's interval of the share of settled calls that reached a person."""
        return wilson(self.reached, self.settled)

    @property
    def simulated(self) -> int:
        """Calls that no telephone network carried: in memory, or to a hotline served on this machine."""
        here = self.frame["dialed"].str.contains(r"@(?:127\.|localhost|\[::1\])", regex=True)
        return int(((self.frame["line"] == "simulated") | here).sum())

    def outcomes(self) -> dict[str, int]:
        """How many calls ended how, the most frequent first."""
        return {str(name): int(count) for name, count in self.frame["outcome"].value_counts().items()}


def gather(
    index: Index,
    profile: Profile,
    made_at: datetime,
    tell: Callable[[str], None] | None = None,
    *,
    only: Collection[str] | None = None,
    mask: bool = False,
) -> Material:
    """The content of a report on the calls of an index: those named `only`, all if not given. Reads timelines; the index
    must have been refreshed.

    `mask`: names, IDs and numbers of persons are masked in every text.
    """
    frame = index.frame()
    if only is not None:
        frame = frame[frame["id"].isin(only)].reset_index(drop=True)
    reviews = Reviews(index.recordings)
    for_person = for_a_person(frame)
    asked = ordinary(for_person)
    base = ORDINARY if bool((asked["caller"] == ORDINARY).any()) else ""
    timelines = _read(index.recordings, _chosen(frame), tell)
    said = tuple(reviews.all())
    if mask:
        timelines = {id_: redacted(timeline)[0] for id_, timeline in timelines.items()}
        said = tuple(replace(review, reason=redact(review.reason)) for review in said)
        frame = frame.assign(why=frame["why"].map(redact, na_action="ignore"))
    hotlines = tuple(
        _found(index.register[str(name)], calls, profile, timelines)
        for name, calls in frame.groupby("hotline", sort=True)
    )
    return Material(
        frame=frame,
        asked=asked,
        base=base,
        profile=profile,
        score=score(profile, frame),
        scores=tuple(score(other, frame) for other in _all(profile)),
        waiting=waiting(asked, CLOCK),
        others=_others(for_person, base),
        hotlines=tuple(sorted(hotlines, key=_quickest)),
        survey=tuple(_survey(frame, _as_registered(hotlines, index.register), timelines)),
        steps=by_steps(frame),
        times=by_time(frame),
        deeper=deeper(frame),
        comparisons=_comparisons(for_person),
        ranks={found.group.name: found for found in rank(asked, CLOCK, "hotline")},
        reviews=said,
        reviewing=of_outcomes(said),
        reviews_broken=reviews.broken(),
        ladders={id_: ladder(timeline) for id_, timeline in timelines.items()},
        unreadable=tuple(index.unreadable()),
        recordings=index.recordings,
        made_at=made_at,
        seals=glance(index.recordings, [str(id_) for id_ in frame["id"]], GLANCED),
        masked=mask,
    )


def _all(profile: Profile) -> list[Profile]:
    """The shipped profiles, and the chosen one first if it is the user's own."""
    known = shipped()
    return list(known.values()) if profile.name in known else [profile, *known.values()]


def _found(hotline: Hotline, calls: pd.DataFrame, profile: Profile, timelines: dict[str, Timeline]) -> Found:
    asked = ordinary(for_a_person(calls))
    settled = asked[~asked["outcome"].isin(SET_ASIDE)]
    example = _middle(settled, timelines)
    mine = [timelines[id_] for id_ in calls["id"] if id_ in timelines]
    return Found(
        hotline=hotline,
        calls=len(calls),
        asked=len(asked),
        outcomes={str(name): int(count) for name, count in calls["outcome"].value_counts().items()},
        reached=int((settled["outcome"] == "human").sum()),
        settled=len(settled),
        waiting=waiting(asked, CLOCK),
        score=score(profile, calls),
        example=example,
        ladder=ladder(timelines[example]) if example else None,
        menus=tuple(_menus(mine)),
        read=len(mine),
    )


def _menus(timelines: Sequence[Timeline]) -> list[Menu]:
    """The menus by caller, the ordinary one first; calls that were never answered heard none."""
    heard: dict[str, list[Hearing]] = {}
    for timeline in timelines:
        if any(event.kind == "answered" for event in timeline.events):
            heard.setdefault(timeline.call.caller, []).extend(menu_tree.hearings(timeline))
    order = sorted(heard, key=lambda caller: (caller != "ordinary", caller))
    trees = {caller: menu_tree.grown(heard[caller]) for caller in order}
    return [
        Menu(
            caller=caller,
            root=root,
            changes=tuple(menu_tree.changes(heard[caller])),
            calls=len({hearing.call for hearing in heard[caller]}),
            same=caller != order[0] and menu_tree.within(root, trees[order[0]]),
        )
        for caller, root in trees.items()
    ]


def _middle(calls: pd.DataFrame, timelines: dict[str, Timeline]) -> str | None:
    """The call in the middle by time to a person, those without one last, among the calls that were opened."""
    opened = calls[calls["id"].isin(timelines.keys())]
    if not len(opened):
        return None
    seconds = opened[CLOCK].fillna(np.inf).to_numpy()
    order = np.lexsort((opened["id"].to_numpy(dtype=str), seconds))
    return str(opened["id"].iloc[order[(len(order) - 1) // 2]])


def _quickest(found: Found) -> tuple[bool, float, str]:
    ladder_ = found.ladder
    human = ladder_.human if ladder_ else None
    seconds = human - (ladder_.answered or 0.0) if ladder_ and human is not None else float("inf")
    return human is None, seconds, found.hotline.id


def _as_registered(hotlines: Sequence[Found], register: Register) -> list[Found]:
    """Hotlines in the register's order, which is its owner's; the unregistered ones last, by name."""
    order = {hotline.id: place for place, hotline in enumerate(register)}
    return sorted(hotlines, key=lambda found: (order.get(found.hotline.id, len(order)), found.hotline.id))


def _survey(frame: pd.DataFrame, hotlines: Sequence[Found], timelines: dict[str, Timeline]) -> list[Row]:
    subjects = [Subject(found.hotline.id, found.hotline.enterprise or found.hotline.id) for found in hotlines]
    ids = [id_ for id_ in frame["id"] if id_ in timelines]
    return survey([timelines[id_] for id_ in ids], subjects)


def _comparisons(asked: pd.DataFrame) -> tuple[Comparison, ...]:
    """By caller, hour, weekday and region, as far as there are two groups; corrected within each."""
    return tuple(found for by in COMPARED for found in compare(asked, by, CLOCK))


def _others(asked: pd.DataFrame, base: str) -> dict[str, Waiting]:
    """The waits of callers of other kinds, as far as somebody was waited for."""
    if not base:
        return {}
    waits = {str(name): waiting(calls, CLOCK) for name, calls in asked.groupby("caller") if name != base}
    return {name: found for name, found in waits.items() if found.events}


def _chosen(frame: pd.DataFrame) -> list[str]:
    """The calls to open: all if they are few; else at each hotline some, evenly spread in time, and the first settled
    call of each kind, which the survey's table is made of."""
    if len(frame) <= READ:
        return [str(id_) for id_ in frame["id"]]
    chosen: list[str] = []
    settled = frame[~frame["outcome"].isin(SET_ASIDE)]
    chosen += [str(id_) for id_ in settled.groupby(["hotline", "caller", "goal"], sort=False)["id"].first()]
    each = max(_LEAST, READ // frame["hotline"].nunique())
    for _, calls in frame.groupby("hotline", sort=False):
        places = np.unique(np.linspace(0, len(calls) - 1, min(each, len(calls))).round().astype(int))
        chosen += [str(id_) for id_ in calls["id"].iloc[places]]
    return list(dict.fromkeys(chosen))


def _read(recordings: Path, ids: Sequence[str], tell: Callable[[str], None] | None) -> dict[str, Timeline]:
    """The timelines of calls, in the given order; one that has become unreadable since it was indexed is passed over."""
    found: dict[str, Timeline] = {}
    for id_ in ids:
        if tell:
            tell(id_)
        try:
            found[id_] = Timeline.from_json(from_json((recordings / id_ / TIMELINE).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found
