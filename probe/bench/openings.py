"""What verdicts are made of, with the truth: the rows that `probe verdict train` learns from.

Every look that the listener takes at a piece of speech is a row, also the early ones that led to no verdict. Left out is
what the rules decide, what two sides spoke, and what nobody did.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

from probe.bench.calls import Case, Label, Result
from probe.bench.detector import Note
from probe.bench.placing import RecognitionClock, place, spoke
from probe.bench.prompts import Played
from probe.bench.runner import Series
from probe.call import Listener as CallListener
from probe.listen.cues import cues, says_nothing
from probe.listen.listener import Listener
from probe.listen.moments import AGAIN
from probe.listen.opening import Opening
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory
from probe.listen.too_little import hasty, too_little
from probe.listen.training import Row
from probe.listen.verdict import RULES, judge
from probe.simulator.truth import Spoken
from probe.speech.transcriber import Transcriber
from probe.timeline import Verdict


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a piece of speech in the call `case`, and who truly spoke; `purity`: the share that was theirs."""

    case: str
    hotline: str
    opening: Opening
    truth: Label
    purity: float


_PURE = 0.8
"""Share of a piece of speech that must be one side's for it to teach anything."""


_SAME = 0.05
"""Seconds within which two looks are at the same speech; guessed."""
_TURNS = 3
"""A person's pieces of speech that teach; those that come later are no openings."""


@dataclass(slots=True)
class _Watched:
    """The detector of `probe`, with every look noted (implements `probe.bench.detector.Detector`).

    It remembers the prompts of the calls before: the next call is heard as the next call to this hotline.
    """

    hears: Transcriber
    hotline: str
    seen: list[Opening] = field(default_factory=list)
    memory: Memory | None = None
    calls: int = 0
    _listener: Listener | None = None

    def listen(self, note: Note) -> CallListener:
        """The listener of the next call."""

        def noted(opening: Opening) -> Verdict:
            verdict = judge(opening)
            self.seen.append(opening)
            note(opening, verdict)
            return verdict

        if self._listener is not None and self.memory is not None:
            self.calls += 1
            heard = self._listener
            self.memory = grown(self.memory, f"call-{self.calls}", "", heard.takes, heard.in_music.music)
        self.memory = self.memory or Memory(self.hotline)
        self._listener = Listener(self.hears, judge=noted, memory=self.memory)
        return self._listener


def looks(
    calls: Sequence[Series], *, workers: int | None = None, made: Callable[[int], None] | None = None
) -> Iterator[tuple[Result, list[Look]]]:
    """Every call of the series with its looks. `made` is told how many calls are done."""
    done = 0
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_of_series, calls):
            done += len(found)
            if made:
                made(done)
            yield from found


def rows(looks: Sequence[Look]) -> list[Row]:
    """What can be learnt from looks; all looks at one piece of speech together count as one."""
    teach = [look for look in _waiting(looks) if _teaches(look)]
    heard: dict[str, set[float]] = {}
    for look in teach:
        if look.truth == "human":
            heard.setdefault(look.case, set()).add(look.opening.at)
    late = {case: sorted(starts)[_TURNS:] for case, starts in heard.items()}
    teach = [look for look in teach if look.truth != "human" or look.opening.at not in late[look.case]]
    times = Counter((look.case, look.opening.at) for look in teach)
    return [
        Row(
            {cue.name: cue.value for cue in cues(look.opening)},
            human=look.truth == "human",
            bot=look.truth == "bot",
            hotline=look.hotline,
            ended=not hasty(look.opening),
            weight=1 / times[look.case, look.opening.at],
            enough=not too_little(look.opening, cues(look.opening)),
        )
        for look in teach
    ]


def _waiting(looks: Sequence[Look]) -> Iterator[Look]:
    """All looks, and whoever was found to be a person at once also as he would be seen had he been let wait.

    Machines are seen waiting anyway; without this, waiting would speak against people.
    """
    heard: dict[str, list[Opening]] = {}
    for look in looks:
        heard.setdefault(look.case, []).append(look.opening)
    for look in looks:
        yield look
        opening = look.opening
        if look.truth != "human" or not hasty(opening) or opening.goes_on or opening.music_after:
            continue
        end = opening.at + opening.length
        others = heard[look.case]
        spoke_on = any(end - _SAME < other.at < end + AGAIN for other in others)
        seen = any(abs(other.at - opening.at) < _SAME and not hasty(other) for other in others)
        if not spoke_on and not seen:
            yield replace(look, opening=replace(opening, silence_after=AGAIN))


def _teaches(look: Look) -> bool:
    opening = look.opening
    decided = says_nothing(opening) or opening.after_human or opening.head or any(rule(opening) for rule in RULES)
    return look.truth != "nothing" and look.purity >= _PURE and not decided


def _of_series(series: Series) -> list[tuple[Result, list[Look]]]:
    from probe.place import transcriber

    hears = transcriber(None, "zh")
    clock = RecognitionClock(hears)
    watched = _Watched(clock, series[0].hotline.id)
    played = Played()
    return [_of_call(case, watched, hears, clock, played) for case in series]


def _of_call(
    case: Case, watched: _Watched, hears: Transcriber, clock: RecognitionClock, played: Played
) -> tuple[Result, list[Look]]:
    watched.seen.clear()
    result = place(case, watched, hears, clock, played)
    rows = []
    for opening in watched.seen:
        start = opening.at - result.latency
        rows.append(Look(case.name, case.hotline.id, opening, *_who(result.truth.spoken, start, opening.length)))
    return result, rows


def _who(spoken: Sequence[Spoken], start: float, length: float) -> tuple[Label, float]:
    """Who spoke most of a stretch of time, and the share that was theirs."""
    shares = spoke(spoken, start, start + max(length, 0.02))
    if not shares:
        return "nothing", 1.0
    most = max(shares, key=lambda who: shares[who][0])
    return most, shares[most][0] / sum(seconds for seconds, _ in shares.values())
