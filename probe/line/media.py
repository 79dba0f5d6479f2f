"""How a call's received audio came: what PJSIP counted of each of its streams, put together.

A call has a stream for each time its media was negotiated anew (early media, answer, re-INVITE with another codec).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pjsua2 as pj

from probe.line.emodel import mos

_TICK = 0.02  # seconds: PJSIP counts ticks in which it found nothing to play, whatever the codec's frame; measured
_OWN_DELAY = 0.06  # seconds: a packet's 20 ms, and the 40 ms that the jitter buffer holds


@dataclass(frozen=True, slots=True)
class Stream:
    """Counts of one stream; seconds where they are times.

    Reordered packets are not told: PJSIP's counter of them counts lost ones as well.
    """

    codec: str
    packets: int
    lost: int
    late: int
    duplicated: int
    jitter: float
    jitter_max: float
    concealed: float
    burst: float
    round_trip: float | None

    @classmethod
    def of(cls, call: pj.Call, index: int) -> Stream:
        """What PJSIP has counted so far of a call's stream. Raises pj.Error when there is none."""
        info = call.getStreamInfo(index)
        counted = call.getStreamStat(index)
        received, buffer, trip = counted.rtcp.rxStat, counted.jbuf, counted.rtcp.rttUsec
        codec = info.audCodecParam
        packet = (codec.info.frameLen or 20) / 1000 * (codec.setting.frmPerPkt or 1)
        run = received.lossPeriodUsec  # lengths of the runs of lost packets, as time
        return cls(
            codec=info.codecName,
            packets=received.pkt,
            lost=received.loss,
            late=received.discard,
            duplicated=received.dup,
            jitter=received.jitterUsec.mean / 1e6,
            jitter_max=received.jitterUsec.max / 1e6,
            concealed=(buffer.lost + buffer.empty) * _TICK,
            burst=run.mean / 1e6 / packet if run.n else 1.0,
            round_trip=trip.mean / 1e6 if trip.n else None,
        )


def media_fields(streams: Sequence[Stream]) -> dict[str, Any] | None:
    """Fields of the timeline's `media` event; None when no packet ever came."""
    heard = [stream for stream in streams if stream.packets]
    if not heard:
        return None
    packets = sum(stream.packets for stream in heard)
    lost, late = sum(stream.lost for stream in heard), sum(stream.late for stream in heard)
    trips = [stream.round_trip for stream in heard if stream.round_trip is not None]
    names = list(dict.fromkeys(stream.codec for stream in heard))
    share = min(1.0, (lost + late) / (packets + lost))
    delay = _OWN_DELAY + (max(trips) / 2 if trips else 0.0)
    scores = [mos(name, lost=share, delay=delay, burst=_burst_ratio(heard, share)) for name in names]
    known = [score for score in scores if score is not None]
    return {
        "codec": ", ".join(names),
        "packets": packets,
        "lost": lost,
        "late": late,
        "duplicated": sum(stream.duplicated for stream in heard),
        "jitter": round(sum(stream.jitter * stream.packets for stream in heard) / packets, 6),
        "jitter_max": round(max(stream.jitter_max for stream in heard), 6),
        "concealed": round(sum(stream.concealed for stream in heard), 3),
        "mos": round(min(known), 2) if known and len(known) == len(scores) else None,
        "round_trip": round(max(trips), 6) if trips else None,
    }


def _burst_ratio(streams: Sequence[Stream], share: float) -> float:
    """G.107's BurstR: the mean run of lost packets over what it would be if each was lost by itself."""
    lost = sum(stream.lost for stream in streams)
    if not lost or share >= 1:
        return 1.0
    run = sum(stream.burst * stream.lost for stream in streams) / lost
    return max(1.0, run * (1 - share))
