"""`probe export`: calls packed for somebody who has nothing of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(
    en="Pack calls for a court: audio, page that plays it offline, letter, keys, and how to check it without this program.",
    zh="打包通话供法庭使用：录音、离线播放页、说明信、公钥，以及不用本软件的核验方法。",
)


def export(
    calls: Annotated[list[Path], typer.Argument(help=tr(en="Calls' folders.", zh="通话文件夹。"))],
    to: Annotated[Path, typer.Option(help=tr(en="The ZIP file to write.", zh="写入的 ZIP 文件。"))],
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help=tr(
                en="Mask names, agents' IDs, telephone and card numbers in texts, and silence them in the audio; the originals are withheld.",
                zh="在文字中遮盖姓名、工号、电话和卡号，在录音中静音；不附原件。",
            ),
        ),
    ] = False,
) -> None:
    """Exit code 0: written."""
    from probe.errors import UserError
    from probe.evidence.ring import Ring
    from probe.exhibit import pack

    if to.suffix.lower() != ".zip":
        raise UserError(f"{to}: expected a name that ends in .zip", f"{to}：文件名应以 .zip 结尾")
    if not to.parent.is_dir():
        raise UserError(f"{to.parent}: no such folder", f"{to.parent}：没有这个文件夹")
    found = pack(calls, to, ring=Ring.usual(), mask=redact)
    size = to.stat().st_size / 1e6
    typer.echo(
        tr(
            en=f"{to}: {len(found)} calls, {size:.1f} MB; hand on the key's fingerprint by another way: probe keys show",
            zh=f"{to}：{len(found)} 通，{size:.1f} MB；请另行告知密钥指纹：probe keys show",
        )
    )
