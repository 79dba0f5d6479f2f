"""A campaign as people write it: hotlines, callers, scenarios, slots, limits. YAML in, a frozen model out.

`load_campaign(path, register)` is what others call: it also checks the file against the register, the callers, the
scenarios and the trunks, so that every mistake is told at its line before anything is planned. docs/campaigns.md explains every key;
docs/campaign.schema.json is `json_schema()`, for editors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from probe import documents
from probe.documents import SourceMistake
from probe.errors import DocumentError, UserError
from probe.hours import DAY_KINDS, DayKind, Hours, overlap
from probe.line.address import Address
from probe.line.caller import load_callers
from probe.navigate.amounts import Duration
from probe.navigate.scenario import load_scenario
from probe.register import Hotline, Register
from probe.trunk.file import WrittenTrunk, written_trunk

THROUGH = "{number}"
"""What `dial` is of a trunk of `trunks.yaml`: the number alone, which the trunk's own dial plan takes further."""


def _a_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(_Part):
    """A stretch of the day, on one or several kinds of day, in the hotline's local time."""

    days: Annotated[tuple[DayKind, ...], BeforeValidator(_a_list)] = Field(
        default=(), description="weekday, weekend, holiday; not needed if the slot is named after one. `peak`: weekday."
    )
    hours: Hours = Field(description="Such as `09:00-11:30`, or a list of such.")
    calls: int = Field(ge=1, le=100_000, description="Calls in each cell: hotline, caller and scenario.")


class Retries(_Part):
    """When a planned call is dialled again: only when the failure was ours."""

    our_fault: int = Field(default=0, ge=0, le=10, description="Further attempts at most.")
    after: Duration = Field(default=600.0, description="Earliest after the failed attempt.")


class Budget(_Part):
    """What the campaign may use up at most; nothing written: no limit."""

    calls: int | None = Field(default=None, ge=1, description="Attempts, failed ones included.")
    agent_seconds: float | None = Field(
        default=None, gt=0, description="Seconds that people at hotlines are kept busy."
    )


class Trunk(_Part):
    """Through what is dialled, and how much of it at once, over all machines together.

    A name alone is a trunk of `trunks.yaml`, which says the limits; this is for simulated hotlines, in memory or here.
    """

    name: str = Field(default="simulated", min_length=1, description="Campaigns that share a trunk share its limits.")
    channels: int = Field(default=2, ge=1, le=10_000, description="Calls at once.")
    calls_per_second: float = Field(default=1.0, gt=0, le=1000, description="Calls begun in a second.")
    dial: str = Field(default="", description="SIP address with {number}; empty: simulated hotlines in memory.")

    simulated: str = Field(
        default="", description="Folder of simulated hotlines, by id; the shipped ones if not given."
    )

    @field_validator("dial")
    @classmethod
    def _has_a_place_for_the_number(cls, dial: str) -> str:
        if dial == THROUGH:
            raise SourceMistake(
                "the number alone goes through a trunk of trunks.yaml; write `trunk: NAME`",
                "只拨号码须经 trunks.yaml 中的中继；请写 `trunk: 名称`",
            )
        if dial and "{number}" not in dial:
            raise SourceMistake(
                f"`{dial}` has no place for the number; write such as `sip:{{number}}@127.0.0.1:5060`",
                f"“{dial}”中没有号码的位置；请写成“sip:{{number}}@127.0.0.1:5060”",
            )
        if dial:
            try:
                local = Address.parse(dial.replace("{number}", "10000")).is_loopback
            except UserError as error:
                raise SourceMistake(error.en, error.zh) from None
            if not local:
                raise SourceMistake(
                    f"`{dial}` is not on this machine; to dial further, write a trunk into trunks.yaml and `trunk: NAME` here",
                    f"“{dial}”不在本机；要拨打其他地址，请在 trunks.yaml 中写好中继，此处写 `trunk: 名称`",
                )
        return dial

    @property
    def is_real(self) -> bool:
        """Whether it is a trunk of `trunks.yaml`."""
        return self.dial == THROUGH


def _by_name(written: object) -> object:
    """A trunk of `trunks.yaml`, whose limits are filled in when that is read."""
    if isinstance(written, str):
        return Trunk.model_construct(name=written, dial=THROUGH)
    if not isinstance(written, Mapping | Trunk):
        raise SourceMistake(
            "write the name of a trunk of trunks.yaml, or limits such as `{ channels: 4 }` for simulated hotlines",
            "请写 trunks.yaml 中的中继名称，或模拟热线所用的限制，如 `{ channels: 4 }`",
        )
    return written


