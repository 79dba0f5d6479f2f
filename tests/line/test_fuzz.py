"""Broken SIP and RTP: the caller's program goes on, no call hangs, and a process that PJSIP gives up costs its call only."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from probe.line.pipe import pack
from tests.benchmarks.bench_fuzz import run
from tests.line.fuzz import mutated, mutated_lines


def test_broken_responses_and_packets_end_calls_and_nothing_else() -> None:
    sent, ends = run(4000, seed=7, at_once=3, frames=15)
    assert sent >= 4000
    assert ends["hang"] == 0
    assert ends["ended"] >= 3, "most calls survive what is broken"
    assert sum(ends.values()) >= 9


@given(st.binary(min_size=1, max_size=200), st.integers(0, 1 << 32))
def test_what_is_broken_is_the_same_for_the_same_seed(data: bytes, seed: int) -> None:
    for change in (mutated, mutated_lines):
        assert change(data, random.Random(seed)) == change(data, random.Random(seed))


def test_what_came_over_the_network_and_is_no_text_crosses_the_pipe() -> None:
    reason = b"Busy \xff Here".decode("utf-8", "surrogateescape")
    assert b'"Busy ? Here"' in pack({"number": 0, "events": [["ended", {"reason": reason}]]})
