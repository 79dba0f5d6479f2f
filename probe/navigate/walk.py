"""Where the caller is in the walk, and what is listened for there. Pure positions: nothing is heard or done here.

A place is a path: `(2,)` is the third item; `(2, 1, 0)` is the first item of the `walk` inside the second branch of
the third item, which is a `when`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from probe.navigate.scenario import Acts, Branch, Item

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something listened for: the item or branch, and its place (a branch's ends with the branch's number)."""

    acts: Acts
    place: Place
    branch: bool


@dataclass(slots=True)
class Walk:
    """The walk of one call. `place` moves on as items are taken."""

    items: tuple[Item, ...]
    place: Place = (0,)
    rounds: dict[Place, int] = field(default_factory=dict)
    """How often a repeated `when` has been answered, by its place."""

    @property
    def item(self) -> Item | None:
        """The item that the caller stands at; None when the walk is over."""
        self._leave_finished()
        items = self._items(self.place)
        return items[self.place[-1]] if self.place[-1] < len(items) else None

    def awaited(self) -> list[Awaited]:
        """All that is listened for now, the likeliest first: this item, and what follows if it may be passed over."""
        self._leave_finished()
        return list(self._awaited(self.place))

    def take(self, awaited: Awaited) -> bool:
        """Moves on past what was heard; False when a repeated `when` has no round left for it."""
        if not awaited.branch:
            self.place = _next(awaited.place)
            return True
        when = awaited.place[:-1]
        item, branch = self._at(when), awaited.acts
        assert isinstance(branch, Branch)
        if item.repeat:
            self.rounds[when] = self.rounds.get(when, 0) + 1
            if self.rounds[when] > item.repeat:
                return False
        if branch.walk:
            self.place = (*awaited.place, 0)
        elif item.repeat and not branch.go_on:
            self.place = when
        else:
            self._forget(when)
            self.place = _next(when)
        return True

    def pass_over(self) -> None:
        """Moves on past the item that the caller stands at."""
        self._leave_finished()
        self._forget(self.place)
        self.place = _next(self.place)

    def _awaited(self, place: Place) -> Iterator[Awaited]:
        items = self._items(place)
        if place[-1] >= len(items):
            if len(place) > 1:
                yield from self._awaited(self._after_branch(place))
            return
        item = items[place[-1]]
        if item.when:
            for number, branch in enumerate(item.when):
                yield Awaited(branch, (*place, number), True)
        else:
            yield Awaited(item, place, False)
        if (item.optional or item.repeat) and self._waits_next(_next(place)):
            yield from self._awaited(_next(place))

    def _waits_next(self, place: Place) -> bool:
        """Whether the next item waits for something; one that just acts has its turn only when it is reached."""
        items = self._items(place)
        if place[-1] >= len(items):
            # After a repeated `when` its own branches follow again; they are listened for already.
            return len(place) > 1 and not self._at(place[:-2]).repeat and self._waits_next(_next(place[:-2]))
        return items[place[-1]].awaits

    def _leave_finished(self) -> None:
        while len(self.place) > 1 and self.place[-1] >= len(self._items(self.place)):
            self.place = self._after_branch(self.place)

    def _after_branch(self, place: Place) -> Place:
        """Where a branch's own walk leads when it is over."""
        when, number = place[:-2], place[-2]
        item = self._at(when)
        if item.repeat and not item.when[number].go_on:
            return when
        self._forget(when)
        return _next(when)

    def _at(self, place: Place) -> Item:
        return self._items(place)[place[-1]]

    def _items(self, place: Place) -> tuple[Item, ...]:
        items = self.items
        for index, number in zip(place[:-1:2], place[1:-1:2], strict=True):
            items = items[index].when[number].walk
        return items

    def _forget(self, place: Place) -> None:
        """Rounds are counted anew when a `when` is reached another time."""
        self.rounds.pop(place, None)


def _next(place: Place) -> Place:
    return (*place[:-1], place[-1] + 1)
