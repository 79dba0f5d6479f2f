"""Where the detector says that its prompts are from."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from probe.bench.detector import ours
from probe.listen.prompt_learning import new_prompts
from probe.listen.prompt_memory import Span
from tests.listen.test_prompt_memory import take


def test_a_prompt_told_in_the_call_in_which_it_was_learned_ended_where_it_was_first_taken_to_end() -> None:
    first = take(frames=300)
    ((prompt, begin),) = new_prompts(first)
    alone = take(frames=120, spans=(Span(prompt.id, 21, 150, 19, prompt.bits.size),))
    person = replace(take(frames=150, seed=2, verdict="human", start=14.0, end=17.0, begin=13.5), opens=True)
    detector = cast(Any, ours(cast(Any, None)))
    detector._last = SimpleNamespace(takes=(first, alone, person), in_music=SimpleNamespace(music=0.0))
    nth, end = detector.learned()[prompt.id]
    assert (nth, end) == (0, pytest.approx(begin + prompt.ends, abs=0.001))
    detector.listen(lambda opening, verdict: None)
    assert detector.learned()[prompt.id][1] < end - 1
