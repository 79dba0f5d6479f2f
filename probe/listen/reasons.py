"""The reasons of a verdict: a fixed key phrase, and a detail after a colon; and how they read in Chinese."""

from __future__ import annotations

from probe.i18n import language

ZH = {
    "said an agent's opening": "说了客服的开场白",
    "greeted in a few words": "简短问候",
    "not an agent's opening": "不像客服的开场白",
    "waited for an answer": "说完后等待回应",
    "came after the queue": "在排队或转接之后",
    "came after hold music": "在等待音乐之后",
    "came after ringback": "在回铃音之后",
    "came after we asked for a person": "在请求人工之后",
    "room noise began with it": "伴随环境噪声出现",
    "no room noise": "没有环境噪声",
    "a room was heard only after it": "说完后才出现环境噪声",
    "the person who answered goes on": "已接通的人继续说话",
    "speaks again in the same room": "在同一环境中再次说话",
    "thanks for waiting": "感谢等待",
    "music went on after it": "说完后音乐继续",
    "machine wording": "机器用语",
    "names itself a bot": "自称智能客服",
    "invites to speak as bots do": "像语音机器人那样请人说话",
    "transfer or queue wording": "转接或排队用语",
    "everybody is busy": "坐席全忙用语",
    "excuses itself": "推辞，自己代答",
    "does not accept the input": "未接受输入",
    "sends elsewhere": "引导至其他渠道",
    "outside the hours": "非服务时间用语",
    "the network's announcement": "网络提示音",
    "read out a menu": "播报菜单",
    "heard earlier in this call": "本次通话中已听到过",
    "long announcement": "播报较长",
    "no words recognised": "没有识别出文字",
    "before the call was answered": "在接通之前",
}
"""Every key phrase, with its Chinese."""


def reason(key: str, detail: str = "") -> str:
    """A reason as verdicts keep it; `key` must be one of `ZH`'s."""
    assert key in ZH, key
    return f"{key}: {detail}" if detail else key


def render(text: str, lang: str | None = None) -> str:
    """A reason for people, in `lang` ("zh" or "en"; None: the user's)."""
    if (lang or language()) != "zh":
        return text
    key, _, detail = text.partition(": ")
    chinese = ZH.get(key, key)
    return f"{chinese}：{detail}" if detail else chinese
