<<<<<<< HEAD
"""Voices nobody here made: what the verdict says of speech it has no model for, and of recordings it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.listen.listener import Listener
from probe.listen.opening import Opening
from probe.listen.prompt_memory import Memory, grown
from probe.listen.verdict import judge
from probe.timeline import HumanAnswered, Verdict, VerdictGiven
from tests.listen.real_voices import call, recordings, speakers

pytestmark = pytest.mark.skipif(not speakers(), reason="needs Debian's asterisk-core-sounds-*-wav")


def a_machine(opening: Opening) -> Verdict:
    return Verdict("recording", 0.99)


@pytest.mark.parametrize("speaker", speakers()[:3], ids=lambda path: path.name)
def test_speech_in_a_language_without_a_model_is_unsure_and_no_guess(speaker: Path) -> None:
    listener = Listener(None)
    events = [event for frame in call(recordings(speaker, 4), noise=-55.0) for event in listener.hear(frame)]
    verdicts = [event.verdict.is_ for event in events if isinstance(event, VerdictGiven)]
    assert len(verdicts) >= 4
    assert set(verdicts) == {"unsure"}
    assert not any(isinstance(event, HumanAnswered) for event in events)


@pytest.mark.parametrize("speaker", speakers()[:2], ids=lambda path: path.name)
def test_a_remembered_real_recording_is_never_a_person(speaker: Path) -> None:
    played = recordings(speaker, 4, shortest=3.0)
    first = Listener(None, judge=a_machine, memory=Memory("real"))
    for frame in call(played):
        list(first.hear(frame))
    list(first.finish())
    memory = grown(Memory("real"), "call-1", "", first.takes)
    again = Listener(None, judge=judge, memory=memory)
    events = [event for frame in call(played[::-1], noise=-60.0) for event in again.hear(frame)]
    verdicts = [event.verdict for event in events if isinstance(event, VerdictGiven)]
    known = [verdict for verdict in verdicts if verdict.reasons[0].startswith("a known recording")]
    assert not any(verdict.is_ == "human" for verdict in verdicts)
    assert len(known) >= len(played) - 1
    assert {verdict.is_ for verdict in known} == {"recording"}
=======
"""Real speakers and real music, through real codecs: speech is speech, music is music, and neither is a tone."""

from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.simulator.channel import Condition, degrade
from probe.timeline import KeyHeard, Kind, Samples, SegmentEnded, ToneHeard
from tests.listen.recordings import in_a_row, music, needs_music, needs_prompts, prompts, voices
from tests.listen.sounds import frames

_SECONDS = 40.0


def heard(audio: Samples) -> tuple[dict[Kind, float], list[object]]:
    """Seconds of each kind, and the tones and keys."""
    listener = Listener(None)
    events = [event for frame in frames(audio.astype(float)) for event in listener.hear(frame)]
    events += list(listener.finish())
    seconds = dict.fromkeys(Kind, 0.0)
    for event in events:
        if isinstance(event, SegmentEnded):
            seconds[event.segment.kind] += event.segment.end - event.segment.start
    return seconds, [event for event in events if isinstance(event, ToneHeard | KeyHeard)]


@needs_prompts
@pytest.mark.parametrize("condition", [Condition("pcma"), Condition("gsm", gain_db=-10.0)])
@pytest.mark.parametrize("voice", voices() or ["none"])
def test_a_real_voice_is_speech(voice: str, condition: Condition) -> None:
    seconds, machines = heard(degrade(in_a_row(prompts(voice, _SECONDS)), condition))
    assert seconds[Kind.MUSIC] <= 0.02 * seconds[Kind.SPEECH]
    assert seconds[Kind.SPEECH] > 0.6 * _SECONDS
    assert not machines


@needs_music
@pytest.mark.parametrize("condition", [Condition("pcma"), Condition("pcmu", gain_db=-12.0, loss=0.01)])
def test_real_hold_music_is_music_for_the_most_part_and_never_a_tone(condition: Condition) -> None:
    """Measured over two minutes of each of five pieces: 85 % of what sounds is music, the rest is taken for speech."""
    notes = speech = 0.0
    for name, audio in music():
        seconds, machines = heard(degrade(audio[: round(_SECONDS * 8000)], condition))
        assert not machines, name
        notes, speech = notes + seconds[Kind.MUSIC], speech + seconds[Kind.SPEECH]
    assert notes >= 0.75 * (notes + speech)


@needs_prompts
@needs_music
def test_announcements_over_real_music_are_found_where_they_are() -> None:
    _, tune = next(iter(music()))
    (said,) = prompts(voices()[0], 1.0)[:1]
    voice = np.concatenate([said.astype(float)] * 3)[: 5 * 8000]
    mixed = tune[: 20 * 8000].astype(float) * 0.4
    level = np.sqrt(np.mean(mixed**2)) / np.sqrt(np.mean(voice**2)) * 10 ** (8 / 20)
    mixed[8 * 8000 : 8 * 8000 + voice.size] += voice * level
    seconds, _ = heard(np.clip(mixed, -32768, 32767).astype(np.int16))
    assert 1.5 <= seconds[Kind.SPEECH] <= 8.0
>>>>>>> a51abde (Tests of fax and modem tones, tones of no plan, audio quality, early media; real voices and real hold music)
