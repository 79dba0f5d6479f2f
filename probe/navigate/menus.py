"""Menus that were heard without the option that is wanted: when one has been heard to its end, and again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from probe.navigate.transcript import Passage
from probe.speech.chinese import in_parts
from probe.speech.text import similarity, sounds
from probe.timeline import MenuOption, Purpose, Why

_ALIKE, _LEAD = 0.7, 0.15
"""Likeness by sound of an option that is taken for a misheard one, one sound of four, and lead over the next; guessed."""
_LESS_ALIKE, _FAR_AHEAD = 0.6, 0.3
"""Likeness and lead of one that is less like it, but of which nothing else in the menu has anything; guessed."""
_HARDLY_ALIKE, _UNLIKE, _OTHERS = 0.5, 0.25, 2
"""Likeness of one that only half is like it, where all others, so many at least, have at most a syllable of it; guessed."""
_HALF = 0.5
"""Likeness of two syllables that share their beginning or their rhyme ("tui" and "hui"); guessed."""
_GENERAL = re.compile(
    "办理|查询|服务|业务|咨询"
)  # what the names of many options have; half of a name must be more than it
_HALF_HEARD = ("服务", "工服务", "人服务", "坐席", "客服", "转坐席", "转客服")
"""What is left of the name of the option for a person where its beginning was not understood."""
_OF_A_PERSON = re.compile("(?<![人施员加职手民])工(?![单作程资商伤业厂具])")
"""The second half of 人工, its first misheard: in none of the words that have it otherwise, 施工, 工单 and the like."""
USUAL = "0"
"""The key that most menus have for a person; guessed from those that the survey's hotlines have."""
_PAUSE, _ENOUGH = 2.5, 2
"""Seconds between two readings of a menu, which waits 3 s and more for its key, and pauses as long after which it has surely
been read again even if no key was understood twice; guessed."""
_VERB, _SEVERAL = 2, 2  # characters of a verb such as 办理; options that begin with it
_SAME = 1.0  # seconds between two tellings of one option
_READINGS = 3
"""Times that one key has been announced after which the menu has been heard again, whatever its last key is."""


@dataclass(slots=True)
class MenusWithout:
    """Since the caller's last move. A pause may part one menu into passages, so only keys announced anew make two."""

    passages: list[Passage] = field(default_factory=list)
    guessed: bool = False
    """Whether an option on the way here was pressed that only sounded like the one wanted."""

    def __bool__(self) -> bool:
        return bool(self.passages)

    def hear(self, passage: Passage, since: float) -> bool:
        """Takes a passage in which options were announced after `since`, understood or not; whether the menu has now been
        heard to its end a second time."""
        self.passages = [earlier for earlier in self.passages if _offers(earlier, since)]
        if not _offers(passage, since):
            return False
        self.passages.append(passage)
        pauses = [b.start - (a.end or b.start) for a, b in pairwise(self.passages)]
        return _read_twice([option.key for option in _once_each(self._options(since))]) or (
            sum(pause >= _PAUSE for pause in pauses) >= _ENOUGH
        )

    def key_to_try(self, names: Sequence[str], purpose: Purpose, since: float, language: str) -> str | None:
        """The key to press though no option was called by one of the `names`: of the one that was announced after `since` and
        sounds most like it, or, if they ask for a person who was offered by a key that was not understood, the usual one."""
        options = self._options(since)
        if purpose == "ask_human":
            offered = any(passage.unheard > since for passage in self.passages)
            halves = {option.key for option in options if _half_heard(option.label)}
            if len(halves) == 1 and not offered:
                return halves.pop()
            return USUAL if offered and USUAL not in {option.key for option in options} else None
        if not options:
            return None
        labels = {option.label for option in options}  # of a menu that is read twice, once each
        apart = {
            option.key: max(likeness(*_apart(name, option.label, labels), language) for name in names)
            for option in options
        }
        particular = {
            option.key: max(
                similarity(_GENERAL.sub("", name), _GENERAL.sub("", option.label), language) for name in names
            )
            for option in options
        }
        found = _far_ahead(apart) or _only_one(apart, particular)
        self.guessed = self.guessed or found is not None
        return found

    def why_left(self, purpose: Purpose) -> Why:
        """Why a call is left in a menu without the option, which was for this purpose: the menu has nobody to ask for, or
        nothing is known of it, as where it may be the wrong one."""
        return "not_offered" if purpose == "ask_human" and not self.guessed else "lost"

    def told(self) -> str:
        """The options of the last one, in words; then it is forgotten."""
        options = next((p.options for p in reversed(self.passages) if p.options), [])
        offered = ", ".join(f"{option.key} {option.label}" for option in options)
        self.passages.clear()
        return offered

    def _options(self, since: float) -> list[MenuOption]:
        return [option for passage in self.passages for option in passage.options if option.at > since]


