"""What differs between two timelines of one call, one line a difference."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from probe.timeline import Timeline

_KEPT = ("schema", "call")  # facts of the call that no listening changes


def differences(kept: Timeline, found: Timeline) -> list[tuple[str, str, str]]:
    """Each difference as (where, as kept, as found); "" on the side that has nothing there."""
    before, after = kept.to_json(), found.to_json()
    return [row for name in before if name not in _KEPT for row in _between(name, before[name], after[name])]


def _between(where: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before | after:
            yield from _between(f"{where}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and all(isinstance(x, dict) for x in before + after):
        yield from _lists(where, before, after)
    else:
        yield where, "" if before is None else str(before), "" if after is None else str(after)


def _lists(where: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Items that are the same thing are compared inside; others are on one side only."""
    names = [_name(item) for item in before], [_name(item) for item in after]
    for change, i, j, m, n in SequenceMatcher(None, names[0], names[1], autojunk=False).get_opcodes():
        if change == "equal":
            for old, new in zip(before[i:j], after[m:n], strict=True):
                yield from _between(f"{where}[{_name(old)}]", old, new)
            continue
        yield from ((f"{where}[{_name(item)}]", _short(item), "") for item in before[i:j])
        yield from ((f"{where}[{_name(item)}]", "", _short(item)) for item in after[m:n])


def _name(item: dict[str, Any]) -> str:
    """What an item is and when: enough to find it again in the file."""
    at = item.get("start", item.get("at"))
    what = item.get("kind", item.get("word", item.get("expectation", "")))
    return f"{what} {at:.3f}" if isinstance(at, float | int) else str(what)


def _short(item: dict[str, Any]) -> str:
    """The most telling thing about an item."""
    names = ("text", "label", "value", "found", "end", "kind")
    return next((str(item[name]) for name in names if item.get(name) not in (None, "")), "None")
