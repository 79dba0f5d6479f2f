"""A bare pjsua2 loop: dials, moves audio, and does nothing with it. What a call costs with pjsua2 as its documentation has it.

Audio goes through PJSIP's bridge and reaches Python in an `AudioMediaPort`'s two callbacks.

in   {"uris": [...], "seconds": s}      4 calls at most; a call that ends is dialled again
out  {"dialled": n, "cpu": s}           when the time is over
"""

from __future__ import annotations

import os
import time

import pjsua2 as pj

from probe.line.leg import Leg
from probe.line.pipe import pack
from probe.line.pjsip import UserAgent, ticks
from probe.line.process import channel


def main() -> None:
    inlet, outlet = channel()
    message = inlet.take(timeout=30)
    assert message
    uris, seconds = message[0]["uris"], message[0]["seconds"]
    Leg.takes_out = False
    agent = UserAgent(calls=len(uris))
    legs: list[Leg | None] = [None] * len(uris)
    dialled = 0
    began = time.process_time()
    until = time.monotonic() + seconds
    for now in ticks():
        agent.poll()
        for n, leg in enumerate(legs):
            if leg is not None and leg.over:
                agent.release(leg)
                leg = legs[n] = None
            if leg is None and now < until:
                try:
                    legs[n] = agent.call(uris[n])
                    dialled += 1
                except pj.Error:
                    continue
            elif leg is not None:
                leg.signals.clear()
                if now >= until:
                    leg.end()
        agent.tick()
        if now >= until and not any(legs):
            break
    outlet.send(pack({"dialled": dialled, "cpu": time.process_time() - began}))
    outlet.flush(timeout=5)
    os._exit(0)


if __name__ == "__main__":
    main()
