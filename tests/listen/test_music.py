from __future__ import annotations

import numpy as np
import pytest

from probe.listen.music import Change, OverMusic, evidence
from probe.simulator.music import piece
from probe.speech.voice import Voice
from probe.timeline import RATE, Kind
from tests.listen.sounds import at_level, measured, music, noise, segmented, silence, speech, voiced


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


@pytest.mark.parametrize("text", ["坐席全忙，请继续等待", "您目前排在第一位，请稍候"])
@pytest.mark.parametrize("style", ["bells", "piano", "pentatonic", "synth"])
def test_a_short_announcement_hardly_louder_than_even_music_is_speech(text: str, style: str) -> None:
    tune = at_level(piece(style, 31)[: 14 * RATE].astype(float), -24.0)
    said = at_level(voiced(text, Voice("cmn", "f2")), -19.0)
    tune[8 * RATE : 8 * RATE + said.size] += said
    begins = [boundary.at for boundary in segmented(tune) if boundary.kind is Kind.SPEECH]
    assert begins
    assert begins[0] == pytest.approx(8.0, abs=0.6)


def test_what_a_voice_takes_from_the_evidence_is_clear_where_the_music_alone_is_even() -> None:
    def heard(low: int, every: int) -> OverMusic:
        """Music whose evidence is low in `low` frames of `every`, and then half a second of a voice."""
        over = OverMusic()
        for n in range(1000):
            assert over.begins(n * 0.02, 0.0 if n % every < low else 2.0) is None
        assert not over.clear
        begun = [at for n in range(1000, 1025) if (at := over.begins(n * 0.02, 0.0)) is not None]
        assert begun == [pytest.approx(20.0, abs=0.1)] * len(begun)
        assert bool(begun) is (low * 4 < every)
        return over

    even, uneven, restless = heard(1, 50), heard(3, 20), heard(8, 20)
    assert (even.clear, uneven.clear, restless.clear) == (True, False, False)
    even.sings()
    assert not even.seems_to_begin


def test_a_note_that_sets_in_is_no_voice() -> None:
    over = OverMusic()
    for n in range(1000):
        assert over.begins(n * 0.02, 0.0 if n >= 500 and n % 50 < 9 else 2.0) is None


def _right_in(usual: float, *stretches: tuple[int, float]) -> list[float]:
    """Since when, and known when, somebody who began to speak in music of so much evidence is no longer heard; the voice's evidence
    comes in stretches of frames from 1 s on."""
    over, music = OverMusic(), Change(45.0)
    for n in range(300):
        over.begins(n * 0.02 - 5.0, usual)
    over.spoken_over(1.0)
    at = 1.0
    for frames, ratio in stretches:
        for _ in range(frames):
            since = over.may_go_on(at, ratio, music)
            if since is not None:
                return [round(since, 2), round(at, 2)]
            at += 0.02
    return []


def test_what_stands_still_between_words_right_in_the_music_is_no_end_of_the_speech() -> None:
    said = ((12, -1.0), (12, 2.0)) * 8  # the music of any kind has enough by far
    assert _right_in(1.5, *said) == []
    end = 1.0 + 8 * 24 * 0.02
    since, known = _right_in(1.5, *said, (60, 2.0))
    assert since == pytest.approx(end, abs=0.3)
    assert known - end == pytest.approx(0.1, abs=0.06)


def test_after_what_was_said_right_in_the_music_other_music_is_known_by_itself() -> None:
    said, end = (50, -1.0), 2.0
    since, known = _right_in(1.9, said, (600, 0.9))  # stiller than any voice, and less than the music before
    assert since == pytest.approx(end, abs=0.05)
    assert known - end == pytest.approx(6 * 45 / 0.9 * 0.02, abs=0.1)
