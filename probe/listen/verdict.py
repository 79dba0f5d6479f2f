"""Is it a person? Rules first, which no data can overturn; then the evidence, weighed by a small trained model.

    opening ─▶ rules ──a rule applies──────────────────────────▶ verdict
                 └──▶ cues ─▶ weights ─▶ probability of a person ─▶ human | unsure | bot or recording

A person picks up in a room, says a short opening that machines seldom use, and then waits. A recording is clean, long,
says what only machines say, and has been heard before. A bot says that it is one, or invites to speak as people never
do. Between the two thresholds the verdict is `unsure`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from probe.listen import weights as model
from probe.listen.addressing import ANNOUNCEMENT, only_tells
from probe.listen.cues import GREETINGS, Cue, cues, is_short, said, says_nothing
from probe.listen.opening import Opening
from probe.listen.prompt_memory import SURE_CALLS
from probe.listen.reasons import reason
from probe.listen.weights import Weights
from probe.timeline import Verdict

__all__ = ["RULES", "Opening", "judge", "too_little"]

_LONG_SENTENCE = 10
"""Characters of a sentence that nobody says twice in the same words; guessed."""
_CERTAIN = 0.999
"""Probability of what a rule says; a rule can be wrong only where what it rests on was misheard. Guessed."""
_PEOPLE_SAY = {"agent_opening", "greeting", "agent_number", "asks_if_there", "says_yes", "after_human", "hands_over"}
"""Cues of which a person's words have one at least; what has none of them leaves a doubt that a question settles."""
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
_SAYS_MORE = {"agent_opening", "agent_number", "hands_over", "says_yes", "asks_if_there", "after_human"}
"""Cues that a system which announces that the line is through does not give."""
_MORE_THAN_A_HELLO = {"same_room", "after_human", "agent_number", "more_of_an_opening", "says_yes", "another_turn"}
_CLEARLY = 0.5
"""Value of a cue from which it stands for itself; guessed."""
_CLEAR_ROOM = 1.0
"""Value of `room_began` from which whose room it is is not in doubt: 12 dB above what stood under the machine."""
_ALL_OF_IT = 0.7
"""Share of a segment's sound that must be remembered recordings for it to be one; guessed."""
_WAITS_FOR_US = 0.75
"""Seconds of silence from which whoever spoke waits for us: after most announcements music goes on sooner. Guessed."""
_A_CLAUSE = 0.8
"""Seconds of speech, of no known meaning, that are more than a sound; guessed."""
_ANNOUNCED = 0.45
"""Probability of a person up to which an announcement that the line is through is one's; guessed: rather a system's."""
_SEVERAL = 2
"""Earlier calls from which it tells something that none of them heard the same; guessed."""
_MANY = 4
"""The same where no word is a person's: of two, both may have been told other places in the queue; guessed."""
_PAUSE = 0.1
"""Seconds of silence that are a pause, and no gap in a sentence; guessed."""

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
    """A long sentence that comes a second time in the same words, and not in a talk with a person."""
    if not opening.heard_before or opening.after_human or len(opening.text) < _LONG_SENTENCE:
        return None
    return None if said(opening, "asks_if_there") else reason("heard earlier in this call")


def _menu(opening: Opening) -> str | None:
    """A single option where an agent's opening stands may have been misheard, and is weighed."""
    misheard = (
        opening.options == 1 and opening.after_queue and said(opening, "agent_opening") and not opening.music_after
    )
    return reason("read out a menu", str(opening.options)) if opening.options and not misheard else None


def _says_what_no_person_says(opening: Opening) -> str | None:
    for meaning, key in (
        ("bot_name", "names itself a bot"),
        ("not_in_service", "the network's announcement"),
        ("voicemail", "asks to leave a message"),
    ):
        if (phrases := said(opening, meaning)) and not opening.after_human:
            return reason(key, "、".join(phrases))
    return None


def _passes_on(opening: Opening) -> str | None:
    """Transfer wording is a queue, never a person, unless a person goes on. Where an agent's opening stands with it, it may
    have been misheard, and all the evidence is weighed."""
    phrases = said(opening, "queue")
    if not phrases or opening.after_human:
        return None
    if (said(opening, "agent_opening") or opening.text.startswith(GREETINGS)) and not opening.music_after:
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
    if _announces_only(opening, evidence):
        human = min(human, _ANNOUNCED)
    if human >= wanted(opening, weights) and not too_little(opening, evidence):
        return Verdict("human", human, _ranked(weights, evidence, for_human=True), human)
    if human >= weights.machine_from:
        return Verdict("unsure", max(human, 1 - human), _ranked(weights, evidence, for_human=human >= 0.5), human)
    return _machine(opening, weights, evidence, human, None)


def hasty(opening: Opening) -> bool:
    """Whether speech is judged before it is known that whoever spoke waits for us: music may yet go on after it."""
    return opening.goes_on or opening.silence_after < _WAITS_FOR_US


def wanted(opening: Opening, weights: Weights) -> float:
    """The probability from which speech is a person's: more while music may yet go on, and half as much more where no
    earlier call is known, in which a recording would have been heard."""
    if hasty(opening):
        return weights.early_from
    return weights.human_from if opening.calls_remembered else (weights.human_from + weights.early_from) / 2


