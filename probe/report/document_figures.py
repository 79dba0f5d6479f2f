"""The report's figures: which estimate is drawn how, and where each mark leads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from probe.i18n import tr
from probe.report import charts, words
from probe.report.charts import Bar, Column, Estimate, Part, Series
from probe.report.document_calls import Addresses
from probe.report.document_distributions import Distribution, for_a_person
from probe.report.document_material import FEWEST, Found, Material
from probe.report.ladder import STAGES
from probe.report.ladder_drawing import Drawn, side_by_side, standing
from probe.report.profiles import Score
from probe.report.survival import Waiting

MOST = 60
"""A figure with one row a hotline shows at most so many: the quickest half and the slowest half."""
DETAILED = 200
"""So many hotlines have a section of their own, chosen likewise; the workbook has all."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The figure of how calls ended, its legend (class, words), and how many calls are in it."""

    drawing: Markup
    legend: tuple[tuple[str, str], ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One hotline's section: its ladder drawn, and the stages that occur in it."""

    found: Found
    drawing: Markup | None
    stages: tuple[str, ...]
    audio: str | None


def name_of(found: Found, material: Material) -> str:
    """What a hotline is called in a figure: its enterprise, with its identity where an enterprise has several."""
    name = found.hotline.enterprise or found.hotline.id
    same = sum(other.hotline.enterprise == found.hotline.enterprise for other in material.hotlines)
    return name if same == 1 else f"{name} {found.hotline.id.rsplit('-', 1)[-1]}"


def section_of(found: Found, addresses: Addresses) -> str:
    """The anchor of a hotline's section."""
    return f"#hotline-{addresses.slug(found.hotline.id)}"


def outcomes(material: Material, addresses: Addresses, goal: str) -> Outcomes | None:
    """How the calls of each hotline with one goal ended; None when there are none."""
    frame = material.frame
    asked = frame[frame["goal"] == "complaint"] if goal == "complaint" else for_a_person(frame)
    if not len(asked):
        return None
    table = pd.crosstab(asked["hotline"], asked["outcome"])
    order = [name for name in (*words.OUTCOMES, "unfinished") if name in table.columns]
    where = {"goal": goal} if goal == "complaint" or len(asked) < len(frame) else {}

    def parts(counts: pd.Series, hotline: str) -> tuple[Part, ...]:
        return tuple(
            Part(words.outcome(name, goal), int(counts[name]), f"o-{name}", addresses.calls(hotline, name, **where))
            for name in order
            if counts[name]
        )

    rows = [
        Bar(
            name_of(found, material), parts(table.loc[found.hotline.id], found.hotline.id), section_of(found, addresses)
        )
        for found in _shown(material)
        if found.hotline.id in table.index
    ]
    if len(rows) > 1:
        rows.insert(0, Bar(tr(en="all hotlines", zh="全部热线"), parts(table.sum(), "*")))
    label = tr(en="How the calls ended, by hotline", zh="各热线通话结果")
    legend = tuple((f"o-{name}", words.outcome(name, goal)) for name in order)
    return Outcomes(charts.bars(rows, label), legend, len(asked))


def ladders(material: Material, addresses: Addresses) -> Markup | None:
    """Each hotline's walk, side by side."""
    drawn = [
        Drawn(name_of(found, material), found.ladder, section_of(found, addresses), _audio(found, material, addresses))
        for found in _shown(material)
        if found.ladder
    ]
    return side_by_side(drawn, tr(en="Each hotline's walk to scale", zh="各热线接通过程（按比例）")) if drawn else None


def steps(material: Material, addresses: Addresses) -> Markup:
    """Hotlines by steps, beside 福建 2021."""
    return _distribution(
        material.steps, addresses, tr(en="Hotlines by steps to a person", zh="按转人工步数分布"), "福建 2021"
    )


def times(material: Material, addresses: Addresses) -> Markup:
    """Hotlines by time to a person, beside IT时报 2024."""
    return _distribution(
        material.times, addresses, tr(en="Hotlines by time to a person", zh="按接通人工用时分布"), "IT时报 2024"
    )


def curve(material: Material) -> Markup | None:
    """The share of callers who have a person by a time."""
    if not material.waiting.curve or material.waiting.n < FEWEST:
        return None  # a handful of waits has a curve, but its band would pretend to be sure
    named = [(base_name(material), material.waiting)]
    others = [(name, waits) for name, waits in material.others.items() if waits.n >= FEWEST]
    named += [(words.named(words.CALLERS, name), waits) for name, waits in others[:1]]
    series = [
        Series(name, tuple((p.at, 1 - p.waiting, 1 - p.high, 1 - p.low) for p in waits.curve)) for name, waits in named
    ]
    limits = [(seconds, f"{seconds} " + tr(en="s", zh="秒")) for seconds in (15, 30, 180)]
    end = max(60.0, *(waits.curve[-1].at for _, waits in named))
    label = tr(en="Share of callers with a person by a time", zh="应答后各时刻已接通人工的比例")
    return charts.curve(series, label, horizon=end, thresholds=limits)


def base_name(material: Material) -> str:
    """The callers that headline figures are about."""
    return (
        words.named(words.CALLERS, material.base) + tr(en=" callers", zh="主叫")
        if material.base
        else tr(en="all callers", zh="全部主叫")
    )


def medians(material: Material, addresses: Addresses) -> Markup:
    """The median time to a person at each hotline."""
    rows = [
        Estimate(
            name_of(found, material),
            found.waiting.median,
            *_ends(found.waiting),
            _median_note(found.waiting),
            addresses.calls(found.hotline.id, goal="human"),
            "est" if found.waiting.events else "bad",
        )
        for found in _shown(material)
    ]
    label = tr(en="Median time from answer to person, by hotline", zh="各热线应答至人工的中位用时")
    return charts.estimates(rows, label, unit=tr(en="seconds", zh="秒"))


def scores(material: Material, addresses: Addresses) -> Markup:
    """The share of each hotline's calls that meet the chosen rule."""
    profile = material.profile
    rows = [
        Estimate(
            name_of(found, material),
            found.score.share,
            found.score.interval.low if found.score.interval else None,
            found.score.interval.high if found.score.interval else None,
            _score_note(found.score),
            addresses.calls(found.hotline.id, goal=profile.goal or "*", caller=profile.caller or "*"),
            {"met": "good", "not_met": "bad", "too_few": "open", "no_target": "est"}[found.score.verdict],
        )
        for found in _shown(material)
    ]
    name = tr(en="target", zh="要求") + f" {profile.share:.0%}" if profile.share else ""
    title = tr(en=profile.title.en, zh=profile.title.zh)
    return charts.estimates(rows, title, unit="%", target=profile.share, target_name=name, most=1.0)


def detail(found: Found, material: Material, addresses: Addresses) -> Detail:
    """What a hotline's section shows."""
    audio = _audio(found, material, addresses)
    if found.ladder is None:
        return Detail(found, None, (), audio)
    label = tr(en="One call from top to bottom, to scale", zh="一通电话的全过程（自上而下，按比例）")
    present = {span.stage for span in found.ladder.spans}
    drawing = standing(Drawn(name_of(found, material), found.ladder, None, audio), label)
    return Detail(found, drawing, tuple(stage for stage in STAGES if stage in present), audio)


def ends(hotlines: tuple[Found, ...], most: int) -> tuple[Found, ...]:
    """All of them, or of very many the quickest and the slowest."""
    return hotlines if len(hotlines) <= most else (*hotlines[: most // 2], *hotlines[-(most - most // 2) :])


def _shown(material: Material) -> tuple[Found, ...]:
    return ends(material.hotlines, MOST)


def _audio(found: Found, material: Material, addresses: Addresses) -> str | None:
    """The address of the example's audio, if it has not been removed."""
    if found.example is None:
        return None
    present = material.frame.loc[material.frame["id"] == found.example, "audio_present"]
    return addresses.audio(found.example) or None if bool(present.iloc[0]) else None


def _distribution(found: Distribution, addresses: Addresses, label: str, published: str) -> Markup:
    columns = [
        Column(
            words.say(c.words),
            len(c.hotlines),
            c.share,
            c.interval.low,
            c.interval.high,
            addresses.calls(c.hotlines, goal="human") if c.hotlines else None,
            c.published,
            "bar-no" if c.name == "nobody" else "bar",
        )
        for c in found.classes
    ]
    return charts.columns(columns, label, published=published)


def _ends(waits: Waiting) -> tuple[float | None, float | None]:
    interval = waits.median_interval
    if interval is None or not math.isfinite(interval.low) or waits.n < FEWEST:
        return None, None
    return interval.low, interval.high if math.isfinite(interval.high) else None


def _median_note(waits: Waiting) -> str:
    counts = tr(en=f"{waits.events}/{waits.n} reached", zh=f"接通 {waits.events}/{waits.n}")
    if waits.median is None:
        return counts
    return f"{waits.median:.0f} {tr(en='s', zh='秒')} · {counts}"


def _score_note(score: Score) -> str:
    if score.share is None:
        return tr(en="no call to judge by", zh="没有可判断的通话")
    interval = score.interval
    ends = f" ({interval.low:.0%}–{interval.high:.0%})" if interval else ""
    return f"{score.met}/{score.met + score.missed} {score.share:.0%}{ends}"
