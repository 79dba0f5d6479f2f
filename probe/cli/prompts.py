"""`probe prompts`: what the prompt memory knows of each hotline, and memories carried from one place to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from probe.cli.options import Recordings
from probe.i18n import tr

if TYPE_CHECKING:
    from probe.listen.prompt_changes import Change
    from probe.listen.prompt_memory import Memory

HELP = tr(
    en="Prompts remembered from earlier calls: how often each was heard, and what has changed.",
    zh="从以往通话中记住的提示音：各听到过多少次，哪些已更换。",
)

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Hotline = Annotated[
    str, typer.Argument(help=tr(en="A hotline from `probe prompts list`.", zh="`probe prompts list` 中的热线。"))
]
AsJson = Annotated[
    bool, typer.Option("--json", help=tr(en="Print JSON and nothing else.", zh="只输出 JSON，不输出其他内容。"))
]
_LONGEST_TEXT = 60  # characters shown of a prompt


@app.command("list", help=tr(en="All hotlines that are remembered.", zh="所有已记住的热线。"))
def list_hotlines(recordings: Recordings = Path("recordings"), json: AsJson = False) -> None:
    """One line a hotline."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from probe.evidence import prompts
    from probe.listen.prompt_changes import changes

    memories = [prompts.read(path) for path in prompts.all_of(recordings)]
    if json:
        _print([_summary(memory) for memory in memories])
        return
    table = Table(box=None)
    table.add_column(tr(en="hotline", zh="热线"))
    for name in (tr(en="prompts", zh="提示音"), tr(en="calls", zh="通话"), tr(en="changed", zh="已更换")):
        table.add_column(name, justify="right")
    table.add_column(tr(en="last call", zh="最近一次通话"))
    for memory in memories:
        last = memory.calls[-1].started_at if memory.calls else ""
        counts = (len(memory.prompts), len(memory.calls), len(changes(memory)))
        table.add_row(escape(memory.hotline), *map(str, counts), escape(last))
    Console().print(table)


@app.command(
    help=tr(en="The prompts of one hotline: when and how often heard.", zh="一条热线的提示音：何时听到、多少次。")
)
def show(hotline: Hotline, recordings: Recordings = Path("recordings"), json: AsJson = False) -> None:
    """One line a prompt, then what has changed."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from probe.listen.prompt_changes import changes

    memory = _remembered(recordings, hotline)
    if json:
        _print(_summary(memory) | {"heard": _heard(memory), "changed": [_change(c) for c in changes(memory)]})
        return
    table = Table(box=None)
    table.add_column(tr(en="prompt", zh="提示音"))
    for name in (tr(en="calls", zh="通话"), tr(en="seconds", zh="秒")):
        table.add_column(name, justify="right")
    for name in (tr(en="first heard", zh="首次听到"), tr(en="last heard", zh="最近听到"), tr(en="text", zh="文字")):
        table.add_column(name)
    for row in _heard(memory):
        text = row["text"] if len(row["text"]) <= _LONGEST_TEXT else row["text"][: _LONGEST_TEXT - 1] + "…"
        shown = (row["prompt"], str(row["calls"]), f"{row['seconds']:.1f}", row["first"], row["last"], text)
        table.add_row(*(escape(cell) for cell in shown))
    console = Console()
    console.print(table)
    for change in changes(memory):
        console.print(_sentence(change), highlight=False, soft_wrap=True)


@app.command("export", help=tr(en="Write one hotline's memory into a file.", zh="把一条热线的记忆写入文件。"))
def export_memory(
    hotline: Hotline,
    file: Annotated[Path, typer.Argument(help=tr(en="The file to write.", zh="要写入的文件。"))],
    recordings: Recordings = Path("recordings"),
) -> None:
    """The file is what `import` takes, here or elsewhere."""
    from probe.evidence import prompts

    prompts.write(file, _remembered(recordings, hotline))
    typer.echo(file)


@app.command(
    "import",
    help=tr(en="Add the memory in a file to what is remembered of its hotline.", zh="把文件中的记忆并入其热线的记忆。"),
)
def import_memory(
    file: Annotated[Path, typer.Argument(help=tr(en="A file that `export` wrote.", zh="`export` 写出的文件。"))],
    recordings: Recordings = Path("recordings"),
) -> None:
    """Calls and prompts that are remembered already are not added twice."""
    from probe.evidence import prompts
    from probe.listen.prompt_learning import merged

    incoming = prompts.read(file)
    after = prompts.change(recordings, incoming.hotline, lambda memory: merged(memory, incoming))
    typer.echo(
        tr(
            en=f"{after.hotline}: {len(after.prompts)} prompts from {len(after.calls)} calls",
            zh=f"{after.hotline}：{len(after.calls)} 次通话中的 {len(after.prompts)} 段提示音",
        )
    )


def _remembered(recordings: Path, hotline: str) -> Memory:
    from probe.errors import UserError
    from probe.evidence import prompts

    path = prompts.path_of(recordings, hotline)
    if not path.is_file():
        raise UserError(
            f"{hotline}: nothing is remembered of this hotline in {recordings}; see: probe prompts list",
            f"{hotline}：{recordings} 中没有这条热线的记忆；可用 probe prompts list 查看",
        )
    return prompts.read(path)


def _summary(memory: Memory) -> dict[str, Any]:
    from probe.listen.prompt_changes import changes

    last = memory.calls[-1].started_at if memory.calls else None
    counts = {"prompts": len(memory.prompts), "calls": len(memory.calls), "changes": len(changes(memory))}
    return {"hotline": memory.hotline, **counts, "last_call": last}


def _heard(memory: Memory) -> list[dict[str, Any]]:
    rows = []
    for prompt in memory.prompts:
        calls = [call for call in memory.calls if any(hearing.prompt == prompt.id for hearing in call.heard)]
        first, last = (calls[0].started_at, calls[-1].started_at) if calls else ("", "")
        rows.append(
            {
                "prompt": prompt.id,
                "calls": len(calls),
                "first": first,
                "last": last,
                "seconds": round(prompt.seconds, 2),
                "whole": prompt.whole,
                "text": prompt.text,
            }
        )
    return rows


def _change(change: Change) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(change)


def _sentence(change: Change) -> str:
    from rich.markup import escape

    if change.new is None:
        en, zh = "is no longer heard", "不再出现"
    elif change.same_words:
        en, zh = f"was recorded anew as {change.new}, with the same words", f"已重新录制为 {change.new}，文字相同"
    else:
        en, zh = f"has given way to {change.new}", f"已换成 {change.new}"
    calls = tr(en=f"since {change.since} ({change.calls} calls)", zh=f"自 {change.since} 起（{change.calls} 次通话）")
    return escape(f"{change.old} {tr(en=en, zh=zh)} {calls}")


def _print(form: object) -> None:
    import json
    import sys

    json.dump(form, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
