"""`probe trunk`: whether a SIP provider works, before anything is dialled through it."""

from __future__ import annotations

from typing import Annotated

import typer

from probe.cli.options import Caller, Trunks
from probe.i18n import tr

HELP = tr(en="Look whether the trunks that calls go through work.", zh="检查拨打所经的中继是否可用。")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """So that `check` is a command of its own."""


@app.command(
    name="check",
    help=tr(
        en="Register with a trunk, ask its proxies with OPTIONS, and say what was found; nothing is dialled.",
        zh="向中继注册，并用 OPTIONS 询问各代理，说明结果；不拨打任何号码。",
    ),
)
def check(
    name: Annotated[
        str, typer.Argument(help=tr(en="Name of the trunk, from trunks.yaml.", zh="中继名称，见 trunks.yaml。"))
    ],
    trunks: Trunks = None,
    caller: Caller = "ordinary",
) -> None:
    """One line for each thing found; exit code 3 if one is wrong."""
    from probe.cli import FINE, OUR_FAULT
    from probe.line.caller import load_caller
    from probe.line.tls import openssl
    from probe.trunk import check as checking
    from probe.trunk.file import load_trunk

    trunk = load_trunk(name, trunks).trunk
    if trunk.transport == "tls":
        typer.echo(f"OpenSSL {openssl() or '?'}")
    wrong = False
    for finding in checking.check(trunk, load_caller(caller).number):
        wrong |= not finding.fine
        typer.echo(("✓ " if finding.fine else "✗ ") + tr(en=finding.en, zh=finding.zh))
    raise typer.Exit(OUR_FAULT if wrong else FINE)
