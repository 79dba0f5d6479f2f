"""Simulated hotlines for load: as many processes as the calls need, four calls each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from probe import shipped
from probe.line.pjsip import CALLS
from probe.place import Order
from probe.simulator.hotline import load_hotline
from probe.simulator.server import serve

NAMES = ("water", "power", "gas", "sinopec-1", "petrochina", "cable", "mobile", "telecom", "unicom", "post")


@dataclass(frozen=True, slots=True)
class Peers:
    """`orders`: one for each call that the peers can take at once. `pids`: their processes."""

    orders: list[Order]
    pids: list[int]


def scenario_of(name: str) -> Path:
    """The scenario by which the hotline is called."""
    return shipped.scenarios() / "zhenjiang" / f"zhenjiang-{name}" / "ordinary.yaml"


@contextmanager
def peers(calls: int) -> Iterator[Peers]:
    """Serves hotlines that together take so many calls at once, and a few more."""
    count = -(-calls // CALLS) + 1
    shown = [(f"{name}-{n // len(NAMES)}", name) for n in range(count) for name in [NAMES[n % len(NAMES)]]]
    hotlines = [
        load_hotline(f"zhenjiang-{name}").model_copy(update={"hotline": f"zhenjiang-{copy}"}) for copy, name in shown
    ]
    with serve(hotlines, port=0) as served:
        orders = []
        for hotline, (_, name) in zip(hotlines, shown, strict=True):
            orders += [Order(scenario=scenario_of(name), line="sip", uri=served.uris[hotline.id])] * CALLS
        yield Peers(orders, list(served.pids.values()))
