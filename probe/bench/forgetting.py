"""Speech as it is heard by somebody who does not know all wordings: for weights that do not lean on words alone.

The wordings of `probe.listen` know what the training half of the population says, and less of what any other hotline
says. A model trained only where all words are known would learn that an unknown opening is no person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from probe.bench.openings import Look
from probe.listen.wording import Phrase
from probe.simulator.seeds import stable

SHARES = (0.0, 0.4, 0.8)
"""Shares of the phrases that are not known, each in a copy of all looks; guessed."""
_STEPS = 1000


def forgetting(looks: Iterable[Look], seed: int) -> Iterator[Look]:
    """All looks once for each of `SHARES`, each hotline with phrases of its own unknown."""
    kept = list(looks)
    for share in SHARES:
        for look in kept:
            known = tuple(phrase for phrase in look.opening.phrases if not _unknown(phrase, look.hotline, share, seed))
            opening = replace(look.opening, phrases=known)
            yield replace(look, case=f"{look.case} {share}", opening=opening)


def _unknown(phrase: Phrase, hotline: str, share: float, seed: int) -> bool:
    return stable(seed, hotline, phrase.meaning, phrase.phrase) % _STEPS < share * _STEPS
