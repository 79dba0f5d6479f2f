from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.timeline import Kind, SegmentEnded, ToneHeard
from tests.listen.sounds import Sound, frames, music, silence, speech, tone


def heard(sound: Sound, country: str) -> tuple[list[ToneHeard], list[Kind]]:
    listener = Listener(None, country=country)
    events = [event for frame in frames(sound) for event in listener.hear(frame)]
    events += list(listener.finish())
    return (
        [event for event in events if isinstance(event, ToneHeard)],
        [event.segment.kind for event in events if isinstance(event, SegmentEnded)],
    )


@pytest.mark.parametrize(
    ("country", "frequencies", "cadence"),
    [
        ("CN", (480, 620), (0.5, 0.5)),
        ("CN", (425,), (0.5, 0.5)),
        ("US", (425,), (0.25, 0.25)),
        ("GB", (450,), (0.7, 0.7)),
    ],
)
def test_a_tone_of_another_network_is_unknown_and_its_meaning_is_not_guessed(
    country: str, frequencies: tuple[float, ...], cadence: tuple[float, float]
) -> None:
    tones, kinds = heard(np.concatenate([silence(1), tone(frequencies, cadence, 6), silence(2)]), country)
    assert [t.tone for t in tones] == [Kind.UNKNOWN_TONE]
    assert tones[0].meaning == ""
    assert tones[0].plan == country
    assert tones[0].frequencies == pytest.approx(frequencies, abs=3)
    assert tones[0].cadence == pytest.approx(cadence, abs=0.03)
    assert Kind.UNKNOWN_TONE in kinds
    assert not {Kind.BUSY, Kind.CONGESTION, Kind.RINGBACK} & set(kinds)


def test_a_tone_that_stands_and_is_of_no_plan_is_unknown() -> None:
    tones, kinds = heard(np.concatenate([silence(1), tone([1004], (7.0, 1.0), 1), silence(1)]), "CN")
    assert [(t.tone, t.cadence) for t in tones] == [(Kind.UNKNOWN_TONE, ())]
    assert Kind.UNKNOWN_TONE in kinds


def test_the_plan_goes_first() -> None:
    tones, _ = heard(np.concatenate([silence(1), tone([450], (0.35, 0.35), 8), silence(2)]), "CN")
    assert [t.tone for t in tones] == [Kind.BUSY]


def test_a_note_in_a_recording_that_comes_again_and_again_is_no_tone() -> None:
    """A bot says the same five times, a note in it, each time 2.1 s after the last: the pauses are full of speech."""
    once = np.concatenate([tone([440], (0.2, 0.3), 1), speech(1.2, 5), silence(0.4)])
    tones, _ = heard(np.concatenate([silence(1), *([once] * 5)]), "CN")
    assert not [t for t in tones if t.tone is Kind.UNKNOWN_TONE]
    quiet = np.concatenate([tone([440], (0.2, 0.3), 1), silence(1.6)])
    tones, _ = heard(np.concatenate([silence(1), *([quiet] * 5)]), "CN")
    assert [t.tone for t in tones] == [Kind.UNKNOWN_TONE]


def test_a_melody_is_no_cadence() -> None:
    for seed in range(4):
        tones, _ = heard(music(20, seed=seed, drums=True), "CN")
        assert not tones
