"""Voices nobody here made: what the verdict says of speech it has no model for, and of recordings it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.listen.listener import Listener
from probe.listen.opening import Opening
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory
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
