"""Events of what the hotline says: what its words offer the caller, ask for, or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probe.timeline.event import HeardEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuOption(HeardEvent):
    """A menu said which key does what: "人工服务请按零" is key "0" for label "人工服务"; `at` is where it was spoken out."""

    kind: ClassVar[str] = "menu_option"
    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanOffered(HeardEvent):
    """A person was offered: by `key`, or (key None) by an invitation to say so, or by a key that was not understood
    (`unheard`)."""

    kind: ClassVar[str] = "human_offered"
    key: str | None = None
    unheard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAsked(HeardEvent):
    """A voice bot invites the caller to speak ("请说出您的需求")."""

    kind: ClassVar[str] = "bot_asked"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(HeardEvent):
    """The hotline says that it transfers or that the caller waits for a person; `position` in the queue if said."""

    kind: ClassVar[str] = "queued"
    text: str
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRejected(HeardEvent):
    """The hotline says that it did not accept or understand the input ("按键有误", "没有听清")."""

    kind: ClassVar[str] = "input_rejected"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedElsewhere(HeardEvent):
    """The hotline sends the caller to an app, a website or a chat account."""

    kind: ClassVar[str] = "pushed_elsewhere"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedHeard(HeardEvent):
    """The hotline says that it is outside its hours; or (`hours`) only which they are."""

    kind: ClassVar[str] = "closed"
    text: str
    hours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInServiceHeard(HeardEvent):
    """The network says that the number does not exist, is suspended or cannot be reached."""

    kind: ClassVar[str] = "not_in_service"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxHeard(HeardEvent):
    """The caller is asked for a message (`text`: the words), or hears the tone after which one is recorded (`beep`: Hz)."""

    kind: ClassVar[str] = "mailbox"
    text: str = ""
    beep: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertised(HeardEvent):
    """A recording advertised from `at` to `until` (seconds): the clauses in which wording of advertisements was heard."""

    kind: ClassVar[str] = "advertised"
    until: float
    text: str
