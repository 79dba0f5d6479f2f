"""What the benchmark's figures are called, in English and Chinese."""

from __future__ import annotations

from probe.bench.bounds import Bound
from probe.report.words import Pair

BOUNDS: dict[str, Pair] = {
    "calls": ("calls", "通话数"),
    "hotlines": ("hotlines", "热线数"),
    "precision": ("human verdicts that are right (precision)", "判为真人而正确（精确率）"),
    "precision_first": ("the same, first call to a hotline", "同上，首次拨打该热线"),
    "recall": ("humans found (recall)", "真人被找到（召回率）"),
    "unsure": ("unsure calls", "不确定的通话"),
    "error": ("answer instant, 95th percentile of the error", "人工应答时刻误差，第 95 百分位"),
    "delay": ("decision after the end of the opening, 95th percentile", "开场白结束至作出判断，第 95 百分位"),
    "agent": ("agent's seconds used, median", "占用坐席时间，中位数"),
    "steps": ("steps exact", "步数完全正确"),
    "outcome": ("outcome exact", "结果完全正确"),
    "prompt": ("prompt recognised again within 2 s", "2 秒内认出听过的录音"),
    "wrong_prompt": ("taken for another prompt", "认错录音"),
    "cpu": ("CPU for listening without recognition, per second of audio", "除识别外每秒音频的处理器时间"),
    "second_call": ("second call to a hotline, CPU of the first", "第二次拨打所用处理器时间，与首次之比"),
}
UNITS: dict[str, Pair] = {
    "%": ("%", "%"),
    "ms": ("ms", "毫秒"),
    "s": ("s", "秒"),
    "s/s": ("s", "秒"),
    "calls": ("", "通"),
    "hotlines": ("", "个"),
}
GROUPS: dict[str, Pair] = {
    "call": ("call to the hotline", "第几次拨打"),
    "codec": ("codec", "语音编码"),
    "loss": ("packet loss", "丢包率"),
    "gain": ("level", "电平增益"),
    "noise": ("line noise", "线路噪声"),
    "trap": ("what is hard", "难点"),
}
VALUES: dict[str, Pair] = {
    "none": ("none", "无"),
    "first": ("first", "首次"),
    "later": ("later", "以后各次"),
    "bot like a person": ("bot that sounds like a person", "像真人的智能客服"),
    "colour ring": ("colour ring", "彩铃"),
    "fake greeting": ("fake greeting in the hold music", "等待音乐中的假问候"),
    "flat person": ("person who reads out", "照本宣科的真人"),
    "hangs up at pick-up": ("hangs up at pick-up", "接起即挂断"),
    "hesitant person": ("hesitant person", "迟疑的真人"),
    "late person": ("person who speaks late", "迟迟才开口的真人"),
    "no machine": ("no machine at all", "没有任何录音"),
    "number announced": ("agent's number announced", "工号播报"),
    "passed on": ("passed on by a person", "真人转接"),
    "person without a room": ("person without a room", "没有背景声的真人"),
    "recorded hello": ("short recorded hello", "简短的录音问候"),
    "recordings in a room": ("recordings made in a room", "带背景声的录音"),
    "silent pick-up": ("silent pick-up", "接起后不出声"),
    "vacant number": ("vacant number", "空号"),
    "voicemail": ("voicemail", "语音留言"),
    "real voices": ("real voices and music", "真人录音与真实音乐"),
}
LABELS: dict[str, Pair] = {
    "human": ("person", "真人"),
    "bot": ("bot", "智能客服"),
    "recording": ("recording", "录音"),
    "nothing": ("nobody", "无人说话"),
    "unsure": ("unsure", "不确定"),
    "found": ("found", "找到"),
    "missed": ("missed", "漏掉"),
    "false": ("false", "误认"),
    "none": ("none there, none found", "没有，也没认为有"),
}


def named(table: dict[str, Pair], name: str) -> Pair:
    """What a name is called; itself if it is not in the table."""
    return table.get(name, (name, name))


def needed(bound: Bound) -> Pair:
    """What a bound asks for."""
    amount = f"{bound.bound:g}"
    en, zh = UNITS[bound.unit]
    return (
        f"{bound.sense} {amount}{_space(en)}{en}".strip(),
        f"{'至少' if bound.sense == 'at least' else '至多'} {amount}{_space(zh)}{zh}".strip(),
    )


def measured(bound: Bound) -> Pair:
    """What was measured, with the counts and the interval behind a share."""
    if bound.measured is None:
        return "–", "–"
    amount = {"%": f"{bound.measured:.2f}", "ms": f"{bound.measured:.0f}", "s": f"{bound.measured:.2f}"}.get(
        bound.unit, f"{bound.measured:.4f}" if bound.unit == "s/s" else f"{bound.measured:g}"
    )
    en, zh = UNITS[bound.unit]
    tail = ""
    if bound.share is not None:
        interval = bound.share.interval
        tail = f" ({bound.share.k}/{bound.share.n}; {interval.low:.2%}–{interval.high:.2%})"
    return f"{amount}{_space(en)}{en}{tail}".strip(), f"{amount}{_space(zh)}{zh}{tail}".strip()


def mark(bound: Bound) -> Pair:
    """Met or not."""
    return {True: ("met", "达到"), False: ("missed", "未达到"), None: ("not measured", "未测")}[bound.met]


def _space(unit: str) -> str:
    return "" if unit in ("%", "") else " "
