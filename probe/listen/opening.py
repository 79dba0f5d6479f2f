"""A speech segment in its circumstances: everything that a verdict on it may be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probe.listen.wording import Phrase


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a speech segment when it is judged.

    `length`, `silence_after` in seconds; `floor`: dBFS of its softest pause; `floor_before`: the lowest of earlier
    machine speech, None if there was none; `same_room`: speech that may be a person's came before, in the same noise;
    `music_after`: music went on when it ended; `room_after`: it was clean and a room was heard only when it had ended;
    `heard_before`: nearly all its words were heard earlier in this call; the rest says what came before it in this call.
    """

    text: str
    phrases: Sequence[Phrase]
    length: float
    silence_after: float
    floor: float
    floor_before: float | None = None
    options: int = 0
    after_queue: bool = False
    after_music: bool = False
    after_ringback: bool = False
    after_request: bool = False
    after_human: bool = False
    same_room: bool = False
    music_after: bool = False
    room_after: bool = False
    heard_before: bool = False
    answered: bool = True
    talks_with_bot: bool = False
