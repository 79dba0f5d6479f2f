"""How far the caller got with what answered. Each rule answers with its evidence, or None."""

from __future__ import annotations

from probe.measure.facts import Evidence, Facts
from probe.measure.marks import CUT_OFF, asks_for_human, steps
from probe.measure.waiting import hold, promised, waiting
from probe.timeline import (
    BotAsked,
    ClosedHeard,
    HumanOffered,
    Kind,
    MailboxHeard,
    MenuOption,
    Press,
    PushedElsewhere,
    Queued,
    VerdictGiven,
)

_GONE = (Kind.BUSY, Kind.CONGESTION, Kind.DIAL_TONE)
"""Tones that follow a hang-up."""
_OPTION, _KEY = 3.0, 4
"""Seconds from within an option's name to its key, at most, and characters of "请按九号"; guessed."""
_RATHER = 0.5  # probability from which it is rather a person
_SAME_MENU = 10.0  # seconds between neighbouring options of one menu, at most; guessed
_HEARD_OUT = 0.7
"""Seconds after a prompt's last sound at which it is over: the pause that ends a speech segment."""


def human_answered(facts: Facts) -> Evidence | None:
    """A person answered, and it was not withdrawn."""
    at = facts.marks.human
    return None if at is None else Evidence(f"a person answered at {at:.2f} s", f"{at:.2f} 秒时人工接听")


def closed(facts: Facts) -> Evidence | None:
    """The hotline said that it is outside its hours, and let nobody wait afterwards; or told its hours and no more."""
    heard = [event for event in facts.timeline.events if isinstance(event, ClosedHeard)]
    heard = [event for event in heard if not event.hours or _last_word(facts, event.at)]
    wait = waiting(facts)
    if not heard or facts.after(heard[-1].at, Queued) or (wait is not None and wait[0] > heard[-1].at):
        return None
    return Evidence(f'heard "{heard[-1].text}" at {heard[-1].at:.2f} s', f"{heard[-1].at:.2f} 秒听到“{heard[-1].text}”")


def _last_word(facts: Facts, at: float) -> bool:
    """Whether the hotline ended the call with what it said at `at`, and had let nobody wait before."""
    went_on = facts.after(at, Queued, HumanOffered, MenuOption, BotAsked)
    stepped = any(step.at > at for step in steps(facts.timeline))
    return hung_up(facts) is not None and waiting(facts) is None and not went_on and not stepped


def pushed_elsewhere(facts: Facts) -> Evidence | None:
    """Being sent elsewhere is the outcome when it was the last word: a greeting that advertises an app is not, nor is the
    option that the caller's key cut off, nor what may be a person's words."""
    taken = steps(facts.timeline)
    pushes = [event for event in facts.timeline.events if isinstance(event, PushedElsewhere)]
    pushes = [push for push in pushes if not any(0 <= push.at - step.at < CUT_OFF for step in taken)]
    pushes = [push for push in pushes if not _perhaps_a_persons(facts, push.at)]
    options = [event for event in facts.timeline.events if isinstance(event, MenuOption)]
    pushes = [push for push in pushes if not any(_names(option, push, options) for option in options)]
    if not pushes:
        return None
    last, music = pushes[-1], hold(facts)
    asked = any(step.at < last.at for step in taken)
    undone = (Queued, HumanOffered) if asked else (Queued, HumanOffered, MenuOption, BotAsked)
    if facts.after(last.at, *undone) or any(isinstance(step, Press) and step.at > last.at for step in taken):
        return None
    if music is not None and music.start < last.at:
        return None  # what is advertised to those who wait for a person sends nobody away
    if facts.hang_up is not None and facts.hang_up.why == "looped" and _spoke_on(facts, last.at):
        return None
    return Evidence(f'heard "{last.text}" at {last.at:.2f} s', f"{last.at:.2f} 秒听到“{last.text}”")


def _perhaps_a_persons(facts: Facts, at: float) -> bool:
    """Whether what was said at `at` seconds is `unsure`, and rather a person's."""
    said = (s.verdict for s in facts.segments(Kind.SPEECH) if s.start <= at <= s.end)
    return any(v is not None and v.is_ == "unsure" and (v.human or 0.0) >= _RATHER for v in said)


