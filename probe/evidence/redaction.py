"""Personal data masked in text: agents' names, agents' IDs (工号), telephone, card and identity numbers, also as spoken.

Each masked character becomes `█`, so places in the text stay where they were. The original is never touched: it stays sealed,
and a redacted text names its hash. Rules, not recognition: names are masked where words announce them (我姓王, 客服小李,
my name is ...); a name that nothing announces is not found, so a person should read what is handed out. When in doubt,
more is masked rather than less. Public service numbers (10086, 95598, 12315, 400 and 800 numbers) are not masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from probe.timeline import Say, Segment, Timeline, Word

MASK = "█"
_VALUES = {
    **{c: str(n) for n, c in enumerate("零一二三四五六七八九")},
    "〇": "0",
    "两": "2",
    "幺": "1",
    "洞": "0",
    "拐": "7",
    "勾": "9",
}
_VALUES |= {chr(0xFF10 + n): str(n) for n in range(10)} | {str(n): str(n) for n in range(10)}
_DIGIT = "[" + "".join(_VALUES) + "]"
_RUN = re.compile(rf"{_DIGIT}(?:[\s\-－—、，,.]?{_DIGIT})*[xXＸ]?")
_CUE = re.compile(
    r"(?:工号|工牌号?|员工号|坐席员?号?|座席员?号?|服务号|编号|客服代表|客服专员|客服|专员|话务员|接线员|agent(?:'s)?(?: id| number| no\.?)?|employee(?: id| number)?"
    r"|badge(?: number)?|id(?: number)?(?: is)?|extension)(?:号码)?[\s:：,，]*(?:是|为|is)?[\s:：,，]*$",
    re.IGNORECASE,
)
_CUE_AFTER = re.compile(r"号?(?:客服|坐席|座席|接线员|话务员|专员|人工|为您服务|竭诚|很高兴)")
_SPOKEN_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_ENGLISH_RUN = re.compile(rf"\b(?:{_SPOKEN_DIGIT})(?:[\s,-]+(?:{_SPOKEN_DIGIT}))+\b", re.IGNORECASE)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|夏侯"
_TITLES = "女士|先生|小姐|经理|主管|老师|同志|组长|班长|主任|专员|工程师|师傅"
_AFTER = (
    r"(?=$|[\s，。,.！!？?、；;：:]|为您|为你|很高兴|请问|工号|有什么|您好|你好|竭诚|将|正在|接听|来|能|可以|在|的)"
)
_HAN = r"[\u4e00-\u9fff]"
_NAMES = (
    # 我姓王 · 免贵姓李 · 贵姓... is a question and names nobody
    re.compile(rf"(?:免贵姓|我姓|本人姓|敝姓)(?P<name>{_DOUBLE}|{_HAN})"),
    # 我叫李丽 · 名字叫
    re.compile(rf"(?:我叫|我的名字是|我的名字叫|名字叫做?|姓名是?)(?P<name>{_HAN}{{1,4}}?){_AFTER}"),
    # 我是小王 · 客服小李 · 坐席老张
    re.compile(rf"(?P<name>[小老阿][{_SURNAMES}]){_AFTER}"),
    # 我是客服代表王丽 · 客服专员张伟
    re.compile(
        rf"(?:我是|客服代表|客服专员|客服人员|客户代表|客户经理|话务员|坐席员?|座席员?|服务代表|值班经理|客服|专员)"
        rf"(?P<name>(?:{_DOUBLE}|[{_SURNAMES}]){_HAN}{{1,2}}?){_AFTER}"
    ),
    # 王女士 · 李经理
    re.compile(rf"(?P<name>(?:{_DOUBLE}|[{_SURNAMES}]){_HAN}{{0,2}}?)(?:{_TITLES})"),
    # my name is Sarah · this is John Smith speaking · you're speaking with Kate
    re.compile(
        r"\b(?:my name is|my name's|name is|i am called|you are speaking (?:with|to)|you're speaking (?:with|to)|speaking with)\s+"
        r"(?P<name>[a-z][\w'-]*(?:\s+(?!and\b|how\b|from\b|your\b|with\b|agent\b|may\b|what\b|id\b|here\b|i\b|in\b|at\b|of\b)[a-z][\w'-]*)?)",
        re.IGNORECASE,
    ),
    re.compile(r"\bthis is\s+(?P<name>[a-z][\w'-]*(?:\s+[a-z][\w'-]*)?)\s+(?:speaking|here|from)\b", re.IGNORECASE),
)
_NO_NAME = frozenset(("小姐", "the", "a", "an", "not", "your", "our", "my", "customer", "automated"))


def spans(text: str) -> list[tuple[int, int]]:
    """What is to be masked in a text: (start, end) of each stretch, in order, not overlapping."""
    found = sorted([*_numbers(text), *_names(text)])
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def redact(text: str) -> str:
    """The text with what is personal masked; as long as it was."""
    masked = list(text)
    for start, end in spans(text):
        for n in range(start, end):
            if not text[n].isspace():
                masked[n] = MASK
    return "".join(masked)


def redacted(timeline: Timeline) -> tuple[Timeline, list[tuple[float, float]]]:
    """A copy of a timeline with its texts masked, and when what was masked was spoken, in seconds since the INVITE.

    Times, verdicts, outcome and figures stay as they are.
    """
    spoken: list[tuple[float, float]] = []
    segments = []
    for segment in timeline.segments:
        masked, times = _segment(segment)
        segments.append(masked)
        spoken += times
    copy = replace(
        timeline,
        segments=segments,
        events=[_texts(event, ("label", "text", "reason")) for event in timeline.events],
        actions=[
            _texts(action, ("value",) if isinstance(action, Say) else ("option", "note")) for action in timeline.actions
        ],
        why=redact(timeline.why) if timeline.why else timeline.why,
        call=replace(timeline.call, memory=_memory(timeline.call.memory)),
    )
    return copy, spoken


def _memory(told: dict[str, Any]) -> dict[str, Any]:
    """What a call says of its prompt memory: the file's name has the address that was dialled; digests stay."""
    texts = ("damaged", "not_learned")
    return {name: redact(value) if name in texts else value for name, value in told.items()}


