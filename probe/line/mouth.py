"""What the caller sends in a call: keys and speech, one after the other, and what people should hear of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from probe.line.leg import Leg
from probe.line.port import FRAME_BYTES, SILENCE

_FRAME = 160
_KEY_MS = 100  # docs/sip.md


@dataclass(slots=True)
class Sending:
    """Keys or speech on their way out.

    `audio` is what people hear in the recording; it is sent as audio unless `by` says that `keys` are sent as events
    (`rfc4733`, or `auto` where the far end takes them) or messages (`info`), each at its offset. `ends`: samples after
    which it counts as played (a pause may follow).
    """

    value: str
    audio: bytes
    keys: deque[tuple[int, str]]
    by: str
    ends: int
    done: int = 0
    told: bool = False

    @classmethod
    def of(cls, form: dict[str, Any], audio: bytes) -> Sending:
        """What a `send` message of the parent asks for."""
        keys = deque((n * form["spacing"], key) for n, key in enumerate(form["keys"]))
        return cls(form["value"], audio, keys, form["by"], form["ends"])


class Mouth:
    """The queue of what is to be sent. `played` is told the value of each when it has been; `unable` why one cannot."""

    def __init__(self, played: Callable[[str], None], unable: Callable[[str], None]) -> None:
        self._queue: deque[Sending] = deque()
        self._sending: Sending | None = None
        self._shown = SILENCE
        self._played = played
        self._unable = unable

    def add(self, sending: Sending) -> None:
        """Sends this after what is in the queue."""
        if sending.audio:
            self._queue.append(sending)
        else:
            self._played(sending.value)

    def prepare(self, leg: Leg) -> None:
        """Before a tick: sets what goes out in it."""
        leg.port.outgoing = self._shown = SILENCE
        self._sending = sending = self._queue[0] if self._queue and leg.flowing and not leg.over else None
        if not sending:
            return
        while sending.keys and sending.keys[0][0] <= sending.done:
            _, key = sending.keys.popleft()
            if not leg.press(key, "info" if sending.by == "info" else "rfc4733", _KEY_MS):
                self._cannot_press(sending)
        start = 2 * sending.done
        self._shown = sending.audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        if sending.by == "audio":
            leg.port.outgoing = self._shown

    def _cannot_press(self, sending: Sending) -> None:
        sending.keys.clear()
        if sending.by == "rfc4733":
            self._unable("the far end takes no telephone events (RFC 4733), and the keys were to be sent as such")
        else:
            sending.by = "audio"  # the tones themselves must do

    def said(self, leg: Leg) -> bytes:
        """After a tick: what was sent in it, as people should hear it."""
        sending = self._sending
        if sending is None or not leg.port.taken:
            return SILENCE
        sending.done += _FRAME
        if sending.done >= sending.ends and not sending.told:
            sending.told = True
            self._played(sending.value)
        if sending.done * 2 >= len(sending.audio):
            self._queue.popleft()
        return self._shown
