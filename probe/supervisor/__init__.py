"""Calls side by side: who may start when, which process hears them, and what becomes of them when a process dies.

    this program                 a listening process (one a core)              line processes
    Supervisor ─── order ──────▶ a thread a call: place_call ◀── frames ────── calls_each calls each
        │     ◀── news, result ─ one speech model for all     ─── actions ───▶
        └ Headroom: starts a call only if it will be heard in time

    with Supervisor() as supervisor:
        future = supervisor.place(order, watch=print)    # at once; the call waits until there is room for it
        timeline = future.result()

A recording is written by the listening process, frame by frame, and is valid at every instant. When that process dies,
its calls end as our fault with what was recorded (`salvage`); when a line process dies, the listening process ends its
calls so; when this program dies, the listening processes hang up, complete what they have, and end.
"""

from __future__ import annotations

from probe.supervisor.supervisor import Supervisor

__all__ = ["Supervisor"]
