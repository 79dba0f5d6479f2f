"""The places of a simulated hotline that a caller can be in: announcement, menu, bot, queue, person.

A hotline is a small map of named places. Each says something, may take keys or speech, and leads on to another place
by name; `hang_up` ends the call, `repeat` says the same place again, `back` returns to the menu before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from probe.documents import SourceMistake
from probe.simulator.rooms import RoomKind
from probe.simulator.speaker import Speaker
from probe.speech.voice import Voice

HANG_UP, REPEAT, BACK = "hang_up", "repeat", "back"
RESERVED = frozenset({HANG_UP, REPEAT, BACK})
"""Targets that are not places."""

Offer = Literal["human", "complaint"]
Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
MusicStyle = Literal["piano", "strings", "bells", "synth", "waltz", "pentatonic", "ballad", "choir", "folk", "pop"]


class Strict(BaseModel):
    """A part of a hotline file: unknown keys are mistakes, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Span(Strict):
    """A length of time drawn evenly from `from`..`to`, in seconds; a plain number is that length always."""

    shortest: float = Field(alias="from", ge=0)
    longest: float = Field(alias="to", ge=0)


def _span(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"from": value, "to": value}
    if isinstance(value, str):
        raise SourceMistake(
            f"expected seconds, such as 8 or {{ from: 5, to: 12 }}, found {value!r}",
            f"应为秒数，例如 8 或 {{ from: 5, to: 12 }}，却是“{value}”",
        )
    return value


Seconds = Annotated[Span, BeforeValidator(_span)]


def _beside(path: Path, info: ValidationInfo) -> Path:
    """An audio file's path, relative to the folder of the hotline's file (the context `folder`), if it has one."""
    folder = (info.context or {}).get("folder")
    whole = folder / path if folder else path
    if not whole.is_file():
        raise SourceMistake(f"{whole}: no such audio file", f"{whole}：没有这个音频文件")
    return Path(whole)


Audio = Annotated[Path, AfterValidator(_beside)]
"""A recording that is played in place of a synthetic voice; any format that `probe listen` reads."""


class VoiceSpec(Strict):
    """How a recording or a bot sounds: see `probe.speech.voice.Voice`.

    `noise`: the room it was recorded in; `varies`: each text at a speed and pitch a little of its own.
    """

    variant: str = "f2"
    rate: int = Field(default=200, ge=80, le=450)
    pitch: int = Field(default=50, ge=0, le=99)
    volume_db: float = Field(default=-14.0, ge=-40, le=-3)
    warp: float = Field(default=1.0, ge=0.8, le=1.25)
    noise: RoomKind = "none"
    varies: bool = False

    def speaker(self) -> Speaker:
        """Who speaks with this voice; raises UserError for a variant that does not exist."""
        voice = Voice("cmn", self.variant, self.rate, self.pitch, self.volume_db, self.warp)
        return Speaker(voice, self.noise, self.varies)


class Announcement(Strict):
    """Says `says`, then goes to `then`. `means`: what it tells the caller, for the truth."""

    kind: Literal["announcement"]
    says: str = Field(min_length=1)
    then: str = HANG_UP
    barge_in: bool = False
    early_keys: Literal["kept", "dropped"] = "kept"
    music: MusicStyle | None = None
    means: Literal["closed", "pushed_elsewhere", "advert", "no_human", "not_in_service"] | None = None
    voice: VoiceSpec | None = None
    audio: Audio | None = None


class Voicemail(Strict):
    """Asks for a message, beeps, and records for so many seconds."""

    kind: Literal["voicemail"]
    says: str = Field(min_length=1)
    records: float = Field(default=12.0, gt=0)
    then: str = HANG_UP
    voice: VoiceSpec | None = None
    audio: Audio | None = None


class Option(Strict):
    """A key of a menu: `says` is how the menu speaks it (empty: a hidden key)."""

    key: Key
    says: str = ""
    audio: Audio | None = None
    to: str
    offers: Offer | None = None


class Menu(Strict):
    """Speaks `says`, then each option, and waits for a key."""

    kind: Literal["menu"]
    says: str = ""
    audio: Audio | None = None
    options: tuple[Option, ...]
    barge_in: bool = True
    early_keys: Literal["kept", "dropped"] = "dropped"
    timeout: float = Field(default=5.0, gt=0)
    plays: int = Field(default=2, ge=1)
    timeout_says: str = ""
    on_timeout: str = HANG_UP
    invalid_says: str = "您的按键有误，请重新输入"
    invalid_tries: int = Field(default=3, ge=1)
    on_invalid: str = HANG_UP
    voice: VoiceSpec | None = None


class Intent(Strict):
    """What a bot can understand: any of `means`, by sound.

    It is refused `refuse` times (or `forever`) with `refusals` in turn, then granted with `says` and the caller goes
    `to` a place; without `to` the bot asks for the next wish. `offered_in`: which of the bot's sentences say that
    the caller may ask for this.
    """

    means: tuple[str, ...] = Field(min_length=1)
    says: str = ""
    to: str | None = None
    refuse: int | Literal["forever"] = 0
    refusals: tuple[str, ...] = ()
    offers: Offer | None = None
    step: bool = True
    offered_in: tuple[Literal["asks", "asks_again", "not_understood", "nothing_heard", "refusals"], ...] = ()


