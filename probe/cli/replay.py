"""`probe replay`: a call's figures computed again from its recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import Json, Model
from probe.i18n import tr

HELP = tr(
    en="Listen to a call's recording again and show what differs from the timeline kept with it.",
    zh="重新听取一通电话的录音，显示与原时间线的差异。",
)


def replay(
    call: Annotated[
        Path, typer.Argument(help=tr(en="The call's folder in recordings/.", zh="recordings/ 中该通电话的文件夹。"))
    ],
    json: Json = False,
    model: Model = None,
) -> None:
    """Exit code 0: the same timeline; 1: it differs."""
    from rich.console import Console
    from rich.text import Text

    from probe import place
    from probe.cli import FAILED, FINE, show
    from probe.cli.compare import differences

    heard = place.replay(call, model=model)
    differing = differences(heard.kept, heard.found)
    if json:
        show.print_json([heard.found], one=True)
    else:
        console = Console()
        show.print_call(console, heard.found)
        for where, before, now in differing:
            console.print(Text.assemble(f"{where}: ", (before or "–", "red"), " → ", (now or "–", "green")))
        then, now = heard.kept.call.model, heard.found.call.model
        if then != now:
            console.print(tr(en=f"heard by model {then} then, by {now} now", zh=f"当时所用模型：{then}；现在：{now}"))
        if differing:
            console.print(tr(en=f"{len(differing)} differences", zh=f"有 {len(differing)} 处不同"))
        else:
            console.print(tr(en="the same timeline as kept", zh="与原时间线完全一致"))
    raise typer.Exit(FAILED if differing else FINE)