class Chosen(_Part):
    """Hotlines of the register by what they are; all that is written must hold."""

    enterprise: str | None = None
    sector: str | None = None
    region: str | None = None

    def takes(self, hotline: Hotline) -> bool:
        wanted = self.model_dump(exclude_none=True)
        return all(getattr(hotline, name) == value for name, value in wanted.items())


Hotlines = Literal["all"] | Chosen | tuple[str, ...]


class Campaign(_Part):
    """The file."""

    campaign: str = Field(pattern=r"^[\w-]{1,60}$", description="Its name: letters, digits, - and _.")
    title: str = Field(default="", description="For people.")
    seed: int = Field(default=1, description="The same seed, the same plan.")
    start: date = Field(description="First day, local to each hotline.")
    end: date = Field(description="Last day, included.")
    hotlines: Annotated[Hotlines, BeforeValidator(lambda v: [v] if isinstance(v, str) and v != "all" else v)]
    scenarios: Annotated[tuple[str, ...], BeforeValidator(_a_list)] = Field(
        min_length=1, description="Names of scenario files, such as `ordinary`."
    )
    callers: Annotated[tuple[str, ...], BeforeValidator(_a_list)] = Field(
        default=(), description="From callers.yaml; each scenario's own caller if not given."
    )
    slots: dict[str, Slot] = Field(min_length=1)
    in_opening_hours: bool = Field(default=False, description="Only while the register says that the hotline is open.")
    gap: Duration = Field(default=600.0, description="Between the end of a call and the next one at the same hotline.")
    expected_call: Duration = Field(default=180.0, description="How long a call is expected to last, for the plan.")
    expected_agent: Duration = Field(
        default=30.0, description="How long a person is expected to be kept, for the plan."
    )
    retries: Retries = Retries()
    budget: Budget = Budget()
    trunk: Annotated[Trunk, BeforeValidator(_by_name, json_schema_input_type=str | Trunk)] = Field(
        default=Trunk(), description="Name of a trunk of `trunks.yaml`; or limits, for simulated hotlines."
    )
    recordings: str = Field(
        default="recordings", description="Folder, or URL of object storage, for the calls' folders."
    )
    model: str | None = Field(default=None, description="Speech model.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end < self.start:
            raise SourceMistake(
                f"the campaign ends on {self.end}, before it starts on {self.start}",
                f"结束日期 {self.end} 早于开始日期 {self.start}",
                within=("end",),
            )
        return self

    @field_validator("slots")
    @classmethod
    def _do_not_overlap(cls, slots: dict[str, Slot]) -> dict[str, Slot]:
        done: dict[str, Slot] = {}
        for name, slot in slots.items():
            days = slot.days or _days_of(name)
            if not days:
                raise SourceMistake(
                    f"slot `{name}` needs `days`: weekday, weekend or holiday",
                    f"时段“{name}”要写 `days`：weekday、weekend 或 holiday",
                    within=(name,),
                )
            if not slot.hours:
                raise SourceMistake(f"slot `{name}` has no hours", f"时段“{name}”没有时间", within=(name, "hours"))
            for other, earlier in done.items():
                shared = overlap(slot.hours, earlier.hours)
                if shared and (both := [day for day in days if day in earlier.days]):
                    raise SourceMistake(
                        f"slots `{other}` and `{name}` overlap on a {both[0]} at {shared[0]}; make them apart",
                        f"时段“{other}”与“{name}”在 {both[0]} 的 {shared[0]} 重叠；请错开",
                        within=(name, "hours"),
                    )
            done[name] = slot.model_copy(update={"days": days})
        return done


def _days_of(name: str) -> tuple[DayKind, ...]:
    """The kinds of day that a slot's name means."""
    return next(((kind,) for kind in DAY_KINDS if kind == name), ("weekday",) if name == "peak" else ())


@dataclass(frozen=True, slots=True)
class Cell:
    """What is repeated: one caller walks one scenario at one hotline."""

    hotline: Hotline
    caller: str
    scenario: str
    path: Path


@dataclass(frozen=True, slots=True)
class Loaded:
    """A campaign with what its names stand for."""

    campaign: Campaign
    text: str
    path: Path
    cells: tuple[Cell, ...]

    def mistake(self, location: Sequence[str | int], en: str, zh: str) -> DocumentError:
        """A mistake at a place in the file."""
        return documents.mistake(self.path, location, en, zh, self.text)


def load_campaign(path: Path, register: Register, trunks: Path | None = None) -> Loaded:
    """The campaign in a file; raises UserError or DocumentError for whatever is wrong in it, or not where it says.

    `trunks`: file of the trunks (None: found as `probe run --trunk` finds it).
    """
    text = documents.read(path)
    campaign = documents.loads(text, Campaign, path)
    callers = load_callers()
    for position, name in enumerate(campaign.callers):
        if name not in callers:
            known = ", ".join(callers)
            raise documents.mistake(
                path, ("callers", position), f"no caller `{name}`; known: {known}", f"没有主叫“{name}”；已有：{known}"
            )
    hotlines = _chosen(campaign.hotlines, register, path)
    if campaign.trunk.is_real:
        campaign = _through(campaign, hotlines, path, trunks)
    cells = [cell for hotline in hotlines for cell in _cells(campaign, hotline, register.scenarios(hotline.id), path)]
    return Loaded(campaign, text, path, tuple(cells))


def _chosen(wanted: Hotlines, register: Register, path: Path) -> list[Hotline]:
    if isinstance(wanted, tuple):
        for position, name in enumerate(wanted):
            if name not in register:
                hint_en, hint_zh = _nearest(name, [hotline.id for hotline in register])
                raise documents.mistake(
                    path,
                    ("hotlines", position),
                    f"hotline `{name}` is not in the register{hint_en}",
                    f"热线 `{name}` 不在登记表中{hint_zh}",
                )
            if name in wanted[:position]:
                raise documents.mistake(
                    path, ("hotlines", position), f"hotline `{name}` is listed twice", f"热线 `{name}` 重复列出"
                )
        return [register[name] for name in wanted]
    found = [hotline for hotline in register if wanted == "all" or wanted.takes(hotline)]
    if not found:
        raise documents.mistake(
            path, ("hotlines",), "no hotline of the register is like this", "登记表中没有符合条件的热线"
        )
    return found


def _through(campaign: Campaign, hotlines: Sequence[Hotline], path: Path, trunks: Path | None) -> Campaign:
    """The campaign with the limits of its trunk, which can dial all its hotlines' numbers."""
    trunk = campaign.trunk
    written = _written(trunk.name, path, trunks)
    for hotline in hotlines:
        try:
            if hotline.number:
                written.dial.dialled(hotline.number)
        except UserError as error:
            raise documents.mistake(
                path, ("hotlines",), f"hotline `{hotline.id}`: {error.en}", f"热线 `{hotline.id}`：{error.zh}"
            ) from None
    limits = {"channels": written.channels, "calls_per_second": written.calls_per_second}
    return campaign.model_copy(update={"trunk": trunk.model_copy(update=limits)})


def _written(name: str, path: Path, trunks: Path | None) -> WrittenTrunk:
    try:
        return written_trunk(name, trunks)
    except DocumentError:  # a mistake in that file has its own place
        raise
    except UserError as error:
        raise documents.mistake(path, ("trunk",), error.en, error.zh) from None


def _cells(campaign: Campaign, hotline: Hotline, scenarios: Mapping[str, Path], path: Path) -> list[Cell]:
    if not hotline.number:
        raise documents.mistake(
            path,
            ("hotlines",),
            f"hotline `{hotline.id}` has no number in the register",
            f"热线 `{hotline.id}` 在登记表中没有号码",
        )
    cells = []
    for position, name in enumerate(campaign.scenarios):
        if name not in scenarios:
            known = ", ".join(scenarios) or "-"
            raise documents.mistake(
                path,
                ("scenarios", position),
                f"hotline `{hotline.id}` has no scenario `{name}`; it has: {known}",
                f"热线 `{hotline.id}` 没有场景“{name}”；已有：{known}",
            )
        own = load_scenario(scenarios[name])
        if own.hotline != hotline.id:
            raise documents.mistake(
                path,
                ("scenarios", position),
                f"{scenarios[name]} is for hotline `{own.hotline}`, not for `{hotline.id}`",
                f"{scenarios[name]} 是热线 `{own.hotline}` 的场景，不是 `{hotline.id}` 的",
            )
        cells += [Cell(hotline, caller, name, scenarios[name]) for caller in campaign.callers or (own.caller,)]
    return cells


def _nearest(name: str, known: list[str]) -> tuple[str, str]:
    from rapidfuzz import fuzz, process

    near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=60)
    return (f"; did you mean `{near[0]}`?", f"；是否想写 `{near[0]}`？") if near else ("", "")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a campaign."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Campaign.model_json_schema()}


if __name__ == "__main__":
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
