"""`probe models`: the speech models that recognition can use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(en="List, fetch and train speech models.", zh="列出、获取和训练语音模型。")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[
    str, typer.Argument(help=tr(en="A name from `probe models list`.", zh="`probe models list` 中的名称。"))
]


@app.command("list", help=tr(en="All models, and which are installed.", zh="所有模型，以及哪些已安装。"))
def list_models() -> None:
    """One line a model; the best installed one for its language is the default."""
    from rich.console import Console
    from rich.table import Table

    from probe.speech import models

    table = Table(box=None)
    table.add_column(tr(en="name", zh="名称"))
    table.add_column(tr(en="language", zh="语言"))
    table.add_column("MB", justify="right")
    table.add_column(tr(en="installed", zh="已安装"))
    used = {model.language: models.best(model.language).name for model in models.installed()}
    for model in models.known():
        here = tr(en="yes", zh="是") if model.path else ""
        if used.get(model.language) == model.name:
            here += tr(en=", used", zh="，使用中")
        table.add_row(model.name, model.language, f"{model.megabytes:g}", here)
    Console().print(table)


@app.command(help=tr(en="Fetch an official Vosk model.", zh="下载一个 Vosk 官方模型。"))
def get(name: Name) -> None:
    """An interrupted download continues where it stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from probe.speech import models

    models.named(name)  # a wrong name is told before a bar appears
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=None)
        folder = models.get(name, lambda done, total: bar.update(task, completed=done, total=total or None))
    typer.echo(folder)


@app.command(help=tr(en="Where an installed model is.", zh="已安装模型所在的文件夹。"))
def path(name: Name) -> None:
    """One line: the folder."""
    from probe.speech import models

    typer.echo(models.path(name))


@app.command(
    help=tr(
        en="Train the bundled Mandarin telephone model anew (needs the extra `train`).",
        zh="重新训练自带的普通话电话模型（需要安装附加项 train）。",
    )
)
def train(
    to: Annotated[Path, typer.Option(help=tr(en="Folder for the new model.", zh="新模型的文件夹。"))] = Path(
        "zh-telephone"
    ),
    seed: Annotated[int, typer.Option(help=tr(en="Seed of the training.", zh="训练的随机种子。"))] = 1,
) -> None:
    """The prompts of the shipped hotlines are among the texts that it must know best."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from probe.simulator.hotline import shipped
    from probe.speech.train import train as train_model

    texts = sorted({text for hotline in shipped() for text in hotline.texts()})
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)
        figures = train_model(to, seed, texts, lambda stage, done: bar.update(task, description=stage, completed=done))
    for name, value in figures.items():
        typer.echo(f"{name}: {value}")
