"""Speech as it is heard by somebody who does not know all wordings: for weights that do not lean on words alone.

The wordings of `probe.listen` know what the training half of the population says, and less of what any other hotline
says. A model trained only where all words are known would learn that an unknown opening is no person's, and that a phrase
that only machines say in training can be nobody else's: other people say other things, and recognisers mishear them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from probe.bench.openings import Look
from probe.listen.wording import Phrase
from probe.simulator.seeds import stable

SHARES = (0.0, 0.4, 0.8)
"""Shares of the phrases that are not known, each in a copy of all looks; guessed."""
MISHEARD = 0.08
"""Share of the pieces of speech, where not all is known, in which a phrase is found that was not said; guessed."""
_MENU = "menu"
_MEANINGS = (
    _MENU,
    *("open_question", "thanks", "presented", "machine", "queue", "queue", "queue", "busy", "busy"),
    *("bot_invitation", "human_offered", "rejected", "elsewhere", "closed", "advertising"),
)
"""What a phrase that was not said may mean: no person's opening, since who is taken for a person must have said one; nor
what rules decide by, but for the queue's and a single option of a menu, which they may weigh. The queue's are the likeliest: they speak of agents."""
_LEAST = 4
"""Characters of a text in which a phrase may be misheard; guessed."""
_STEPS = 1000


def forgetting(looks: Iterable[Look], seed: int) -> Iterator[Look]:
    """All looks once for each of `SHARES`, each hotline with phrases of its own unknown, and with what was not said in some."""
    kept = list(looks)
    for share in SHARES:
        for look in kept:
            known = tuple(phrase for phrase in look.opening.phrases if not _unknown(phrase, look.hotline, share, seed))
            made_up = [*_not_said(look, share, seed)]
            options = max(look.opening.options, sum(phrase.meaning == _MENU for phrase in made_up))
            phrases = (*known, *(phrase for phrase in made_up if phrase.meaning != _MENU))
            opening = replace(look.opening, phrases=phrases, options=options)
            yield replace(look, case=f"{look.case} {share}", opening=opening)


def _unknown(phrase: Phrase, hotline: str, share: float, seed: int) -> bool:
    return stable(seed, hotline, phrase.meaning, phrase.phrase) % _STEPS < share * _STEPS


def _not_said(look: Look, share: float, seed: int) -> Iterator[Phrase]:
    """A phrase in the middle of a text of some length, the same in all looks at one piece of speech."""
    text = look.opening.text
    drawn = stable(seed, look.case, "misheard", f"{share} {look.opening.at:.2f}")
    if share and len(text) >= _LEAST and drawn % _STEPS < MISHEARD * _STEPS:
        meaning = _MEANINGS[drawn // _STEPS % len(_MEANINGS)]
        yield Phrase(meaning, text[1:3], 1, 3)
