"""Profiles: rules by which calls are scored, as data. `score(profile, calls)` says whether the calls meet one.

A profile names a clock, a threshold, the share of calls that must meet it, and what each outcome counts as:

    timed     by the clock: within the threshold is met, later or never is missed
    met, missed   whatever the clock says
    shown     in no denominator, but shown beside the share, with its number
    left_out  the rule is not about such calls; their number is given too

`our_fault`, `unsure` and unfinished calls can only be `shown`: they say nothing about the hotline, and hiding them would
hide how much is not known. Nor is a call counted as missed when the caller gave up before the threshold had passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from probe import documents
from probe.documents import SourceMistake
from probe.errors import UserError
from probe.measure import CLOCKS
from probe.report.calls import UNFINISHED
from probe.report.observed import gave_up, longest, timed
from probe.report.statistics import LEVEL, Interval, calls_needed, calls_to_decide, wilson
from probe.report.survival import Waiting, waiting
from probe.timeline import Outcome

Counting = Literal["timed", "met", "missed", "shown", "left_out"]
Statistic = Literal["share_within", "mean", "median"]
Verdict = Literal["met", "not_met", "too_few", "no_target"]
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "met": ("met", "达标"),
    "not_met": ("not met", "未达标"),
    "too_few": ("too few calls to say", "样本不足，无法判断"),
    "no_target": ("the rule sets no target", "规则未设目标值"),
}
"""What a score comes to, in English and Chinese."""

JUDGEMENTS = ("met", "missed", "too_short", "no_clock", "shown", "left_out", "not_meant")
"""What `judge` says of a call. `too_short`: the caller gave up before the threshold; `no_clock`: it should be timed
and the clock is not known; `not_meant`: the rule is about other goals or callers."""
PRECISION = 0.05
"""Half the width of an interval that reports call precise: 5 points. A choice of ours."""
_FOLDER = Path(__file__).with_name("profiles")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Model):
    """A text in both languages."""

    zh: str
    en: str


class Source(_Model):
    """Where a rule comes from. `verified`: whether the text was read at its source, or is reported by others."""

    title: Words
    date: str
    url: str = ""
    verified: bool = False


class Profile(_Model):
    """A rule. `threshold` in seconds (None: whenever); `share` that must meet it (None: the rule sets none);
    `or_clock` stands in where `clock` never started; `goal` and `caller`: only such calls (None: all)."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Words
    source: Source
    note: Words = Words(zh="", en="")
    clock: str
    or_clock: str | None = None
    statistic: Statistic = "share_within"
    also: tuple[Statistic, ...] = ()
    threshold: float | None = Field(default=None, gt=0)
    share: float | None = Field(default=None, gt=0, lt=1)
    goal: Literal["human", "complaint"] | None = "human"
    caller: str | None = None
    counts: dict[str, Counting]

    @field_validator("clock", "or_clock")
    @classmethod
    def _known_clock(cls, name: str | None) -> str | None:
        if name is not None and name not in CLOCKS:
            known = ", ".join(CLOCKS)
            raise SourceMistake(f"unknown clock `{name}`; write one of: {known}", f"未知的时钟 `{name}`；可写：{known}")
        return name

    @field_validator("counts")
    @classmethod
    def _every_outcome(cls, counts: dict[str, Counting]) -> dict[str, Counting]:
        outcomes = [outcome.value for outcome in Outcome]
        for name in counts:
            if name not in outcomes:
                raise SourceMistake(
                    f"unknown outcome `{name}`; write one of: {', '.join(outcomes)}",
                    f"未知的结果 `{name}`；可写：{'、'.join(outcomes)}",
                    within=(name,),
                )
        for name in ("our_fault", "unsure"):
            if counts.setdefault(name, "shown") != "shown":
                raise SourceMistake(
                    f"`{name}` says nothing about the hotline; write `{name}: shown`, or leave it out",
                    f"`{name}` 不能说明热线的好坏；请写 `{name}: shown`，或不写",
                    within=(name,),
                )
        missing = [name for name in outcomes if name not in counts]
        if missing:
            raise SourceMistake(
                f"every outcome must count as something; missing: {', '.join(missing)}",
                f"每种结果都要写明如何计算；缺少：{'、'.join(missing)}",
            )
        return counts

    @model_validator(mode="after")
    def _threshold_for_the_statistic(self) -> Self:
        if self.statistic != "share_within" and self.share is not None:
            raise SourceMistake(
                f"`share` goes with `statistic: share_within`, not with {self.statistic}",
                f"`share` 只能与 `statistic: share_within` 一起写，不能与 {self.statistic} 一起写",
                within=("share",),
            )
        return self


