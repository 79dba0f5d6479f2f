from __future__ import annotations

import numpy as np
import pytest

from probe.simulator.channel import CONDITIONS, degrade
from probe.timeline import Kind
from tests.listen.sounds import RATE, Sound, at_level, music, samples, silence, speech, tone
from tests.listen.test_special_information import heard


def answer(seconds: float, modulated: bool = False, reversals: bool = False, hertz: float = 2100.0) -> Sound:
    """CED, ANS (with phase reversals each 450 ms) or ANSam (20 % at 15 Hz)."""
    time = np.arange(round(seconds * RATE)) / RATE
    phase = np.pi * (time // 0.45) if reversals else 0.0
    wave = np.sin(2 * np.pi * hertz * time + phase)
    return at_level(wave * (1 + 0.2 * np.sin(2 * np.pi * 15 * time)) if modulated else wave, -18.0)


@pytest.mark.parametrize("condition", ["clear", "pcma", "g722", "noisy", "loss 1 %"])
@pytest.mark.parametrize(
    ("sound", "meaning"),
    [
        (answer(3.0), "answer_tone"),
        (answer(3.3, reversals=True), "answer_tone"),
        (answer(3.3, modulated=True, reversals=True), "answer_tone_v8"),
        (answer(3.0, hertz=2225.0), "answer_tone"),
        (tone([1100], (0.5, 3.0), 2), "fax_calling"),
        (tone([1300], (0.6, 1.75), 2), "modem_calling"),
    ],
)
def test_fax_machines_and_modems_are_known_with_what_they_say(condition: str, sound: Sound, meaning: str) -> None:
    call = degrade(samples(np.concatenate([silence(1), sound, silence(1)])), CONDITIONS[condition], 3)
    tones, kinds = heard(call.astype(float))
    assert [(t.tone, t.meaning) for t in tones] == [(Kind.FAX_OR_MODEM, meaning)]
    assert Kind.FAX_OR_MODEM in kinds
    assert tones[0].at == pytest.approx(1.0, abs=0.03)


def test_one_beep_is_no_fax() -> None:
    for beep in (tone([1100], (0.5, 4.0), 1), tone([2100], (0.8, 1.0), 1), tone([1000], (0.4, 2.0), 1)):
        tones, kinds = heard(np.concatenate([silence(1), beep, silence(1)]))
        assert not tones
        assert Kind.FAX_OR_MODEM not in kinds


def test_voices_and_music_are_no_machines() -> None:
    tones, _ = heard(np.concatenate([speech(15, 2), music(15, seed=3)]))
    assert not tones
