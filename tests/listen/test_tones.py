from __future__ import annotations

import numpy as np
import pytest

from probe.errors import UserError
from probe.listen.tone_plans import plan
from probe.timeline import Kind
from tests.listen.sounds import at_level, music, noise, segmented, silence, speech, tone, voiced

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


def test_a_single_ring_right_after_an_announcement_is_ringback_at_once() -> None:
    said = voiced("客服人员正忙请您不要挂机")
    heard = np.concatenate([silence(1), said, tone([450], (1.0, 0.5), 1, -22.0)])
    found = [b for b in segmented(heard) if b.kind in TONES | {Kind.RINGBACK}]
    assert [(b.kind, b.at) for b in found] == [(Kind.RINGBACK, pytest.approx(1 + said.size / 8000, abs=0.06))]


def test_a_pure_vowel_that_glides_ends_with_the_voice_that_it_belongs_to() -> None:
    seconds = np.arange(round(1.0 * 8000)) / 8000
    vowel = at_level(np.sin(2 * np.pi * (438 + 12 * seconds) * seconds), -22.0)
    said = voiced("您好请讲")
    found = segmented(np.concatenate([silence(1), said, vowel, silence(0.9)]))
    ended = 2 + said.size / 8000
    assert [b.kind for b in found] == [Kind.SPEECH, Kind.SILENCE]
    assert found[1].at == pytest.approx(ended, abs=0.06)


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


def test_lost_packets_do_not_part_a_tone_that_does_not_stop() -> None:
    sound = np.concatenate([silence(1), tone([350, 440], (4.5, 0.0), 1), silence(1)])
    for lost in (20, 140):  # ms; longer, then shorter before the tone has stood long enough
        sound[8 * 2300 : 8 * (2300 + lost)] = 0
    assert [b.kind for b in segmented(sound, "US")] == [Kind.DIAL_TONE, Kind.SILENCE]


@pytest.mark.parametrize(("country", "kind"), [("NZ", Kind.NUMBER_UNOBTAINABLE), ("CN", Kind.NUMBER_UNOBTAINABLE)])
def test_pauses_as_short_as_lost_packets_stay_pauses_of_a_cadence(country: str, kind: Kind) -> None:
    cadence = next(row for row in plan(country).tones if row.kind is kind)
    times = [
        t + by for pair in zip(cadence.on, cadence.off, strict=True) for t, by in zip(pair, (0.01, -0.01), strict=True)
    ]
    sound = np.concatenate([silence(1), tone(cadence.frequencies, times, 2), silence(1)])
    assert [b.kind for b in segmented(sound, country)] == [kind, Kind.SILENCE]


def test_a_tone_is_known_on_a_line_so_soft_that_every_other_burst_is_inaudible() -> None:
    cadence = next(row for row in plan("AU").tones if row.kind is Kind.CONGESTION)
    assert cadence.softer == (0.0, 10.0)
    bursts = [tone(cadence.frequencies, (0.375, 0.375), 1, -52.0 - by) for by in cadence.softer]
    found = segmented(np.concatenate([silence(1), *bursts, *bursts, silence(1)]), "AU")
    assert [b.kind for b in found] == [Kind.CONGESTION, Kind.SILENCE]


def test_where_packets_are_lost_in_a_noisy_pause_the_cadence_goes_on() -> None:
    sound = np.concatenate([silence(1), tone([450], (1.0, 4.0), 2, -35.0), silence(1)])
    sound += noise(sound.size / 8000, -56.0)
    sound[8 * 2900 : 8 * 2960] = 0
    rung = [b for b in segmented(sound) if b.kind in TONES]
    assert [b.kind for b in rung] == [Kind.RINGBACK]


def test_a_note_on_the_verge_of_hearing_is_no_cadence() -> None:
    beats = np.concatenate([tone([450], (0.1, 0.0), 1, level) for level in (-54.0, -58.0) * 4])
    assert not [
        b
        for b in segmented(np.concatenate([silence(1), beats, silence(1)]))
        if b.kind in TONES | {Kind.NUMBER_UNOBTAINABLE}
    ]


@pytest.mark.parametrize(("bursts", "kinds"), [(2, set()), (3, {Kind.NUMBER_UNOBTAINABLE})])
def test_two_syllables_of_a_tenth_of_a_second_are_no_cadence(bursts: int, kinds: set[Kind]) -> None:
    heard = np.concatenate([silence(1), tone([450], (0.1, 0.1), bursts), silence(1)])
    assert {b.kind for b in segmented(heard)} & {Kind.NUMBER_UNOBTAINABLE} == kinds


def test_a_vowel_in_one_harmonic_that_swells_is_no_ringback() -> None:
    seconds = np.arange(8000) / 8000
    swell = 10 ** (-(12 + 12 * np.cos(2 * np.pi * 4 * seconds)) / 20)
    ring = tone([450], (1.0, 0.0), 1)
    rest = silence(1.5)
    assert {b.kind for b in segmented(np.concatenate([silence(1), ring, rest]))} & TONES == {Kind.RINGBACK}
    assert not {b.kind for b in segmented(np.concatenate([silence(1), ring * swell, rest]))} & TONES


@pytest.mark.parametrize(("pitches", "kinds"), [((450, 450, 450), True), ((450, 432, 450), False)])
def test_syllables_of_other_pitches_are_no_cadence(pitches: tuple[float, ...], kinds: bool) -> None:
    bursts = [tone([pitch], (on, 0.1), 1) for pitch, on in zip(pitches, (0.1, 0.1, 0.4), strict=True)]
    found = {b.kind for b in segmented(np.concatenate([silence(1), *bursts, silence(1)]))}
    assert (Kind.NUMBER_UNOBTAINABLE in found) is kinds


@pytest.mark.parametrize(("bursts", "kinds"), [(2, False), (4, True)])
def test_short_bursts_right_after_speech_are_a_cadence_only_if_there_are_several(bursts: int, kinds: bool) -> None:
    lengths = (0.1, 0.1, 0.1, 0.4)[4 - bursts :]
    beeps = [tone([450], (on, 0.1), 1, -20.0) for on in lengths]
    found = {
        b.kind for b in segmented(np.concatenate([silence(1), voiced("您好请讲"), silence(0.1), *beeps, silence(1)]))
    }
    assert (Kind.NUMBER_UNOBTAINABLE in found) is kinds


def test_an_unknown_country_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="CN"):
        plan("XX")
