"""Events that the line reports: what became of the call, and how its audio came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from probe.timeline.event import LineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialed(LineEvent):
    """The INVITE was sent: zero on the clock."""

    kind: ClassVar[str] = "dialed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing(LineEvent):
    """The far end is being alerted (SIP 180), or says that it makes progress (other 18x)."""

    kind: ClassVar[str] = "ringing"
    status: int = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyMedia(LineEvent):
    """Audio before the answer (a provisional response with SDP)."""

    kind: ClassVar[str] = "early_media"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(LineEvent):
    """The call was answered (SIP 200); by what, only listening can tell."""

    kind: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played(LineEvent):
    """The line has finished sending what an action asked for; `value` is the keys or the text."""

    kind: ClassVar[str] = "played"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLate(LineEvent):
    """What an action asked for reached the line `seconds` after the audio that the caller acted on: this machine was too
    slow, and the far end waited for us. `value`: the keys or the text."""

    kind: ClassVar[str] = "input_late"
    value: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted(LineEvent):
    """The call was sent again elsewhere: to the trunk's next proxy, or to where a 3xx pointed. `to`: where; `why`."""

    kind: ClassVar[str] = "rerouted"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(LineEvent):
    """The far end put the caller on hold (re-INVITE or UPDATE); what it plays meanwhile is heard as before."""

    kind: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(LineEvent):
    """The far end took the caller off hold."""

    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRefused(LineEvent):
    """The far end asked the caller to call somebody else (REFER), which a test call never does. `to`: whom."""

    kind: ClassVar[str] = "transfer_refused"
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(LineEvent):
    """How the received audio came, over the whole call; told at its end.

    `codec`: names as in SDP, in the order they were used. `packets` received; `lost`: never received; `late`: received
    too late to be heard; `duplicated`. `jitter`, `jitter_max`: median and most of looks half a second apart, seconds
    (RFC 3550 §6.4.1). `concealed`:
    seconds made up by the decoder, or silent, in place of packets that had not come. `mos`: mean opinion score, 1 to 4.5, by the
    E-model of ITU-T G.107; None for a codec without published factors. `round_trip`: seconds, where the far end tells.
    """

    kind: ClassVar[str] = "media"
    codec: str
    packets: int
    lost: int
    late: int
    duplicated: int
    jitter: float
    jitter_max: float
    concealed: float
    mos: float | None = None
    round_trip: float | None = None

    @property
    def missing(self) -> float:
        """Share of the packets, 0 to 1, that did not come in time to be heard."""
        sent = self.packets + self.lost
        return min(1.0, (self.lost + self.late) / sent) if sent else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(LineEvent):
    """The call is over. `status`: the final SIP status if it never was answered; `cause`: Q.850 cause, if given.

    `retry_after`: seconds after which the far end wants to be called again, if it said so (Retry-After).
    """

    kind: ClassVar[str] = "ended"
    by: Literal["hotline", "caller"]
    status: int | None = None
    reason: str = ""
    cause: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFailed(LineEvent):
    """Our side failed: no route, nobody listening, the line's process died. Never the hotline's fault."""

    kind: ClassVar[str] = "line_failed"
    reason: str
