"""Rules as data: a YAML file that says which clock, which threshold, which share, and what each outcome counts as.

    timed     by the clock: within the threshold is met, later or never is missed
    met, missed   whatever the clock says
    shown     in no denominator, but shown beside the share, with its number
    left_out  the rule is not about such calls; their number is given too

`our_fault`, `unsure` and unfinished calls can only be `shown`: they say nothing about the hotline, and hiding them would
hide how much is not known.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from probe import documents
from probe.documents import SourceMistake
from probe.errors import UserError
from probe.measure import CLOCKS
from probe.timeline import Outcome

Counting = Literal["timed", "met", "missed", "shown", "left_out"]
Statistic = Literal["share_within", "mean", "median"]
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
