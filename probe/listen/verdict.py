"""Is it a person? The evidence for and against, added up as log odds, each piece with its name and weight.

A person picks up in a room, says a short opening that machines seldom use, and then waits. A recording is clean, long,
says what only machines say, and has been heard before. A bot says that it is one, or invites to speak as people never
do. The sum goes through a logistic function; in between, the verdict is `unsure`.

The weights are set by hand (guessed, then checked on simulated calls). `judge` is the whole model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.listen.opening import Opening
from probe.listen.reasons import reason
from probe.listen.wording import Phrase
from probe.timeline import Verdict

__all__ = ["HUMAN_FROM", "MACHINE_FROM", "Opening", "judge"]

HUMAN_FROM = 0.85
"""Probability from which a verdict is `human`."""
MACHINE_FROM = 0.3
"""Probability of a person under which a verdict is `bot` or `recording`."""

_BIAS = -1.5  # most of what is heard at a hotline is machine
_QUIET_ROOM = -68.0  # dBFS: a pause below this is digital silence or a codec's (the smallest µ-law step is -72)
_IDLE = -72.0  # dBFS
_STEP = 6.0  # dB by which room noise exceeds what stood under the prompts before
_SHORT = 8  # characters of a bare greeting
_LONG, _VERY_LONG = 8.0, 13.0  # seconds
_SYLLABLE = 0.2  # seconds that a greeting of one syllable lasts at least
_GREETINGS = ("喂", "您好", "你好", "哎", "嗯", "hello", "hi", "yes")


@dataclass(slots=True)
class _Balance:
    """Log odds for a person, with what they are made of."""

    total: float = _BIAS
    pieces: list[tuple[float, str]] = field(default_factory=list)

    def weigh(self, weight: float, key: str, detail: str = "") -> None:
        self.total += weight
        self.pieces.append((weight, reason(key, detail)))


def judge(opening: Opening) -> Verdict:
    """The verdict on a speech segment, with its reasons ranked."""
    if not opening.answered:
        return Verdict("recording", 0.9, (reason("before the call was answered"),))
    balance = _Balance()
    said = {meaning: _distinct(opening.phrases, meaning) for meaning in {p.meaning for p in opening.phrases}}
    _wording(opening, said, balance)
    _form(opening, balance)
    _before(opening, balance)
    _room(opening, balance)
    if _says_nothing(opening):
        # Whatever the rest says: a sound without words is nobody's answer yet.
        return Verdict("unsure", 0.5, (reason("no words recognised"), *_ranked(balance, for_human=True)[:2]))
    human = 1 / (1 + math.exp(-balance.total))
    if human >= HUMAN_FROM:
        return Verdict("human", human, _ranked(balance, for_human=True))
    if human >= MACHINE_FROM:
        return Verdict("unsure", max(human, 1 - human), _ranked(balance, for_human=human >= 0.5))
    named = "bot_name" in said and not opening.options  # a menu may offer one
    waits = "queue" in said or ("busy" in said and "excuse" not in said)
    asks = "bot_invitation" in said or ("open_question" in said and not waits)
    goes_on = opening.talks_with_bot and not opening.options and not (opening.after_music or opening.room_after)
    bot = named or asks or (goes_on and not waits)
    return Verdict("bot" if bot else "recording", 1 - human, _ranked(balance, for_human=False))


def _says_nothing(opening: Opening) -> bool:
    """Whether no words were recognised, or only a syllable such as recognisers make of a cough."""
    greets = any(greeting in opening.text for greeting in _GREETINGS) and opening.length >= _SYLLABLE
    return not opening.text or (len(opening.text) == 1 and not greets)


def _wording(opening: Opening, said: dict[str, list[str]], balance: _Balance) -> None:
    if openings := said.get("agent_opening"):
        balance.weigh(min(2.5 + 1.0 * (len(openings) - 1), 4.0), "said an agent's opening", "、".join(openings))
    elif len(opening.text) <= _SHORT and any(greeting in opening.text for greeting in _GREETINGS):
        balance.weigh(1.5, "greeted in a few words", opening.text)
    elif not opening.after_human and "open_question" not in said:
        balance.weigh(-1.5, "not an agent's opening")
    if machine := said.get("machine"):
        balance.weigh(max(-2.5 * len(machine), -6.0), "machine wording", "、".join(machine))
    for meaning, weight, key in (
        ("bot_name", -7.0, "names itself a bot"),
        ("bot_invitation", -4.0, "invites to speak as bots do"),
        ("thanks", -1.0, "thanks for waiting"),
        ("queue", -6.0, "transfer or queue wording"),
        ("busy", -6.0, "everybody is busy"),
        ("human_offered", -4.0, "machine wording"),
        ("rejected", -3.0, "does not accept the input"),
        ("elsewhere", -3.0, "sends elsewhere"),
        ("closed", -4.0, "outside the hours"),
        ("not_in_service", -6.0, "the network's announcement"),
    ):
        if phrases := said.get(meaning):
            balance.weigh(weight, key, "、".join(phrases))
    if "busy" in said and (excuses := said.get("excuse")):
        balance.weigh(-3.0, "excuses itself", "、".join(excuses))
    if opening.options:
        balance.weigh(-5.0, "read out a menu", str(opening.options))
    if opening.heard_before:
        balance.weigh(-6.0, "heard earlier in this call")


def _form(opening: Opening, balance: _Balance) -> None:
    if opening.length >= _LONG:
        balance.weigh(-3.0 if opening.length >= _VERY_LONG else -1.5, "long announcement", f"{opening.length:.1f} s")
    elif opening.music_after:
        balance.weigh(-3.0, "music went on after it")
    elif opening.silence_after >= 0.6:
        balance.weigh(1.0, "waited for an answer", f"{opening.silence_after:.1f} s")


def _before(opening: Opening, balance: _Balance) -> None:
    if opening.after_human:
        balance.weigh(4.0, "the person who answered goes on")
        return
    if opening.after_queue:
        balance.weigh(1.5, "came after the queue")
    if opening.after_music:
        balance.weigh(0.7, "came after hold music")
    if opening.after_ringback:
        balance.weigh(0.7, "came after ringback")
    if opening.after_request:
        balance.weigh(0.7, "came after we asked for a person")


def _room(opening: Opening, balance: _Balance) -> None:
    before = opening.floor_before
    noise = f"{opening.floor:.0f} dBFS"
    if opening.music_after:
        pass  # what stood under it was the music
    elif opening.floor < _QUIET_ROOM:
        # Clean as the prompts before it were: the same machine, or a person behind a good headset.
        balance.weigh(-3.0 if before is not None and before < _QUIET_ROOM else -1.5, "no room noise")
    elif before is None:
        balance.weigh(1.5, "room noise began with it", noise)
    elif opening.floor - max(before, _IDLE) >= _STEP:
        balance.weigh(3.5, "room noise began with it", noise)
    if opening.room_after:
        balance.weigh(-5.0, "a room was heard only after it")  # somebody picked up when the recording was over
    if opening.same_room:
        balance.weigh(1.5, "speaks again in the same room")


def _distinct(phrases: Sequence[Phrase], meaning: str) -> list[str]:
    """The phrases of a meaning that do not overlap one another, the longest of each place."""
    chosen: list[Phrase] = []
    for phrase in sorted((p for p in phrases if p.meaning == meaning), key=lambda p: p.start - p.end):
        if all(phrase.end <= other.start or phrase.start >= other.end for other in chosen):
            chosen.append(phrase)
    return [phrase.phrase for phrase in sorted(chosen, key=lambda p: p.start)]


def _ranked(balance: _Balance, for_human: bool) -> tuple[str, ...]:
    """The reasons, those for the verdict first, the weightiest first; then the strongest against it."""
    sign = 1 if for_human else -1
    ordered = sorted(balance.pieces, key=lambda piece: -sign * piece[0])
    return tuple(text for weight, text in ordered if sign * weight > 0)
