"""The reasons of a verdict: a fixed key phrase, and a detail after a colon; and how they read in Chinese."""

from __future__ import annotations

from probe.i18n import language

ZH = {
    "said an agent's opening": "说了客服的开场白",
    "greeted in a few words": "简短问候",
    "began with a greeting": "以问候开头",
    "no queue came before, and nothing of earlier calls is known": "此前没有排队，也没有以往通话可对照",
    "said more of an agent's opening": "开场白较完整",
    "a few words, then silence": "只说几个字便等待",
    "hands the turn to us where a person is due": "在应由真人接听处把话轮交给来电者",
    "greets where the queue ends": "排队结束处的问候",
    "greets where a person is due, and asks": "在应由真人接听处问候并提问",
    "gave an agent's number": "报出工号",
    "no music went on after it": "说完后没有继续放音乐",
    "announced a number and nothing else": "只报了工号",
    "asks whether anybody is there": "询问对方是否在听",
    "said yes to us": "对我方作出肯定回答",
    "asks an open question": "提出开放式问题",
    "offers a person": "提示可转人工",
    "asks to leave a message": "请来电者留言",
    "advertises": "广告用语",
    "came upon what we said": "接着我方的话说起",
    "answered our question": "回答了我方的提问",
    "fell silent when we spoke": "我方开口后停止说话",
    "a bot has been speaking": "此前一直是语音机器人",
    "the first words of the call": "通话的第一句话",
    "room noise is heard": "有环境噪声",
    "as clean as the machine before": "与此前的机器语音一样没有噪声",
    "sounds like the machine before": "音色与此前的机器语音相同",
    "sounds unlike the machine before": "音色与此前的机器语音不同",
    "louder or softer than before": "音量与此前的机器语音不同",
    "not heard in earlier calls": "以往通话中未听到过（通话次数）",
    "right here a person answered in earlier calls": "以往通话中正是在此处有真人应答（通话次数）",
    "speaks again after a silence": "等待片刻后再次开口（次数）",
    "partly a known recording": "部分为已知录音",
    "sounds like what may have been a person before": "与以往通话中可能是真人的声音相同",
    "says what a known recording says": "说的是已知录音里的话",
    "a known recording": "已知录音",
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
    "announces that the line is through": "告知已接通",
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
    "the same person was told by later words": "由其后的话认出的同一人",
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
