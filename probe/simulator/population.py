"""Hotlines made up at random, for measuring how often the whole system is right on hotlines nobody wrote for it.

`population(seed, n)` gives `n` hotlines that differ in structure, wording, voices, music, waits, bots and people, each
with its truth and the walk to a person; about a quarter of them let nobody reach one, in every way there is. The same
seed gives the same hotlines.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from probe.simulator import population_words as words
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.music import STYLES
from probe.simulator.seeds import stable

_VARIANTS = ("m1", "m2", "m3", "m4", "m7", "f1", "f2", "f3", "f4", "f5")
_FIGURES = dict(zip("0123456789*#", (*"零一二三四五六七八九", "星号键", "井号键"), strict=True))
Form = dict[str, Any]


def population(seed: int, n: int) -> list[Hotline]:
    """`n` hotlines; the i-th depends on `seed` and i alone."""
    return [_Maker(stable(seed, i), f"random-{seed}-{i}").hotline() for i in range(n)]


class _Maker:
    """Makes one hotline."""

    def __init__(self, seed: int, name: str) -> None:
        self.random = Random(seed)
        self.id = name
        self.sector = self.random.choice(sorted(words.SECTORS))
        names, topics = words.SECTORS[self.sector]
        self.name = self.random.choice(names)
        self.topics = self.random.sample(topics, len(topics))
        self.bot = self.random.choice(words.BOT_NAMES)
        self.places: dict[str, Form] = {}
        self.inputs: list[Form] = []
        self.network: Form = self._network()
        self.hours: Form | None = None
        self.truth: Form = {"reached": True, "outcome": "human"}

    def hotline(self) -> Hotline:
        """The hotline, checked as if it had been written by hand."""
        structures: list[tuple[float, Callable[[], str]]] = [
            (5, lambda: self._menus(1, self._queue("human"))),
            (5, lambda: self._menus(2, self._queue("human"))),
            (2, lambda: self._menus(3, self._queue("human"))),
            (3, lambda: self._menus(1, self._bot(self._queue("human")), to_bot=True)),
            (6, lambda: self._bot(self._queue("human"))),
            (1, lambda: self._direct()),
            (1, lambda: self._menus(self.random.choice((1, 2)), self._never())),
            (1, lambda: self._bot(self._pushed(), pushed=True)),
            (1, lambda: self._menus(1, self._pushed())),
            (1, lambda: self._menus(1, self._goodbye())),
            (1, lambda: self._refuses_for_ever()),
            (1, lambda: self._no_human()),
            (0.7, lambda: self._closed()),
            (0.4, lambda: self._rejected()),
        ]
        weights, makers = zip(*structures, strict=True)
        start = self.random.choices(makers, weights)[0]()
        form: Form = {
            "hotline": self.id,
            "name": self.name,
            "sector": self.sector,
            "voice": self._voice(),
            "network": self.network,
            "start": start,
            "places": self.places,
            "truth": {**self.truth, "way": self._way(), "steps": self._steps(), "walks": {"human": self.inputs}},
        }
        if self.hours:
            form["hours"] = self.hours
        return from_form(form)

    # ------------------------------------------------------------------------------------------ ways to a person

    def _menus(self, levels: int, to: str, to_bot: bool = False) -> str:
        """Menus, each leading on to the next by one key, the last to the place `to`; the name of the first."""
        inputs: list[Form] = []
        target = to
        for level in range(levels, 0, -1):
            last = level == levels
            if last and to_bot:
                topic, offers = self.random.choice(("智能语音服务", "智能客服", "语音导航")), None
            elif last:
                topic, offers = self.random.choice(words.HUMAN_TOPICS), "human"
            elif level == 1 and self.random.random() < 0.4:
                topic, offers = self.random.choice(words.LANGUAGE_TOPICS), None
            else:
                topic, offers = self.topics.pop(), None
            name = f"menu{level}"
            key = self._menu(name, topic, target, offers, first=level == 1)
            inputs.insert(0, {"press": key})
            target = name
        self.inputs = inputs + self.inputs
        return target

    def _menu(self, name: str, topic: str, to: str, offers: str | None, first: bool) -> str:
        """One menu whose `topic` leads to `to`; the key of it."""
        choice = self.random.choice
        others = self.random.sample(self.topics, min(len(self.topics), self.random.randint(1, 3)))
        if topic in words.LANGUAGE_TOPICS:
            others = ["英语服务"]
        before = self.random.random() < 0.15 and topic not in words.LANGUAGE_TOPICS
        form = human_form = words.OPTION_BEFORE if before else choice(words.OPTION)
        if before:
            topic = topic.removeprefix("转")
            human_form = words.OPTION_BEFORE_HUMAN
        key = choice("0098") if offers else str(len(others) + 1)
        if topic in words.LANGUAGE_TOPICS:
            key = "1"
        free = [figure for figure in "123456789" if figure != key]
        options = []
        for other, figure in zip(others, free, strict=False):
            options.append({"key": figure, "says": form.format(topic=other, key=_FIGURES[figure]), "to": "answer"})
        place = {"key": key, "says": (human_form if offers else form).format(topic=topic, key=_FIGURES[key]), "to": to}
        if offers:
            place["offers"] = offers
        options.insert(0 if topic in words.LANGUAGE_TOPICS else self.random.randint(0, len(options)), place)
        if self.random.random() < 0.5:
            options.append({"key": "*", "says": choice(words.AGAIN).format(key=_FIGURES["*"]), "to": "repeat"})
        elif not first:
            options.append({"key": "#", "says": choice(words.BACK).format(key=_FIGURES["#"]), "to": "back"})
        greeting = choice(words.GREETINGS).format(name=self.name) if first else ""
        self.places[name] = {
            "kind": "menu",
            "says": greeting,
            "options": options,
            "plays": 3,
            "barge_in": self.random.random() < 0.8,
            "early_keys": choice(("kept", "dropped")),
            "invalid_says": choice(words.INVALID),
        }
        self.places.setdefault("answer", {"kind": "announcement", "says": choice(words.ANSWERS), "then": name})
        return key

    def _bot(self, to: str, pushed: bool = False) -> str:
        """A voice bot that refuses some times and then goes to the place `to`."""
        choice = self.random.choice
        names = {"bot": self.bot, "topic": self.topics[0], "topic2": self.topics[1]}
        refuse = 0 if pushed else choice((0, 0, 1, 1, 2, 3))
        refusals = [text.format(**names) for text in self.random.sample(words.REFUSALS, max(1, min(refuse, 3)))]
        self.places["bot"] = {
            "kind": "bot",
            "voice": self._voice(),
            "asks": choice(words.BOT_ASKS).format(**names),
            "not_understood": choice(words.NOT_UNDERSTOOD),
            "barge_in": self.random.random() < 0.3,
            "tries": 4,
            "intents": {
                "human": {
                    "means": ["转人工", "人工客服", "人工服务", "找人工"],
                    "says": "" if pushed else choice(words.GRANTS),
                    "refuse": refuse,
                    "refusals": refusals if refuse else [],
                    "offers": "human",
                    "to": to,
                },
                "topic": {"means": [self.topics[0]], "says": choice(words.ANSWERS)},
            },
        }
        self.inputs.append({"say": "转人工", "times": refuse + 1})
        return "bot"

    def _direct(self) -> str:
        """A greeting, then straight to a person."""
        self.places["greeting"] = {
            "kind": "announcement",
            "says": self.random.choice(words.GREETINGS).format(name=self.name),
            "then": self._queue("human"),
        }
        return "greeting"

    def _queue(self, desk: str) -> str:
        """A queue that ends with a person."""
        random, choice = self.random, self.random.choice
        self.places["agent"] = {
            "kind": "person",
            "desk": desk,
            "department": choice((self.name, "")),
            "manner": choice(("ordinary",) * 9 + ("hesitant",)),
        }
        length = random.uniform(1, 8) if random.random() < 0.5 else random.uniform(8, 28)
        queue: Form = {
            "kind": "queue",
            "says": choice(words.QUEUE_SAYS),
            "music": choice(sorted(STYLES)),
            "tune": random.randint(0, 3),
            "length": {"from": round(length, 1), "to": round(length + random.uniform(0, 5), 1)},
            "rings": choice((0, 0, 0, 4, 5, 8)),
            "connects_says": choice(words.CONNECTS),
            "to": "agent",
        }
        if random.random() < 0.6:
            queue["announce"] = self._announce()
            queue["position"] = random.randint(2, 8)
        self.places["queue"] = queue
        return "queue"

    # ------------------------------------------------------------------------------------------------- dead ends

    def _fails(self, outcome: str) -> None:
        self.truth = {"reached": False, "outcome": outcome}

    def _never(self) -> str:
        """A queue nobody answers; half of them hang up in the end."""
        self._fails("human_unreachable")
        queue: Form = {
            "kind": "queue",
            "says": self.random.choice(words.QUEUE_SAYS),
            "music": self.random.choice(sorted(STYLES)),
            "tune": self.random.randint(0, 3),
            "never_answered": True,
            "announce": self._announce(),
            "position": self.random.randint(2, 8),
        }
        if self.random.random() < 0.5:
            queue["gives_up"] = {"after": self.random.randint(20, 35), "says": self.random.choice(words.GIVES_UP)}
        self.places["queue"] = queue
        return "queue"

    def _pushed(self) -> str:
        self._fails("pushed_elsewhere")
        self.places["pushed"] = {
            "kind": "announcement",
            "says": self.random.choice(words.PUSHED),
            "means": "pushed_elsewhere",
        }
        return "pushed"

    def _goodbye(self) -> str:
        self._fails("hung_up")
        self.places["goodbye"] = {"kind": "announcement", "says": self.random.choice(words.GOODBYES)}
        return "goodbye"

    def _refuses_for_ever(self) -> str:
        self._bot("bot")
        self._fails("looped")
        human = self.places["bot"]["intents"]["human"]
        human["refuse"] = "forever"
        human["refusals"] = [self.random.choice(words.REFUSALS).format(bot=self.bot, topic=self.topics[0])]
        self.inputs = [{"say": "转人工", "times": 4}]
        return "bot"

    def _no_human(self) -> str:
        """A menu without a person; the caller hears it to the end, and again."""
        self._menu("menu1", self.topics.pop(), "answer", None, first=True)
        self._fails("no_human_offered")
        return "menu1"

    def _closed(self) -> str:
        self._fails("closed")
        self.hours = {"from": "00:00", "to": "00:00", "closed": "closed"}
        self.places["closed"] = {"kind": "announcement", "says": self.random.choice(words.CLOSED), "means": "closed"}
        return "closed"

    def _rejected(self) -> str:
        status, outcome = self.random.choice(((486, "busy"), (603, "rejected"), (480, "no_answer")))
        self._fails(outcome)
        self.network = {"ring": round(self.random.uniform(0.5, 8), 1), "reject": status}
        self.places["agent"] = {"kind": "person"}
        return "agent"

    # --------------------------------------------------------------------------------------------------- details

    def _announce(self) -> Form:
        return {
            "says": self.random.choice(words.QUEUE_ANNOUNCES),
            "every": round(self.random.uniform(7, 15), 1),
            "over_music": self.random.random() < 0.25,
        }

    def _voice(self) -> Form:
        return {
            "variant": self.random.choice(_VARIANTS),
            "rate": self.random.randint(180, 225),
            "pitch": self.random.randint(40, 66),
            "volume_db": round(self.random.uniform(-20, -11), 1),
        }

    def _network(self) -> Form:
        network: Form = {
            "post_dial": round(self.random.uniform(0.1, 1.0), 2),
            "ring": round(self.random.uniform(0.5, 5), 1),
            "alert": self.random.choice(("ringing",) * 6 + ("ringback", "ringback", "music", "announcement")),
        }
        if network["alert"] == "music":
            network["music"] = self.random.choice(sorted(STYLES))
        if network["alert"] == "announcement":
            network["says"] = self.random.choice(words.ADVERTS)
        return network

    def _steps(self) -> int:
        return sum(item.get("times", 1) for item in self.inputs) if self.truth["reached"] else 0

    def _way(self) -> str:
        if not self.truth["reached"] and self.truth["outcome"] != "human_unreachable":
            return "none"
        keys, speech = (any(kind in item for item in self.inputs) for kind in ("press", "say"))
        return {(0, 0): "direct", (1, 0): "key", (0, 1): "bot", (1, 1): "key_then_bot"}[keys, speech]
