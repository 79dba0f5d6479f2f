"""What is played: tones, music, rooms, and how they are laid over each other."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from probe.simulator import music, rooms, tones
from probe.simulator.places import MusicStyle
from probe.simulator.player import Player
from probe.simulator.seeds import call_seed
from probe.simulator.songs import SONGS
from probe.timeline import RATE


def test_ringback_is_450_hz_one_second_in_five() -> None:
    sound = tones.ringback(10.0).astype(float)
    spectrum = np.abs(np.fft.rfft(sound[:RATE]))
    assert int(np.argmax(spectrum)) == 450
    on = np.abs(sound.reshape(-1, 160)).max(axis=1) > 100
    assert on.sum() * 0.02 == pytest.approx(2.0, abs=0.05)
    assert not on[60:240].any()


@pytest.mark.parametrize("style", sorted({*music.STYLES, *SONGS}))
def test_each_style_has_pieces_of_its_own_at_one_level(style: str) -> None:
    first, second = music.piece(style, 0), music.piece(style, 1)
    assert not np.array_equal(first[:80000], second[:80000])
    level = 20 * np.log10(np.sqrt(np.mean(first.astype(float) ** 2)) / 32768)
    assert level == pytest.approx(-22, abs=0.5)
    assert 25 < first.size / RATE < 40


def test_every_style_can_be_written_in_a_hotline() -> None:
    assert set(get_args(MusicStyle)) == {*music.STYLES, *SONGS}


@pytest.mark.parametrize("style", ["piano", "pop"])
def test_a_piece_is_the_same_samples_each_time(style: str) -> None:
    once = music.piece(style, 2).copy()
    music.piece.cache_clear()
    assert np.array_equal(once, music.piece(style, 2))


def test_rooms_differ() -> None:
    kinds = [
        rooms.noise(kind, n, -45).tobytes() for kind in ("quiet", "office", "babble") for n in range(rooms.VARIETIES)
    ]
    assert len(set(kinds)) == 3 * rooms.VARIETIES


def test_a_sound_in_front_lies_over_the_music_or_stops_it() -> None:
    music_ = np.arange(1600, dtype=np.int16)
    for over in (True, False):
        player = Player()
        player.behind(music_)
        player.next()
        player.play(np.full(320, 7, np.int16), over_background=over)
        heard = np.concatenate([player.next(), player.next()])
        assert np.array_equal(heard, music_[160:480] + 7 if over else np.full(320, 7))
        assert np.array_equal(player.next(), music_[480:640] if over else music_[160:320])


def test_the_background_goes_round_without_a_gap() -> None:
    player = Player()
    player.behind(np.arange(1, 201, dtype=np.int16))
    heard = np.concatenate([player.next() for _ in range(5)])
    assert np.array_equal(heard, np.resize(np.arange(1, 201), 800))


def test_the_seed_of_a_call_is_fixed_for_all_time_and_differs_by_call() -> None:
    assert call_seed(1, "zhenjiang-water", "05115550001", 0) == 1566679986843061568
    seeds = {call_seed(run, line, caller, n) for run in (1, 2) for line in "ab" for caller in "12" for n in (0, 1)}
    assert len(seeds) == 16
