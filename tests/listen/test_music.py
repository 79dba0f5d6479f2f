from __future__ import annotations

import numpy as np
import pytest

from probe.listen.music import Change, evidence
from probe.speech.voice import Voice
from probe.timeline import Kind
from tests.listen.sounds import measured, music, noise, segmented, silence, speech, voiced


@pytest.mark.parametrize("seed", range(4))
def test_the_evidence_of_notes_and_voices_has_opposite_signs(seed: int) -> None:
    notes = [evidence(f) for f in measured(music(10, seed=seed)) if f.level > -42]
    voices = [evidence(f) for f in measured(speech(10, seed)) if f.level > -42]
    assert np.mean(notes) > 0.4
    assert np.mean(voices) < -0.4


@pytest.mark.parametrize("drums", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_music_is_recognised_and_stays_music(seed: int, drums: bool) -> None:
    found = segmented(np.concatenate([silence(1), music(15, seed=seed, drums=drums), silence(3)]))
    assert [boundary.kind for boundary in found] == [Kind.MUSIC, Kind.SILENCE]
    assert found[0].at == pytest.approx(1.0, abs=0.06)


def test_speech_right_after_music_is_found_at_its_onset() -> None:
    late = []
    for seed in range(8):
        found = segmented(np.concatenate([music(7, seed=seed), speech(4, seed), silence(1)]))
        late.append(abs(next(boundary.at for boundary in found if boundary.kind is Kind.SPEECH) - 7.0))
    assert np.median(late) <= 0.041
    assert sorted(late)[-2] <= 0.06
    assert max(late) <= 0.15


@pytest.mark.parametrize("seed", range(4))
def test_one_short_word_in_a_rest_of_the_music_is_found(seed: int) -> None:
    word = voiced("喂，你好", Voice("cmn", "m3", volume_db=-16))
    found = segmented(np.concatenate([music(5, seed=seed), silence(0.6), word, silence(3)]))
    onsets = [boundary.at for boundary in found if boundary.kind is Kind.SPEECH]
    assert onsets == pytest.approx([5.6], abs=0.04)


@pytest.mark.parametrize("seed", range(4))
def test_music_after_speech_begins_where_it_begins(seed: int) -> None:
    words = voiced("正在为您转接，请稍候")
    found = segmented(np.concatenate([words, silence(0.3), music(6, seed=seed)]))
    start = next(boundary.at for boundary in found if boundary.kind is Kind.MUSIC)
    assert start == pytest.approx(words.size / 8000 + 0.3, abs=0.06)


@pytest.mark.parametrize("seed", range(8))
def test_speech_is_not_music(seed: int) -> None:
    sound = speech(25, seed)
    if seed % 2:
        sound = sound + noise(25, -42, seed)
    assert Kind.MUSIC not in {boundary.kind for boundary in segmented(sound)}


def test_a_change_is_dated_to_where_the_evidence_turned() -> None:
    change = Change(enough=5.0)
    told = [change.add(float(at), ratio) for at, ratio in enumerate([-1, -1, 1, -1, -1, 2, 2, 2])]
    assert told == [False] * 7 + [True]
    assert change.since == 5.0
