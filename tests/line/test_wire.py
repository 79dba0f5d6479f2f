from __future__ import annotations

import os

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from probe.line.pipe import Inlet, Outlet
from probe.line.wire import packed, unpacked

FRAMES = st.lists(
    st.tuples(
        st.integers(0, 1 << 40),
        st.floats(0, 1e9),
        st.floats(0, 5, width=32),
        st.binary(min_size=320, max_size=320),
        st.binary(min_size=320, max_size=320),
        st.lists(
            st.tuples(st.sampled_from(["answered", "ended"]), st.dictionaries(st.text(), st.integers())), max_size=3
        ),
    ),
    max_size=8,
)


@given(FRAMES)
def test_frames_cross_the_pipe_as_they_were(
    frames: list[tuple[int, float, float, bytes, bytes, list[tuple[str, dict[str, int]]]]],
) -> None:
    read, write = os.pipe()
    inlet, outlet = Inlet(read), Outlet(write)
    for frame in frames:
        outlet.send(packed(*frame))
    for number, due, late, heard, said, events in frames:
        message = inlet.take()
        assert message is not None
        sent = unpacked(message)
        assert (sent.number, sent.due, sent.late) == (number, due, late)
        assert (sent.heard.tobytes(), sent.said.tobytes()) == (heard, said)
        assert sent.heard.dtype == sent.said.dtype == np.int16
        assert [tuple(event) for event in sent.events] == events
    assert inlet.take() is None
    outlet.close()
    assert inlet.take() is None
    assert inlet.closed
    inlet.close()
