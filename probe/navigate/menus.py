"""Menus that were heard without the option that is wanted: when one has been heard to its end, and again."""

from __future__ import annotations

from dataclasses import dataclass, field

from probe.navigate.transcript import Passage

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
        """Takes a passage in which options were announced after `since`; whether the menu has now been heard again."""
        if not any(option.at > since for option in passage.options):
            return False
        known = {option.key for earlier in self.passages for option in earlier.options if option.at > since}
        self.passages.append(passage)
        again = any(option.key in known for option in passage.options if option.at > since)
        return again or len(self.passages) >= _ENOUGH

    def key_to_try(self, since: float) -> str | None:
        """The key that leads to a person in most menus, if one was offered by a key that was not understood after `since`."""
        offered = any(passage.unheard > since for passage in self.passages)
        taken = {option.key for passage in self.passages for option in passage.options if option.at > since}
        return USUAL if offered and USUAL not in taken else None

    def told(self) -> str:
        """The options of the last one, in words; then it is forgotten."""
        offered = ", ".join(f"{option.key} {option.label}" for option in self.passages[-1].options)
        self.passages.clear()
        return offered
