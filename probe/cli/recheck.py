"""`probe recheck`: every figure of a sealed call computed again from its audio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.options import Model
from probe.i18n import tr

if TYPE_CHECKING:
    from probe.timeline import Timeline

HELP = tr(
    en="Compute every figure of a sealed call again from its audio, and compare.",
    zh="由录音重新计算已封存通话的每个数字并比对。",
)


def recheck(
    bundle: Annotated[Path, typer.Argument(help=tr(en="The call's folder.", zh="通话文件夹。"))],
    model: Model = None,
) -> None:
    """Exit code 0: the seal holds and every figure is the same; 1: not."""
    from rich.console import Console
    from rich.table import Table

    from probe import place
    from probe.cli import FAILED, FINE
    from probe.cli.compare import differences
    from probe.evidence.ring import Ring
    from probe.evidence.verify import place_in_chain, verify_bundle

    console = Console()
    heard = place.replay(bundle, model=model)  # also says what is not a call's folder
    folder = bundle if bundle.is_dir() else bundle.parent
    seal = verify_bundle(folder, Ring.usual())
    place_in_chain(seal)
    for finding in seal.broken:
        console.print(f"✗ {finding}", highlight=False, soft_wrap=True, markup=False)
    if seal.holds:
        console.print(
            tr(en="✓ the seal holds: audio and timeline are what was sealed", zh="✓ 封存成立：录音和时间线与封存时一致")
        )
    rows = figures(heard.kept, heard.found)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in (
        tr(en="figure", zh="数字"),
        tr(en="as kept", zh="原记录"),
        tr(en="from the audio", zh="由录音重算"),
        "",
    ):
        table.add_column(title)
    for name, kept, found in rows:
        table.add_row(name, kept, found, "[green]✓[/]" if kept == found else "[red]✗[/]")
    console.print(table)
    then, now = heard.kept.call, heard.found.call
    if (then.model, then.software) != (now.model, now.software):
        console.print(
            tr(
                en=f"heard then by {then.software} with {then.model}, now by {now.software} with {now.model}",
                zh=f"当时：{then.software}，模型 {then.model}；现在：{now.software}，模型 {now.model}",
            ),
            highlight=False,
        )
    wrong = sum(kept != found for _, kept, found in rows)
    elsewhere = len(differences(heard.kept, heard.found)) - wrong
    console.print(
        tr(
            en=f"{len(rows) - wrong} of {len(rows)} figures are the same",
            zh=f"{len(rows)} 个数字中 {len(rows) - wrong} 个一致",
        )
        + (
            tr(
                en=f"; {elsewhere} other differences, see probe replay",
                zh=f"；另有 {elsewhere} 处其他差异，见 probe replay",
            )
            if elsewhere > 0
            else ""
        ),
        highlight=False,
    )
    raise typer.Exit(FINE if not wrong and seal.holds else FAILED)


def figures(kept: Timeline, found: Timeline) -> list[tuple[str, str, str]]:
    """Every figure of a call by name: as kept, as found; "–" where there is none."""

    def value(number: float | None) -> str:
        return "–" if number is None else f"{number:g}" if float(number).is_integer() else f"{number:.6f}".rstrip("0")

    rows = [("outcome", *(str(t.outcome.value) if t.outcome else "–" for t in (kept, found)))]
    for what in ("clocks", "effort"):
        before, after = getattr(kept, what), getattr(found, what)
        rows += [(name, value(before.get(name)), value(after.get(name))) for name in dict.fromkeys([*before, *after])]
    held = {str(row["expectation"]): str(row["held"]) for row in kept.expected}
    holds = {str(row["expectation"]): str(row["held"]) for row in found.expected}
    rows += [(name, held.get(name, "–"), holds.get(name, "–")) for name in dict.fromkeys([*held, *holds])]
    return [(row[0], row[1], row[2]) for row in rows]
