from __future__ import annotations

import numpy as np

from probe.listen.said_again import Curve, Curves, curve, likeness


def said(seed: int, seconds: float, noise: float = 0.0) -> Curve:
    """Syllables of a sixth of a second, each as loud as it happens to be, in noise of so many dB."""
    rng = np.random.default_rng(seed)
    syllables = rng.uniform(-45.0, -20.0, round(seconds * 6) + 1)
    frames = np.repeat(syllables, 8)[: round(seconds * 50)]
    return frames + np.random.default_rng(seed + 1000).normal(0.0, noise, frames.size)


def test_a_curve_has_the_level_of_every_frame_and_gaps_where_packets_were_lost() -> None:
    made = curve([(1.0, -20.0), (1.02, -30.0), (1.06, -40.0), (9.0, 0.0)], 1.0, 1.1)
    assert made.size == 5
    assert made[:2].tolist() == [-20.0, -30.0]
    assert np.isnan(made[2])
    assert made[3] == -40.0


def test_a_recording_that_is_played_again_sounds_alike_through_noise_lost_packets_and_a_late_beginning() -> None:
    kept = Curves()
    first = said(1, 6.0)
    kept.keep(first)
    again = said(1, 6.0, noise=4.0)
    again[20:24] = np.nan
    assert kept.again(again)
    assert kept.again(again[3:])
    assert kept.again(again[:160]), "as soon as three seconds are heard"
    assert not kept.again(again[:140])
    assert not kept.again(again[12:])


def test_other_sentences_do_not() -> None:
    kept = Curves()
    for seed in range(20):
        kept.keep(said(seed, 6.0))
    assert not any(kept.again(said(seed, 6.0)) for seed in range(100, 130))
    assert likeness(said(1, 2.0), said(1, 2.0)) == 0.0, "too short to tell"
    level = np.full(300, -30.0)
    assert likeness(level, level) == 0.0, "an even sound is nobody's"
