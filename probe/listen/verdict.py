"""Is it a person? Rules first, which no data can overturn; then the evidence, weighed by a small trained model.

    opening ─▶ rules ──a rule applies──────────────────────────▶ verdict
                 └──▶ cues ─▶ weights ─▶ probability of a person ─▶ human | unsure | bot or recording

A person picks up in a room, says a short opening that machines seldom use, and then waits. A recording is clean, long,
says what only machines say, and has been heard before. A bot says that it is one, or invites to speak as people never
do. Between the two thresholds the verdict is `unsure`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from probe.listen import weights as model
from probe.listen.addressing import greets, only_tells, says_hello
from probe.listen.cues import Cue, cues, is_short, said, says_nothing
from probe.listen.moments import LONGER
from probe.listen.opening import Opening
from probe.listen.prompt_memory import SURE_CALLS
from probe.listen.reasons import reason
from probe.listen.too_little import announces_only, hasty, too_little
from probe.listen.turn import DOUBTFUL_HELLO
from probe.listen.weights import Weights
from probe.timeline import Verdict

__all__ = ["RULES", "Opening", "judge"]

_LONG_SENTENCE = 10
"""Characters of a sentence that nobody says twice in the same words; guessed."""
_CERTAIN = 0.999
"""Probability of what a rule says; a rule can be wrong only where what it rests on was misheard. Guessed."""
_SAID_OR_DONE = {
    "bot_name",
    "bot_invitation",
    "open_question",
    "agent_opening",
    "excuse",
    "rejected",
    "answers_us",
    "with_a_bot",
}
"""Cues of which one at least makes a machine a bot: who only waits may be a recording at its end."""
_MACHINES_SAY = {"machine_wording", "bot_name", "bot_invitation", "open_question", "advertising", "closed", "elsewhere"}
"""Cues without which a hello may be anybody's."""
_NOT_AN_AGENTS = {
    "bot_name",
    "bot_invitation",
    "queue",
    "busy",
    "closed",
    "elsewhere",
    "advertising",
    "human_offered",
    "rejected",
}
"""Meanings of phrases that agents do not begin with."""
_ALL_OF_IT = 0.7
"""Share of a segment's sound that must be remembered recordings for it to be one; guessed."""
_AFTER_LONG_SILENCE = 0.7
"""Probability of a person who greets, asks or opens as agents do where the queue ends, and is then silent for `LONGER`: what that silence
is worth was learned from looks that came sooner; guessed."""
_ANNOUNCED = 0.45
"""Probability of a person up to which an announcement that the line is through is one's; guessed: rather a system's."""

Rule = Callable[[Opening], str | None]
"""Gives the reason for which speech is certainly no person's, or None."""


def _before_the_answer(opening: Opening) -> str | None:
    return None if opening.answered else reason("before the call was answered")


def _known_recording(opening: Opening) -> str | None:
    if opening.prompt is None or opening.prompt_share < _ALL_OF_IT:
        return None
    if opening.prompt_doubtful and opening.prompt_calls < SURE_CALLS:
        return None
    if not opening.prompt_calls and not opening.after_human:
        return reason("heard earlier in this call", opening.prompt)
    calls = opening.prompt_calls
    return reason("a known recording", f"{opening.prompt}, heard in {calls} earlier calls") if calls else None


def _said_before(opening: Opening) -> str | None:
    """A long sentence that comes a second time in the same words, or with every syllable in its place, and not in a talk with
    a person."""
    if opening.sounds_again and not opening.after_human:
        return reason("heard earlier in this call")
    if not opening.heard_before or opening.after_human or len(opening.text) < _LONG_SENTENCE:
        return None
    return None if said(opening, "asks_if_there") else reason("heard earlier in this call")


def _menu(opening: Opening) -> str | None:
    """A single option where an agent's opening stands may have been misheard, and is weighed."""
    addresses_us = bool(said(opening, "agent_opening")) or greets(opening.text)
    misheard = opening.options == 1 and opening.after_queue and addresses_us and not opening.music_after
    return reason("read out a menu", str(opening.options)) if opening.options and not misheard else None


def _says_what_no_person_says(opening: Opening) -> str | None:
    """A bot's name where an agent's opening stands after the queue may be an agent's that was misheard, and is weighed."""
    opens = bool(said(opening, "agent_opening")) and greets(opening.text)
    misheard = opens and opening.after_queue and not opening.music_after and not opening.heard_before
    for meaning, key in (
        ("bot_name", "names itself a bot"),
        ("not_in_service", "the network's announcement"),
        ("voicemail", "asks to leave a message"),
    ):
        if (phrases := said(opening, meaning)) and not (opening.after_human or (meaning == "bot_name" and misheard)):
            return reason(key, "、".join(phrases))
    return None


