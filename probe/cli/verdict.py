"""`probe verdict`: the model that tells people from machines: what it weighs, and training it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(en="The model that tells people from machines.", zh="区分真人与机器的模型。")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("show", help=tr(en="What each piece of evidence is worth.", zh="各项证据的权重。"))
def show_weights() -> None:
    """The shipped model's weights, those for a person first."""
    from rich.console import Console
    from rich.table import Table

    from probe.listen import weights

    model = weights.shipped()
    table = Table(box=None)
    table.add_column(tr(en="evidence", zh="证据"))
    table.add_column(tr(en="for a person (log odds)", zh="支持真人（对数几率）"), justify="right")
    table.add_column(tr(en="machine: for a bot", zh="机器：支持语音机器人"), justify="right")
    table.add_row("bias", f"{model.bias:+.2f}", f"{model.bot_bias:+.2f}")
    for name in sorted({*model.person, *model.bot}, key=lambda cue: -model.person.get(cue, 0.0)):
        cells = (f"{of[name]:+.2f}" if name in of else "" for of in (model.person, model.bot))
        table.add_row(name, *cells)
    console = Console()
    console.print(model.name)
    console.print(table)


@app.command(help=tr(en="Train the model anew on simulated hotlines.", zh="用模拟热线重新训练模型。"))
def train(
    out: Annotated[Path, typer.Option(help=tr(en="Where to write the model.", zh="模型写入的文件。"))] = Path(
        "verdict.yaml"
    ),
    hotlines: Annotated[int, typer.Option(min=5, help=tr(en="Hotlines to call.", zh="拨打的热线数。"))] = 150,
    calls: Annotated[int, typer.Option(min=1, help=tr(en="Calls to each.", zh="每条热线的通话数。"))] = 3,
    seed: Annotated[int, typer.Option(help=tr(en="Chance, of hotlines and fit.", zh="热线与拟合的随机种子。"))] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help=tr(en="Processes; all cores if not said.", zh="进程数；默认用全部核心。"))
    ] = None,
) -> None:
    """Calls hotlines of the train split only; the same seed gives the same file."""
    from rich.console import Console

    from probe.bench.forgetting import forgetting
    from probe.bench.openings import looks
    from probe.bench.runner import series
    from probe.bench.training import trained
    from probe.simulator.population import population

    console = Console(stderr=True)
    with console.status("") as status:
        found = [
            look
            for _, of_call in looks(
                series(population(seed, hotlines, "train"), calls, seed),
                workers=workers,
                made=lambda n: status.update(tr(en=f"{n} calls", zh=f"{n} 通")),
            )
            for look in of_call
        ]
        status.update(tr(en="fitting", zh="拟合"))
        text, summary = trained(list(forgetting(found, seed)), hotlines, calls, seed)
    out.write_text(text, encoding="utf-8")
    for name, value in summary.items():
        typer.echo(f"{name}: {value}")
    typer.echo(out)
