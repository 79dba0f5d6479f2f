"""The benchmark's figures on a terminal, and the story of a single call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probe.bench import words
from probe.bench.benchmark import Measured, Plan
from probe.bench.figures import Figures, Group, Share, Spread
from probe.bench.rows import ANSWERS, Row
from probe.bench.runner import Series, place_series
from probe.i18n import tr
from probe.report.words import say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_TOLD = 60  # misses that are listed one by one on the terminal; the page has all


def tell(console: Console, plan: Plan, found: Sequence[Measured]) -> None:
    """Everything, in the order in which one wants to know it."""
    for one in found:
        figures = one.figures
        console.rule(one.detector)
        console.print(
            tr(
                en=f"{figures.all.calls} calls to {figures.hotlines} hotlines ({plan.split}, seed {plan.seed}), "
                f"{figures.audio / 3600:.1f} h of audio in {one.took / 60:.1f} min",
                zh=f"{figures.hotlines} 个热线、{figures.all.calls} 通电话（{plan.split}，种子 {plan.seed}），"
                f"音频 {figures.audio / 3600:.1f} 小时，用时 {one.took / 60:.1f} 分钟",
            ),
            highlight=False,
        )
        console.print(_matrix(tr(en="speech: truth → verdict", zh="语音：真实 → 判断"), figures.segments))
        answers = "  ".join(f"{say(words.LABELS[name])} {figures.answers[name]}" for name in ANSWERS)
        console.print(tr(en="people: ", zh="真人：") + answers, highlight=False)
        console.print(_matrix(tr(en="outcome: truth → found", zh="结果：真实 → 所得"), figures.outcomes))
        apart = "  ".join(f"{n:+d}: {count}" for n, count in sorted(figures.steps_apart.items()))
        console.print(tr(en="steps found less true: ", zh="步数之差：") + apart, highlight=False)
        _tell_times(console, figures)
        _tell_calibration(console, figures)
        console.print(_conditions(figures))
        _tell_misses(console, figures.misses)
    console.print(_bounds(found))


def _bounds(found: Sequence[Measured]) -> Table:
    from rich.table import Table

    table = Table(title=tr(en="What it must show", zh="应达到的指标"), title_justify="left")
    table.add_column("")
    table.add_column(tr(en="needed", zh="要求"))
    for one in found:
        table.add_column(one.detector.rpartition(":")[2] if len(found) > 1 else tr(en="measured", zh="实测"))
    for n, bound in enumerate(found[0].bounds):
        cells = []
        for one in found:
            colour = {True: "green", False: "red", None: "dim"}[one.bounds[n].met]
            cells.append(f"[{colour}]{say(words.measured(one.bounds[n]))}  {say(words.mark(one.bounds[n]))}[/]")
        table.add_row(say(words.BOUNDS[bound.name]), say(words.needed(bound)), *cells)
    return table


def _matrix(title: str, counts: Counter[tuple[str, str]]) -> Table:
    """A confusion matrix: a row a truth, a column a finding."""
    from rich.table import Table

    from probe.report.words import OUTCOMES

    names = OUTCOMES | words.LABELS
    columns = sorted({column for _, column in counts})
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column(say(words.named(names, column)), justify="right")
    for row in sorted({row for row, _ in counts}):
        cells = []
        for column in columns:
            count = counts[row, column]
            cells.append("·" if not count else f"[green]{count}[/]" if row == column else f"[red]{count}[/]")
        table.add_row(say(words.named(names, row)), *cells)
    return table


def _tell_times(console: Console, figures: Figures) -> None:
    times = (
        (tr(en="answer instant, found less true, ms", zh="人工应答时刻误差（毫秒）"), figures.all.error, 1000.0, ".0f"),
        (tr(en="decision after the opening, s", zh="开场白结束至判断（秒）"), figures.all.delay, 1.0, ".2f"),
        (tr(en="agent's seconds used", zh="占用坐席秒数"), figures.all.agent, 1.0, ".1f"),
    )
    for name, spread, factor, form in times:
        shares = (0.025, 0.05, 0.5, 0.95, 0.975)
        quantiles = ((share, spread.quantile(share)) for share in shares)
        told = "  ".join(f"{share:.1%}: {value * factor:{form}}" for share, value in quantiles if value is not None)
        console.print(f"{name} (n={len(spread.values)}): {told}", highlight=False)


def _tell_calibration(console: Console, figures: Figures) -> None:
    calibration = figures.calibration
    if calibration.brier is None or calibration.ece is None:
        return
    console.print(
        tr(en="stated probability and share right: ", zh="所给概率与实际正确率：")
        + "  ".join(f"{c.stated:.3f}→{c.right.value:.3f} (n={c.right.n})" for c in calibration.classes)
        + f"; Brier {calibration.brier:.4f}, ECE {calibration.ece:.4f}",
        highlight=False,
    )
    console.print(
        tr(en="CPU s per s of audio: listening ", zh="每秒音频的处理器秒数：听辨 ")
        + f"{figures.cpu or 0:.4f}, "
        + tr(en="recognition ", zh="识别 ")
        + f"{figures.cpu_recognition or 0:.4f}",
        highlight=False,
    )


def _conditions(figures: Figures) -> Table:
    from rich.table import Table

    table = Table(title=tr(en="by condition", zh="分条件"), title_justify="left")
    headings = (
        "",
        tr(en="calls", zh="通话"), tr(en="precision", zh="精确率"), tr(en="recall", zh="召回率"),
        tr(en="unsure", zh="不确定"), tr(en="steps", zh="步数"), tr(en="outcome", zh="结果"),
        tr(en="|error| 95 %, ms", zh="误差 95%（毫秒）"), tr(en="delay 95 %, s", zh="延迟 95%（秒）"),
    )  # fmt: skip
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="right" if n else "left")
    last = ""
    for name, value, group in figures.groups:
        if name != last:
            table.add_section()
            table.add_row(f"[bold]{say(words.named(words.GROUPS, name))}[/]")
            last = name
        table.add_row("  " + say(words.named(words.VALUES, value)), *cells(group))
    return table


def cells(group: Group) -> list[str]:
    """The figures of a group as a row of a table."""
    return [
        str(group.calls),
        share(group.precision),
        share(group.recall),
        share(group.unsure),
        share(group.steps),
        share(group.outcome),
        quantile(group.error.size, 0.95, 1000, ".0f"),
        quantile(group.delay, 0.95, 1, ".2f"),
    ]


def share(of: Share) -> str:
    """A share as a percentage, "–" of nothing."""
    return "–" if of.value is None else f"{of.value:.1%}"


def quantile(spread: Spread, at: float, factor: float, form: str) -> str:
    """A quantile as text, "–" of nothing."""
    value = spread.quantile(at)
    return "–" if value is None else f"{value * factor:{form}}"


def _tell_misses(console: Console, misses: Sequence[Row]) -> None:
    console.print(
        tr(
            en=f"misses: {len(misses)} (again: probe bench --only NAME)",
            zh=f"未全对：{len(misses)}（重做：probe bench --only 名称）",
        ),
        highlight=False,
    )
    for row in misses[:_TOLD]:
        console.print("  " + miss(row), highlight=False, markup=False, soft_wrap=True)
    if len(misses) > _TOLD:
        console.print(
            tr(en=f"  ... {len(misses) - _TOLD} more on the page", zh=f"  ……另有 {len(misses) - _TOLD} 条，见页面")
        )


def miss(row: Row) -> str:
    """What was wrong about a call, in one line."""
    traps = next((", ".join(values) for name, values in row.tags if name == "trap"), "")
    way = ", ".join(f"{name} {values[0]}" for name, values in row.tags if name != "trap")
    error = "" if row.error is None else f", answer {row.error * 1000:+.0f} ms"
    return (
        f"{row.name}: person {row.answer}{error}; found {row.outcome} in {row.steps} steps, "
        f"truly {row.true_outcome} in {row.true_steps}; {traps}; {way}; {row.why}"
    )


def tell_call(console: Console, series: Series, detector: str, to: Path) -> None:
    """Makes the calls of a series again, and tells the last one: every judgement and every happening, in order."""
    from probe.bench.rows import row

    result = place_series(series, detector, keep=to / series[-1].name.replace("#", "-"))[-1]
    console.print(miss(row(result)), highlight=False, markup=False, soft_wrap=True)
    condition = result.case.condition
    console.print(f"{condition}", highlight=False, markup=False, soft_wrap=True)
    lines = [
        (h.at + result.latency, f"  {tr(en='truth', zh='真实')}  {h.kind} {h.detail}") for h in result.truth.ordered()
    ]
    lines += [
        (s.start + result.latency, f"  {tr(en='truth', zh='真实')}  {s.who} –{s.end + result.latency:.2f}: {s.text}")
        for s in result.truth.spoken
    ]
    for judgement in result.judgements:
        verdict = judgement.verdict
        reasons = "; ".join(verdict.reasons)
        lines.append(
            (
                judgement.start,
                f"{tr(en='found', zh='所得')}  {verdict.is_} {verdict.probability:.3f} –{judgement.end:.2f} "
                f"({judgement.known:.2f}; {tr(en='truly', zh='实为')} {judgement.truth}): {reasons}",
            )
        )
    lines += [
        (action.at, f"{tr(en='caller', zh='主叫')}  {action.kind} {getattr(action, 'value', '')}")
        for action in result.found.actions
    ]
    for at, line in sorted(lines):
        console.print(f"{at:8.2f}  {line}", highlight=False, markup=False, soft_wrap=True)
    console.print(tr(en=f"The call is in {to}/.", zh=f"该通话在 {to}/。"), highlight=False)
