"""A far end to dial in tests: a real SIP endpoint whose behaviour is the user part of the address dialled.

    echo      rings, answers, and sends back what it hears
    tone      answers and plays a 400 Hz tone
    early     sends the tone as early media for 0.6 s, then answers
    hold      answers, plays the tone, and after 0.5 s puts us on hold, with the tone as music
    goodbye   answers, and hangs up after 0.5 s with a Reason header
    ring      rings for ever
    404, 486  refuses with that status

Told on stdout when a call is over: {"user", "keys", "from"}. Runs as a process of its own, like every user agent.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pjsua2 as pj

from probe.line.leg import Leg
from probe.line.pipe import pack
from probe.line.pjsip import UserAgent, pace
from probe.line.port import SILENCE
from probe.line.process import channel

TONE = np.round(8000 * np.sin(2 * np.pi * 400 * np.arange(160) / 8000)).astype(np.int16).tobytes()


class FarCall:
    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        info = leg.getInfo()
        self.user = info.localUri.partition(":")[2].partition("@")[0]
        self.caller = info.remoteUri
        self.keys = ""
        self.ticks = 0

    def step(self) -> None:
        at = self.ticks
        self.ticks += 1
        self.leg.tick()
        self.keys += "".join(self.leg.keys)
        self.leg.keys.clear()
        audio = SILENCE
        if self.user.isdigit():
            if at == 0:
                self.leg.end(int(self.user))
        elif self.user == "early":
            audio = TONE
            if at in (0, 30):
                self.leg.reply(183 if at == 0 else 200)
        elif self.user == "ring":
            if at == 0:
                self.leg.reply(180)
        else:
            if at in (0, 5):
                self.leg.reply(180 if at == 0 else 200)
            audio = self.leg.port.heard if self.user == "echo" else TONE
            if self.user == "goodbye" and at == 30:
                self._say_goodbye()
            if self.user == "hold" and at == 30:
                self.leg.setHold(pj.CallOpParam())
        self.leg.port.outgoing = audio
        if self.leg.starved() > 2 and self.leg.flowing:
            self.leg.end()  # its caller was killed

    def _say_goodbye(self) -> None:
        prm = pj.CallOpParam()
        header = pj.SipHeader()
        header.hName, header.hValue = "Reason", 'Q.850;cause=16;text="Normal call clearing"'
        prm.txOption.headers.append(header)
        self.leg.hangup(prm)


def main() -> None:
    inlet, outlet = channel()
    order = inlet.take(timeout=10)
    codecs = order[0]["codecs"] if order else ["PCMU", "PCMA"]
    agent = UserAgent(codecs=codecs)
    calls: list[FarCall] = []
    outlet.send(pack({"port": agent.port}))

    def step() -> bool:
        agent.poll()
        calls.extend(FarCall(leg) for leg in agent.incoming)
        agent.incoming.clear()
        for call in list(calls):
            if call.leg.over:
                calls.remove(call)
                agent.release(call.leg)
                form: dict[str, Any] = {"user": call.user, "keys": call.keys, "from": call.caller}
                outlet.send(pack(form))
            else:
                call.step()
        agent.tick()
        return inlet.take() is None and not inlet.closed

    pace(step)
    os._exit(0)


if __name__ == "__main__":
    main()
