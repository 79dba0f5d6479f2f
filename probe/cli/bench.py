"""`probe bench`: how often detectors are right, on simulated hotlines that nobody trained them on."""

from __future__ import annotations

import json as json_
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Seed
from probe.i18n import tr

if TYPE_CHECKING:
    from rich.console import Console

    from probe.bench.benchmark import Measured, Plan

HELP = tr(
    en="Measure how often people are told from machines, on thousands of simulated calls.",
    zh="用数千通模拟通话测量分辨真人与录音的准确程度。",
)


class SplitName(StrEnum):
    """Halves of a population."""

    TEST = "test"
    TRAIN = "train"


def bench(
    hotlines: Annotated[int, typer.Option(min=1, help=tr(en="Hotlines to make up.", zh="生成的热线数。"))] = 100,
    calls: Annotated[
        int,
        typer.Option(min=1, help=tr(en="Calls in all, the same number to each.", zh="通话总数，平均分给各热线。")),
    ] = 2000,
    seed: Seed = 1,
    split: Annotated[
        SplitName,
        typer.Option(
            help=tr(
                en="Which half of the population: its voices and wordings differ.",
                zh="用热线群的哪一半：两半的声音和用语不同。",
            )
        ),
    ] = SplitName.TEST,
    detector: Annotated[
        list[str] | None,
        typer.Option(
            help=tr(
                en="Detector as module:factory; several are compared on the same calls.",
                zh="检测器，写作 模块:函数；可写多个，在相同的通话上比较。",
            )
        ),
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(help=tr(en="Population as module:function.", zh="热线群，写作 模块:函数。")),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help=tr(en="Processes; one a core.", zh="进程数；默认每核一个。"))
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help=tr(
                en="Make this one call again (with those before it) and tell what was heard and what was true.",
                zh="只重做这一通（连同此前各通），并列出所听与真实情况。",
            )
        ),
    ] = None,
    to: Annotated[
        Path,
        typer.Option(
            help=tr(
                en="Folder for bench.html and bench.json; with --only, for the call.",
                zh="存放 bench.html 和 bench.json 的文件夹；与 --only 同用时存放该通话。",
            )
        ),
    ] = Path("reports"),
    json: Annotated[
        bool,
        typer.Option("--json", help=tr(en="Print the figures as JSON and nothing else.", zh="只输出 JSON。")),
    ] = False,
) -> None:
    """Exit code 1 when a bound is missed in a run of full size on the test half."""
    from rich.console import Console

    from probe.bench import benchmark, page, summary
    from probe.bench.bounds import CALLS, HOTLINES
    from probe.bench.detector import OURS, load
    from probe.cli import FAILED, FINE
    from probe.cli.folders import must_take_files
    from probe.cli.stopping import stoppable

    plan = benchmark.Plan(hotlines, calls, seed, split.value, population or benchmark.POPULATION)
    names = list(dict.fromkeys(detector or [OURS]))
    for name in names:
        load(name)
    must_take_files(to, "--to")
    console = Console(stderr=json)
    if only:
        summary.tell_call(console, benchmark.only(plan, only), names[0], to)
        return
    with stoppable(tr(en="finishing the hotlines under way ...", zh="正在完成已开始的热线……")) as stop:
        found = []
        for name in names:
            if not stop():
                found.append(_measured(console, plan, name, workers, stop))
        form = benchmark.to_json(plan, found)
        page.write(to, plan, found, form)
        if json:
            print(json_.dumps(form, ensure_ascii=False))
        else:
            summary.tell(console, plan, found)
            console.print(tr(en=f"Page: {to / 'bench.html'}", zh=f"页面：{to / 'bench.html'}"), highlight=False)
    full = split is SplitName.TEST and calls >= CALLS and hotlines >= HOTLINES
    raise typer.Exit(FAILED if full and not found[0].met else FINE)


def _measured(console: Console, plan: Plan, name: str, workers: int | None, stop: Callable[[], bool]) -> Measured:
    """One detector's figures, with a bar that shows how far it is."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from probe.bench.benchmark import measure

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(name, total=plan.calls_each * plan.hotlines)
        return measure(plan, name, workers=workers, made=lambda made: progress.update(task, completed=made), stop=stop)
