"""When speech is too little for a person, however likely one is: then a question settles who is there.

A model that learned from simulated calls is surer than it should be of what recordings say elsewhere. So whatever the
evidence weighs, a person must have said or done something that recordings do not; more in a first call, and more while
music may yet go on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from probe.listen.addressing import ANNOUNCEMENT, asks_for_patience, greets, only_tells
from probe.listen.cues import Cue, is_short, said
from probe.listen.opening import Opening
from probe.listen.prompt_memory import SURE_CALLS

__all__ = ["announces_only", "hasty", "too_little"]

_HANZI = re.compile("[\u4e00-\u9fff]")
_PEOPLE_SAY = {"agent_opening", "greeting", "agent_number", "asks_if_there", "says_yes", "after_human", "hands_over"}
"""Cues of which a person's words have one at least; what has none of them leaves a doubt that a question settles."""
_SAYS_MORE = {"agent_opening", "agent_number", "hands_over", "says_yes", "asks_if_there", "after_human"}
"""Cues that a system which announces that the line is through does not give."""
_MORE_THAN_A_HELLO = {"same_room", "after_human", "agent_number", "more_of_an_opening", "says_yes", "another_turn"}
_CLEARLY = 0.5
"""Value of a cue from which it stands for itself; guessed."""
_HARDLY_KNOWN = 0.25
"""Likeness to the words of a known recording under which they are others, and share of remembered sound that counts; guessed."""
_CLEAR_ROOM = 1.0
"""Value of `room_began` from which whose room it is is not in doubt: 12 dB above what stood under the machine."""
_ROOM_AND_LEVEL = 1.1
"""The same with half of `other_level` and of `other_voice`, for somebody who asks or greets: a room that is less clear, and another
loudness or voice; guessed."""
_WAITS_FOR_US = 0.75
"""Seconds of silence from which whoever spoke waits for us: after most announcements music goes on sooner. Guessed."""
_A_CLAUSE = 0.8
"""Seconds of speech, of no known meaning, that are more than a sound; guessed."""
_A_WORD = 0.25
"""The same of more than a click, where a room that clearly began with it sounds on: a hurried "喂" takes as long; guessed."""
_LEARNED = 0.4
"""Seconds of speech that a memory surely learns, which are more than 15 sounding frames of 20 ms (`probe.listen.prompt_memory`)."""
_SEVERAL = 2
"""Earlier calls from which it tells something that none of them heard the same; guessed."""
_MANY = 4
"""The same where no word is a person's: of two, both may have been told other places in the queue; guessed."""
_WELL_OVER_NOISE = 22.0
"""dB of loud frames over the noise from which no remembered recording is missed, as it is in noise (`opening.in_noise`); guessed."""
_OVER_MUSIC = 12.0
"""dB of loud frames over what else sounds, under which that may be music that goes on, and not a room; guessed."""
_A_SENTENCE, _SLOWEST, _OF_A_LETTER = 3.0, 2.5, 0.4
"""Seconds of speech that are a sentence, the fewest syllables a second that people say on the telephone, half of what they do,
and syllables to a letter of English; guessed."""
_RECORDED, _ITS_END = 1.0, 0.3
"""Seconds of a remembered recording that are no chance, and by which its end may be measured otherwise; guessed."""
_PAUSE = 0.1
"""Seconds of silence that are a pause, and no gap in a sentence; guessed."""


def hasty(opening: Opening) -> bool:
    """Whether speech is judged before it is known that whoever spoke waits for us: music may yet go on after it. Where a
    room sounds on, it must be somebody who addressed us as people do: another's room may have opened after a recording."""
    if opening.silence_after < _WAITS_FOR_US:
        return True
    return opening.goes_on and not (greets(opening.text) or said(opening, "agent_opening"))


