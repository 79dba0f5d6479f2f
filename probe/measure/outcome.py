"""How a call ended: one table of rules, read from the top; the first that applies says the outcome and why.

A rule looks at the timeline and answers with the evidence, a sentence in both languages, or None. Our own faults come
first, so that nothing we broke is counted against a hotline; then a person, which nothing after it can undo; then what
the scenario named; then what the network and the hotline said; then how far the caller got.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from probe.measure.caller_rules import gave_up_because, interrupted, looped, lost_its_way, named_by_scenario
from probe.measure.doubt_rules import (
    asked_after_a_wait,
    audio_too_poor,
    dismissed_in_unknown_words,
    key_never_heard,
    menu_not_understood,
    never_answered,
    somebody_unsure,
    taken_for_a_person,
)
from probe.measure.facts import Evidence, Facts
from probe.measure.hotline_rules import (
    closed,
    human_answered,
    human_unreachable,
    hung_up,
    mailbox,
    no_human_offered,
    promised_and_dropped,
    pushed_elsewhere,
    waited_and_dropped,
)
from probe.measure.marks import marks
from probe.measure.network_rules import (
    answered_too_late,
    line_failed,
    network_failed,
    no_answer,
    not_in_service_heard,
    refused,
    tone_heard,
)
from probe.measure.noise_rules import could_not_hear, hidden_in_noise, key_misheard
from probe.timeline import Ended, HangUp, Kind, LineFailed, Outcome, Timeline


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome and the evidence for it, in words."""

    outcome: Outcome
    en: str
    zh: str


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
    en, zh = gave_up_because(facts)
    return Finding(
        Outcome.UNSURE,
        f"what was heard does not tell what answered{en}",
        f"听到的内容不足以判断是谁接听{zh}",
    )


RULES: tuple[tuple[Outcome, Callable[[Facts], Evidence | None]], ...] = (
    (Outcome.OUR_FAULT, line_failed),
    (Outcome.OUR_FAULT, answered_too_late),
    (Outcome.HUMAN, human_answered),
    (Outcome.UNSURE, audio_too_poor),
    (Outcome.UNSURE, taken_for_a_person),
    *((outcome, named_by_scenario(outcome)) for outcome in Outcome),
    (Outcome.NOT_IN_SERVICE, not_in_service_heard),
    *(
        (outcome, refused(outcome))
        for outcome in (
            Outcome.OUR_FAULT,
            Outcome.BUSY,
            Outcome.NO_ANSWER,
            Outcome.NOT_IN_SERVICE,
            Outcome.REJECTED,
        )
    ),
    (Outcome.OUR_FAULT, network_failed),
    (Outcome.NOT_IN_SERVICE, tone_heard(Kind.NUMBER_UNOBTAINABLE, "number unobtainable tone", "空号音")),
    (Outcome.OUR_FAULT, tone_heard(Kind.CONGESTION, "congestion tone", "拥塞音")),
    (Outcome.BUSY, tone_heard(Kind.BUSY, "busy tone", "忙音")),
    (Outcome.UNSURE, interrupted),
    (Outcome.CLOSED, closed),
    (Outcome.PUSHED_ELSEWHERE, pushed_elsewhere),
    (Outcome.UNSURE, asked_after_a_wait),
    (Outcome.UNSURE, key_never_heard),
    (Outcome.UNSURE, key_misheard),
    (Outcome.LOOPED, looped),
    (Outcome.HUMAN_UNREACHABLE, mailbox),
    (Outcome.UNSURE, somebody_unsure),
    (Outcome.HUMAN_UNREACHABLE, waited_and_dropped),
    (Outcome.HUNG_UP, promised_and_dropped),
    (Outcome.UNSURE, dismissed_in_unknown_words),
    (Outcome.UNSURE, hidden_in_noise),
    (Outcome.UNSURE, never_answered),
    (Outcome.HUNG_UP, hung_up),
    (Outcome.UNSURE, could_not_hear),
    (Outcome.HUMAN_UNREACHABLE, human_unreachable),
    (Outcome.NO_ANSWER, no_answer),
    (Outcome.UNSURE, lost_its_way),
    (Outcome.UNSURE, menu_not_understood),
    (Outcome.NO_HUMAN_OFFERED, no_human_offered),
)
"""The table. What no rule explains is `unsure`."""
