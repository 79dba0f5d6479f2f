"""Retention: rules in a YAML file by which audio is archived as FLAC or removed when it has come of age.

    rules:
      - archive: flac
        older_than: 30 days
      - remove: audio
        older_than: 180 days
        outcomes: [human]
    keep:
      disputed: true              # a reviewer says otherwise than the machine
      reviewed: false             # anybody has reviewed it
      hotlines: [water]
      calls:
        - call: 20261122T020000Z-zhenjiang-water-ordinary-1a2b
          why: arbitration 2026-113

Nothing is removed whose seal does not hold: that would remove the proof of a tampering. What is removed leaves a signed
tombstone in the bundle and in the chain, so everything else still verifies.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from probe import documents
from probe.documents import SourceMistake
from probe.errors import ProbeError
from probe.evidence.archive import archive
from probe.evidence.bundle import calls, running
from probe.evidence.flac import FLAC
from probe.evidence.load import timeline_of
from probe.evidence.recording import AUDIO
from probe.evidence.reviews import Reviews
from probe.evidence.ring import Ring
from probe.evidence.tombstone import remove
from probe.evidence.verify import verify_bundle
from probe.i18n import tr
from probe.timeline import Outcome, Timeline

_AGE = re.compile(r"(\d{1,5})\s*(days?|天|日|weeks?|周|months?|个月|月|years?|年)")
_DAYS = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7, "m": 31, "个": 31, "月": 31, "y": 366, "年": 366}
"""Days that nobody can call too few: a month is 31, a year 366."""
_DRAWN = ".web"  # pictures of the audio, which go with it
Doing = Literal["archive", "remove"]


def _age(value: object) -> timedelta:
    found = _AGE.fullmatch(str(value).strip())
    if not found or not int(found[1]):
        raise SourceMistake(
            f"`{value}` is not an age; write a number and its unit, such as `180 days`",
            f"“{value}”不是期限；请写数字和单位，例如 `180 天`",
        )
    return timedelta(days=int(found[1]) * _DAYS[found[2][0]])


class Rule(BaseModel):
    """What happens to the audio of which calls, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="", description="What tombstones call the rule.")
    remove: Literal["audio"] | None = None
    archive: Literal["flac"] | None = None
    older_than: Annotated[timedelta, BeforeValidator(_age)] = Field(
        description="Since the call was placed: `180 days`."
    )
    outcomes: tuple[Outcome, ...] = Field(default=(), description="Only calls that ended so.")
    hotlines: tuple[str, ...] = Field(default=(), description="Only calls to these.")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.remove is None) == (self.archive is None):
            raise SourceMistake(
                "a rule has either `remove: audio` or `archive: flac`",
                "每条规则须写 `remove: audio` 或 `archive: flac` 之一",
            )
        return self

    @property
    def does(self) -> Doing:
        """What it does."""
        return "remove" if self.remove else "archive"

    @property
    def words(self) -> str:
        """The rule as a tombstone names it."""
        return self.name or f"{self.does} audio after {self.older_than.days} days"

    def applies(self, timeline: Timeline, now: datetime) -> bool:
        """Whether a call has come of age and is one of those meant."""
        try:
            began = datetime.fromisoformat(timeline.call.started_at)
        except ValueError:
            return False  # of unknown age: kept
        began = began if began.tzinfo else began.replace(tzinfo=UTC)
        return (
            now - began >= self.older_than
            and (not self.outcomes or timeline.outcome in self.outcomes)
            and (not self.hotlines or timeline.call.hotline in self.hotlines)
        )


class Hold(BaseModel):
    """A call that must be kept, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: str = Field(min_length=1)
    why: str = Field(min_length=1)


class Keep(BaseModel):
    """What no rule touches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disputed: bool = Field(default=True, description="Calls about which a reviewer says otherwise than the machine.")
    reviewed: bool = Field(default=False, description="Calls that anybody has reviewed.")
    hotlines: tuple[str, ...] = ()
    calls: tuple[Hold, ...] = ()


class Retention(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...]
    keep: Keep = Keep()

    @field_validator("rules")
    @classmethod
    def _some(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if not rules:
            raise SourceMistake("there are no rules in `rules`", "`rules` 中没有规则")
        return rules


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with one call's audio, or why it is kept although a rule applies (`kept`).

    `size`: bytes of the audio.
    """

    folder: Path
    rule: Rule
    size: int
    kept: str = ""


def load(path: Path) -> Retention:
    """The rules in a file; raises UserError or DocumentError."""
    return documents.load(path, Retention)


def plan(recordings: Path, retention: Retention, now: datetime) -> Iterator[Step]:
    """What the rules say about each call that has audio; the first rule that removes it, else the first that archives it."""
    reviews = Reviews(recordings).all()
    reviewed = {review.call for review in reviews}
    disputed = {review.call for review in reviews if not review.confirms}
    held = {hold.call: hold.why for hold in retention.keep.calls}
    for folder in calls(recordings):
        audio = next((folder / name for name in (AUDIO, FLAC) if (folder / name).is_file()), None)
        if audio is None or running(folder):
            continue
        timeline = timeline_of(folder)
        if timeline is None:
            continue
        due = [rule for rule in retention.rules if rule.applies(timeline, now)]
        due = [rule for rule in due if rule.does == "remove"] or [rule for rule in due if audio.name == AUDIO]
        if not due:
            continue
        kept = ""
        if folder.name in held:
            kept = held[folder.name]
        elif timeline.call.hotline in retention.keep.hotlines:
            kept = tr(en="this hotline's calls are kept", zh="该热线的通话须保留")
        elif retention.keep.disputed and folder.name in disputed:
            kept = tr(en="a reviewer says otherwise than the machine", zh="复核结论与程序判定不同")
        elif retention.keep.reviewed and folder.name in reviewed:
            kept = tr(en="it was reviewed", zh="已被复核")
        yield Step(folder, due[0], audio.stat().st_size, kept)


def apply(step: Step, ring: Ring) -> str:
    """Does a step; returns "" or, in the user's language, why it was not done."""
    found = verify_bundle(step.folder, ring)
    if found.manifest is None or not found.holds:
        reason = found.broken[0] if found.broken else ""
        return tr(en=f"its seal does not hold: {reason}", zh=f"封存不成立：{reason}")
    try:
        if step.rule.does == "archive":
            archive(step.folder, found.manifest, step.rule.words)
        else:
            remove(step.folder, found.manifest, [AUDIO, FLAC], step.rule.words)
            shutil.rmtree(step.folder.parent / _DRAWN / step.folder.name, ignore_errors=True)
    except ProbeError as error:
        return str(error)
    return ""
