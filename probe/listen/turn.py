"""A person's turn: which of the sounds before the words that gave the person away were the person's too.

A person is dated to the first sound of the turn, which may lie seconds before the words that told it: a hesitation, half
a sentence, or an opening that nobody believed at first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from probe.listen.addressing import greets, only_tells
from probe.listen.cues import few_words, said
from probe.listen.levels import ROOM
from probe.listen.opening import Opening
from probe.listen.timbre import Timbre, apart, timbre
from probe.timeline import Kind, Samples, Verdict

OTHERS = (Kind.MUSIC, Kind.RINGBACK, Kind.BUSY, Kind.CONGESTION)
"""What parts two turns: nobody who has answered is followed by it."""
A_FEW_WORDS = 3
"""Characters that are somebody's words; guessed."""
DOUBTFUL, DOUBTFUL_HELLO = 0.05, 0.01
"""Probability of a person from which a machine is doubtful; the same where nobody has spoken in the call before it, and it says
hello: bots answer so far more often than people, but people do. Guessed."""
RATHER = 0.5
"""Probability of a person from which unsure speech belongs to the person who then is found; guessed."""
REMEMBERED, _SHORT_PAUSE = 0.5, 0.5
"""Share of a clause's sound that must be known recordings' for it to be one, and no person's; seconds of a pause within one; guessed."""
_ONE_ROOM = 4.0  # dB of noise within which two stretches are in one room; guessed
SAME_ROOM = 8.0
"""dB of noise within which two stretches may be in one room; guessed."""
ANOTHER_VOICE = 5.0
"""dB of timbre that no two stretches of one voice are apart; measured, 95 % are within 3.5."""
_TURN_GAP = 8.0  # seconds between a person's first sound and the words that give the person away
_HESITATION, _HESITATION_GAP = 1.5, 4.0  # seconds, where no room noise says that it is the same person
_WORDLESS = 3.0  # seconds of sound without a word that are too long to be somebody's hesitation; guessed
_WORDLESS_GAP = 3.5  # seconds, if no word was recognised in that first sound; guessed
_NO_PAUSE = (
    0.3  # seconds of sound that have no pause in them: their softest frame is the voice's, not the room's; guessed
)
_CLICK = 0.05  # seconds of sound that are nobody's word
_ROOM_OPENS, _A_VOICE = 0.6, 10.0
"""Seconds of sound that may be a room that opens, and dB by which a voice rises above its room; guessed."""
_SOFTER = 12.0  # dB by which a sound without a word is softer than the words that follow, if it is no voice's; guessed
_ASKED = 0.25  # probability of a person from which the speech that our question was about is his who answers; guessed
_HARDLY = 0.4  # probability of a person below which words are nobody's who speaks later for the noise or a clean line alone; guessed
_A_SENTENCE, _GREETS_AFTER = 6, 2.0  # characters of more than a greeting, seconds from it to a greeting; guessed
_VOICE_TELLS, _VOICE_HINTS = 1.0, 0.6
"""Seconds of speech from which its timbre tells whose it is; and from which it does if it is much nearer to one; guessed."""
_BREATH, _ONE_VOICE = 0.7, 4.5
"""Seconds of a pause in one sentence, and dB of timbre within which two stretches are one voice; guessed."""
_WAITED, _SPEAKS_AGAIN = 12.0, 2.5
"""Seconds within which, and after which, who was not believed speaks again; guessed: people ask again after 4 to 6 s, our
question and its answer take 6, and who was only announced speaks sooner."""
_THE_VOICE, _NOT_THE_VOICE, _NEARER, _THE_MACHINE = 4.0, 6.0, 1.0, 2.5
"""dB of timbre within which it is the same voice although no room tells, and beyond which it is another one in the same
room; by which one of two voices is nearer; within which it is a machine's. Of two short sentences in one voice 60 % are
within 4 dB and 90 % within 6, in two voices 7 % and 35 % (measured)."""
_NO_THROAT = 12.0
"""dB of timbre that no hesitation is apart from the voice it is of: of 21 "呃" and 550 other syllables at most 11.6 (measured)."""
_OPENED = 12.0
"""dB by which an answer's room is louder than the pauses of what was asked about, where whoever answers picked up after it; guessed."""
_OTHER_LEVEL = 6.0
"""dB by which somebody else's words are louder or softer: those of one simulated person were by up to 2.0 (17 pairs)."""
_HARDLY_NEARER = 0.5
"""dB of timbre by which a machine's voice may be nearer to what goes on in the same breath; guessed."""
_ONLY_MACHINES = ("bot_name", "voicemail", "not_in_service")
"""Meanings of words that are nobody's but a machine's, whoever speaks after them."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """A finished speech segment, as later ones are compared with it."""

    start: float
    end: float
    text: str
    verdict: Verdict
    floor: float
    voice: Timbre | None = None
    machine_apart: float | None = None
    """dB of timbre between it and the machine most like it that was heard before."""
    above: float = 30.0
    """dB by which its loud frames are over its floor."""
    prompt: str | None = None
    """The remembered recording that it was."""
    voicelike: bool = True
    """Whether it may be a voice, as far as its sound tells."""
    perhaps: bool = False
    """Whether it may be a person's, however it was judged: see `_perhaps`; and a person was waited for."""
    room_began: bool = False
    """Whether it was said in a room that none of the machines before it spoke in."""
    prompt_share: float = 0.0
    """Share of its sound that was remembered recordings'."""
    doubtful: bool = False
    """Whether nothing in it was surely a recording: what was remembered was learned from what may have been a person's."""
    segment: float = 0.0
    """Start of its segment, where something else sounded first."""
    alone: bool = False
    """Whether nothing that was surely a machine's was heard in the call before it."""

    @property
    def machine(self) -> bool:
        """Whether it was judged to be a machine's."""
        return self.verdict.is_ in ("recording", "bot")


