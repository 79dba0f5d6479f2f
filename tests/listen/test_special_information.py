from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.simulator.channel import CONDITIONS, Condition, degrade
from probe.timeline import Kind, SegmentEnded, ToneHeard
from tests.listen.sounds import Sound, frames, samples, silence, tone, voiced

LOW, HIGH, LAST = (913.8, 1370.6), (985.2, 1428.5), 1776.7
SHORT, LONG = 0.274, 0.380
Notes = tuple[tuple[float, float], ...]
CODES: tuple[tuple[str, Notes], ...] = (
    ("intercept", ((LOW[0], SHORT), (LOW[1], SHORT), (LAST, LONG))),
    ("vacant", ((HIGH[0], LONG), (LOW[1], SHORT), (LAST, LONG))),
    ("reorder", ((LOW[0], SHORT), (HIGH[1], LONG), (LAST, LONG))),
    ("reorder", ((HIGH[0], SHORT), (LOW[1], LONG), (LAST, LONG))),
    ("no_circuit", ((HIGH[0], LONG), (HIGH[1], LONG), (LAST, LONG))),
    ("no_circuit", ((LOW[0], LONG), (LOW[1], LONG), (LAST, LONG))),
    ("", ((950.0, 0.33), (1400.0, 0.33), (1800.0, 0.33))),
)
"""Meanings with the frequency and length of each note (Telcordia; the last: E.180's own)."""


def coded(notes: Notes, level: float = -20.0) -> Sound:
    return np.concatenate([tone([frequency], (length, 0.0), 1, level) for frequency, length in notes])


def heard(sound: Sound) -> tuple[list[ToneHeard], list[Kind]]:
    listener = Listener(None)
    events = [event for frame in frames(sound) for event in listener.hear(frame)]
    events += list(listener.finish())
    return (
        [event for event in events if isinstance(event, ToneHeard)],
        [event.segment.kind for event in events if isinstance(event, SegmentEnded)],
    )


@pytest.mark.parametrize(("meaning", "notes"), CODES)
@pytest.mark.parametrize("condition", ["clear", "pcmu", "g722", "noisy", "very soft"])
def test_each_coding_has_its_meaning(meaning: str, notes: Notes, condition: str) -> None:
    sound = degrade(samples(np.concatenate([silence(1), coded(notes), silence(1)])), CONDITIONS[condition], 2)
    tones, kinds = heard(sound.astype(float))
    assert [(t.tone, t.meaning) for t in tones] == [(Kind.SPECIAL_INFORMATION_TONE, meaning)]
    assert Kind.SPECIAL_INFORMATION_TONE in kinds
    assert Kind.SPEECH not in kinds
    assert tones[0].at == pytest.approx(1.0, abs=0.02)


def test_the_announcement_after_it_is_speech() -> None:
    tones, kinds = heard(
        np.concatenate([silence(1), coded(CODES[0][1]), silence(0.2), voiced("您拨打的号码是空号"), silence(1)])
    )
    assert [t.meaning for t in tones] == ["intercept"]
    assert kinds.count(Kind.SPEECH) == 1


def test_lost_packets_may_take_the_meaning_but_not_make_another() -> None:
    for meaning, notes in CODES[:-1]:
        for seed in range(6):
            sound = samples(np.concatenate([silence(1), coded(notes), silence(1)]))
            tones, _ = heard(degrade(sound, Condition("pcma", loss=0.05, burst=1.5), seed).astype(float))
            assert all(t.meaning in (meaning, "") for t in tones)


def test_two_notes_or_falling_ones_are_not_it() -> None:
    two = coded(CODES[0][1][:2])
    falling = coded(CODES[-1][1][::-1])
    for sound in (two, falling):
        tones, kinds = heard(np.concatenate([silence(1), sound, silence(1)]))
        assert not tones
        assert Kind.SPECIAL_INFORMATION_TONE not in kinds
