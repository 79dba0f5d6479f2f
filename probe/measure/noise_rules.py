"""Why an outcome cannot be told where noise, or the level, kept us from hearing what was said. Each rule answers with its evidence,
or None."""

from __future__ import annotations

from probe.measure.facts import SURELY_NONE, Evidence, Facts, said_something
from probe.measure.hotline_rules import hung_up
from probe.measure.waiting import waiting
from probe.timeline import (
    AudioQuality,
    BotAsked,
    ClosedHeard,
    HumanOffered,
    InputRejected,
    Kind,
    MailboxHeard,
    MenuOption,
    Press,
    PushedElsewhere,
    Queued,
)

_POOR = {"clipped": "削波", "too_soft": "音量过低", "noisy": "噪声过大"}
"""Faults of the audio that keep us from hearing; dead air may be the hotline's own silence."""
_NOBODY_HEARD = 5.0  # seconds without any sound before the end in which a soft voice may have spoken; guessed


def hidden_in_noise(facts: Facts) -> Evidence | None:
    """Somebody spoke, noise hid of what was said all that has a meaning, and the hotline ended the call: it may have been a person."""
    dropped = hung_up(facts)
    spoken = [s for s in facts.segments(Kind.SPEECH) if not s.early_media and said_something(s)]
    meant = facts.after(0.0, MenuOption, BotAsked, HumanOffered, Queued, PushedElsewhere, ClosedHeard, MailboxHeard)
    noise = loud_noise(facts)
    if dropped is None or noise is None or meant or not spoken or any(s.prompt is not None for s in spoken):
        return None
    return Evidence(
        f"what was said at {spoken[-1].start:.2f} s was hardly heard ({noise.en}), then {dropped.en}",
        f"{spoken[-1].start:.2f} 秒处说的话几乎听不清（{noise.zh}），随后{dropped.zh}",
    )


def key_misheard(facts: Facts) -> Evidence | None:
    """In noise, a key was pressed that the hotline does not have: it was misheard, and what the right one would have led to is not known."""
    noise = loud_noise(facts)
    pressed = [act.at for act in facts.timeline.actions if isinstance(act, Press)]
    refused = [event.at for event in facts.timeline.events if isinstance(event, InputRejected)]
    at = next((at for at in refused if any(at > press for press in pressed)), None)
    if noise is None or at is None:
        return None
    return Evidence(
        f"a key was pressed that the hotline refused at {at:.2f} s; it may have been misheard ({noise.en})",
        f"热线在 {at:.2f} 秒拒绝了所按的键，该键可能是听错的（{noise.zh}）",
    )


def could_not_hear(facts: Facts) -> Evidence | None:
    """What was not heard proves nothing where the audio was too poor to hear it."""
    quality = _quality(facts)
    understood = any(segment.text for segment in facts.segments(Kind.SPEECH))
    harmless = (("too_soft", "clipped") if understood else ()) + (("noisy",) if _noise_hides_nobody(facts) else ())
    poor = [f for f in quality.faults if f in _POOR and f not in harmless] if quality else []
    if quality is None or not poor:
        return None
    named, zh, levels = ", ".join(poor), "、".join(_POOR[fault] for fault in poor), _levels(quality)
    return Evidence(
        f"the audio was too poor to say what was not heard ({named}; {levels.en})",
        f"音质太差，不能断定没有听到的内容（{zh}；{levels.zh}）",
    )


def _noise_hides_nobody(facts: Facts) -> bool:
    """Whether all that was said since the wait for a person began was understood, and surely machines', and something was heard to the
    end. Noise hides most of what somebody says who is hardly louder than it: however short, what is left of that is no machine's; and
    all of it may be hidden where nothing was heard for a while in the end."""
    wait = waiting(facts)
    if wait is None:
        return False
    spoken = [s for s in facts.segments(Kind.SPEECH) if s.start >= wait[0]]
    said = [s for s in spoken if said_something(s, noisy=True)]
    machines = bool(said) and all(s.text and s.verdict and (s.verdict.human or 0.0) <= SURELY_NONE for s in said)
    return machines and _quiet_at_the_end(facts) <= _NOBODY_HEARD


def _quiet_at_the_end(facts: Facts) -> float:
    """Seconds of silence or noise after the last that was heard."""
    heard = [segment.end for segment in facts.timeline.segments if segment.kind not in (Kind.SILENCE, Kind.NOISE)]
    return (facts.marks.ended or 0.0) - max(heard, default=0.0)


def loud_noise(facts: Facts) -> Evidence | None:
    """How loud speech and noise were, if the noise was too loud to understand speech."""
    quality = _quality(facts)
    return None if quality is None or "noisy" not in quality.faults else _levels(quality)


def _quality(facts: Facts) -> AudioQuality | None:
    return next((event for event in facts.timeline.events if isinstance(event, AudioQuality)), None)


def _levels(quality: AudioQuality) -> Evidence:
    level, floor = quality.level, quality.floor
    return Evidence(f"speech {level:.0f} dBFS, noise {floor:.0f} dBFS", f"语音 {level:.0f} dBFS，噪声 {floor:.0f} dBFS")