def _passes_on(opening: Opening) -> str | None:
    """Transfer wording is a queue, never a person, unless a person goes on. Where an agent's opening stands with it, it may
    have been misheard, and all the evidence is weighed."""
    phrases = said(opening, "queue")
    if not phrases or opening.after_human:
        return None
    if (said(opening, "agent_opening") or greets(opening.text)) and not opening.music_after:
        return None
    return reason("transfer or queue wording", "、".join(phrases))


RULES: tuple[Rule, ...] = (
    _before_the_answer,
    _known_recording,
    _said_before,
    _menu,
    _says_what_no_person_says,
    _passes_on,
)
"""What is certainly no person. Read from the top; the first that applies decides."""


def judge(opening: Opening, weights: Weights | None = None) -> Verdict:
    """The verdict on a speech segment, with its reasons ranked; `weights`: None for the model that comes along."""
    weights = weights or model.shipped()
    evidence = cues(opening)
    certain = next((why for rule in RULES if (why := rule(opening))), None)
    if certain is not None:
        return _machine(opening, weights, evidence, 1 - _CERTAIN, certain)
    if says_nothing(opening):
        # Whatever the rest says: a sound without words is nobody's answer yet.
        silent = reason("no words recognised")
        return Verdict("unsure", 0.5, (silent, *_ranked(weights, evidence, for_human=True)[:2]), 0.5)
    human = weights.human(evidence)
    if announces_only(opening, evidence):
        human = min(human, _ANNOUNCED)
    if human >= wanted(opening, weights) and not too_little(opening, evidence):
        return Verdict("human", human, _ranked(weights, evidence, for_human=True), human)
    if human >= weights.machine_from or (human >= DOUBTFUL_HELLO and _begins_as_people_do(opening, evidence)):
        return Verdict("unsure", max(human, 1 - human), _ranked(weights, evidence, for_human=human >= 0.5), human)
    return _machine(opening, weights, evidence, human, None)


def _begins_as_people_do(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether a call to a hotline of which nothing is known begins with a hello, and a few words at most, or as agents begin or
    with a hello and a question, in a room: bots begin so more often than people, but nothing says that this is one."""
    if not opening.first or opening.calls_remembered:
        return False
    names = {cue.name for cue in evidence}
    hello, asks = says_hello(opening.text), "agent_opening" in names or not only_tells(opening.text)
    begins = hello and (is_short(opening) or (asks and "room" in names))
    return begins and not names & _MACHINES_SAY


def wanted(opening: Opening, weights: Weights) -> float:
    """The probability from which speech is a person's: more while music may yet go on, and half as much more where no
    earlier call is known, in which a recording would have been heard; less of who greets where the queue ends, and then is
    silent for longer than machines are."""
    if hasty(opening):
        return weights.early_from
    addresses_us = bool(said(opening, "agent_opening")) or greets(opening.text) or not only_tells(opening.text)
    waits = opening.silence_after >= LONGER and opening.after_queue and not opening.music_after
    if addresses_us and waits and not any(phrase.meaning in _NOT_AN_AGENTS for phrase in opening.phrases):
        return _AFTER_LONG_SILENCE
    return weights.human_from if opening.calls_remembered else (weights.human_from + weights.early_from) / 2


def _machine(opening: Opening, weights: Weights, evidence: Sequence[Cue], human: float, certain: str | None) -> Verdict:
    """A bot or a recording, whichever is likelier; the network is no bot. A bot's sentences are recordings too."""
    by_rule = certain is not None and certain.startswith(("before", "the network"))
    bot = 0.0 if by_rule or not any(cue.name in _SAID_OR_DONE for cue in evidence) else weights.is_bot(evidence)
    probability = (1 - human) * max(bot, 1 - bot)
    reasons = _ranked(weights, evidence, for_human=False)
    if certain is not None:
        key = certain.partition(": ")[0]
        reasons = (certain, *(why for why in reasons if why.partition(": ")[0] != key))
    return Verdict("bot" if bot >= 0.5 else "recording", probability, reasons, human)


def _ranked(weights: Weights, evidence: Sequence[Cue], for_human: bool) -> tuple[str, ...]:
    """The reasons for the verdict, the weightiest first."""
    sign = 1 if for_human else -1
    pieces = [(sign * weights.worth(cue), cue) for cue in evidence]
    return tuple(reason(cue.reason, cue.detail) for worth, cue in sorted(pieces, key=lambda p: -p[0]) if worth > 0.005)