@dataclass(frozen=True, slots=True)
class Words:
    """The words by which a person is found: where they began, the room's noise under them in dBFS, and their audio.

    `above`: dB by which they are over that noise, None: not known. `answers`: they answer our question who is there. `greets`: they greet; a sentence just before them was somebody
    else's, as nobody greets after he has begun. `certain`: they are a person's, not only to be compared.
    """

    start: float
    floor: float
    heard: Samples | None = None
    above: float | None = None
    answers: bool = False
    greets: bool = False
    certain: bool = False


def finished(opening: Opening, verdict: Verdict, begin: float, above: float, voicelike: bool) -> Spoke:
    """What is kept of speech that is over, and began to sound at `begin`; `above`, `voicelike`: see `Spoke`."""
    end = opening.at + opening.length
    return Spoke(
        begin,
        end,
        opening.text,
        verdict,
        opening.floor,
        above=above,
        prompt=opening.prompt,
        prompt_share=opening.prompt_share,
        doubtful=not opening.recordings,
        voicelike=voicelike,
        perhaps=_perhaps(opening),
        room_began=room_began(opening),
        segment=opening.at,
    )


def ends_a_recording(spoken: Sequence[Spoke], at: float, text: str, begins: float | None = None) -> bool:
    """Whether a few words in a segment from `at` on (which begin to sound at `begins`), and greet nobody, may be the rest of a
    recording that a short pause parted from its beginning; `spoken`: what was said in the call."""
    before = next((spoke for spoke in reversed(spoken) if spoke.segment < at), None)
    if before is None or before.prompt_share < REMEMBERED or not few_words(text) or greets(text):
        return False
    return at >= before.end and (at if begins is None else begins) - before.end <= _SHORT_PAUSE


def room_began(opening: Opening, by: float = SAME_ROOM) -> bool:
    """Whether there is more noise under it than under any machine before, by so many dB."""
    before = opening.floor_before
    return opening.floor > ROOM and before is not None and opening.floor - before >= by


def _perhaps(opening: Opening) -> bool:
    """Whether speech may be a person's, whatever else was made of its words: it is no known recording, nothing that was said
    before, and nothing that only machines say."""
    if opening.prompt is not None or opening.heard_before or opening.options:
        return False
    return not any(said(opening, meaning) for meaning in _ONLY_MACHINES)


