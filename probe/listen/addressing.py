"""Whom a text speaks to: one who is to answer, or all who wait in a queue.

Read from the words that any question or offer is made of, so it holds for wordings that nobody listed.
"""

from __future__ import annotations

import re

from probe.speech.text import sounds

__all__ = [
    "ANNOUNCEMENT",
    "GREETINGS",
    "HELLOS",
    "agent_number",
    "announces_number",
    "asks_for_patience",
    "greets",
    "only_tells",
    "says_hello",
    "sounds_like_hello",
]

_NUMBER = re.compile(
    r"(?<![按第键])(?<![0-9零幺一二三四五六七八九])[零幺一二三四五六七八九]{3,7}(?![0-9键年月日点元块位])"
)
# Three to seven figures that are no telephone number, key, date, price or place in a queue.
# No recording that announces a number says these:
_TO_US = ("请", "我", "什么", "帮", "吗", "呢", "哪", "那位", "讲", "您说", "高兴")
HELLOS = (
    *("喂", "您好", "你好", "早上好", "上午好", "中午好", "下午好", "晚上好", "哎", "诶", "嗯", "哈喽", "来了", "在的"),
    *("hello", "hi", "yes", "good morning", "good afternoon", "good evening"),
)
"""What people begin with."""
_INVITATIONS = ("请讲", "请说", "您讲", "您说")
GREETINGS = (*HELLOS, *_INVITATIONS)
"""What people begin with, or say instead."""
_HELLO_LATER = re.compile(f".[喂哎诶嗯]?({'|'.join(hello for hello in HELLOS if hello.endswith('好'))})")
"""Hellos that are known as such with a syllable before them: recognisers write any for "嗯" and "诶"."""
_SYLLABLES = {"wei", "nin", "ni", "hao"}  # of a hello, by sound
_HELLO = 2  # syllables of a hello that is known by its sound
_SAID_BEFORE = ("接通", "为您服务")  # another recording's words, in one breath with the number
ANNOUNCEMENT = 18
"""Characters of the longest announcement of a number and nothing else ("您好，工号八零一六号客服代表为您服务"); guessed."""
_JUST_BEFORE = 8  # characters before a number that are about it; guessed
_HANZI = re.compile("[\u4e00-\u9fff]")
_ASKS = re.compile("什么|啥|吗|呢|哪|那位|谁|怎么|问|讲|您说|请说|说一下|帮|我听")
_PATIENCE = re.compile("感谢|谢谢|耐心|等待|等候|稍等|稍候|久等|抱歉|不好意思")
_PATIENCE_EN = re.compile(r"\b(thank|patien(t|ce)|wait(ing)?|hold(ing)?|sorry|apologi[sz]e)\b")
_NAMES = re.compile("我是|我叫|我姓")  # himself, anywhere
_ASKS_EN = re.compile(r"\b(how|what|who|which|may i|can i|could i|help|go ahead|this is|my name|speaking|listening)\b")
_ENDS, _ENDS_EN = 12, 40  # characters in which a sentence ends, in hanzi and in letters; guessed


def greets(text: str) -> bool:
    """Whether a text begins with a greeting."""
    return says_hello(text) or text.startswith(_INVITATIONS)


def says_hello(text: str) -> bool:
    """Whether a text begins with a hello, and not with "请讲", with which people end."""
    return text.startswith(HELLOS) or bool(_HELLO_LATER.match(text)) or sounds_like_hello(text)


def sounds_like_hello(text: str) -> bool:
    """Whether a syllable or two sound like a greeting: recognisers write 为 for 喂, and 作为."""
    if not 0 < len(text) <= _HELLO or not _HANZI.match(text):
        return False
    heard = sounds(text, "zh")
    return heard[-1] == "wei" or set(heard) <= _SYLLABLES


def agent_number(text: str) -> str | None:
    """The figures in a text that may be an agent's number."""
    number = _NUMBER.search(text)
    return number.group() if number else None


def announces_number(text: str) -> bool:
    """Whether a text gives a number as recordings announce whoever will speak: with nothing to us, or, whatever came before
    it in one breath, "八零零八号客服代表为您服务" at its end."""
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return False
    last = numbers[-1]
    if says_hello(text) and _ends_with_number(text):
        return False  # recordings go on: "您好，八零零八号客服代表为您服务"
    if not any(word in text for word in _TO_US):
        return len(text) <= ANNOUNCEMENT or any(word in text[: last.start()] for word in _SAID_BEFORE)
    before, after = text[max(last.start() - _JUST_BEFORE, 0) : last.start()], text[last.end() :]
    return "我" not in before and not any(word in after for word in _TO_US)


def _ends_with_number(text: str) -> bool:
    """Whether the last that is said is the number itself."""
    numbers = list(_NUMBER.finditer(text))
    return bool(numbers) and text[numbers[-1].end() :] in ("", "号")


def only_tells(text: str) -> bool:
    """Whether a text ends without a question, an offer or somebody's own name: as what is said to all who wait."""
    if _HANZI.search(text):
        return not (_NAMES.search(text) or _ASKS.search(text[-_ENDS:]))
    return not _ASKS_EN.search(text[-_ENDS_EN:].lower())


def asks_for_patience(text: str) -> bool:
    """Whether a text ends with thanks for waiting, or excuses a wait: recordings say so to those who go on waiting."""
    if _HANZI.search(text):
        return _PATIENCE.search(text[-_ENDS:]) is not None
    return _PATIENCE_EN.search(text[-_ENDS_EN:].lower()) is not None
