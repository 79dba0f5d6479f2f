from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.listen.activity import Activity
from probe.listen.beep import _is_note
from probe.listen.bursts import Burst, Bursts
from probe.listen.features import Meter
from probe.listen.listener import Listener
from probe.listen.opening import Opening
from probe.timeline import (
    FRAME,
    Answered,
    Dialed,
    Event,
    Frame,
    HumanAnswered,
    HumanWithdrawn,
    MailboxHeard,
    Verdict,
)
from tests.listen.sounds import Sound, music, noise, samples, silence, speech, tone


def heard(*sounds: Sound) -> list[MailboxHeard]:
    """The mailboxes in a call that is answered at once."""
    return [event for event in events_of(Listener(None), *sounds) if isinstance(event, MailboxHeard)]


def events_of(listener: Listener, *sounds: Sound) -> list[Event]:
    audio, quiet = samples(np.concatenate(sounds)), np.zeros(FRAME, np.int16)
    events: list[Event] = []
    for number in range(0, audio.size - FRAME + 1, FRAME):
        at = number / 8000
        told = (Dialed(at=at, known=at), Answered(at=at, known=at)) if number == 0 else ()
        events += listener.hear(Frame(number, audio[number : number + FRAME], quiet, told))
    return events


@pytest.mark.parametrize("hertz", [400.0, 850.0, 1000.0, 1400.0, 2000.0])
@pytest.mark.parametrize(("seconds", "pause"), [(0.2, 0.3), (0.4, 0.4), (0.6, 1.2)])
def test_a_beep_after_speech_and_silence_after_it_is_a_mailbox(hertz: float, seconds: float, pause: float) -> None:
    found = heard(speech(3), silence(pause), tone([hertz], [seconds, 0.0], 1), silence(2))
    assert [round(event.beep or 0.0, -1) for event in found] == [hertz]
    assert found[0].at == pytest.approx(3 + pause, abs=0.05)


def test_it_is_heard_over_a_noisy_line() -> None:
    call = np.concatenate([speech(3), silence(0.4), tone([1000.0], [0.4, 0.0], 1), silence(2)])
    assert len(heard(call + noise(len(call) / 8000, -50))) == 1


def person(opening: Opening) -> Verdict:
    return Verdict("human", 0.9, human=0.9)


def test_a_mailbox_taken_for_a_person_is_withdrawn_at_its_beep() -> None:
    call = speech(3), silence(1.2), tone([1000.0], [0.4, 0.0], 1), silence(2)
    events = events_of(Listener(None, judge=person), *call)
    told = [event for event in events if isinstance(event, HumanAnswered | HumanWithdrawn | MailboxHeard)]
    assert [type(event) for event in told] == [HumanAnswered, MailboxHeard, HumanWithdrawn]
    assert told[2].at == told[0].at
    assert told[2].known <= 3 + 1.2 + 0.4 + 0.6 + 0.2


def test_what_ends_with_a_beep_is_no_persons_opening_and_what_comes_after_may_be() -> None:
    call = speech(3), silence(0.4), tone([1000.0], [0.4, 0.0], 1), silence(2)
    assert not [e for e in events_of(Listener(None, judge=person), *call) if isinstance(e, HumanAnswered)]
    events = events_of(Listener(None, judge=person), *call, speech(2, seed=4), silence(2))
    assert [event.at > 5 for event in events if isinstance(event, HumanAnswered)] == [True]


@pytest.mark.parametrize(
    "sounds",
    [
        (silence(3), tone([1000.0], [0.4, 0.0], 1), silence(2)),
        (speech(3), silence(0.4), tone([1000.0], [0.4, 0.0], 1), silence(0.3), speech(2)),
        (speech(3), silence(0.4), tone([1000.0], [0.4, 0.4], 4), silence(2)),
        (speech(3), silence(0.4), tone([450.0], [0.35, 0.35], 6), silence(2)),
        (speech(3), silence(0.4), tone([450.0], [1.0, 4.0], 2), silence(2)),
        (speech(3), silence(0.4), tone([941.0, 1336.0], [0.2, 0.0], 1), silence(2)),
        (speech(3), silence(5), tone([1000.0], [0.4, 0.0], 1), silence(2)),
        (speech(3), silence(0.3), music(6, seed=4), silence(2)),
        (speech(3), silence(0.06), tone([1000.0], [0.2, 0.0], 1), silence(2)),
        (speech(3), silence(0.4), tone([360.0], [0.3, 0.0], 1), silence(2)),
    ],
    ids=[
        "no speech before",
        "speech goes on",
        "a cadence",
        "busy",
        "ringback",
        "a key",
        "long after",
        "music",
        "no pause",
        "a hum",
    ],
)
def test_other_tones_are_no_mailbox(sounds: tuple[Sound, ...]) -> None:
    assert heard(*sounds) == []


def test_a_vowel_that_is_pure_for_a_moment_is_no_note() -> None:
    note = Burst(3.0, (428.7,), clean=True, end=3.2, into="quiet", frames=8)
    assert _is_note(note)
    assert not _is_note(replace(note, frames=2))
    assert not _is_note(replace(note, end=3.14, frames=5)), "a sentence's last syllable"
    assert not _is_note(replace(note, strays=12.0)), "a vowel that glides"
    assert _is_note(replace(note, strays=5.0))


def test_how_far_a_note_strays_is_measured() -> None:
    def strays(by: float) -> list[float]:
        hertz = 420 + by * np.linspace(0.0, 1.0, round(0.2 * 8000))
        note = 6000 * np.sin(2 * np.pi * np.cumsum(hertz) / 8000)
        told: list[float] = []
        meter, activity, bursts = Meter(), Activity(), Bursts()
        audio = samples(np.concatenate([silence(0.5), note, silence(0.5)]))
        for at in range(0, audio.size - FRAME + 1, FRAME):
            features = meter.measure(at / 8000, audio[at : at + FRAME])
            if (ended := bursts.hear(features, activity.hear(features))) is not None:
                told.append(ended.strays)
        return told

    assert strays(0.0) == [pytest.approx(0.0, abs=2.0)]
    assert strays(20.0) == [pytest.approx(16.0, abs=5.0)]


@pytest.mark.parametrize(("falls", "hertz", "mailboxes"), [(10.0, 420.0, 0), (1.0, 420.0, 1), (10.0, 1000.0, 1)])
def test_a_last_vowel_that_fades_is_no_beep(falls: float, hertz: float, mailboxes: int) -> None:
    note = tone([hertz], [0.2, 0.0], 1)
    fades = note * 10 ** (-np.linspace(0.0, falls, note.size) / 20)
    assert len(heard(speech(3), silence(0.1), fades, silence(2))) == mailboxes
