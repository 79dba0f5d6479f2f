"""The prompts that earlier calls to a hotline heard: fingerprint, words, and in which calls.

A hotline puts its announcements together from recordings, so a prompt is a stretch of audio and not a segment: a segment
may hold several, or only a part of one. How the memory grows: `probe.listen.prompt_learning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import HOP, Fingerprint
from probe.timeline import RATE, Verdict, Word

ACTIVE = 30
"""dB under the loudest frame within which a frame is compared; softer ones are pauses."""
SOFTEST = -62
"""dBFS under which a frame is a pause however soft the whole is."""
SURE_CALLS = 2
"""Calls in which the same must be heard to be a recording for certain, where one call may have taken a person for one, or
one for a person; guessed."""
SOUNDS_ON = 4
"""Hops from a prompt's last sounding frame to where its sound ends: a frame compares two windows."""
_OVER_NOISE, _NEAR = 8, 12  # dB over the noise that a frame must rise, unless it is so near the loudest; guessed
SHORTEST = 15
"""Sounding frames (0.3 s) of the shortest prompt that is remembered: a recorded "hello"."""
LEAD, TAIL = 6, 4  # frames kept before a prompt's first and after its last sounding one
AT_END = 15  # frames within which a prompt counts as heard to where it is remembered to
_AFTER_CUT, _GOES_ON = 12, 7
"""Frames after a prompt and another sound parted, and how many of them have sound if that goes on at once; guessed."""
_MOST = 0.6  # share of a segment's sound that must be remembered for it to be a prompt; guessed
_SOFTEST_FRAMES = 3  # frames that may be soft for other reasons than that its pauses are; guessed
_CLEARER, _CLEAR = 6.0, 30.0
"""dB by which a hearing must stand out better over its noise to be taken instead of the one that is remembered; dB over its
noise from which what is remembered is clear enough: a codec without noise (GSM) then turns more of its bits than the noise
did; guessed."""
_HEARD_LEAST = 40  # frames of a prompt that must have been heard, or half of it, for it to have been played


