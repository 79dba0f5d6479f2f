"""Hotlines at which nobody is reached, made up at random, in every way there is."""

from __future__ import annotations

from probe.simulator import population_people as people
from probe.simulator import population_ways as ways
from probe.simulator.draft import Draft, Form


def never(draft: Draft) -> str:
    """A queue nobody answers; half of them hang up in the end."""
    draft.fails("human_unreachable")
    queue: Form = {
        "kind": "queue",
        "says": draft.says("queue_says"),
        **draft.music(),
        "never_answered": True,
        "announce": people.announce(draft),
        "position": draft.random.randint(2, 8),
    }
    if draft.chance(0.5):
        queue["gives_up"] = {"after": draft.random.randint(20, 35), "says": draft.says("gives_up")}
    draft.places["queue"] = queue
    return "queue"


def voicemail(draft: Draft) -> str:
    """A queue that ends in voicemail."""
    draft.fails("human_unreachable")
    draft.trap("voicemail")
    draft.places["queue"] = {
        "kind": "queue",
        "says": draft.says("queue_says"),
        **draft.music(),
        "length": {"from": 4, "to": 12},
        "to": "box",
    }
    draft.places["box"] = {
        "kind": "voicemail",
        "says": draft.says("leave_message"),
        "records": draft.between(5, 20),
    }
    return "queue"


def curt(draft: Draft) -> str:
    """A queue that ends with somebody who hangs up without a word."""
    draft.fails("human_unreachable")
    draft.trap("hangs up at pick-up")
    name = people.queue(draft)
    agent = draft.places["agent"]
    agent["manner"] = "curt"
    agent.pop("announced", None)
    agent.pop("passes_on", None)
    draft.traps = [trap for trap in draft.traps if trap not in ("passed on", "number announced", "late person")]
    return name


def pushed(draft: Draft) -> str:
    """Sent to an app or a website."""
    draft.fails("pushed_elsewhere")
    draft.places["pushed"] = {"kind": "announcement", "says": draft.says("pushed"), "means": "pushed_elsewhere"}
    return "pushed"


def goodbye(draft: Draft) -> str:
    """The hotline ends the call where it had promised a person."""
    draft.fails("hung_up")
    draft.places["goodbye"] = {"kind": "announcement", "says": draft.says("goodbye")}
    return "goodbye"


def refuses_for_ever(draft: Draft) -> str:
    """A bot that answers every request with the same words."""
    ways.bot(draft, "bot")
    draft.fails("looped")
    human = draft.places["bot"]["intents"]["human"]
    human["refuse"] = "forever"
    human["refusals"] = [draft.says("refusal", topic=draft.topics[0])]
    draft.inputs = [{"say": "转人工", "times": 4}]
    return "bot"


def no_human(draft: Draft) -> str:
    """A menu without a person; the caller hears it to the end, and again."""
    ways.menu(draft, "menu1", draft.topics.pop(), "answer", None, first=True)
    draft.fails("no_human_offered")
    return "menu1"


def closed(draft: Draft) -> str:
    """Outside its hours, always; some take a message."""
    draft.fails("closed")
    draft.hours = {"from": "00:00", "to": "00:00", "closed": "closed"}
    draft.places["closed"] = {"kind": "announcement", "says": draft.says("closed"), "means": "closed"}
    if draft.chance(0.3):
        draft.trap("voicemail")
        draft.places["closed"]["then"] = "box"
        draft.places["box"] = {"kind": "voicemail", "says": draft.says("leave_message_closed"), "records": 8}
    return "closed"


def rejected(draft: Draft) -> str:
    """Refused by the network: busy, declined, not answered."""
    status, outcome = draft.choice(((486, "busy"), (603, "rejected"), (480, "no_answer")))
    draft.fails(outcome)
    draft.network = {"ring": draft.between(0.5, 8), "reject": status}
    if status == 486 and draft.chance(0.6):
        draft.network["alert"] = "busy"
    return _nobody(draft)


def vacant(draft: Draft) -> str:
    """A number that does not exist: special information tone or none, an announcement, then a status, or none."""
    draft.fails("not_in_service")
    draft.trap("vacant number")
    draft.network = {
        "ring": draft.between(0.5, 3),
        "alert": draft.choice(("special_information", "announcement")),
        "says": draft.says("vacant"),
        "times": draft.choice((1, 2, 3)),
        "means": "not_in_service",
        "reject": draft.choice((404, 404, 480, 604)),
    }
    return _nobody(draft)


def rings_for_ever(draft: Draft) -> str:
    """Nobody takes the call."""
    draft.fails("no_answer")
    draft.network = {
        "ring": draft.random.randint(30, 45),
        "alert": draft.choice(("ringing", "ringback")),
        "reject": 480,
    }
    return _nobody(draft)


def _nobody(draft: Draft) -> str:
    draft.traps = [trap for trap in draft.traps if trap != "colour ring"]
    draft.places["agent"] = {"kind": "person"}
    return "agent"