def led_up(words: Words, spoken: Sequence[Spoke], ended: Mapping[Kind, float]) -> Iterator[Spoke]:
    """What of `spoken` led up to a person's words, the newest first; `ended`: when music and tones were last over.

    That is speech that was rather a person's, or that our question who is there was asked about, which these words answer;
    speech that was not a machine's, with the same room's noise under it; where no noise tells, a short sound of
    hesitation; and with hindsight, speech that was taken for a machine's though the same voice in the same room then was a
    person's. All of it in the same voice, as far as that can be told.
    """
    voice = timbre(words.heard) if words.heard is not None else None
    voices = [voice] if voice is not None else []
    start, answers = words.start, words.answers
    for spoke in reversed(spoken):
        if spoke.end > words.start:
            continue  # these words themselves, which are over and looked at again
        if spoke.prompt_share >= REMEMBERED and not (spoke.doubtful and answers and _nearer(spoke, voice)):
            return  # but who says the same in every call, and then answers us in that voice, is a person
        if ends_a_recording(spoken, spoke.segment, spoke.text, spoke.start) and not _nearer(spoke, voice):
            return
        went_on = _same_breath(spoke, start, voice)
        if answers and _announces(spoke):
            return  # "the line is through": our question fell between it and the person
        near = went_on or (not spoke.machine and _near(spoke, start, words, answers, voice))
        if words.certain and not near:
            near = _not_believed(spoke, start, words.floor, answers, voices)
        parted = any(spoke.end < ended.get(kind, -1.0) <= start + 0.01 for kind in OTHERS)
        if (near or not spoke.machine) and (_no_word(spoke, words) or _no_throat(spoke, voice)):
            continue  # somebody took up a receiver, and a room was heard, or the music went on for a moment
        sentence = len(spoke.text) >= _A_SENTENCE and start - spoke.end <= _GREETS_AFTER
        if parted or not near or (words.greets and sentence):
            return
        yield spoke
        start = spoke.start
        if spoke.voice is not None and spoke.end - spoke.start >= _VOICE_TELLS:
            voices.append(spoke.voice)
        answers &= len(spoke.text) < A_FEW_WORDS  # our question was about the last that was said


def _announces(spoke: Spoke) -> bool:
    """Whether it hardly was a person's, and told something, without a greeting."""
    told = len(spoke.text) >= A_FEW_WORDS and only_tells(spoke.text) and not greets(spoke.text)
    return told and (spoke.verdict.human or 0.0) < _ASKED


def _no_word(spoke: Spoke, words: Words) -> bool:
    """Whether it is too short, too even, or too soft beside the words that followed, to be anybody's word."""
    length = spoke.end - spoke.start
    # Recognisers make a syllable or two of a room that opens.
    if _wordless(spoke) and words.above is not None and spoke.floor + spoke.above < words.floor + words.above - _SOFTER:
        return True
    return length < _CLICK or (length < _ROOM_OPENS and spoke.above < _A_VOICE) or not spoke.voicelike


def _no_throat(spoke: Spoke, voice: Timbre | None) -> bool:
    """Whether it has no word, and its sound is none that this voice makes."""
    if voice is None or spoke.voice is None:
        return False
    return _wordless(spoke) and apart(voice, spoke.voice) > _NO_THROAT


def _wordless(spoke: Spoke) -> bool:
    """Whether no words were recognised in it, or but a syllable or two that greet nobody."""
    return len(spoke.text) < A_FEW_WORDS and not greets(spoke.text)


def _near(spoke: Spoke, start: float, words: Words, answers: bool, voice: Timbre | None) -> bool:
    """Whether speech that was no machine's is near enough to what began at `start`, in time, room, loudness and voice."""
    gap, floor = start - spoke.end, words.floor
    human = spoke.verdict.human or 0.0
    louder = spoke.end - spoke.start < _NO_PAUSE and spoke.floor > floor
    rather_not = bool(spoke.text) and human < _HARDLY
    one_room = louder or abs(floor - spoke.floor) <= SAME_ROOM
    asked = answers and not _wordless(spoke)
    if spoke.text and (asked or human > RATHER):  # what is as likely as not is of an unknown meaning
        # In one breath the lowest level may be that of a lost packet.
        near = gap <= _TURN_GAP and (asked or one_room or max(floor, spoke.floor) <= ROOM or gap <= _BREATH)
    elif min(floor, spoke.floor) > ROOM and (spoke.room_began or spoke.alone or spoke.machine_apart is None):
        # A room that no machine had before, or there is none to compare it with.
        wordless = not spoke.text and spoke.end - spoke.start > _WORDLESS
        longest = _TURN_GAP if spoke.text else _WORDLESS_GAP
        near = gap <= longest and one_room and not wordless and not rather_not
    else:
        no_room = floor <= ROOM or not spoke.room_began  # or it is the line's own noise, in which machines spoke too
        near = gap <= _HESITATION_GAP and spoke.end - spoke.start <= _HESITATION and no_room and not rather_not
    if words.above is not None and spoke.text and spoke.end - spoke.start >= _VOICE_TELLS:
        by = abs(floor + words.above - spoke.floor - spoke.above)
        near = near and (by < _OTHER_LEVEL or gap <= _BREATH)
    if answers and spoke.text and human >= _ASKED:
        return near and (floor <= ROOM or floor - spoke.floor < _OPENED or _nearer(spoke, voice))
    like_machine, one_breath = _like_machine(spoke, voice), gap <= _BREATH and human >= RATHER
    return near and not _another(spoke, voice) and (not like_machine or one_breath)


