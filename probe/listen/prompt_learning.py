"""How a hotline's prompt memory grows by a call: what of it is new, what goes on further, what is forgotten.

What a verdict called a machine is learned, as far as it was not remembered yet. Of what was a person's, or `unsure`, only
the sound is kept: if the very same comes again it is a recording, which no person can be, and is learned then; if it does
not, it is forgotten after some calls. `grown` is the whole of learning. Pure: who keeps the memory in files is
`probe.evidence.prompts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

import numpy as np
import numpy.typing as npt

from probe.listen.fingerprint import HOP
from probe.listen.prompt_common import common, tells_a_number
from probe.listen.prompt_memory import (
    AT_END,
    LEAD,
    SHORTEST,
    SOUNDS_ON,
    TAIL,
    Hearing,
    Memory,
    Prompt,
    RememberedCall,
    Span,
    Take,
    Telling,
    heard_most,
    moved,
    over_noise,
    played,
    sounding,
)
from probe.listen.prompt_parts import in_two
from probe.listen.prompt_sound import better
from probe.timeline import RATE, Word

_NEW_PART = (
    75  # sounding frames (1.5 s) of a new part amid known ones that is remembered; shorter ones are names, numbers
)
_CUT_WORD = 0.3  # seconds before a prompt was cut short in which a word may have been; guessed
_LATE = 0.2  # seconds that a word may be measured to lie outside of the audio it was spoken in; guessed
_WENT_ON = 10  # sounding frames after a parting that show that somebody spoke on
_CUT_BEFORE, _CUT_AFTER = 0.5, 1.2  # seconds around a prompt's end in which what we sent may have cut it short
_BEGINS = 1.2  # seconds before a person's first sound that the segment may begin: a room that opens; guessed
_UNCONFIRMED, _KEPT = 5, 800
"""Later calls after which what was unsure, and never came again, is forgotten; prompts kept for a hotline, those heard in the most calls."""


@dataclass(slots=True)
class _Growing:
    prompts: dict[str, Prompt]
    earlier: frozenset[str] = frozenset()
    """The prompts that earlier calls heard."""
    heard: list[Hearing] = field(default_factory=list)
    parted: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Of prompts that were parted: the second part, and the seconds from the first one's beginning to its own."""

    def hear(self, prompt: str, at: float, answers: str) -> None:
        before = self.heard[-1].prompt if self.heard else ""
        self.heard.append(Hearing(prompt, round(at, 3), f"{before} {answers}".strip()))


def grown(memory: Memory, call: str, started_at: str, takes: Sequence[Take], music: float = 0.0) -> Memory:
    """The memory after one more call; the same memory when that call is in it already. `music`: as in `RememberedCall`."""
    if any(known.id == call for known in memory.calls):
        return memory
    prompts = {prompt.id: prompt for prompt in memory.prompts}
    growing = _Growing(prompts, frozenset(prompts))
    person_after, last, early = None, "", 0
    for take, following in zip_longest(takes, takes[1:]):
        if take.opens and take.at_once:
            person_after = last
        _learn(growing, _in_two(growing, _part(growing, take, following)).learnable)
        if take.early:
            early = len(growing.heard)  # what is heard before the answer may be the network's
        elif take.words:
            most, _ = heard_most(take.spans, sounding(take.print.levels))  # as a later call will name it
            last = most or (growing.heard[-1].prompt if len(growing.heard) > early else "")
    kept = RememberedCall(call, started_at, tuple(growing.heard), person_after, music)
    calls = [_parted(call, growing.parted) for call in memory.calls]
    return _bounded(Memory(memory.hotline, tuple(growing.prompts.values()), (*calls, kept)))


def merged(memory: Memory, other: Memory) -> Memory:
    """Both, each call and each prompt once; calls in the order in which they were made."""
    prompts = {prompt.id: prompt for prompt in (*other.prompts, *memory.prompts)}
    calls = {call.id: call for call in (*other.calls, *memory.calls)}
    ordered = tuple(sorted(calls.values(), key=lambda call: call.started_at))
    return _bounded(Memory(memory.hotline or other.hotline, tuple(prompts.values()), ordered))


def new_prompts(take: Take) -> list[tuple[Prompt, float]]:
    """What of a take is not remembered yet, as prompts, with the second at which each began."""
    return [(_cut(take, since, until), take.begin + since * HOP / RATE) for since, until in _unknown(take)]


