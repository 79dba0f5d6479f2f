"""All commands together. Each command's module imports what it needs only when it runs, so that help is quick."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from probe import __version__
from probe.cli import (
    bench,
    campaign,
    check,
    demo,
    dial,
    export,
    keys,
    listen,
    models,
    prompts,
    recheck,
    replay,
    report,
    retention,
    run,
    schedule,
    seal,
    serve,
    show_call,
    simulate,
    stop_all,
    trunk,
    verdict,
    verify,
    worker,
)
from probe.i18n import tr


class Language(StrEnum):
    """Languages of the output."""

    ZH = "zh"
    EN = "en"


app = typer.Typer(
    name="probe",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=tr(
        en="Calls hotlines by script, listens, and measures what it takes to reach a person.",
        zh="按脚本拨打热线，听取并测量接通人工需要多少步、多少秒。",
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"probe {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    lang: Annotated[Language | None, typer.Option(help=tr(en="Language of all output.", zh="输出语言。"))] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=tr(en="Say the version.", zh="显示版本。")),
    ] = False,
) -> None:
    """`--lang` has taken effect in `probe.cli.main` already, before the help texts were made."""


app.command(help=demo.HELP)(demo.demo)
app.command(help=run.HELP)(run.run)
app.command(help=dial.HELP)(dial.dial)
app.command(help=listen.HELP)(listen.listen)
app.command(help=show_call.HELP, name="show")(show_call.show_call)
app.command(help=replay.HELP)(replay.replay)
app.command(help=report.HELP)(report.report)
app.command(help=serve.HELP)(serve.serve)
app.command(help=bench.HELP)(bench.bench)
app.command(help=verify.HELP)(verify.verify)
app.command(help=seal.HELP)(seal.seal)
app.command(help=export.HELP)(export.export)
app.command(help=recheck.HELP)(recheck.recheck)
app.command(help=retention.HELP)(retention.retention)
app.command(help=simulate.HELP)(simulate.simulate)
app.command(help=check.HELP)(check.check)
app.add_typer(keys.app, name="keys", help=keys.HELP)
app.add_typer(verdict.app, name="verdict", help=verdict.HELP)
app.add_typer(prompts.app, name="prompts", help=prompts.HELP)
app.add_typer(models.app, name="models", help=models.HELP)
app.add_typer(trunk.app, name="trunk", help=trunk.HELP)
app.add_typer(campaign.app, name="campaign", help=campaign.HELP)
app.command(help=worker.HELP)(worker.worker)
app.command("stop-all", help=stop_all.HELP)(stop_all.stop_all)
app.add_typer(schedule.app, name="schedule", help=schedule.HELP)
