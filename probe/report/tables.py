"""The report as tables: each column with its name, its words, its unit and its type. Every export is made from these.

Values are raw: seconds as numbers, shares between 0 and 1, instants in UTC, outcomes by the contract's names. Only titles
and headings depend on the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from probe.measure import CLOCKS, EFFORT
from probe.report import words
from probe.report.document_distributions import Distribution
from probe.report.document_material import FEWEST, Found, Material
from probe.report.statistics import Interval
from probe.report.tables_columns import Column, Table, table
from probe.report.tables_menus import menu_changes, menus

TOTAL = "*"
"""In place of a hotline: all of them together."""


def tables(material: Material, audio: Callable[[str], str]) -> list[Table]:
    """Every table of the report; `audio(id)` is the address of a call's audio as seen from the report's folder."""
    return [
        _hotlines(material),
        _survey(material),
        _scores(material),
        _distributions(material),
        _curve(material),
        _comparisons(material),
        menus(material),
        menu_changes(material),
        _reviews(material),
        _calls(material, audio),
    ]


def described(tables_: Iterable[Table]) -> Table:
    """The columns of all tables, with unit, type and words: what a reader of the files needs to know."""
    columns = (
        Column("table", ("Table", "表")),
        Column("column", ("Column", "列名")),
        Column("words", ("Meaning", "含义")),
        Column("type", ("Type", "类型")),
        Column("unit", ("Unit", "单位")),
    )
    rows = [(t.name, c.name, words.say(c.words), c.type, c.unit) for t in tables_ for c in t.columns]
    return table("columns", ("Columns", "列说明"), columns, rows)


# ----------------------------------------------------------------------------------------------------------- tables

_HOTLINE_OR_ALL = Column("hotline", ("Hotline (*: all)", "热线（*：全部）"))
_SHARE_INTERVAL = (
    Column("share_low", ("95 % from", "95% 区间下限"), "share"),
    Column("share_high", ("95 % to", "95% 区间上限"), "share"),
)
_CALL = (
    Column("id", ("Call", "通话编号")),
    Column("started_at", ("Started (UTC)", "开始时间（UTC）"), "instant", "UTC"),
    Column("local_at", ("Started (local)", "开始时间（当地）"), "instant", "local"),
    Column("hotline", ("Hotline", "热线")),
    Column("enterprise", ("Enterprise", "企业")),
    Column("sector", ("Sector", "行业")),
    Column("region", ("Region", "地区")),
    Column("number", ("Number", "号码")),
    Column("scenario", ("Scenario", "场景")),
    Column("caller", ("Caller", "主叫")),
    Column("goal", ("Goal", "目的")),
    Column("line", ("Line", "线路")),
    Column("outcome", ("Outcome", "结果")),
    Column("reviewed_outcome", ("Reviewers' outcome", "复核结果")),
    Column("why", ("Evidence (English)", "依据（英文）")),
    Column("ended_by", ("Ended by", "挂断方")),
    Column("expected_held", ("As expected", "符合预期"), "boolean"),
)
_CALL_END = (
    Column("audio_present", ("Audio kept", "录音保留"), "boolean"),
    Column("audio", ("Audio", "录音"), "link"),
    Column("model", ("Speech model", "语音模型")),
    Column("software", ("Software", "软件")),
)


def _calls(material: Material, audio: Callable[[str], str]) -> Table:
    clocks = tuple(Column(name, words.CLOCKS.get(name, (name, name)), "number", "s") for name in CLOCKS)
    effort = tuple(
        Column(name, words.EFFORT.get(name, (name, name)), *(("number", "s") if "seconds" in name else ("integer", "")))
        for name in EFFORT
    )
    columns = (*_CALL, *clocks, *effort, *_CALL_END)
    frame = material.frame.copy()
    present = frame["audio_present"].to_numpy(dtype=bool)
    frame["audio"] = [audio(str(id_)) if kept else "" for id_, kept in zip(frame["id"], present, strict=True)]
    for column in columns:
        if column.type == "integer":
            frame[column.name] = frame[column.name].round().astype("Int64")
    return Table("calls", ("Calls", "通话明细"), columns, frame[[column.name for column in columns]])


def _hotlines(material: Material) -> Table:
    columns = (
        Column("hotline", ("Hotline", "热线")),
        Column("enterprise", ("Enterprise", "企业")),
        Column("sector", ("Sector", "行业")),
        Column("region", ("Region", "地区")),
        Column("calls", ("Calls", "通话数"), "integer"),
        Column("asked", ("Calls for a person", "要求人工的通话"), "integer"),
        Column("settled", ("... settled", "其中有结论"), "integer"),
        Column("reached", ("Person reached", "接通人工"), "integer"),
        Column("share", ("Share reached", "接通率"), "share"),
        *_SHARE_INTERVAL,
        Column("median", ("Median to a person", "接通人工中位用时"), "number", "s"),
        Column("median_low", ("95 % from", "中位数区间下限"), "number", "s"),
        Column("median_high", ("95 % to", "中位数区间上限"), "number", "s"),
        Column("mean", ("Restricted mean", "限制平均用时"), "number", "s"),
        Column("mean_horizon", ("... up to", "限制平均上限"), "number", "s"),
        Column("gave_up", ("Gave up (censored)", "放弃（删失）"), "integer"),
        Column("denied", ("Ended by the hotline", "被热线终止"), "integer"),
        *(Column(name, pair, "integer") for name, pair in words.OUTCOMES.items()),
    )
    rows = [_hotline_row(found) for found in material.hotlines]
    return table("hotlines", ("Hotlines", "热线"), columns, rows)


def _hotline_row(found: Found) -> tuple[Any, ...]:
    waits, share = found.waiting, found.share
    median = waits.median_interval if waits.n >= FEWEST else None
    return (
        found.hotline.id,
        found.hotline.enterprise,
        found.hotline.sector,
        found.hotline.region,
        found.calls,
        found.asked,
        found.settled,
        found.reached,
        found.reached / found.settled if found.settled else None,
        *(_bounds(share) if found.settled else (None, None)),
        waits.median,
        *_bounds(median),
        waits.mean.mean if waits.mean else None,
        waits.mean.horizon if waits.mean else None,
        waits.censored,
        waits.denied,
        *(found.outcomes.get(name, 0) for name in words.OUTCOMES),
    )


def _survey(material: Material) -> Table:
    columns = (
        Column("company", ("Company", "企业")),
        Column("hotline", ("Hotline", "热线")),
        Column("way", ("Way to a person", "转人工方式")),
        Column("steps", ("Steps", "步数"), "integer"),
        Column("reached", ("Person reached", "能否接通人工")),
        Column("elderly", ("Elderly line", "老年人专线")),
        Column("complaint", ("Complaint desk", "投诉渠道")),
        Column("seconds", ("Answer to person", "应答至人工"), "number", "s"),
        Column("wait", ("Last step to person", "末步至人工"), "number", "s"),
    )
    rows = [
        (row.company, n.hotline, n.way, n.steps, n.reached, n.elderly, n.complaint, n.seconds, n.wait)
        for row in material.survey
        for n in row.numbers
    ]
    return table("survey", ("The survey's table", "调查表"), columns, rows)


def _scores(material: Material) -> Table:
    columns = (
        Column("profile", ("Rule", "规则")),
        _HOTLINE_OR_ALL,
        Column("clock", ("Clock", "计时")),
        Column("threshold", ("Threshold", "阈值"), "number", "s"),
        Column("target", ("Target share", "目标比例"), "share"),
        Column("n", ("Calls meant", "适用通话"), "integer"),
        Column("met", ("Met", "达到"), "integer"),
        Column("missed", ("Missed", "未达到"), "integer"),
        Column("share", ("Share", "比例"), "share"),
        *_SHARE_INTERVAL,
        Column("shown", ("Shown: our fault, unsure ...", "单列：我方故障、不确定等"), "integer"),
        Column("left_out", ("Left out by the rule", "规则不计"), "integer"),
        Column("too_short", ("Gave up before the threshold", "阈值前放弃"), "integer"),
        Column("no_clock", ("Clock not known", "计时未知"), "integer"),
        Column("median", ("Median", "中位数"), "number", "s"),
        Column("mean", ("Restricted mean", "限制平均"), "number", "s"),
        Column("verdict", ("Verdict", "结论")),
        Column("calls_to_decide", ("Calls to decide", "判断所需通话数"), "integer"),
    )
    rows = []
    scored = [(TOTAL, score) for score in material.scores] + [(f.hotline.id, f.score) for f in material.hotlines]
    for hotline, score in scored:
        profile = score.profile
        low, high = _bounds(score.interval)
        mean = score.waiting.mean.mean if score.waiting.mean else None
        rows.append(
            (
                profile.name,
                hotline,
                profile.clock,
                profile.threshold,
                profile.share,
                score.n,
                score.met,
                score.missed,
                score.share,
                low,
                high,
                sum(score.shown.values()),
                sum(score.left_out.values()),
                score.too_short,
                score.no_clock,
                score.waiting.median,
                mean,
                score.verdict,
                score.to_decide,
            )
        )
    return table("scores", ("Scores by rule", "规则评分"), columns, rows)


def _distributions(material: Material) -> Table:
    columns = (
        Column("distribution", ("Distribution", "分布")),
        Column("class", ("Class", "类别")),
        Column("hotlines", ("Hotlines", "热线数"), "integer"),
        Column("of", ("Of", "总数"), "integer"),
        Column("share", ("Share", "比例"), "share"),
        *_SHARE_INTERVAL,
        Column("published", ("That survey's share", "原调查比例"), "share"),
        Column("which", ("Which", "名单")),
    )
    named: tuple[tuple[str, Distribution], ...] = (("steps", material.steps), ("time", material.times))
    rows = [
        (name, c.name, len(c.hotlines), found.n, c.share, c.interval.low, c.interval.high, c.published, " ".join(c.hotlines))
        for name, found in named
        for c in found.classes
    ]  # fmt: skip
    return table("distributions", ("Distributions of hotlines", "热线分布"), columns, rows)


def _curve(material: Material) -> Table:
    columns = (
        _HOTLINE_OR_ALL,
        Column("at", ("Seconds from the answer", "应答后秒数"), "number", "s"),
        Column("waiting", ("Still waiting", "仍在等待"), "share"),
        Column("low", ("95 % from", "95% 区间下限"), "share"),
        Column("high", ("95 % to", "95% 区间上限"), "share"),
    )
    curves = [(TOTAL, material.waiting), *((found.hotline.id, found.waiting) for found in material.hotlines)]
    rows = [
        (name, p.at, p.waiting, *((p.low, p.high) if waits.n >= FEWEST else (None, None)))
        for name, waits in curves
        for p in waits.curve
    ]
    return table("waiting", ("Still waiting for a person", "等待人工曲线"), columns, rows)


def _comparisons(material: Material) -> Table:
    columns = (
        Column("by", ("Compared by", "比较项")),
        Column("group", ("Group", "组")),
        Column("against", ("Against (*: all others)", "对照（*：其余全部）")),
        Column("clock", ("Clock", "计时")),
        Column("n", ("Waits", "等待次数"), "integer"),
        Column("n_against", ("... against", "对照次数"), "integer"),
        Column("effect", ("Longer by", "多等"), "number", "s"),
        Column("low", ("95 % from", "95% 区间下限"), "number", "s"),
        Column("high", ("95 % to", "95% 区间上限"), "number", "s"),
        Column("horizon", ("Waits counted up to", "等待计至"), "number", "s"),
        Column("p", ("p", "p 值"), "number"),
        Column("p_adjusted", ("p, corrected", "校正 p 值"), "number"),
        Column("correction", ("Correction", "校正方法")),
        Column("finding", ("Finding", "结论")),
    )
    rows = [
        (
            c.by,
            c.group.name,
            c.against.name,
            c.clock,
            c.group.n,
            c.against.n,
            c.effect,
            *_bounds(c.interval),
            c.horizon,
            c.p,
            c.p_adjusted,
            c.correction,
            c.finding,
        )
        for c in material.comparisons
    ]
    return table("comparisons", ("Comparisons", "比较"), columns, rows)


def _reviews(material: Material) -> Table:
    columns = (
        Column("call", ("Call", "通话编号")),
        Column("at", ("At (UTC)", "时间（UTC）"), "instant", "UTC"),
        Column("reviewer", ("Reviewer", "复核者")),
        Column("segment_start", ("Segment from", "语音段起点"), "number", "s"),
        Column("machine", ("The program said", "程序结果")),
        Column("says", ("The reviewer says", "复核结果")),
        Column("reason", ("Reason", "理由")),
    )
    rows = [
        (r.call, pd.Timestamp(r.at), r.reviewer, r.segment_start, r.machine, r.says, r.reason) for r in material.reviews
    ]
    return table("reviews", ("Reviews", "复核"), columns, rows)


def _bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    """Both ends; an end that the data do not bound is left empty."""
    if interval is None:
        return None, None
    low, high = (end if math.isfinite(end) else None for end in (interval.low, interval.high))
    return low, high
