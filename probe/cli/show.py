"""A measured call for people: how it ended and why, its clocks, its effort, and its story with times."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probe.cli import words
from probe.i18n import tr
from probe.measure import find_outcome
from probe.timeline import Kind, Outcome, Timeline

if TYPE_CHECKING:
    from rich.console import Console

_SHORTEST_SILENCE = 3.0  # seconds of silence or noise worth a line of the story


def print_json(timelines: Sequence[Timeline], *, one: bool) -> None:
    """The contract on stdout: one timeline, or a list of them."""
    if one:
        sys.stdout.write(timelines[0].dumps())
    else:
        json.dump([timeline.to_json() for timeline in timelines], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")


def print_call(console: Console, timeline: Timeline, folder: Path | None = None) -> None:
    """The whole summary of a call; `folder` is where its evidence is."""
    from rich.markup import escape
    from rich.table import Table

    call = timeline.call
    finding = find_outcome(timeline)
    colour = {Outcome.HUMAN: "green", Outcome.OUR_FAULT: "red"}.get(finding.outcome, "yellow")
    console.print(f"[bold]{escape(call.scenario or call.hotline or call.dialed or call.id)}[/bold]")
    outcome = words.say(words.OUTCOMES[finding.outcome.value])
    why = tr(en=finding.en, zh=finding.zh)
    console.print(f"  [bold {colour}]{outcome}[/] ({finding.outcome.value}): {escape(why)}")
    if timeline.clocks:
        clocks = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
        clocks.add_column(justify="left")
        clocks.add_column(justify="right")
        for name, seconds in timeline.clocks.items():
            clocks.add_row(words.say(words.CLOCKS[name]), f"{seconds:.2f} " + tr(en="s", zh="秒"))
        console.print(clocks)
    if call.line == "recorded" or "dialed_to_answered" in timeline.clocks:
        efforts = (f"{words.say(words.EFFORT[name])} {round(value, 1):g}" for name, value in timeline.effort.items())
        console.print("  " + tr(en=", ", zh="，").join(efforts), highlight=False)
    console.print(_story(timeline))
    for expected in timeline.expected:
        mark = "[green]✓[/]" if expected["held"] else "[red]✗[/]"
        found = escape(words.found(expected))
        told = tr(en=f"(found {found})", zh=f"（实际：{found}）")
        console.print(f"  {mark} {escape(str(expected['expectation']))} {told}")
    if folder is not None:
        console.print(f"  {folder}", highlight=False, soft_wrap=True)
    console.print()


def _story(timeline: Timeline) -> object:
    """What was heard, reported and done, in order of time."""
    from rich.table import Table
    from rich.text import Text

    lines: list[tuple[float, int, str, str, str]] = []
    for segment in timeline.segments:
        length = segment.end - segment.start
        if segment.kind in (Kind.SILENCE, Kind.NOISE) and length < _SHORTEST_SILENCE:
            continue
        lines.append((segment.start, 1, f"{length:.1f}", words.who(segment), words.content(segment)))
    for event in timeline.events:
        if event.kind not in words.HIDDEN:
            rank = {"dialed": 0, "ended": 4}.get(event.kind, 2)
            lines.append((event.at, rank, "", "·", words.told(event)))
    lines += [(action.at, 3, "", "→", words.told(action)) for action in timeline.actions]
    table = Table(box=None, padding=(0, 1, 0, 2))
    table.add_column(tr(en="at", zh="时刻"), justify="right", no_wrap=True)
    table.add_column(tr(en="long", zh="时长"), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(tr(en="heard, · reported, → done", zh="听到的内容；· 事件；→ 动作"), overflow="fold")
    for at, _, long, mark, text in sorted(lines):
        table.add_row(f"{at:.2f}", long, mark, Text(text))
    return table


def failed(timelines: Sequence[Timeline]) -> int:
    """The exit code that a set of calls deserves."""
    from probe.cli import FAILED, FINE, OUR_FAULT

    if any(timeline.outcome is Outcome.OUR_FAULT for timeline in timelines):
        return OUR_FAULT
    held = all(expected["held"] for timeline in timelines for expected in timeline.expected)
    return FINE if held else FAILED
