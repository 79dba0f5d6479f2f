"""Somebody picks up in a pause: a room where the line was clean."""

from __future__ import annotations

import pytest

from probe.listen.activity import Sounding
from probe.listen.features import Features
from probe.listen.pick_up import FRAMES, PickUp


def opens(
    levels: list[float], floor: float = -80.0, voiced: int = 0, made_up: bool = False, spoke: bool = False
) -> bool:
    """Whether a room opens in a pause of these levels, of which the newest so many frames sound like a voice; `spoke`: somebody
    spoke in the midst of it."""
    pick_up, found = PickUp(floor), False
    for n, level in enumerate(levels):
        if spoke and n == len(levels) // 2:
            pick_up.hear(measured(-20.0, True), Sounding(True, None, 0.0, floor), made_up)
        voice = n >= len(levels) - voiced
        found |= pick_up.hear(measured(level, voice), Sounding(False, None, 0.0, floor), made_up)
    return found


def measured(level: float, voice: bool) -> Features:
    return Features(0.0, level, (level,) * 4, 0.0, 0.0, 0.9 if voice else 0.1, 20 if voice else 50, 300.0)


EVEN = [-58.0, -60.0] * (FRAMES // 2)


@pytest.mark.parametrize(
    ("room", "heard"),
    [
        (opens(EVEN), True),
        (opens(EVEN[:-1]), False),
        (opens(EVEN, floor=-60.0), False),
        (opens([-66.0] * FRAMES), False),
        (opens([-50.0, -60.0] * (FRAMES // 2)), False),
        (opens(EVEN, voiced=FRAMES // 2), True),
        (opens(EVEN, voiced=FRAMES // 2 + 1), False),
        (opens(EVEN, made_up=True), False),
        (opens(EVEN, spoke=True), False),
    ],
    ids=[
        "even noise",
        "too short",
        "the line was noisy already",
        "hardly over a clean line",
        "uneven",
        "half of it like a voice",
        "a soft voice",
        "comfort noise",
        "two pauses",
    ],
)
def test_a_room_opens_where_even_noise_is_heard_in_a_pause_of_a_clean_line(room: bool, heard: bool) -> None:
    assert room is heard


def test_a_room_that_was_heard_in_an_earlier_pause_is_none_that_opens() -> None:
    pick_up = PickUp(-60.0)
    pick_up.hear(measured(-60.0, False), Sounding(False, None, 0.0, -60.0), False)
    pick_up.hear(measured(-20.0, True), Sounding(True, None, 0.0, -60.0), False)
    assert not any(pick_up.hear(measured(one, False), Sounding(False, None, 0.0, -60.0), False) for one in EVEN)


def test_a_line_that_has_become_clean_in_a_pause_may_open_anew() -> None:
    pick_up = PickUp(-60.0)
    pick_up.hear(measured(-60.0, False), Sounding(False, None, 0.0, -60.0), False)
    pick_up.hear(measured(-20.0, True), Sounding(True, None, 0.0, -80.0), False)
    assert any(pick_up.hear(measured(one, False), Sounding(False, None, 0.0, -80.0), False) for one in EVEN)
