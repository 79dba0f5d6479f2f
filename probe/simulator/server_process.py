"""The process that serves one hotline over SIP: up to 4 calls, each led by an `Engine`, on one 20 ms clock.

    in   {"hotline", "host", "port", "seed", "truth", "model", "at"}, then nothing; end of file ends the process
    out  {"listening": port} once calls can come in, or {"taken": port, "why"}, or {"error": text}

Everything slow happens off the clock: fixed prompts are synthesised before the first call, a call's own voices by a
thread while it rings. No thread may touch or free an object of PJSIP, so the garbage collector runs only in the loop.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pjsua2 as pj

from probe.line.exchange import Answer, HangUp, Progress, Ring
from probe.line.leg import Leg
from probe.line.pipe import Inlet, pack
from probe.line.pjsip import TICK, UserAgent, pace
from probe.line.process import channel
from probe.simulator.engine import Engine, Incoming
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.places import Bot, Person
from probe.simulator.seeds import call_seed
from probe.speech.transcriber import Transcriber
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import Samples

_DEAF = 10.0  # seconds without a packet of RTP after which the caller is gone: our callers always send; guessed
_GOODBYE = 1.0  # seconds in which callers are told that the process ends; guessed
_SILENCE = np.zeros(160, np.int16)


class ServedCall:
    """One call: a `Leg` on the network side, an `Engine` on the hotline's."""

    def __init__(self, leg: Leg, engine: Engine, prepared: Future[None]) -> None:
        self.leg = leg
        self.engine = engine
        self._prepared = prepared
        self._ticks = self._stepped = 0
        self._answered = False
        self.over = False

    def step(self) -> None:
        """One tick, after PJSIP's: what was heard in it goes to the engine, what comes back goes out in the next."""
        self._ticks += 1
        leg = self.leg
        leg.tick()
        keys, leg.keys = leg.keys, []
        if leg.over:
            self.engine.caller_hung_up()
            self.over = True
            return
        # Until the answer there are only sounds that every call has; what follows must have been synthesised.
        if self._answered and not self._prepared.done():
            return
        while self._stepped < self._ticks - 1 and not self.over:
            self._act(_SILENCE, [])
        if not self.over:
            self._act(np.frombuffer(leg.port.heard, np.int16), keys)
        if self._answered and leg.starved() > _DEAF:
            self.engine.caller_hung_up()
            leg.end()
            self.over = True

    def _act(self, heard: Samples, keys: list[str]) -> None:
        step = self.engine.step(heard, keys)
        self._stepped += 1
        self.leg.port.outgoing = step.audio.tobytes()
        for wish in step.signals:
            match wish:
                case Ring():
                    self.leg.reply(180)
                case Progress():
                    self.leg.reply(183)
                case Answer():
                    self.leg.reply(200)
                    self._answered = True
                case HangUp(status):
                    self.leg.end(status or 0)
                    self.over = True


class Server:
    """The hotline's loop."""

    def __init__(self, order: dict[str, Any], inlet: Inlet) -> None:
        self._hotline: Hotline = from_form(order["hotline"])
        self._seed: int = order["seed"]
        self._truth = Path(order["truth"]) if order["truth"] else None
        self._at = datetime.fromisoformat(order["at"]) if order["at"] else None
        hears = any(isinstance(place, Bot | Person) for place in self._hotline.places.values())
        self._transcriber: Transcriber | None = VoskTranscriber(order["model"]) if hears else None
        self._inlet = inlet
        self._calls: list[ServedCall] = []
        self._called: Counter[str] = Counter()
        self._dead: list[tuple[int, Leg]] = []
        self._ticks = 0
        self._worker = ThreadPoolExecutor(1, initializer=_ordinary_priority)
        self._agent = UserAgent(host=order["host"], port=order["port"], identity=self._hotline.id)
        # A first engine synthesises all fixed prompts, which stay in memory for every call.
        self._worker.submit(Engine(self._hotline, Incoming("", datetime.now(), 0), None).prepare).result()
        gc.collect()
        gc.freeze()  # what is here now stays: later collections need not walk through it

    @property
    def port(self) -> int:
        return self._agent.port

    def run(self) -> None:
        """Until told to end; while nobody calls, only what comes in is looked at."""
        while not self._inlet.closed:
            pace(self._step)
            if not self._busy:
                self._inlet.take(timeout=TICK)

    @property
    def _busy(self) -> bool:
        return bool(self._calls or self._dead)

    def _step(self) -> bool:
        """One tick of all calls; False when there are none, or the process is to end."""
        self._agent.poll()
        if not self._busy and not self._agent.incoming:
            return False
        for leg in self._agent.incoming:
            engine = Engine(self._hotline, self._incoming(leg), self._transcriber)
            self._calls.append(ServedCall(leg, engine, self._worker.submit(engine.prepare)))
        self._agent.incoming.clear()
        self._agent.tick()
        for call in list(self._calls):
            try:
                call.step()
            except Exception as error:  # one call's failure is not the others'
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
                call.leg.end(500)
                call.over = True
            if call.over:
                self._calls.remove(call)
                self._dead.append((self._ticks, call.leg))
                self._tell(call.engine)
        self._free()
        self._ticks += 1
        self._inlet.take()
        return self._busy and not self._inlet.closed

    def close(self) -> None:
        """Hangs up on every caller."""
        for call in self._calls:
            call.leg.end()
            self._tell(call.engine)
        left = round(_GOODBYE / TICK) if self._calls else 0
        until = time.monotonic() + _GOODBYE

        def last_words() -> bool:
            self._agent.poll()
            return time.monotonic() < until and not all(call.leg.over for call in self._calls)

        if left:
            pace(last_words)

    def _incoming(self, leg: Leg) -> Incoming:
        number = _number(leg.getInfo().remoteUri)
        nth = self._called[number]
        self._called[number] += 1
        seed = call_seed(self._seed, self._hotline.id, number, nth)
        return Incoming(number, self._at or datetime.now(), seed)

    def _free(self) -> None:
        """Gives back what calls held that are over: their ports after a while, their memory when nobody calls."""
        for since, leg in list(self._dead):
            if leg.over and self._ticks > since:
                self._dead.remove((since, leg))
                self._agent.release(leg)
            if not self._calls:
                gc.collect()

    def _tell(self, engine: Engine) -> None:
        """Adds one line to the file of truth; one `write` to a file opened for appending is never torn apart."""
        if not self._truth:
            return
        line = json.dumps(engine.truth.to_json(), ensure_ascii=False) + "\n"
        file = os.open(self._truth, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)


def _ordinary_priority() -> None:
    """For the thread that synthesises: a loop that keeps a call's clock, here or in another process, goes first."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)  # on Linux a thread's own


def _number(uri: str) -> str:
    """The user part of an address such as `"Name" <sip:0511@host>`: the caller ID."""
    found = re.search(r"sips?:([^@;>]*)@", uri)
    return found.group(1) if found else ""


def main() -> None:
    """Serves the hotline ordered on stdin; ends the process."""
    inlet, outlet = channel()
    order = inlet.take(timeout=60)
    if order is None:
        os._exit(1)
    gc.disable()
    try:
        server = Server(order[0], inlet)
    except pj.Error as error:
        outlet.send(pack({"taken": order[0]["port"], "why": error.reason}))
    except Exception as error:
        outlet.send(pack({"error": str(error) or type(error).__name__}))
    else:
        outlet.send(pack({"listening": server.port}))
        server.run()
        server.close()
    outlet.flush(timeout=_GOODBYE)
    os._exit(0)


if __name__ == "__main__":
    main()
