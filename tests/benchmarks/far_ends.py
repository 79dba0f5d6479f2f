"""Far ends that answer anything quickly, for benchmarks of the line: `tests.line.sip_far_end`, a process for each four calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from probe.line.pipe import pack
from probe.line.process import Child


@contextmanager
def far_ends(count: int) -> Iterator[list[int]]:
    """Ports of so many far ends."""
    children = [Child("tests.line.sip_far_end") for _ in range(count)]
    try:
        for child in children:
            child.outlet.send(pack({"codecs": ["PCMU", "PCMA"]}))
        ports = []
        for child in children:
            message = child.inlet.take(timeout=30)
            assert message
            ports.append(int(message[0]["port"]))
        yield ports
    finally:
        for child in children:
            child.close(5)
