"""`probe campaign`: plan, start, watch and stop campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Trunks
from probe.i18n import tr

if TYPE_CHECKING:
    from datetime import datetime

    from probe.campaign.definition import Loaded
    from probe.campaign.policy import Policy
    from probe.campaign.store import Store
    from probe.campaign.store.plans import State

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
    trunks: Trunks = None,
    calls: Annotated[
        bool, typer.Option("--calls", help=tr(en="List every call with its time.", zh="列出每通电话及其时间。"))
    ] = False,
) -> None:
    """Exit code 2 when it cannot be done as written."""
    from rich.console import Console

    from probe.campaign.plan import plan as planned
    from probe.cli import campaign_tables as tables

    loaded, rules = load(file, register, policy, trunks)
    made = planned(loaded, rules)
    console = Console()
    if calls:
        console.print(tables.listed(made))
    console.print(tables.calendar(made))
    console.print(tables.load(made), highlight=False, soft_wrap=True)


def load(file: Path, register: Path | None, policy: Path | None, trunks: Path | None) -> tuple[Loaded, Policy]:
    """A campaign and the policy it is under; raises UserError."""
    from probe.campaign.definition import load_campaign
    from probe.campaign.policy import load_policy
    from probe.register import Register

    return load_campaign(file, Register.beside(file, register), trunks), load_policy(policy)


StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help=tr(
            en="Database: a path, or postgresql://...; PROBE_STORE, or campaigns.sqlite here, if not given.",
            zh="数据库：路径，或 postgresql://……；不写则用环境变量 PROBE_STORE，否则用当前文件夹的 campaigns.sqlite。",
        ),
    ),
]
Name = Annotated[str, typer.Argument(help=tr(en="The campaign's name.", zh="任务名称。"))]


@app.command(
    help=tr(
        en="Plan a campaign into the store and let workers dial it.", zh="将任务的计划写入数据库，由工作进程开始拨打。"
    )
)
def start(
    file: File,
    store: StoreOption = None,
    register: RegisterOption = None,
    policy: PolicyOption = None,
    trunks: Trunks = None,
) -> None:
    """Everything wrong with it is told before anything is written."""
    from getpass import getuser

    from probe.campaign.plan import plan as planned
    from probe.campaign.shelf import check
    from probe.campaign.store import open_store
    from probe.campaign.store.plans import keep_plan, set_state
    from probe.cli import campaign_tables as tables
    from probe.errors import UserError

    loaded, rules = load(file, register, policy, trunks)
    who = getuser()
    if rules.refuse_start(who):
        raise UserError(
            f"`{who}` may not start campaigns: the policy's `may_start` names those who may",
            f"“{who}”无权启动任务：见规则中的 `may_start`",
        )
    check(loaded.campaign.recordings)
    made = planned(loaded, rules)
    opened = open_store(store)
    now = now_of(opened)
    keep_plan(opened, loaded, made, rules, now)
    set_state(opened, loaded.campaign.campaign, "running", who, now)
    typer.echo(tables.load(made))
    typer.echo(
        tr(
            en="Started. `probe worker` on each machine dials it.",
            zh="已启动。请在各机器上运行 `probe worker` 进行拨打。",
        )
    )


@app.command(
    help=tr(
        en="Hold a campaign: nothing more is dialled, calls that are going on go on.",
        zh="暂停任务：不再拨打新电话，正在进行的通话继续。",
    )
)
def pause(name: Name, store: StoreOption = None) -> None:
    """Takes effect at once."""
    _set(name, "paused", store)


@app.command(help=tr(en="Let a paused campaign go on.", zh="继续已暂停的任务。"))
def resume(name: Name, store: StoreOption = None) -> None:
    """Calls whose slot is over by then are refused."""
    _set(name, "running", store)


@app.command(
    help=tr(en="End a campaign: the calls not yet dialled are refused.", zh="结束任务：尚未拨打的电话不再拨打。")
)
def stop(name: Name, store: StoreOption = None) -> None:
    """It cannot be resumed."""
    _set(name, "stopped", store)


@app.command(help=tr(en="How campaigns stand.", zh="任务进展。"))
def status(
    name: Annotated[
        str | None,
        typer.Argument(help=tr(en="The campaign's name; all, if not given.", zh="任务名称；不写则列出全部。")),
    ] = None,
    store: StoreOption = None,
) -> None:
    """One table; for one campaign also what became of its calls."""
    from rich.console import Console

    from probe.campaign.store import open_store, reading
    from probe.cli import campaign_tables as tables

    opened = open_store(store, must_exist=True)
    console = Console()
    if name is None:
        console.print(tables.campaigns([reading.status(opened, row.name) for row in reading.campaigns(opened)]))
    else:
        console.print(tables.status(reading.status(opened, name)), highlight=False, soft_wrap=True)
    console.print(tables.workers(reading.workers(opened)))


def _set(name: str, state: State, where: str | None) -> None:
    from getpass import getuser

    from probe.campaign.store import open_store
    from probe.campaign.store.plans import set_state

    opened = open_store(where, must_exist=True)
    set_state(opened, name, state, getuser(), now_of(opened))
    typer.echo(f"{name}: {state}")


def now_of(store: Store) -> datetime:
    from probe.campaign.clock import store_clock

    return store.read(store_clock(store))
