"""The register of hotlines: which enterprise a number belongs to, its sector, its region, its hours and its time zone.

It is a YAML file, `scenarios/hotlines.yaml` unless another is named. A call at a hotline that is not in it is never
dropped: its enterprise is then the hotline's own id, and its sector and region are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from probe import documents, shipped
from probe.documents import SourceMistake


class Hotline(BaseModel):
    """A hotline. `hours` in the words of its owner, empty if unknown; `timezone`: an IANA name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    name: str
    enterprise: str
    sector: str = ""
    region: str = ""
    number: str = ""
    hours: str = ""
    timezone: str = "Asia/Shanghai"

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

    def __init__(self, hotlines: Mapping[str, Hotline] | None = None) -> None:
        self._hotlines = dict(hotlines or {})

    @classmethod
    def load(cls, path: Path) -> Register:
        """The register in a file; raises UserError or DocumentError when it is not one."""
        found = documents.load(path, _Document)
        return cls({hotline.id: hotline for hotline in found.hotlines})

    @classmethod
    def shipped(cls) -> Register:
        """The register that comes with the project."""
        return cls.load(shipped.scenarios() / "hotlines.yaml")

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
