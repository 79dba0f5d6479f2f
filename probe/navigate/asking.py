"""What words mean to somebody who asks for a person: whether an input does, and whether a bot has understood it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from probe.navigate.scenario import Goal
from probe.speech.text import normalise, similarity
from probe.timeline import Purpose

HUMAN: Mapping[str, tuple[str, ...]] = {
    "zh": ("人工", "客服代表", "客服人员", "话务员", "接线员", "坐席", "座席", "真人", "工作人员"),
    "en": ("agent", "operator", "representative", "person", "human", "adviser", "someone"),
}
COMPLAINT: Mapping[str, tuple[str, ...]] = {
    "zh": ("投诉", "举报", "申诉"),
    "en": ("complaint", "complaints", "complain"),
}
NOT_UNDERSTOOD: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(
        "没有?能?(?:听|懂|明白|理解|收到|检测|识别)|不(?:太|大)?(?:明白|理解|懂)|听不(?:清|懂|明白)"
        "|再(?:说|讲|重复)一|重新(?:说|讲)|换(?:个|一个|一种)说法|声音太小|超时|大声"
    ),
    "en": re.compile(r"not? (?:understand|hear|catch)|didn t|say (?:that|it) again|repeat|rephrase"),
}
"""What a bot says that did not understand, as opposed to one that will not; on normalised text."""
EXCUSE: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(
        "(?:也|先|同样|一样)(?:可以|能|会)?(?:先)?[为帮给]您?.{0,4}(?:解答|解决|办理|处理|服务|查询|看看)"
        "|也(?:可以|能)(?:解答|解决|办理|处理|回答)|(?:如|如果|若)需要?人工|(?:暂时|目前)?(?:无法|不能|没法)(?:为您)?转"
    ),
    "en": re.compile(r"i can (?:also )?help|instead|cannot transfer|unable to transfer"),
}
"""What a bot says that will not pass the caller on, even if it speaks of busy people as a queue does."""
MENU: Mapping[str, re.Pattern[str]] = {"zh": re.compile("[按键]"), "en": re.compile(r"\b(?:press|key)\b")}
"""What shows that a menu is being read."""
_ALIKE = 0.9  # guessed: a menu label is recognised text, so sounds that many speakers do not keep apart may differ


def purpose(words: Iterable[str], goal: Goal, language: str) -> Purpose:
    """Why somebody with this goal presses or says what `words` stand for; the goal's own words are looked for first."""
    said = tuple(words)
    asks: list[tuple[Purpose, tuple[str, ...]]] = [
        ("ask_human", HUMAN.get(language, ())),
        ("ask_complaint", COMPLAINT.get(language, ())),
    ]
    for kind, names in asks if goal == "human" else reversed(asks):
        if any(similarity(name, text, language) >= _ALIKE for name in names for text in said):
            return kind
    return "walk"


def not_understood(text: str, language: str) -> bool:
    """Whether a bot says that it did not understand, or did not hear, what was said to it.

    A bot that speaks of a person or a complaint in its answer has understood the request ("如需人工请再说一次").
    """
    written = normalise(text, language)
    understood = any(word in written for words in (HUMAN, COMPLAINT) for word in words.get(language, ()))
    return not understood and NOT_UNDERSTOOD[language].search(written) is not None


def excuses(text: str, language: str) -> bool:
    """Whether a bot says that it will not pass the caller on."""
    return EXCUSE[language].search(normalise(text, language)) is not None


def reads_a_menu(text: str, language: str) -> bool:
    """Whether keys are spoken of."""
    return MENU[language].search(normalise(text, language)) is not None
