"""Hotlines made up at random, for measuring how often the whole system is right on hotlines nobody wrote for it.

`population(seed, n, split)` gives `n` hotlines that differ in structure, wording, voices, music, waits, rooms, bots and
people, each with its truth and the walk to a person; about a quarter of them let nobody reach one, in every way there
is. The same seed gives the same hotlines. Hotlines of the `test` split speak with voices, names and wordings of which
many are never used in the `train` split (`probe.simulator.grammar`).
"""

from __future__ import annotations

from collections.abc import Callable

from probe.simulator import population_ends as ends
from probe.simulator import population_people as people
from probe.simulator import population_ways as ways
from probe.simulator.draft import Draft, Form
from probe.simulator.grammar import Split
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.seeds import stable

STRUCTURES: tuple[tuple[float, Callable[[Draft], str]], ...] = (
    (12, lambda draft: ways.menus(draft, 1, people.queue(draft))),
    (12, lambda draft: ways.menus(draft, 2, people.queue(draft))),
    (5, lambda draft: ways.menus(draft, 3, people.queue(draft))),
    (7, lambda draft: ways.menus(draft, 1, ways.bot(draft, people.queue(draft)), to_bot=True)),
    (14, lambda draft: ways.bot(draft, people.queue(draft))),
    (5, lambda draft: ways.bot_like_a_person(draft, people.queue(draft))),
    (6, ways.direct),
    (3, ways.picked_up_at_once),
    (4, ways.hello_before_the_queue),
    (3, lambda draft: ways.menus(draft, draft.choice((1, 2)), ends.never(draft))),
    (2, lambda draft: ways.menus(draft, 1, ends.voicemail(draft))),
    (2, lambda draft: ways.menus(draft, 1, ends.curt(draft))),
    (2.5, lambda draft: ways.bot(draft, ends.pushed(draft), pushed=True)),
    (2.5, lambda draft: ways.menus(draft, 1, ends.pushed(draft))),
    (2.5, lambda draft: ways.menus(draft, 1, ends.goodbye(draft))),
    (3, ends.refuses_for_ever),
    (3, ends.no_human),
    (3, ends.closed),
    (2.5, ends.rejected),
    (2, ends.vacant),
    (1, ends.rings_for_ever),
)
"""Ways that hotlines are built, with how common each is; the weights are guessed."""


def population(seed: int, n: int, split: Split = "train") -> list[Hotline]:
    """`n` hotlines; the i-th depends on `seed`, `split` and i alone."""
    return [_hotline(Draft(stable(seed, split, i), split), f"{split}-{seed}-{i}") for i in range(n)]


def _hotline(draft: Draft, name: str) -> Hotline:
    """The hotline, checked as if it had been written by hand."""
    draft.network = ways.network(draft)
    weights, makers = zip(*STRUCTURES, strict=True)
    start = draft.random.choices(makers, weights)[0](draft)
    if draft.recorded["noise"] != "none":
        draft.trap("recordings in a room")
    form: Form = {
        "hotline": name,
        "name": draft.name,
        "sector": draft.sector,
        "voice": draft.recorded,
        "network": draft.network,
        "start": start,
        "places": draft.places,
        "truth": {
            **draft.truth,
            "way": _way(draft),
            "steps": sum(item.get("times", 1) for item in draft.inputs) if draft.truth["reached"] else 0,
            "walks": {"human": draft.inputs},
            "traps": draft.traps,
        },
    }
    if draft.hours:
        form["hours"] = draft.hours
    return from_form(form)


def _way(draft: Draft) -> str:
    if not draft.truth["reached"] and draft.truth["outcome"] != "human_unreachable":
        return "none"
    keys, speech = (any(kind in item for item in draft.inputs) for kind in ("press", "say"))
    return {(0, 0): "direct", (1, 0): "key", (0, 1): "bot", (1, 1): "key_then_bot"}[keys, speech]
