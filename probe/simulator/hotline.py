"""A simulated hotline, as written in YAML: who it is, how it is reached, its places, and the truth about it.

`load_hotline("zhenjiang-water")` or `load_hotline(Path("mine.yaml"))`; `shipped()` gives all that come with the
project. Every key is explained in `docs/simulator.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from probe import documents
from probe import shipped as files
from probe.documents import SourceMistake
from probe.errors import UserError
from probe.simulator.places import (
    RESERVED,
    Announcement,
    Audio,
    Bot,
    Menu,
    MusicStyle,
    Offer,
    Person,
    Place,
    Queue,
    Strict,
    Voicemail,
    VoiceSpec,
)
from probe.simulator.speaker import Speaker
from probe.timeline import Outcome


class Network(Strict):
    """What happens before the hotline answers.

    `alert`: `ringing` is a bare 180; the others are early media (183): the network's ringback tone, colour-ring
    music, an announcement (`says`), a busy tone, or the special information tone, then `says`. With `reject` the call
    ends with that SIP status after `ring`. `means`: what the announcement says of the number, for the truth.
    """

    post_dial: float = Field(default=0.3, ge=0)
    ring: float = Field(default=2.0, ge=0)
    alert: Literal["ringing", "ringback", "music", "announcement", "busy", "special_information"] = "ringing"
    music: MusicStyle = "synth"
    music_audio: Audio | None = None
    says: str = ""
    audio: Audio | None = None
    times: int = Field(default=1, ge=1)
    means: Literal["not_in_service"] | None = None
    reject: int | None = Field(default=None, ge=400, le=699)


class Hours(Strict):
    """When it is open: `from` <= local time < `to` ("08:30") on `days` (1 is Monday); else the caller goes to `closed`."""

    begin: str = Field(alias="from", pattern=r"^\d\d:\d\d$")
    end: str = Field(alias="to", pattern=r"^\d\d:\d\d$")
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)
    closed: str


class Route(Strict):
    """Callers with these numbers start at another place."""

    callers: tuple[str, ...]
    to: str


class Input(Strict):
    """One thing to do on a walk: press keys or say words, `times` over if it is refused before."""

    press: str | None = None
    say: str | None = None
    times: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Input:
        if (self.press is None) == (self.say is None):
            raise SourceMistake("write either `press` or `say`", "请写 `press` 或 `say` 之一")
        return self


class HotlineTruth(Strict):
    """What a survey must find: the row of the table, and the walks that prove it.

    `way`: what an ordinary caller needs to reach a person; `steps`: how many inputs; `reached`: whether a person then
    answers; `elderly`, `complaint`: whether there is such a line or desk. `outcome`: of the walk to a person.
    `walks`: perfect inputs by goal (`human`, `elderly`, `complaint`). `traps`: what makes it hard, in words, for tables.
    """

    way: Literal["key", "key_then_bot", "bot", "direct", "none"]
    steps: int = Field(default=0, ge=0)
    reached: bool
    elderly: bool = False
    complaint: bool = False
    outcome: Outcome = Outcome.HUMAN
    walks: dict[Literal["human", "elderly", "complaint"], tuple[Input, ...]] = Field(default_factory=dict)
    traps: tuple[str, ...] = ()


class Hotline(Strict):
    """An enterprise's service number, simulated."""

    hotline: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    company: str = ""
    sector: str = ""
    region: str = ""
    number: str = ""
    voice: VoiceSpec = VoiceSpec()
    network: Network = Network()
    hours: Hours | None = None
    routes: tuple[Route, ...] = ()
    start: str
    places: dict[str, Place]
    truth: HotlineTruth

    @property
    def id(self) -> str:
        """The hotline's identifier, which is also its file's name."""
        return self.hotline

    def speaker_of(self, place: Place) -> Speaker:
        """Who speaks at a place: its own voice, else the hotline's."""
        spec: VoiceSpec = getattr(place, "voice", None) or self.voice
        return spec.speaker()

    def texts(self) -> list[str]:
        """Every fixed text that this hotline speaks (people excepted), each once, in the order written."""
        spoken = [self.network.says]
        for place in self.places.values():
            spoken += texts_of(place)
        return list(dict.fromkeys(text for text in spoken if text))

    @model_validator(mode="after")
    def _targets_exist(self) -> Hotline:
        """Every target must be a place or a reserved word."""
        for where, target, reserved in self._targets():
            if target in self.places or (reserved and target in RESERVED):
                continue
            names = ", ".join(self.places)
            raise SourceMistake(
                f"no place is called {target!r}; the places are: {names}",
                f"没有叫“{target}”的地方；有：{names}",
                within=where,
            )
        return self

    @model_validator(mode="after")
    def _keys_differ(self) -> Hotline:
        for name, place in self.places.items():
            if isinstance(place, Menu):
                seen: set[str] = set()
                for index, option in enumerate(place.options):
                    if option.key in seen:
                        raise SourceMistake(
                            f"key {option.key} is given twice in this menu",
                            f"本菜单中按键 {option.key} 重复",
                            within=("places", name, "options", index, "key"),
                        )
                    seen.add(option.key)
        return self

    def _targets(self) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
        yield ("start",), self.start, False
        for index, route in enumerate(self.routes):
            yield ("routes", index, "to"), route.to, False
        if self.hours:
            yield ("hours", "closed"), self.hours.closed, False
        for name, place in self.places.items():
            for where, target in _targets_of(place):
                yield ("places", name, *where), target, True


