"""`probe serve`: the page on which calls are looked at, listened to, compared and reviewed."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Recordings
from probe.i18n import tr

if TYPE_CHECKING:
    from probe.web.access import Access, Role

HELP = tr(
    en="Serve the page on which calls are listened to, looked at, compared and reviewed.",
    zh="打开网页：收听、查看、对比和复核通话。",
)


def serve(
    recordings: Recordings = Path("recordings"),
    host: Annotated[
        str,
        typer.Option(
            help=tr(
                en="Address to listen on; on any but this machine's own, everybody needs a token.",
                zh="监听地址；若非本机地址，所有人都须持令牌。",
            )
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help=tr(en="Port; 0 takes a free one.", zh="端口；0 表示任一空闲端口。"), min=0, max=65535)
    ] = 8000,
    reviewer: Annotated[
        list[str] | None,
        typer.Option(
            help=tr(
                en="Name of somebody who may review; prints a link to sign in with. May be repeated.",
                zh="可以复核的人的姓名；会显示其登录链接。可多次使用。",
            )
        ),
    ] = None,
    viewer: Annotated[
        list[str] | None,
        typer.Option(
            help=tr(
                en="Name of somebody who may look only; prints a link. May be repeated.",
                zh="仅可查看的人的姓名；会显示其登录链接。可多次使用。",
            )
        ),
    ] = None,
    tokens: Annotated[
        Path | None,
        typer.Option(
            help=tr(
                en="YAML file that remembers who has a token, so that links outlive this command.",
                zh="记住令牌持有人的 YAML 文件，重启后链接仍然有效。",
            )
        ),
    ] = None,
    behind: Annotated[
        str | None,
        typer.Option(
            help=tr(
                en="Address under which a proxy with HTTPS shows this page, such as https://probe.example.org.",
                zh="由 HTTPS 代理对外提供本页面时的网址，例如 https://probe.example.org。",
            )
        ),
    ] = None,
) -> None:
    """Serves until it is stopped."""
    import socket

    from probe.errors import OurFault, UserError

    if not recordings.is_dir():
        raise UserError(
            f"{recordings}: no such folder; place calls first, or name their folder with --recordings",
            f"{recordings}：没有这个文件夹；请先拨打，或用 --recordings 指定录音文件夹",
        )
    if behind is not None and not behind.startswith("https://"):
        raise UserError("--behind takes an address that begins with https://", "--behind 须为 https:// 开头的网址")
    alone = _loopback(host) and behind is None
    access, links = _admitted(alone, tokens, reviewer or [], viewer or [])
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OurFault(f"{host}:{port}: cannot listen there: {reason}", f"{host}:{port}：无法监听：{reason}") from None
    import uvicorn

    from probe.web.app import make_app
    from probe.web.site import Site

    named = socket.gethostname() if host in ("0.0.0.0", "::") else host
    shown = f"[{named}]" if ":" in named else named
    address = behind.rstrip("/") if behind else f"http://{shown}:{listening.getsockname()[1]}"
    site = Site(recordings, access, loopback_only=alone, secure=behind is not None)
    print(tr(en=f"Calls in {recordings}: {address}/", zh=f"{recordings} 中的通话：{address}/"), flush=True)
    for name, role, token in links:
        what = tr(en="reviews", zh="复核") if role == "reviewer" else tr(en="looks", zh="查看")
        print(f"  {name} ({what}): {address}/sign-in#{token}", flush=True)
    if not alone and behind is None:
        print(
            tr(
                en="  Anybody on the way can read what is sent without HTTPS; beyond a trusted network, use --behind.",
                zh="  未用 HTTPS 时途中可被他人读取；在不受信任的网络上请使用 --behind。",
            ),
            flush=True,
        )
    site.keeper.look(0)
    settings = uvicorn.Config(
        make_app(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=32 * 1024,
        http="h11",
        timeout_graceful_shutdown=2,
    )
    with listening:
        uvicorn.Server(settings).run(sockets=[listening])


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _admitted(
    alone: bool, tokens: Path | None, reviewers: list[str], viewers: list[str]
) -> tuple[Access, list[tuple[str, Role, str]]]:
    """Who has a token; and of those who got one just now: name, role, token."""
    from probe.web import access

    door = access.Access(open=alone, people=access.load(tokens) if tokens else [])
    known = {(person.name, person.role) for person in door.people}
    wanted: list[tuple[str, Role]] = [(name, "reviewer") for name in reviewers]
    wanted += [(name, "viewer") for name in viewers]
    if not alone and not door.people and not wanted:
        wanted = [(tr(en="viewer", zh="查看者"), "viewer")]  # else nobody could see anything
    links = [(name, role, door.admit(name, role)) for name, role in wanted if (name, role) not in known]
    if tokens and links:
        access.save(tokens, door.people)
    return door, links
