"""A telephone line to a hotline in memory: no network, no clock, as fast as it is iterated.

Both directions go through G.711 µ-law and take time, as over SIP, so that what is heard and when is the same as in a
real call. Measured against SIP calls over loopback: audio takes 60 ms to the caller and 40 ms to the hotline (jitter
buffers), a signal one frame, and a key none, since no jitter buffer holds up an event.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from probe.line import keys as telephone_keys
from probe.line.exchange import Answer, Exchange, HangUp, Progress, Ring, Signal
from probe.timeline import (
    FRAME,
    RATE,
    Action,
    Answered,
    Dialed,
    EarlyMedia,
    Ended,
    Frame,
    LineEvent,
    Played,
    Press,
    Ringing,
    Samples,
    Say,
)

_SILENCE: Samples = np.zeros(FRAME, np.int16)
_SILENCE.flags.writeable = False
_REASONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    600: "Busy Everywhere",
    603: "Decline",
}


@dataclass(slots=True)
class _Sending:
    """Keys or speech on their way out: `audio` as people hear it; `keys` with the sample at which each begins.

    `ends`: samples after which it counts as played; the pause after the last key comes later.
    """

    value: str
    audio: Samples
    keys: deque[tuple[int, str]]
    ends: int
    done: int = 0
    told: bool = False


class SimulatedLine:
    """One call to an `Exchange` (implements `probe.call.Line`).

    `speak`: how an utterance becomes audio, int16 at 8 kHz. `latency`: seconds that audio takes to the caller, to the
    sample; to the hotline it takes whole frames, one less. The default is what SIP calls over loopback take: the jitter
    buffer's 60 ms and 5 ms by which the frames of the two ends are apart. `ring_limit`: seconds to wait for an answer.
    `channel`: what the network makes of each frame on its way to the caller; G.711 µ-law alone if not given.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        speak: Callable[[str], Samples],
        latency: float = 0.065,
        ring_limit: float = 60.0,
        channel: Callable[[Samples], Samples] | None = None,
    ) -> None:
        self._exchange = exchange
        self._speak = speak
        self.latency = latency
        self._ring_limit = ring_limit
        self._channel = channel or _heard_over_mu_law
        self._queue: deque[_Sending] = deque()
        self._events: list[LineEvent] = []
        self._number = 0
        self._answered = self._early = self._hung_up = False

    def __iter__(self) -> Iterator[Frame]:
        incoming: Samples = np.zeros(round(self.latency * RATE), np.int16)
        outgoing: deque[Samples] = deque([_SILENCE] * max(0, round(self.latency * RATE / FRAME) - 1))
        signals: tuple[Signal, ...] = ()
        self._events.append(Dialed(at=0.0, known=0.0))
        while True:
            ended = self._note(signals)
            said, sent, keys = self._send()
            outgoing.append(sent)
            at_hotline = outgoing.popleft()
            sounds = _SILENCE
            if not ended:
                step = self._exchange.step(at_hotline, keys)
                sounds = self._channel(step.audio)
                signals = step.signals
            incoming = np.concatenate([incoming, sounds])
            heard, incoming = incoming[:FRAME], incoming[FRAME:]
            yield Frame(self._number, heard, said, tuple(self._events))
            self._events = []
            self._number += FRAME
            if ended:
                return

    def perform(self, action: Action) -> None:
        """Sends keys, speaks, or hangs up."""
        match action:
            case Press():
                keys = telephone_keys.check(action.value)
                audio = telephone_keys.tones(keys)
                spacing = round((telephone_keys.ON + telephone_keys.OFF) * RATE)
                offsets = deque((n * spacing, key) for n, key in enumerate(keys))
                ends = len(audio) - round(telephone_keys.OFF * RATE)
                self._queue.append(_Sending(action.value, audio, offsets, ends))
            case Say():
                audio = self._speak(action.value)
                self._queue.append(_Sending(action.value, audio, deque(), len(audio)))
            case _:
                self._hung_up = True

    def close(self) -> None:
        """Ends the call if it has not ended."""
        self._exchange.caller_hung_up()

    @property
    def _at(self) -> float:
        return self._number / RATE

    def _note(self, signals: tuple[Signal, ...]) -> bool:
        """Turns signals of the exchange, or our own hanging up, into events; whether the call is over."""
        at = self._at
        for signal in signals:
            match signal:
                case Ring():
                    self._events.append(Ringing(at=at, known=at, status=180))
                case Progress():
                    self._events.append(Ringing(at=at, known=at, status=183))
                    self._events.append(EarlyMedia(at=at, known=at))
                    self._early = True
                case Answer():
                    self._events.append(Answered(at=at, known=at))
                    self._answered = True
                case HangUp(status):
                    self._events.append(Ended(at=at, known=at, by="hotline", status=status, reason=_reason(status)))
                    return True
        too_long = not self._answered and at >= self._ring_limit
        if self._hung_up or too_long:
            self._exchange.caller_hung_up()
            self._events.append(Ended(at=at, known=at, by="caller", reason="" if self._hung_up else "ring limit"))
            return True
        return False

    def _send(self) -> tuple[Samples, Samples, tuple[str, ...]]:
        """This frame of what is being sent: as people hear it, as it goes out, and the keys that begin in it."""
        if not self._queue or not (self._answered or self._early):
            return _SILENCE, _SILENCE, ()
        sending = self._queue[0]
        keys: list[str] = []
        while sending.keys and sending.keys[0][0] <= sending.done:
            keys.append(sending.keys.popleft()[1])
        part = sending.audio[sending.done : sending.done + FRAME]
        shown: Samples = part if part.size == FRAME else np.concatenate([part, _SILENCE[part.size :]])
        is_speech = sending.ends == len(sending.audio)
        sending.done += FRAME
        if sending.done >= sending.ends and not sending.told:
            sending.told = True
            self._events.append(Played(at=self._at, known=self._at, value=sending.value))
        if sending.done >= len(sending.audio):
            self._queue.popleft()
        shown = _coded(shown)
        return shown, shown if is_speech else _SILENCE, tuple(keys)


def _reason(status: int | None) -> str:
    """The reason phrase of a final SIP status (RFC 3261 §21)."""
    return _REASONS.get(status, "") if status else ""


def _coded(audio: Samples) -> Samples:
    """Audio as it arrives after G.711 µ-law."""
    coded: Samples = _MU_LAW[audio.view(np.uint16)]
    return coded


def _heard_over_mu_law(audio: Samples) -> Samples:
    return _coded(audio) if audio.any() else _SILENCE


def _mu_law() -> Samples:
    """What G.711 µ-law makes of every sample; indexed by the sample's bits as an unsigned number.

    ITU-T G.711 table 2a, in the usual form: 14 bits, biased by 33, a segment by the leading one, 4 bits inside it.
    """
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)
    size = np.minimum(np.abs(samples) // 4, 8158) + 33
    segment = np.floor(np.log2(size)).astype(np.int64) - 5
    inside = (size >> (segment + 1)) & 15
    decoded = ((2 * inside + 33) << segment) - 33
    table: Samples = (np.sign(samples) * decoded * 4).astype(np.int16)
    return table


_MU_LAW = _mu_law()
