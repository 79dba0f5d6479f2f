"""A report written to a folder, in the formats asked for. This is the interface of the room for commands and pages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from probe import __version__
from probe.errors import OurFault, UserError
from probe.i18n import tr
from probe.report.document import render
from probe.report.document_calls import Addresses
from probe.report.document_material import Material, gather
from probe.report.exports import write_csv, write_json_lines, write_parquet
from probe.report.index import Index
from probe.report.pdf import find_browser, no_browser, write_pdf
from probe.report.profiles import Profile
from probe.report.tables import tables
from probe.report.tables_columns import Table
from probe.report.workbook import write_workbook

Format = Literal["html", "xlsx", "csv", "jsonl", "parquet", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "xlsx", "csv", "jsonl", "parquet", "pdf")


def write_report(
    recordings: Path,
    reports: Path,
    profile: Profile,
    formats: Sequence[Format],
    made_at: datetime,
    tell: Callable[[str], None] | None = None,
    *,
    only: Collection[str] | None = None,
    mask: bool = False,
) -> tuple[Material, list[Path]]:
    """Writes the report on the calls in `recordings` (those named `only`, all if not given) into `reports`; returns its
    content and the files written.

    `mask`: names, IDs and numbers of persons are masked in every text, and nothing links to audio or timelines.

    Raises UserError when there are no calls, or only a PDF is wanted and no browser is installed; OurFault when a file
    cannot be written.
    """
    said = tell or (lambda _: None)
    ready(reports)
    if list(formats) == ["pdf"] and find_browser() is None:
        raise no_browser()
    index = Index(recordings)
    try:
        index.refresh(lambda done, of: said(tr(en=f"reading calls {done}/{of}", zh=f"读取通话 {done}/{of}")))
        if not index.count() or (only is not None and not any(index.call(name) for name in only)):
            raise no_calls(recordings, index.unreadable())
        said(tr(en="measuring", zh="统计"))
        material = gather(index, profile, made_at, only=only, mask=mask)
    finally:
        index.close()
    addresses = Addresses(recordings, reports, len(material.frame), links=not mask)
    try:
        return material, _write(material, addresses, reports, formats, said)
    except OSError as error:
        raise _cannot_write(reports, error) from None


def no_calls(recordings: Path, unreadable: Sequence[tuple[str, str]]) -> UserError:
    """What is said instead of a report on nothing."""
    if unreadable:
        name, why = unreadable[0]
        return UserError(
            f"{recordings}: none of its {len(unreadable)} folders can be read as a call; {name}: {why}",
            f"{recordings}：其中 {len(unreadable)} 个文件夹都不能作为通话读取；{name}：{why}",
        )
    return UserError(
        f"{recordings}: no calls in this folder; place some first: probe demo --virtual",
        f"{recordings}：文件夹里没有通话；请先拨打，例如：probe demo --virtual",
    )


def ready(reports: Path) -> None:
    """Makes the folder, and makes sure before anything is computed that files can be written there; else OurFault."""
    try:
        reports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=reports):
            pass
    except OSError as error:
        raise _cannot_write(reports, error) from None


def _write(
    material: Material, addresses: Addresses, reports: Path, formats: Sequence[Format], said: Callable[[str], None]
) -> list[Path]:
    written: list[Path] = []
    pages: dict[str, str] = {}
    if "html" in formats or "pdf" in formats:
        said("HTML")
        pages = render(material, addresses)
    if "html" in formats:
        for name, text in pages.items():
            _replace(reports / name, text)
            written.append(reports / name)
    if {"xlsx", "csv", "jsonl", "parquet"} & set(formats):
        content = tables(material, addresses.audio)
        written += _write_tables(material, content, reports, formats, said)
    if "pdf" in formats and (find_browser() is not None or len(formats) == 1):
        said("PDF")
        write_pdf(pages["report.html"], reports / "report.pdf")
        written.append(reports / "report.pdf")
    return written


def _write_tables(
    material: Material, content: list[Table], reports: Path, formats: Sequence[Format], said: Callable[[str], None]
) -> list[Path]:
    written: list[Path] = []
    if "xlsx" in formats:
        said("Excel")
        write_workbook(content, reports / "report.xlsx", _about(material), material.made_at)
        written.append(reports / "report.xlsx")
    writers = {"csv": write_csv, "jsonl": write_json_lines, "parquet": write_parquet}
    for name, write in writers.items():
        if name in formats:
            said(name)
            written += write(content, reports / name)
    return written


def _about(material: Material) -> list[tuple[str, str]]:
    """The first lines of the workbook."""
    profile, aside = material.profile, len(material.asked) - material.settled
    return [
        (tr(en="Report", zh="报告"), tr(en="Hotline test report", zh="热线拨测报告")),
        (tr(en="Made at", zh="生成时间"), material.made_at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        (tr(en="By", zh="软件"), f"probe {__version__}"),
        (tr(en="Calls", zh="通话数"), str(len(material.frame))),
        (tr(en="Rule", zh="规则"), f"{profile.name}: {tr(en=profile.title.en, zh=profile.title.zh)}"),
        (
            tr(en="In no share", zh="不计入比例"),
            tr(
                en=f"{aside} of {len(material.asked)} calls for a person: our fault, unsure, unfinished",
                zh=f"要求人工的 {len(material.asked)} 通中有 {aside} 通：我方故障、不确定、未完成",
            ),
        ),
        (
            tr(en="Intervals", zh="区间"),
            tr(en="95 %: Wilson for shares, Kaplan-Meier for waits", zh="95%：比例用 Wilson，等待用 Kaplan-Meier"),
        ),
    ]


def _replace(path: Path, text: str) -> None:
    """Writes a file under another name first, so that a reader never finds half of it."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _cannot_write(reports: Path, error: OSError) -> OurFault:
    reason = error.strerror or str(error)
    return OurFault(f"{reports}: cannot write: {reason}", f"{reports}：无法写入：{reason}")
