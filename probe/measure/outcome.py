"""How a call ended: one table of rules, read from the top; the first that applies says the outcome and why.

A rule looks at the timeline and answers with the evidence, a sentence in both languages, or None. Our own faults come
first, so that nothing we broke is counted against a hotline; then a person, which nothing after it can undo; then what
the scenario named; then what the network and the hotline said; then how far the caller got.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from probe.measure.marks import Marks, asks_for_human, marks, steps
from probe.measure.notes import in_chinese
from probe.measure.status import by_status
from probe.timeline import (
    AudioQuality,
    BotAsked,
    ClosedHeard,
    Ended,
    Event,
    HangUp,
    HumanOffered,
    Kind,
    LineFailed,
    Media,
    MenuOption,
    NotInServiceHeard,
    Outcome,
    PushedElsewhere,
    Queued,
    Segment,
    Timeline,
    ToneHeard,
    VerdictGiven,
)

_POOR = {"clipped": "削波", "too_soft": "音量过低", "noisy": "噪声过大"}
"""Faults of the audio that keep us from hearing; dead air may be the hotline's own silence."""
_SAID_SOMETHING = 0.5
"""Seconds of speech that are more than a cough; guessed."""
_HEARD_OUT = 0.7
"""Seconds after a prompt's last sound at which it is over: the pause that ends a speech segment."""


_POOR_MOS = 2.58
"""MOS of a rating R of 50, under which ITU-T G.109 (table 1) recommends no connection."""
_POOR_MISSING = 0.2
"""Share of missing packets that costs G.711 as much, for codecs whose MOS is not known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome and the evidence for it, in words."""

    outcome: Outcome
    en: str
    zh: str


