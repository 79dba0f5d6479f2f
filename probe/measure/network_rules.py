"""How dialling went: what our line, the network and its tones say. Each rule answers with its evidence, or None."""

from __future__ import annotations

from collections.abc import Callable

from probe.measure.facts import Evidence, Facts
from probe.measure.notes import in_chinese
from probe.measure.status import by_status
from probe.timeline import BotAsked, InputLate, Kind, MenuOption, NotInServiceHeard, Outcome, Queued, ToneHeard

_OF_A_HOTLINE = (MenuOption, BotAsked, Queued)
"""What only a hotline in service says."""
_TOO_LATE = 2.0
"""Seconds by which an input of ours may be late: with what the caller takes to decide, as long as bots wait for an answer; guessed."""


def line_failed(facts: Facts) -> Evidence | None:
    """Our side failed, which is never counted against the hotline."""
    if facts.failed is None:
        return None
    at, reason = facts.failed.at, facts.failed.reason
    return Evidence(f"our line failed at {at:.2f} s: {reason}", f"我方线路在 {at:.2f} 秒故障：{in_chinese(reason)}")


def answered_too_late(facts: Facts) -> Evidence | None:
    """The hotline had to wait for us before anybody answered: what it did then, and how often, and how long all took, is our doing."""
    person = facts.marks.human
    for event in facts.timeline.events:
        if isinstance(event, InputLate) and event.seconds >= _TOO_LATE and (person is None or event.at < person):
            return Evidence(
                f"our input at {event.at:.2f} s went out {event.seconds:.1f} s late: this machine was too slow",
                f"{event.at:.2f} 秒的我方输入晚送出 {event.seconds:.1f} 秒：本机太慢",
            )
    return None


def not_in_service_heard(facts: Facts) -> Evidence | None:
    """The network said so in words, and not of somebody to whom a hotline in service passed the caller on; or by a special information tone before any answer that says no other thing."""
    heard = next((event for event in facts.timeline.events if isinstance(event, NotInServiceHeard)), None)
    if heard and not any(isinstance(e, _OF_A_HOTLINE) and e.at < heard.at for e in facts.timeline.events):
        return Evidence(f'heard "{heard.text}" at {heard.at:.2f} s', f"{heard.at:.2f} 秒听到“{heard.text}”")
    tones = facts.segments(Kind.SPECIAL_INFORMATION_TONE)
    if tones and facts.marks.answered is None and not _network_tones(facts):
        at = tones[0].start
        return Evidence(f"special information tone at {at:.2f} s", f"{at:.2f} 秒听到特殊信息音")
    return None


def network_failed(facts: Facts) -> Evidence | None:
    """A special information tone before any answer said that the network could not set the call up."""
    tones = _network_tones(facts)
    if not tones or facts.marks.answered is not None:
        return None
    at, meaning = tones[0].at, tones[0].meaning
    word = {"reorder": "无法接续", "no_circuit": "无可用电路"}[meaning]
    return Evidence(
        f"special information tone ({meaning}) at {at:.2f} s: the network",
        f"{at:.2f} 秒听到特殊信息音（{word}）：网络原因",
    )


def refused(outcome: Outcome) -> Callable[[Facts], Evidence | None]:
    """The final SIP status and Q.850 cause of a call that was never answered stand for this outcome."""

    def rule(facts: Facts) -> Evidence | None:
        status = facts.final_status
        if facts.ended is None or status is None or by_status(status, facts.ended.cause) is not outcome:
            return None
        said = " ".join(
            part
            for part in (
                f"SIP {status}",
                facts.ended.reason,
                f"(Q.850 {facts.ended.cause})" if facts.ended.cause is not None else "",
            )
            if part
        )
        return Evidence(f"refused with {said}", f"被拒：{said}")

    return rule


def tone_heard(kind: Kind, en: str, zh: str) -> Callable[[Facts], Evidence | None]:
    """A tone says how dialling went only if nothing was heard on a connected call before it: after a conversation it
    merely says that the far end hung up."""

    def rule(facts: Facts) -> Evidence | None:
        tones = facts.segments(kind)
        if not tones:
            return None
        at = tones[0].start
        talked = facts.segments(Kind.SPEECH, Kind.MUSIC) if facts.connected else []
        if any(segment.start < at for segment in talked):
            return None
        return Evidence(f"{en} at {at:.2f} s", f"{at:.2f} 秒听到{zh}")

    return rule


def no_answer(facts: Facts) -> Evidence | None:
    """The caller gave up before anything answered."""
    dialed = facts.marks.dialed is not None
    if not dialed or facts.marks.answered is not None or facts.ended is None or facts.ended.by != "caller":
        return None
    return Evidence(f"not answered within {facts.ended.at:.2f} s", f"{facts.ended.at:.2f} 秒内无人接听")


def _network_tones(facts: Facts) -> list[ToneHeard]:
    """Special information tones that say that the network could not set the call up."""
    meant = ("reorder", "no_circuit")
    return [e for e in facts.timeline.events if isinstance(e, ToneHeard) and e.meaning in meant]