def too_little(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether what was said is too little for a person, whatever the circumstances: nothing that people say when they
    answer, or a greeting in the middle of a sentence, or a few words without anything else that speaks for a person, or an
    agent's number and nothing else, which recordings announce before the agent speaks, or what a recording, or somebody
    taken for a person, said before; or what may still go on as only recordings do."""
    much = {cue.name: cue.value for cue in evidence}
    names = much.keys()
    if hasty(opening) and "after_human" not in names and _may_go_on(opening, much):
        return True
    answers = bool(names & _PEOPLE_SAY) and (not is_short(opening) or much.get("room_began", 0.0) >= _CLEARLY)
    led = much.get("led_to_person", 0.0) >= _CLEARLY
    answers |= led and much.get("room_began", 0.0) >= _CLEARLY
    music_over = opening.silence_after >= _WAITS_FOR_US and not opening.goes_on and answers
    if opening.over_music and not music_over and not names & {"says_yes", "after_human"}:
        return True  # whoever answers ends the music
    elsewhere = min(much.get("room_began", 0.0), much.get("other_level", 0.0)) >= _CLEAR_ROOM
    waits = elsewhere and opening.silence_after >= _WAITS_FOR_US
    sounds_on = opening.goes_on and much.get("same_voice", 0.0) >= _CLEARLY and not waits
    if sounds_on and not names & {"says_yes", "after_human"}:
        return True  # which may be the music after a recording, and is not known to be music yet
    if opening.room_after and not names & {"says_yes", "after_human"}:
        return True  # who picked up was heard only after it
    if _ends_recorded(opening):
        return True
    # A few words are like others by chance: their room tells more.
    by_chance = "hands_over" in names and greets(opening.text) and is_short(opening)
    by_chance = by_chance and much.get("room_began", 0.0) >= _CLEAR_ROOM
    known = opening.words_known >= _CLEARLY and not (by_chance or names & {"says_yes", "after_human"})
    if opening.prompt_doubtful or known:
        return True
    certain = opening.prompt is not None and opening.prompt_calls >= SURE_CALLS
    mostly_known = opening.prompt_share >= _CLEARLY and (certain or much.get("room_began", 0.0) < _CLEAR_ROOM)
    if mostly_known and not names & {"says_yes", "after_human"}:
        return True
    if opening.in_noise and _not_understood(opening) and not names & {"says_yes", "after_human"}:
        return True
    hidden = is_short(opening) and opening.unrecognisable and not opening.waited_for
    if hidden and not names & {"says_yes", "after_human"}:
        return True  # of a bot's words noise hides most
    unheard = _unheard(opening)
    announces = "number_alone" in names or ("presented" in names and not names & _SAYS_MORE)
    if announces and not names & {"says_yes", "after_human"} and not _no_announcement(opening, much):
        return True
    read_out = names >= {"agent_number", "machine_wording"}
    asks_in_a_room = _in_another_room(opening, much) and not only_tells(opening.text)
    if read_out and not (unheard or asks_in_a_room) and not names & {"hands_over", "more_of_an_opening", "after_human"}:
        return True
    voice_tells = () if opening.over_music else ("other_voice",)  # over music all voices are others
    apart = max(much.get(name, 0.0) for name in ("room_began", "same_room", *voice_tells)) >= _CLEARLY
    alone = not (opening.calls_remembered or apart or opening.to_challenge or "after_human" in names)
    greeting = opening.after_queue and much.get("other_level", 0.0) < _CLEAR_ROOM
    greeting = greeting and not names & {"says_yes", "asks_if_there", "agent_number"}
    if alone and (greeting or ("agent_number" in names and only_tells(opening.text))):
        return True  # in a first call nothing but the words says that no recording speaks so before the agent does
    voice_alone = not (opening.calls_remembered or opening.to_challenge) and much.get("same_voice", 0.0) >= _CLEARLY
    in_a_room = max(much.get(name, 0.0) for name in ("room_began", "same_room")) >= _CLEARLY
    if voice_alone and not in_a_room and not names & {"says_yes", "after_human"}:
        return True  # in a first call nothing but the words says that it is not the machine before
    tells = (only_tells(opening.text) and not greets(opening.text)) or opening.prompt_share >= _HARDLY_KNOWN
    if tells and not (in_a_room or led) and _like_a_machine(opening, much):
        return True
    opens_again = opening.to_challenge and "agent_opening" in names and "says_yes" not in names
    if opens_again and not (opening.calls_remembered or opening.waited_for or "after_human" in names):
        return True  # bots open so, too, and nothing but the opening was heard of anybody
    few = names & {"short_and_waits", "asks_if_there"} or (names & _PEOPLE_SAY == {"hands_over"} and is_short(opening))
    right_there = names >= {"hands_over", "led_to_person"}
    # No machine says "wei", and none that announces that the line is through asks whether it is heard.
    hello = "asks_if_there" in names and opening.text.startswith("喂") and not hasty(opening)
    # Thanks for the wait are what recordings say.
    surely_unheard = unheard and not _lost_in_noise(opening) and "thanks" not in names
    if few and opening.length < _A_WORD and much.get("room_began", 0.0) < _CLEAR_ROOM:
        return True  # recognisers make a word of a click, or of where the music begins again
    if few and not (surely_unheard or right_there or hello or _corroborated(opening, evidence)):
        return True
    if opening.talks_with_bot and not opening.after_queue and "asks_if_there" in names and "room_began" not in names:
        return True  # bots ask into a silence too
    if _told_to_all(opening, much):
        return True
    said_so_far = names & _PEOPLE_SAY
    if not said_so_far:
        # Of several machines one may sound like anybody; a room tells, too.
        own_room = much.get("room_began", 0.0) >= _CLEAR_ROOM and unheard
        asks_there = unheard and led and not only_tells(opening.text)
        another = much.get("same_voice", 0.0) < _CLEARLY or own_room or asks_there
        # Where people answered, a word is a hello if the room or the loudness is another.
        is_there = led and max(much.get("room_began", 0.0), much.get("other_level", 0.0)) >= _CLEARLY
        is_there |= unheard and _in_another_room(opening, much)
        # What is shorter than what a memory learns is new in every call.
        least = _A_WORD if led else _LEARNED
        another = another and opening.length >= (least if own_room or is_there else _A_CLAUSE)
        # Nor do machines take two turns of different words in the queue, the second upon our question.
        other = max(much.get(name, 0.0) for name in ("room_began", "other_voice", "another_turn")) >= _CLEARLY
        if opening.after_queue:
            # In noise half of a recording may be lost, and the rest misheard.
            well_heard = not _lost_in_noise(opening) and _understood(opening)
            many = (opening.calls_remembered >= _MANY and well_heard) or opening.to_challenge
            # In noise no recording is known again, and one may come upon our question by chance.
            chance = opening.unrecognisable or (_lost_in_noise(opening) and hasty(opening))
            chance |= _lost_in_noise(opening) and "machine_wording" in names
            # In a first call a machine's last few words before the person are followed by his room.
            chance |= not opening.calls_remembered and is_short(opening) and "same_voice" in names
            asked = other and opening.to_challenge and not chance
            # In a first call a recording's hello in a room may go on so.
            there = bool(opening.calls_remembered) or not only_tells(opening.text)
            there = there and opening.level - opening.floor >= _OVER_MUSIC
            # Nor does some noise make one new voice of two recordings that none of several calls heard.
            turns = (
                min(much.get("another_turn", 0.0), much.get("other_voice", 0.0)) >= _CLEARLY and not opening.in_noise
            )
            many |= opening.calls_remembered >= _MANY and turns and _understood(opening)
            told = (unheard and many) or asked or (there and _in_another_room(opening, much))
        else:  # a bot answers our question too, in any room
            # Whoever asks, or offers, right where people answered in two calls need not be compared with more.
            enough = opening.calls_remembered >= _MANY or not only_tells(opening.text)
            told = unheard and (opening.to_challenge or (enough and led)) and not opening.talks_with_bot
        return not (another and told)
    # A greeting that is not followed by a pause is the beginning of anything.
    waited = opening.silence_after >= _PAUSE and "waited" in names
    bare = said_so_far <= {"greeting", "agent_opening"} and is_short(opening)
    return (said_so_far == {"greeting"} or bare) and not (waited or "answers_the_challenge" in names)


def _like_a_machine(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether nothing but its words says that it is a person who opens after the queue, in no other voice: recordings announce
    who will speak, and a number that is misheard is no number; and one of which a part is known may go on in other words."""
    names = much.keys()
    if not opening.after_queue or opening.to_challenge or much.get("other_voice", 0.0) >= _CLEARLY:
        return False
    return "agent_opening" in names and not names & {"hands_over", "asks_if_there", "says_yes", "after_human"}


def _ends_recorded(opening: Opening) -> bool:
    """Whether what was said ends with a remembered recording: whoever waits now has not spoken."""
    end = opening.at + opening.length
    return any(until - since >= _RECORDED and abs(end - until) <= _ITS_END for since, until in opening.recordings)


def _not_understood(opening: Opening) -> bool:
    """Whether far fewer words were recognised than were said in a sentence: what they mean is not known."""
    return opening.length >= _A_SENTENCE and not _understood(opening)


def _understood(opening: Opening) -> bool:
    """Whether about as many words were recognised as are said in that time."""
    syllables = len(opening.text) if _HANZI.search(opening.text) else len(opening.text) * _OF_A_LETTER
    return syllables >= _SLOWEST * opening.length


def _told_to_all(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether it is a sentence such as recordings say to all who wait, and nothing says who else would: no number of his
    own, no room that clearly began with it (half as clearly with a second turn, or upon our question), and not where people
    answered before."""
    if not opening.after_queue or is_short(opening) or not only_tells(opening.text):
        return False
    if much.keys() & {"agent_number", "says_yes", "after_human", "led_to_person", "hands_over"}:
        return False
    if opening.calls_remembered >= _MANY and _unheard(opening) and not asks_for_patience(opening.text):
        return False
    if much.keys() & {"queue", "busy"}:
        return True  # a room that is heard may be the recording's own
    # A recording may come upon our question by chance.
    turns = opening.to_challenge or "another_turn" in much or "same_room" in much
    if much.get("room_began", 0.0) >= (_CLEARLY if turns else _CLEAR_ROOM):
        return False
    return asks_for_patience(opening.text) or not _in_another_room(opening, much)


def _may_go_on(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether this may be an announcement after which music goes on, as far as is known before whoever spoke has waited:
    part of it is a known recording, it promises to pass the call on, it sounds like the machine before, it ends as what is
    told to all who wait (unless a room began with it, and several earlier calls are known), no earlier call is known and it is
    no answer to our question, or few are and it has not paused or is a few words."""
    promises = bool(much.keys() & {"queue", "busy", "menu"})
    unknown = not opening.calls_remembered and not opening.to_challenge
    if (is_short(opening) or (opening.goes_on and not opening.paused)) and opening.calls_remembered < _SEVERAL:
        return "says_yes" not in much
    tells = only_tells(opening.text) and not (is_short(opening) or opening.to_challenge)
    own_room = much.get("room_began", 0.0) >= _CLEARLY and opening.calls_remembered >= _SEVERAL
    if tells and not own_room:
        return True
    return unknown or promises or opening.prompt_share > 0 or much.get("same_voice", 0.0) >= _CLEARLY


def announces_only(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether nothing was said but that the line is through, or who serves, and without a greeting: systems say that."""
    names = {cue.name for cue in evidence}
    return "presented" in names and not names & _SAYS_MORE and not greets(opening.text)


def _no_announcement(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether a number, or that the line is through, is more than a recording's announcement before the agent speaks: a
    few words that greet, in a room or where no earlier call heard them, or in another voice right where a person answered
    in earlier calls. Numbers differ from call to call, so that none heard this one tells little; but a room that clearly began with it, too,
    is somebody's: of 117 looks at machines' numbers after the queue, in simulated calls, nine had one, all at clicks that greet nobody."""
    unheard = _unheard(opening)
    hello = "greeting" in much if "number_alone" in much else greets(opening.text)
    short = len(opening.text) <= ANNOUNCEMENT  # else it may be another's greeting
    hello = hello and short
    if (
        short
        and greets(opening.text)
        and min(much.get("room_began", 0.0), 2 * much.get("other_voice", 0.0)) >= _CLEAR_ROOM
    ):
        return not hasty(opening)
    if greets(opening.text) and unheard and much.get("room_began", 0.0) >= _CLEAR_ROOM:
        return True
    if hello and (unheard or "room_began" in much):
        return True
    led = "led_to_person" in much and "presented" not in much
    return led and unheard and much.get("same_voice", 0.0) < _CLEARLY


def _in_another_room(opening: Opening, much: Mapping[str, float]) -> bool:
    """Whether somebody waits in a room that clearly began with him; in a first call it must be another voice, or a question
    or an offer, too."""
    known = opening.calls_remembered > 0 or much.get("other_voice", 0.0) >= _CLEARLY or not only_tells(opening.text)
    began = much.get("room_began", 0.0)
    other = sum(min(much.get(name, 0.0), 1.0) / 2 for name in ("other_level", "other_voice"))
    if began < _CLEARLY or (only_tells(opening.text) and not greets(opening.text)):
        other = 0.0
    return known and (began >= _CLEAR_ROOM or began + other >= _ROOM_AND_LEVEL) and not hasty(opening)


def _unheard(opening: Opening) -> bool:
    """Whether somebody says what none of several earlier calls heard, and then waits for us."""
    new = opening.prompt is None and opening.calls_remembered >= _SEVERAL
    new = new and not opening.recordings and opening.prompt_share < _HARDLY_KNOWN  # a piece of music may be in it
    return new and opening.words_known < _HARDLY_KNOWN and not hasty(opening) and not opening.unrecognisable


def _lost_in_noise(opening: Opening) -> bool:
    """Whether a few words may be a recording that noise has kept from being remembered, and is in one room with all that it hid."""
    return opening.level - opening.floor < _WELL_OVER_NOISE


def _corroborated(opening: Opening, evidence: Sequence[Cue]) -> bool:
    """Whether more than a few words speaks for a person: some systems announce in as few that the line is through. In noise a machine's
    voice is in one room with what was misheard before."""
    much = {cue.name: cue.value for cue in evidence}
    more = much.keys() & _MORE_THAN_A_HELLO
    if _lost_in_noise(opening):
        more -= {"same_room", "another_turn"}
    known = opening.calls_remembered or opening.to_challenge  # else a greeting in the hold music may have half a room
    if much.get("room_began", 0.0) >= (_CLEARLY if known else _CLEAR_ROOM) or more:
        return True
    return min(much.get("other_voice", 0.0), much.get("other_level", 0.0)) >= _CLEARLY
