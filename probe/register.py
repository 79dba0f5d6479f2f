"""The register of hotlines: whose number it is, its sector and region, when it is open, what it promises.

It is a YAML file, `scenarios/hotlines.yaml` unless another is named, or a folder with any number of them. Reports group
calls by its words; campaigns dial its numbers. A call at a hotline that is not in it is never dropped: its enterprise is
then the hotline's own id, and its sector and region are empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from probe import documents, shipped
from probe.documents import SourceMistake
from probe.errors import UserError
from probe.hours import DayKind, Week, kind_of
from probe.measure import CLOCKS
from probe.navigate.amounts import duration_bound

FILE = "hotlines.yaml"


class Hotline(BaseModel):
    """A hotline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, description="What scenarios and campaigns call it.")
    name: str
    enterprise: str
    sector: str = ""
    region: str = ""
    number: str = Field(default="", description="The number dialled; in quotes.")
    numbers: tuple[str, ...] = Field(default=(), description="Other numbers that reach the same hotline; in quotes.")
    hours: str = Field(default="", description="When it is open, in the owner's words.")
    opening: Week | None = Field(default=None, description="When it is open, by kind of day, for campaigns to keep to.")
    holidays: tuple[date, ...] = Field(default=(), description="Days that count as holidays here.")
    workdays: tuple[date, ...] = Field(default=(), description="Weekend days on which people work here.")
    targets: dict[str, str] = Field(
        default={}, description="What it promises, by clock, such as `requested_to_human: at most 30 s`."
    )
    scenarios: str = Field(
        default="", description="Folder of its scenarios, beside this file; found by id if not given."
    )
    timezone: str = Field(default="Asia/Shanghai", description="An IANA name.")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def kind_of(self, day: date) -> DayKind:
        """What kind of day a local date is here."""
        return kind_of(day, self.holidays, self.workdays)

    @field_validator("targets")
    @classmethod
    def _known_clocks(cls, targets: dict[str, str]) -> dict[str, str]:
        for clock, target in targets.items():
            if clock not in CLOCKS:
                names = ", ".join(CLOCKS)
                raise SourceMistake(
                    f"no clock `{clock}`; choose one of: {names}", f"没有计时 `{clock}`；可选：{names}", within=(clock,)
                )
            try:
                duration_bound(target)
            except SourceMistake as mistake:
                raise SourceMistake(mistake.en, mistake.zh, within=(clock,)) from None
        return targets

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise SourceMistake(
                f"unknown time zone `{name}`; write an IANA name such as Asia/Shanghai",
                f"未知时区 `{name}`；请写 IANA 名称，例如 Asia/Shanghai",
            ) from None
        return name


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hotlines: tuple[Hotline, ...]
    holidays: tuple[date, ...] = Field(default=(), description="Holidays of every hotline in this file.")
    workdays: tuple[date, ...] = Field(default=(), description="Worked weekend days of every hotline in this file.")

    @field_validator("hotlines")
    @classmethod
    def _each_once(cls, hotlines: tuple[Hotline, ...]) -> tuple[Hotline, ...]:
        seen: set[str] = set()
        for position, hotline in enumerate(hotlines):
            if hotline.id in seen:
                raise SourceMistake(
                    f"hotline `{hotline.id}` is listed twice", f"热线 `{hotline.id}` 重复登记", within=(position,)
                )
            seen.add(hotline.id)
        return hotlines


class Register:
    """Hotlines by id."""

    def __init__(
        self, hotlines: Mapping[str, Hotline] | None = None, folders: Mapping[str, Path] | None = None
    ) -> None:
        self._hotlines = dict(hotlines or {})
        self._folders = dict(folders or {})

    @classmethod
    def load(cls, path: Path) -> Register:
        """The register in a file, or in all `hotlines.yaml` below a folder; raises UserError or DocumentError."""
        files = sorted(path.rglob(FILE)) if path.is_dir() else [path]
        if not files:
            raise UserError(f"{path}: no {FILE} in this folder", f"{path}：此文件夹中没有 {FILE}")
        hotlines: dict[str, Hotline] = {}
        folders: dict[str, Path] = {}
        for file in files:
            found = documents.load(file, _Document)
            for position, hotline in enumerate(found.hotlines):
                if hotline.id in hotlines:
                    raise documents.mistake(
                        file,
                        ("hotlines", position),
                        f"hotline `{hotline.id}` is in {folders[hotline.id] / FILE} already",
                        f"热线 `{hotline.id}` 已登记于 {folders[hotline.id] / FILE}",
                    )
                days = {
                    "holidays": (*found.holidays, *hotline.holidays),
                    "workdays": (*found.workdays, *hotline.workdays),
                }
                hotlines[hotline.id] = hotline.model_copy(update=days)
                folders[hotline.id] = file.parent
        return cls(hotlines, folders)

    @classmethod
    def shipped(cls) -> Register:
        """The register that comes with the project."""
        return cls.load(shipped.scenarios() / "hotlines.yaml")

    @classmethod
    def beside(cls, file: Path, named: Path | None = None) -> Register:
        """The register named; else `hotlines.yaml` beside a campaign's file, else the shipped one."""
        own = file.parent / FILE
        return cls.load(named or own) if named or own.is_file() else cls.shipped()

    def scenarios(self, hotline: str) -> dict[str, Path]:
        """The scenario files of a hotline by name (`ordinary`); empty when it has none."""
        root = self._folders.get(hotline)
        if root is None:
            return {}
        named = self[hotline].scenarios
        folders = [root / named] if named else sorted(path for path in root.rglob(hotline) if path.is_dir())
        return {file.stem: file for folder in reversed(folders) for file in sorted(folder.glob("*.yaml"))}

    def __getitem__(self, hotline: str) -> Hotline:
        """The hotline of an id; one that is not registered stands for itself."""
        known = self._hotlines.get(hotline)
        return known if known else Hotline(id=hotline or "?", name=hotline, enterprise=hotline)

    def __contains__(self, hotline: object) -> bool:
        return hotline in self._hotlines

    def __iter__(self) -> Iterator[Hotline]:
        return iter(self._hotlines.values())

    def __len__(self) -> int:
        return len(self._hotlines)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a register."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_Document.model_json_schema()}


if __name__ == "__main__":
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
