"""`probe retention`: what the rules say is to be archived or removed, and doing it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import Recordings
from probe.i18n import tr

HELP = tr(
    en="Archive or remove audio by the rules in a YAML file, leaving signed tombstones; shows what it would do without --apply.",
    zh="按 YAML 规则归档或删除录音，并留下签名记录；不加 --apply 时只显示将要做的事。",
)


def retention(
    rules: Annotated[Path, typer.Argument(help=tr(en="YAML file of rules.", zh="规则 YAML 文件。"))],
    recordings: Recordings = Path("recordings"),
    do: Annotated[
        bool, typer.Option("--apply", help=tr(en="Do it; it cannot be undone.", zh="实际执行；不可撤销。"))
    ] = False,
) -> None:
    """Exit code 0: done or shown; 1: something could not be done."""
    from probe.cli import FAILED, FINE
    from probe.errors import UserError
    from probe.evidence import keys
    from probe.evidence import retention as keeping
    from probe.evidence.ring import Ring

    wanted = keeping.load(rules)
    if not recordings.is_dir():
        raise UserError(f"{recordings}: no such folder", f"{recordings}：没有这个文件夹")
    if do:
        keys.signing_key()  # before anything is removed
    ring = Ring.usual()
    done = {"archive": 0, "remove": 0}
    size = kept = failed = 0
    for step in keeping.plan(recordings, wanted, datetime.now(UTC)):
        doing = (
            tr(en="archive as FLAC", zh="归档为 FLAC")
            if step.rule.does == "archive"
            else tr(en="remove audio", zh="删除录音")
        )
        if step.kept:
            kept += 1
            typer.echo(tr(en=f"keep    {step.folder.name}: {step.kept}", zh=f"保留  {step.folder.name}：{step.kept}"))
            continue
        wrong = keeping.apply(step, ring) if do else ""
        if wrong:
            failed += 1
            typer.echo(tr(en=f"NOT DONE {step.folder.name}: {wrong}", zh=f"未执行  {step.folder.name}：{wrong}"))
            continue
        done[step.rule.does] += 1
        size += step.size
        typer.echo(f"{doing}  {step.folder.name}  ({step.rule.words})")
    counts = done["archive"], done["remove"], kept, failed
    typer.echo(
        tr(
            en="{}: {} archived, {} removed, {} kept, {} not done; audio of {:.1f} MB".format(
                "done" if do else "would be done (--apply does it)", *counts, size / 1e6
            ),
            zh="{}：归档 {}，删除 {}，保留 {}，未执行 {}；涉及录音 {:.1f} MB".format(
                "已执行" if do else "将执行（加 --apply 才会执行）", *counts, size / 1e6
            ),
        )
    )
    raise typer.Exit(FAILED if failed else FINE)