class Bot(Strict):
    """A voice bot: asks, listens, understands, answers or refuses, asks again.

    `thinks`: seconds from the caller's words to the answer. `noise`: a room played behind it, as if it were in one.
    """

    kind: Literal["bot"]
    asks: str = Field(min_length=1)
    audio: Audio | None = None
    asks_again: str = "请问还有什么可以帮您"
    not_understood: str = "抱歉，我没有听清，请您再说一遍"
    nothing_heard: str = "您好，请问您还在吗"
    intents: dict[str, Intent]
    similarity: float = Field(default=0.75, gt=0, le=1)
    listens: float = Field(default=6.0, gt=0)
    thinks: Seconds = Span.model_validate({"from": 0.3, "to": 0.3})
    noise: RoomKind = "none"
    tries: int = Field(default=3, ge=1)
    gives_up: str = HANG_UP
    barge_in: bool = False
    keys: dict[Key, str] = Field(default_factory=dict)
    voice: VoiceSpec | None = None


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Announce(Strict):
    """What a queue says now and then, several sentences in turn; `{position}` is the caller's place in it."""

    says: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_several)]
    voice: VoiceSpec | None = None
    audio: tuple[Audio, ...] = ()
    every: float = Field(default=12.0, gt=0)
    over_music: bool = False


class HourLength(Strict):
    """The length of a queue in the hours `from` <= hour < `to`."""

    begin: int = Field(alias="from", ge=0, le=24)
    end: int = Field(alias="to", ge=0, le=24)
    length: Seconds


class GivesUp(Strict):
    """A queue that ends without a person `after` seconds: says `says`, goes `to` a place."""

    after: float = Field(gt=0)
    says: str = ""
    to: str = HANG_UP


class Queue(Strict):
    """Waiting for a person: `says`, then music with announcements, then (perhaps) a person.

    `length` in seconds from the end of `says`; `by_hour` replaces it in some hours; `never_answered` means what it
    says. `rings`: seconds of ringback before the person; `connects_says`: a recording just before the person.
    """

    kind: Literal["queue"]
    says: str = ""
    audio: Audio | None = None
    music: MusicStyle = "piano"
    tune: int = 0
    music_audio: Audio | None = None
    length: Seconds = Span.model_validate({"from": 8, "to": 8})
    by_hour: tuple[HourLength, ...] = ()
    never_answered: bool = False
    position: int | None = Field(default=None, ge=1)
    announce: Announce | None = None
    gives_up: GivesUp | None = None
    rings: float = Field(default=0.0, ge=0)
    connects_says: str = ""
    to: str = HANG_UP
    voice: VoiceSpec | None = None


class PassesOn(Strict):
    """A person who cannot help and passes the caller on: `says` it once spoken to, or `after` seconds, and goes `to`."""

    says: str = Field(min_length=1)
    after: Seconds = Span.model_validate({"from": 1.5, "to": 3.5})
    to: str


class Person(Strict):
    """A human being: never the same twice.

    `manner`: ordinary; hesitant (a long pause and hesitation before the greeting); silent (says nothing until spoken
    to); late (the same, but speaks in the end); flat (reads the opening like a recording, without a room); curt (hangs
    up without a word). `pause`: seconds between picking up and the first word. `noise`: the room behind.
    `announced`: a recording just before, with `{id}`, the agent's number, put together from recorded figures.
    `openings`, `anybody`, `nobody`, `replies`: this hotline's words instead of those of `probe.simulator.wording`.
    `audio`: recorded openings, instead of words.
    """

    kind: Literal["person"]
    desk: Literal["human", "complaint", "elderly"] = "human"
    department: str = ""
    manner: Literal["ordinary", "hesitant", "silent", "late", "flat", "curt"] = "ordinary"
    pause: Seconds | None = None
    noise: Literal["any"] | RoomKind = "any"
    announced: str = ""
    openings: tuple[str, ...] = ()
    anybody: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()
    replies: dict[Literal["test", "who", "complaint", "greeting", "other"], tuple[str, ...]] = Field(
        default_factory=dict
    )
    variants: tuple[str, ...] = ()
    audio: tuple[Audio, ...] = ()
    passes_on: PassesOn | None = None


KINDS = ("announcement", "menu", "bot", "queue", "person", "voicemail")


def _known_kind(value: Any) -> Any:
    if isinstance(value, dict) and value.get("kind") not in KINDS:
        kinds = ", ".join(KINDS)
        found = f", found {value['kind']!r}" if "kind" in value else ""
        raise SourceMistake(f"`kind` must be one of {kinds}{found}", f"`kind` 应为 {kinds} 之一", within=("kind",))
    return value


Place = Annotated[
    Annotated[Announcement | Menu | Bot | Queue | Person | Voicemail, Field(discriminator="kind")],
    BeforeValidator(_known_kind),
]
