from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.simulator.channel import CONDITIONS, degrade
from probe.timeline import FRAME, Answered, Dialed, Frame, KeyHeard, Kind, SegmentEnded
from tests.listen.recordings import in_a_row, needs_prompts, prompts, voices
from tests.listen.sounds import Sound, at_level, samples, silence, speech, voiced

KEYS = "123A456B789C*0#D"
_LOW, _HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)


def dtmf(key: str, seconds: float, level: float = -16.0, shift: float = 0.0, twist: float = 0.0) -> Sound:
    """`shift`: relative, of both frequencies; `twist`: dB by which the high one is stronger."""
    row, column = divmod(KEYS.index(key), 4)
    time = np.arange(round(seconds * 8000)) / 8000
    low, high = (np.sin(2 * np.pi * f * (1 + shift) * time) for f in (_LOW[row], _HIGH[column]))
    return at_level(low + high * 10 ** (twist / 20), level)


def keys_in(sound: Sound, said: Sound | None = None) -> list[KeyHeard]:
    listener, heard = Listener(None), samples(sound)
    ours = samples(silence(0) if said is None else said)
    ours = np.concatenate([ours, np.zeros(max(heard.size - ours.size, 0), np.int16)])
    found = []
    for number in range(0, heard.size, FRAME):
        at = number / 8000
        events = (Dialed(at=0.0, known=0.0), Answered(at=0.0, known=0.0)) if number == 0 else ()
        frame = Frame(number, heard[number : number + FRAME], ours[number : number + FRAME], events)
        found += [event for event in listener.hear(frame) if isinstance(event, KeyHeard)]
        assert at >= 0
    return found


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_known_with_its_time_and_length(key: str) -> None:
    (found,) = keys_in(np.concatenate([silence(0.5), dtmf(key, 0.12), silence(0.5)]))
    assert found.key == key
    assert found.at == pytest.approx(0.5, abs=0.011)
    assert found.seconds == pytest.approx(0.12, abs=0.021)


@pytest.mark.parametrize(("shift", "twist"), [(0.015, 4.0), (-0.015, -8.0), (0.0, 8.0)])
def test_frequencies_and_levels_may_be_off_as_q24_allows(shift: float, twist: float) -> None:
    assert [
        k.key for k in keys_in(np.concatenate([silence(0.5), dtmf("5", 0.06, -25.0, shift, twist), silence(0.5)]))
    ] == ["5"]


def test_forty_milliseconds_are_a_key_and_twenty_are_not() -> None:
    for length, count in ((0.042, 1), (0.02, 0)):
        for start in np.arange(0.5, 0.52, 0.005):
            assert len(keys_in(np.concatenate([silence(start), dtmf("9", length), silence(0.4)]))) == count, (
                length,
                start,
            )


def test_keys_in_a_row_are_each_told() -> None:
    row = np.concatenate([part for key in "4006*1" for part in (dtmf(key, 0.06), silence(0.06))])
    assert "".join(k.key for k in keys_in(np.concatenate([silence(0.5), row, silence(0.5)]))) == "4006*1"


@pytest.mark.parametrize("name", ["pcmu", "g722", "noisy", "soft", "gsm"])
def test_keys_come_through(name: str) -> None:
    row = np.concatenate([part for key in KEYS for part in (dtmf(key, 0.1), silence(0.12))])
    heard = degrade(samples(np.concatenate([silence(0.5), row, silence(0.5)])), CONDITIONS[name], 1)
    found = "".join(k.key for k in keys_in(heard.astype(float)))
    if name == "gsm":
        assert len(found) >= 12  # made for voices: some keys do not survive it, and none becomes another
        rest = iter(KEYS)
        assert all(key in rest for key in found)
    else:
        assert found == KEYS


def test_the_echo_of_our_own_key_is_not_the_far_sides() -> None:
    ours = np.concatenate([silence(0.5), dtmf("1", 0.16), silence(1)])
    echo = np.concatenate([silence(0.7), 0.3 * dtmf("1", 0.16), silence(0.8)])
    assert not keys_in(echo, ours)
    assert [k.key for k in keys_in(np.concatenate([silence(0.7), dtmf("2", 0.16), silence(0.8)]), ours)] == ["2"]


def test_a_key_is_no_segment_of_its_own() -> None:
    listener = Listener(None)
    sound = samples(np.concatenate([voiced("您好"), silence(1), dtmf("5", 0.3), silence(1)]))
    kinds = []
    for number in range(0, sound.size, FRAME):
        frame = Frame(number, sound[number : number + FRAME], np.zeros(FRAME, np.int16))
        kinds += [e.segment.kind for e in listener.hear(frame) if isinstance(e, SegmentEnded)]
    kinds += [e.segment.kind for e in listener.finish() if isinstance(e, SegmentEnded)]
    assert kinds == [Kind.SPEECH, Kind.SILENCE] or kinds == [Kind.SILENCE, Kind.SPEECH, Kind.SILENCE]


def test_voices_talk_no_keys() -> None:
    assert not keys_in(speech(60, 5))


@needs_prompts
def test_real_voices_talk_no_keys() -> None:
    for voice in voices()[:3]:
        assert not keys_in(in_a_row(prompts(voice, 60.0)).astype(float))