def complete(
    takes: Sequence[Take], played: Sequence[tuple[float, str]], now: float, person: float | None = None
) -> tuple[Take, ...]:
    """A call's takes with what only its end shows: which were cut short, what we sent before each (`played`), and with which
    the person began who answered at `person` seconds, None for nobody."""
    since = [0.0, *(take.start for take in takes)]
    ends = [0.0, *(take.end for take in takes)]
    return tuple(
        replace(
            whole_unless(take, [at for at, _ in played], now),
            answers=" ".join(value for at, value in played if before <= at < take.start),
            opens=person is not None and ended <= person < take.end and take.start >= person - _BEGINS,
            answered=person is not None and take.start >= person,
        )
        for before, ended, take in zip(since, ends, takes, strict=False)
    )


def whole_unless(take: Take, played: Sequence[float], now: float) -> Take:
    """A take whose end is its own, unless we were sending keys or words then (`played`: seconds), or the call ended."""
    cut = any(take.end - _CUT_BEFORE <= at <= take.end + _CUT_AFTER for at in played) or take.end > now - _CUT_BEFORE
    return replace(take, whole=False) if cut else take


def _part(growing: _Growing, take: Take, following: Take | None) -> Take:
    """A recording that was remembered together with who spoke after it, and is heard again with somebody else, ends where
    the two takes part; its words are known to be a recording's, whatever the verdict on all that was said. So does one that
    ended by itself before the take with which the person began, and was remembered together with a person's words. The take,
    of which it then is a whole prompt."""
    span = take.spans[-1] if take.spans else None
    prompt = growing.prompts.get(span.prompt) if span else None
    before_person = take.whole and following is not None and following.opens
    if span is None or prompt is None or not (before_person or not prompt.model):
        return take
    until = common(take.spans, prompt)
    if until is None:
        return take
    if int(sounding(take.print.levels)[span.until :].sum()) < _WENT_ON:
        # Nobody spoke on: it was only cut short, unless a person comes next.
        if not before_person or following is None or any(other.prompt == prompt.id for other in following.spans):
            return take
    elif prompt.model or tells_a_number(take.words, take.begin + until * HOP / RATE):
        return take
    size = min(until - SOUNDS_ON - span.lag + TAIL, prompt.bits.size)
    begin, ends = take.begin + span.lag * HOP / RATE, (until - span.lag) * HOP / RATE
    words, told = prompt.words, prompt.told
    if not prompt.model:
        words, told = _said(take, begin, begin - _LATE / 2, begin + ends + _LATE)
    words, told = _ended(words, ends + _LATE), tuple(replace(t, words=_ended(t.words, ends + _LATE)) for t in told)
    bits, levels = prompt.bits[:size], prompt.levels[:size]
    growing.prompts[prompt.id] = Prompt(prompt.id, bits, levels, words, told, prompt.model or take.model, True, ends)
    return replace(take, spans=(*take.spans[:-1], replace(span, size=size, parted=False)))


def _in_two(growing: _Growing, take: Take) -> Take:
    """Of two recordings that were remembered as one, the second is heard alone: they are parted. The take, of which it then is
    a whole prompt."""
    span = take.spans[0] if take.spans else None
    prompt = growing.prompts.get(span.prompt) if span else None
    parts = in_two(prompt, take) if prompt is not None else None
    if span is None or prompt is None or parts is None:
        return take
    head, tail = parts
    tail = replace(tail, id=_name(tail.bits))
    first = prompt.bits.size - tail.bits.size
    growing.prompts[prompt.id] = head
    growing.prompts.setdefault(tail.id, tail)
    growing.parted[prompt.id] = tail.id, first * HOP / RATE
    growing.heard = list(_both(growing.heard, prompt.id, *growing.parted[prompt.id]))
    begins = span.lag + first
    return replace(take, spans=(Span(tail.id, max(begins, 0), span.until, begins, tail.bits.size),))


def _parted(call: RememberedCall, parted: dict[str, tuple[str, float]]) -> RememberedCall:
    """A call that heard prompts which are two by now."""
    for head, (tail, seconds) in parted.items():
        person_after = tail if call.person_after == head else call.person_after
        call = replace(call, heard=tuple(_both(call.heard, head, tail, seconds)), person_after=person_after)
    return call


