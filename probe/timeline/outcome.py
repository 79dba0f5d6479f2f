"""The outcomes of a call; `probe.measure.outcome` finds them, docs/timeline.md explains them."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a call ended, for the one who asked."""

    HUMAN = "human"
    NO_HUMAN_OFFERED = "no_human_offered"
    HUMAN_UNREACHABLE = "human_unreachable"
    LOOPED = "looped"
    HUNG_UP = "hung_up"
    PUSHED_ELSEWHERE = "pushed_elsewhere"
    CLOSED = "closed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    NOT_IN_SERVICE = "not_in_service"
    UNSURE = "unsure"
    OUR_FAULT = "our_fault"
