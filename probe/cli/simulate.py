"""`probe simulate`: simulated hotlines as real SIP endpoints."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Model, Seed
from probe.i18n import tr

if TYPE_CHECKING:
    from probe.simulator.hotline import Hotline

HELP = tr(en="Serve simulated hotlines over SIP until Ctrl-C.", zh="通过 SIP 提供模拟热线，直到按 Ctrl-C。")


def simulate(
    hotline: Annotated[
        list[str],
        typer.Argument(
            help=tr(
                en="Shipped hotlines by name or by the beginning of names (zhenjiang), or YAML files.",
                zh="自带热线的名称或名称开头（zhenjiang），或 YAML 文件。",
            )
        ),
    ],
    listen: Annotated[
        str,
        typer.Option(
            help=tr(en="HOST:PORT of the first; the others follow.", zh="第一个热线的 主机:端口，其余依次递增。")
        ),
    ] = "127.0.0.1:5060",
    truth: Annotated[
        Path | None,
        typer.Option(
            help=tr(
                en="File to which each call's truth is added, one JSON a line.",
                zh="把每通电话的真实情况写入此文件，每行一个 JSON。",
            )
        ),
    ] = None,
    seed: Seed = 1,
    model: Model = None,
) -> None:
    """Prints an address a line once all of them can be called."""
    from probe.cli.folders import must_append
    from probe.cli.stopping import stoppable
    from probe.place import transcriber
    from probe.simulator.server import serve

    host, port = _address(listen)
    hotlines = [found for name in hotline for found in find(name)]
    transcriber(model, "zh")  # a wrong model is told before anything starts
    if truth:
        must_append(truth, "--truth")
    with (
        stoppable(tr(en="ending the calls ...", zh="正在结束通话……")) as stop,
        serve(hotlines, host=host, port=port, seed=seed, truth=truth, model=model) as served,
    ):
        for name in served.uris:
            typer.echo(served.uris[name])
        while not stop():
            time.sleep(0.1)


def find(name: str) -> list[Hotline]:
    """The hotlines that a name, the beginning of names, or a file stands for; raises UserError when there is none."""
    from probe.simulator.hotline import load_hotline, shipped

    known = {hotline.id: hotline for hotline in shipped()}
    if name in known:
        return [known[name]]
    group = [hotline for hotline_id, hotline in known.items() if name and hotline_id.startswith(f"{name}-")]
    return group or [load_hotline(name)]


def _address(listen: str) -> tuple[str, int]:
    from probe.errors import UserError

    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UserError(
            f"`{listen}` is not an address; write HOST:PORT, such as 127.0.0.1:5060",
            f"“{listen}”不是地址；请写 主机:端口，例如 127.0.0.1:5060",
        )
    return host, int(port)
