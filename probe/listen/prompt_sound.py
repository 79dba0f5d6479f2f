"""The remembered sound of a prompt, which a better hearing replaces: with less noise, or where packets had been lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probe.listen.fingerprint import MARKED, differing
from probe.listen.prompt_following import explained, out_of_step, shares
from probe.listen.prompt_memory import AT_END, Prompt, Span, Take, clearer, over_noise, sounding

_THE_SAME = 0.3  # share of the bits in which a clearer hearing may differ from the one that it replaces; guessed
_AGREES, _NEARLY, _ELSE = 0.04, 0.06, 0.14
"""Share by which a hearing may differ more than its noise explains where the remembered sound is good: of right recognitions 7 in
100 differ by 0.06 more, 20 by 0.03 (`probe.listen.prompt_certainty`); up to which no packets were lost, but the line's codec may be another
(two hearings through GSM differ by 0.05); and from which something else sounds in one of them, such as music; guessed."""
_STEP, _STRETCHES, _IN_PLACE = 1, 4, 0.3
"""Frames that are a step, stretches of a hearing that must be in step, and frames by which one of them may be late at most; guessed."""


def better(prompt: Prompt, take: Take, span: Span, in_another_call: bool) -> Prompt:
    """The prompt with the sound that this take has of it, if it is heard with much less noise than it was learned with, or if no
    hearing has agreed with the remembered sound yet, nor does this one: packets were lost when it was learned. It goes on until two
    hearings agree, or nearly; those of one call do so whatever the line does to all of it."""
    first, last = max(-span.lag, 0), min(prompt.bits.size, len(take.print) - span.lag)
    heard = take.print[span.lag + first : span.lag + last]
    if last - first < prompt.bits.size - AT_END:
        return prompt
    clears = clearer(over_noise(heard.levels), over_noise(prompt.levels))
    more = _more(prompt, take, span)
    agrees = more <= _AGREES
    if not clears and (agrees or prompt.agreed or more > _ELSE or not in_another_call):
        return replace(prompt, agreed=True) if agrees and in_another_call and not prompt.agreed else prompt
    differ = differing(prompt.bits[first:last], heard.bits, heard.marks)[sounding(heard.levels)] / MARKED
    if any(half.mean() > _THE_SAME for half in np.array_split(differ, 2)) or not _in_step(prompt, take, span, clears):
        return prompt  # a jitter buffer dropped or repeated something on the way
    bits, levels = prompt.bits.copy(), np.full(prompt.levels.size, heard.levels.min(), np.int8)
    bits[first:last], levels[first:last] = heard.bits, heard.levels
    agreed = more <= _NEARLY and in_another_call
    return replace(prompt, bits=bits, levels=levels, clear=prompt.words_clear, agreed=agreed)


def _in_step(prompt: Prompt, take: Take, span: Span, closely: bool) -> bool:
    """Whether all of it is as late as the prompt: recordings that were remembered as one come with other pauses between.
    `closely`: to half a step; what no hearing agrees with may be a step late itself, but not all of it: call by call it would creep."""
    most = _STEP / 2 if closely else _STEP
    places = span.since + np.flatnonzero(sounding(take.print.levels)[span.since : span.until])
    parts = [part for part in np.array_split(places, _STRETCHES) if part.size]
    late = [abs(out_of_step(prompt, take.print, span.lag, part)) for part in parts]
    return max(late) <= most and (closely or min(late) <= _IN_PLACE)


def _more(prompt: Prompt, take: Take, span: Span) -> float:
    """The share of marked bits by which a take differs from the prompt more than its noise explains."""
    sounds = sounding(take.print.levels)[span.since : span.until]
    if not sounds.any():
        return 0.0
    differ = shares(prompt, take.print, span.lag, span.since, span.until)
    return float((differ - explained(prompt, take.print, span.lag, span.since, span.until))[sounds].mean())
