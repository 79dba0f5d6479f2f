from __future__ import annotations

import numpy as np
import pytest

from probe.errors import UserError
from probe.listen.tone_plans import plan
from probe.timeline import Kind
from tests.listen.sounds import music, noise, segmented, silence, speech, tone

TONES = {Kind.RINGBACK, Kind.BUSY, Kind.CONGESTION, Kind.SPECIAL_INFORMATION_TONE}


@pytest.mark.parametrize("country", ["CN", "US", "GB", "EU"])
@pytest.mark.parametrize("kind", [Kind.RINGBACK, Kind.BUSY, Kind.CONGESTION])
def test_every_tone_of_every_plan_is_known_within_two_cadences(country: str, kind: Kind) -> None:
    cadence = next(row for row in plan(country).tones if row.kind is kind)
    times = [t for pair in zip(cadence.on, cadence.off, strict=True) for t in pair]
    sound = np.concatenate([silence(1), tone(cadence.frequencies, times, 2), silence(1)])
    found = [boundary for boundary in segmented(sound, country) if boundary.kind in TONES]
    assert [boundary.kind for boundary in found] == [kind]
    assert found[0].at == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("level", [-35.0, -6.0])
@pytest.mark.parametrize("off_pitch", [-12.0, 12.0])
def test_a_tone_may_be_soft_or_loud_off_pitch_and_noisy(level: float, off_pitch: float) -> None:
    sound = np.concatenate([silence(1), tone([450 + off_pitch], (0.35, 0.35), 6, level), silence(1)])
    assert Kind.BUSY in {b.kind for b in segmented(sound + noise(sound.size / 8000, level - 25))}


def test_a_single_ring_then_an_answer_is_ringback_and_speech() -> None:
    sound = np.concatenate([silence(1), tone([450], (1.0, 2.0), 1), speech(3), silence(1)])
    assert [boundary.kind for boundary in segmented(sound)][:3] == [Kind.RINGBACK, Kind.SILENCE, Kind.SPEECH]


def test_ringback_ends_with_its_last_burst() -> None:
    sound = np.concatenate([silence(1), tone([450], (1.0, 4.0), 2), silence(4)])
    found = segmented(sound)
    assert [boundary.kind for boundary in found] == [Kind.RINGBACK, Kind.SILENCE]
    assert found[1].at == pytest.approx(7.0, abs=0.02)


def test_the_special_information_tone_is_three_rising_notes() -> None:
    rising = np.concatenate([tone([f], (0.33, 0.0), 1) for f in (950, 1400, 1800)])
    falling = np.concatenate([tone([f], (0.33, 0.0), 1) for f in (1800, 1400, 950)])
    assert segmented(np.concatenate([silence(1), rising, silence(1)]))[0].kind is Kind.SPECIAL_INFORMATION_TONE
    kinds = {boundary.kind for boundary in segmented(np.concatenate([silence(1), falling, silence(1)]))}
    assert Kind.SPECIAL_INFORMATION_TONE not in kinds


def test_a_beep_of_no_cadence_is_no_tone() -> None:
    sound = np.concatenate([silence(1), tone([450], (0.35, 1.5), 1), tone([450], (0.2, 2.0), 1), silence(1)])
    assert not TONES & {boundary.kind for boundary in segmented(sound)}


@pytest.mark.parametrize("seed", range(6))
def test_there_are_no_tones_in_speech_and_music(seed: int) -> None:
    sound = np.concatenate([speech(20, seed), music(20, seed=seed, drums=seed % 2 == 0)])
    assert not TONES & {boundary.kind for boundary in segmented(sound)}


def test_an_unknown_country_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="CN"):
        plan("XX")
