"""8 kHz for models of 16 kHz: the same sound, with times kept, however it is cut."""

import numpy as np
import pytest

from probe.speech.doubling import Doubler


@pytest.mark.parametrize("hertz", [300, 1000, 2500, 3400])
def test_a_tone_stays_the_same_tone(hertz: int) -> None:
    narrow = np.round(8000 * np.sin(2 * np.pi * hertz * np.arange(4000) / 8000)).astype(np.int16)
    wide = Doubler().feed(narrow).astype(float)
    expected = 8000 * np.sin(2 * np.pi * hertz * np.arange(wide.size) / 16000)
    error = (wide - expected)[200:-200]
    assert 10 * np.log10(np.mean(expected**2) / np.mean(error**2)) > 30


def test_how_the_stream_is_cut_changes_nothing() -> None:
    audio = np.random.default_rng(1).integers(-9000, 9000, 3000).astype(np.int16)
    whole = Doubler().feed(audio)
    doubler = Doubler()
    parts = np.concatenate([doubler.feed(audio[start : start + 7]) for start in range(0, audio.size, 7)])
    assert np.array_equal(parts, whole)
    assert np.array_equal(whole[::2], audio[: whole.size // 2])
