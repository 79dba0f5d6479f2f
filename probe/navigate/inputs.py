"""What an item asks for, as an action: keys that the scenario or the hotline names, an utterance, the end of the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from probe.navigate.acts import Keys
from probe.navigate.matching import Match
from probe.navigate.scenario import Acts, Item, Otherwise
from probe.navigate.transcript import Passage
from probe.timeline import HangUp, Press, Purpose, Say


def input_of(
    acts: Acts | Otherwise, match: Match | None, passage: Passage | None, purpose: Callable[[Sequence[str]], Purpose]
) -> Press | Say:
    """The keys or words of an item; `purpose` tells what they are for from the words that they stand for.

    Keys stand for what the menu called them; if it said nothing, for the prompt that the item waits for.
    """
    if not acts.press:
        assert acts.say is not None  # an input is pressed or said
        return Say(at=0.0, value=acts.say, purpose=purpose((acts.say,)))
    option = match.option if match else None
    keys = option.key if option else acts.press.keys
    assert keys is not None  # without an option heard there are keys in the scenario
    label = option.label if option else _label_of(keys, passage)
    prompts = acts.hear.text if isinstance(acts, Acts) and acts.hear else acts.press.option
    return Press(at=0.0, value=keys, purpose=purpose((label,) if label else prompts), option=label)


def keyed(item: Item, key: str) -> Item:
    """An item that presses an option, with a key that no menu was heard to announce for it."""
    return item.model_copy(update={"press": Keys.model_construct(keys=key, option=item.option)})


def hang_up_of(acts: Acts | Otherwise, now: float) -> HangUp:
    """The end of the call as an item words it."""
    note = acts.hang_up if isinstance(acts.hang_up, str) else ""
    return HangUp(at=now, why="scenario", outcome=acts.end, note=note)


def _label_of(keys: str, passage: Passage | None) -> str | None:
    """What the menu called these keys, if it did."""
    options = passage.options if passage else []
    return next((option.label for option in reversed(options) if option.key == keys), None)
