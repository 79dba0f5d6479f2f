"""`probe listen`: a regulator's own recordings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import Json, Model, Spoken, SpokenLanguage, Tones
from probe.i18n import tr

HELP = tr(
    en="Listen to recordings (WAV, MP3, M4A, OGG): what was heard, the outcome, and the clocks that can be known.",
    zh="听取录音（WAV、MP3、M4A、OGG）：听到的内容、结果及能得知的计时。",
)


class ChannelChoice(StrEnum):
    """Which channel of a two-channel recording holds the hotline."""

    LEFT = "left"
    RIGHT = "right"
    MIX = "mix"


def listen(
    audio: Annotated[list[Path], typer.Argument(help=tr(en="Audio files.", zh="音频文件。"))],
    channel: Annotated[
        ChannelChoice | None,
        typer.Option(
            help=tr(
                en="The channel in which the hotline is heard; left if not given.",
                zh="热线声音所在的声道；不写则为左声道。",
            )
        ),
    ] = None,
    language: Spoken = SpokenLanguage.ZH,
    tones: Tones = "CN",
    json: Json = False,
    model: Model = None,
) -> None:
    """Listens to one file after the other; nothing is written."""
    from rich.console import Console

    from probe.cli import show
    from probe.place import listen_to

    timelines = []
    for path in audio:
        timelines.append(
            listen_to(
                path,
                channel=channel.value if channel else None,
                model=model,
                language=language.value,
                tones=tones,
            )
        )
        if not json:
            show.print_call(Console(), timelines[-1])
    if json:
        show.print_json(timelines, one=len(audio) == 1)
