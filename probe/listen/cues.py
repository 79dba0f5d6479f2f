"""The evidence: every cue that a verdict weighs, each with its name, how strong it is, and the words for it.

A cue is a number from 0 (absent) to about 1 (fully there; some go higher). What it is worth is not said here: that is
what training finds (`probe.listen.weights`). The name of a cue is the name of its weight.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.listen.addressing import GREETINGS, agent_number, announces_number, greets, only_tells, sounds_like_hello
from probe.listen.opening import Opening
from probe.listen.wording import Phrase

QUIET_ROOM = -68.0  # dBFS: a pause below this is digital silence or a codec's (the smallest µ-law step is -72)
_IDLE = -72.0  # dBFS
_ROOM_BELOW = 38.0  # dB by which a quiet room is softer than who speaks in it, at most; guessed
_STEP = 6.0  # dB by which room noise exceeds what stood under the prompts before
_CLEAR_STEP = 12.0  # dB of such a step at which it is fully there; guessed
_SHORT, _SHORT_EN = 8, 24  # characters of a bare greeting, in hanzi and in letters
_HANZI = re.compile("[\u4e00-\u9fff]")
_LONG, _LONG_AT_MOST = 6.0, 2.0  # seconds from which an announcement is long, and how often that counts
_SOON = 0.55  # seconds within which the music goes on after most announcements in it; guessed
_WAITS = 1.0  # seconds of silence after a few words that show that an answer is waited for; guessed
_SYLLABLE = 0.12  # seconds that a greeting of one syllable lasts at least
_COUGH = 2  # characters that recognisers make of a cough, at most; guessed
_SAME_VOICE, _OTHER_VOICE = 1.5, 4.0  # dB of timbre: below the first the same voice, above the second another; measured
_OTHER_LEVEL = 3.0  # dB
_TIME_TO_KNOW = 1.5  # seconds of speech from which a recording of an earlier call would mostly have been known; guessed
_NEW_TO_MANY = 0.7  # of `_how_new`: what none of four calls heard; guessed
_NEW_TO_TWO = 0.5  # of `_how_new`: what neither of two calls heard; guessed
_MANY_CALLS = 8.0  # earlier calls of which one more adds nothing

EXPECTED = {
    # what was said
    "agent_opening": 2.0,
    "more_of_an_opening": 1.0,
    "greeting": 1.0,
    "agent_number": 2.0,
    "number_alone": -2.0,
    "asks_if_there": 1.0,
    "says_yes": 4.0,
    "machine_wording": -4.0,
    "bot_name": -7.0,
    "bot_invitation": -4.0,
    "open_question": 0.0,
    "answers_the_queue": 2.0,
    "greets_and_asks": 2.0,
    "hands_over": 2.0,
    "short_and_waits": 2.0,
    "another_turn": 2.0,
    "thanks": 0.0,
    "presented": -1.0,
    "queue": -6.0,
    "busy": -5.0,
    "excuse": -3.0,
    "human_offered": -4.0,
    "rejected": -3.0,
    "elsewhere": -3.0,
    "closed": -4.0,
    "not_in_service": -6.0,
    "voicemail": -6.0,
    "advertising": -3.0,
    "heard_before": -5.0,
    "long": -1.5,
    # how the turn goes
    "waited": 1.0,
    "waits_after_queue": 1.0,
    "music_after": -3.0,
    "answers_us": 0.0,
    "answers_the_challenge": 1.0,
    "gave_way": 0.0,
    # what came before
    "after_queue": 1.5,
    "after_music": 0.0,
    "after_ringback": 0.7,
    "after_request": 0.7,
    "after_human": 4.0,
    "with_a_bot": -2.0,
    "first": 0.0,
    "unannounced": -1.0,
    # where it was said
    "room_began": 3.0,
    "room": 1.0,
    "no_room": -1.5,
    "no_room_as_before": -1.5,
    "room_after": -4.0,
    "same_room": 1.5,
    # whose voice
    "other_voice": 1.0,
    "same_voice": -1.5,
    "other_level": 0.5,
    # other calls
    "new": 2.0,
    "partly_known": -3.0,
    "known_of_doubt": -3.0,
    "words_known": -2.0,
    "led_to_person": 2.0,
    # only tells bots from recordings
    "menu": -6.0,
}
"""Every cue, and the log odds for a person that common sense expects of it, fully there (guessed).