@dataclass(frozen=True, slots=True)
class Telling:
    """The words so far as they were told at `known`, audio up to `until` having been recognised."""

    known: float
    until: float
    words: tuple[Word, ...]

    def moved(self, seconds: float) -> Telling:
        """The same, so much later."""
        return Telling(self.known + seconds, self.until + seconds, tuple(moved(word, seconds) for word in self.words))


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """A recording as remembered; seconds from its first sample.

    `bits`, `levels`: its fingerprint's; `words`: what it says; `told`: how its words came while it was first recognised,
    so that they come like that again; `model`: the recogniser that they are from. `whole`: it was heard to its own end,
    not cut short by a key or the end of the call. `doubtful`: it was learned from what was taken for a person. `clear`: dB
    over the noise (`over_noise`) of the hearing that its words are from, None: of the one that its sound is from. `agreed`:
    another hearing sounded like it.
    """

    id: str
    bits: npt.NDArray[np.uint32]
    levels: npt.NDArray[np.int8]
    words: tuple[Word, ...] = ()
    told: tuple[Telling, ...] = ()
    model: str = ""
    whole: bool = True
    end: float = 0.0
    doubtful: bool = False
    clear: float | None = None
    agreed: bool = False

    @property
    def words_clear(self) -> float:
        """dB over the noise of the hearing that its words are from."""
        return over_noise(self.levels) if self.clear is None else self.clear

    @property
    def text(self) -> str:
        return joined([word.word for word in self.words])

    @property
    def sounding(self) -> npt.NDArray[np.bool_]:
        """Which frames are compared."""
        return sounding(self.levels)

    @property
    def seconds(self) -> float:
        """From the first to the last sound."""
        frames = np.flatnonzero(self.sounding)
        return float((frames[-1] - frames[0] + 1) * HOP / RATE) if frames.size else 0.0

    @property
    def last(self) -> int:
        """The last frame with sound that can be compared."""
        return int(np.flatnonzero(self.sounding)[-1])

    @property
    def ends(self) -> float:
        """Seconds from the first sample to the last sound."""
        return max(self.end, (self.last + 1 + SOUNDS_ON) * HOP / RATE)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A prompt heard in a call at `at` seconds.

    `after`: the prompt heard before it in that call and what was pressed or said since, such as "p-1a2b 0"; "" at first.
    """

    prompt: str
    at: float
    after: str = ""


@dataclass(frozen=True, slots=True)
class RememberedCall:
    """A call that was learned from; `started_at`: ISO 8601, UTC.

    `person_after`: what a person answered right after: a prompt, "" for the answer of the call, None for neither.
    `music`: seconds of music that were listened to for words, in it or in a call before.
    """

    id: str
    started_at: str
    heard: tuple[Hearing, ...] = ()
    person_after: str | None = None
    music: float = 0.0


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered of one hotline, oldest first."""

    hotline: str
    prompts: tuple[Prompt, ...] = ()
    calls: tuple[RememberedCall, ...] = ()

    @property
    def music(self) -> float:
        """Seconds of music, from the first in a call on, that were listened to for words."""
        return max((call.music for call in self.calls), default=0.0)

    def led_to_person(self) -> dict[str, int]:
        """In how many calls a person answered right after each prompt, or, "", right after the answer."""
        counts: dict[str, int] = {}
        for call in self.calls:
            if call.person_after is not None:
                counts[call.person_after] = counts.get(call.person_after, 0) + 1
        return counts

    def calls_of(self) -> dict[str, int]:
        """In how many calls each prompt was heard."""
        counts = dict.fromkeys((prompt.id for prompt in self.prompts), 0)
        for call in self.calls:
            for heard in {hearing.prompt for hearing in call.heard}:
                counts[heard] = counts.get(heard, 0) + 1
        return counts


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `since` to `until` of a take are `prompt`, of `size` frames, whose frame 0 is at the take's frame `lag`.

    `sure`: it is the prompt itself; else it may be no more than a piece that the prompt shares with what was heard.
    `parted`: soon after the prompt's beginning the take went on otherwise, as another recording that begins alike does.
    `anew`: it was said anew, with another number or at another speed.
    """

    prompt: str
    since: int
    until: int
    lag: int
    size: int
    sure: bool = True
    parted: bool = False
    anew: bool = False


def played(spans: Sequence[Span], sounds: npt.NDArray[np.bool_]) -> set[str]:
    """The prompts that were played, not only a piece that they share with another: half of one, or all up to a cut.

    `sounds`: which of the take's frames have sound. Where it goes on at once, nothing was cut: "您前面还有" of "您前面还有三位" was
    heard, and then another number; "坐席全忙，请" of "坐席全忙，请耐心等待", and then "继续等待".
    """
    found = set()
    spans = [span for span in spans if span.sure]
    for name in {span.prompt for span in spans if not span.parted}:
        own = [span for span in spans if span.prompt == name]
        heard = sum(span.until - span.since for span in own)
        after = sounds[own[0].until : own[0].until + _AFTER_CUT]
        cut = own[0].since - own[0].lag <= AT_END and own[0] is spans[-1] and int(after.sum()) < _GOES_ON
        if heard >= min(_HEARD_LEAST, own[0].size // 2) and (cut or heard >= own[0].size / 2):
            found.add(name)
    return found


def heard_most(spans: Sequence[Span], sounds: npt.NDArray[np.bool_]) -> tuple[str | None, float]:
    """The prompt that most of a take was, None if not enough of it was any; and the share of its sound that was prompts."""
    total = int(sounds.sum())
    frames: dict[str, int] = {}
    for span in spans:
        frames[span.prompt] = frames.get(span.prompt, 0) + int(sounds[max(span.since, 0) : span.until].sum())
    share = min(sum(frames.values()) / total, 1.0) if total else 0.0
    whole = played(spans, sounds)
    if share < _MOST or not whole:
        return None, share
    return max(sorted(whole), key=lambda name: frames[name]), share


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A finished speech segment; seconds on the call's clock. `begin`: of its fingerprint's first sample.

    `words`, `told`: as in `Prompt`; `spans`: what of it was remembered; `whole`: nothing of ours cut it short; `model`:
    who recognised the words; `answers`: what was pressed or said since the take before it; `at_once`: it came right after
    the take before it, or after the answer, without music or ringing between; `opens`: the person who answered the call
    begins with it; `answered`: a person had answered by then; `early`: it was heard before the call was answered; `anew`: the prompts whose words were not taken from
    memory, but recognised anew.
    """

    start: float
    end: float
    begin: float
    print: Fingerprint
    words: tuple[Word, ...]
    told: tuple[Telling, ...]
    spans: tuple[Span, ...]
    verdict: Verdict
    whole: bool
    model: str
    answers: str = ""
    at_once: bool = False
    opens: bool = False
    answered: bool = False
    early: bool = False
    anew: frozenset[str] = frozenset()

    @property
    def a_persons(self) -> bool:
        """Whether it was taken for a person's, at once or once that person had waited, or may be what a person went on with."""
        return self.verdict.is_ == "human" or ((self.opens or self.answered) and self.verdict.is_ == "unsure")

    @property
    def learnable(self) -> Take:
        """What of it may be learned: no words of what is or may be a person's, only its sound, which tells it if it comes
        again: nobody says a thing twice in the same way, so a recording taken for a person gives itself away next time."""
        return self if self.verdict.is_ in ("recording", "bot") else replace(self, words=(), told=(), model="")


def pause(loudest: float, softest: float) -> float:
    """dBFS up to which a frame is a pause, where those are the levels of the loudest and the softest frame."""
    return max(loudest - ACTIVE, min(softest + _OVER_NOISE, loudest - _NEAR), SOFTEST)


def sounding(levels: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Which frames of a whole prompt or take are compared."""
    if not levels.size:
        return np.zeros(0, np.bool_)
    return levels > pause(float(levels.max()), float(levels.min()))


def over_noise(levels: npt.NDArray[np.int8]) -> float:
    """dB from the softest frames, which a lost packet is not, to the loudest ones."""
    ordered = np.sort(levels)
    return float(ordered[-1 - ordered.size // 20]) - float(ordered[min(_SOFTEST_FRAMES, ordered.size - 1)])


def clearer(over_noise: float, than: float) -> bool:
    """Whether what stands so many dB over its noise is heard so much better that it is taken instead."""
    return than < min(_CLEAR, over_noise - _CLEARER)


def outdated(prompt: Prompt, model: str, heard: npt.NDArray[np.int8]) -> bool:
    """Whether a prompt's words are another recogniser's than `model`, or from a hearing much less clear than this one, of
    which `heard` are the levels so far: then it is worth recognising once more."""
    return prompt.model != model or clearer(over_noise(heard), prompt.words_clear)


def joined(words: Sequence[str]) -> str:
    """Words as a text: with spaces between those of Latin letters only."""
    text = ""
    for word in words:
        text += " " + word if text and text[-1].isascii() and word[:1].isascii() else word
    return text


def moved(word: Word, seconds: float) -> Word:
    """A word so much later."""
    return Word(word.word, word.start + seconds, word.end + seconds, word.confidence)