@cache
def shipped() -> dict[str, Profile]:
    """The profiles that come with the project, by name."""
    found = (load(path) for path in sorted(_FOLDER.glob("*.yaml")))
    return {profile.name: profile for profile in found}


def load(path: Path) -> Profile:
    """A user's own profile; raises UserError or DocumentError when it is not one."""
    return documents.load(path, Profile)


def find(name: str) -> Profile:
    """A shipped profile by name, or the one in a file of that path; raises UserError when there is neither."""
    if name in shipped():
        return shipped()[name]
    if Path(name).suffix in (".yaml", ".yml"):
        return load(Path(name))
    known = ", ".join(shipped())
    raise UserError(
        f"unknown profile `{name}`; choose one of: {known}; or give the path of a YAML file",
        f"未知的评分规则 `{name}`；可选：{known}；或给出 YAML 文件的路径",
    )


# ------------------------------------------------------------------------------------------------------------ score


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of calls comes to by a profile.

    `met` and `missed` are the denominator of `share`, with its Wilson `interval`; None when it is empty. `shown` and
    `left_out`: calls that are not in it, by outcome; `too_short`, `no_clock`, `not_meant`: see `JUDGEMENTS`.
    `bounds`: the share if every call that is shown, too short or without a clock had missed, or had met.
    `waiting`: the waits by the profile's clock. `to_decide`: how many counted calls would settle the verdict if the
    share stays as it is; `for_precision`: how many for an interval of ±5 points.
    """

    profile: Profile
    n: int
    met: int
    missed: int
    share: float | None
    interval: Interval | None
    bounds: Interval | None
    shown: dict[str, int]
    left_out: dict[str, int]
    too_short: int
    no_clock: int
    not_meant: int
    verdict: Verdict
    waiting: Waiting
    to_decide: int | None
    for_precision: int | None


def judge(profile: Profile, frame: pd.DataFrame) -> pd.Series[str]:
    """What each call counts as, a word of `JUDGEMENTS`, on the frame's own index."""
    counting = frame["outcome"].map(profile.counts | {UNFINISHED: "shown"}).to_numpy(dtype=object)
    seconds, stopped = timed(frame, profile.clock, profile.or_clock)
    patience = gave_up(frame) & ~stopped
    # A line that only rang started no clock of a person's; how long it rang in vain is known all the same.
    seconds = np.where(np.isnan(seconds) & patience, frame["ended_at"].to_numpy(dtype=np.float64), seconds)
    threshold = np.inf if profile.threshold is None else profile.threshold
    # Somebody who gave up before the threshold had passed might have been answered in time.
    too_short = patience & (seconds <= threshold) & (profile.threshold is not None)
    by_clock = np.select(
        [too_short, np.isnan(seconds), stopped & (seconds <= threshold)], ["too_short", "no_clock", "met"], "missed"
    )
    judged = np.where(
        counting == "timed", by_clock, np.where((counting == "missed") & too_short, "too_short", counting)
    )
    meant = np.ones(len(frame), dtype=bool)
    for column, wanted in (("goal", profile.goal), ("caller", profile.caller)):
        if wanted is not None:
            meant &= (frame[column] == wanted).to_numpy(dtype=bool)
    return pd.Series(np.where(meant, judged, "not_meant"), index=frame.index, dtype=object)