def _targets_of(place: Place) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match place:
        case Announcement():
            yield ("then",), place.then
        case Menu():
            for index, option in enumerate(place.options):
                yield ("options", index, "to"), option.to
            yield ("on_timeout",), place.on_timeout
            yield ("on_invalid",), place.on_invalid
        case Bot():
            for name, intent in place.intents.items():
                if intent.to is not None:
                    yield ("intents", name, "to"), intent.to
            for key, target in place.keys.items():
                yield ("keys", key), target
            yield ("gives_up",), place.gives_up
        case Queue():
            yield ("to",), place.to
            if place.gives_up:
                yield ("gives_up", "to"), place.gives_up.to
        case Voicemail():
            yield ("then",), place.then
        case Person():
            if place.passes_on:
                yield ("passes_on", "to"), place.passes_on.to


def texts_of(place: Place) -> list[str]:
    """The fixed texts that a place speaks; empty ones are left out."""
    return [text for text in _texts(place) if text]


def _texts(place: Place) -> list[str]:
    match place:
        case Announcement() | Voicemail():
            return [place.says]
        case Menu():
            return [place.says, *(option.says for option in place.options), place.timeout_says, place.invalid_says]
        case Bot():
            said = [place.asks, place.asks_again, place.not_understood, place.nothing_heard]
            for intent in place.intents.values():
                said += [intent.says, *intent.refusals]
            return said
        case Queue():
            announce = [says.format(position=3) for says in place.announce.says] if place.announce else []
            gives_up = [place.gives_up.says] if place.gives_up else []
            return [place.says, *announce, *gives_up, place.connects_says]
        case Person():
            return [place.announced.replace("{id}", "")] if place.announced else []


@cache
def _load(path: Path) -> Hotline:
    return documents.load(path, Hotline)


def load_hotline(which: Path | str) -> Hotline:
    """The hotline in the YAML file `which`, or the shipped one of that name.

    Raises UserError when there is no such file or name, DocumentError for a mistake in it.
    """
    path = Path(which)
    if path.suffix in {".yaml", ".yml"} or path.exists():
        return _load(path)
    inside = files.hotlines() / f"{which}.yaml"
    if not inside.exists():
        known = ", ".join(sorted(path.stem for path in files.hotlines().glob("*.yaml")))
        raise UserError(f"no hotline {str(which)!r}; there are: {known}", f"没有热线“{which}”；有：{known}")
    return _load(inside)


def shipped(prefix: str = "") -> list[Hotline]:
    """The hotlines that come with the project whose identifier starts with `prefix`, by name."""
    return [_load(path) for path in sorted(files.hotlines().glob(f"{prefix}*.yaml"))]


def from_text(text: str, path: Path | str = "<text>") -> Hotline:
    """The hotline written in `text`; raises DocumentError for a mistake in it."""
    return documents.loads(text, Hotline, path)


def from_form(form: dict[str, Any]) -> Hotline:
    """The hotline that a plain mapping describes, as YAML would."""
    return Hotline.model_validate(form)


__all__ = ["Hotline", "HotlineTruth", "Input", "Network", "Offer", "from_form", "from_text", "load_hotline", "shipped"]