class Evidence(NamedTuple):
    """Why a rule applies, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    timeline: Timeline
    marks: Marks
    failed: LineFailed | None
    ended: Ended | None
    hang_up: HangUp | None

    def last(self, kind: type[Event]) -> float | None:
        """When an event of this kind last happened, in seconds."""
        return max((event.at for event in self.timeline.events if isinstance(event, kind)), default=None)

    def after(self, at: float, *kinds: type[Event]) -> bool:
        """Whether an event of one of these kinds happened after `at`."""
        return any(isinstance(event, kinds) and event.at > at for event in self.timeline.events)

    def segments(self, *kinds: Kind) -> list[Segment]:
        """The segments of these kinds."""
        return [segment for segment in self.timeline.segments if segment.kind in kinds]

    @property
    def connected(self) -> bool:
        """Whether the call was answered, or is a recording, in which nothing tells whether it was."""
        return self.marks.answered is not None or self.marks.dialed is None

    @property
    def final_status(self) -> int | None:
        """The final SIP status of a call that was never answered."""
        return self.ended.status if self.ended and self.marks.answered is None else None

    @property
    def gave_up(self) -> bool:
        """Whether the caller hung up on its own: a limit ran out, or nothing fitted."""
        return self.hang_up is not None and self.hang_up.why not in ("goal_reached", "interrupted")


def find_outcome(timeline: Timeline) -> Finding:
    """The outcome of a call, by the first rule that applies."""
    facts = Facts(
        timeline,
        marks(timeline),
        next((event for event in timeline.events if isinstance(event, LineFailed)), None),
        next((event for event in timeline.events if isinstance(event, Ended)), None),
        next((action for action in timeline.actions if isinstance(action, HangUp)), None),
    )
    for outcome, rule in RULES:
        evidence = rule(facts)
        if evidence:
            return Finding(outcome, evidence.en, evidence.zh)
    en, zh = _gave_up_because(facts)
    return Finding(
        Outcome.UNSURE,
        f"what was heard does not tell what answered{en}",
        f"听到的内容不足以判断是谁接听{zh}",
    )


# ----------------------------------------------------------------------------------------------------------- rules


def _line_failed(facts: Facts) -> Evidence | None:
    if facts.failed is None:
        return None
    at, reason = facts.failed.at, facts.failed.reason
    return Evidence(f"our line failed at {at:.2f} s: {reason}", f"我方线路在 {at:.2f} 秒故障：{in_chinese(reason)}")


def _human(facts: Facts) -> Evidence | None:
    at = facts.marks.human
    return None if at is None else Evidence(f"a person answered at {at:.2f} s", f"{at:.2f} 秒时人工接听")


def _taken_for_a_person(facts: Facts) -> Evidence | None:
    """We hung up on what we took for a person, and it was none: nothing the hotline did, or would have done, is known."""
    act = facts.hang_up
    if act is None or act.why != "goal_reached" or facts.marks.human is not None:
        return None
    return Evidence(
        f"the caller hung up at {act.at:.2f} s on what sounded like a person and was none",
        f"主叫在 {act.at:.2f} 秒把机器误认为人工而挂断",
    )


def _named(outcome: Outcome) -> Callable[[Facts], Evidence | None]:
    def rule(facts: Facts) -> Evidence | None:
        act = facts.hang_up
        if act is None or act.outcome is not outcome:
            return None
        en, zh = (f" ({act.note})", f"（{in_chinese(act.note)}）") if act.note else ("", "")
        return Evidence(
            f"the scenario ended the call so at {act.at:.2f} s{en}", f"场景在 {act.at:.2f} 秒据此结束通话{zh}"
        )

    return rule


def _not_in_service_heard(facts: Facts) -> Evidence | None:
    heard = next((event for event in facts.timeline.events if isinstance(event, NotInServiceHeard)), None)
    if heard:
        return Evidence(f'heard "{heard.text}" at {heard.at:.2f} s', f"{heard.at:.2f} 秒听到“{heard.text}”")
    tones = facts.segments(Kind.SPECIAL_INFORMATION_TONE)
    if tones and facts.marks.answered is None and not _network_tones(facts):
        at = tones[0].start
        return Evidence(f"special information tone at {at:.2f} s", f"{at:.2f} 秒听到特殊信息音")
    return None


def _network_tones(facts: Facts) -> list[ToneHeard]:
    """Special information tones that say that the network could not set the call up."""
    meant = ("reorder", "no_circuit")
    return [e for e in facts.timeline.events if isinstance(e, ToneHeard) and e.meaning in meant]


def _network_failed(facts: Facts) -> Evidence | None:
    tones = _network_tones(facts)
    if not tones or facts.marks.answered is not None:
        return None
    at, meaning = tones[0].at, tones[0].meaning
    word = {"reorder": "无法接续", "no_circuit": "无可用电路"}[meaning]
    return Evidence(
        f"special information tone ({meaning}) at {at:.2f} s: the network",
        f"{at:.2f} 秒听到特殊信息音（{word}）：网络原因",
    )


def _status(outcome: Outcome) -> Callable[[Facts], Evidence | None]:
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


def _tone(kind: Kind, en: str, zh: str) -> Callable[[Facts], Evidence | None]:
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


def _audio_too_poor(facts: Facts) -> Evidence | None:
    """What was not heard well is held against nobody, however it ended; a refusal before any answer needs no audio."""
    found = next((event for event in facts.timeline.events if isinstance(event, Media)), None)
    if found is None or facts.final_status is not None:
        return None
    poor = found.mos < _POOR_MOS if found.mos is not None else found.missing > _POOR_MISSING
    if not poor:
        return None
    score = f", MOS {found.mos:.2f}" if found.mos is not None else ""
    return Evidence(
        f"the audio came too poor to judge: {found.missing:.0%} of the packets missing{score}",
        f"收到的音频太差，无法判断：缺失 {found.missing:.0%} 的数据包{score}",
    )


def _interrupted(facts: Facts) -> Evidence | None:
    act = facts.hang_up
    if act is None or act.why != "interrupted":
        return None
    return Evidence(f"the user stopped the call at {act.at:.2f} s", f"用户在 {act.at:.2f} 秒中止了通话")


def _closed(facts: Facts) -> Evidence | None:
    heard = [event for event in facts.timeline.events if isinstance(event, ClosedHeard)]
    if not heard or facts.after(heard[-1].at, Queued):
        return None
    return Evidence(f'heard "{heard[-1].text}" at {heard[-1].at:.2f} s', f"{heard[-1].at:.2f} 秒听到“{heard[-1].text}”")


def _pushed_elsewhere(facts: Facts) -> Evidence | None:
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


def _looped(facts: Facts) -> Evidence | None:
    act = facts.hang_up
    if act is None or act.why != "looped":
        return None
    en, zh = (f": {act.note}", f"：{in_chinese(act.note)}") if act.note else ("", "")
    return Evidence(f"the hotline went in circles until {act.at:.2f} s{en}", f"热线一直循环，至 {act.at:.2f} 秒{zh}")


def _queued_and_dropped(facts: Facts) -> Evidence | None:
    """A hotline that puts the caller in the queue for a person and then ends the call has not let it reach one."""
    dropped = _hung_up(facts)
    at = facts.marks.queued
    if dropped is None or at is None:
        return None
    return Evidence(
        f"waited for a person from {at:.2f} s, then {dropped.en}", f"从 {at:.2f} 秒起等待人工，随后{dropped.zh}"
    )


def _hung_up(facts: Facts) -> Evidence | None:
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


def _somebody_unsure(facts: Facts) -> Evidence | None:
    """Who spoke last, while we waited for a person or where no machine ever spoke, may have been one: then it is not said
    that none answered."""
    since = facts.marks.queued
    if since is None:
        machines = (s.verdict and s.verdict.is_ in ("bot", "recording") for s in facts.segments(Kind.SPEECH))
        if any(machines) or not facts.connected:
            return None
        since = facts.marks.answered or 0.0
    spoken = [s for s in facts.segments(Kind.SPEECH) if s.start > since and s.end - s.start >= _SAID_SOMETHING]
    last = next((s for s in reversed(spoken) if s.verdict is not None), None)
    if last is None or last.verdict is None or last.verdict.is_ != "unsure":
        return None
    said = f'"{last.text}"' if last.text else "words that were not understood"
    return Evidence(
        f"{said} at {last.start:.2f} s may have been a person's, or a machine's",
        f"{last.start:.2f} 秒处的{f'“{last.text}”' if last.text else '没有听懂的话'}可能是真人，也可能是机器",
    )


def _could_not_hear(facts: Facts) -> Evidence | None:
    """What was not heard proves nothing where the audio was too poor to hear it."""
    quality = next((event for event in facts.timeline.events if isinstance(event, AudioQuality)), None)
    understood = any(segment.text for segment in facts.segments(Kind.SPEECH))
    harmless = ("too_soft", "clipped") if understood else ()
    poor = [f for f in quality.faults if f in _POOR and f not in harmless] if quality else []
    if quality is None or not poor:
        return None
    named, zh = ", ".join(poor), "、".join(_POOR[fault] for fault in poor)
    return Evidence(
        f"the audio was too poor to say what was not heard ({named}; speech {quality.level:.0f} dBFS, "
        f"noise {quality.floor:.0f} dBFS)",
        f"音质太差，不能断定没有听到的内容（{zh}；语音 {quality.level:.0f} dBFS，噪声 {quality.floor:.0f} dBFS）",
    )


def _human_unreachable(facts: Facts) -> Evidence | None:
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


def _no_answer(facts: Facts) -> Evidence | None:
    dialed = facts.marks.dialed is not None
    if not dialed or facts.marks.answered is not None or facts.ended is None or facts.ended.by != "caller":
        return None
    return Evidence(f"not answered within {facts.ended.at:.2f} s", f"{facts.ended.at:.2f} 秒内无人接听")


def _no_human_offered(facts: Facts) -> Evidence | None:
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


def _gave_up_because(facts: Facts) -> tuple[str, str]:
    """What made the caller hang up in the end, in both languages; nothing if the caller did not."""
    act = facts.hang_up
    if act is None or not act.note:
        return "", ""
    return (
        f"; the caller hung up at {act.at:.2f} s: {act.note}",
        f"；主叫在 {act.at:.2f} 秒挂断：{in_chinese(act.note)}",
    )


def _asked(facts: Facts) -> bool:
    return any(asks_for_human(facts.timeline, action) for action in facts.timeline.actions)


RULES: tuple[tuple[Outcome, Callable[[Facts], Evidence | None]], ...] = (
    (Outcome.OUR_FAULT, _line_failed),
    (Outcome.HUMAN, _human),
    (Outcome.UNSURE, _audio_too_poor),
    (Outcome.UNSURE, _taken_for_a_person),
    *((outcome, _named(outcome)) for outcome in Outcome),
    (Outcome.NOT_IN_SERVICE, _not_in_service_heard),
    *(
        (outcome, _status(outcome))
        for outcome in (
            Outcome.OUR_FAULT,
            Outcome.BUSY,
            Outcome.NO_ANSWER,
            Outcome.NOT_IN_SERVICE,
            Outcome.REJECTED,
        )
    ),
    (Outcome.OUR_FAULT, _network_failed),
    (Outcome.NOT_IN_SERVICE, _tone(Kind.NUMBER_UNOBTAINABLE, "number unobtainable tone", "空号音")),
    (Outcome.OUR_FAULT, _tone(Kind.CONGESTION, "congestion tone", "拥塞音")),
    (Outcome.BUSY, _tone(Kind.BUSY, "busy tone", "忙音")),
    (Outcome.UNSURE, _interrupted),
    (Outcome.CLOSED, _closed),
    (Outcome.PUSHED_ELSEWHERE, _pushed_elsewhere),
    (Outcome.LOOPED, _looped),
    (Outcome.UNSURE, _somebody_unsure),
    (Outcome.HUMAN_UNREACHABLE, _queued_and_dropped),
    (Outcome.HUNG_UP, _hung_up),
    (Outcome.UNSURE, _could_not_hear),
    (Outcome.HUMAN_UNREACHABLE, _human_unreachable),
    (Outcome.NO_ANSWER, _no_answer),
    (Outcome.NO_HUMAN_OFFERED, _no_human_offered),
)
"""The table. What no rule explains is `unsure`."""
