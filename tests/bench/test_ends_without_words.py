"""How calls end at hotlines of whose words nothing is understood but the menu: told by what sounds alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from probe.bench.calls import Result
from probe.bench.runner import place_series, series
from probe.listen import wording
from probe.simulator import population, population_ends, population_ways
from probe.simulator.draft import Draft
from probe.simulator.hotline import Hotline
from probe.timeline import MailboxHeard, Outcome, Queued

_KNOWN = ("agent_opening", "open_question", "turn_end", "machine")
"""Meanings of which the words are still known: without them the verdict has nothing to go by."""
End = Callable[[Draft], str]


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = {
        meaning: rows if meaning in _KNOWN else ("不会有人说的话",) for meaning, rows in wording.phrases("zh").items()
    }
    monkeypatch.setattr(wording, "phrases", lambda language: known)
    caches = (wording._prepared, wording._screen, wording._searched)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def call(end: End, seed: int, monkeypatch: pytest.MonkeyPatch) -> Result:
    """A call to a hotline with one menu and this end."""
    structure = ((1.0, lambda draft: population_ways.menus(draft, 1, end(draft))),)
    monkeypatch.setattr(population, "STRUCTURES", structure)
    hotline: Hotline = population._hotline(Draft(seed, "train"), f"ends-{seed}")
    (result,) = place_series(series([hotline], 1, seed)[0])
    return result


@pytest.mark.parametrize(
    ("end", "seed", "outcome"),
    [
        (population_ends.voicemail, 3, Outcome.HUMAN_UNREACHABLE),
        (population_ends.never, 5, Outcome.HUMAN_UNREACHABLE),
        (population_ends.goodbye, 7, Outcome.HUNG_UP),
    ],
)
def test_how_the_call_ended_is_heard_without_words(
    end: End, seed: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = call(end, seed, monkeypatch)
    assert result.true_outcome is outcome
    assert result.found.outcome is outcome, result.found.why
    assert not [event for event in result.found.events if isinstance(event, Queued)]
    beeps = [event for event in result.found.events if isinstance(event, MailboxHeard) and event.beep]
    assert bool(beeps) is (end is population_ends.voicemail)