def _both(heard: Sequence[Hearing], head: str, tail: str, seconds: float) -> Iterator[Hearing]:
    """A call's hearings, with one of the prompt `tail` so many seconds after each of the prompt `head`, unless something else
    was heard by then."""
    before = ""
    for hearing, following in zip_longest(heard, heard[1:]):
        yield replace(hearing, after=hearing.after.replace(head, tail, 1)) if before == tail else hearing
        before, at = hearing.prompt, round(hearing.at + seconds, 3)
        if hearing.prompt == head and (following is None or following.at >= at):
            yield Hearing(tail, at, head)
            before = tail


def _ended(words: tuple[Word, ...], until: float) -> tuple[Word, ...]:
    """The words that were over by then."""
    return tuple(word for word in words if word.end <= until)


def _learn(growing: _Growing, take: Take) -> None:
    pieces: list[tuple[float, str]] = []
    answers = take.answers
    longer = _extended(growing, take)
    heard = _heard_in(take)
    for span in take.spans:
        if span.prompt in heard and span.prompt in growing.prompts:
            pieces.append((take.begin + span.since * HOP / RATE, span.prompt))
    for prompt, at in new_prompts(take):
        if not longer:
            growing.prompts.setdefault(prompt.id, prompt)
            pieces.append((at, prompt.id))
    for at, prompt_id in sorted(pieces):
        if not growing.heard or growing.heard[-1].prompt != prompt_id or at - growing.heard[-1].at > 1.0:
            growing.hear(prompt_id, at, answers)
            answers = ""
    if not longer:
        _renew(growing, take)


def _heard_in(take: Take) -> set[str]:
    """The prompts that were played in a take; what was said anew is another recording."""
    other = {span.prompt for span in take.spans if span.anew}
    return played(take.spans, sounding(take.print.levels)) - other


def _unknown(take: Take) -> list[tuple[int, int]]:
    """Frames of a take that are no prompt's yet and enough to be remembered."""
    sounds = sounding(take.print.levels)
    known = np.zeros(sounds.size, np.bool_)
    known[max(round((take.end - take.begin) * RATE / HOP) - SOUNDS_ON, 1) :] = True  # music, or whoever spoke next
    heard = _heard_in(take)
    spans = [span for span in take.spans if span.sure and span.prompt in heard]
    for span in spans:
        known[max(span.since, 0) : span.until] = True
    for before, after in pairwise(spans):
        # The same recording goes on where it would be: what is between was it too, only spoilt.
        if before.prompt == after.prompt and abs(before.lag - after.lag) <= 2:
            known[before.until : after.since] = True
    least = _NEW_PART if spans else SHORTEST
    found = []
    edges = np.flatnonzero(np.diff(np.concatenate([[True], known, [True]]).astype(np.int8)))
    for since, until in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        places = np.flatnonzero(sounds[since:until])
        if places.size >= least:
            first, last = since + int(places[0]), since + int(places[-1])
            found.append((max(first - LEAD, since), min(last + 1 + TAIL, until)))
    return found


def _cut(take: Take, since: int, until: int) -> Prompt:
    """Frames `since` to `until` of a take as a prompt of its own."""
    begin, end = take.begin + since * HOP / RATE, take.begin + (until + LEAD) * HOP / RATE
    bits, levels = take.print.bits[since:until].copy(), take.print.levels[since:until].copy()
    last = not any(span.since >= until for span in take.spans)
    words, told = _said(take, begin, begin, end + _LATE)
    ends = (
        round(take.end - begin, 4) if until + SOUNDS_ON > round((take.end - take.begin) * RATE / HOP) - AT_END else 0.0
    )
    whole = take.whole if last else True
    return Prompt(_name(bits), bits, levels, words, told, take.model, whole, ends, doubtful=take.a_persons)


def _said(take: Take, zero: float, begin: float, end: float) -> tuple[tuple[Word, ...], tuple[Telling, ...]]:
    """Words of a take from `begin` to `end`, and how they were told, in seconds from `zero` on."""

    def inside(words: tuple[Word, ...]) -> tuple[Word, ...]:
        return tuple(word for word in words if begin <= (word.start + word.end) / 2 < end)

    told: list[Telling] = []
    for telling in take.told:
        words = inside(telling.words)
        if words != (told[-1].words if told else ()):
            told.append(Telling(telling.known, telling.until, words))
    return tuple(moved(word, -zero) for word in inside(take.words)), tuple(telling.moved(-zero) for telling in told)


