"""`probe show`: a call that was made, from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import Json
from probe.i18n import tr

HELP = tr(
    en="Show a call from its folder: its story, or its SIP messages.",
    zh="显示文件夹中的一通电话：经过，或 SIP 消息。",
)


def show_call(
    call: Annotated[
        Path, typer.Argument(help=tr(en="The call's folder in recordings/.", zh="recordings/ 中该通电话的文件夹。"))
    ],
    sip: Annotated[
        bool,
        typer.Option(
            "--sip",
            help=tr(
                en="The SIP messages as a ladder; sip.txt and sip.pcap in the folder have them whole.",
                zh="以梯形图显示 SIP 消息；完整内容见文件夹中的 sip.txt 和 sip.pcap。",
            ),
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Prints it."""
    from rich.console import Console

    from probe.cli import show
    from probe.documents import read
    from probe.errors import UserError
    from probe.evidence import load
    from probe.line.ladder import ladder, messages

    if not sip:
        timeline, _ = load(call)
        if json:
            show.print_json([timeline], one=True)
        else:
            show.print_call(Console(), timeline, call)
        return
    trace = call / "sip.txt"
    if not trace.is_file():
        raise UserError(
            f"{call}: no sip.txt in this folder; only calls over SIP have one",
            f"{call}：此文件夹中没有 sip.txt；只有 SIP 通话才有",
        )
    for line in ladder(messages(read(trace))):
        typer.echo(line)
