"""A remembered recording that is heard again, as it is told."""

from __future__ import annotations

import numpy as np

from probe.listen.prompt_memory import Prompt
from probe.listen.recalled import Recognition


def test_a_recording_that_was_over_before_the_segment_is_not_told_there() -> None:
    prompt = Prompt("p-1", np.ones(50, np.uint32), np.full(50, -20, np.int8), (), end=1.2)
    recognition = Recognition(prompt, begin=10.0, since=10.1)
    (told,) = recognition.events(10.5, 11.6, calls=3)
    assert (told.at, told.ends, told.known, told.calls) == (10.5, 11.2, 11.6, 3)
    assert not [*recognition.events(11.3, 11.6, calls=3)]