def _not_believed(spoke: Spoke, start: float, floor: float, answers: bool, voices: Sequence[Timbre]) -> bool:
    """Whether speech that was rather taken for a machine's began the turn of who then, at `start`, is certainly a person.

    Somebody spoke where a person is waited for, waited in silence, and then the person speaks, in the same room, one that
    no machine had before; or, where no room tells, in the same voice, which is not that of the machines before. Where no
    machine spoke before, it must be the same voice in the same room.
    """
    gap = start - spoke.end
    if not spoke.perhaps or not spoke.text or gap > _WAITED or abs(floor - spoke.floor) > SAME_ROOM:
        return False
    apart_by = min((apart(voice, spoke.voice) for voice in voices), default=None) if spoke.voice is not None else None
    machine_apart = spoke.machine_apart
    if spoke.alone and gap >= _SPEAKS_AGAIN:  # nobody else has spoken in the call
        return apart_by is not None and apart_by <= _THE_VOICE and abs(floor - spoke.floor) <= _ONE_ROOM
    if spoke.room_began and floor > ROOM:
        if apart_by is None or spoke.end - spoke.start < _VOICE_TELLS:
            return True
        least = apart_by - (_NEARER if gap > _BREATH else 0.0)  # a recording may end just before the person speaks
        return apart_by <= _NOT_THE_VOICE and (machine_apart is None or machine_apart > least)
    if apart_by is None or machine_apart is None:
        return False
    if answers:
        return apart_by <= _ONE_VOICE and machine_apart > max(apart_by - _NEARER, _THE_MACHINE)
    return gap >= _SPEAKS_AGAIN and apart_by <= _THE_VOICE and machine_apart > apart_by + _NEARER / 2


def _another(spoke: Spoke, voice: Timbre | None) -> bool:
    """Whether it was long enough to tell that it was said in another voice."""
    if voice is None or spoke.voice is None or spoke.end - spoke.start < _VOICE_TELLS:
        return False
    return apart(voice, spoke.voice) > ANOTHER_VOICE


def _like_machine(spoke: Spoke, voice: Timbre | None) -> bool:
    """Whether it was long enough to tell that it was more like a machine heard before than like this voice; much more, where it is
    short."""
    if voice is None or spoke.voice is None or spoke.machine_apart is None:
        return False
    length, nearer = spoke.end - spoke.start, apart(voice, spoke.voice) - spoke.machine_apart
    return (length >= _VOICE_TELLS and nearer > 0) or (length >= _VOICE_HINTS and nearer > 2 * _NEARER)


def _nearer(spoke: Spoke, voice: Timbre | None) -> bool:
    """Whether its voice is clearly nearer to this one than to any machine's heard before."""
    if voice is None or spoke.voice is None or spoke.machine_apart is None:
        return False
    return apart(voice, spoke.voice) + _NEARER / 2 <= spoke.machine_apart


def _same_breath(spoke: Spoke, start: float, voice: Timbre | None) -> bool:
    """Whether speech that may have been a machine's went on at `start` in the same voice, without a pause between."""
    if start - spoke.end > _BREATH or (spoke.verdict.human or 0.0) < DOUBTFUL or not spoke.text:
        return False
    if voice is None or spoke.voice is None:
        return False
    apart_by = apart(voice, spoke.voice)
    least = apart_by - (_HARDLY_NEARER if spoke.machine else 0.0)
    return apart_by <= _ONE_VOICE and (spoke.machine_apart is None or spoke.machine_apart > least)
