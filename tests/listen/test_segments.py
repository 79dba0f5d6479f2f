from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.listen.segments import HANG_OVER_QUEUED, Segmenter
from probe.speech.voice import Voice
from probe.timeline import Kind
from tests.listen.sounds import (
    PROMPT,
    at_level,
    babble,
    frames,
    measured,
    music,
    noise,
    segmented,
    silence,
    tone,
    voiced,
)

AGENT = Voice("cmn", "m3", 200, 45, -17.0)


def test_a_whole_menu_is_one_segment() -> None:
    words = voiced(PROMPT)
    found = segmented(np.concatenate([silence(1), words, silence(1)]))
    assert [(b.kind, round(b.at, 1)) for b in found] == [
        (Kind.SPEECH, 1.0),
        (Kind.SILENCE, round(1 + words.size / 8000, 1)),
    ]


def test_a_vowel_as_pure_as_a_tone_is_the_beginning_of_the_voice_that_goes_on() -> None:
    t = np.arange(480) / 8000
    attack = at_level(sum(np.sin(2 * np.pi * 150 * n * t) for n in range(1, 9)) * np.linspace(0.2, 1, 480), -24.0)
    said = np.concatenate([attack, tone([450.0], [0.1, 0.0], 1, -26.0), silence(0.08), voiced("好请讲")])
    found = segmented(np.concatenate([silence(1), said, silence(1)]) + noise(2 + said.size / 8000, -60.0))
    assert [b.at for b in found if b.kind is Kind.SPEECH] == [pytest.approx(1.0, abs=0.03)]


@pytest.mark.parametrize(
    ("second", "pause", "whole"),
    [(0.2, 0.1, True), (0.2, 0.4, False), (0.45, 0.1, False)],
    ids=["a syllable", "after a pause", "longer than a syllable"],
)
def test_syllables_as_pure_as_a_tone_after_ringing_are_one_voice_with_what_follows(
    second: float, pause: float, whole: bool
) -> None:
    t = np.arange(480) / 8000
    attack = at_level(sum(np.sin(2 * np.pi * 150 * n * t) for n in range(1, 9)) * np.linspace(0.2, 1, 480), -24.0)
    syllables = [attack, tone([450.0], [0.2, 0.0], 1, -26.0), silence(pause), tone([450.0], [second, 0.0], 1, -26.0)]
    ringing = np.concatenate([silence(1), tone([450.0], [1.0, 4.0], 2, -20.0)[: -2 * 8000]])
    heard = np.concatenate([ringing, *syllables, silence(0.08), voiced("好请讲"), silence(1)])
    found = segmented(heard + noise(heard.size / 8000 + 1, -60.0)[: heard.size])
    (begins,) = (b.at - ringing.size / 8000 for b in found if b.kind is Kind.SPEECH)
    assert (begins == pytest.approx(0.0, abs=0.03)) is whole


@pytest.mark.parametrize(("peaks", "began"), [(33, 3.0), (45, 3.7)])
def test_a_soft_creaky_word_begins_what_is_said_and_a_click_does_not(peaks: int, began: float) -> None:
    """Of a line at -20 dB: a word without pitch, 19 dB over a room that is known, and then a voice."""
    heard = np.concatenate([silence(3), noise(0.2, -38.0), silence(0.5), voiced("请讲"), silence(1)])
    heard += noise(heard.size / 8000, -57.0, seed=3)[: heard.size]
    segmenter, found = Segmenter(), list[float]()
    for features, frame in zip(measured(heard), frames(heard), strict=True):
        creaks = features._replace(peaks=peaks, voicing=0.28, steady=0.0) if 3.0 <= features.at < 3.2 else features
        found += [b.at for b in segmenter.hear(creaks, frame.heard)[0] if b.kind is Kind.SPEECH]
    assert found == [pytest.approx(began, abs=0.06)]


def test_a_beep_before_a_voice_is_no_part_of_it() -> None:
    said = np.concatenate([tone([450.0], [0.15, 0.0], 1, -26.0), silence(0.1), voiced("好请讲")])
    found = segmented(np.concatenate([silence(1), said, silence(1)]) + noise(2 + said.size / 8000, -60.0))
    assert [b.at for b in found if b.kind is Kind.SPEECH] == [pytest.approx(1.25, abs=0.06)]


def test_packets_lost_in_a_room_do_not_make_its_next_pause_another_room() -> None:
    one, other = voiced("您好请问"), voiced("有什么可以帮您")
    heard = np.concatenate([silence(2), one, silence(0.2), other, silence(0.4), one, silence(1)])
    heard += noise(heard.size / 8000, -46.0)
    hole = 2 * 8000 + one.size + round(0.15 * 8000)
    heard[hole : hole + 400] = 0
    assert [b.kind for b in segmented(heard)].count(Kind.SPEECH) == 1


