"""A remembered recording that is heard again, as it is told."""

from __future__ import annotations

import numpy as np

from probe.listen.prompt_memory import Prompt
from probe.listen.recalled import Recognition, Recognitions


def test_a_recording_that_was_over_before_the_segment_is_not_told_there() -> None:
    prompt = Prompt("p-1", np.ones(50, np.uint32), np.full(50, -20, np.int8), (), end=1.2)
    recognition = Recognition(prompt, begin=10.0, since=10.1)
    (told,) = recognition.events(10.5, 11.6, calls=3)
    assert (told.at, told.ends, told.known, told.calls) == (10.5, 11.2, 11.6, 3)
    assert not [*recognition.events(11.3, 11.6, calls=3)]
    assert not [*recognition.events(11.15, 11.6, calls=3)], "its last sound"


def test_one_that_is_told_as_far_as_a_number_is_told_once_more_when_the_number_is_the_same() -> None:
    prompt = Prompt("p-1", np.ones(200, np.uint32), np.full(200, -20, np.int8), (), end=4.1)
    recognitions = Recognitions()
    recognitions.ascertain(True, None)
    assert recognitions.told == []
    recognitions.hear(Recognition(prompt, begin=10.0, since=10.1))
    for certain, as_far_as in ((False, None), (False, 11.9), (False, 11.9), (True, 11.9), (True, 11.9)):
        recognitions.ascertain(certain, as_far_as)
    assert [told.as_far_as for told in recognitions.told] == [11.9, None]
    events = [event for told in recognitions.told for event in told.events(10.0, 12.0, calls=3)]
    assert [(event.at, event.ends, event.as_far_as) for event in events] == [(10.1, 14.1, 11.9), (10.1, 14.1, None)]
    recognitions.hear(Recognition(prompt, begin=20.0, since=20.1))
    recognitions.hear(None)
    recognitions.ascertain(True, None)
    assert len(recognitions.told) == 2
