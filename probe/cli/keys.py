"""`probe keys`: the key that signs bundles, the keys that are trusted, and the chain's head to publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(
    en="The key that signs bundles, trusted keys, and the head of the chain.", zh="签名密钥、可信密钥和证据链的链头。"
)

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command(help=tr(en="Make the signing key, if there is none.", zh="生成签名密钥（若还没有）。"))
def new(
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=tr(
                en="Make another one; the old one is kept beside it and stays trusted.",
                zh="另生成一把；旧密钥保留在旁并继续可信。",
            ),
        ),
    ] = False,
) -> None:
    """The key is made at first use anyway."""
    from probe.errors import UserError
    from probe.evidence import keys

    path = keys.folder() / keys.SIGNING
    if path.is_file() and not replace:
        raise UserError(
            f"{path}: there is a key already; another one with --replace", f"{path}：已有密钥；用 --replace 另生成"
        )
    keys.new(replace=replace)
    show()


@app.command(help=tr(en="Show which key signs here, and which are trusted.", zh="显示本机签名密钥和可信密钥。"))
def show() -> None:
    """Fingerprints; nothing private."""
    from probe.evidence import keys

    key = keys.signing_key(make=False)
    typer.echo(tr(en=f"signing key {key.public.short}", zh=f"签名密钥 {key.public.short}"))
    typer.echo(f"  SHA-256 {key.public.fingerprint}")
    typer.echo("  " + tr(en=f"from {key.source}", zh=f"来自 {key.source}"))
    path = Path(key.source)
    if path.is_file() and path.stat().st_mode & 0o077:
        typer.echo("  " + tr(en=f"others can read it: chmod 600 {path}", zh=f"他人可读取：请执行 chmod 600 {path}"))
    for other in keys.trusted():
        typer.echo(tr(en=f"trusted {other.short} {other.name}", zh=f"可信 {other.short} {other.name}"))


@app.command(help=tr(en="Print the public key, to hand on.", zh="输出公钥，供他人核验。"))
def export(
    to: Annotated[Path | None, typer.Option(help=tr(en="File to write it to.", zh="写入的文件。"))] = None,
) -> None:
    """PEM, as OpenSSL reads it."""
    from probe.errors import cannot_write
    from probe.evidence import keys

    pem = keys.signing_key(make=False).public.pem
    if to is None:
        typer.echo(pem, nl=False)
        return
    try:
        to.write_text(pem, encoding="ascii")
    except OSError as error:
        raise cannot_write(to, error) from None


@app.command(help=tr(en="Trust somebody's public key.", zh="信任他人的公钥。"))
def trust(
    file: Annotated[Path, typer.Argument(help=tr(en="The public key in PEM.", zh="PEM 格式的公钥文件。"))],
    name: Annotated[
        str | None,
        typer.Option(
            help=tr(en="What its owner is called; the file's name if not given.", zh="持有人名称；不写则取文件名。")
        ),
    ] = None,
) -> None:
    """Compare the fingerprint with its owner's, by another way than the one the file came."""
    from probe.evidence import keys

    key = keys.read_public(file)
    keys.trust(key, name or file.stem)
    typer.echo(
        tr(
            en=f"trusted as {name or file.stem}: SHA-256 {key.fingerprint}; compare it with its owner's",
            zh=f"已信任为 {name or file.stem}：SHA-256 {key.fingerprint}；请与持有人核对",
        )
    )


@app.command(help=tr(en="No longer trust a key.", zh="不再信任某把密钥。"))
def forget(name: Annotated[str, typer.Argument(help=tr(en="Its name.", zh="其名称。"))]) -> None:
    """The bundles it signed are then by an unknown key."""
    from probe.evidence import keys

    keys.forget(name)


@app.command(
    help=tr(
        en="Print the head of each chain, to publish: it vouches for every bundle up to it.",
        zh="输出每条链的链头以供公布：它为此前所有证据包作证。",
    )
)
def head(
    recordings: Annotated[Path, typer.Argument(help=tr(en="The recordings folder.", zh="录音文件夹。"))] = Path(
        "recordings"
    ),
) -> None:
    """One line a chain: its name, number and hash, as `probe verify --head` takes it."""
    from probe.errors import UserError
    from probe.evidence import chain

    files = chain.files(recordings)
    if not files:
        raise UserError(
            f"{recordings}: no chain here; nothing was sealed yet", f"{recordings}：没有链；尚未封存任何通话"
        )
    for path in files:
        last = chain.last(path)
        if last is None:
            raise UserError(
                f"{path}: its last line cannot be read; type: probe verify {recordings}",
                f"{path}：最后一行无法读取；请输入：probe verify {recordings}",
            )
        typer.echo(f"{last.id} {last.number} {last.head}")
