"""How a call's received audio came: PJSIP's counters of each stream, followed look by look, and put together.

A call has a stream for each time its media was negotiated anew (early media, answer, re-INVITE with another codec).
Within one, another machine of the far end may go on with numbers of its own, as when a hotline puts a person on. PJSIP
takes the jump in the numbers for lost packets, and the one in their times for jitter; so a look believes no more losses
than packets could have come since the look before, and no jitter for a while after.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import Any

import pjsua2 as pj

from probe.line.emodel import mos

_TICK = 0.02  # seconds: PJSIP counts ticks in which it found nothing to play, whatever the codec's frame; measured
_OWN_DELAY = 0.06  # seconds: a packet's 20 ms, and the 40 ms that the jitter buffer holds
_SLACK = 3  # packets that may be counted in one look and belong to the next; guessed
_UPSET = 3.0  # seconds after a jump until the jitter estimate has forgotten it (it decays by 1/16 a packet)
_WILD = 0.5  # seconds of jitter that no network makes, only a jump; guessed


class Stream:
    """What is known of one stream: `codec` and counts; seconds where they are times."""

    def __init__(self) -> None:
        self.codec = ""
        self.packets = self.late = self.duplicated = self.lost = 0
        self.concealed = 0.0
        self.jitters: list[float] = []
        self.round_trip: float | None = None
        self.over = 0
        """Frames that the jitter buffer held at the last look, over those it should."""
        self._packet = 0.02
        self._loss = 0
        self._room: deque[float] = deque(maxlen=2)  # packets that could have come and did not, of the last looks
        self._upset = 0.0

    def look(self, call: pj.Call, index: int, seconds: float) -> None:
        """Takes PJSIP's counters, `seconds` after the look before. Raises pj.Error when there is no such stream."""
        if not self.codec:  # it never changes within a stream, and each attribute of PJSIP's costs some microseconds
            info = call.getStreamInfo(index)
            codec = info.audCodecParam
            self._packet = (codec.info.frameLen or 20) / 1000 * (codec.setting.frmPerPkt or 1)
            self.codec = info.codecName
        counted = call.getStreamStat(index)
        rtcp, buffer = counted.rtcp, counted.jbuf
        received, trip = rtcp.rxStat, rtcp.rttUsec
        self.count(received.pkt, received.loss, seconds, self._packet, received.jitterUsec.last / 1e6)
        self.late, self.duplicated = received.discard, received.dup
        # Reordered packets are not told: PJSIP's counter of them counts lost ones as well.
        self.concealed = (buffer.lost + buffer.empty) * _TICK
        self.over = buffer.size - buffer.prefetch
        self.round_trip = trip.mean / 1e6 if trip.n else None

    def count(self, packets: int, loss: int, seconds: float, packet: float, jitter: float) -> None:
        """Believes what can be of PJSIP's totals. `packet`: seconds of audio in one."""
        came, lost = packets - self.packets, loss - self._loss
        self.packets, self._loss = packets, loss
        self._room.append(seconds / packet - came)
        possible = max(0.0, sum(self._room))
        if lost > possible + _SLACK or jitter > _WILD:
            self._upset = _UPSET
            lost = min(lost, int(possible))
        self.lost = max(0, self.lost + lost)
        self._upset = max(0.0, self._upset - seconds)
        if came and not self._upset:
            self.jitters.append(jitter)


def media_fields(streams: Sequence[Stream]) -> dict[str, Any] | None:
    """Fields of the timeline's `media` event; None when no packet ever came."""
    heard = [stream for stream in streams if stream.packets]
    if not heard:
        return None
    packets, lost = sum(stream.packets for stream in heard), sum(stream.lost for stream in heard)
    late = sum(stream.late for stream in heard)
    trips = [stream.round_trip for stream in heard if stream.round_trip is not None]
    names = list(dict.fromkeys(stream.codec for stream in heard))
    share = min(1.0, (lost + late) / (packets + lost))
    delay = _OWN_DELAY + (max(trips) / 2 if trips else 0.0)
    scores = [mos(name, lost=share, delay=delay) for name in names]
    known = [score for score in scores if score is not None]
    jitters = [jitter for stream in heard for jitter in stream.jitters] or [0.0]
    return {
        "codec": ", ".join(names),
        "packets": packets,
        "lost": lost,
        "late": late,
        "duplicated": sum(stream.duplicated for stream in heard),
        "jitter": round(median(jitters), 6),
        "jitter_max": round(max(jitters), 6),
        "concealed": round(sum(stream.concealed for stream in heard), 3),
        "mos": round(min(known), 2) if known and len(known) == len(scores) else None,
        "round_trip": round(max(trips), 6) if trips else None,
    }
