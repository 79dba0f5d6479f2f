"""`probe seal`: calls that were not sealed when they closed, because their program was killed or had no key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(
    en="Seal calls that were not sealed when they closed, and fetch missing time stamps.",
    zh="封存未及时封存的通话，并补取时间戳。",
)


def seal(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help=tr(
                en="Calls' folders, or recordings folders (recordings).", zh="通话文件夹或录音文件夹（recordings）。"
            )
        ),
    ] = None,
) -> None:
    """Exit code 0: everything that could be sealed is; 3: something could not be."""
    from probe.cli import FINE, OUR_FAULT
    from probe.errors import OurFault, UserError
    from probe.evidence import bundle, keys, timestamp

    folders: list[Path] = []
    for path in paths or [Path("recordings")]:
        if not path.is_dir():
            raise UserError(f"{path}: no such folder", f"{path}：没有这个文件夹")
        found = [path] if bundle.is_call(path) else bundle.calls(path)
        if not found:
            raise UserError(f"{path}: no calls in this folder", f"{path}：此文件夹中没有通话")
        folders += found
    keys.signing_key()  # a key that cannot be used is told before anything else
    interrupted = {folder for parent in {f.parent for f in folders} for folder in bundle.seal_interrupted(parent)}
    sealed, stamped, failed = len(interrupted), 0, 0
    for folder in folders:
        if folder in interrupted or bundle.running(folder):
            continue
        if not (folder / bundle.MANIFEST).exists():
            late = "afterwards" if bundle.complete(folder) else "interrupted"
            if bundle.seal_or_tell(folder, late=late):
                sealed += 1
            else:
                failed += 1
        elif timestamp.authority() and not (folder / timestamp.STAMP).exists():
            try:
                stamped += timestamp.stamp(folder / bundle.MANIFEST)
            except OurFault as error:
                typer.echo(tr(en=f"probe: {error}", zh=f"probe：{error}"), err=True)
                failed += 1
    typer.echo(
        tr(
            en=f"{sealed} sealed, {stamped} time-stamped, {failed} failed, of {len(folders)} calls",
            zh=f"共 {len(folders)} 通：封存 {sealed}，加时间戳 {stamped}，失败 {failed}",
        )
    )
    raise typer.Exit(OUR_FAULT if failed else FINE)
