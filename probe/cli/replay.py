"""`probe replay`: a call's figures computed again from its recording."""

from __future__ import annotations

from difflib import unified_diff
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

    from probe import place
    from probe.cli import FAILED, FINE, show
    from probe.timeline import Timeline

    def text(timeline: Timeline) -> list[str]:
        """The timeline but for the call's own data, which no listening changes."""
        form = timeline.dumps().splitlines()
        return [line for line in form if not line.startswith(' "call"')]

    heard = place.replay(call, model=model)
    lines = list(unified_diff(text(heard.kept), text(heard.found), "timeline.json", "replay", lineterm="", n=0))
    if json:
        show.print_json([heard.found], one=True)
    else:
        console = Console()
        show.print_call(console, heard.found)
        for line in lines[2:]:
            colour = {"+": "green", "-": "red"}.get(line[:1], "dim")
            console.print(line, style=colour, markup=False, highlight=False)
        if lines:
            changed = sum(line[:1] in "+-" for line in lines[2:])
            console.print(tr(en=f"{changed} lines differ", zh=f"有 {changed} 行不同"))
        else:
            console.print(tr(en="the same timeline as kept", zh="与原时间线完全一致"))
    raise typer.Exit(FAILED if lines else FINE)
