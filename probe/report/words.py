"""The contract's names in Chinese and English: outcomes, clocks, effort, verdicts, stages of a walk.

Each text is a pair (English, Chinese); `say` picks the one that the user reads.
"""

from __future__ import annotations

from probe.i18n import language

Pair = tuple[str, str]

OUTCOMES: dict[str, Pair] = {
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
CLOCKS: dict[str, Pair] = {
    "post_dial_delay": ("dialled to first ring", "拨号至首次振铃"),
    "dialed_to_answered": ("dialled to answered", "拨号至应答"),
    "answered_to_human_offered": ("answered to person offered", "应答至提供人工"),
    "answered_to_human_requested": ("answered to person requested", "应答至请求人工"),
    "requested_to_human": ("requested to person", "请求至人工"),
    "queued_to_human": ("queued to person", "排队至人工"),
    "answered_to_human": ("answered to person", "应答至人工"),
    "dialed_to_human": ("dialled to person", "拨号至人工"),
}
EFFORT: dict[str, Pair] = {
    "steps": ("steps", "步数"),
    "key_steps": ("by key", "按键"),
    "spoken_steps": ("by voice", "语音"),
    "refusals": ("refusals", "被拒次数"),
    "menu_level": ("menu level", "菜单层级"),
    "seconds_of_announcements": ("seconds of announcements", "播报秒数"),
    "seconds_of_advertising": ("seconds of advertising", "广告秒数"),
    "seconds_of_music": ("seconds of music", "音乐秒数"),
    "agent_seconds": ("seconds with the agent", "占用坐席秒数"),
}
VERDICTS: dict[str, Pair] = {
    "human": ("person", "真人"),
    "bot": ("bot", "智能客服"),
    "recording": ("recording", "录音"),
    "unsure": ("unsure", "不确定"),
}
STAGES: dict[str, Pair] = {
    "ringing": ("ringing", "振铃"),
    "announcement": ("announcement", "播报"),
    "menu": ("menu", "菜单"),
    "bot": ("bot", "智能客服"),
    "queue": ("queue", "排队等待"),
    "human": ("person", "人工"),
    "quiet": ("silence", "静音"),
    "tone": ("tone", "信号音"),
    "unsure": ("unsure", "不确定"),
}
CALLERS: dict[str, Pair] = {"ordinary": ("ordinary", "普通"), "elderly": ("elderly", "老年人")}
GOALS: dict[str, Pair] = {"human": ("a person", "人工"), "complaint": ("the complaint desk", "投诉")}


def say(pair: Pair) -> str:
    """The one of an English and a Chinese text that the user reads."""
    return pair[1] if language() == "zh" else pair[0]


def named(words: dict[str, Pair], name: str) -> str:
    """A name of the contract in the user's language; a name that has no words stands for itself."""
    return say(words[name]) if name in words else name


_COMPLAINT: dict[str, Pair] = {
    "human": ("the complaint desk answered", "接通投诉坐席"),
    "no_human_offered": ("no complaint desk", "没有投诉渠道"),
    "human_unreachable": ("complaint desk not reached", "投诉渠道无人接听"),
}
"""What an outcome means for a call that asked for the complaint desk."""


def outcome(name: str, goal: str = "") -> str:
    """An outcome in the user's language; a call that was never measured has `unfinished` in its place."""
    if name == "unfinished":
        return say(("unfinished", "未完成"))
    return say(_COMPLAINT[name]) if goal == "complaint" and name in _COMPLAINT else named(OUTCOMES, name)
