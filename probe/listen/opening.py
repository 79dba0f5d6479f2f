"""A speech segment in its circumstances: everything that a verdict on it may be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probe.listen.wording import Phrase

_OVER_NOISE = 18.0
"""dB of loud frames over the softest pause, under which words and even a remembered recording may be missed; guessed."""
_IN_ALL_NOISE = 12.0
"""The same, under which they are mostly; guessed."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a speech segment when it is judged.

    `length`, `silence_after` in seconds; `level`: dBFS of its loud frames; `floor`: dBFS of its softest pause; `floor_before`: the lowest of earlier
    machine speech, None if there was none; `same_room`: speech that may be a person's came before, in the same noise;
    `music_after`: music or ringing went on when it ended; `room_after`: it was clean and a room was heard only when it had ended;
    `heard_before`: nearly all its words were heard earlier in this call; `sounds_again`: its sound was (`probe.listen.said_again`); the rest says what came before it in this call.
    `at`: its start, in seconds of the call. `goes_on`: it has not ended; `paused`: a pause was heard in it, without which `floor` says nothing.
    `over_music`: it was said over music that went on. `first`: nothing was said before it since the answer. `voice_apart`, `level_apart`: dB of difference between its
    timbre, and its level, and those of the machine heard in this call that is most like it; None if nothing is known.
    `answers_us`: seconds from our last word to its start, if it followed one; `to_challenge`: that word was a question
    who is there; `gave_way`: it fell silent when we began to speak.

    From the prompt memory: `prompt`: id of the remembered recording that this is, None if none was recognised;
    `prompt_calls`: earlier calls to this hotline in which this very recording was heard; `prompt_share`: share of the
    segment's sound, 0 to 1, that is remembered recordings, this one or others; `calls_remembered`: earlier calls to this
    hotline whose prompts are remembered, 0 when nothing is; `prompt_doubtful`: that recording was learned from what
    was taken for a person; `recordings`: from when to when one that was not was surely heard in it, seconds of the call;
    `others_known`: another remembered recording was recognised in this call; `words_known`: how like a remembered recording's its words are, 0 to 1.

    `at_once`: it came right after what was said before it, or after the answer, without music between; `came_after`: what
    that was, as earlier calls know it: the id of a remembered recording, "" for the answer; `led_to_person`: in how many earlier calls a person answered right there.
    `turns`: how often the same speaker may have spoken before, each time in other words and followed by silence.

    `head`: it is looked at only as the part before somebody else's words, to see whose they are not.

    `words_at`: where the sound of its first word begins, if something else sounded for a while before it (a receiver that
    is taken up, a room that opens, the end of music); None: at its start.
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
    over_music: bool = False
    after_ringback: bool = False
    after_request: bool = False
    after_human: bool = False
    same_room: bool = False
    music_after: bool = False
    room_after: bool = False
    heard_before: bool = False
    sounds_again: bool = False
    answered: bool = True
    talks_with_bot: bool = False
    prompt: str | None = None
    prompt_calls: int = 0
    prompt_share: float = 0.0
    calls_remembered: int = 0
    prompt_doubtful: bool = False
    recordings: Sequence[tuple[float, float]] = ()
    others_known: bool = False
    words_known: float = 0.0
    at: float = 0.0
    words_at: float | None = None
    goes_on: bool = False
    paused: bool = True
    first: bool = False
    voice_apart: float | None = None
    level_apart: float | None = None
    answers_us: float | None = None
    to_challenge: bool = False
    gave_way: bool = False
    level: float = -20.0
    head: bool = False
    at_once: bool = False
    came_after: str | None = None
    led_to_person: int = 0
    turns: int = 0

    @property
    def invites(self) -> bool:
        """Whether it invites the caller to speak, as bots do."""
        return any(phrase.meaning == "bot_invitation" for phrase in self.phrases)

    @property
    def in_noise(self) -> bool:
        """Whether the words are hardly over the noise."""
        return self.level - self.floor < _OVER_NOISE

    @property
    def unrecognisable(self) -> bool:
        """Whether it might be a remembered recording that noise has kept from being recognised: one that none of this call's was
        recognised in, or still more noise."""
        return self.in_noise and not (self.others_known and self.level - self.floor >= _IN_ALL_NOISE)

    @property
    def waited_for(self) -> bool:
        """Whether a person was waited for when it began."""
        return self.after_queue or self.after_music or self.after_ringback
