"""How much of a sound is heard before it may be somebody's."""

from __future__ import annotations

import pytest

from probe.listen.sound import Sound


@pytest.mark.parametrize(
    ("sound", "may_be"),
    [
        (Sound(0.0, voiced=3), True),
        (Sound(0.0, strong=6), True),
        (Sound(0.0, voiced=2, strong=3, near=1), True),
        (Sound(0.0, voiced=2, strong=3), False),
        (Sound(0.0, voiced=1, strong=5, near=1), False),
        (Sound(0.0, voiced=2, strong=2, near=2), False),
    ],
)
def test_a_syllable_has_three_frames_of_voice_or_two_far_over_a_room_that_is_known(sound: Sound, may_be: bool) -> None:
    assert sound.may_be_a_syllable is may_be
