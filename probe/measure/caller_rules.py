"""What the caller did of itself, or by the scenario. Each rule answers with its evidence, or None."""

from __future__ import annotations

from collections.abc import Callable

from probe.measure.facts import Evidence, Facts
from probe.measure.notes import in_chinese
from probe.timeline import Outcome


def named_by_scenario(outcome: Outcome) -> Callable[[Facts], Evidence | None]:
    """The scenario ended the call with this outcome."""

    def rule(facts: Facts) -> Evidence | None:
        act = facts.hang_up
        if act is None or act.outcome is not outcome:
            return None
        en, zh = (f" ({act.note})", f"（{in_chinese(act.note)}）") if act.note else ("", "")
        return Evidence(
            f"the scenario ended the call so at {act.at:.2f} s{en}", f"场景在 {act.at:.2f} 秒据此结束通话{zh}"
        )

    return rule


def interrupted(facts: Facts) -> Evidence | None:
    """The user stopped the call."""
    act = facts.hang_up
    if act is None or act.why != "interrupted":
        return None
    return Evidence(f"the user stopped the call at {act.at:.2f} s", f"用户在 {act.at:.2f} 秒中止了通话")


def looped(facts: Facts) -> Evidence | None:
    """The caller hung up because the hotline went in circles."""
    act = facts.hang_up
    if act is None or act.why != "looped":
        return None
    en, zh = (f": {act.note}", f"：{in_chinese(act.note)}") if act.note else ("", "")
    return Evidence(f"the hotline went in circles until {act.at:.2f} s{en}", f"热线一直循环，至 {act.at:.2f} 秒{zh}")


def lost_its_way(facts: Facts) -> Evidence | None:
    """The caller hung up because nothing that the scenario waits for came: what the hotline would have led to is not known."""
    act = facts.hang_up
    if act is None or act.why != "lost" or facts.timeline.call.goal == "complaint":
        return None
    en, zh = (f" ({act.note})", f"（{in_chinese(act.note)}）") if act.note else ("", "")
    return Evidence(
        f"the scenario found no way on at {act.at:.2f} s{en}; where the hotline leads is not known",
        f"场景在 {act.at:.2f} 秒无法继续{zh}；热线后面会怎样不得而知",
    )


def gave_up_because(facts: Facts) -> tuple[str, str]:
    """What made the caller hang up in the end, in both languages; nothing if the caller did not."""
    act = facts.hang_up
    if act is None or not act.note:
        return "", ""
    return (
        f"; the caller hung up at {act.at:.2f} s: {act.note}",
        f"；主叫在 {act.at:.2f} 秒挂断：{in_chinese(act.note)}",
    )
