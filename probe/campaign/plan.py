"""Every call of a campaign with its time, before anything is dialled. Pure: the same file and seed, the same plan.

Each hotline and slot is planned by itself. The slot's windows, one a day, are laid end to end and cut into as many
strata of equal length as there are calls; the cells (caller and scenario) are dealt to the strata in rounds, in an order
drawn anew each round, so every cell has one call in each round; the instant within a stratum is drawn uniformly. Calls
at one hotline are then spaced by call and gap, which keeps their order and their windows. Last, all hotlines together
are walked through in time, and calls that find the trunk's channels taken wait within their window.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from probe.campaign.definition import Campaign, Cell, Loaded
from probe.campaign.policy import Policy
from probe.errors import UserError
from probe.hours import Window, overlap, window
from probe.register import Hotline


@dataclass(frozen=True, slots=True)
class Planned:
    """A call to be made: not before `due_at`, not begun after `not_after` (both UTC). `nth`: of its cell, from 0."""

    id: str
    cell: Cell
    slot: str
    nth: int
    day: date
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """All calls in order of time."""

    campaign: Campaign
    calls: tuple[Planned, ...]

    @property
    def expected_seconds(self) -> float:
        """How long all calls together are expected to last."""
        return len(self.calls) * self.campaign.expected_call

    @property
    def expected_agent_seconds(self) -> float:
        """How long people at the hotlines are expected to be kept."""
        return len(self.calls) * self.campaign.expected_agent

    def most_at_once(self) -> int:
        """The most calls that are expected to go on at one time."""
        length = timedelta(seconds=self.campaign.expected_call)
        most, ends = 0, list[datetime]()
        for call in self.calls:
            while ends and ends[0] <= call.due_at:
                heapq.heappop(ends)
            heapq.heappush(ends, call.due_at + length)
            most = max(most, len(ends))
        return most

    def by_day(self) -> dict[date, Counter[str]]:
        """Calls of each local day by slot."""
        found: dict[date, Counter[str]] = defaultdict(Counter)
        for call in self.calls:
            found[call.day][call.slot] += 1
        return dict(sorted(found.items()))


@dataclass(slots=True)
class _Place:
    """A window with its local day, and the calls laid into it: seconds since its start, and whose."""

    day: date
    window: Window
    calls: list[tuple[float, Cell, int]]


def plan(loaded: Loaded, policy: Policy) -> Plan:
    """Plans a campaign; raises UserError or DocumentError when a number may not be dialled or the calls do not fit."""
    campaign = loaded.campaign
    by_hotline: dict[str, list[Cell]] = defaultdict(list)
    for cell in loaded.cells:
        by_hotline[cell.hotline.id].append(cell)
    wanted = sum(len(loaded.cells) * slot.calls for slot in campaign.slots.values())
    _check_budget(loaded, wanted)
    laid: list[tuple[datetime, Window, date, str, Cell, int]] = []
    for cells in by_hotline.values():
        hotline = cells[0].hotline
        _check_number(loaded, hotline, policy)
        laid += _lay(loaded, hotline, cells, policy)
    placed = _through_the_trunk(loaded, laid)
    _check_days(loaded, placed, policy)
    return Plan(campaign, tuple(_named(campaign, placed)))


def _check_number(loaded: Loaded, hotline: Hotline, policy: Policy) -> None:
    for number in (hotline.number, *hotline.numbers):
        if policy.refuse_number(number):
            raise loaded.mistake(
                ("hotlines",),
                f"hotline `{hotline.id}`: {number} is on the list of numbers that are never dialled; take it out",
                f"热线 `{hotline.id}`：{number} 在禁拨名单中；请去掉这条热线",
            )


def _check_budget(loaded: Loaded, wanted: int) -> None:
    most = loaded.campaign.budget.calls
    if most is not None and wanted > most:
        raise loaded.mistake(
            ("budget", "calls"),
            f"the plan has {wanted} calls, the budget allows {most}",
            f"计划共 {wanted} 通，预算只允许 {most} 通",
        )
    agents = loaded.campaign.budget.agent_seconds
    expected = wanted * loaded.campaign.expected_agent
    if agents is not None and expected > agents:
        raise loaded.mistake(
            ("budget", "agent_seconds"),
            f"the plan is expected to keep people for {expected:.0f} s, the budget allows {agents:.0f} s",
            f"计划预计占用人工 {expected:.0f} 秒，预算只允许 {agents:.0f} 秒",
        )


# ------------------------------------------------------------------------------------------------ one hotline


def _lay(
    loaded: Loaded, hotline: Hotline, cells: Sequence[Cell], policy: Policy
) -> Iterator[tuple[datetime, Window, date, str, Cell, int]]:
    campaign = loaded.campaign
    chance = random.Random(f"{campaign.seed}/{campaign.campaign}/{hotline.id}")
    windows = _windows(campaign, hotline, policy)
    left: dict[date, int] = defaultdict(lambda: policy.calls_per_hotline_per_day)
    # The slot with the fewest days first: it has the least choice.
    for name in sorted(windows, key=lambda name: (len(windows[name]), name)):
        places = [_Place(day, each, []) for day, each in windows[name]]
        dealt = _deal(cells, campaign.slots[name].calls, chance)
        _strew(loaded, hotline, name, places, dealt, left, chance)
        for place in places:
            left[place.day] -= len(place.calls)
            for offset, cell, nth in place.calls:
                yield place.window.start + timedelta(seconds=round(offset, 3)), place.window, place.day, name, cell, nth


def _windows(campaign: Campaign, hotline: Hotline, policy: Policy) -> dict[str, list[tuple[date, Window]]]:
    """The windows of each slot, as far as policy and opening hours let them stand."""
    found: dict[str, list[tuple[date, Window]]] = {name: [] for name in campaign.slots}
    zone = hotline.zone
    for number in range((campaign.end - campaign.start).days + 1):
        day = campaign.start + timedelta(days=number)
        kind = hotline.kind_of(day)
        for name, slot in campaign.slots.items():
            if kind not in slot.days:
                continue
            spans = overlap(slot.hours, policy.allowed_hours.of(kind))
            if campaign.in_opening_hours and hotline.opening is not None:
                spans = overlap(spans, hotline.opening.of(kind))
            found[name] += [(day, each) for span in spans if (each := window(day, span, zone)) is not None]
    return found


def _deal(cells: Sequence[Cell], calls: int, chance: random.Random) -> list[tuple[Cell, int]]:
    """Every cell once a round, in an order drawn for each round."""
    dealt = []
    for nth in range(calls):
        order = list(cells)
        chance.shuffle(order)
        dealt += [(cell, nth) for cell in order]
    return dealt


def _strew(
    loaded: Loaded,
    hotline: Hotline,
    slot: str,
    places: list[_Place],
    dealt: list[tuple[Cell, int]],
    left: Mapping[date, int],
    chance: random.Random,
) -> None:
    """Lays the calls into the windows, one to a stratum, spaced by call and gap."""
    campaign = loaded.campaign
    spacing = campaign.expected_call + campaign.gap
    drawn = _drawn(places, len(dealt), chance)
    counts = _fitted([len(each) for each in drawn], _room(places, spacing, campaign.expected_call, left))
    if counts is None:
        most = sum(_room(places, spacing, campaign.expected_call, left))
        raise loaded.mistake(
            ("slots", slot, "calls"),
            f"slot `{slot}` asks for {len(dealt)} calls at `{hotline.id}`, only {most} fit: "
            f"{campaign.expected_call:g} s a call and {campaign.gap:g} s between, within the policy's caps; "
            "ask for fewer, or widen hours or days",
            f"时段“{slot}”要对 `{hotline.id}` 拨打 {len(dealt)} 通，最多只能排 {most} 通："
            f"每通 {campaign.expected_call:g} 秒、间隔 {campaign.gap:g} 秒，并受规则上限约束；请减少次数，或放宽时间或日期",
        )
    rest = iter(dealt)
    for place, count, fractions in zip(places, counts, drawn, strict=True):
        if count != len(fractions):
            fractions = [(n + chance.random()) / count for n in range(count)]
        # What must lie between the calls is taken out of the window, and put back when they are laid.
        free = place.window.seconds - campaign.expected_call - (count - 1) * spacing
        for n, fraction in enumerate(fractions):
            cell, nth = next(rest)
            place.calls.append((free * fraction + n * spacing, cell, nth))


def _drawn(places: Sequence[_Place], calls: int, chance: random.Random) -> list[list[float]]:
    """For each window, how far into it each of its calls is drawn (0 to 1), in order: one call to a stratum."""
    drawn: list[list[float]] = [[] for _ in places]
    total = sum(place.window.seconds for place in places)
    n, before = 0, 0.0
    for call in range(calls):
        at = (call + chance.random()) / calls * total
        while n < len(places) - 1 and at >= before + places[n].window.seconds:
            before += places[n].window.seconds
            n += 1
        if places:
            drawn[n].append(min(1.0, (at - before) / places[n].window.seconds))
    return drawn


def _room(places: Sequence[_Place], spacing: float, length: float, left: Mapping[date, int]) -> list[int]:
    """How many calls fit each window at most, given what is left of each day."""
    rest = dict[date, int]()
    room = []
    for place in places:
        most = max(0, int((place.window.seconds - length) // spacing) + 1) if place.window.seconds >= length else 0
        most = min(most, rest.setdefault(place.day, max(0, left[place.day])))
        rest[place.day] -= most
        room.append(most)
    return room


def _fitted(counts: list[int], room: Sequence[int]) -> list[int] | None:
    """Moves calls from windows without room to the nearest ones that have some; None when there are more than fit."""
    if sum(room) < sum(counts) or not counts:
        return None
    for n, most in enumerate(room):
        for distance in range(1, len(room)):
            for other in (n - distance, n + distance):
                over = counts[n] - most
                if over > 0 and 0 <= other < len(room) and (take := min(over, room[other] - counts[other])) > 0:
                    counts[n] -= take
                    counts[other] += take
            if counts[n] <= most:
                break
    return counts


# ------------------------------------------------------------------------------------------------ all hotlines


def _through_the_trunk(
    loaded: Loaded, laid: list[tuple[datetime, Window, date, str, Cell, int]]
) -> list[tuple[datetime, Window, date, str, Cell, int]]:
    """Calls that find a channel, the rate or their hotline taken wait; raises DocumentError when one waits too long."""
    campaign = loaded.campaign
    length = timedelta(seconds=campaign.expected_call)
    spacing = length + timedelta(seconds=campaign.gap)
    rate = timedelta(seconds=1 / campaign.trunk.calls_per_second)
    waiting = [(call[0], number) for number, call in enumerate(laid)]
    heapq.heapify(waiting)
    channels: list[datetime] = []  # when each channel in use is free again
    free: dict[str, datetime] = {}
    next_begin = datetime.min.replace(tzinfo=UTC)
    placed = []
    while waiting:
        at, number = heapq.heappop(waiting)
        _, each, day, slot, cell, nth = laid[number]
        while channels and channels[0] <= at:
            heapq.heappop(channels)
        earliest = max(at, free.get(cell.hotline.id, at), next_begin)
        if len(channels) >= campaign.trunk.channels:
            earliest = max(earliest, channels[0])
        if earliest > at:
            if earliest + length > each.end + timedelta(seconds=1):
                raise _does_not_fit(loaded, slot, day, cell.hotline)
            heapq.heappush(waiting, (earliest, number))
            continue
        heapq.heappush(channels, at + length)
        free[cell.hotline.id] = at + spacing
        next_begin = at + rate
        placed.append((at, each, day, slot, cell, nth))
    return placed


def _does_not_fit(loaded: Loaded, slot: str, day: date, hotline: Hotline) -> UserError:
    trunk = loaded.campaign.trunk
    return loaded.mistake(
        ("slots", slot, "calls"),
        f"slot `{slot}` does not fit on {day}: a call at `{hotline.id}` finds trunk `{trunk.name}` "
        f"({trunk.channels} channels) or its hotline taken until the slot is over; ask for fewer calls, or add channels",
        f"时段“{slot}”在 {day} 排不下：到时段结束时，中继“{trunk.name}”（{trunk.channels} 个通道）或热线 `{hotline.id}` "
        "仍被占用；请减少次数，或增加通道",
    )


def _check_days(
    loaded: Loaded, placed: Sequence[tuple[datetime, Window, date, str, Cell, int]], policy: Policy
) -> None:
    days = Counter(call[2] for call in placed)
    for day, calls in sorted(days.items()):
        if calls > policy.calls_per_day:
            raise loaded.mistake(
                ("slots",),
                f"{calls} calls on {day}, the policy allows {policy.calls_per_day} a day",
                f"{day} 有 {calls} 通，规则每天只允许 {policy.calls_per_day} 通",
            )


def _named(campaign: Campaign, placed: Sequence[tuple[datetime, Window, date, str, Cell, int]]) -> Iterator[Planned]:
    """The calls with their identities, numbered in order of time. `nth` counts each cell over all slots."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for number, (at, each, day, slot, cell, _) in enumerate(placed, start=1):
        key = (cell.hotline.id, cell.caller, cell.scenario)
        yield Planned(f"{campaign.campaign}-{number:06}", cell, slot, seen[key], day, at, each.end)
        seen[key] += 1