Where simulated calls are silent, a weight stays near what is expected; and it never crosses zero: what can only speak
for a person, or only against one, does. A cue of which 0 is expected may speak either way.
"""

SIGNS = {name: (weight > 0) - (weight < 0) for name, weight in EXPECTED.items()}

EXPECTED_OF_BOTS = dict.fromkeys(EXPECTED, 0.0) | {
    "bot_name": 6.0,
    "bot_invitation": 5.0,
    "open_question": 4.0,
    "with_a_bot": 3.0,
    "answers_us": 1.0,
    "agent_opening": 1.0,
    "heard_before": -1.0,
    "queue": -4.0,
    "busy": -2.0,
    "menu": -6.0,
    "closed": -3.0,
    "not_in_service": -5.0,
    "voicemail": -4.0,
    "after_music": -2.0,
    "room_after": -2.0,
}
"""The same for a bot among machines; recordings are the rest."""

FAMILIES = (
    (
        "agent_opening",
        "more_of_an_opening",
        "greeting",
        "agent_number",
        "asks_if_there",
        "says_yes",
        "answers_the_queue",
        "greets_and_asks",
        "hands_over",
        "short_and_waits",
        "another_turn",
    ),
    ("after_queue", "after_music", "after_ringback", "after_request", "with_a_bot", "first", "unannounced"),
    ("room_began", "room", "no_room", "no_room_as_before", "room_after", "same_room"),
    ("other_voice", "same_voice", "other_level"),
    ("new", "partly_known", "led_to_person"),
)
"""Cues that are missing together when a line, a recogniser or a first call does not give them."""

_SAID = {
    "machine": ("machine_wording", "machine wording"),
    "bot_name": ("bot_name", "names itself a bot"),
    "bot_invitation": ("bot_invitation", "invites to speak as bots do"),
    "thanks": ("thanks", "thanks for waiting"),
    "presented": ("presented", "announces that the line is through"),
    "queue": ("queue", "transfer or queue wording"),
    "busy": ("busy", "everybody is busy"),
    "human_offered": ("human_offered", "offers a person"),
    "rejected": ("rejected", "does not accept the input"),
    "elsewhere": ("elsewhere", "sends elsewhere"),
    "closed": ("closed", "outside the hours"),
    "not_in_service": ("not_in_service", "the network's announcement"),
    "voicemail": ("voicemail", "asks to leave a message"),
    "advertising": ("advertising", "advertises"),
    "open_question": ("open_question", "asks an open question"),
    "asks_if_there": ("asks_if_there", "asks whether anybody is there"),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of evidence: `name` of its weight, `value` 0 to about 1, and the reason's key phrase and detail."""

    name: str
    value: float
    reason: str
    detail: str = ""


def cues(opening: Opening) -> list[Cue]:
    """All cues of a speech segment that are not 0."""
    found = [
        *_wording(opening),
        *_turn(opening),
        *_before(opening),
        *_room(opening),
        *_voice(opening),
        *_calls(opening),
    ]
    return [cue for cue in found if cue.value]


def says_nothing(opening: Opening) -> bool:
    """Whether no words were recognised, or only a syllable or two such as recognisers make of a cough or a click."""
    if not opening.text:
        return True
    hello = _greets_within(opening.text) or bool(said(opening, "says_yes"))
    return opening.length < _SYLLABLE or (len(opening.text) <= _COUGH and not hello)


def _greets_within(text: str) -> bool:
    return any(greeting in text for greeting in GREETINGS) or sounds_like_hello(text)


def said(opening: Opening, meaning: str) -> list[str]:
    """The phrases of a meaning that do not overlap one another, the longest of each place."""
    chosen: list[Phrase] = []
    meant = [p for p in opening.phrases if p.meaning == meaning]
    if meaning == "bot_name":
        meant = [p for p in meant if "不是" not in opening.text[max(p.start - 4, 0) : p.start]]  # "我不是智能机器人"
    for phrase in sorted(meant, key=lambda p: p.start - p.end):
        if all(phrase.end <= other.start or phrase.start >= other.end for other in chosen):
            chosen.append(phrase)
    return [phrase.phrase for phrase in sorted(chosen, key=lambda p: p.start)]


def is_short(opening: Opening) -> bool:
    """Whether no more was said than a bare greeting takes."""
    return few_words(opening.text)


def few_words(text: str) -> bool:
    """Whether a text is no longer than a bare greeting."""
    return len(text) <= (_SHORT if _HANZI.search(text) else _SHORT_EN)


