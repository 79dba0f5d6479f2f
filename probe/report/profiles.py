"""Profiles: calls scored by a rule (`probe.report.rules`). `score(profile, calls)` says whether they meet it, and how sure
that is.

A call is met or missed, or it is in no denominator and shown: our faults and doubts, calls in which the caller gave up
before the threshold had passed (a person might have come in time), and calls whose clock is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from probe.measure import CLOCKS
from probe.report.calls import UNFINISHED
from probe.report.observed import DENIED, GAVE_UP, REACHED, Waits, endings, longest
from probe.report.rules import Counting, Profile, Source, Statistic, Words, find, load, shipped
from probe.report.statistics import LEVEL, Interval, calls_needed, calls_to_decide, wilson
from probe.report.survival import Mean, Waiting, mean_of, waiting_of

__all__ = [
    "JUDGEMENTS", "VERDICTS", "Counting", "Profile", "Score", "Source", "Statistic", "Verdict", "Words",
    "as_reviewed", "find", "judge", "load", "score", "scores_by", "shipped", "totals",
]  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of calls comes to by a profile.

    `met` and `missed` are the denominator of `share`, with its Wilson `interval`; None when it is empty. `shown` and
    `left_out`: calls that are not in it, by outcome; `too_short`, `no_clock`, `not_meant`: see `JUDGEMENTS`.
    `bounds`: the share if every call that is shown, too short or without a clock had missed, or had met.
    `mean`: of the waits by the profile's clock, with those who gave up in the count. `to_decide`: how many counted calls
    would settle the verdict if the share stays as it is; `for_precision`: how many for an interval of ±5 points.
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
    mean: Mean | None
    to_decide: int | None
    for_precision: int | None
    waits: Waits = field(repr=False, compare=False)
    level: float = LEVEL
    horizon: float | None = None

    @property
    def waiting(self) -> Waiting:
        """The curve, median and mean of the waits by the profile's clock; computed when asked for."""
        return waiting_of(self.waits, self.profile.clock, self.horizon, self.level)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Calls with what they count as and how long they waited, in arrays of the same length."""

    judgement: npt.NDArray[np.object_]
    outcome: npt.NDArray[np.object_]
    waits: Waits

    def some(self, which: npt.NDArray[np.intp]) -> _Judged:
        return _Judged(self.judgement[which], self.outcome[which], self.waits[which])

    def by_outcome(self, word: str) -> dict[str, int]:
        """How many calls count as `word`, by outcome, the most frequent first."""
        return dict(Counter(self.outcome[self.judgement == word].tolist()).most_common())


def judge(profile: Profile, frame: pd.DataFrame) -> pd.Series[str]:
    """What each call counts as, a word of `JUDGEMENTS`, on the frame's own index."""
    return pd.Series(_judged(profile, frame).judgement, index=frame.index, dtype=object)


def score(profile: Profile, frame: pd.DataFrame, level: float = LEVEL, horizon: float | None = None) -> Score:
    """The calls of a frame scored by a profile. `horizon` in seconds: up to where the mean counts waits."""
    return _scored(profile, _judged(profile, frame), level, horizon)


def scores_by(profile: Profile, frame: pd.DataFrame, by: str, level: float = LEVEL) -> dict[str, Score]:
    """A score for each value of a column (`enterprise`, `hotline`, `caller`, ...), in the order of the values.

    Their means count waits up to the same horizon.
    """
    judged = _judged(profile, frame)
    horizon = longest(frame, profile.clock, profile.or_clock)
    groups = frame.groupby(by, sort=True).indices
    return {str(value): _scored(profile, judged.some(places), level, horizon) for value, places in groups.items()}


def as_reviewed(frame: pd.DataFrame) -> pd.DataFrame:
    """The calls as their reviewers see them: the outcome is theirs where they gave one. Where they say that nobody
    answered, no clock has stopped at a person; where only they heard a person, no clock is known."""
    reviewed = frame["reviewed_outcome"]
    outcome = reviewed.where(reviewed.notna(), frame["outcome"])
    corrected = frame.assign(outcome=outcome)
    to_human = [clock for clock, (_, end) in CLOCKS.items() if end == "human"]
    corrected.loc[outcome != "human", [*to_human, "human_at"]] = np.nan
    return corrected