def _segment(segment: Segment) -> tuple[Segment, list[tuple[float, float]]]:
    """A segment's text and words masked, and the times of the masked words."""
    if not segment.words:
        text = redact(segment.text)
        return replace(segment, text=text), [(segment.start, segment.end)] if text != segment.text else []
    text, places = joined(segment.words)
    hidden = spans(text)
    words: list[Word] = []
    times = []
    for word, (start, end) in zip(segment.words, places, strict=True):
        touched = [(max(a, start) - start, min(b, end) - start) for a, b in hidden if a < end and b > start]
        if touched:
            letters = list(word.word)
            for a, b in touched:
                letters[a:b] = MASK * (b - a)
            word = replace(word, word="".join(letters))
            times.append((word.start, word.end))
        words.append(word)
    return replace(segment, text=redact(segment.text), words=tuple(words)), times


def joined(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """Words as one text (a space only between words of letters), and where each is in it."""
    text, places = "", []
    for word in words:
        if text and text[-1].isascii() and word.word[:1].isascii():
            text += " "
        places.append((len(text), len(text) + len(word.word)))
        text += word.word
    return text, places


def _texts(item: Any, names: Sequence[str]) -> Any:
    changed = {
        name: redact(value)
        for name in names
        if isinstance(value := getattr(item, name, None), str) and value and redact(value) != value
    }
    return replace(item, **changed) if changed else item


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        digits = "".join(_VALUES.get(letter, "") for letter in run[0])
        announced = len(digits) >= 2 and _CUE.search(text[: run.start()])
        told_after = len(digits) >= 3 and _CUE_AFTER.match(text, run.end())
        if announced or ((told_after or len(digits) >= 6) and not _public(digits)):
            yield run.span()
    for run in re.finditer(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}[-\s]?[0-9]{2,}(?![A-Za-z0-9])", text):
        if _CUE.search(text[: run.start()]):
            yield run.span()
    for run in _ENGLISH_RUN.finditer(text):
        count = len(re.findall(r"[A-Za-z]+", run[0]))
        if count >= 6 or (_CUE.search(text[: run.start()]) and count >= 2):
            yield run.span()


def _public(digits: str) -> bool:
    """Whether these digits are a number that an enterprise publishes: a short code or a 400 or 800 number."""
    return bool(re.fullmatch(r"(?:400|800)\d{7}|(?:95|96|10|12)\d{3,4}", digits))


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            if match["name"].lower().split()[0] not in _NO_NAME:
                yield match.span("name")
