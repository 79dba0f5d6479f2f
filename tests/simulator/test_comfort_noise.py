from __future__ import annotations

import numpy as np
import pytest

from probe.simulator.channel import Condition, degrade
from probe.simulator.comfort_noise import ComfortNoise, Suppression, draw
from probe.timeline import FRAME, RATE, Samples
from tests.listen.sounds import samples, silence, tone

CALL = samples(np.concatenate([tone([300], (1.0, 1.0), 2), silence(0.5)]))


def levels(sound: Samples) -> list[float]:
    squares = np.mean(sound.reshape(-1, FRAME).astype(float) ** 2, axis=1)
    return list(10 * np.log10(squares + 1e-9) - 90.31)


@pytest.mark.parametrize("hang_over", [0.06, 0.2, 0.3])
def test_it_begins_after_the_hang_over_and_ends_with_the_next_sound(hang_over: float) -> None:
    heard = levels(degrade(CALL, Condition(comfort=ComfortNoise(-50.0, 0.5, hang_over)), 1))
    silent, first = round(hang_over * RATE / FRAME), RATE // FRAME
    assert all(level < -80 for level in heard[first : first + silent])
    assert all(level == pytest.approx(-50.0, abs=2.5) for level in heard[first + silent : 2 * first])
    assert heard[2 * first] == pytest.approx(-18.0, abs=1.0)


def test_noise_over_the_threshold_is_passed_on() -> None:
    room = np.random.default_rng(1).normal(0, 60, RATE).astype(np.int16)
    assert np.array_equal(degrade(room, Condition(comfort=ComfortNoise(threshold_db=-60.0))), room)


def test_a_slope_takes_from_the_high_half_of_the_band() -> None:
    quiet = np.zeros(4 * RATE, np.int16)

    def high(slope: float) -> float:
        heard = degrade(quiet, Condition(comfort=ComfortNoise(-40.0, slope)), 1).astype(float)
        power = np.abs(np.fft.rfft(heard)) ** 2
        return float(power[power.size // 2 :].sum() / power.sum())

    assert high(0.8) < 0.7 * high(0.0)


def test_a_line_without_it_and_other_chances_stay_as_they_were() -> None:
    noisy = Condition("pcma", noise_db=-50.0, loss=0.05)
    with_it = Condition("pcma", noise_db=-50.0, loss=0.05, comfort=ComfortNoise(threshold_db=-90.0))
    assert np.array_equal(degrade(CALL[: 2 * RATE // 2], noisy, 4), degrade(CALL[: 2 * RATE // 2], with_it, 4))


def test_what_is_drawn_is_drawn_again_with_the_same_seed() -> None:
    assert draw(np.random.default_rng(5)) == draw(np.random.default_rng(5)) != draw(np.random.default_rng(6))
    assert Suppression(draw(np.random.default_rng(5)), np.random.default_rng(1)).sounds is False
