"""Names of the contract for the page, in English and Chinese; what `probe.report.words` has is used from there.

The page's language is the reader's, not the process's, so it is always given: "en" or "zh".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from probe.report.words import CALLERS, CLOCKS, EFFORT, GOALS, OUTCOMES, STAGES, VERDICTS, Pair

__all__ = ["CALLERS", "CLOCKS", "EFFORT", "GOALS", "OUTCOMES", "STAGES", "VERDICTS"]

Lang = Literal["en", "zh"]

UNFINISHED: dict[str, Pair] = {"unfinished": ("unfinished", "未完成")}
KINDS: dict[str, Pair] = {
    "ringback": ("ringback", "回铃音"),
    "busy": ("busy tone", "忙音"),
    "congestion": ("congestion tone", "拥塞音"),
    "special_information_tone": ("special information tone", "特殊信息音"),
    "number_unobtainable": ("number unobtainable tone", "空号音"),
    "dial_tone": ("dial tone", "拨号音"),
    "fax_or_modem": ("fax or modem", "传真或调制解调器"),
    "unknown_tone": ("unknown tone", "未知信号音"),
    "music": ("music", "音乐"),
    "silence": ("silence", "静音"),
    "noise": ("noise", "噪声"),
    "speech": ("speech", "语音"),
}
EVENTS: dict[str, Pair] = {
    "dialed": ("dialled", "拨号"),
    "rerouted": ("sent on to another address", "改拨其他地址"),
    "ringing": ("ringing", "振铃"),
    "early_media": ("early media", "早期媒体"),
    "answered": ("answered", "应答"),
    "played": ("input sent", "输入已送出"),
    "input_late": ("our input went out too late", "我方输入送出过晚"),
    "held": ("put on hold", "被保持"),
    "resumed": ("taken off hold", "恢复通话"),
    "transfer_refused": ("asked to call somebody else, refused", "要求转接至他处，已拒绝"),
    "media": ("how the audio came", "收到的音频质量"),
    "ended": ("ended", "通话结束"),
    "line_failed": ("our line failed", "我方线路故障"),
    "menu_option": ("menu option", "菜单选项"),
    "human_offered": ("person offered", "提供人工"),
    "bot_asked": ("asked to speak", "请用户说话"),
    "queued": ("queued for a person", "排队等待人工"),
    "input_rejected": ("input not accepted", "输入未被接受"),
    "pushed_elsewhere": ("sent elsewhere", "引导至其他渠道"),
    "closed": ("says it is closed", "称非服务时间"),
    "not_in_service": ("number not in service", "号码无法使用"),
    "mailbox": ("a mailbox answers", "语音信箱接听"),
    "verdict": ("verdict", "判定"),
    "human_answered": ("a person answered", "人工接听"),
    "tone": ("tone", "信号音"),
    "key_heard": ("key heard from the far side", "听到对方按键音"),
    "audio_quality": ("audio quality", "音频质量"),
    "comfort_noise": ("comfort noise", "舒适噪声"),
    "dead_air": ("dead air", "无声（数字静音）"),
    "advertised": ("advertised", "广告"),
    "human_withdrawn": ("it was no person after all", "并非人工"),
}
ACTIONS: dict[str, Pair] = {
    "press": ("pressed", "按键"),
    "say": ("said", "说"),
    "hang_up": ("hung up", "挂断"),
}
PURPOSES: dict[str, Pair] = {
    "walk": ("as the menu asks", "按菜单操作"),
    "ask_human": ("asks for a person", "要求人工"),
    "ask_complaint": ("asks for the complaint desk", "要求投诉"),
    "again": ("once more, nothing had happened", "无反应，再次输入"),
    "courtesy": ("courtesy", "礼貌说明"),
    "challenge": ("finds out who is there", "确认对方身份"),
}
WHY: dict[str, Pair] = {
    "goal_reached": ("the goal was reached", "目的已达到"),
    "scenario": ("the scenario says so", "按场景规定"),
    "limit_call": ("the call took too long", "通话超过时限"),
    "limit_queue": ("the queue took too long", "排队超过时限"),
    "limit_silence": ("silence for too long", "静音超过时限"),
    "limit_wait": ("waited too long", "等待超过时限"),
    "not_offered": ("the menu has no option for a person", "菜单中没有人工选项"),
    "lost": ("nothing in the scenario fits", "场景中没有对应内容"),
    "looped": ("it goes in circles", "循环往复"),
    "interrupted": ("stopped by the user", "用户中止"),
}
LINES: dict[str, Pair] = {
    "sip": ("over SIP", "SIP 通话"),
    "simulated": ("simulated", "模拟通话"),
    "recorded": ("recording", "录音"),
}
SIDES: dict[str, Pair] = {
    "hotline": ("the hotline", "热线"),
    "caller": ("the caller", "主叫"),
    "line": ("our line", "我方线路"),
}
UNITS: dict[str, Pair] = {
    "seconds_of_announcements": ("s", "秒"),
    "seconds_of_advertising": ("s", "秒"),
    "seconds_of_music": ("s", "秒"),
    "agent_seconds": ("s", "秒"),
}


def say(pair: Pair, lang: Lang) -> str:
    """The one of an English and a Chinese text that the reader reads."""
    return pair[1] if lang == "zh" else pair[0]


def named(words: Mapping[str, Pair], name: str, lang: Lang) -> str:
    """A name of the contract for the reader; a name that has no words stands for itself."""
    return say(words[name], lang) if name in words else name


def outcome(name: str | None, lang: Lang) -> str:
    """An outcome for the reader; of a call without one, that it is unfinished."""
    return named(OUTCOMES | UNFINISHED, name or "unfinished", lang)
