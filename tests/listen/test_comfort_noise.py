from __future__ import annotations

import numpy as np
import pytest

from probe.listen.comfort_noise import ComfortNoise
from probe.listen.features import Meter
from probe.listen.listener import Listener
from probe.simulator.channel import CONDITIONS, Condition, degrade
from probe.simulator.comfort_noise import ComfortNoise as Equipment
from probe.simulator.rooms import noise as room
from probe.speech.voice import Voice
from probe.timeline import FRAME, RATE, ComfortNoiseHeard, Event, Kind, Samples, SegmentEnded
from tests.listen.sounds import Sound, frames, noise, samples, silence, speech, voiced

PAUSES = (0.9, 1.3, 1.1)
SENTENCE = voiced("您好，请问有什么可以帮您", Voice(rate=230, volume_db=-16.0))


def talk(count: int = len(PAUSES)) -> Sound:
    """A sentence again and again, with pauses of digital silence after it."""
    return np.concatenate([silence(0.3), *(part for pause in PAUSES[:count] for part in (SENTENCE, silence(pause)))])


def told(audio: Samples) -> list[ComfortNoiseHeard]:
    """What is told of comfort noise."""
    comfort, found = ComfortNoise(), []
    for features in Meter().measure_all(0.0, audio[: audio.size // FRAME * FRAME]):
        comfort.hear(features)
        found += [comfort.over] if comfort.over else []
    last = comfort.finish(audio.size / RATE)
    return [*found, last] if last else found


def through(equipment: Equipment | None, line: str = "pcma") -> Samples:
    condition = CONDITIONS[line]
    return degrade(
        samples(talk()),
        Condition(condition.codec, condition.gain_db, condition.noise_db, condition.loss, 1, equipment),
        3,
    )


@pytest.mark.parametrize(
    ("line", "hang_over"),
    [("clear", 0.1), ("pcmu", 0.2), ("pcma", 0.3), ("pcma", 0.1), ("g722", 0.2), ("loss 1 %", 0.2)],
)
def test_every_pause_of_comfort_noise_is_told_with_its_bounds(line: str, hang_over: float) -> None:
    found = told(through(Equipment(-54.0, 0.5, hang_over), line))
    assert len(found) == len(PAUSES)
    sentence = (talk(1).size / RATE) - PAUSES[0]
    assert found[0].at == pytest.approx(sentence + hang_over, abs=0.12)
    assert found[0].until == pytest.approx(sentence + PAUSES[0], abs=0.04)
    assert all(heard.level == pytest.approx(-54.0, abs=1.5) for heard in found)


def test_the_first_is_known_by_the_end_of_the_next_voice_and_the_others_when_they_end() -> None:
    first, *others = told(through(Equipment(-54.0)))
    assert first.until < first.known < first.until + SENTENCE.size / RATE + 0.2
    assert all(heard.known - heard.until < 0.05 for heard in others)


def test_it_is_known_while_it_sounds_once_the_line_is_known_to_have_it() -> None:
    comfort, began = ComfortNoise(), []
    audio = through(Equipment(-54.0, hang_over=0.2))
    for features in Meter().measure_all(0.0, audio[: audio.size // FRAME * FRAME]):
        if comfort.hear(features):
            began.append(features.at)
            assert comfort.sounds
    found = told(audio)
    assert [round(heard.at + 0.14, 2) for heard in found[1:]] == [round(at, 2) for at in began]


@pytest.mark.parametrize(
    ("kind", "line"), [("quiet", "loss 5 %"), ("office", "clear"), ("office", "loss 5 %"), ("babble", "pcma")]
)
def test_a_room_is_never_taken_for_it(kind: str, line: str) -> None:
    """A recording, then somebody picks up in a room, then a recording again."""
    person = np.concatenate([silence(0.8), talk()])
    person = person + np.resize(room(kind, 2, -48).astype(float), person.size)
    for gap in (0.06, 0.3):
        call = np.concatenate([talk(1)[: -round(0.9 * RATE)], silence(gap), person, silence(0.3), talk(2)])
        assert told(degrade(samples(call), CONDITIONS[line], 5)) == []


def test_speech_on_a_clean_line_has_none() -> None:
    assert told(samples(speech(20, 3))) == []
    assert told(samples(speech(20, 3) * 0.03)) == []


def heard(audio: Sound) -> list[Event]:
    listener = Listener(None)
    events = [event for frame in frames(audio) for event in listener.hear(frame)]
    return events + list(listener.finish())


def test_the_listener_tells_it_and_does_not_part_a_turn_at_it() -> None:
    """Once known, a short pause with comfort noise ends nobody's turn; a room that opens in it does."""
    pause = 0.5
    clause = SENTENCE
    made_up = samples(np.concatenate([talk(), clause, silence(pause), clause, silence(1.5)]))
    events = heard(degrade(made_up, Condition("pcma", comfort=Equipment(-58.0, hang_over=0.1)), 3).astype(float))
    assert any(isinstance(event, ComfortNoiseHeard) for event in events)
    spoken = [e.segment for e in events if isinstance(e, SegmentEnded) and e.segment.kind is Kind.SPEECH]
    both = 2 * clause.size / RATE + pause
    assert spoken[-1].end - spoken[-1].start == pytest.approx(both, abs=0.3)


def test_a_silent_line_that_opens_into_a_room_is_still_a_pick_up() -> None:
    call = np.concatenate([talk(1), noise(3.0, -58.0)])
    assert not any(isinstance(event, ComfortNoiseHeard) for event in heard(call))