def _name(bits: npt.NDArray[np.uint32]) -> str:
    """A prompt's id: of what it sounds like, so that it is the same wherever the same audio is learned."""
    return "p-" + hashlib.sha256(bits.astype("<u4").tobytes()).hexdigest()[:10]


def _extended(growing: _Growing, take: Take) -> bool:
    """A prompt that earlier calls cut short goes on here: it is remembered from here as far as it was heard now."""
    if len(take.spans) != 1:
        return False
    span = take.spans[0]
    prompt = growing.prompts.get(span.prompt)
    if prompt is None or prompt.whole or span.since - span.lag > AT_END:
        return False
    if span.until - span.lag < prompt.bits.size - AT_END - TAIL:
        return False
    unknown = _unknown(take)
    first = max(span.lag, 0)
    if len(unknown) != 1 or unknown[0][0] < span.until - AT_END or unknown[0][0] - span.until > AT_END:
        return False
    longer = _cut(take, first, unknown[0][1])
    clear = None if prompt.id in take.anew else min(prompt.words_clear, over_noise(longer.levels))
    growing.prompts[prompt.id] = replace(longer, id=prompt.id, clear=clear)
    return True


def _renew(growing: _Growing, take: Take) -> None:
    """A prompt that was cut short and is heard to its end now ends there; words of another recogniser replace its own."""
    for span in take.spans:
        prompt = growing.prompts.get(span.prompt)
        if prompt is None or span.anew:
            continue
        last = span is take.spans[-1] and not _unknown(take)
        if last and take.whole and not prompt.whole and span.until - span.lag >= prompt.bits.size - AT_END - TAIL:
            prompt = replace(prompt, whole=True)
        covered = span.until - span.since >= prompt.bits.size - AT_END
        anew = prompt.id in take.anew and span.sure and (span.since - span.lag <= AT_END or not prompt.model)
        if take.model and (anew or (covered and take.model != prompt.model)):
            prompt = _reworded(prompt, take, span)
        if covered and span.sure:
            prompt = better(prompt, take, span, prompt.id in growing.earlier)
        if prompt.doubtful and covered and not take.a_persons:
            prompt = replace(prompt, doubtful=False)
        growing.prompts[prompt.id] = prompt


def _reworded(prompt: Prompt, take: Take, span: Span) -> Prompt:
    """The prompt with the words that were recognised in this take; after where it was cut short, if it was, with its own."""
    begin = take.begin + span.lag * HOP / RATE
    covered = span.until - span.lag >= prompt.bits.size - AT_END
    frames = prompt.bits.size + LEAD if covered else span.until - span.lag
    end = frames * HOP / RATE - (0.0 if covered else _CUT_WORD)
    words, told = _said(take, begin, begin - _LATE / 2, begin + end)

    def after(words: tuple[Word, ...]) -> tuple[Word, ...]:
        return () if covered else tuple(word for word in words if (word.start + word.end) / 2 >= end)

    known = told[-1].known if told else 0.0
    later = [replace(t, words=words + after(t.words)) for t in prompt.told if t.known > known and after(t.words)]
    clear = over_noise(take.print.levels[max(span.since, 0) : span.until])
    return replace(prompt, model=take.model, words=words + after(prompt.words), told=(*told, *later), clear=clear)


def _bounded(memory: Memory) -> Memory:
    counts = memory.calls_of()
    last = {heard.prompt: n for n, call in enumerate(memory.calls) for heard in call.heard}
    old = len(memory.calls) - 1 - _UNCONFIRMED
    kept = {p.id for p in memory.prompts if p.model or counts[p.id] > 1 or last.get(p.id, -1) >= old}
    if len(kept) > _KEPT:
        worth = sorted(
            (p for p in memory.prompts if p.id in kept), key=lambda p: (counts[p.id], last.get(p.id, -1)), reverse=True
        )
        kept = {prompt.id for prompt in worth[:_KEPT]}
    if len(kept) == len(memory.prompts):
        return memory
    return replace(memory, prompts=tuple(p for p in memory.prompts if p.id in kept))