def _wording(opening: Opening) -> Iterator[Cue]:
    openings = said(opening, "agent_opening")
    short = is_short(opening)
    hello = short and _greets_within(opening.text)
    if openings:
        yield Cue("agent_opening", 1.0, "said an agent's opening", "、".join(openings))
        more = min(len(openings) - 1, 2)
        yield Cue("more_of_an_opening", more / 2, "said more of an agent's opening", f"{len(openings)}")
    elif hello:
        yield Cue("greeting", 1.0, "greeted in a few words", opening.text)
    elif greets(opening.text):
        yield Cue("greeting", 0.5, "began with a greeting", opening.text[:2])
    passes_on = any(said(opening, meaning) for meaning in ("queue", "busy", "bot_invitation"))
    machine = passes_on or bool(said(opening, "machine"))
    due = opening.after_queue or opening.led_to_person > 0  # a person, as far as this call or earlier ones tell
    if (openings or hello or said(opening, "asks_if_there")) and opening.after_queue and not machine:
        yield Cue("answers_the_queue", 1.0, "greets where the queue ends")
    elif due and not passes_on and greets(opening.text) and not only_tells(opening.text):
        # Agents, too, say "thank you for calling"; they say it once.
        much = 1.0 if not machine else 0.5 if len(said(opening, "machine")) == 1 else 0.0
        yield Cue("greets_and_asks", much, "greets where a person is due, and asks", opening.text[:2])
    silent = opening.paused and not opening.music_after and opening.silence_after > 0
    if short and (openings or hello) and opening.after_queue and silent and not machine:
        much = min(opening.silence_after / _WAITS, 1.0)
        yield Cue("short_and_waits", much, "a few words, then silence", f"{opening.silence_after:.1f} s")
    hands_over = any(p.meaning == "turn_end" and p.end >= len(opening.text) - 1 for p in opening.phrases)
    if hands_over and due and opening.paused and not opening.music_after:
        yield Cue("hands_over", 1.0, "hands the turn to us where a person is due")
    if (number := agent_number(opening.text)) and not opening.options:
        yield Cue("agent_number", 1.0, "gave an agent's number", number)
        if announces_number(opening.text):
            yield Cue("number_alone", 1.0, "announced a number and nothing else", number)
    if (yes := said(opening, "says_yes")) and opening.answers_us is not None:
        yield Cue("says_yes", 1.0, "said yes to us", "、".join(yes))
    for meaning, (name, reason) in _SAID.items():
        phrases = said(opening, meaning)
        if meaning == "open_question" and opening.after_human:
            continue
        if phrases:
            yield Cue(name, _how_much(name, phrases, opening), reason, "、".join(phrases))
    if said(opening, "busy") and (excuses := said(opening, "excuse")):
        yield Cue("excuse", 1.0, "excuses itself", "、".join(excuses))
    if opening.options:
        yield Cue("menu", 1.0, "read out a menu", str(opening.options))
    if opening.heard_before:
        yield Cue("heard_before", 1.0, "heard earlier in this call")


def _how_much(name: str, phrases: Sequence[str], opening: Opening) -> float:
    """Queue wording in a greeting that none of many earlier calls heard counts half: it may have been misheard."""
    if name == "machine_wording":
        return min(len(phrases), 3) / 2
    new = _how_new(opening) >= _NEW_TO_MANY and greets(opening.text) and not opening.music_after
    return 0.5 if name in ("queue", "busy") and new else 1.0


def _turn(opening: Opening) -> Iterator[Cue]:
    if opening.length > _LONG:
        much = min((opening.length - _LONG) / _LONG, _LONG_AT_MOST)
        yield Cue("long", much, "long announcement", f"{opening.length:.1f} s")
    if opening.music_after:
        yield Cue("music_after", 1.0, "music went on after it")
    elif opening.paused and opening.silence_after > 0:
        if opening.after_queue and opening.silence_after > _SOON:
            much = min((opening.silence_after - _SOON) / _SOON, 1.0)
            yield Cue("waits_after_queue", much, "no music went on after it", f"{opening.silence_after:.1f} s")
        yield Cue("waited", min(opening.silence_after, 2.0), "waited for an answer", f"{opening.silence_after:.1f} s")
    # Bots speak again too, elsewhere, but with what earlier calls heard.
    waits = opening.after_queue or (_how_new(opening) >= _NEW_TO_TWO and not opening.talks_with_bot)
    if opening.turns and waits and not opening.music_after:
        yield Cue("another_turn", min(opening.turns, 2) / 2, "speaks again after a silence", f"{opening.turns}")
    if opening.to_challenge:
        yield Cue("answers_the_challenge", 1.0, "answered our question", f"{opening.answers_us or 0.0:.1f} s")
    elif opening.answers_us is not None:
        yield Cue("answers_us", 1.0, "came upon what we said", f"{opening.answers_us:.1f} s")
    if opening.gave_way:
        yield Cue("gave_way", 1.0, "fell silent when we spoke")


