"""The line process: some SIP calls side by side, on one 20 ms clock, in a process that does nothing else.

    the program that listens                      │  this process
                                                  │
    Lines ── starts, recycles ── LineProcess ─────┼── main: the loop, one `UserAgent` (probe/line/pjsip.py)
                                  │ stdin: its end │
    SipLine ── takes a slot ──── Slot ── 2 pipes ─┼── a slot: one `SipCall` at a time (probe/line/sip_call.py)
                                 Slot ── 2 pipes ─┼── a slot ...             │
                                                  │                          ├── Leg, AudioPort (probe/line/leg.py)
                                                  │                          └── Identity (probe/line/account.py)

Each slot has two pipes of its own, so that a listener that is slow delays no other's frames:

    in   {"do": "dial", ...}                                       a call: see `Order` in `sip_call`
         {"do": "check", "trunk", "number", "bind"}                a trunk: see `trunk_check`
         {"do": "send", "value", "keys", "by", "ends", "spacing"} + samples   keys or speech
         {"do": "hang_up"}                                         or end of file: the slot's user is gone
    out  {"events": [[kind, {fields}], ...]} + ...                 a frame: see `wire.py`
         {"free": true}                                            the slot can take the next call

What belongs to a call is in `SipCall` (deadlines, keys and speech on their way out, trace, whose fault the end is); what
the calls share is in `UserAgent` (PJSIP's endpoint, transports, accounts, codecs). An order carries the trunk's settings
as a dictionary, which `account.py` turns into PJSIP's account; accounts are kept and shared by calls with the same.

The clock never waits for the parent. Each frame says when its tick was due and when its audio had been moved: how late the
line is, and how late a frame is listened to. A call's zero is the tick in which its INVITE goes out. End of file on
stdin, or a dead parent, hangs up on everybody and ends the process.
"""

from __future__ import annotations

import gc
import os
import select
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVarTuple

from probe.line.pipe import Inlet, Outlet, pack
from probe.line.pjsip import UserAgent, ticks
from probe.line.port import SILENCE
from probe.line.process import channel, extra_channels
from probe.line.sip_call import SipCall, order
from probe.line.trunk_check import TrunkCheck
from probe.line.wire import packed

Args = TypeVarTuple("Args")

_BACKLOG = 64 << 20  # bytes a listener may be behind (half an hour of frames) before its call is given up; guessed
_GOODBYE = 6.0  # seconds until the process ends for good: over what a call takes to say goodbye
_LEAVING = 1.0  # seconds for registrars to confirm that we are gone; guessed
_IDLE = 0.1  # seconds between two looks at SIP's timers (registrations) while nobody calls; guessed
_PATIENCE = 2.0  # seconds for a listener to take the last frames; guessed


class Slot:
    """Room for one call at a time."""

    def __init__(self, inlet: Inlet, outlet: Outlet) -> None:
        self._in = inlet
        self._out = outlet
        self.call: SipCall | TrunkCheck | None = None

    def asked(self, agent: UserAgent) -> None:
        """Does what has been asked since the last tick."""
        while (message := self._in.take()) is not None:
            form, data = message
            if form["do"] == "dial":
                self._dial(agent, form)
            elif form["do"] == "check":
                self.call = TrunkCheck(agent, form)
            elif self.call:
                self.call.obey(form, data)

    @property
    def closed(self) -> bool:
        """Whether its user is gone."""
        return self._in.closed

    def before(self) -> None:
        """Prepares the call for this tick."""
        if self.call:
            if self._in.closed or self._out.closed or self._out.backlog > _BACKLOG:
                self.call.hang_up()
            self.call.before()

    def _dial(self, agent: UserAgent, form: dict[str, Any]) -> None:
        try:
            self.call = SipCall(agent, order(form))
        except Exception as error:  # a full disk, say: whoever waits for frames must be told
            reason = f"the call's process: {type(error).__name__}: {' '.join(str(error).split())}"
            told = [("dialed", {}), ("line_failed", {"reason": reason})]
            self._out.send(packed(0, time.monotonic(), 0.0, SILENCE, SILENCE, told))
            self._out.send(pack({"free": True}))

    def after(self, due: float, late: float) -> None:
        """Sends the frame of this tick, which was due and was moved so late, or lets the call say its last words."""
        if self.call is None:
            self._out.flush()
        elif not self.call.told:
            frame = self.call.after(due, late)
            if frame:
                self._out.send(frame)
        elif not self.call.linger():
            self.call.close()
            self.call = None
            self._out.send(pack({"free": True}))

    def fileno(self) -> int:
        """The descriptor that becomes readable when something is asked."""
        return self._in.fileno()

    def flush(self) -> None:
        """Waits a while for the listener to take what it has not taken."""
        self._out.flush(timeout=_PATIENCE)


