"""What a timeline says in English sentences, in Chinese.

A timeline's reasons and notes are always English, so that two timelines can be compared whoever made them. A Chinese
reader gets them from this table: a template is an English sentence with `{}` where something of the call stands (an
address, a number, what was heard), and its Chinese has the same gaps in the same order.
"""

from __future__ import annotations

import re

ZH = {
    # why a line failed
    "{}: nobody listens there": "{}：那里没有程序在监听",
    "{}: no response within {} s": "{}：{} 秒内没有任何响应",
    "{}: no response to the call ({})": "{}：呼叫没有得到响应（{}）",
    "{}: asks for credentials, and there are none ({})": "{}：要求账号密码，但没有配置（{}）",
    "{}: refuses the credentials ({})": "{}：账号密码被拒（{}）",
    "{}: refuses the registration ({})": "{}：拒绝注册（{}）",
    "{}: the registration failed ({})": "{}：注册失败（{}）",
    "{}: cannot register: {}": "{}：无法注册：{}",
    "{}: no answer to the registration within {} s": "{}：{} 秒内没有答复注册",
    "the far end takes no telephone events (RFC 4733), and the keys were to be sent as such": (
        "对方不支持电话事件（RFC 4733），而按键须以此方式发送"
    ),
    "{}; not followed: it names no address": "{}；未跟随：没有给出地址",
    "{}; not followed: as many redirections as are allowed have been followed": "{}；未跟随：重定向次数已达上限",
    "{}; not followed: {} was called already": "{}；未跟随：{} 已呼叫过",
    "{}; not followed: {} is not this machine": "{}；未跟随：{} 不是本机",
    "{}; not followed: {} is not of this trunk": "{}；未跟随：{} 不属于这条中继",
    "{}; not followed: {} is an emergency number; it is never dialled": "{}；未跟随：{} 是紧急号码，绝不拨打",
    "{}: no codec in common ({})": "{}：没有共同的语音编码（{}）",
    "{}: the call could not go on ({})": "{}：通话无法继续（{}）",
    "{}: no audio packet for {} s": "{}：{} 秒没有收到语音包",
    "the call's process gave no audio for {} s": "通话进程 {} 秒没有送来语音",
    "the call's process was killed ({})": "通话进程被终止（{}）",
    "the call's process gave up: {}": "通话进程自行中止：{}",
    "the call's process ended by itself: {}": "通话进程自行退出：{}",
    "the call's process: {}: {}": "通话进程：{}：{}",
    "the listening process was killed ({})": "负责收听的进程被终止（{}）",
    "the listening process ended by itself (exit status {})": "负责收听的进程自行退出（状态 {}）",
    # why the caller hung up
    "the scenario's `repeat` has run out": "场景中 repeat 的次数已用完",
    "asked {} times, not granted": "请求了 {} 次，均未同意",
    "no option called {} in the menu: {}": "菜单中没有名为“{}”的选项：{}",
    "the walk is over and no person answered": "步骤已走完，没有人工接听",
    "heard last: {}": "最后听到：{}",
    "nothing was said": "没有听到说话",
    "the same prompt {} times": "同一提示音出现了 {} 次",
    "not answered": "无人应答",
    "listened for {} s": "已听取 {} 秒",
    "said by the network": "网络提示音所说",
    "busy tone after the answer": "应答后出现忙音",
    "congestion tone after the answer": "应答后出现拥塞音",
    "stopped by the user": "用户中止",
    "ring limit": "振铃超过时限",
}
"""Every sentence that the line and the navigator write into a timeline, with its Chinese."""

_PATTERNS = [
    (re.compile("(.+?)".join(map(re.escape, template.split("{}"))), re.DOTALL), zh) for template, zh in ZH.items()
]


def in_chinese(text: str) -> str:
    """The Chinese of a reason or note; text that is not in the table (a scenario's own words, SIP's) stays as it is."""
    for pattern, zh in _PATTERNS:
        if match := pattern.fullmatch(text):
            return zh.format(*match.groups())
    return text
