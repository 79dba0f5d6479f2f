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


_PHRASES, _CACHES = wording.phrases, (wording._prepared, wording._screen, wording._searched)


def know_only(meanings: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets the words of all other meanings."""
    known = {meaning: rows if meaning in meanings else ("不会有人说的话",) for meaning, rows in _PHRASES("zh").items()}
    monkeypatch.setattr(wording, "phrases", lambda language: known)
    for cache in _CACHES:
        cache.cache_clear()


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    know_only(_KNOWN, monkeypatch)
    yield
    for cache in _CACHES:
        cache.cache_clear()


def call(start: End, seed: int, monkeypatch: pytest.MonkeyPatch) -> Result:
    """A call to a hotline that begins so."""
    monkeypatch.setattr(population, "STRUCTURES", ((1.0, start),))
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
    result = call(lambda draft: population_ways.menus(draft, 1, end(draft)), seed, monkeypatch)
    assert result.true_outcome is outcome
    assert result.found.outcome is outcome, result.found.why
    assert not [event for event in result.found.events if isinstance(event, Queued)]
    beeps = [event for event in result.found.events if isinstance(event, MailboxHeard) and event.beep]
    assert bool(beeps) is (end is population_ends.voicemail)


@pytest.mark.parametrize(
    ("start", "seed", "outcome"),
    [
        (population_ends.refuses_for_ever, 3, Outcome.LOOPED),
        (population_ends.no_human, 4, Outcome.NO_HUMAN_OFFERED),
        (population_ends.vacant, 5, Outcome.NOT_IN_SERVICE),
        (population_ends.rings_for_ever, 6, Outcome.NO_ANSWER),
        (population_ways.direct, 8, Outcome.HUMAN),
    ],
)
def test_what_answered_is_heard_without_words(
    start: End, seed: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = call(start, seed, monkeypatch)
    assert (result.true_outcome, result.found.outcome) == (outcome, outcome), result.found.why
    assert result.right_steps


def test_every_refusal_before_an_answer_is_told_by_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [call(population_ends.rejected, seed, monkeypatch) for seed in range(20, 32)]
    assert {result.true_outcome for result in results} == {Outcome.BUSY, Outcome.REJECTED, Outcome.NO_ANSWER}
    assert all(result.right_outcome for result in results)


def pushed_by_a_bot(draft: Draft) -> str:
    return population_ways.bot(draft, population_ends.pushed(draft), pushed=True)


@pytest.mark.parametrize(
    ("start", "seed", "outcome", "meanings", "without"),
    [
        (population_ends.closed, 9, Outcome.CLOSED, ("closed", "hours"), Outcome.UNSURE),
        (pushed_by_a_bot, 10, Outcome.PUSHED_ELSEWHERE, ("elsewhere", "place"), Outcome.HUNG_UP),
    ],
)
def test_what_only_words_can_tell_is_told_by_them_and_nothing_else_is_claimed_without(
    start: End,
    seed: int,
    outcome: Outcome,
    meanings: tuple[str, ...],
    without: Outcome,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = call(start, seed, monkeypatch)
    assert (result.true_outcome, result.found.outcome) == (outcome, without), result.found.why
    know_only((*_KNOWN, *meanings), monkeypatch)
    result = call(start, seed, monkeypatch)
    assert result.found.outcome is outcome, result.found.why
