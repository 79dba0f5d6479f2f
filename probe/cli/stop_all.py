"""`probe stop-all`: the kill switch."""

from __future__ import annotations

from typing import Annotated

import typer

from probe.cli.campaign import StoreOption
from probe.i18n import tr

HELP = tr(
    en="Kill switch: hang up every call and dial nothing, on every machine that shares the store.",
    zh="紧急停止：共用数据库的所有机器挂断全部通话，不再拨打。",
)


def stop_all(
    reason: Annotated[str, typer.Option(help=tr(en="Why, for the record.", zh="原因，留作记录。"))] = "",
    lift: Annotated[
        bool,
        typer.Option("--lift", help=tr(en="Take it back: campaigns that run go on.", zh="解除：进行中的任务继续。")),
    ] = False,
    store: StoreOption = None,
) -> None:
    """Stays in force until it is lifted."""
    from getpass import getuser

    from probe.campaign.store import open_store
    from probe.campaign.store.plans import lift_stop, stop_all
    from probe.cli.campaign import now_of

    opened = open_store(store)
    if lift:
        lifted = lift_stop(opened, getuser(), now_of(opened))
        typer.echo(tr(en="Lifted.", zh="已解除。") if lifted else tr(en="Nothing was stopped.", zh="当前没有停止。"))
        return
    stop_all(opened, getuser(), reason, now_of(opened))
    typer.echo(
        tr(
            en="Stopped: nothing is dialled, calls that are going on are hung up. `probe stop-all --lift` takes it back.",
            zh="已停止：不再拨打，正在进行的通话将挂断。`probe stop-all --lift` 可解除。",
        )
    )
