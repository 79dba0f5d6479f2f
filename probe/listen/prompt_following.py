"""Following a remembered prompt that is heard: each frame is compared with the one that is due.

A cumulative sum of the disagreement (Page, "Continuous inspection schemes", Biometrika 1954) says when what is heard and the
prompt parted, and from which frame on.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import HOP, MARKED, Fingerprint, differing
from probe.listen.prompt_memory import AT_END, SOFTEST, SOUNDS_ON, Prompt, pause, sounding
from probe.timeline import RATE

_PARTED = 0.34  # share of marked bits: more speaks against a match, less for it; half of them differ by chance
_PARTED_LEAST, _APART = 0.2, 0.17
"""The same where the prompt was followed closely until now: as much over its mean, and no less. Other words in the same
voice and rhythm differ in 0.37 of the bits, which is little where those before had differed in none."""
_PARTED_OVER_MUSIC = 0.38
"""The same over music, which turns many bits where the words are soft; guessed, near what `probe.listen.prompt_sweep` measured."""
_CLOSELY = 25  # frames that show how closely it is followed: half a second; guessed
_PARTED_SURE = 2.4  # sum of what is over it: 15 frames that have nothing to do with the prompt
_CLOSURE = 4  # frames of quiet in the middle of a word; guessed
_BESIDE, _BEFORE_PAUSE = 10, 2  # frames by which a word may be dated too early; before a pause; guessed
_DOUBT = 0.6  # of that sum: four frames that have nothing to do with the prompt; guessed
_NEAR = 12  # dB under the prompt's loudest: so loud, where the prompt has a pause, is somebody else
_GOES_ON, _WENT_ON = 50, 10  # frames that show whether a prompt goes on after a parting; of them with sound; guessed
_DRIFT, _DRIFT_FRAMES, _DRIFT_BETTER = 1, 12, 0.06  # a jitter buffer may drop or repeat up to 20 ms
_BEGAN_LEAST = 10  # frames of a prompt's beginning before what is heard that show it; guessed
_PACE, _PACES = 22, 5  # frames that show how late they are; in so many places; guessed
_STEPS = 3  # frames out of step that are tried
_DRIFT_EVERY = 4  # frames after which it is looked for again

_OVER_NOISE = (2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 35.0, 50.0)
_DIFFER = (0.22, 0.148, 0.115, 0.087, 0.071, 0.058, 0.046, 0.026)
"""dB over the softest frame, and the mean share of marked bits that differ there: 105,000 frames of 600 recordings, each heard
twice through drawn conditions; less by what the line's noise, once it counted as a floor, took off on 30,000 others (8 % to 1)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A prompt is recognised: it is what is heard from live frame `since` on; its frame 0 is at live frame `lag`.

    `instead`: of the one that was being followed, which begins alike.
    """

    prompt: Prompt
    since: int
    lag: float
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """What is heard has parted from the prompt, about at live frame `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class Over:
    """The prompt has been heard as far as it is remembered: up to live frame `at`."""

    at: int


class Following:
    """Compares each live frame with the one of the prompt that is due."""

    def __init__(self, prompt: Prompt, lag: int, heard: Fingerprint, begin: int, over_music: bool = False) -> None:
        self.prompt = prompt
        self.lag = self.lag_at_first = lag
        self._sounds: list[bool] = prompt.sounding.tolist()
        self._bits: list[int] = prompt.bits.tolist()
        self._last = prompt.last
        self._over = max(self._last + 1, round(prompt.ends * RATE / HOP) - SOUNDS_ON)
        self._words = _words(prompt)
        self._over_music = over_music
        self._against = 0.0
        self._parted_at = begin
        sounds = sounding(heard.levels)[begin:]
        before = shares(prompt, heard, lag, begin, len(heard))
        # They may have parted while it was being found: music that both begin with is soon followed by other words.
        parted = _limit(float(np.median(before[sounds]))) if sounds.any() else _PARTED
        parted = _PARTED_OVER_MUSIC if over_music else parted
        for k in np.flatnonzero(sounds).tolist():
            self._against = max(self._against + float(before[k]) - parted, 0.0)
            self._parted_at = self._parted_at if self._against else begin + k
        self._differed, self._compared = float(before[sounds].sum()), int(sounds.sum())
        self._newest: deque[tuple[int, int, int, int]] = deque(maxlen=_DRIFT_FRAMES)
        loudest = int(prompt.levels.max())
        due = slice(max(lag, begin), len(heard))
        theirs = prompt.levels[max(due.start - lag, 0) : max(due.stop - lag, 0)]
        ours = heard.levels[due.start : due.start + theirs.size]
        both = prompt.sounding[max(due.start - lag, 0) : max(due.stop - lag, 0)]
        gain = float(np.median(ours[both].astype(np.float64) - theirs[both])) if both.any() else 0.0
        self._loudest = loudest + gain
        # The music goes on in every pause, and what is soft of the voice is no softer than it.
        self._pause = SOFTEST if over_music else pause(self._loudest, float(heard.levels.min()))

    def hear(self, k: int, bits: int, marks: int, level: int) -> Lost | Over | None:
        due = k - self.lag
        if due > self._last:
            return self.over(k + 1)  # its last sound may be too soft to be compared
        if due < 0:
            return None
        sounds = level > self._pause
        if self._sounds[due] and sounds:
            differs = ((self._bits[due] ^ bits) & marks).bit_count()
            share = differs / MARKED
            self._against += share - self._parted
            self._differed, self._compared = self._differed + share, self._compared + 1
            self._note_drift(due, bits, marks, differs)
        elif not self._over_music and (self._sounds[due] or level > self._loudest - _NEAR):
            self._against += 0.5 - _PARTED
        if self._against <= 0:
            self._against, self._parted_at = 0.0, k
        return Lost(self._parted_at) if self._against >= _PARTED_SURE else None

    @property
    def _parted(self) -> float:
        if self._over_music:
            return _PARTED_OVER_MUSIC
        if self._compared < _CLOSELY:
            return _PARTED
        return _limit(self._differed / self._compared)

    def over(self, count: int) -> Over | None:
        """After `count` live frames: whether the prompt's last sound is past."""
        return Over(self.lag + self._over) if count - self.lag > self._over else None

    def ends_by(self, count: int) -> bool:
        """Whether the prompt has been heard as far as it is remembered, give or take, after `count` live frames."""
        return count - self.lag >= self._last - AT_END

    @property
    def doubtful(self) -> bool:
        """Whether the prompt and what is heard seem to part."""
        return self._against > _DOUBT

    def foreseen(self, frame: int, most: int) -> list[bool]:
        """Of the live frames from `frame` on, up to the prompt's last sound and `most` at most: whether they are its words,
        not a pause or what else sounds in it. None where the prompt and what is heard seem to part."""
        due = frame - self.lag
        return [] if self.doubtful or due < 0 else self._words[due : due + most]

    def _note_drift(self, due: int, bits: int, marks: int, differs: int) -> None:
        """Keeps in step where a jitter buffer has dropped or repeated some milliseconds; `differs`: bits that do."""
        self._newest.append((due, bits, marks, differs))
        least = _DRIFT_BETTER * MARKED * _DRIFT_FRAMES
        if due % _DRIFT_EVERY or len(self._newest) < _DRIFT_FRAMES or sum(new[3] for new in self._newest) <= least:
            return  # no other step can be so much better
        size = self.prompt.bits.size
        sums = [
            sum(
                ((self._bits[min(max(at + d, 0), size - 1)] ^ its_bits) & its_marks).bit_count()
                for at, its_bits, its_marks, _ in self._newest
            )
            for d in range(-_DRIFT, _DRIFT + 1)
        ]
        better = int(np.argmin(sums)) - _DRIFT
        if sums[_DRIFT] - sums[better + _DRIFT] > least:
            self.lag -= better
            self._newest.clear()


def _limit(usual: float) -> float:
    """The share of marked bits that speaks against a match, where so many differ as a rule."""
    return min(_PARTED, max(_PARTED_LEAST, usual + _APART))


def _words(prompt: Prompt) -> list[bool]:
    """Of a prompt's frames, up to its last sound: whether they are words, and no pause, nor the end of one before a pause.

    What sounds between two pauses and has no word in it may be anything: a mailbox's beep, say.
    """
    said = np.zeros(prompt.last + 1, np.bool_)
    begins = np.array([word.start * RATE / HOP for word in prompt.words])
    quiet = np.flatnonzero(~prompt.sounding[: said.size])
    pauses = [run for run in np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1) if run.size > _CLOSURE]
    edges = [0, *(int(edge) for run in pauses for edge in (run[0] - _BEFORE_PAUSE, run[-1] + 1)), said.size]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        said[first:last] = bool(((begins >= first - _BESIDE) & (begins < last)).any())
    words: list[bool] = said.tolist()
    return words


def shares(prompt: Prompt, heard: Fingerprint, lag: int, since: int, until: int) -> npt.NDArray[np.float64]:
    """Share of marked bits that differ, for live frames `since` to `until`; a half outside the prompt."""
    places = np.arange(since, until)
    due = places - lag
    inside = (due >= 0) & (due < prompt.bits.size)
    shares = np.full(places.size, 0.5)
    live = places[inside]
    shares[inside] = differing(prompt.bits[due[inside]], heard.bits[live], heard.marks[live]) / MARKED
    return shares


def differs_before(prompt: Prompt, before: Fingerprint, lag: int) -> float:
    """The share of marked bits in which the frames right `before` live frame 0 differ from the prompt's beginning, where its frame 0 is at
    `lag`; no number if hardly any were heard."""
    since = max(lag + len(before), 0)
    sounds = prompt.sounding[since - len(before) - lag : max(-lag, 0)]
    differ = shares(prompt, before, lag + len(before), since, len(before))[: sounds.size][sounds]
    return float(differ.mean()) if differ.size >= _BEGAN_LEAST else math.nan


def explained(prompt: Prompt, heard: Fingerprint, lag: int, since: int, until: int) -> npt.NDArray[np.float64]:
    """The share of marked bits in which live frames `since` to `until` differ where it is the same recording, by how far each
    stands over the noise, where it does so less."""
    due = np.clip(np.arange(since, until) - lag, 0, prompt.bits.size - 1)
    live, remembered = heard.levels.astype(np.float64), prompt.levels.astype(np.float64)
    over = np.minimum(live[since:until] - live.min(), remembered[due] - remembered.min())
    usual: npt.NDArray[np.float64] = np.interp(over, _OVER_NOISE, _DIFFER)
    return usual


def parted(prompt: Prompt, heard: Fingerprint, lag: int, until: int) -> bool:
    """Whether what is heard after live frame `until` is something else than the rest of the prompt, not the prompt spoilt."""
    end = min(until + _GOES_ON, lag + prompt.last - AT_END, len(heard))
    if end <= until:
        return False
    differ = shares(prompt, heard, lag, until, end)[sounding(heard.levels)[until:end]]
    return differ.size >= _WENT_ON and float(differ.mean()) > _PARTED


def matches_since(prompt: Prompt, heard: Fingerprint, lag: int, begin: int) -> int:
    """The live frame from which the prompt is what is heard: going back from now, where agreement begins."""
    differ = shares(prompt, heard, lag, begin, len(heard))
    sounds = sounding(heard.levels)[begin:]
    gains = np.cumsum(np.where(sounds, _PARTED - differ, 0.0)[::-1])
    best = int(np.flatnonzero(gains >= gains.max() - 1e-9)[-1])
    return max(len(heard) - 1 - best, lag, begin)


def fine_lag(prompt: Prompt, heard: Fingerprint, lag: int, begin: int, end: int) -> float:
    """The lag to a fraction of a frame: the share of differing bits rises evenly on both sides of the true one.

    Measured: within 2.3 ms for 95 of 100, through codecs, noise and loss; G.722 adds its own 4.25 ms of delay.
    """
    sounds = sounding(heard.levels)[begin:end]
    earlier, here, later = (float(shares(prompt, heard, lag + d, begin, end)[sounds].mean()) for d in (-1, 0, 1))
    return lag + between(earlier, here, later)


def between(earlier: float, here: float, later: float) -> float:
    """Where the true lag is, in frames from the best one, by the shares that differ there and a frame earlier and later."""
    worse = max(earlier, later) - here
    return float(np.clip(0.5 * (earlier - later) / worse, -0.5, 0.5)) if worse > 0 else 0.0


def slower(following: Following, heard: Fingerprint, places: npt.NDArray[np.intp]) -> list[float]:
    """Frames by which some of these live frames are later than some before, as against the prompt, from the first to the last; none where any
    are hardly the prompt."""
    late = []
    begins = np.linspace(0, places.size - _PACE, _PACES).astype(int).tolist()
    lags = np.linspace(following.lag_at_first, following.lag, _PACES).round().astype(int).tolist()
    for begin, lag in zip(begins, lags, strict=True):
        part = places[begin : begin + _PACE]
        steps, first = out_of_step(following.prompt, heard, lag, part), int(part[0])
        differ = shares(following.prompt, heard, lag + round(steps), first, int(part[-1]) + 1)[part - first]
        if differ.mean() > _PARTED_LEAST:
            return []
        late.append(lag + steps)
    return [after - before for before, after in pairwise(late)]


def out_of_step(prompt: Prompt, heard: Fingerprint, lag: int, places: npt.NDArray[np.intp]) -> float:
    """Frames by which the live frames at these places are later than the prompt's, to a fraction of one."""
    steps, first, end = range(-_STEPS, _STEPS + 1), int(places[0]), int(places[-1]) + 1
    differ = [float(shares(prompt, heard, lag + step, first, end)[places - first].mean()) for step in steps]
    best = int(np.argmin(differ[1:-1])) + 1
    return steps[best] + between(differ[best - 1], differ[best], differ[best + 1])
