"""How far the caller got with what answered. Each rule answers with its evidence, or None."""

from __future__ import annotations

from probe.measure.facts import Evidence, Facts
from probe.measure.marks import asks_for_human, steps
from probe.timeline import (
    BotAsked,
    ClosedHeard,
    HumanOffered,
    InputRejected,
    Kind,
    MenuOption,
    PushedElsewhere,
    Queued,
    VerdictGiven,
)

_HEARD_OUT = 0.7
"""Seconds after a prompt's last sound at which it is over: the pause that ends a speech segment."""


def human_answered(facts: Facts) -> Evidence | None:
    """A person answered, and it was not withdrawn."""
    at = facts.marks.human
    return None if at is None else Evidence(f"a person answered at {at:.2f} s", f"{at:.2f} 秒时人工接听")


def closed(facts: Facts) -> Evidence | None:
    """The hotline said that it is outside its hours, and let nobody wait afterwards."""
    heard = [event for event in facts.timeline.events if isinstance(event, ClosedHeard)]
    if not heard or facts.after(heard[-1].at, Queued):
        return None
    return Evidence(f'heard "{heard[-1].text}" at {heard[-1].at:.2f} s', f"{heard[-1].at:.2f} 秒听到“{heard[-1].text}”")


def pushed_elsewhere(facts: Facts) -> Evidence | None:
    """Being sent elsewhere is the outcome when it was the last word: a greeting that advertises an app is not."""
    pushes = [event for event in facts.timeline.events if isinstance(event, PushedElsewhere)]
    if not pushes:
        return None
    last = pushes[-1]
    asked = any(step.at < last.at for step in steps(facts.timeline))
    undone = (Queued, HumanOffered) if asked else (Queued, HumanOffered, MenuOption, BotAsked)
    if facts.after(last.at, *undone):
        return None
    return Evidence(f'heard "{last.text}" at {last.at:.2f} s', f"{last.at:.2f} 秒听到“{last.text}”")


def queued_and_dropped(facts: Facts) -> Evidence | None:
    """A hotline that puts the caller in the queue for a person and then ends the call has not let it reach one."""
    dropped = hung_up(facts)
    at = facts.marks.queued
    if dropped is None or at is None or facts.after(at, BotAsked, InputRejected):
        return None  # a bot that spoke of waiting asked on
    if any(step.at > at for step in steps(facts.timeline)):
        return None  # what spoke of waiting was a menu or a bot, and led to no queue
    return Evidence(
        f"waited for a person from {at:.2f} s, then {dropped.en}", f"从 {at:.2f} 秒起等待人工，随后{dropped.zh}"
    )


def hung_up(facts: Facts) -> Evidence | None:
    """The hotline ended an answered call, by signalling or by the tone that follows a hang-up."""
    if facts.marks.answered is None:
        return None
    if facts.ended and facts.ended.by == "hotline":
        at = facts.ended.at
        return Evidence(f"the hotline ended the call at {at:.2f} s", f"热线在 {at:.2f} 秒挂断")
    tones = facts.segments(Kind.BUSY, Kind.CONGESTION, Kind.DIAL_TONE)
    if tones:
        at = tones[0].start
        return Evidence(f"the hotline hung up: busy tone at {at:.2f} s", f"热线挂断：{at:.2f} 秒听到忙音")
    return None


def human_unreachable(facts: Facts) -> Evidence | None:
    """A person (for a complaint: the desk) was offered, asked for or queued for, and did not answer in time."""
    end = facts.marks.ended
    until_en, until_zh = (f" until {end:.2f} s", f"，至 {end:.2f} 秒") if end is not None else ("", "")
    if facts.marks.queued is not None:
        at = facts.marks.queued
        return Evidence(
            f"waited for a person from {at:.2f} s{until_en}", f"从 {at:.2f} 秒起等待人工{until_zh}，无人接听"
        )
    if facts.timeline.call.goal == "complaint" or facts.marks.offered is None:
        return None
    if facts.hang_up is not None and facts.hang_up.why == "lost" and not _asked(facts):
        return None
    at = facts.marks.offered
    return Evidence(
        f"a person was offered at {at:.2f} s, none answered{until_en}", f"{at:.2f} 秒提供了人工，但无人接听{until_zh}"
    )


def no_human_offered(facts: Facts) -> Evidence | None:
    """Recordings or a bot spoke, the caller heard one out at least, and no person (or complaint desk) was offered."""
    end = facts.marks.ended
    spoken = [segment for segment in facts.segments(Kind.SPEECH) if segment.text]
    if end is not None and not any(segment.end <= end - _HEARD_OUT for segment in spoken):
        return None
    certain = any(segment.verdict and segment.verdict.is_ in ("bot", "recording") for segment in spoken)
    told = any(
        isinstance(event, MenuOption | BotAsked)
        or (isinstance(event, VerdictGiven) and event.verdict.is_ in ("bot", "recording"))
        for event in facts.timeline.events
    )
    if not (certain or told):
        return None
    if facts.timeline.call.goal == "complaint":
        if not facts.gave_up:
            return None
        return Evidence("no complaint desk was offered in what was heard", "听到的内容中没有提供投诉渠道")
    if facts.marks.offered is not None:
        return None
    return Evidence("no person was offered in what was heard", "听到的内容中没有提供人工服务")


def _asked(facts: Facts) -> bool:
    return any(asks_for_human(facts.timeline, action) for action in facts.timeline.actions)
