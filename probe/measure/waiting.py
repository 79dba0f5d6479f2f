"""The wait for a person, as it could be heard whatever words announced it: hold music, ringing, being left waiting.

A hotline that promises a person and ends the call with the same breath has let nobody wait; one that plays music after
the caller's last input lets the caller wait, even if nothing was understood of what it said.
"""

from __future__ import annotations

from probe.measure.facts import Evidence, Facts
from probe.measure.marks import steps
from probe.timeline import BotAsked, InputRejected, Kind, MenuOption, Segment

_MUSIC = 1.0
"""Seconds of hold music or ringing that are a wait; a jingle is shorter; guessed."""
_LEFT = 3.0
"""Seconds without speech, after having been told to wait, that are a wait; guessed, a goodbye ends sooner."""


def waiting(facts: Facts) -> tuple[float, Evidence] | None:
    """Since when (seconds) the caller was left to wait for a person, and what shows it; None: that was not heard."""
    told, heard = promised(facts), hold(facts)
    if told is not None:
        left = _quiet_since(facts, told)
        if heard is not None or left >= _LEFT:
            return told, Evidence(f"waited for a person from {told:.2f} s", f"从 {told:.2f} 秒起等待人工")
    if heard is None:
        return None
    en, zh = ("ringing", "回铃音") if heard.kind is Kind.RINGBACK else ("hold music", "等待音乐")
    return heard.start, Evidence(f"waited with {en} from {heard.start:.2f} s", f"从 {heard.start:.2f} 秒起在{zh}中等待")


def promised(facts: Facts) -> float | None:
    """When (seconds) the caller was told to wait for a person; not by a menu or a bot that then asked on."""
    told = facts.marks.queued
    return None if told is None or _taken_back(facts, told) else told


def hold(facts: Facts) -> Segment | None:
    """The first hold music or ringing since the caller's last step, unless a menu or a bot spoke after it.

    Music at which a hotline has said nothing is no wait for anybody: it may be all there is.
    """
    spoken = [segment.start for segment in facts.segments(Kind.SPEECH) if not segment.early_media]
    since = max([facts.marks.answered or 0.0, *(step.at for step in steps(facts.timeline))])
    for segment in sorted(facts.segments(Kind.MUSIC, Kind.RINGBACK), key=lambda segment: segment.start):
        hotlines = facts.connected and not segment.early_media
        long = segment.end - segment.start >= _MUSIC
        went_on = facts.after(segment.start, MenuOption, BotAsked, InputRejected)
        addressed = any(start < segment.start for start in spoken)
        if hotlines and long and segment.start >= since and addressed and not went_on:
            return segment
    return None


def _taken_back(facts: Facts, told: float) -> bool:
    """Whether what spoke of waiting was a menu or a bot, and led to no queue: it asked on, or took another step."""
    return facts.after(told, BotAsked, InputRejected) or any(step.at > told for step in steps(facts.timeline))


def _quiet_since(facts: Facts, told: float) -> float:
    """Seconds without speech from the sentence that told the caller to wait to the end of the call."""
    end = facts.marks.ended
    if end is None:
        return 0.0
    spoken = [segment for segment in facts.segments(Kind.SPEECH) if segment.end > told]
    talked = sum(min(segment.end, end) - max(segment.start, told) for segment in spoken)
    return end - told - talked
