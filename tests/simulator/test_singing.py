"""The singing voice: it sings the notes it is given, with vibrato where a singer has it, on syllables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.simulator import music
from probe.simulator.singing import LANGUAGES, Note, singer, sung
from probe.simulator.songs import SONGS
from probe.timeline import RATE

_PLAIN = replace(singer(np.random.default_rng(0), woman=False), language="la", wander=0.0, breath=0.0, glide=0.05)


def pitch(wave: np.ndarray, begin: float, seconds: float) -> float:
    """Hz of the fundamental in a stretch, by autocorrelation."""
    part = wave[round(begin * RATE) : round((begin + seconds) * RATE)]
    spectrum = np.abs(np.fft.rfft(part, 4 * part.size)) ** 2
    correlation = np.fft.irfft(spectrum)[: part.size // 2]
    lags = np.arange(RATE // 500, RATE // 80)
    return RATE / float(lags[int(correlation[lags].argmax())])


@pytest.mark.parametrize("note", [45.0, 52.0, 57.0, 64.0])
def test_a_note_is_sung_at_its_pitch(note: float) -> None:
    wave = sung([Note(note, 0.1, 1.0)], replace(_PLAIN, vibrato=0.0), 1.3, np.random.default_rng(1))
    assert pitch(wave, 0.5, 0.4) == pytest.approx(440 * 2 ** ((note - 69) / 12), rel=0.02)


def test_vibrato_moves_the_pitch_and_sets_in_late() -> None:
    for depth, moves in ((0.0, False), (0.7, True)):
        who = replace(_PLAIN, vibrato=depth, rate=5.0)
        wave = sung([Note(57.0, 0.0, 2.0)], who, 2.0, np.random.default_rng(2))
        heard = [pitch(wave, at, 0.06) for at in np.arange(0.6, 1.6, 0.05)]
        assert (max(heard) / min(heard) > 1.03) is moves


def test_languages_and_singers_differ_and_a_song_has_breaths() -> None:
    languages = {singer(np.random.default_rng(seed), woman=bool(seed % 2)).language for seed in range(40)}
    assert languages == set(LANGUAGES)
    loud = np.abs(music.piece("folk", 1).astype(float)[: 30 * RATE].reshape(-1, 800)).max(axis=1) > 200
    assert 0.5 < loud.mean() < 0.95


@pytest.mark.parametrize("style", sorted(SONGS))
def test_songs_are_other_in_every_tune(style: str) -> None:
    assert len({music.piece(style, tune).tobytes() for tune in range(4)}) == 4
