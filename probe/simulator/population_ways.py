"""Ways to a person, made up at random: menus, voice bots, and hotlines without any step."""

from __future__ import annotations

from probe.simulator import population_people as people
from probe.simulator.draft import Draft, Form
from probe.simulator.music import STYLES
from probe.simulator.songs import SUNG_INSTEAD

_FIGURES = dict(zip("0123456789*#", (*"零一二三四五六七八九", "星号键", "井号键"), strict=True))
_MEANS_HUMAN = ["转人工", "人工客服", "人工服务", "找人工"]
_MEANS_WHO = ["请问是人工客服吗", "喂您好请问是人工客服吗", "请问是人工吗", "是真人吗"]


def network(draft: Draft) -> Form:
    """What comes before the answer: silence, ringback, a colour ring, or an announcement."""
    made: Form = {
        "post_dial": draft.between(0.1, 1.0),
        "ring": draft.between(0.5, 5),
        "alert": draft.choice(("ringing",) * 6 + ("ringback",) * 2 + ("music", "announcement")),
    }
    if made["alert"] == "music":
        style = draft.choice(sorted(STYLES))
        made["music"] = SUNG_INSTEAD.get(style, style) if made["ring"] > 2.5 else style  # most colour rings are songs
        draft.trap("colour ring")
    if made["alert"] == "announcement":
        made["says"] = draft.says(draft.choice(("advert", "ring_advert")))
        draft.trap("colour ring")
    return made


def menus(draft: Draft, levels: int, to: str, to_bot: bool = False) -> str:
    """Menus, each leading on to the next by one key, the last to the place `to`; the name of the first."""
    inputs: list[Form] = []
    target = to
    for level in range(levels, 0, -1):
        last = level == levels
        offers = None
        languages = False
        if last and to_bot:
            topic = draft.says("bot_topic")
        elif last:
            topic, offers = draft.says("human_topic"), "human"
        elif level == 1 and draft.chance(0.4):
            topic, languages = draft.says("language_topic"), True
        else:
            topic = draft.topics.pop()
        name = f"menu{level}"
        key = menu(draft, name, topic, target, offers, first=level == 1, languages=languages)
        inputs.insert(0, {"press": key})
        target = name
    draft.inputs = inputs + draft.inputs
    return target


def menu(
    draft: Draft, name: str, topic: str, to: str, offers: str | None, *, first: bool, languages: bool = False
) -> str:
    """One menu whose `topic` leads to `to`; the key of it."""
    others = draft.random.sample(draft.topics, min(len(draft.topics), draft.random.randint(1, 3)))
    if languages:
        others = ["英语服务"]
    before = draft.chance(0.15) and not languages
    form = human_form = draft.says("option_before" if before else "option", topic="{topic}", key="{key}")
    if before:
        topic = topic.removeprefix("转")
        human_form = draft.says("option_before_human", topic="{topic}", key="{key}")
    key = "1" if languages else draft.choice("0098") if offers else str(len(others) + 1)
    free = [figure for figure in "123456789" if figure != key]
    options: list[Form] = []
    for other, figure in zip(others, free, strict=False):
        options.append({"key": figure, "says": form.format(topic=other, key=_FIGURES[figure]), "to": "answer"})
    wanted: Form = {
        "key": key,
        "says": (human_form if offers else form).format(topic=topic, key=_FIGURES[key]),
        "to": to,
    }
    if offers:
        wanted["offers"] = offers
    options.insert(0 if languages else draft.random.randint(0, len(options)), wanted)
    if draft.chance(0.5):
        options.append({"key": "*", "says": draft.says("again", key=_FIGURES["*"]), "to": "repeat"})
    elif not first:
        options.append({"key": "#", "says": draft.says("back", key=_FIGURES["#"]), "to": "back"})
    greeting = draft.says("greeting") if first else ""
    if greeting and draft.chance(0.15):
        greeting += "，" + draft.says("advert")
    draft.places[name] = {
        "kind": "menu",
        "says": greeting,
        "options": options,
        "plays": 3,
        "barge_in": draft.chance(0.8),
        "early_keys": draft.choice(("kept", "dropped")),
        "invalid_says": draft.says("invalid"),
    }
    draft.places.setdefault("answer", {"kind": "announcement", "says": draft.says("answer"), "then": name})
    return key


def bot(draft: Draft, to: str, pushed: bool = False) -> str:
    """A voice bot that refuses some times and then goes to the place `to`."""
    refuse = 0 if pushed else draft.choice((0, 0, 1, 1, 2, 3))
    topics = {"topic": draft.topics[0], "topic2": draft.topics[1]}
    refusals = draft.several("refusal", max(1, min(refuse, 3)), **topics)
    draft.places["bot"] = {
        "kind": "bot",
        "voice": draft.voice(),
        "asks": draft.says("bot_asks", **topics),
        "not_understood": draft.says("not_understood"),
        "nothing_heard": draft.says("nothing_heard"),
        "barge_in": draft.chance(0.3),
        "tries": 4,
        "thinks": draft.choice((0.3, 0.3, {"from": 0.4, "to": 1.4})),
        "intents": {
            "human": {
                "means": _MEANS_HUMAN,
                "says": "" if pushed else draft.says("grant"),
                "refuse": refuse,
                "refusals": refusals if refuse else [],
                "offers": "human",
                "to": to,
            },
            "who": {"means": _MEANS_WHO, "says": draft.says("bot_is_who"), "step": False},
            "topic": {"means": [draft.topics[0]], "says": draft.says("answer")},
        },
    }
    draft.inputs.append({"say": "转人工", "times": refuse + 1})
    return "bot"


def bot_like_a_person(draft: Draft, to: str) -> str:
    """A voice bot that says it is 客服小王, often with an office behind it; asked outright, most admit what they are."""
    draft.trap("bot like a person")
    name = bot(draft, to)
    made = draft.places[name]
    made["asks"] = draft.says("bot_like_a_person")
    made["voice"]["noise"] = "none"
    made["noise"] = draft.choice(("none", "quiet", "office"))
    who = made["intents"]["who"]
    if draft.chance(0.4):
        who["says"] = draft.says("bot_dodges")
    return name


def direct(draft: Draft) -> str:
    """A greeting, then straight to a person."""
    draft.places["greeting"] = {
        "kind": "announcement",
        "says": draft.says("greeting"),
        "then": people.queue(draft),
    }
    return "greeting"


def picked_up_at_once(draft: Draft) -> str:
    """No machine at all: the phone rings and somebody takes it."""
    draft.trap("no machine")
    people.agent(draft)
    return "agent"


def hello_before_the_queue(draft: Draft) -> str:
    """A short recorded hello, as somebody once spoke it on tape, then the queue."""
    draft.trap("recorded hello")
    draft.places["hello"] = {
        "kind": "announcement",
        "says": draft.says("personal_hello"),
        "voice": {**draft.voice(), "noise": draft.choice(("none", "none", "quiet"))},
        "then": people.queue(draft),
    }
    return "hello"