@pytest.mark.parametrize(("pause", "segments"), [(0.6, 1), (0.8, 2)])
def test_speech_ends_after_0_7_s_without_sound(pause: float, segments: int) -> None:
    found = segmented(np.concatenate([voiced("请稍候"), silence(pause), voiced("请稍候"), silence(1)]))
    assert [boundary.kind for boundary in found].count(Kind.SPEECH) == segments


def test_once_the_caller_is_queued_speech_ends_sooner() -> None:
    heard = np.concatenate([voiced("请稍候"), silence(HANG_OVER_QUEUED + 0.1), voiced("您好请讲"), silence(1)])
    assert [b.kind for b in segmented(heard)].count(Kind.SPEECH) == 1
    queued = Segmenter()
    queued.hang_over = HANG_OVER_QUEUED
    assert [b.kind for b in segmented(heard, segmenter=queued)].count(Kind.SPEECH) == 2


@pytest.mark.parametrize("room", ["hum", "voices"])
@pytest.mark.parametrize("seed", range(4))
def test_a_person_in_a_room_is_noise_and_then_speech_at_the_first_sound(room: str, seed: int) -> None:
    said = np.concatenate([silence(0.7), voiced("您好，工号一零二三，请讲", AGENT), silence(2)])
    seconds = said.size / 8000
    behind = noise(seconds, -38, seed) if room == "hum" else babble(seconds, -34, seed)
    found = segmented(np.concatenate([music(6, seed=seed), said + behind]))
    after = [(b.kind, b.at) for b in found if b.at > 5.5]
    assert [kind for kind, _ in after] == [Kind.NOISE, Kind.SPEECH, Kind.NOISE]
    assert after[0][1] == pytest.approx(6.0, abs=0.06)
    assert after[1][1] == pytest.approx(6.7, abs=0.07)


