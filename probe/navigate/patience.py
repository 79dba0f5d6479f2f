"""How long the caller puts up with ringing, silence, a queue and the call itself; all on the sample clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from probe.navigate.doubt import Doubt
from probe.navigate.scenario import Limits
from probe.navigate.transcript import WAITING_SOUNDS, Transcript
from probe.timeline import (
    Action,
    Answered,
    BotAsked,
    Event,
    HangUp,
    InputRejected,
    Kind,
    MenuOption,
    NotInServiceHeard,
    Outcome,
    Queued,
    SegmentStarted,
    Tick,
)

_ENGAGED = 6.0  # seconds of busy or congestion tone after the answer before hanging up; guessed
_HEARD_OUT = 15.0  # seconds after the queue's limit in which somebody who may be a person is heard out; guessed
_HUNG_UP = (Kind.BUSY, Kind.CONGESTION, Kind.NUMBER_UNOBTAINABLE, Kind.DIAL_TONE)


@dataclass(slots=True)
class Patience:
    """Watches the limits of one call.

    The queue counts from the first transfer or queue wording, music or ringback since the caller's last input. Music
    alone is no longer a queue when a menu or a bot speaks; after queue wording only a bot's question or a refused input
    ends it, since "press 1 to keep waiting" is part of waiting.
    """

    limits: Limits
    answered: float | None = None
    queued: float | None = None
    _said_so: bool = False
    _active: float = 0.0
    _not_in_service: bool = False
    _in_service: bool = False
    """Whether a hotline has spoken: then what the network says is of somebody it passed the caller on to."""

    @property
    def queueing(self) -> bool:
        """Whether the caller waits for a person."""
        return self.queued is not None

    def acted(self, at: float) -> None:
        """The caller sent an input, or finished sending it, at `at`: whatever was waited for, it starts anew."""
        self.queued, self._said_so, self._active = None, False, at

    def spoke(self, at: float) -> None:
        """The caller's input was over at `at`; silence counts from then."""
        self._active = max(self._active, at)

    def take(self, event: Event) -> None:
        """Brings itself up to date."""
        self._in_service |= isinstance(event, Queued | BotAsked | MenuOption)
        match event:
            case Answered():
                self.answered = self.answered if self.answered is not None else event.at
            case Queued():
                self.queued = self.queued if self.queued is not None else event.at
                self._said_so = True
            case SegmentStarted() if event.segment in WAITING_SOUNDS and self.answered is not None:
                self.queued = self.queued if self.queued is not None else event.at
            case BotAsked() | InputRejected():
                self.queued, self._said_so = None, False
            case MenuOption() if not self._said_so:
                self.queued = None
            case NotInServiceHeard() if not self._in_service:
                self._not_in_service = True
            case _:
                pass

    def run_out(self, tick: Tick, ear: Transcript, doubt: Doubt) -> Sequence[Action]:
        """Hangs up when a limit has been reached; that of the queue not while somebody is heard who may be the person."""
        now = tick.known
        if now >= self.limits.call:
            return (HangUp(at=now, why="limit_call"),)
        if self._not_in_service and ear.speaking is None:
            return (HangUp(at=now, why="scenario", outcome=Outcome.NOT_IN_SERVICE, note="said by the network"),)
        if self.answered is None:
            rang = now >= self.limits.ring
            return (HangUp(at=now, why="limit_wait", note="not answered"),) if rang else ()
        over = self.queued + self.limits.queue if self.queued is not None else math.inf
        if now >= over + _HEARD_OUT or (now >= over and not doubt.pends(now, ear)):
            return (HangUp(at=now, why="limit_queue"),)
        if ear.sound in _HUNG_UP and now >= max(ear.sound_since, self.answered) + _ENGAGED:
            return (HangUp(at=now, why="limit_wait", note=f"{ear.sound.value} tone after the answer"),)
        if ear.quiet and now >= max(ear.sound_since, self.answered, self._active) + self.limits.silence:
            return (HangUp(at=now, why="limit_silence"),)
        return ()
