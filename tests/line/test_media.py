"""What is believed of PJSIP's counters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.line.media import Stream, media_fields


def stream(*looks: tuple[int, int], jitter: float = 0.001) -> Stream:
    """A stream of 20 ms packets after looks, half a second apart, each with packets and losses since the last."""
    found = Stream()
    packets = loss = 0
    for came, lost in looks:
        packets, loss = packets + came, loss + lost
        found.count(packets, loss, 0.5, 0.02, jitter)
    found.codec = "PCMU"
    return found


def test_losses_that_fit_the_time_are_believed() -> None:
    assert stream((25, 0), (20, 5), (25, 0)).lost == 5
    assert stream((0, 0), (40, 10)).lost == 10  # held back for half a second, and then all at once


def test_a_jump_in_the_numbers_is_no_loss() -> None:
    assert stream((25, 0), (25, 1300), (25, 0)).lost == 0
    assert stream((25, 0), (22, 1303), (25, 0)).lost <= 3
    assert stream((25, 0), (0, 0), (0, 0), (25, 2000)).lost <= 25  # after a pause


def test_packets_that_come_after_all_are_taken_back() -> None:
    assert stream((25, 0), (23, 2), (27, -2)).lost == 0


def test_jitter_is_not_believed_for_a_while_after_a_jump() -> None:
    found = Stream()
    for n, jitter in enumerate([0.002, 0.003, 7.7, 1.5, 0.3, 0.06, 0.01, 0.004, 0.002, 0.002, 0.002]):
        found.count(25 * (n + 1), 0, 0.5, 0.02, jitter)
    assert max(found.jitters) < 0.02


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-5, 5000)), min_size=1, max_size=40))
def test_never_more_is_missing_than_could_have_come(looks: list[tuple[int, int]]) -> None:
    found = stream(*looks)
    assert 0 <= found.lost <= 50 * len(looks)
    fields = media_fields([found])
    if fields:
        assert 1.0 <= fields["mos"] <= 4.5
