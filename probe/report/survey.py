"""The survey's table: how each company's hotline lets a caller reach a person, found from measured calls alone.

Three calls at a number fill its row: an ordinary caller who wants a person, an elderly caller who wants a person, and
a caller who wants the complaint desk. Cells hold words of this file (`WAYS`, `REACHED`, `YES_NO`), which
`probe.report.table` prints in either language. A cell that the calls do not settle is `unsure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from probe.measure import marks
from probe.measure.marks import steps
from probe.timeline import Outcome, Press, Timeline

WAYS = ("direct", "key", "key_then_bot", "bot", "none", "unsure")
"""What a caller must do to reach a person: nothing; keys only; keys, then talk to a bot; talk to a bot; no way found."""
REACHED = ("yes", "long_wait", "nobody", "no", "unsure")
"""Whether a person answered: yes; yes, after a long wait; nobody although queued or offered; none was offered."""
YES_NO = ("yes", "no", "unsure")

LONG_WAIT = 30.0
"""Seconds from asking for a person until one answers: the response that MIIT encouraged in April 2024."""

_REFUSED_TO_OFFER = (Outcome.NO_HUMAN_OFFERED, Outcome.LOOPED, Outcome.PUSHED_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Subject:
    """A number that was surveyed, and the company whose row it belongs to."""

    hotline: str
    company: str


@dataclass(frozen=True, slots=True)
class NumberFound:
    """What was found at one number. `seconds`: from the answer to the person; `wait`: from asking to the person."""

    hotline: str
    way: str
    steps: int | None
    reached: str
    elderly: str
    complaint: str
    seconds: float | None
    wait: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """What was found at one company, all its numbers together."""

    company: str
    numbers: tuple[NumberFound, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways to a person, each once."""
        return _each_once(number.way for number in self.numbers)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that the numbers need, each count once."""
        return tuple(dict.fromkeys(number.steps for number in self.numbers if number.steps is not None))

    @property
    def reached(self) -> tuple[str, ...]:
        """Whether a person was reached, each answer once."""
        return _each_once(number.reached for number in self.numbers)

    @property
    def elderly(self) -> str:
        """Whether any number puts an elderly caller straight through."""
        return _any(number.elderly for number in self.numbers)

    @property
    def complaint(self) -> str:
        """Whether any number has a complaint desk."""
        return _any(number.complaint for number in self.numbers)

    @property
    def seconds(self) -> tuple[float, ...]:
        """Seconds from the answer to the person at each number where one answered."""
        return tuple(number.seconds for number in self.numbers if number.seconds is not None)


@dataclass(frozen=True, slots=True)
class Summary:
    """The survey in figures: of `companies`, how many have what; `unsure`: those with a cell that the calls do not settle."""

    companies: int
    connected: int
    ways: dict[str, int]
    elderly: int
    no_complaint: int
    unsure: int = 0


def survey(timelines: Iterable[Timeline], subjects: Sequence[Subject]) -> list[Row]:
    """One row a company, in the order of `subjects`, from measured timelines (told apart by hotline, caller, goal)."""
    calls = list(timelines)
    companies: dict[str, list[NumberFound]] = {}
    for subject in subjects:
        companies.setdefault(subject.company, []).append(_number(calls, subject.hotline))
    return [Row(company, tuple(numbers)) for company, numbers in companies.items()]


def summarise(rows: Sequence[Row]) -> Summary:
    """The survey in figures. A company counts as connected when a person answers at all its numbers without a long wait."""
    ways: dict[str, int] = {}
    for row in rows:
        if len(row.ways) == 1:
            ways[row.ways[0]] = ways.get(row.ways[0], 0) + 1
    return Summary(
        companies=len(rows),
        connected=sum(row.reached == ("yes",) for row in rows),
        ways=ways,
        elderly=sum(row.elderly == "yes" for row in rows),
        no_complaint=sum(row.complaint == "no" for row in rows),
        unsure=sum("unsure" in (*row.ways, *row.reached, row.elderly, row.complaint) for row in rows),
    )


def _number(calls: Sequence[Timeline], hotline: str) -> NumberFound:
    def settled(goal: str, caller: str) -> Timeline | None:
        """The first such call that ended in something other than our fault or doubt."""
        at = [t for t in calls if (t.call.hotline, t.call.goal, t.call.caller) == (hotline, goal, caller)]
        return next((t for t in at if t.outcome not in (None, Outcome.UNSURE, Outcome.OUR_FAULT)), None)

    ordinary = settled("human", "ordinary")
    way, taken = _way(ordinary)
    return NumberFound(
        hotline=hotline,
        way=way,
        steps=taken,
        reached=_reached(ordinary),
        elderly=_elderly(settled("human", "elderly")),
        complaint=_complaint(settled("complaint", "ordinary")),
        seconds=ordinary.clocks.get("answered_to_human") if ordinary else None,
        wait=_wait(ordinary) if ordinary else None,
    )


def _way(call: Timeline | None) -> tuple[str, int | None]:
    """What it took until a person was reached or queued for, and in how many steps."""
    if call is None:
        return "unsure", None
    found = marks(call)
    if found.queued is None and found.human is None:
        return ("none" if call.outcome in _REFUSED_TO_OFFER else "unsure"), None
    taken = steps(call, found.human)
    kinds = [isinstance(step, Press) for step in taken]
    if not kinds:
        way = "direct"
    elif all(kinds):
        way = "key"
    else:
        way = "key_then_bot" if any(kinds) else "bot"
    return way, len(taken)


def _reached(call: Timeline | None) -> str:
    if call is None:
        return "unsure"
    if call.outcome is Outcome.HUMAN:
        wait = _wait(call)
        return "long_wait" if wait is not None and wait > LONG_WAIT else "yes"
    if call.outcome is Outcome.HUMAN_UNREACHABLE:
        return "nobody"
    return "no" if call.outcome in _REFUSED_TO_OFFER else "unsure"


def _wait(call: Timeline) -> float | None:
    """Seconds from the last step to the person: what is left of the wait once refusals and menus are behind."""
    found = marks(call)
    if found.human is None or found.answered is None:
        return None
    taken = steps(call, found.human)
    return round(found.human - (taken[-1].at if taken else found.answered), 6)


def _elderly(call: Timeline | None) -> str:
    """An elderly line puts the caller through to a person without any step."""
    if call is None:
        return "unsure"
    way, _ = _way(call)
    if way == "unsure":
        return "unsure"
    return "yes" if way == "direct" else "no"


def _complaint(call: Timeline | None) -> str:
    """A complaint desk is there when a person of it answers, or the caller is at least queued for it."""
    if call is None:
        return "unsure"
    if call.outcome is Outcome.HUMAN or (call.outcome is Outcome.HUMAN_UNREACHABLE and marks(call).queued is not None):
        return "yes"
    return "no" if call.outcome in _REFUSED_TO_OFFER else "unsure"


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _any(answers: Iterable[str]) -> str:
    given = list(answers)
    if "yes" in given:
        return "yes"
    return "unsure" if "unsure" in given else "no"


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that was found otherwise than expected."""

    hotline: str
    cell: str
    found: object
    expected: object


def differences(rows: Sequence[Row], expected: Callable[[str], dict[str, object]]) -> list[Difference]:
    """The cells that differ from what `expected(hotline)` gives: `way`, `steps`, `reached`, `elderly`, `complaint`.

    There `reached`, `elderly` and `complaint` are truth values; a long wait counts as reached.
    """
    meaning: dict[str, object] = {"yes": True, "long_wait": True, "nobody": False, "no": False}
    found: list[Difference] = []
    for number in (number for row in rows for number in row.numbers):
        for cell, wanted in expected(number.hotline).items():
            value = getattr(number, cell)
            held = meaning.get(value) if isinstance(wanted, bool) else value
            if held != wanted:
                found.append(Difference(number.hotline, cell, value, wanted))
    return found