def _before(opening: Opening) -> Iterator[Cue]:
    if opening.after_human:
        yield Cue("after_human", 1.0, "the person who answered goes on")
        return
    for name, there, reason in (
        ("after_queue", opening.after_queue, "came after the queue"),
        ("after_music", opening.after_music, "came after hold music"),
        ("after_ringback", opening.after_ringback, "came after ringback"),
        ("after_request", opening.after_request, "came after we asked for a person"),
        ("with_a_bot", opening.talks_with_bot and not opening.after_queue, "a bot has been speaking"),
        ("unannounced", _unannounced(opening), "no queue came before, and nothing of earlier calls is known"),
    ):
        if there:
            yield Cue(name, 1.0, reason)
    if opening.first and not opening.to_challenge:
        # Machines speak first, without being asked, and with what earlier calls heard too.
        yield Cue("first", max(1.0 - 2 * _how_new(opening), 0.0), "the first words of the call")


def _how_new(opening: Opening) -> float:
    """0: known, or nothing is known of earlier calls, or too much noise for a recording to be known again; 1: not heard in many."""
    if opening.prompt is not None or opening.unrecognisable:
        return 0.0
    much = math.log2(1 + min(opening.calls_remembered, _MANY_CALLS)) / math.log2(1 + _MANY_CALLS)
    return much * (1 - opening.prompt_share) * (1 - opening.words_known)


def _unannounced(opening: Opening) -> bool:
    """Whether this is where a voice bot speaks as well: no queue came before it, and no earlier call tells."""
    return not (opening.after_queue or opening.calls_remembered or opening.to_challenge)


def _room(opening: Opening) -> Iterator[Cue]:
    before = opening.floor_before
    noise = f"{opening.floor:.0f} dBFS"
    if opening.music_after or not opening.paused:
        pass  # what stood under it was the music, or nobody knows
    elif opening.floor < QUIET_ROOM and opening.level < QUIET_ROOM + _ROOM_BELOW:
        pass  # on a line as soft as this nobody's room would be heard
    elif opening.floor < QUIET_ROOM:
        # Clean as the prompts before it were: the same machine, or a person behind a good headset.
        yield Cue("no_room", 1.0, "no room noise")
        if before is not None and before < QUIET_ROOM:
            yield Cue("no_room_as_before", 1.0, "as clean as the machine before")
    elif before is None:
        yield Cue("room", 1.0, "room noise is heard", noise)
    elif (step := opening.floor - max(before, _IDLE)) >= _STEP:
        yield Cue("room_began", min(step / _CLEAR_STEP, 1.5), "room noise began with it", noise)
    if opening.room_after:
        yield Cue("room_after", 1.0, "a room was heard only after it")  # somebody picked up after the recording
    if opening.same_room and before is not None:
        # Where no machine was heard before, its noise may be the line's own.
        yield Cue("same_room", 1.0, "speaks again in the same room")


def _voice(opening: Opening) -> Iterator[Cue]:
    distance, level = opening.voice_apart, opening.level_apart
    if distance is None or level is None or opening.after_human:
        return
    apart = f"{distance:.1f} dB"
    if distance < _OTHER_VOICE:
        much = (_OTHER_VOICE - distance) / (_OTHER_VOICE - _SAME_VOICE)
        yield Cue("same_voice", min(much, 1.0), "sounds like the machine before", apart)
    else:
        yield Cue("other_voice", min(distance / _OTHER_VOICE - 1, 1.0), "sounds unlike the machine before", apart)
    if level > _OTHER_LEVEL:
        yield Cue("other_level", min(level / _OTHER_LEVEL - 1, 1.5), "louder or softer than before", f"{level:.0f} dB")


def _calls(opening: Opening) -> Iterator[Cue]:
    """Recordings come again in every call; what was heard in none of the earlier ones is new."""
    if not opening.after_human:
        yield Cue(
            "new",
            _how_new(opening) * min(opening.length / _TIME_TO_KNOW, 1.0),
            "not heard in earlier calls",
            f"{opening.calls_remembered}",
        )
    if opening.prompt is None and opening.prompt_share > 0:
        yield Cue("partly_known", opening.prompt_share, "partly a known recording", f"{opening.prompt_share:.0%}")
    if opening.prompt is not None and opening.prompt_doubtful:
        yield Cue("known_of_doubt", opening.prompt_share, "sounds like what may have been a person before")
    if opening.led_to_person and (opening.prompt is None or opening.prompt_doubtful) and not opening.after_human:
        much = math.log2(1 + min(opening.led_to_person, _MANY_CALLS)) / math.log2(1 + _MANY_CALLS)
        yield Cue("led_to_person", much, "right here a person answered in earlier calls", f"{opening.led_to_person}")
    if opening.words_known and opening.prompt is None and not opening.after_human:
        yield Cue("words_known", opening.words_known, "says what a known recording says", f"{opening.words_known:.0%}")