def score(profile: Profile, frame: pd.DataFrame, level: float = LEVEL, horizon: float | None = None) -> Score:
    """The calls of a frame scored by a profile. `horizon` in seconds: up to where the mean counts waits."""
    judged = judge(profile, frame)
    number: dict[str, int] = {word: int((judged == word).sum()) for word in JUDGEMENTS}
    met, missed = number["met"], number["missed"]
    decided = met + missed
    n = len(frame) - number["not_meant"]
    share = met / decided if decided else None
    interval = wilson(met, decided, level) if decided else None
    aside = number["shown"] + number["too_short"] + number["no_clock"]
    bounds = Interval(met / (decided + aside), (met + aside) / (decided + aside)) if decided + aside else None
    timed_calls = frame[judged.isin(("met", "missed", "too_short")).to_numpy(dtype=bool)]
    waits = waiting(timed_calls, profile.clock, horizon, level, profile.or_clock)
    to_decide = None
    if share is not None and profile.share is not None:
        to_decide = calls_to_decide(share, profile.share, level)
    return Score(
        profile=profile,
        n=n,
        met=met,
        missed=missed,
        share=share,
        interval=interval,
        bounds=bounds,
        shown=_by_outcome(frame, judged, "shown"),
        left_out=_by_outcome(frame, judged, "left_out"),
        too_short=number["too_short"],
        no_clock=number["no_clock"],
        not_meant=number["not_meant"],
        verdict=_verdict(profile, interval, waits),
        waiting=waits,
        to_decide=to_decide,
        for_precision=calls_needed(PRECISION, share, level) if share is not None else None,
    )


def scores_by(profile: Profile, frame: pd.DataFrame, by: str, level: float = LEVEL) -> dict[str, Score]:
    """A score for each value of a column (`enterprise`, `hotline`, `caller`, ...), in the order of the values."""
    horizon = longest(frame, profile.clock, profile.or_clock)
    return {str(value): score(profile, calls, level, horizon) for value, calls in frame.groupby(by, sort=True)}


def as_reviewed(frame: pd.DataFrame) -> pd.DataFrame:
    """The calls as their reviewers see them: the outcome is theirs where they gave one. Where they say that nobody
    answered, no clock has stopped at a person; where only they heard a person, no clock is known."""
    reviewed = frame["reviewed_outcome"]
    outcome = reviewed.where(reviewed.notna(), frame["outcome"])
    corrected = frame.assign(outcome=outcome)
    to_human = [clock for clock, (_, end) in CLOCKS.items() if end == "human"]
    corrected.loc[outcome != "human", [*to_human, "human_at"]] = np.nan
    return corrected


def _by_outcome(frame: pd.DataFrame, judged: pd.Series[str], word: str) -> dict[str, int]:
    counts = frame.loc[judged == word, "outcome"].value_counts()
    return {str(outcome): int(count) for outcome, count in counts.items()}


def _verdict(profile: Profile, interval: Interval | None, waits: Waiting) -> Verdict:
    """Met or not met only when the whole interval lies on one side of the target."""
    if profile.statistic == "share_within":
        if profile.share is None:
            return "no_target"
        return _side(interval, profile.share, wanted_above=True)
    if profile.threshold is None:
        return "no_target"
    if profile.statistic == "median":
        return _side(waits.median_interval, profile.threshold, wanted_above=False)
    side = _side(waits.mean.interval if waits.mean else None, profile.threshold, wanted_above=False)
    # The restricted mean leaves out what was waited beyond the horizon, so it can prove a mean too long, but short
    # enough only when nobody was still waiting there.
    return "too_few" if side == "met" and waits.curve and waits.curve[-1].waiting > 0 else side


def _side(interval: Interval | None, target: float, *, wanted_above: bool) -> Verdict:
    if interval is None or target in interval:
        return "too_few"
    return "met" if (interval.low > target) == wanted_above else "not_met"


def totals(scores: Mapping[str, Score]) -> dict[Verdict, int]:
    """How many of the scores came to each verdict."""
    return {verdict: sum(score.verdict == verdict for score in scores.values()) for verdict in VERDICTS}
