"""`probe run`: one call for each scenario."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Codec, Json, Model, NoMemory, Recordings, Seed, Trunk, Trunks
from probe.i18n import tr

if TYPE_CHECKING:
    from probe.navigate.scenario import Scenario

HELP = tr(
    en="Place one call for each scenario, and report outcome, clocks and steps.",
    zh="按每个场景拨打一次，报告结果、计时和步数。",
)


class LineChoice(StrEnum):
    """Ways to place a call."""

    SIP = "sip"
    SIMULATED = "simulated"


class KeyChoice(StrEnum):
    """Ways to send keys over SIP."""

    AUTO = "auto"
    RFC4733 = "rfc4733"
    INFO = "info"
    INBAND = "inband"


def run(
    scenario: Annotated[
        list[Path],
        typer.Argument(help=tr(en="Scenario files, or folders of them.", zh="场景文件，或存放场景的文件夹。")),
    ],
    line: Annotated[
        LineChoice | None,
        typer.Option(
            help=tr(
                en="sip: a real SIP call, to --dial or else to the simulated hotline served on this machine; "
                "simulated: in memory (the default without --dial).",
                zh="sip：真实 SIP 通话，拨打 --dial 的地址，否则拨打在本机提供的模拟热线；simulated：内存模拟（无 --dial 时的默认值）。",
            )
        ),
    ] = None,
    dial: Annotated[
        str | None,
        typer.Option(
            help=tr(
                en="What to call: sip:NUMBER@HOST:PORT on this machine, or a number through a trunk.",
                zh="拨打的地址：本机的 sip:号码@主机:端口，或经中继拨打的号码。",
            )
        ),
    ] = None,
    trunk: Trunk = "",
    trunks: Trunks = None,
    keys: Annotated[
        KeyChoice | None,
        typer.Option(
            help=tr(
                en="How keys are sent over SIP: RFC 4733 events, or tones where the far end takes none (auto); "
                "events only; SIP INFO; or tones in the audio. As the trunk says if not given.",
                zh="SIP 通话中按键的发送方式：RFC 4733 事件，对方不支持时用带内双音（auto）；只用事件；SIP INFO；或带内双音。"
                "不写则按中继的设置。",
            )
        ),
    ] = None,
    codec: Codec = None,
    json: Json = False,
    model: Model = None,
    no_memory: NoMemory = False,
    recordings: Recordings = Path("recordings"),
    seed: Seed = 1,
) -> None:
    """Places the calls side by side, but for those to one address."""
    from rich.console import Console

    from probe.cli import show
    from probe.cli.at_once import News, place_all
    from probe.cli.stopping import stoppable
    from probe.errors import UserError
    from probe.line.caller import load_caller
    from probe.place import Order, place_call, transcriber
    from probe.simulator.hotline import load_hotline
    from probe.simulator.server import serve
    from probe.trunk.dialling import destination

    if dial and line is LineChoice.SIMULATED:
        raise UserError("--dial goes with --line sip", "--dial 须与 --line sip 同用")
    by_sip = dial is not None or bool(trunk) or line is LineChoice.SIP
    if not by_sip and (keys or codec):
        raise UserError("--keys and --codec go with --line sip", "--keys 和 --codec 须与 --line sip 同用")
    if trunk and line is LineChoice.SIMULATED:
        raise UserError("--trunk goes with --line sip", "--trunk 须与 --line sip 同用")
    # Whatever is wrong with any of the calls is told before the first is placed.
    scenarios = load_all(scenario)
    callers = {path: load_caller(loaded.caller) for path, loaded in scenarios.items()}
    hotlines = {} if dial or trunk else {loaded.hotline: load_hotline(loaded.hotline) for loaded in scenarios.values()}
    for loaded in scenarios.values():
        transcriber(model or loaded.model, loaded.language)
    numbers = {path: dial or (_number(path, loaded.hotline) if trunk else "") for path, loaded in scenarios.items()}
    for path, number in numbers.items():
        if number:
            destination(number, callers[path], trunk, trunks)
    console = Console(stderr=json)
    orders: list[tuple[str, float, Order]] = []

    def shown(news: News) -> None:
        if news.timeline is not None and not json:
            show.print_call(console, news.timeline, recordings / news.timeline.call.id)

    nth: Counter[tuple[str, str]] = Counter()
    with ExitStack() as stack:
        uris: dict[str, str] = {}
        if by_sip and not dial and not trunk:
            uris = stack.enter_context(serve(list(hotlines.values()), port=0, seed=seed, model=model)).uris
        stop = stack.enter_context(stoppable())
        for path, loaded in scenarios.items():
            caller = callers[path]
            order = Order(
                scenario=path,
                line="sip" if by_sip else "simulated",
                uri=numbers[path] or uris.get(loaded.hotline, ""),
                recordings=recordings,
                memory=not no_memory,
                model=model,
                seed=seed,
                nth=nth[loaded.hotline, caller.number],
                keys=keys.value if keys else None,
                codec=codec,
                trunk=trunk,
                trunks=trunks,
            )
            nth[loaded.hotline, caller.number] += 1
            # Calls to one address follow each other; for how long they may take there is nothing to go by.
            orders.append((order.uri or loaded.hotline, 1.0, order))
        if len(orders) == 1:
            timelines = [place_call(orders[0][2], stop=stop)]
            shown(News(0, 0.0, None, timelines[0]))
        else:
            timelines = place_all(orders, at_once=None, tell=shown, stop=stop)
        if json and timelines:
            show.print_json(timelines, one=len(scenarios) == 1)
    raise typer.Exit(show.failed(timelines))


def _number(scenario: Path, hotline: str) -> str:
    """The number of a hotline, from the `hotlines.yaml` nearest above its scenario, else from the shipped one."""
    from probe.errors import UserError
    from probe.register import FILE, Register

    own = next((folder / FILE for folder in scenario.resolve().parents if (folder / FILE).is_file()), None)
    number = (Register.load(own) if own else Register.shipped())[hotline].number
    if not number:
        raise UserError(
            f"{scenario}: hotline `{hotline}` has no number in {own or FILE}; write it there, or --dial NUMBER",
            f"{scenario}：{own or FILE} 中没有热线 `{hotline}` 的号码；请补上，或用 --dial 号码",
        )
    return number


def load_all(paths: list[Path]) -> dict[Path, Scenario]:
    """Every scenario named, or found in a folder named; all of them are read before anything is dialled."""
    from probe.errors import UserError
    from probe.navigate.scenario import load_scenario

    found: dict[Path, Scenario] = {}
    for path in paths:
        others = ("callers.yaml", "hotlines.yaml", "trunks.yaml")
        files = sorted(file for file in path.rglob("*.yaml") if file.name not in others) if path.is_dir() else [path]
        if not files:
            raise UserError(f"{path}: no scenario in this folder", f"{path}：此文件夹中没有场景")
        found |= {file: load_scenario(file) for file in files}
    return found
