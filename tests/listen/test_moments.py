from __future__ import annotations

import pytest

from probe.listen.moments import AGAIN, LONGER, PAUSES, Moments


def looks(
    sounds: list[tuple[float, float]], until: float, words: float | None = None, room: bool = False
) -> list[float]:
    """When speech that sounds in these stretches (seconds) is looked at, 20 ms at a time; `words`: the last word's end;
    `room`: a room sounds on."""
    moments = Moments(sounds[0][0])
    now, last, found = 0.0, 0.0, []
    while now < until:
        now = round(now + 0.02, 2)
        for start, end in sounds:
            if now >= start:
                last = min(now, end)
        word = words if words is None or now >= words else now
        if moments.due(now, last, now if room else last, word, now):
            found.append(now)
    return found


def test_a_pause_is_looked_at_twice_and_a_breath_between_two_words_not_at_all() -> None:
    found = looks([(0.0, 1.0), (1.12, 2.0)], 2.7, 2.0)
    assert found == [round(2.0 + PAUSES[0], 2), round(2.0 + PAUSES[1], 2)]


def test_who_waits_in_a_room_that_sounds_on_is_looked_at_once_more() -> None:
    assert len(looks([(0.0, 2.0)], 3.5, 2.0)) == 2
    found = looks([(0.0, 2.0)], 3.5, 2.0, room=True)
    assert found == pytest.approx([2.0 + pause for pause in (*PAUSES, AGAIN, LONGER)], abs=0.021)


def test_a_pause_that_ends_makes_the_next_one_a_new_one() -> None:
    assert len(looks([(0.0, 1.0), (1.4, 2.0)], 2.7, 2.0)) == 3


def test_sound_that_goes_on_without_words_is_no_reason_to_wait() -> None:
    found = looks([(0.0, 5.0)], 5.0, words=1.0)
    assert len(found) == 1
    assert 2.0 < found[0] < 3.0


def test_speech_without_any_pause_is_looked_at_in_the_end() -> None:
    assert looks([(0.0, 9.0)], 9.0, words=9.0)[0] >= 6.0


def test_somebody_else_may_speak_once_a_pause_is_long_whatever_was_said() -> None:
    moments = Moments(0.0)
    told = [n for n in range(1, 60) if moments.pauses(1.0 + n * 0.02, 1.0)]
    assert len(told) == 1
    assert told[0] * 0.02 >= PAUSES[-1]