class LineProcess:
    """The loop."""

    def __init__(self, inlet: Inlet, slots: list[Slot]) -> None:
        self._in = inlet
        self._slots = slots
        self._agent = UserAgent(calls=len(slots))
        self._ending: float | None = None
        self._leaving = 0.0
        self._asked = select.poll()
        sources: list[Inlet | Slot] = [inlet, *slots]
        self._asks = {source.fileno(): source for source in sources}
        for descriptor in self._asks:
            self._asked.register(descriptor, select.POLLIN)
        gc.collect()
        gc.freeze()  # what is here now stays: later collections need not walk through it

    def run(self) -> None:
        """Until stdin ends, and the calls with it."""
        while self._tick_on():
            # Nobody calls: SIP's timers can wait, and an order wakes it up at once.
            self._asked.poll(_IDLE * 1000)
        for slot in self._slots:
            slot.flush()

    def _tick_on(self) -> bool:
        """Ticks until nobody calls; False when the process is to end."""
        for due in ticks():
            if not self._step(due):
                return False
            if not any(slot.call for slot in self._slots):
                break
        return True

    def _step(self, due: float) -> bool:
        self._agent.poll()
        if self._agent.incoming:
            self._agent.turn_away()
        self._take_what_is_asked()
        calling = [slot for slot in self._slots if slot.call]
        for slot in calling:
            self._guarded(slot, slot.before)
        if calling:
            self._agent.tick()
        late = max(time.monotonic() - due, 0.0)
        for slot in self._slots:
            self._guarded(slot, slot.after, due, late)
        return self._goes_on()

    def _take_what_is_asked(self) -> None:
        for descriptor, _ in self._asked.poll(0):
            source = self._asks[descriptor]
            if isinstance(source, Slot):
                self._guarded(source, source.asked, self._agent)
            else:
                source.take()
            if source.closed:
                self._asked.unregister(descriptor)

    def _guarded(self, slot: Slot, does: Callable[[*Args], None], *args: *Args) -> None:
        """One call's failure is not the others'."""
        try:
            does(*args)
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            if slot.call:
                slot.call.fail(f"the call's process: {type(error).__name__}: {' '.join(str(error).split())}")

    def _goes_on(self) -> bool:
        if self._ending is None:
            if not self._in.closed:
                return True
            self._ending = time.monotonic() + _GOODBYE
        for slot in self._slots:
            if slot.call:
                slot.call.hang_up()
        if any(slot.call for slot in self._slots):
            return time.monotonic() < self._ending
        if not self._leaving:
            self._leaving = min(self._ending, time.monotonic() + _LEAVING)
        return not self._agent.leave() and time.monotonic() < self._leaving


def main() -> None:
    """Serves the slots whose pipes the command line names, as `in:out`; ends the process."""
    inlet, outlet = channel()
    slots = [Slot(Inlet(taken), Outlet(given)) for taken, given in extra_channels()]
    process = LineProcess(inlet, slots)
    outlet.send(pack({"ready": True}))
    process.run()
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:
        print(f"{type(error).__name__}: {getattr(error, 'reason', '') or error}", file=sys.stderr, flush=True)
        os._exit(1)
