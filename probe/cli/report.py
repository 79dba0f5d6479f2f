"""`probe report`: what the calls in a folder say, as a page to hand on and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.campaign import StoreOption
from probe.cli.options import Recordings
from probe.i18n import tr

HELP = tr(
    en="Write a report on all calls in a folder: HTML, Excel, CSV, JSON Lines, Parquet, PDF.",
    zh="就一个文件夹中的全部通话写出报告：HTML、Excel、CSV、JSON Lines、Parquet、PDF。",
)


class Form(StrEnum):
    """Formats of a report."""

    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    PDF = "pdf"


def report(
    recordings: Recordings = Path("recordings"),
    campaign: Annotated[
        str | None,
        typer.Option(
            help=tr(
                en="Only a campaign's calls, from wherever they are kept.",
                zh="只统计某个任务的通话，位置由数据库给出。",
            )
        ),
    ] = None,
    store: StoreOption = None,
    profile: Annotated[
        str,
        typer.Option(
            help=tr(
                en="Rule for the headline: the name of a shipped one, or a YAML file of your own.",
                zh="首页采用的规则：随软件提供的规则名，或自己的 YAML 文件。",
            )
        ),
    ] = "miit-30s",
    to: Annotated[Path, typer.Option(help=tr(en="Folder for the report.", zh="存放报告的文件夹。"))] = Path("reports"),
    format: Annotated[  # noqa: A002 (the option's name)
        list[Form] | None,
        typer.Option(
            help=tr(
                en="What to write; may be given several times. All if not given; PDF only if a browser can print it.",
                zh="输出格式，可多次给出；不给出则全部输出（有浏览器可打印时才输出 PDF）。",
            )
        ),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help=tr(
                en="Mask names, agents' IDs, telephone and card numbers in every text; no links to audio and timelines.",
                zh="在所有文字中遮盖姓名、工号、电话和卡号；不链接录音和时间线。",
            ),
        ),
    ] = False,
) -> None:
    """Exit code 0 when everything asked for was written."""
    from rich.console import Console

    from probe.report.document_writing import FORMATS, write_report
    from probe.report.pdf import find_browser, no_browser
    from probe.report.profiles import find

    console = Console()
    rule = find(profile)
    only = None
    if campaign is not None:
        recordings, only = _of_campaign(campaign, store)
    wanted = [name for name in FORMATS if not format or name in format]
    if format and "pdf" in wanted and find_browser() is None:
        raise no_browser()  # before anything is computed
    with console.status(tr(en="Report ...", zh="报告……")) as status:
        material, written = write_report(
            recordings, to, rule, wanted, datetime.now(UTC), status.update, only=only, mask=redact
        )
    aside = len(material.asked) - material.settled
    console.print(
        tr(
            en=f"{len(material.frame)} calls at {len(material.hotlines)} hotlines; a person was reached in "
            f"{material.reached} of the {material.settled} settled calls that asked for one ({aside} not counted).",
            zh=f"{len(material.hotlines)} 个热线，{len(material.frame)} 通电话；要求人工并有结论的 {material.settled} 通中，"
            f"接通人工 {material.reached} 通（另有 {aside} 通不计入）。",
        ),
        highlight=False,
    )
    for line in _listed(to, written):
        console.print(f"  {line}", highlight=False, soft_wrap=True)
    if "pdf" in wanted and find_browser() is None:
        console.print(
            tr(
                en="No PDF: no Chromium, Chrome or Edge was found; print the HTML instead.",
                zh="没有生成 PDF：未找到 Chromium、Chrome 或 Edge；请打印 HTML。",
            ),
            highlight=False,
        )


def _of_campaign(name: str, where: str | None) -> tuple[Path, list[str]]:
    """The folder that a campaign's calls are in, and their names."""
    from probe.campaign.store import open_store
    from probe.campaign.store.overrides import keep_reviews
    from probe.campaign.store.reading import bundles
    from probe.errors import UserError

    opened = open_store(where, must_exist=True)
    found = bundles(opened, name)
    folders = sorted({path.parent for path in found})
    if len(folders) != 1:
        places = ", ".join(str(folder) for folder in folders) or "-"
        raise UserError(
            f"campaign `{name}` has no calls in one folder on this machine ({places}); gather them, and use --recordings",
            f"任务“{name}”的通话不在本机的同一个文件夹（{places}）；请先汇集，再用 --recordings",
        )
    keep_reviews(opened, folders[0])
    return folders[0], [path.name for path in found]


def _listed(to: Path, written: Sequence[Path]) -> list[str]:
    """The files in the folder itself, and each folder of tables in one line."""
    single = [str(path) for path in written if path.parent == to]
    folders = dict.fromkeys(path.parent for path in written if path.parent != to)
    for folder in folders:
        count = sum(path.parent == folder for path in written)
        single.append(f"{folder}/ " + tr(en=f"({count} tables)", zh=f"（{count} 张表）"))
    return single
