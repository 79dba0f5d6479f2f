"""Calls captured on the network once, heard again: what they give does not change with the code.

`tests/data/captured/lab-key-first-sip` is a call over SIP and RTP to the simulated hotline `lab-key-first`: a menu, the
key that it announces for a person, a queue with music, a person. Its audio was put into G.711 µ-law to halve it; what
was heard is the same to the sample. Words may change with the speech model, so none are compared but those pressed for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from probe.evidence import load
from probe.place import Replay, listen_to, replay
from probe.timeline import HumanAnswered, Kind, MenuOption, Press, Timeline

CALL = Path(__file__).parents[1] / "data" / "captured" / "lab-key-first-sip"
ANSWERED_BY_A_PERSON = 21.29  # seconds since the INVITE
WITHIN = 0.04  # seconds


@pytest.fixture(scope="module")
def heard() -> Replay:
    return replay(CALL)


def human(timeline: Timeline) -> float:
    return next(event.at for event in timeline.events if isinstance(event, HumanAnswered))


def test_a_captured_call_has_its_outcome_and_steps(heard: Replay) -> None:
    found = heard.found
    assert found.outcome == "human"
    assert (found.effort["steps"], found.effort["key_steps"], found.effort["spoken_steps"]) == (1, 1, 0)
    assert found.effort["menu_level"] == 1
    assert all(expected["held"] for expected in found.expected)


def test_the_instant_of_a_captured_persons_answer_is_found(heard: Replay) -> None:
    assert human(heard.found) == pytest.approx(ANSWERED_BY_A_PERSON, abs=WITHIN)


def test_every_clock_of_a_captured_call_is_found(heard: Replay) -> None:
    assert heard.found.clocks.keys() == heard.kept.clocks.keys()
    for name, seconds in heard.kept.clocks.items():
        heard_in_words = name in ("answered_to_human_offered", "queued_to_human")
        assert heard.found.clocks[name] == pytest.approx(seconds, abs=0.3 if heard_in_words else WITHIN), name


def test_the_keys_that_a_captured_menu_announced_are_read(heard: Replay) -> None:
    options = {event.key for event in heard.found.events if isinstance(event, MenuOption)}
    assert {"1", "2", "3", "4", "0"} <= options
    (press,) = (action for action in heard.found.actions if isinstance(action, Press))
    assert press.value == "0"


def test_what_was_heard_in_a_captured_call_follows_the_same_course(heard: Replay) -> None:
    kinds = [s.kind for s in heard.found.segments if s.kind in (Kind.SPEECH, Kind.MUSIC) and s.end - s.start > 1.0]
    assert kinds == [Kind.SPEECH, Kind.MUSIC, Kind.SPEECH]


def test_a_captured_calls_audio_alone_tells_when_the_person_answered() -> None:
    timeline = listen_to(CALL / "call.wav")
    assert timeline.outcome == "human"
    assert human(timeline) == pytest.approx(ANSWERED_BY_A_PERSON, abs=WITHIN)


def test_a_captured_call_is_whole() -> None:
    kept, audio = load(CALL)
    assert audio.stat().st_size < 410_000
    assert kept.call.line == "sip"


def test_a_replay_gives_the_same_timeline_in_every_process() -> None:
    """The order of sets and hashes of strings differ from process to process; nothing heard may depend on them."""
    program = "import sys; from pathlib import Path; from probe.place import replay; "
    program += "print(replay(Path(sys.argv[1])).found.dumps())"
    timelines = {
        subprocess.run(
            [sys.executable, "-c", program, str(CALL)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(timelines) == 1
