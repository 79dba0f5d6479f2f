from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.simulator.channel import CONDITIONS, degrade
from probe.timeline import DeadAirHeard
from tests.listen.sounds import Sound, frames, noise, samples, silence, speech


def told(sound: Sound, answered: float = 0.0) -> list[DeadAirHeard]:
    listener = Listener(None)
    events = [event for frame in frames(sound, answered) for event in listener.hear(frame)]
    return [event for event in (*events, *listener.finish()) if isinstance(event, DeadAirHeard)]


@pytest.mark.parametrize("line", ["clear", "pcmu", "pcma", "soft", "gsm"])
def test_dead_air_is_told_with_its_bounds_when_it_ends(line: str) -> None:
    call = np.concatenate([speech(3, 1), noise(0.5, -40), silence(6), speech(3, 2)])
    (dead,) = told(degrade(samples(call), CONDITIONS[line], 1).astype(float))
    assert (dead.at, dead.until) == (pytest.approx(3.5, abs=0.1), pytest.approx(9.5, abs=0.1))
    assert dead.until < dead.known <= dead.until + 0.45  # in a block of 400 ms


def test_a_call_that_ends_in_it_is_told_at_its_end() -> None:
    (dead,) = told(np.concatenate([speech(3, 1), silence(5)]))
    assert dead.until == dead.known == pytest.approx(8.0, abs=0.1)


def test_pauses_rooms_and_what_comes_before_the_answer_are_none() -> None:
    assert told(np.concatenate([speech(3, 1), silence(2.4), speech(3, 2)])) == []
    assert told(np.concatenate([speech(3, 1), noise(6, -65), speech(3, 2)])) == []
    assert told(np.concatenate([silence(6), speech(3, 1)]), answered=6.0) == []
    assert told(degrade(samples(silence(8)), CONDITIONS["noisy"], 1).astype(float)) == []


def test_a_click_does_not_end_it() -> None:
    click = np.zeros(160)
    click[40:60] = 3000
    (dead,) = told(np.concatenate([speech(2, 1), silence(3), click, silence(3), speech(2, 2)]))
    assert dead.until - dead.at > 6.0
