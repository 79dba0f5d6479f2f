"""Whether an input asks for a person, or for the complaint desk: told from the words it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from probe.navigate.scenario import Goal
from probe.speech.text import similarity
from probe.timeline import Purpose

HUMAN: Mapping[str, tuple[str, ...]] = {
    "zh": ("人工", "客服代表", "客服人员", "话务员", "接线员", "坐席", "座席", "真人", "工作人员"),
    "en": ("agent", "operator", "representative", "person", "human", "adviser", "someone"),
}
COMPLAINT: Mapping[str, tuple[str, ...]] = {
    "zh": ("投诉", "举报", "申诉"),
    "en": ("complaint", "complaints", "complain"),
}
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
