"""Menus that were heard without the option that is wanted: when one has been heard to its end, and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.navigate.transcript import Passage
from probe.speech.text import similarity
from probe.timeline import Purpose

_ALIKE, _LEAD = 0.7, 0.15
"""Likeness by sound of an option that is taken for a misheard one, one sound of four, and lead over the next; guessed."""
USUAL = "0"
"""The key that most menus have for a person; guessed from those that the survey's hotlines have."""
_ENOUGH = 3
"""Passages with other options that are two menus for certain, even if no key was understood twice; guessed."""


@dataclass(slots=True)
class MenusWithout:
    """Since the caller's last move. A pause may part one menu into passages, so only a key announced anew makes two."""

    passages: list[Passage] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.passages)

    def hear(self, passage: Passage, since: float) -> bool:
        """Takes a passage in which options were announced after `since`, understood or not; whether the menu has now been
        heard again."""
        if passage.unheard <= since and not any(option.at > since for option in passage.options):
            return False
        known = {option.key for earlier in self.passages for option in earlier.options if option.at > since}
        self.passages.append(passage)
        again = any(option.key in known for option in passage.options if option.at > since)
        return again or len(self.passages) >= _ENOUGH

    def key_to_try(self, names: Sequence[str], purpose: Purpose, since: float, language: str) -> str | None:
        """The key to press though no option was called by one of the `names`: of the one that was announced after `since` and
        sounds most like it, or, if they ask for a person who was offered by a key that was not understood, the usual one."""
        options = [option for passage in self.passages for option in passage.options if option.at > since]
        if purpose == "ask_human":
            offered = any(passage.unheard > since for passage in self.passages)
            return USUAL if offered and USUAL not in {option.key for option in options} else None
        alike = {option.key: max(similarity(name, option.label, language) for name in names) for option in options}
        best, *others = sorted(alike, key=lambda key: -alike[key])
        second = alike[others[0]] if others else 0.0
        return best if alike[best] >= _ALIKE and alike[best] - second >= _LEAD else None

    def told(self) -> str:
        """The options of the last one, in words; then it is forgotten."""
        options = next((p.options for p in reversed(self.passages) if p.options), [])
        offered = ", ".join(f"{option.key} {option.label}" for option in options)
        self.passages.clear()
        return offered
