"""`probe schedule`: campaigns that start again and again by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from probe.cli.campaign import File, PolicyOption, RegisterOption, StoreOption
from probe.cli.options import Trunks
from probe.i18n import tr

HELP = tr(en="Start campaigns again and again, by cron and time zone.", zh="按 cron 和时区定期启动任务。")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help=tr(en="The schedule's name.", zh="定时任务名称。"))]


@app.command(help=tr(en="Keep a schedule; a worker starts each round.", zh="新增定时任务；由工作进程启动每一轮。"))
def add(
    name: Name,
    file: File,
    cron: Annotated[
        str,
        typer.Option(
            help=tr(en='When: "minute hour day month weekday", quoted.', zh="时间：“分 时 日 月 星期”，加引号。")
        ),
    ],
    timezone: Annotated[
        str, typer.Option(help=tr(en="Zone of the cron expression, an IANA name.", zh="cron 所用时区（IANA 名称）。"))
    ] = "Asia/Shanghai",
    days: Annotated[int, typer.Option(min=1, help=tr(en="How many days a round lasts.", zh="每轮持续天数。"))] = 7,
    register: RegisterOption = None,
    policy: PolicyOption = None,
    trunks: Trunks = None,
    store: StoreOption = None,
) -> None:
    """The file is read, and everything wrong with it told, before the schedule is kept."""
    from probe.campaign import schedules
    from probe.campaign.store import open_store
    from probe.cli.campaign import load

    load(file, register, policy, trunks)
    paths = {"file": file, "register": register, "policy": policy, "trunks": trunks}
    schedules.add(open_store(store), name, cron, timezone, days, paths)
    typer.echo(f"{name}: {cron} {timezone}")


@app.command("list", help=tr(en="All schedules.", zh="全部定时任务。"))
def list_schedules(store: StoreOption = None) -> None:
    """A line each."""
    from rich.console import Console
    from rich.table import Table

    from probe.campaign import schedules
    from probe.campaign.store import open_store

    table = Table(box=None)
    for title in (
        tr(en="schedule", zh="名称"),
        "cron",
        tr(en="time zone", zh="时区"),
        tr(en="days", zh="天数"),
        tr(en="campaign's file", zh="任务文件"),
    ):
        table.add_column(title, overflow="fold")
    for row in schedules.listed(open_store(store, must_exist=True)):
        table.add_row(row["name"], row["cron"], row["timezone"], str(row["days"]), row["file"])
    Console().print(table)


@app.command(help=tr(en="Forget a schedule; rounds already started go on.", zh="删除定时任务；已启动的任务继续。"))
def remove(name: Name, store: StoreOption = None) -> None:
    """Exit code 2 when there is none of that name."""
    from probe.campaign import schedules
    from probe.campaign.store import open_store

    schedules.remove(open_store(store, must_exist=True), name)
