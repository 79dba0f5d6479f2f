"""The contract's names in the user's language: outcomes, clocks, effort, segments, verdicts, events."""

from __future__ import annotations

from probe.i18n import language
from probe.timeline import Action, Event, HangUp, Kind, Press, Say, Segment

OUTCOMES: dict[str, tuple[str, str]] = {
    "human": ("a person answered", "接通人工"),
    "no_human_offered": ("no person offered", "未提供人工"),
    "human_unreachable": ("person offered, not reached", "人工无法接通"),
    "looped": ("went in circles", "循环往复"),
    "hung_up": ("hung up by the hotline", "被热线挂断"),
    "pushed_elsewhere": ("sent to an app or website", "被引导至其他渠道"),
    "closed": ("outside its hours", "非服务时间"),
    "busy": ("busy", "占线"),
    "no_answer": ("no answer", "无人应答"),
    "rejected": ("rejected", "被拒接"),
    "not_in_service": ("number not in service", "号码无法使用"),
    "unsure": ("unsure", "不确定"),
    "our_fault": ("our fault", "我方故障"),
}
CLOCKS: dict[str, tuple[str, str]] = {
    "post_dial_delay": ("dialled to first ring", "拨号至首次振铃"),
    "dialed_to_answered": ("dialled to answered", "拨号至应答"),
    "answered_to_human_offered": ("answered to person offered", "应答至提供人工"),
    "answered_to_human_requested": ("answered to person requested", "应答至请求人工"),
    "requested_to_human": ("requested to person", "请求至人工"),
    "queued_to_human": ("queued to person", "排队至人工"),
    "answered_to_human": ("answered to person", "应答至人工"),
    "dialed_to_human": ("dialled to person", "拨号至人工"),
}
EFFORT: dict[str, tuple[str, str]] = {
    "steps": ("steps", "步数"),
    "key_steps": ("by key", "按键"),
    "spoken_steps": ("by voice", "语音"),
    "refusals": ("refusals", "被拒次数"),
    "menu_level": ("menu level", "菜单层级"),
    "seconds_of_announcements": ("seconds of announcements", "播报秒数"),
    "seconds_of_music": ("seconds of music", "音乐秒数"),
    "agent_seconds": ("seconds with the agent", "占用坐席秒数"),
}
KINDS: dict[Kind, tuple[str, str]] = {
    Kind.RINGBACK: ("ringback", "回铃音"),
    Kind.BUSY: ("busy tone", "忙音"),
    Kind.CONGESTION: ("congestion tone", "拥塞音"),
    Kind.SPECIAL_INFORMATION_TONE: ("special information tone", "特殊信息音"),
    Kind.MUSIC: ("music", "音乐"),
    Kind.SILENCE: ("silence", "静音"),
    Kind.NOISE: ("noise", "噪声"),
    Kind.SPEECH: ("speech", "语音"),
}
VERDICTS: dict[str, tuple[str, str]] = {
    "human": ("person", "真人"),
    "bot": ("bot", "智能客服"),
    "recording": ("recording", "录音"),
    "unsure": ("unsure", "不确定"),
}
EVENTS: dict[str, tuple[str, str]] = {
    "dialed": ("dialled", "拨号"),
    "ringing": ("ringing", "振铃"),
    "early_media": ("early media", "早期媒体"),
    "answered": ("answered", "应答"),
    "ended": ("ended", "结束"),
    "line_failed": ("our line failed", "我方线路故障"),
    "menu_option": ("menu option", "菜单选项"),
    "human_offered": ("person offered", "提供人工"),
    "bot_asked": ("asked to speak", "请求说话"),
    "queued": ("queued for a person", "排队等待人工"),
    "input_rejected": ("input rejected", "输入未被接受"),
    "pushed_elsewhere": ("sent elsewhere", "引导至其他渠道"),
    "closed": ("says it is closed", "称非服务时间"),
    "not_in_service": ("number not in service", "号码无法使用"),
    "human_answered": ("A PERSON ANSWERED", "人工接听"),
}
HIDDEN = frozenset({"played", "verdict"})
"""Events that the story of a call leaves out: other lines of it say the same."""


def say(pair: tuple[str, str]) -> str:
    """The one of an English and a Chinese text that the user reads."""
    return pair[1] if language() == "zh" else pair[0]


def told(thing: Event | Action | Segment) -> str:
    """An event, action or segment in a few words."""
    match thing:
        case Press():
            return say((f"press {thing.value}", f"按 {thing.value}")) + (f" ({thing.option})" if thing.option else "")
        case Say():
            return say((f'say "{thing.value}"', f"说“{thing.value}”"))
        case HangUp():
            note = f" ({thing.note})" if thing.note else ""
            return say((f"hang up: {thing.why}{note}", f"挂断：{thing.why}{note}"))
        case Segment():
            return _segment(thing)
    details = [
        str(value)
        for name in ("key", "label", "text", "position", "by", "status", "reason", "cause")
        if (value := getattr(thing, name, None)) not in (None, "")
    ]
    name = say(EVENTS.get(thing.kind, (thing.kind, thing.kind)))
    return f"{name}: {' '.join(details)}" if details else name


def _segment(segment: Segment) -> str:
    if segment.kind is not Kind.SPEECH:
        return say(KINDS[segment.kind])
    verdict = segment.verdict
    who = f"[{say(VERDICTS[verdict.is_])} {verdict.probability:.0%}] " if verdict else ""
    return f"{who}{segment.text or say(('(no words)', '（无文字）'))}"
