"""`probe dial`: a call without a scenario, only to hear what answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import (
    Caller,
    Codec,
    Json,
    Model,
    NoMemory,
    Recordings,
    Spoken,
    SpokenLanguage,
    Tones,
    Trunk,
    Trunks,
)
from probe.i18n import tr

HELP = tr(
    en="Dial an address, listen without pressing anything, and report what was heard.",
    zh="拨打一个地址，只听不按，报告听到的内容。",
)


def dial(
    uri: Annotated[
        str,
        typer.Argument(
            help=tr(
                en="sip:NUMBER@HOST:PORT on this machine, or a number through a trunk.",
                zh="本机的 sip:号码@主机:端口，或经中继拨打的号码。",
            )
        ),
    ],
    listen_for: Annotated[
        float,
        typer.Option(
            "--listen-for",
            min=1.0,
            max=3600.0,
            help=tr(en="Seconds to listen from the answer on.", zh="应答后听取的秒数。"),
        ),
    ] = 60.0,
    language: Spoken = SpokenLanguage.ZH,
    tones: Tones = "CN",
    json: Json = False,
    caller: Caller = "ordinary",
    codec: Codec = None,
    trunk: Trunk = "",
    trunks: Trunks = None,
    model: Model = None,
    no_memory: NoMemory = False,
    recordings: Recordings = Path("recordings"),
) -> None:
    """Places the call."""
    from rich.console import Console

    from probe.cli import show
    from probe.cli.stopping import stoppable
    from probe.place import Order, place_call

    order = Order(
        line="sip",
        uri=uri,
        caller=caller,
        listen_for=listen_for,
        language=language.value,
        tones=tones,
        model=model,
        codec=codec,
        trunk=trunk,
        trunks=trunks,
        recordings=recordings,
        memory=not no_memory,
    )
    with stoppable() as stop:
        timeline = place_call(order, stop=stop)
        if json:
            show.print_json([timeline], one=True)
        else:
            show.print_call(Console(), timeline, recordings / timeline.call.id)
    raise typer.Exit(show.failed([timeline]))
