"""Who calls: a name, a number that the hotline sees, and a profile that hotlines may treat differently."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from probe import documents, shipped
from probe.errors import UserError


@dataclass(frozen=True, slots=True)
class Caller:
    """`number`: caller ID, the user part of the From address; `display`: the name shown with it.

    `profile`: `ordinary`, `elderly`, ...; `voice`: espeak-ng's variant that this caller speaks with; `trunk`:
    name of the trunk it dials numbers through, if it has one.
    `rate`: how fast, in espeak-ng's words a minute. 225 is six syllables a second, as people talk: a person who answers
    is not kept.
    """

    name: str
    number: str
    profile: str = "ordinary"
    display: str = ""
    voice: str = "m3"
    trunk: str = ""
    rate: int = 225


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = Field(pattern=r"^\+?[0-9]{2,20}$", description="caller ID that the hotline sees; quote it")
    profile: str = "ordinary"
    display: str = Field(default="", pattern=r"^[^\"\\\r\n]*$")
    voice: str = "m3"
    trunk: str = Field(default="", pattern=r"^[\w.-]*$")
    rate: int = Field(default=225, ge=120, le=300)


class _Callers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    callers: dict[str, _Entry]


def load_callers(path: Path | None = None) -> dict[str, Caller]:
    """All callers of a file by name (None: the shipped `scenarios/callers.yaml`); raises UserError or DocumentError."""
    document = documents.load(path or shipped.scenarios() / "callers.yaml", _Callers)
    return {name: Caller(name, **entry.model_dump()) for name, entry in document.callers.items()}


def load_caller(name: str, path: Path | None = None) -> Caller:
    """The caller of this name; raises UserError naming the known ones."""
    known = load_callers(path)
    if name not in known:
        names = ", ".join(known)
        raise UserError(f"no caller `{name}`; known: {names}", f"没有主叫“{name}”；已有：{names}")
    return known[name]
