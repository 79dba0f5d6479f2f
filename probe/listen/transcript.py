"""The words of one speech segment: from memory as long as a remembered prompt is heard, else from the recogniser.

    held ── no remembered prompt ──▶ recognising ── a prompt is found ──▶ remembering
      │ ▲                               │ ▲                                 │    │
      │ └─────────── a pause ───────────┘ └── parted from the prompt ───────┘    │
      └── a prompt is found ──▶ remembering                   held ◀── it is over ┘

Audio is held back from the recogniser for about a second, until it is known whether it will be needed. Words from memory
are told when recognition told them in the call that they are from. Where a prompt and what is heard part, or meet, the
recogniser hears a little more than it is asked for, and words are taken from either side of one instant between two
words, so that none is lost and none comes twice. In a pause it can be asked for all words at once (`rest`), though it
lags behind else: what follows the pause is then a new stretch to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from probe.listen.fingerprint import HOP, WINDOW, Fingerprint, Fingerprinter
from probe.listen.heard_audio import HeardAudio
from probe.listen.line_noise import LineNoise
from probe.listen.prompt_beginning import BEFORE_WORD
from probe.listen.prompt_following import Found, Lost, Over
from probe.listen.prompt_memory import SOUNDS_ON, Prompt, Take, Telling, heard_most, outdated, sounding
from probe.listen.prompt_search import Library
from probe.listen.recall import Recall
from probe.listen.recalled import Recalled, Recognition, Recognitions
from probe.listen.stretch import Stretch
from probe.speech.transcriber import Transcriber
from probe.timeline import RATE, Samples, Verdict, Word

_BATCH = 5  # frames of the fingerprint at a time
_CONTEXT = 0.6  # seconds before a parting that the recogniser hears, its words thrown away
_SURE_BEFORE = 0.1  # seconds before a parting up to which the prompt's words are surely what was said
_AROUND_END = 3  # frames before and after a prompt's end that have sound in them if somebody speaks on without a pause
_MIDST = 0.5  # seconds into a prompt from which a word of it may have begun before it was met
_SETTLES = 0.25  # seconds that a recogniser has heard of a prompt before its words give way to the prompt's
_WORDLESS, _LAGS, _DATED = 1.0, 0.6, 0.15
"""Seconds of sound without words before a prompt in which nobody spoke; by which words are told late, and dated wrong;
guessed."""
_BEFORE_PROMPT = 12  # sounding frames before a prompt begins that may hold a word
_AFTER_PROMPT = 8  # sounding frames after a prompt's end that somebody makes
_BEFORE_REST = 800  # samples up to a pause that are heard again after it: 0.1 s of quiet
_TOLD_LATE = 0.25  # seconds after the last sound in which a prompt's last word may still end


class Transcript:
    """One segment, whose audio begins at sample number `begin` since the INVITE.

    `before`: what was heard right before it, where it is spoken over music. `noise`: the line's. `library` None: nothing is remembered, all is recognised. `transcriber` None: prompts are recognised, words are not.
    """

    def __init__(
        self,
        transcriber: Transcriber | None,
        library: Library | None,
        begin: int,
        before: Fingerprint | None = None,
        noise: LineNoise | None = None,
    ) -> None:
        self._transcriber = transcriber
        self._begin = begin
        self._audio = HeardAudio()
        self._may_hear = self._fed = 0
        self._recall = Recall(library, before, begin) if library is not None else None
        self._prints = Fingerprinter(noise if before is None else None)
        self._stretch: Stretch | None = None
        self._recalled: Recalled | None = None
        self._held_from: int | None = 0
        self._resting = self._whole = False
        self._sounds_until: int | None = None
        self._settled: tuple[Word, ...] = ()
        self._composed: tuple[tuple[Word, ...], tuple[Word, ...], float] = (), (), 0.0
        self._least = _BATCH
        self._from = 0.0
        self._prompt_ended: float | None = None
        self._told: list[Telling] = []
        self.words: tuple[Word, ...] = ()
        self.until = begin / RATE
        """Seconds up to which the words are known."""
        self._found: Found | None = None
        self._recognitions = Recognitions()
        self._anew: dict[str, bool] = {}
        self.parted: float | None = None
        """Seconds at which a prompt ended after which somebody else began to speak; `go_on` or end the segment there."""

    @property
    def text(self) -> str:
        """The words as a text, joined as the recogniser joins them."""
        hanzi = self._transcriber is not None and self._transcriber.language in ("zh", "ja")
        return ("" if hanzi else " ").join(word.word for word in self.words)

    def foreseen(self, most: int) -> Sequence[bool]:
        """Of the next frames, as far as a remembered prompt surely comes, `most` at most: whether they are its words."""
        return () if self._recall is None else self._recall.foreseen(self._audio.size // HOP, most)

    @property
    def tells_in(self) -> int:
        """Frames until a remembered prompt tells words, or may be told itself."""
        if self._recalled is None or self._recall is None:
            return 0
        return min(self._recalled.tells_in(self._seconds(self._audio.size)), self._recall.due_in(self._audio.size))

    def hears_at_once(self, frames: int) -> None:
        """So many frames come at once: they are looked at together, all if a prompt may be certain then, else as many as fill batches."""
        due = self._recall is not None and self._recall.due_in(self._audio.size) <= frames
        waiting = self._prints.waiting + frames
        self._least = waiting if due else max(waiting // _BATCH, 1) * _BATCH

    @property
    def recognitions(self) -> Sequence[Recognition]:
        """Every prompt of which it is certain that it is what is heard, in order."""
        return self._recognitions.told

    @property
    def remembering(self) -> bool:
        """Whether the newest words come from memory."""
        return self._recalled is not None

    def prompt(self, end: float) -> tuple[str | None, float]:
        """The prompt that most of the segment was, None if not enough of it was any; and the share that was prompts."""
        if self._recall is None:
            return None, 0.0
        sounds = sounding(self._recall.heard.levels)[: max(round((end * RATE - self._begin) / HOP), 1)]
        return heard_most(self._recall.settled, sounds)

    def recordings(self, but: Collection[str]) -> tuple[tuple[float, float], ...]:
        """From when to when, in seconds, remembered prompts were surely heard, all `but` these."""
        spans = self._recall.settled if self._recall is not None else []
        begin = self._begin / RATE
        return tuple(
            (begin + span.since * HOP / RATE, begin + span.until * HOP / RATE)
            for span in spans
            if span.sure and not span.parted and span.prompt not in but
        )

    def take(self, start: float, end: float, verdict: Verdict, at_once: bool = False) -> Take:
        """The finished segment as the memory learns from it; `at_once`: it came right after what was said before."""
        assert self._recall is not None
        spans = tuple(self._recall.settled)
        told, model = tuple(self._told), self._transcriber.name if self._transcriber else ""
        heard, begin = self._recall.heard, self._begin / RATE
        anew = frozenset(name for name, anew in self._anew.items() if anew)
        return Take(start, end, begin, heard, self.words, told, spans, verdict, True, model, at_once=at_once, anew=anew)

    def tell(self, now: float) -> None:
        """Notes that the words as they are were told now."""
        if self._recall is not None:
            self._told.append(Telling(now, self.until, self.words))

    def hear(self, audio: Samples, now: float, sounds: bool, loud: bool = True) -> bool:
        """Takes audio; True when the words have changed. `sounds`: it is no pause, or not one that is long already.
        `loud`: it is no pause at all."""
        self._audio.add(audio)
        self._resting &= not loud
        if sounds:
            self._may_hear = self._audio.size
        self._follow(audio, now)
        return self._compose(now)

    def rest(self, now: float) -> bool:
        """In a pause: all words up to it, as far as they are not remembered. True when they have changed."""
        if self._recalled is not None or self._prompt_ended is not None or self._resting:
            return False
        if self._stretch is None and self._held_from is not None:
            self._recognise_held()
        if self._stretch is None:
            return False
        self._feed()
        self._stretch.finish()
        self._settle_recognised(float("inf"))
        self._stretch, self._resting = None, True
        self._held_from = max(self._fed - _BEFORE_REST, 0)
        self.until = self._seconds(self._fed)
        return self._compose(now)

    @property
    def likely(self) -> bool:
        """Whether what is heard may well turn out to be remembered."""
        return self._recall is not None and self._recall.likely

    def close(self, now: float, until: float | None = None) -> None:
        """The segment's audio is complete; `parted` may be set now. `until`: seconds at which music or a tone began."""
        if until is not None:
            self._sounds_until = max(round(until * RATE) - self._begin - Fingerprinter.REACH, 0) // HOP
        if self._recall is not None:
            for change in self._recall.finish():
                self._apply(change, now)
            self._meet_if_sure(now)
            self._tell_if_certain()
        if self._held_from is not None and self._prompt_ended is not None and self._speaks_after(self._held_from):
            self.parted = self._prompt_ended

    def go_on(self) -> None:
        """Whoever speaks after the prompt belongs to the same segment."""
        self.parted = self._prompt_ended = None
        if self._held_from is not None:
            self._recognise_held()

    def finish(self, now: float, last: float, rest: bool = True) -> None:
        """The final words; `last`: end of the last sound; `rest`: whether audio that was held back belongs to them."""
        unknown = self._held_from is not None and not self._resting and self._speaks_after(self._held_from)
        if rest and self._stretch is None and self._held_from is not None and unknown:
            self._recognise_held()
        if self._stretch is not None:
            self._feed()
            self._stretch.finish()
            self._settle_recognised(float("inf"))
        elif self._recalled is not None:
            self._settle_recalled(last + _TOLD_LATE)
        self.words = self._settled

    def _follow(self, audio: Samples, now: float) -> None:
        """Recognises prompts, and lets the recogniser hear what is none."""
        if self._recall is not None:
            if len(new := self._prints.feed(audio, self._least)):
                for change in self._recall.feed(new):
                    self._apply(change, now)
            self._meet_if_sure(now)
            self._tell_if_certain()
        if self._held_from is not None and not self._resting and (self._recall is None or self._recall.hopeless):
            if self._prompt_ended is not None:
                self.parted = self._prompt_ended
            else:
                self._recognise_held()
        if self._stretch is not None:
            self._feed()

    def _meet_if_sure(self, now: float) -> None:
        """That the sound is remembered is known before it is sure which prompt it is: a piece of two is neither's words."""
        assert self._recall is not None
        if self._found is not None and not self._recall.sure and self._nothing_said_before():
            self._recall.begun()
        if self._found is not None and self._recall.sure:
            found, self._found = self._found, None
            self._meet(found, now)

    def _tell_if_certain(self) -> None:
        """Words are taken from memory at once; that it is this recording is told once no other can be what is heard."""
        if (recall := self._recall) is not None:
            far = recall.as_far_as if recall.sure else None
            seconds = self._seconds((far + BEFORE_WORD) * HOP) if far is not None else None
            self._recognitions.ascertain(recall.certain, seconds)

    def _nothing_said_before(self) -> bool:
        """Whether a prompt begins where something sounded and the recogniser heard no words in it: music, say."""
        assert self._recall is not None
        if self._recall.began is None or self._stretch is None:
            return False
        began = self._seconds(self._recall.began * HOP)
        if began - self._stretch.since < _WORDLESS or self._stretch.until < began + _LAGS:
            return False
        words = (*self._settled, *self._stretch.words)
        return not any(word.end > began - _WORDLESS and word.start < began - _DATED for word in words)

    def _apply(self, change: Found | Lost | Over, now: float) -> None:
        if not isinstance(change, Found):
            self._meet_if_sure(now)
            self._tell_if_certain()
            self._recognitions.hear(None)
        match change:
            case Found():
                self._found = change
                self._meet_if_sure(now)
            case Lost():
                if self._recalled is not None:
                    self._part(self._seconds(change.at * HOP))
            case Over():
                if self._recalled is not None:
                    self._held_from = min((change.at + SOUNDS_ON) * HOP, self._audio.size)
                    self._prompt_ended = self._seconds(self._held_from) if self._whole else None

    def _meet(self, found: Found, now: float) -> None:
        """A prompt is heard: its words follow those recognised before it."""
        begin = self._seconds(0) + found.lag * HOP / RATE
        self._recognitions.hear(Recognition(found.prompt, begin, max(begin, self._seconds(found.since * HOP))))
        self._whole = found.prompt.whole
        if self._recognises_anew(found.prompt):  # it listens as if nothing were known
            if self._held_from is not None:
                self._recognise_held()
            elif self._recalled is not None:
                self._part(self._seconds(found.since * HOP))
            return
        recalled = Recalled(found.prompt, begin)
        since = self._seconds(found.since * HOP)
        if self._recalled is None or not found.instead:  # else the two say the same up to where they part
            held = self._held_from or 0
            goes_on = self._recalled is not None or held > 0
            if self._stretch is None and (
                self._heard_before(found.since, held) or (goes_on and since - begin > _MIDST)
            ):
                self._held_from = held
                self._recognise_held()
            elif self._recalled is not None:
                self._settle_recalled(float("inf"))
                self._from = since
            elif self._stretch is None:
                self._from = max(since, self._seconds(held)) if held else self._sound_begins()
        if self._stretch is not None:
            self._feed()
            self._stretch.finish()
            meeting = recalled.gap(since + _SETTLES, now)
            self._settle_recognised(meeting)
            self._stretch = None
            self._from = meeting
        self._recalled, self._held_from, self._prompt_ended, self._resting = recalled, None, None, False

    def _recognises_anew(self, prompt: Prompt) -> bool:
        """Whether the recogniser hears a prompt that is remembered: as it was decided when the segment first met it."""
        if self._transcriber is None or self._recall is None:
            return False
        return self._anew.setdefault(prompt.id, outdated(prompt, self._transcriber.name, self._recall.heard.levels))

    def _part(self, at: float) -> None:
        """What is heard is the prompt no more: its words up to there stay, and recognition begins a little before."""
        assert self._recalled is not None
        sure = [word for word in self._recalled.words if word.end <= at - _SURE_BEFORE]
        later = [word for word in self._recalled.words if word.end > at - _SURE_BEFORE]
        end = sure[-1].end if sure else self._from
        cut = (end + max(later[0].start, end)) / 2 if sure and later else end
        cut = max(min(cut, at), self._from)
        self._settle_recalled(cut)
        self._recognise(max(round((cut - _CONTEXT) * RATE) - self._begin, 0), cut)

    def _recognise_held(self) -> None:
        """Lets the recogniser hear what was held back; from a little before where somebody spoke on at a prompt's end."""
        assert self._held_from is not None
        first = self._held_from // HOP
        if self._recalled is not None and self._recall is not None:
            around = sounding(self._recall.heard.levels)[max(first - _AROUND_END, 0) : first + _AROUND_END]
            if around.size == 2 * _AROUND_END and around.all():
                self._part(self._seconds(self._held_from))
                return
        self._recognise(self._held_from, self._seconds(self._held_from) if self._held_from else 0.0)

    def _recognise(self, sample: int, since: float) -> None:
        """Lets the recogniser hear from there on; its words count from the second `since` on."""
        if self._recalled is not None:
            self._settle_recalled(float("inf"))
        self._recalled, self._held_from, self._prompt_ended, self._resting = None, None, None, False
        self._from = since
        if self._transcriber is not None:
            self._stretch = Stretch(self._transcriber, self._begin + sample)
            self._fed = sample

    def _feed(self) -> None:
        """Gives the recogniser what it may hear and has not heard."""
        assert self._stretch is not None
        if self._may_hear > self._fed:
            self._stretch.feed(self._audio.cut(self._fed, self._may_hear))
            self._fed = self._may_hear

    def _compose(self, now: float) -> bool:
        newest: tuple[Word, ...] = ()
        if self._stretch is not None:
            self.until, newest = self._stretch.until, self._stretch.words
        elif self._recalled is not None:
            told = self._recalled.told(now)
            self.until, newest = told.until, told.words
        of = self._settled, newest, self._from
        if of == self._composed:
            return False
        self._composed = of
        before, self.words = self.words, (*self._settled, *(w for w in newest if (w.start + w.end) / 2 >= self._from))
        return before != self.words

    def _settle_recognised(self, until: float) -> None:
        assert self._stretch is not None
        words = self._stretch.words
        self._settled += tuple(w for w in words if self._from <= (w.start + w.end) / 2 < until)

    def _settle_recalled(self, until: float) -> None:
        assert self._recalled is not None
        words = self._recalled.words
        self._settled += tuple(w for w in words if self._from <= (w.start + w.end) / 2 < until)
        self._recalled = None

    def _seconds(self, sample: int) -> float:
        return (self._begin + sample) / RATE

    def _heard_before(self, frame: int, sample: int) -> bool:
        """Whether somebody may have said something before a frame, from a sample on."""
        assert self._recall is not None
        return int(sounding(self._recall.heard.levels)[sample // HOP : max(frame, 0)].sum()) > _BEFORE_PROMPT

    def _sound_begins(self) -> float:
        """Seconds of the segment's first sound: of what a prompt said before, nothing was heard."""
        assert self._recall is not None
        first = int(np.flatnonzero(sounding(self._recall.heard.levels))[0])
        return self._seconds((first + SOUNDS_ON) * HOP + WINDOW // 2)

    def _speaks_after(self, sample: int) -> bool:
        """Whether there is sound after a sample at which a prompt ended, or any at all from the segment's start on."""
        if self._recall is None or sample == 0:
            return True
        sounds = sounding(self._recall.heard.levels)[: self._sounds_until]
        return int(sounds[sample // HOP :].sum()) >= _AFTER_PROMPT