def too_little(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether what was said is too little for a person, whatever the circumstances: nothing that people say when they
    answer, or a greeting in the middle of a sentence, or a few words without anything else that speaks for a person, or an
    agent's number and nothing else, which recordings announce before the agent speaks, or what a recording, or somebody
    taken for a person, said before; or what may still go on as only recordings do."""
    much = {cue.name: cue.value for cue in evidence}
    names = much.keys()
    if hasty(opening) and "after_human" not in names and _may_go_on(opening, much):
        return True
    if opening.room_after and opening.prompt_share > 0 and not names & {"says_yes", "after_human"}:
        return True  # who picked up was heard only after what is partly a known recording
    if opening.prompt_doubtful or (opening.words_known >= _CLEARLY and not names & {"says_yes", "after_human"}):
        return True
    unheard = _unheard(opening)
    announces = "number_alone" in names or ("presented" in names and not names & _SAYS_MORE)
    if announces and not names & {"says_yes", "after_human"} and not _no_announcement(opening, much):
        return True
    read_out = names >= {"agent_number", "machine_wording"}
    if read_out and not unheard and not names & {"hands_over", "more_of_an_opening", "after_human"}:
        return True
    few = names & {"short_and_waits", "asks_if_there"} or (names & _PEOPLE_SAY == {"hands_over"} and is_short(opening))
    if few and not (unheard or _corroborated(evidence)):
        return True
    if opening.talks_with_bot and not opening.after_queue and "asks_if_there" in names and "room_began" not in names:
        return True  # bots ask into a silence too
    if _told_to_all(opening, much):
        return True
    said_so_far = names & _PEOPLE_SAY
    if not said_so_far:
        another = much.get("same_voice", 0.0) < _CLEARLY and opening.length >= _A_CLAUSE
        # Nor do machines take two turns of different words in the queue, the second upon our question.
        elsewhere = max(much.get(name, 0.0) for name in ("room_began", "other_voice", "another_turn")) >= _CLEARLY
        if opening.after_queue:
            many = opening.calls_remembered >= _MANY or opening.to_challenge
            told = (unheard and many) or (elsewhere and opening.to_challenge) or _in_another_room(opening, much)
        else:  # a bot answers our question too, in any room
            led = opening.calls_remembered >= _MANY and much.get("led_to_person", 0.0) >= _CLEARLY
            told = unheard and (opening.to_challenge or led) and not opening.talks_with_bot
        return not (another and told)
    # A greeting that is not followed by a pause is the beginning of anything.
    waited = opening.silence_after >= _PAUSE and "waited" in names
    bare = said_so_far <= {"greeting", "agent_opening"} and is_short(opening)
    return (said_so_far == {"greeting"} or bare) and not (waited or "answers_the_challenge" in names)


def _told_to_all(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether it is a sentence such as recordings say to all who wait, and nothing says who else would: no number of his
    own, no room that clearly began with it (with a second turn, or upon our question: half as clearly), and not where people answered before."""
    if not opening.after_queue or is_short(opening) or not only_tells(opening.text):
        return False
    if much.keys() & {"agent_number", "says_yes", "after_human", "led_to_person", "hands_over"}:
        return False
    if opening.calls_remembered >= _MANY and _unheard(opening):
        return False
    turns = opening.to_challenge or "another_turn" in much  # a recording may come upon our question by chance
    return much.get("room_began", 0.0) < (_CLEARLY if turns else _CLEAR_ROOM)


def _may_go_on(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether this may be an announcement after which music goes on, as far as is known before whoever spoke has waited:
    part of it is a known recording, it promises to pass the call on, it sounds like the machine before, no earlier call
    is known and it is no answer to our question, or few are and it has not paused, or is
    a few words."""
    promises = bool(much.keys() & {"queue", "busy", "menu"})
    unknown = not opening.calls_remembered and not opening.to_challenge
    if (is_short(opening) or (opening.goes_on and not opening.paused)) and opening.calls_remembered < _SEVERAL:
        return "says_yes" not in much
    return unknown or promises or opening.prompt_share > 0 or much.get("same_voice", 0.0) >= _CLEARLY


def _announces_only(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether nothing was said but that the line is through, or who serves, and without a greeting: systems say that."""
    names = {cue.name for cue in evidence}
    return "presented" in names and not names & _SAYS_MORE and not opening.text.startswith(GREETINGS)


def _no_announcement(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether a number, or that the line is through, is more than a recording's announcement before the agent speaks: a
    few words that greet, in a room or where no earlier call heard them, or in another voice right where a person answered
    in earlier calls. Numbers differ from call to call, so that none heard this one tells little."""
    unheard = _unheard(opening)
    greets = "greeting" in much if "number_alone" in much else opening.text.startswith(GREETINGS)
    greets = greets and len(opening.text) <= ANNOUNCEMENT  # else it may be another's greeting
    if greets and (unheard or "room_began" in much):
        return True
    led = "led_to_person" in much and "presented" not in much
    return led and unheard and much.get("same_voice", 0.0) < _CLEARLY


def _in_another_room(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether somebody waits in a room that clearly began with him; in a first call it must be another voice, too."""
    known = opening.calls_remembered > 0 or much.get("other_voice", 0.0) >= _CLEARLY
    return known and much.get("room_began", 0.0) >= _CLEAR_ROOM and not hasty(opening)


def _unheard(opening: Opening) -> bool:
    """Whether somebody says what none of several earlier calls heard, and then waits for us."""
    new = opening.prompt is None and opening.calls_remembered >= _SEVERAL and not opening.prompt_share
    return new and not opening.words_known and not hasty(opening)


def _corroborated(evidence: Sequence[Cue]) -> bool:
    """Whether more than a few words speaks for a person: some systems announce in as few that the line is through."""
    much = {cue.name: cue.value for cue in evidence}
    if much.get("room_began", 0.0) >= _CLEARLY or much.keys() & _MORE_THAN_A_HELLO:
        return True
    return min(much.get("other_voice", 0.0), much.get("other_level", 0.0)) >= _CLEARLY


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
