from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.simulator.channel import CLEAR, CONDITIONS, G722_DELAY, Channel, Condition, degrade, draw
from probe.timeline import FRAME, RATE, Samples
from tests.listen.sounds import PROMPT, samples, silence, tone, voiced

VOICE = samples(voiced(PROMPT))[: 3 * RATE]


def level(sound: Samples) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound.astype(float) ** 2)) / 32768 + 1e-9))


def likeness(sound: Samples, other: Samples) -> float:
    a, b = sound.astype(float), other.astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


@pytest.mark.parametrize("name", CONDITIONS)
def test_frame_by_frame_and_in_one_piece_are_the_same_samples(name: str) -> None:
    channel = Channel(CONDITIONS[name], seed=5)
    streamed = np.concatenate([channel.hear(VOICE[at : at + FRAME]) for at in range(0, VOICE.size, FRAME)])
    assert np.array_equal(streamed, degrade(VOICE, CONDITIONS[name], seed=5))


def test_a_clear_line_changes_nothing() -> None:
    assert np.array_equal(degrade(VOICE, CLEAR), VOICE)


@given(st.integers(0, 2000), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_the_length_is_kept(size: int, seed: int) -> None:
    condition = draw(np.random.default_rng(seed))
    assert degrade(VOICE[:size], condition, seed).size == size


@pytest.mark.parametrize("gain", [-30.0, -12.0, 0.0])
def test_gain_is_gain(gain: float) -> None:
    assert level(degrade(VOICE, Condition(gain_db=gain))) == pytest.approx(level(VOICE) + gain, abs=0.1)


def test_noise_has_its_level_and_another_seed_another_noise() -> None:
    quiet = np.zeros(RATE, np.int16)
    heard = degrade(quiet, Condition(noise_db=-45.0), 1)
    assert level(heard) == pytest.approx(-45.0, abs=0.5)
    assert not np.array_equal(heard, degrade(quiet, Condition(noise_db=-45.0), 2))


@pytest.mark.parametrize(("burst", "share"), [(1.0, 0.05), (2.0, 0.05), (1.0, 0.01)])
def test_as_many_packets_are_lost_as_said_and_in_bursts_as_long(burst: float, share: float) -> None:
    loud = np.full(40_000 * FRAME, 1000, np.int16)
    channel = Channel(Condition(loss=share, burst=burst), seed=3)
    channel._concealment.missing = lambda: np.zeros(FRAME, np.int16)  # type: ignore[method-assign]
    channel._concealment.received = lambda frame: frame  # type: ignore[method-assign]
    lost = np.array([not channel.hear(loud[at : at + FRAME]).any() for at in range(0, loud.size, FRAME)])
    assert lost.mean() == pytest.approx(share, rel=0.1)
    bursts = np.count_nonzero(lost[1:] & ~lost[:-1]) + lost[0]
    assert lost.sum() / bursts == pytest.approx(burst + (0.05 if burst == 1 else 0), rel=0.1)


def test_a_gap_of_one_packet_is_filled_with_the_voice_and_a_long_one_falls_silent() -> None:
    note = samples(tone([200], (1.0, 0.0), 1))
    heard = degrade(note, Condition(loss=0.05), seed=1)
    assert likeness(heard, note) > 0.99
    channel = Channel(Condition(loss=0.01, burst=1.0), seed=1)
    channel._concealment.received(note[:FRAME])
    gone = [channel._concealment.missing() for _ in range(6)]
    assert level(gone[0]) > level(note) - 6
    assert not gone[5].any()


def test_g722_comes_as_late_as_it_says() -> None:
    click = samples(np.concatenate([silence(0.1), voiced("好"), silence(0.1)]))
    heard = degrade(click, Condition("g722"))
    late = round(G722_DELAY * RATE)
    assert likeness(heard[late:], click[:-late]) > 0.97
    assert likeness(heard[late:], click[:-late]) > max(likeness(heard[k:], click[:-k]) for k in (late - 8, late + 8))


def test_loss_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="loss"):
        Condition(loss=0.9, burst=1.0)
