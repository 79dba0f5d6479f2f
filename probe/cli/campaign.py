"""`probe campaign`: plan, start, watch and stop campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.i18n import tr

if TYPE_CHECKING:
    from probe.campaign.definition import Loaded
    from probe.campaign.policy import Policy

HELP = tr(en="Plan, start, watch and stop campaigns.", zh="计划、启动、查看和停止拨测任务。")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

File = Annotated[Path, typer.Argument(help=tr(en="The campaign's YAML file.", zh="任务的 YAML 文件。"))]
RegisterOption = Annotated[
    Path | None,
    typer.Option(
        "--register",
        help=tr(
            en="Register of hotlines: a file, or a folder with hotlines.yaml in it. If not given: hotlines.yaml beside "
            "the campaign's file, else the shipped one.",
            zh="热线登记表：文件，或含 hotlines.yaml 的文件夹。不写则用任务文件旁的 hotlines.yaml，没有则用随软件提供的。",
        ),
    ),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        help=tr(
            en="What may be dialled; policy.yaml here, or the defaults, if not given.",
            zh="拨打规则；不写则用当前文件夹的 policy.yaml，没有则用默认规则。",
        ),
    ),
]


@app.command(
    help=tr(
        en="Show the calendar and the expected load of a campaign; nothing is dialled or kept.",
        zh="显示任务的日历和预计负荷；不拨打、不保存。",
    )
)
def plan(
    file: File,
    register: RegisterOption = None,
    policy: PolicyOption = None,
    calls: Annotated[
        bool, typer.Option("--calls", help=tr(en="List every call with its time.", zh="列出每通电话及其时间。"))
    ] = False,
) -> None:
    """Exit code 2 when it cannot be done as written."""
    from rich.console import Console

    from probe.campaign.plan import plan as planned
    from probe.cli import campaign_tables as tables

    loaded, rules = load(file, register, policy)
    made = planned(loaded, rules)
    console = Console()
    if calls:
        console.print(tables.listed(made))
    console.print(tables.calendar(made))
    console.print(tables.load(made), highlight=False, soft_wrap=True)


def load(file: Path, register: Path | None, policy: Path | None) -> tuple[Loaded, Policy]:
    """A campaign and the policy it is under; raises UserError."""
    from probe.campaign.definition import load_campaign
    from probe.campaign.policy import load_policy
    from probe.register import Register

    return load_campaign(file, Register.beside(file, register)), load_policy(policy)
