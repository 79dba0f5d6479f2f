"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help=tr(en="Print the timeline(s) as JSON and nothing else.", zh="只输出时间线 JSON，不输出其他内容。"),
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        help=tr(
            en="Speech model: a name from `probe models list`, or a folder.",
            zh="语音模型：`probe models list` 中的名称，或文件夹。",
        )
    ),
]
Recordings = Annotated[
    Path, typer.Option(help=tr(en="Folder that each call's folder goes into.", zh="存放每通电话文件夹的目录。"))
]
NoMemory = Annotated[
    bool,
    typer.Option(
        "--no-memory",
        help=tr(
            en="Recognise no prompts of earlier calls, and remember none of this one's.",
            zh="不识别以往通话的提示音，也不记住本次通话的提示音。",
        ),
    ),
]
Seed = Annotated[
    int, typer.Option(help=tr(en="Seed of everything random in simulated calls.", zh="模拟通话中随机因素的种子。"))
]


class SpokenLanguage(StrEnum):
    """Languages that hotlines are understood in."""

    ZH = "zh"
    EN = "en"


Spoken = Annotated[SpokenLanguage, typer.Option(help=tr(en="Language that the hotline speaks.", zh="热线使用的语言。"))]
Tones = Annotated[
    str,
    typer.Option(
        "--tones",
        help=tr(
            en="Whose network's tones are expected: a country's code, such as CN.",
            zh="按哪个国家（地区）的信号音来听：国家代码，例如 CN。",
        ),
    ),
]
Caller = Annotated[str, typer.Option(help=tr(en="Who calls, from callers.yaml.", zh="主叫，见 callers.yaml。"))]
Codec = Annotated[
    str | None,
    typer.Option(
        help=tr(
            en="The only codec to offer over SIP, such as PCMA; PCMU and PCMA if not given.",
            zh="SIP 通话只提供的语音编码，例如 PCMA；不写则提供 PCMU 和 PCMA。",
        )
    ),
]
Trunk = Annotated[
    str,
    typer.Option(
        help=tr(
            en="The trunk to dial through, from trunks.yaml; the caller's if not given.",
            zh="拨打所经的中继，见 trunks.yaml；不写则用主叫的中继。",
        )
    ),
]
Trunks = Annotated[
    Path | None,
    typer.Option(
        help=tr(
            en="File of the trunks; trunks.yaml here or in scenarios/ if not given.",
            zh="中继文件；不写则用当前目录或 scenarios/ 中的 trunks.yaml。",
        )
    ),
]