def _judged(profile: Profile, frame: pd.DataFrame) -> _Judged:
    counting = frame["outcome"].map(profile.counts | {UNFINISHED: "shown"}).to_numpy(dtype=object)
    waits = endings(frame, profile.clock, profile.or_clock)
    patience = waits.ends == GAVE_UP
    # A line that only rang started no clock of a person's; how long it rang in vain is known all the same.
    rang = np.isnan(waits.seconds) & patience
    seconds = np.where(rang, frame["ended_at"].to_numpy(dtype=np.float64), waits.seconds)
    threshold = np.inf if profile.threshold is None else profile.threshold
    # Somebody who gave up before the threshold had passed might have been answered in time.
    too_short = patience & (seconds <= threshold) & (profile.threshold is not None)
    in_time = (waits.ends == REACHED) & (seconds <= threshold)
    by_clock = np.select([too_short, np.isnan(seconds), in_time], ["too_short", "no_clock", "met"], "missed")
    judgement = np.where(counting == "timed", by_clock, counting).astype(object)
    judgement[(counting == "missed") & too_short] = "too_short"
    for column, wanted in (("goal", profile.goal), ("caller", profile.caller)):
        if wanted is not None:
            judgement[(frame[column] != wanted).to_numpy(dtype=bool)] = "not_meant"
    return _Judged(judgement, frame["outcome"].to_numpy(dtype=object), waits)


def _scored(profile: Profile, judged: _Judged, level: float, horizon: float | None) -> Score:
    number = Counter(judged.judgement.tolist())
    met, missed = number["met"], number["missed"]
    decided = met + missed
    share = met / decided if decided else None
    interval = wilson(met, decided, level) if decided else None
    aside = number["shown"] + number["too_short"] + number["no_clock"]
    bounds = Interval(met / (decided + aside), (met + aside) / (decided + aside)) if decided + aside else None
    counted = np.isin(judged.judgement.astype(str), ("met", "missed", "too_short")) & ~np.isnan(judged.waits.seconds)
    waits = judged.waits[counted]
    end = waits.longest() if horizon is None else horizon
    mean = mean_of(waits, end, level) if len(waits) else None
    return Score(
        profile=profile,
        n=len(judged.judgement) - number["not_meant"],
        met=met,
        missed=missed,
        share=share,
        interval=interval,
        bounds=bounds,
        shown=judged.by_outcome("shown"),
        left_out=judged.by_outcome("left_out"),
        too_short=number["too_short"],
        no_clock=number["no_clock"],
        not_meant=number["not_meant"],
        verdict=_verdict(profile, interval, mean, waits, level),
        mean=mean,
        to_decide=calls_to_decide(share, profile.share, level) if share is not None and profile.share else None,
        for_precision=calls_needed(PRECISION, share, level) if share is not None else None,
        waits=waits,
        level=level,
        horizon=horizon,
    )


def _verdict(profile: Profile, interval: Interval | None, mean: Mean | None, waits: Waits, level: float) -> Verdict:
    """Met or not met only when the whole interval lies on one side of the target."""
    if profile.statistic == "share_within":
        return "no_target" if profile.share is None else _side(interval, profile.share, wanted_above=True)
    if profile.threshold is None:
        return "no_target"
    if profile.statistic == "median":
        median = waiting_of(waits, profile.clock, level=level).median_interval
        return _side(median, profile.threshold, wanted_above=False)
    side = _side(mean.interval if mean else None, profile.threshold, wanted_above=False)
    # The restricted mean leaves out what was waited beyond the horizon, so it can prove a mean too long, but short
    # enough only when nobody was left waiting.
    last = waits[waits.seconds == waits.longest()]
    answered = last.number(REACHED) == len(last) and not waits.number(DENIED)
    return "too_few" if side == "met" and not answered else side


def _side(interval: Interval | None, target: float, *, wanted_above: bool) -> Verdict:
    if interval is None or target in interval:
        return "too_few"
    return "met" if (interval.low > target) == wanted_above else "not_met"


def totals(scores: Mapping[str, Score]) -> dict[Verdict, int]:
    """How many of the scores came to each verdict."""
    return {verdict: sum(score.verdict == verdict for score in scores.values()) for verdict in VERDICTS}
