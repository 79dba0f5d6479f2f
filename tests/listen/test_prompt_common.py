"""Beside a parting of two takes a number is part of the recording, whoever's it is."""

from __future__ import annotations

from probe.listen.prompt_common import tells_a_number
from probe.timeline import Word

CONNECTED, NUMBER, HELLO = Word("已接通", 0.0, 0.8, 1.0), Word("一零二", 0.9, 1.6, 1.0), Word("您好", 1.7, 2.1, 1.0)


def test_a_number_beside_the_parting_belongs_to_the_recording() -> None:
    assert tells_a_number([CONNECTED, NUMBER, HELLO], 0.85)
    assert tells_a_number([CONNECTED, NUMBER, HELLO], 1.65)


def test_a_greeting_after_it_is_somebody_elses_and_nothing_known_is_no_proof() -> None:
    assert not tells_a_number([CONNECTED, HELLO], 0.85)
    assert tells_a_number([CONNECTED], 0.85)