def _half_heard(label: str) -> bool:
    """Whether an option may be the one for a person, of whose name a half was understood."""
    return label in _HALF_HEARD or _OF_A_PERSON.search(label) is not None


def _far_ahead(alike: Mapping[str, float]) -> str | None:
    """The key whose option is like enough, and so much more than any other, to be the one wanted."""
    best, *others = sorted(alike, key=lambda key: -alike[key])
    second = alike[others[0]] if others else 0.0
    lead = alike[best] - second
    like = (alike[best] >= _ALIKE and lead >= _LEAD) or (alike[best] >= _LESS_ALIKE and lead >= _FAR_AHEAD)
    return best if like else None


def _only_one(alike: Mapping[str, float], particular: Mapping[str, float]) -> str | None:
    """The key whose option is half like the one wanted, also in what is `particular` to its name, where none of several others
    has more than a syllable of it."""
    best, *others = sorted(alike, key=lambda key: -alike[key])
    half = min(alike[best], particular[best]) >= _HARDLY_ALIKE
    return best if half and len(others) >= _OTHERS and alike[others[0]] <= _UNLIKE else None


def _apart(name: str, label: str, labels: Collection[str]) -> tuple[str, str]:
    """A name and a label without the word that the name and several labels begin with: all that a menu offers is 办理."""
    verb = name[:_VERB]
    if len(name) <= _VERB or sum(other.startswith(verb) for other in labels) < _SEVERAL:
        return name, label
    return name[_VERB:], label.removeprefix(verb)


def likeness(name: str, label: str, language: str) -> float:
    """0..1: how alike a name and the label of an option sound that may have been misheard, syllable by syllable."""
    exact = similarity(name, label, language)
    wanted, heard = sounds(name, language), sounds(label, language)
    if len(heard) > 1 and "".join(heard) in "".join(wanted):
        return max(exact, _LESS_ALIKE)  # the rest of it may not have been heard
    if language != "zh" or not wanted or len(heard) < len(wanted):
        return exact
    return max(
        exact,
        *(
            sum(_syllables_alike(a, b) for a, b in zip(wanted, heard[start:], strict=False)) / len(wanted)
            for start in range(len(heard) - len(wanted) + 1)
        ),
    )


def _syllables_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    (a, b), (c, d) = (in_parts(syllable) for syllable in (one, other))
    return _HALF if b == d or (a and a == c) else 0.0


def _once_each(options: Sequence[MenuOption]) -> list[MenuOption]:
    """Without those told again because their names were heard better."""
    return [
        one
        for n, one in enumerate(options)
        if not any(one.key == o.key and abs(one.at - o.at) < _SAME for o in options[:n])
    ]


def _read_twice(keys: Sequence[str]) -> bool:
    """Whether keys, in the order announced, are those of a menu that was read to its end twice: its last key has come again,
    or some key a third time."""
    first = next((n for n, key in enumerate(keys) if key in keys[:n]), len(keys))
    return (first < len(keys) and keys[first - 1] in keys[first:]) or any(keys.count(key) >= _READINGS for key in keys)


def _offers(passage: Passage, since: float) -> bool:
    """Whether options were announced in it after `since`, understood or not."""
    return passage.unheard > since or any(option.at > since for option in passage.options)