@pytest.mark.parametrize("level", [-36.0, -46.0, -58.0])
def test_a_room_that_opens_parts_a_prompt_from_the_person_right_after_it(level: float) -> None:
    prompt = voiced("电话已接通")
    said = np.concatenate([silence(0.6), voiced("您好，请讲", AGENT), silence(2)])
    found = segmented(np.concatenate([silence(1), prompt, said + noise(said.size / 8000, level)]))
    starts = [boundary.at for boundary in found if boundary.kind is Kind.SPEECH]
    assert starts == pytest.approx([1.0, 1.6 + prompt.size / 8000], abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_somebody_who_speaks_as_soon_as_the_room_is_there_is_dated_to_the_first_word(seed: int) -> None:
    said = np.concatenate([silence(0.32), voiced("您好，请讲", AGENT), silence(2)])
    room = babble(said.size / 8000, -36, seed)
    found = segmented(np.concatenate([silence(1), said + room]))
    starts = [boundary.at for boundary in found if boundary.kind is Kind.SPEECH]
    assert starts[-1] == pytest.approx(1.32, abs=0.08)


@pytest.mark.parametrize("variant", ["f1", "f4", "m2", "m7", "benjamin"])
@pytest.mark.parametrize("rate", [160, 200, 230])
def test_no_room_opens_within_a_clean_sentence(variant: str, rate: int) -> None:
    words = voiced("人工坐席繁忙，小智也可以为您解答", Voice("cmn", variant, rate, volume_db=-14.0))
    found = segmented(np.concatenate([silence(0.5), words, silence(2)]))
    assert [boundary.kind for boundary in found] == [Kind.SPEECH, Kind.SILENCE]


@pytest.mark.parametrize(
    ("words", "rate", "pitch"),
    [("您好，请问您还在吗", 176, 36), ("我是语音助手小信，请说出您的问题", 174, 38)],
)
def test_a_rough_voice_is_no_room(words: str, rate: int, pitch: int) -> None:
    said = voiced(words, Voice("cmn", "benjamin", rate, pitch, -16.0, 0.972))
    found = segmented(np.concatenate([silence(0.5), said, silence(2)]))
    assert [boundary.kind for boundary in found] == [Kind.SPEECH, Kind.SILENCE]


def test_a_short_word_in_a_known_room_stays_a_word_when_the_room_grows_louder() -> None:
    word = voiced("呃", AGENT)[: round(0.2 * 8000)]
    room = np.concatenate([noise(1.5, -38), noise(1.7, -26)])
    start = round(1.3 * 8000)
    room[start : start + word.size] += word
    found = segmented(np.concatenate([silence(1), room]))
    assert any(b.kind is Kind.SPEECH and b.at == pytest.approx(2.3, abs=0.06) for b in found)


def test_a_click_is_not_speech() -> None:
    click = np.zeros(160)
    click[:80] = 8000
    kinds = {b.kind for b in segmented(np.concatenate([silence(1), click, silence(1)]))}
    assert Kind.SPEECH not in kinds


def test_a_pick_up_into_a_silent_room_is_noise_for_as_long_as_it_lasts() -> None:
    found = segmented(np.concatenate([silence(2), noise(6, -42)]))
    assert [boundary.kind for boundary in found] == [Kind.NOISE]


PIECES = st.sampled_from(["silence", "speech", "music", "noise", "busy", "ring"])


@given(st.lists(st.tuples(PIECES, st.integers(0, 3)), min_size=1, max_size=5))
@settings(max_examples=12, deadline=None)
def test_boundaries_never_go_back_behind_the_segment_they_end(pieces: list[tuple[str, int]]) -> None:
    made = {
        "silence": lambda seed: silence(0.4 + seed / 2),
        "speech": lambda seed: voiced("请稍候", Voice("cmn", ("f1", "m2", "f3", "m4")[seed])),
        "music": lambda seed: music(2, seed=seed),
        "noise": lambda seed: noise(1, -40 - seed, seed),
        "busy": lambda seed: tone([450], (0.35, 0.35), 3),
        "ring": lambda seed: tone([450], (1.0, 1.0), 1),
    }
    sound = np.concatenate([made[name](seed) for name, seed in pieces])
    found = segmented(sound)
    assert all(a.at < b.at for a, b in pairwise(found))
    assert all(0 <= boundary.at <= sound.size / 8000 + 0.02 for boundary in found)
    assert all(a.kind is not b.kind or a.kind is Kind.MUSIC for a, b in pairwise(found))


def test_a_short_sound_between_two_rings_is_somebody_who_answered() -> None:
    ringing = np.concatenate([silence(1), tone([450], (1.0, 4.0), 1), tone([450], (1.0, 2.0), 1)])
    said = np.concatenate([voiced("啊", AGENT), silence(2)])
    found = segmented(np.concatenate([ringing, said]))
    assert [boundary.kind for boundary in found] == [Kind.RINGBACK, Kind.SILENCE, Kind.SPEECH, Kind.SILENCE]
    assert found[2].at == pytest.approx(ringing.size / 8000, abs=0.03)


def test_an_announcement_over_the_music_is_heard_and_the_music_after_it() -> None:
    hold = music(14, -22, seed=2)
    words = voiced("您前面还有三位客户，请继续等待", Voice("cmn", "f2", 190, volume_db=-12))
    hold[6 * 8000 : 6 * 8000 + words.size] += words
    found = segmented(hold)
    assert [boundary.kind for boundary in found] == [Kind.MUSIC, Kind.SPEECH, Kind.MUSIC]
    assert found[1].at == pytest.approx(6.0, abs=1.0)
    assert found[2].at == pytest.approx(6.0 + words.size / 8000, abs=0.6)


def test_a_softer_voice_right_after_a_loud_one_in_a_room_is_heard_on() -> None:
    loud, soft = (voiced(PROMPT, Voice("cmn", "m3", 200, 45, level)) for level in (-6.0, -24.0))
    room = noise(loud.size / 8000 + soft.size / 8000 + 4, -49.0)
    spoken = np.concatenate([silence(1), loud, silence(0.4), soft, silence(2)])[: room.size]
    found = segmented(room[: spoken.size] + spoken)
    speech = [b.at for b in found if b.kind is Kind.SPEECH]
    assert len(speech) == 1, found
    assert found[-1].kind is Kind.NOISE
    assert found[-1].at == pytest.approx(1.4 + (loud.size + soft.size) / 8000, abs=0.15)


def _right_in_music(seed: int, then: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """An announcement from 8 s on, where music is soft for half a second and then goes on behind it, or ends, and `then` follows;
    and when the announcement is over."""
    words = voiced("感谢您的耐心等待，我们的客服人员正在忙碌，请不要挂机")
    end = 8 * 8000 + words.size
    if then is not None:
        return np.concatenate([music(8, -22.0, seed), words, then]), end / 8000
    heard = music(end / 8000 + 6, -22.0, seed)
    heard[8 * 8000 - 200 : round(8.5 * 8000)] *= 10 ** (-26 / 20)
    heard[8 * 8000 : end] += words
    return heard, end / 8000


@pytest.mark.parametrize("seed", [0, 3, 9, 11])
def test_an_announcement_that_begins_where_the_music_is_soft_is_one_segment(seed: int) -> None:
    heard, end = _right_in_music(seed)
    found = segmented(heard)
    assert [b.kind for b in found] == [Kind.MUSIC, Kind.SPEECH, Kind.MUSIC]
    assert found[1].at == pytest.approx(8.0, abs=0.12)
    assert found[2].at == pytest.approx(end, abs=0.3)


@pytest.mark.parametrize(("seed", "drums"), [(0, False), (1, True)])
def test_other_music_after_what_was_said_right_in_the_music_begins_where_it_does(seed: int, drums: bool) -> None:
    heard, end = _right_in_music(seed, music(8, -22.0, seed + 20, drums=drums))
    found = segmented(heard)
    assert [b.kind for b in found] == [Kind.MUSIC, Kind.SPEECH, Kind.MUSIC]
    assert found[2].at == pytest.approx(end, abs=0.2)