def _spoke_on(facts: Facts, at: float) -> bool:
    """Whether the hotline said other things since, more than once: being sent elsewhere was not what went in circles."""
    return sum(segment.start > at for segment in facts.segments(Kind.SPEECH)) > 1


def _names(option: MenuOption, push: PushedElsewhere, options: list[MenuOption]) -> bool:
    """Whether the place was spoken of in the name of an option, one of several: "网点电话请按一" sends nobody to a 网点."""
    if not 0 <= option.at - push.at < _OPTION or not any(
        other.key != option.key and abs(other.at - option.at) < _SAME_MENU for other in options
    ):
        return False
    begun = any(push.text.endswith(option.label[:n]) for n in range(2, len(option.label) + 1))
    return begun or option.label in push.text[-2 * len(option.label) - _KEY :]


def waited_and_dropped(facts: Facts) -> Evidence | None:
    """A hotline that lets the caller wait for a person and then ends the call has not let it reach one."""
    dropped, wait = hung_up(facts), waiting(facts)
    if dropped is None or wait is None:
        return None
    return Evidence(f"{wait[1].en}, then {dropped.en}", f"{wait[1].zh}，随后{dropped.zh}")


def mailbox(facts: Facts) -> Evidence | None:
    """In place of the person who was offered, asked for or waited for, a mailbox took the call, and nobody after it."""
    heard = [event for event in facts.timeline.events if isinstance(event, MailboxHeard)]
    if not heard or facts.after(heard[-1].at, Queued, MenuOption, BotAsked):
        return None
    if facts.marks.offered is None and waiting(facts) is None and not _asked(facts):
        return None
    last = heard[-1]
    what, zh = (f'"{last.text}"', f"“{last.text}”") if last.beep is None else ("its beep", "提示音")
    return Evidence(f"a mailbox answered: {what} at {last.at:.2f} s", f"语音信箱接听：{last.at:.2f} 秒听到{zh}")


def hung_up(facts: Facts) -> Evidence | None:
    """The hotline ended an answered call, by signalling or by the tone that follows a hang-up."""
    if facts.marks.answered is None:
        return None
    if facts.ended and facts.ended.by == "hotline":
        at = facts.ended.at
        return Evidence(f"the hotline ended the call at {at:.2f} s", f"热线在 {at:.2f} 秒挂断")
    tones = facts.segments(*_GONE)
    if tones:
        at = tones[0].start
        return Evidence(f"the hotline hung up: busy tone at {at:.2f} s", f"热线挂断：{at:.2f} 秒听到忙音")
    return None


def dropped_at(facts: Facts) -> float:
    """When (seconds) the hotline ended the call that it did end (`hung_up`)."""
    if facts.ended and facts.ended.by == "hotline":
        return facts.ended.at
    return min(tone.start for tone in facts.segments(*_GONE))


def promised_and_dropped(facts: Facts) -> Evidence | None:
    """The hotline told the caller to wait for a person, and ended the call without a wait."""
    dropped, told = hung_up(facts), promised(facts)
    if dropped is None or told is None:
        return None
    return Evidence(
        f"told at {told:.2f} s to wait for a person, but without a wait {dropped.en}",
        f"{told:.2f} 秒被告知等待人工，但没有等待，{dropped.zh}",
    )


def human_unreachable(facts: Facts) -> Evidence | None:
    """A person (for a complaint: the desk) was offered, asked for or queued for, and did not answer in time."""
    end, wait = facts.marks.ended, waiting(facts)
    until_en, until_zh = (f" until {end:.2f} s", f"，至 {end:.2f} 秒") if end is not None else ("", "")
    if wait is not None:
        return Evidence(f"{wait[1].en}{until_en}", f"{wait[1].zh}{until_zh}，无人接听")
    if facts.marks.queued is not None:
        at = facts.marks.queued
        return Evidence(
            f"told at {at:.2f} s to wait for a person{until_en}", f"{at:.2f} 秒被告知等待人工{until_zh}，无人接听"
        )
    if facts.timeline.call.goal == "complaint" or facts.marks.offered is None:
        return None
    if facts.hang_up is not None and facts.hang_up.why in ("lost", "not_offered") and not _asked(facts):
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
