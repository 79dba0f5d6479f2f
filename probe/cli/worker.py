"""`probe worker`: a process that dials what campaigns have planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.campaign import StoreOption
from probe.cli.options import Trunks
from probe.i18n import tr

HELP = tr(
    en="Dial what campaigns have planned, until stopped; run one on each machine.",
    zh="拨打任务计划的电话，直到停止；每台机器运行一个。",
)


def worker(
    store: StoreOption = None,
    calls: Annotated[int, typer.Option(min=1, help=tr(en="Calls at once, at most.", zh="同时通话数上限。"))] = 4,
    spool: Annotated[
        Path,
        typer.Option(
            help=tr(
                en="Folder for scenarios, and for calls that are copied to object storage.",
                zh="用于保存场景和上传到对象存储的通话的文件夹。",
            )
        ),
    ] = Path("spool"),
    trunks: Trunks = None,
    until_done: Annotated[
        bool,
        typer.Option("--until-done", help=tr(en="End when no call is left to make.", zh="没有待拨打的电话时结束。")),
    ] = False,
) -> None:
    """Ctrl-C hangs up what is going on and ends."""
    from contextlib import closing

    from probe.campaign.side_by_side import SideBySide
    from probe.campaign.store import open_store
    from probe.campaign.worker import Worker
    from probe.cli.folders import must_take_files
    from probe.cli.stopping import stoppable

    opened = open_store(store)
    must_take_files(spool, "--spool")
    side_by_side = SideBySide(calls)
    with stoppable() as stop, closing(side_by_side):
        Worker(
            opened,
            spool,
            at_once=calls,
            until_done=until_done,
            place=side_by_side,
            trunks=trunks,
            told=lambda message: typer.echo(message, err=True),
            wants_to_stop=stop,
        ).run()
