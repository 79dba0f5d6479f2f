"""A frame as it crosses the pipe from a line process: the message's JSON has its events, if any, its bytes the rest.

    <q number   <d due   <f late   320 bytes heard   320 bytes said

`due`: the instant, by the machine's monotonic clock, at which the frame's tick was due. `late`: seconds after it at which
the line had moved the frame's audio.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from probe.line.pipe import Message, pack
from probe.timeline import FRAME, Samples

_HEAD = struct.Struct("<qdf")


class Sent(NamedTuple):
    """A frame out of a line process. `events`: their kinds and fields."""

    number: int
    due: float
    late: float
    heard: Samples
    said: Samples
    events: list[tuple[str, dict[str, Any]]]


def packed(
    number: int, due: float, late: float, heard: bytes, said: bytes, events: list[tuple[str, dict[str, Any]]]
) -> bytes:
    """The message of a frame."""
    return pack({"events": events} if events else {}, b"".join((_HEAD.pack(number, due, late), heard, said)))


def unpacked(message: Message) -> Sent:
    """The frame of a message; the samples are views of its bytes."""
    form, data = message
    heard, said = np.frombuffer(data, np.int16, offset=_HEAD.size).reshape(2, FRAME)
    number, due, late = _HEAD.unpack_from(data)
    return Sent(number, due, late, heard, said, form.get("events", []))
