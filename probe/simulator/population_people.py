"""Queues and the people behind them, made up at random."""

from __future__ import annotations

from probe.simulator.draft import VOICES, Draft, Form

_MANNERS = {"ordinary": 78.0, "hesitant": 8.0, "flat": 8.0, "late": 3.0, "silent": 3.0}
"""How people pick up, with how common each is; guessed."""
_TRAPS = {"flat": "flat person", "late": "late person", "silent": "silent pick-up", "hesitant": "hesitant person"}


def agent(draft: Draft, name: str = "agent") -> str:
    """A desk with its people; some read out a house rule, others say what comes to mind."""
    manner = draft.random.choices(list(_MANNERS), list(_MANNERS.values()))[0]
    if manner in _TRAPS:
        draft.trap(_TRAPS[manner])
    rule = "scripted" if manner == "flat" or draft.chance(0.15) else "opening"
    count = draft.choice((1, 2, 4, 8))
    openings = [draft.grammar.draw_new(draft.random, rule) for _ in range(count)]
    draft.places[name] = {
        "kind": "person",
        "department": draft.choice((draft.name, "")),
        "manner": manner,
        "variants": list(VOICES[draft.split]),
        "openings": list(dict.fromkeys(openings)),
        "anybody": draft.several("anybody", 4),
        "nobody": draft.several("nobody", 2),
        "replies": {
            about: draft.several(f"reply_{about}", 3) for about in ("test", "who", "complaint", "greeting", "other")
        },
    }
    if manner == "ordinary" and draft.chance(0.06):
        draft.places[name]["noise"] = "none"
        draft.trap("person without a room")
    return name


def queue(draft: Draft) -> str:
    """A queue that ends with a person; some of them pass the caller on to another one."""
    agent(draft)
    place = draft.places["agent"]
    if draft.chance(0.08):
        place["announced"] = draft.says("announced")
        draft.trap("number announced")
    if place["manner"] == "ordinary" and draft.chance(0.06):
        place["passes_on"] = {"says": draft.says("passes_on"), "to": draft.choice(("second", "colleague"))}
        draft.trap("passed on")
        agent(draft, "colleague")
        draft.places["colleague"]["manner"] = "ordinary"
        draft.places["second"] = {**_waiting(draft, 3, 10), "to": "colleague"}
    shortest, longest = (1, 8) if draft.chance(0.55) else (8, 26)
    draft.places["queue"] = {
        **_waiting(draft, shortest, longest),
        "rings": draft.choice((0, 0, 0, 4, 5, 8)),
        "connects_says": draft.says("connects"),
        "to": "agent",
    }
    return "queue"


def _waiting(draft: Draft, shortest: float, longest: float) -> Form:
    """A queue without its end."""
    length = draft.between(shortest, longest)
    made: Form = {
        "kind": "queue",
        "says": draft.says("queue_says"),
        **draft.music(),
        "length": {"from": length, "to": round(length + draft.between(0, 5), 1)},
    }
    if draft.chance(0.65):
        made["announce"] = announce(draft)
        made["position"] = draft.random.randint(2, 8)
    return made


def announce(draft: Draft) -> Form:
    """What the queue says now and then; some of it sounds like somebody who picks up."""
    says = draft.several("announce", draft.choice((1, 1, 2)), position="{position}")
    made: Form = {"every": draft.between(6, 14), "over_music": draft.chance(0.25)}
    if draft.chance(0.3):
        draft.trap("fake greeting")
        says = draft.several("fake_greeting", draft.choice((1, 2))) + says[1:]
        made["voice"] = draft.voice()
    made["says"] = says
    return made
