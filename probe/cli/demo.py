"""`probe demo`: the Zhenjiang survey again, from real SIP calls to simulated hotlines on this machine."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Json, Model, Recordings, Seed
from probe.i18n import tr

if TYPE_CHECKING:
    from rich.console import Console

    from probe.place import Order
    from probe.report.survey import Difference, Row
    from probe.simulator.hotline import Hotline
    from probe.timeline import Timeline

HELP = tr(
    en="Survey eleven simulated hotlines over SIP on this machine, and compare the table with the truth.",
    zh="在本机通过 SIP 拨测十一个模拟热线号码，并把结果表与真实情况比较。",
)
_GROUP = "zhenjiang"
_SCENARIOS = ("ordinary", "elderly", "complaint")
_COMPANIES = (
    "water", "power", "gas", "sinopec-1", "sinopec-2", "petrochina", "cable", "mobile", "telecom", "unicom", "post",
)  # fmt: skip
"""The order of the association's table."""
_LONG = 75.0  # seconds a call may take that waits for somebody; only for the order in which calls are begun
_SHORT = 35.0


def demo(
    virtual: Annotated[
        bool,
        typer.Option(
            "--virtual", help=tr(en="In memory, as fast as the machine can.", zh="在内存中进行，不受实时限制。")
        ),
    ] = False,
    calls: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=50,
            help=tr(
                en="Calls at once at most; as many as are heard in time, or the number of cores with --virtual.",
                zh="最多同时进行的通话数；默认为能及时收听的数量，--virtual 时为处理器核数。",
            ),
        ),
    ] = None,
    json: Json = False,
    recordings: Recordings = Path("recordings"),
    reports: Annotated[
        Path,
        typer.Option(help=tr(en="Folder for the table as CSV and JSON.", zh="存放结果表（CSV 和 JSON）的文件夹。")),
    ] = Path("reports"),
    seed: Seed = 1,
    model: Model = None,
) -> None:
    """Exit code 1 when a cell differs from the simulated truth, 3 when a call failed on our side."""
    from rich.console import Console

    from probe.cli import FAILED, FINE, OUR_FAULT, show
    from probe.cli.at_once import place_all
    from probe.cli.folders import must_take_files
    from probe.cli.progress import Board
    from probe.cli.stopping import stoppable
    from probe.place import transcriber
    from probe.report.survey import Subject, differences, survey
    from probe.simulator.hotline import load_hotline
    from probe.simulator.server import serve
    from probe.timeline import Outcome

    hotlines = [load_hotline(f"{_GROUP}-{name}") for name in _COMPANIES]
    transcriber(model, "zh")  # a wrong model is told before anything starts
    must_take_files(recordings, "--recordings")
    must_take_files(reports, "--reports")
    console = Console(stderr=json)
    at_once = calls or ((os.cpu_count() or 1) if virtual else None)
    began = time.monotonic()
    with ExitStack() as stack:
        uris: dict[str, str] = {}
        if not virtual:
            console.print(
                tr(en="Serving eleven numbers over SIP on this machine ...", zh="正在本机通过 SIP 提供十一个号码……")
            )
            served = stack.enter_context(serve(hotlines, port=0, seed=seed, model=model))
            uris = served.uris
        orders = _orders(hotlines, uris, recordings, seed, model)
        stop = stack.enter_context(stoppable())
        with Board([order.name for _, _, order in orders], console) as board:
            timelines = place_all(orders, at_once=at_once, tell=board.tell, stop=stop)
        took = time.monotonic() - began
        if json:
            show.print_json(timelines, one=False)
        if stop():
            return  # `stoppable` ends the program
    rows = survey(timelines, [Subject(hotline.id, hotline.company) for hotline in hotlines])
    truth = {hotline.id: _truth(hotline) for hotline in hotlines}
    wrong = differences(rows, truth.__getitem__)
    _write(reports, rows)
    _print(console, rows, wrong, timelines, took, reports)
    failed = any(timeline.outcome is Outcome.OUR_FAULT for timeline in timelines)
    raise typer.Exit(OUR_FAULT if failed else FAILED if wrong else FINE)


def _orders(
    hotlines: list[Hotline], uris: dict[str, str], recordings: Path, seed: int, model: str | None
) -> list[tuple[str, float, Order]]:
    """Every call to place, with its hotline and a guess of how long it takes."""
    from collections import Counter

    from probe import shipped
    from probe.line.caller import load_caller
    from probe.navigate.scenario import load_scenario
    from probe.place import Order

    orders = []
    nth: Counter[tuple[str, str]] = Counter()
    for hotline in hotlines:
        waits = not hotline.truth.reached or "sinopec" in hotline.id
        for name in _SCENARIOS:
            path = shipped.scenarios() / _GROUP / hotline.id / f"{name}.yaml"
            number = load_caller(load_scenario(path).caller).number
            order = Order(
                scenario=path,
                line="sip" if uris else "simulated",
                uri=uris.get(hotline.id, ""),
                recordings=recordings,
                model=model,
                seed=seed,
                nth=nth[hotline.id, number],
                memory=False,  # of one seed the people say the same, to the sample, in every run: to a memory, recordings
            )
            nth[hotline.id, number] += 1
            orders.append((hotline.id, _LONG if waits else _SHORT, order))
    return orders


def _truth(hotline: Hotline) -> dict[str, object]:
    """The cells that the survey must find, as the hotline's own file states them."""
    truth = hotline.truth
    return {
        "way": truth.way,
        "steps": truth.steps,
        "reached": truth.reached,
        "elderly": truth.elderly,
        "complaint": truth.complaint,
    }


def _write(reports: Path, rows: list[Row]) -> None:
    """The table as reports/survey.csv and reports/survey.json."""
    import json

    from probe.errors import cannot_write
    from probe.report import table

    try:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / "survey.csv").write_text(table.to_csv(rows), encoding="utf-8")
        text = json.dumps(table.to_json(rows), ensure_ascii=False, indent=1)
        (reports / "survey.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise cannot_write(reports, error) from None


def _print(
    console: Console, rows: list[Row], wrong: list[Difference], timelines: list[Timeline], took: float, reports: Path
) -> None:
    from probe.cli import words
    from probe.report import table
    from probe.report.survey import summarise

    console.print(table.rich_table(rows))
    console.print(table.in_words(summarise(rows)), highlight=False)
    if wrong:
        console.print(tr(en="[red]Not as in truth:[/]", zh="[red]与真实情况不符：[/]"))
    for cell in wrong:
        heading = words.say(table.HEADINGS[cell.cell])
        found, truly = table.word(cell.cell, cell.found), table.word(cell.cell, cell.expected)
        console.print(
            tr(
                en=f"  {cell.hotline}: {heading}: {found}, truly {truly}",
                zh=f"  {cell.hotline}：{heading}：{found}，实为{truly}",
            ),
            highlight=False,
        )
    if not wrong:
        console.print(
            tr(en="[green]Every cell equals the simulated truth.[/]", zh="[green]每一格都与模拟的真实情况一致。[/]")
        )
    audio = sum(max((segment.end for segment in timeline.segments), default=0.0) for timeline in timelines)
    console.print(
        tr(
            en=f"{len(timelines)} calls, {audio:.0f} s of audio, {took:.1f} s of wall time: "
            f"{audio / took:.1f} times real time. Tables in {reports}/.",
            zh=f"{len(timelines)} 通电话，录音 {audio:.0f} 秒，用时 {took:.1f} 秒：实时的 {audio / took:.1f} 倍。"
            f"结果表在 {reports}/。",
        ),
        highlight=False,
    )
