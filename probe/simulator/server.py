"""Simulated hotlines served over SIP and RTP: real endpoints on real ports, one process for each hotline.

    with serve(shipped("zhenjiang"), port=5060) as served:
        served.uris["zhenjiang-water"]        # sip:zhenjiang-water@127.0.0.1:5060

A process takes 4 calls at once (PJSIP's limit in the wheel) and ends with the block, or when this process dies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from probe.errors import OurFault, UserError, system_reason
from probe.line.pipe import pack
from probe.line.process import Child
from probe.simulator.hotline import Hotline

_START = 60.0  # seconds a process may take until it listens, with all of them starting at once; guessed
_STOP = 6.0  # seconds to say goodbye to its callers, over its own 1 s; guessed


@dataclass(frozen=True, slots=True)
class ServedHotlines:
    """`uris`: where each hotline, by its id, can be called. `pids`: its process."""

    uris: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)


@contextmanager
def serve(
    hotlines: Sequence[Hotline],
    *,
    host: str = "127.0.0.1",
    port: int = 5060,
    seed: int = 1,
    truth: Path | None = None,
    model: Path | str | None = None,
    at: datetime | None = None,
) -> Iterator[ServedHotlines]:
    """Serves hotlines, on consecutive ports from `port` on in the order given (0: any free ports), until the block ends.

    `truth`: file to which one line of JSON is added for each call that ends. `model`: name or folder of the Vosk model
    that hears the callers (None: the best one installed). `at`: local wall time of every call, for opening hours (None:
    now). On entering the block every hotline already listens. Raises UserError when a port is taken or hotlines share
    an id, OurFault when a process does not start.
    """
    ids = [hotline.id for hotline in hotlines]
    double = next((name for name in ids if ids.count(name) > 1), None)
    if double:
        raise UserError(f"hotline {double!r} is given twice", f"热线“{double}”给了两次")
    if port and not 0 < port <= 65536 - len(ids):
        raise UserError(
            f"port {port} is not in 1 to {65536 - len(ids)}", f"端口 {port} 不在 1 至 {65536 - len(ids)} 之间"
        )
    served = ServedHotlines()
    with ExitStack() as stack:
        children: list[tuple[str, Child]] = []
        for n, hotline in enumerate(hotlines):
            child = Child("probe.simulator.server_process")
            stack.callback(child.close, _STOP)
            order: dict[str, Any] = {
                "hotline": hotline.model_dump(mode="json", by_alias=True),
                "host": host,
                "port": port + n if port else 0,
                "seed": seed,
                "truth": str(truth.resolve()) if truth else None,
                "model": str(model) if model else None,
                "at": at.isoformat() if at else None,
            }
            child.outlet.send(pack(order))
            child.outlet.flush(timeout=_START)
            children.append((hotline.id, child))
        for name, child in children:
            answer = child.inlet.take(timeout=_START)
            form = answer[0] if answer else {"error": "its process did not start"}
            if "taken" in form:
                raise UserError(
                    f"port {form['taken']} of {host} cannot be used ({form['why']}); choose another with --listen",
                    f"{host} 的端口 {form['taken']} 无法使用（{system_reason(form['why'])}）；请用 --listen 另选",
                )
            if "error" in form:
                raise OurFault(
                    f"hotline {name} cannot be served: {form['error']}", f"热线 {name} 无法提供服务：{form['error']}"
                )
            served.uris[name] = f"sip:{name}@{host}:{form['listening']}"
            served.pids[name] = child.pid
        yield served
